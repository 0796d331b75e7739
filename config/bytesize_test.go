package config_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/occigate/occigate/config"
)

func TestParseByteSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]config.ByteSize{
		"0":                   0,
		"114688":              114688,
		"112KiB":              112 * 1024,
		"32MiB":               32 * 1024 * 1024,
		"1GiB":                1024 * 1024 * 1024,
		"9223372036854775807": 1<<63 - 1,
		"8589934591GiB":       8589934591 * config.GiB,
	} {
		if got, err := config.ParseByteSize(text); err != nil || got != want {
			t.Errorf("ParseByteSize(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "KiB", "-1", "+1", "1.5MiB", "1 KiB", "1KB", "1kib", "1TiB", "1KiBKiB", "0x10",
		"9223372036854775808", "8589934592GiB",
	} {
		if got, err := config.ParseByteSize(text); err == nil {
			t.Errorf("ParseByteSize(%q) = %d, want an error", text, got)
		}
	}
}

func TestByteSizeString(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := config.ByteSize(rapid.Int64Min(0).Draw(t, "bytes"))
		size -= size % rapid.SampledFrom([]config.ByteSize{1, config.KiB, config.MiB, config.GiB}).Draw(t, "unit")
		got, err := config.ParseByteSize(size.String())
		if err != nil || got != size {
			t.Fatalf("ParseByteSize(%q) = %d, %v, want %d", size.String(), got, err, size)
		}
	})
}
