package occi

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Type is the type of an attribute value.
type Type int

// The types of attribute values. The text renderings know strings, numbers and booleans
// (GFD.229 §4); List and Hash (GFD.221 §5.3.2) are JSON's: in text they are a quoted JSON array or object.
const (
	StringType  Type = iota + 1
	NumberType       // decimal, possibly with a fraction
	IntegerType      // a number without a fraction
	BooleanType
	ListType
	HashType
)

// Value is the value of an attribute. The zero Value means "no value".
type Value struct {
	typ  Type
	text string
}

// String makes a string value.
func String(s string) Value { return Value{StringType, s} }

// Integer makes a whole number.
func Integer(n int64) Value { return Value{IntegerType, strconv.FormatInt(n, 10)} }

// Number makes a decimal number, written without exponent; n must be finite.
func Number(n float64) Value { return Value{NumberType, strconv.FormatFloat(n, 'f', -1, 64)} }

// Boolean makes a truth value.
func Boolean(b bool) Value { return Value{BooleanType, strconv.FormatBool(b)} }

// List makes a list from its JSON text, which the caller has checked.
func List(json string) Value { return Value{ListType, json} }

// Hash makes a hash from its JSON text, an object, which the caller has checked.
func Hash(json string) Value { return Value{HashType, json} }

// Type returns the value's type, 0 for the zero Value.
func (v Value) Type() Type { return v.typ }

// IsZero reports whether v holds no value.
func (v Value) IsZero() bool { return v.typ == 0 }

// Text returns the value as text: the string itself, decimal digits, "true" or "false".
func (v Value) Text() string { return v.text }

// Float returns the value as a number. Quoted numbers count (jOCCI and pyssf quote or unquote at will).
func (v Value) Float() (float64, bool) {
	if v.typ == BooleanType || !isDecimal(v.text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(v.text, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// Int returns the value as a whole number; "4", 4 and 4.0 are equal, since rOCCI sends 1.0.
func (v Value) Int() (int64, bool) {
	n, ok := v.Float()
	if !ok || n != math.Trunc(n) || math.Abs(n) >= 1<<53 {
		return 0, false
	}
	return int64(n), true
}

// Bool returns the value as a truth value; quoted ones count, since jOCCI quotes them.
func (v Value) Bool() (value, ok bool) {
	switch v.text {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// As converts v to type t, or reports false if v cannot be read as one. Any scalar can be read as a string,
// since clients leave the quotes off strings that look like numbers (jOCCI).
func (v Value) As(t Type) (Value, bool) {
	if v.IsZero() {
		return v, false
	}
	switch t {
	case NumberType:
		n, ok := v.Float()
		return Number(n), ok
	case IntegerType:
		n, ok := v.Int()
		return Integer(n), ok
	case BooleanType:
		b, ok := v.Bool()
		return Boolean(b), ok
	case ListType:
		return List(v.text), v.isJSON("[")
	case HashType:
		return Hash(v.text), v.isJSON("{")
	default:
		return String(v.text), v.typ != ListType && v.typ != HashType
	}
}

// isJSON reports whether v is the text of a JSON value that begins with the bracket.
func (v Value) isJSON(bracket string) bool {
	return strings.HasPrefix(v.text, bracket) && json.Valid([]byte(v.text))
}

// isStructured reports whether v is a list or a hash, and can be written as JSON.
func (v Value) isStructured() bool {
	_, ok := v.As(v.typ)
	return ok && (v.typ == ListType || v.typ == HashType)
}

// isShown reports whether v can be a list or a hash as text/occi shows it, with other marks in place of JSON's.
func (v Value) isShown(t Type) bool {
	_, ok := v.As(t)
	return !ok && v.typ == StringType && (t == ListType && strings.HasPrefix(v.text, "[") || t == HashType && strings.HasPrefix(v.text, "{"))
}

// isDecimal reports whether s is an optional sign, digits and at most one point with digits around it.
func isDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(s, ".")
	return isDigits(whole) && (!point || isDigits(fraction))
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// clip shortens text from outside before it is quoted in a message.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// String returns the type's name as the JSON rendering writes it (GFD.226 §3.5.1), whole numbers apart.
func (t Type) String() string {
	switch t {
	case NumberType:
		return "number"
	case IntegerType:
		return "whole number"
	case BooleanType:
		return "boolean"
	case ListType:
		return "array"
	case HashType:
		return "object"
	default:
		return "string"
	}
}
