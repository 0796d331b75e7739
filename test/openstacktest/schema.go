package openstacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// flaw is what is wrong with a JSON value: the field (empty for the whole body), the value and
// the reason, in the words of Python's jsonschema, which Nova and Cinder send on. A malformed value
// has the wrong type or the wrong fields, which is its sender's fault; otherwise a user may have
// chosen it.
type flaw struct {
	field     string
	value     any
	reason    string
	malformed bool
}

// misshapen is the flaw of a malformed value, unfit that of one that is only not allowed.
func misshapen(field string, value any, format string, args ...any) *flaw {
	return &flaw{field, value, fmt.Sprintf(format, args...), true}
}

func unfit(field string, value any, format string, args ...any) *flaw {
	return &flaw{field, value, fmt.Sprintf(format, args...), false}
}

func notOfType(field string, value any, types string) *flaw {
	return misshapen(field, value, "%s is not of type %s", python(value), types)
}

func (f *flaw) Error() string {
	if f.field == "" {
		return f.reason
	}
	return fmt.Sprintf("Invalid input for field/attribute %s. Value: %s. %s", f.field, display(f.value), f.reason)
}

// rule says what a value must be at a microversion. It gives nil for a good value.
type rule func(field string, value any, minor int) *flaw

// property is one field of an object.
type property struct {
	rule     rule
	required bool
	since    int // first microversion with it
	until    int // last microversion with it; 0 means no end
}

// properties are the fields an object may have; others are refused.
type properties map[string]property

// check applies the rules of a whole body.
func (p properties) check(body object, minor int) *flaw { return p.object("", body, minor) }

// object is the rule that a value is an object with these properties.
func (p properties) object(field string, value any, minor int) *flaw {
	fields, ok := value.(object)
	if !ok {
		return notOfType(field, value, "'object'")
	}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if _, given := fields[name]; !given && p[name].required && p[name].covers(minor) {
			return misshapen(field, value, "'%s' is a required property", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		known, ok := p[name]
		if !ok || !known.covers(minor) {
			return misshapen(field, value, "Additional properties are not allowed ('%s' was unexpected)", name)
		}
		if known.rule == nil {
			continue
		}
		if f := known.rule(name, fields[name], minor); f != nil {
			return f
		}
	}
	return nil
}

// open is the rule that a value is an object in which these properties follow their rules; others
// are let through.
func (p properties) open(field string, value any, minor int) *flaw {
	fields, ok := value.(object)
	if !ok {
		return p.object(field, value, minor)
	}
	known := make(object, len(fields))
	for name, v := range fields {
		if rule, ok := p[name]; ok && rule.covers(minor) {
			known[name] = v
		}
	}
	return p.object(field, known, minor)
}

func (p property) covers(minor int) bool {
	return minor >= p.since && (p.until == 0 || minor <= p.until)
}

// text takes a string of so many characters.
func text(least, most int) rule {
	return func(field string, value any, _ int) *flaw {
		s, ok := value.(string)
		switch n := utf8.RuneCountInString(s); {
		case !ok:
			return notOfType(field, value, "'string'")
		case n < least:
			return unfit(field, value, "%s is too short", python(s))
		case n > most:
			return unfit(field, value, "%s is too long", python(s))
		}
		return nil
	}
}

// matching takes a string that a pattern matches.
func matching(pattern string) rule {
	re := regexp.MustCompile(pattern)
	return func(field string, value any, _ int) *flaw {
		s, ok := value.(string)
		if !ok {
			return notOfType(field, value, "'string'")
		}
		if !re.MatchString(s) {
			return unfit(field, value, "%s does not match '%s'", python(s), pattern)
		}
		return nil
	}
}

// oneOf takes one of these strings.
func oneOf(words ...string) rule {
	return func(field string, value any, _ int) *flaw {
		if s, ok := value.(string); ok && slices.Contains(words, s) {
			return nil
		}
		list := make([]any, len(words))
		for i, word := range words {
			list[i] = word
		}
		return unfit(field, value, "%s is not one of %s", python(value), python(list))
	}
}

// number takes a whole number from least to most, also written as a string.
func number(least, most int) rule {
	return func(field string, value any, _ int) *flaw {
		digits := ""
		switch v := value.(type) {
		case json.Number:
			digits = v.String()
		case string:
			if !onlyDigits.MatchString(v) {
				return unfit(field, value, "%s does not match '^[0-9]+$'", python(v))
			}
			digits = v
		}
		n, err := strconv.Atoi(digits)
		switch {
		case err != nil:
			return notOfType(field, value, "'integer', 'string'")
		case n < least:
			return unfit(field, value, "%d is less than the minimum of %d", n, least)
		case n > most:
			return unfit(field, value, "%d is greater than the maximum of %d", n, most)
		}
		return nil
	}
}

var onlyDigits = regexp.MustCompile(`^[0-9]+$`)

// boolean takes a truth value, also as a word.
func boolean(field string, value any, _ int) *flaw {
	switch v := value.(type) {
	case bool:
		return nil
	case string:
		if slices.Contains([]string{"true", "false", "on", "off", "yes", "no", "1", "0"}, strings.ToLower(v)) {
			return nil
		}
	}
	return unfit(field, value, "%s is not one of [True, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', "+
		"'YES', 'Yes', 'yes', False, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no']", python(value))
}

// uuid takes an id in UUID form.
func uuid(field string, value any, _ int) *flaw {
	s, ok := value.(string)
	if !ok {
		return notOfType(field, value, "'string'")
	}
	if !isUUID(s) {
		return unfit(field, value, "%s is not a 'uuid'", python(s))
	}
	return nil
}

// addressRule takes an IP address of a version.
func addressRule(version int) rule {
	return func(field string, value any, minor int) *flaw {
		if f := text(0, 39)(field, value, minor); f != nil {
			return f
		}
		s, _ := value.(string)
		if ip, err := netip.ParseAddr(s); err != nil || ip.Is4() != (version == 4) {
			return unfit(field, value, "%s is not a 'ipv%d'", python(s), version)
		}
		return nil
	}
}

// null takes null only.
func null(field string, value any, _ int) *flaw {
	if value != nil {
		return notOfType(field, value, "'null'")
	}
	return nil
}

// list takes an array whose items all follow a rule; the flaw names the array's field.
func list(item rule) rule {
	return func(field string, value any, minor int) *flaw {
		items, ok := value.([]any)
		if !ok {
			return notOfType(field, value, "'array'")
		}
		for i, v := range items {
			if f := item(strconv.Itoa(i), v, minor); f != nil {
				return f
			}
		}
		return nil
	}
}

// dict takes an object with any keys, whose values all follow a rule.
func dict(item rule) rule {
	return func(field string, value any, minor int) *flaw {
		items, ok := value.(object)
		if !ok {
			return notOfType(field, value, "'object'")
		}
		for _, name := range slices.Sorted(maps.Keys(items)) {
			if f := item(name, items[name], minor); f != nil {
				return f
			}
		}
		return nil
	}
}

// either takes a value that follows one of the rules.
func either(rules ...rule) rule {
	return func(field string, value any, minor int) *flaw {
		for _, r := range rules {
			if r(field, value, minor) == nil {
				return nil
			}
		}
		return unfit(field, value, "%s is not valid under any of the given schemas", python(value))
	}
}

// orNone takes null besides what the rule takes.
func orNone(r rule) rule {
	return func(field string, value any, minor int) *flaw {
		if value == nil {
			return nil
		}
		return r(field, value, minor)
	}
}

// from takes another rule from a microversion on.
func from(minor int, before, after rule) rule {
	return func(field string, value any, at int) *flaw {
		if at >= minor {
			return after(field, value, at)
		}
		return before(field, value, at)
	}
}

// python writes a value as Python's repr does, which is how error messages quote it.
func python(value any) string {
	switch v := value.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		if strings.Contains(v, "'") && !strings.Contains(v, `"`) {
			return `"` + v + `"`
		}
		return "'" + strings.ReplaceAll(v, "'", `\'`) + "'"
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = python(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case object:
		var items []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			items = append(items, python(name)+": "+python(v[name]))
		}
		return "{" + strings.Join(items, ", ") + "}"
	default:
		return fmt.Sprint(v)
	}
}

// display writes a value as Python's str does: a string stands for itself.
func display(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return python(value)
}
