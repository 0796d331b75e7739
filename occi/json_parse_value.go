package occi

import (
	"strconv"
	"strings"
)

// longest name of an attribute, be it in one piece or in many.
const attributeNameLength = 255

// longest number, in digits: the largest and smallest of 64 bits have fewer without exponent.
const numberLength = 400

// pairs adds the attributes in the object under their names (GFD.226 §3.5), or under parts of them, in objects within
// objects (rOCCI 4). An object is the value of an attribute if its name has points, which a part has not. What is given
// twice has to agree.
func (n *jsonNode) pairs(to *Attributes, prefix string) {
	if !n.is(jsonObject) {
		return
	}
	for _, member := range n.children {
		name := member.attributeName(prefix)
		switch {
		case n.document.err != nil:
			return
		case member.kind == jsonNull: // no value
		case member.kind == jsonObject && !strings.Contains(member.name, "."):
			member.pairs(to, name)
		default:
			member.pair(to, name)
		}
	}
}

// pair adds the attribute whose value this is.
func (n *jsonNode) pair(to *Attributes, name string) {
	v := n.value()
	switch old := to.Get(name); {
	case old.IsZero():
		*to = append(*to, Pair{name, v})
	case old.Text() != v.Text():
		n.fail("%s is given twice, with different values", name) // not which: it may be a secret
	}
	n.limit(len(*to), n.document.limits.Attributes, "attributes")
}

// attributeName returns the name of the attribute, or its beginning, that the member stands for.
func (n *jsonNode) attributeName(prefix string) string {
	name := n.name
	if prefix != "" {
		name = prefix + "." + name
	}
	if !isToken(n.name) || len(name) > attributeNameLength {
		n.fail("%q is no attribute name", clip(name))
	}
	return name
}

// value insists on what an attribute can have.
func (n *jsonNode) value() Value {
	switch n.kind {
	case jsonText:
		return String(n.text)
	case jsonBoolean:
		return Value{BooleanType, n.text}
	case jsonArray:
		return List(string(n.appendTo(nil)))
	case jsonObject:
		return Hash(string(n.appendTo(nil)))
	case jsonNumber:
		v, ok := decimal(n.text)
		if !ok {
			n.fail("the number %s is too large or too long", clip(n.text))
		}
		return v
	default:
		n.wants("a string, number, boolean, array or object")
		return Value{}
	}
}

// appendTo appends the value as JSON.
func (n *jsonNode) appendTo(buf []byte) []byte {
	switch n.kind {
	case jsonText:
		return appendJSONString(buf, n.text)
	case jsonNumber, jsonBoolean:
		return append(buf, n.text...)
	case jsonArray, jsonObject:
	default:
		return append(buf, "null"...)
	}
	open, end := byte('['), byte(']')
	if n.kind == jsonObject {
		open, end = '{', '}'
	}
	buf = append(buf, open)
	for i, child := range n.children {
		if i > 0 {
			buf = append(buf, ',')
		}
		if n.kind == jsonObject {
			buf = append(appendJSONString(buf, child.name), ':')
		}
		buf = child.appendTo(buf)
	}
	return append(buf, end)
}

// decimal returns the JSON number without exponent and otherwise as it is, unless 64 bits cannot hold it.
func decimal(number string) (Value, bool) {
	text, ok := withoutExponent(number)
	if !ok || len(text) > numberLength {
		return Value{}, false
	}
	v := Value{IntegerType, text}
	if strings.Contains(text, ".") {
		v.typ = NumberType
	}
	_, ok = v.Float()
	return v, ok
}

// withoutExponent moves the point of the JSON number as its exponent says, unless that is far.
func withoutExponent(number string) (string, bool) {
	mantissa, exponent, found := strings.Cut(strings.ToLower(number), "e")
	if !found {
		return number, true
	}
	shift, err := strconv.Atoi(exponent)
	if err != nil || shift > numberLength || shift < -numberLength {
		return "", false
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, point := whole+fraction, len(whole)+shift
	if point <= 0 {
		digits, point = strings.Repeat("0", 1-point)+digits, 1
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	text := strings.TrimLeft(digits[:point-1], "0") + digits[point-1:point]
	if point < len(digits) {
		text += "." + digits[point:]
	}
	if negative {
		text = "-" + text
	}
	return text, true
}
