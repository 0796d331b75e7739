package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// ByteSize is a number of bytes.
type ByteSize int64

// Units of [ByteSize].
const (
	KiB ByteSize = 1 << 10
	MiB ByteSize = 1 << 20
	GiB ByteSize = 1 << 30
)

// byteUnits are the units as written, largest first.
var byteUnits = []struct {
	suffix string
	size   ByteSize
}{{"GiB", GiB}, {"MiB", MiB}, {"KiB", KiB}}

// errByteSize is what ParseByteSize says of text that is no size.
var errByteSize = errors.New("not a size in bytes")

// ParseByteSize reads a whole number of bytes, "114688", or of a binary unit,
// "112KiB", "32MiB" or "1GiB". Other units, signs, fractions and spaces are errors.
func ParseByteSize(text string) (ByteSize, error) {
	digits, unit := text, ByteSize(1)
	for _, u := range byteUnits {
		if number, found := strings.CutSuffix(text, u.suffix); found {
			digits, unit = number, u.size
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || digits[0] == '+' || n < 0 || n > int64(math.MaxInt64/unit) {
		return 0, errByteSize
	}
	return ByteSize(n) * unit, nil
}

// String is the size in the largest unit that loses nothing, as ParseByteSize
// reads it.
func (b ByteSize) String() string {
	for _, u := range byteUnits {
		if b >= u.size && b%u.size == 0 {
			return strconv.FormatInt(int64(b/u.size), 10) + u.suffix
		}
	}
	return strconv.FormatInt(int64(b), 10)
}
