package contract

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// kind tells what is wrong with a JSON value; empty means nothing.
type kind func(v any) string

// shape is what an object must look like. A simulated cloud must show nothing else; a real one may.
type shape map[string]kind

// optional marks a field that need not be there.
func optional(k kind) kind {
	return func(v any) string {
		if _, absent := v.(missing); absent {
			return ""
		}
		return k(v)
	}
}

// missing stands for a field that is not there.
type missing struct{}

func matching(what, pattern string) kind {
	re := regexp.MustCompile(pattern)
	return func(v any) string {
		if s, ok := v.(string); !ok || !re.MatchString(s) {
			return fmt.Sprintf("%v (%T) is no %s", v, v, what)
		}
		return ""
	}
}

var (
	text      = matching("text", ``)
	uuid      = matching("UUID", `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	hexID     = matching("hexadecimal id", `^[0-9a-f]{32}$`)
	zuluTime  = matching("time with seconds and Z", `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)
	microTime = matching("time with microseconds", `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$`)
	tokenTime = matching("time with microseconds and Z", `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)
	address   = matching("IPv4 address", `^\d+\.\d+\.\d+\.\d+$`)
	macAddr   = matching("MAC address", `^([0-9a-f]{2}:){5}[0-9a-f]{2}$`)
	url       = matching("URL", `^https?://`)
)

func number(v any) string {
	if _, ok := v.(float64); !ok {
		return fmt.Sprintf("%v (%T) is no number", v, v)
	}
	return ""
}

func boolean(v any) string {
	if _, ok := v.(bool); !ok {
		return fmt.Sprintf("%v (%T) is no truth value", v, v)
	}
	return ""
}

func null(v any) string {
	if v != nil {
		return fmt.Sprintf("%v is not null", v)
	}
	return ""
}

func anything(v any) string {
	if _, absent := v.(missing); absent {
		return "is missing"
	}
	return ""
}

func is(want any) kind {
	return func(v any) string {
		if v != want {
			return fmt.Sprintf("%v, want %v", v, want)
		}
		return ""
	}
}

func orNull(k kind) kind {
	return func(v any) string {
		if v == nil {
			return ""
		}
		return k(v)
	}
}

func listOf(k kind) kind {
	return func(v any) string {
		items, ok := v.([]any)
		if !ok {
			return fmt.Sprintf("%v (%T) is no list", v, v)
		}
		for i, item := range items {
			if wrong := k(item); wrong != "" {
				return fmt.Sprintf("[%d] %s", i, wrong)
			}
		}
		return ""
	}
}

func mapOf(k kind) kind {
	return func(v any) string {
		items, ok := v.(object)
		if !ok {
			return fmt.Sprintf("%v (%T) is no object", v, v)
		}
		for _, name := range slices.Sorted(maps.Keys(items)) {
			if wrong := k(items[name]); wrong != "" {
				return name + ": " + wrong
			}
		}
		return ""
	}
}

// flaws compares an object with the shape; exact forbids other fields.
func (s shape) flaws(v any, exact bool) []string {
	o, ok := v.(object)
	if !ok {
		return []string{fmt.Sprintf("%v (%T) is no object", v, v)}
	}
	var flaws []string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		value, has := o[name]
		if !has {
			value = missing{}
		}
		if wrong := s[name](value); wrong != "" {
			flaws = append(flaws, name+": "+wrong)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if _, known := s[name]; exact && !known {
			flaws = append(flaws, name+": unknown to the contract")
		}
	}
	return flaws
}

// like is the shape as the kind of a nested object, which may have more fields.
func (s shape) like(v any) string {
	for _, flaw := range s.flaws(v, false) {
		return flaw
	}
	return ""
}

// with is the shape with more fields.
func (s shape) with(more shape) shape {
	all := maps.Clone(s)
	maps.Copy(all, more)
	return all
}

// without is the shape without some fields.
func (s shape) without(names ...string) shape {
	some := maps.Clone(s)
	for _, name := range names {
		delete(some, name)
	}
	return some
}

// has checks that the value at a path of the answer has a shape, and gives it.
func (c *cloud) has(r reply, s shape, path ...string) object {
	c.Helper()
	v := get(r.body, path...)
	for _, flaw := range s.flaws(v, c.target.Simulated) {
		c.Errorf("%s: %v: %s", r.call, path, flaw)
	}
	o, _ := v.(object)
	return o
}

// all checks that the answer holds a list, not empty, whose items have a shape, and gives it.
func (c *cloud) all(r reply, s shape, name string) []any {
	c.Helper()
	items := c.list(r.body, name)
	if len(items) == 0 {
		c.Errorf("%s: no %s", r.call, name)
	}
	for i, item := range items {
		for _, flaw := range s.flaws(item, c.target.Simulated) {
			c.Errorf("%s: %s[%d]: %s", r.call, name, i, flaw)
		}
	}
	return items
}
