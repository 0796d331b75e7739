package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document is what one YAML file says.
type document struct {
	schema schema
	path   string
	values map[string]any // the well-formed settings, by key
	lines  map[string]int // of every key and list element that is there
	faults []Fault
}

// readDocument takes the settings from the text of the file at path.
func readDocument(s schema, path string, text []byte) document {
	d := document{schema: s, path: path, values: map[string]any{}, lines: map[string]int{}}
	var root, next yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	switch err := decoder.Decode(&root); {
	case errors.Is(err, io.EOF):
		return d
	case err != nil:
		d.syntax(err)
		return d
	}
	switch err := decoder.Decode(&next); {
	case err == nil:
		d.fault(next.Line, "", "a second document; want one")
	case !errors.Is(err, io.EOF):
		d.syntax(err)
	}
	d.section("", root.Content[0])
	return d
}

// section takes the settings from the value of a section.
func (d *document) section(section string, n *yaml.Node) {
	n = resolved(n)
	if n.Tag == "!!null" {
		return // a section whose keys are all commented out
	}
	if n.Kind != yaml.MappingNode {
		d.fault(n.Line, section, "want keys and values, got %s", describe(n))
		return
	}
	for name, value := range pairs(n) {
		key := joinKey(section, name.Value)
		f, isSetting := d.schema.byKey[key]
		switch {
		case strings.Contains(name.Value, "."):
			d.fault(name.Line, key, "unknown key; sections are nested, not joined by dots")
		case !d.first(key, name.Line):
		case isSetting:
			d.setting(f, resolved(value))
		case d.schema.sections[key]:
			d.section(key, value)
		default:
			d.fault(name.Line, key, "unknown key%s", didYouMean(key, d.schema.keys()))
		}
	}
}

// setting takes the value of one setting.
func (d *document) setting(f field, n *yaml.Node) {
	var value any
	var ok bool
	switch f.typ.Kind() {
	case reflect.Slice:
		value, ok = d.list(f, n)
	case reflect.Map:
		value, ok = d.table(f, n)
	default:
		value, ok = d.scalar(f.key, scalarOf(f.typ), n)
	}
	if ok {
		d.values[f.key] = value
	}
}

func (d *document) list(f field, n *yaml.Node) ([]any, bool) {
	element := scalarOf(f.typ.Elem())
	if n.Kind != yaml.SequenceNode {
		d.fault(n.Line, f.key, "want a list, each element %s, got %s", element.want, describe(n))
		return nil, false
	}
	values, ok := make([]any, len(n.Content)), true
	for i, item := range n.Content {
		key := fmt.Sprintf("%s[%d]", f.key, i)
		d.lines[key] = item.Line
		value, good := d.scalar(key, element, resolved(item))
		values[i], ok = value, ok && good
	}
	return values, ok
}

// table takes a map of strings, the only map that settings have.
func (d *document) table(f field, n *yaml.Node) (map[string]string, bool) {
	if n.Kind != yaml.MappingNode {
		d.fault(n.Line, f.key, "want keys and values, got %s", describe(n))
		return nil, false
	}
	values, ok := map[string]string{}, true
	for name, item := range pairs(n) {
		key := joinKey(f.key, name.Value)
		if !d.first(key, name.Line) {
			ok = false
			continue
		}
		item = resolved(item)
		_, good := d.scalar(key, scalarOf(f.typ.Elem()), item)
		values[name.Value], ok = item.Value, ok && good
	}
	return values, ok
}

func (d *document) scalar(key string, s scalar, n *yaml.Node) (any, bool) {
	if n.Kind == yaml.ScalarNode && slices.Contains(s.tags, n.ShortTag()) {
		if value, err := s.parse(n.Value); err == nil {
			return value, true
		}
	}
	d.fault(n.Line, key, "want %s, got %s", s.want, describe(n))
	return nil, false
}

// first notes the line of a key, and reports a key that is there already.
func (d *document) first(key string, line int) bool {
	if before, twice := d.lines[key]; twice {
		d.fault(line, key, "given twice, first in line %d", before)
		return false
	}
	d.lines[key] = line
	return true
}

func (d *document) fault(line int, key, format string, args ...any) {
	d.faults = append(d.faults, Fault{Source: d.path, Line: line, Key: key, Message: fmt.Sprintf(format, args...)})
}

// yamlError is how the YAML package words its errors: the line is only in the text.
var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntax reports text that is no YAML.
func (d *document) syntax(err error) {
	line, message := 0, err.Error()
	if m := yamlError.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1]) // no number: no line
		message = m[2]
	}
	d.fault(line, "", "not YAML: %s", message)
}
