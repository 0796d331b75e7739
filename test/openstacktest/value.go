package openstacktest

import (
	"encoding/json"
	"strconv"
	"strings"
)

// The functions below read fields of a decoded body that its schema has checked. An absent field
// and one of another type give the zero value.

func str(o object, name string) string {
	s, _ := o[name].(string)
	return s
}

func child(o object, name string) object {
	c, _ := o[name].(object)
	return c
}

func items(o object, name string) []any {
	l, _ := o[name].([]any)
	return l
}

// integer reads a number that may be written as a string.
func integer(o object, name string) int {
	n := 0
	switch v := o[name].(type) {
	case json.Number:
		n, _ = strconv.Atoi(v.String())
	case string:
		n, _ = strconv.Atoi(v)
	}
	return n
}

// truth reads a truth value that may be written as a word.
func truth(o object, name string) bool {
	switch v := o[name].(type) {
	case bool:
		return v
	case string:
		return isTrue(v)
	}
	return false
}

// isTrue tells whether a word stands for true.
func isTrue(word string) bool {
	switch strings.ToLower(word) {
	case "true", "on", "yes", "1", "t", "y":
		return true
	}
	return false
}

// words reads an object of strings, such as metadata.
func words(o object, name string) map[string]string {
	found := make(map[string]string)
	for key, value := range child(o, name) {
		if s, ok := value.(string); ok {
			found[key] = s
		}
	}
	return found
}
