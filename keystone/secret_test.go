package keystone

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestSecretIsNotPrinted(t *testing.T) {
	t.Parallel()
	const value = "gAAAAA-canary"
	s := NewSecret(value)
	marshalled, err := json.Marshal(map[string]any{"plain": s, "pointer": &s, "list": []Secret{s}})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := json.Marshal(map[Secret]int{s: 1})
	if err != nil {
		t.Fatal(err)
	}
	printed := []string{s.String(), s.GoString(), string(marshalled), string(keys)}
	for _, format := range []string{"%s", "%v", "%+v", "%#v", "%q", "%x", "%X", "%d", "%10.3s", "%T%v"} {
		printed = append(printed, fmt.Sprintf(format, s), fmt.Sprintf(format, &s),
			fmt.Sprintf(format, struct{ Token Secret }{s}))
	}
	for _, p := range printed {
		if strings.Contains(p, "canary") || strings.Contains(p, fmt.Sprintf("%x", value)) {
			t.Errorf("printed %q, which holds the secret", p)
		}
	}
	if got := fmt.Sprintf("%x", s); got != "***" {
		t.Errorf("%%x: got %q, want ***", got)
	}
	if got := s.Reveal(); got != value {
		t.Errorf("Reveal: got %q, want %q", got, value)
	}
}
