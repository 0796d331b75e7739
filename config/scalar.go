package config

import (
	"net/netip"
	"reflect"
	"strconv"
	"time"
)

// scalar is how the values of one type are written.
type scalar struct {
	want  string                    // what they are, to end "want …"
	tags  []string                  // YAML's names of the kinds that may hold one
	parse func(string) (any, error) // from text
}

// scalarOf is the scalar of a setting's type, or of the elements of a list or map.
// It panics on a type that no setting has.
func scalarOf(t reflect.Type) scalar {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return scalar{`a duration such as "9s"`, []string{"!!str"}, parsed(time.ParseDuration)}
	case reflect.TypeFor[ByteSize]():
		return scalar{`a size in bytes such as 114688 or "112KiB"`, []string{"!!int", "!!str"}, parsed(ParseByteSize)}
	case reflect.TypeFor[netip.Prefix]():
		return scalar{`an address range such as "10.0.0.0/8"`, []string{"!!str"}, parsePrefix}
	}
	switch t.Kind() {
	case reflect.String:
		return scalar{"a string", []string{"!!str"}, func(text string) (any, error) { return text, nil }}
	case reflect.Bool:
		return scalar{"true or false", []string{"!!bool"}, parsed(strconv.ParseBool)}
	case reflect.Int:
		return scalar{"a whole number", []string{"!!int"}, parsed(strconv.Atoi)}
	default:
		panic("config: setting of type " + t.String())
	}
}

// parsed makes a parser of one type a parser of any.
func parsed[T any](parse func(string) (T, error)) func(string) (any, error) {
	return func(text string) (any, error) { return parse(text) }
}

// parsePrefix checks an address range and keeps it as text: koanf copies values
// without their unexported fields, and decodes this one when all is merged.
func parsePrefix(text string) (any, error) {
	_, err := netip.ParsePrefix(text)
	return text, err
}
