package occi

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What OCCI needs stays far below these: attributes of a link of a resource of a collection, nested as rOCCI 4 does,
// are some twelve levels deep.
const (
	jsonDepth  = 16
	jsonString = 128 << 10 // bytes
)

// jsonDocument reads a body into a tree. Its first error sticks.
type jsonDocument struct {
	decoder  *json.Decoder
	body     []byte
	limits   Limits
	keys     int // so far
	elements int // so far
	names    map[jsonName]struct{}
	err      *Error
}

// jsonName is a member of an object, remembered since no object may have two of a name.
type jsonName struct {
	object *jsonNode
	name   string
}

// readJSONTree reads the one value that the body is. Syntax errors are told with line and column, others with the
// path of the value.
func readJSONTree(body []byte, l Limits) (*jsonNode, *Error) {
	if at := invalidUTF8(body); at >= 0 {
		line, column := textPosition(body, at)
		return nil, Errorf(Invalid, "line %d, column %d: JSON has to be UTF-8", line, column)
	}
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		return nil, jsonSyntaxError(body, err)
	}
	d := &jsonDocument{
		decoder: json.NewDecoder(bytes.NewReader(body)),
		body:    body,
		limits:  l,
		names:   map[jsonName]struct{}{},
	}
	d.decoder.UseNumber()
	root := &jsonNode{document: d}
	d.read(root, 0)
	return root, d.err
}

// read reads the next value into the node, which is below so many others.
func (d *jsonDocument) read(n *jsonNode, depth int) {
	switch token := d.token(n).(type) {
	case json.Delim:
		if depth == jsonDepth {
			n.fail("values are nested more than %d deep", jsonDepth)
			return
		}
		if token == '{' {
			d.readObject(n, depth+1)
		} else {
			d.readArray(n, depth+1)
		}
	case string:
		n.kind, n.text = jsonText, token
	case json.Number:
		n.kind, n.text = jsonNumber, token.String()
	case bool:
		n.kind, n.text = jsonBoolean, "false"
		if token {
			n.text = "true"
		}
	}
}

func (d *jsonDocument) readObject(n *jsonNode, depth int) {
	n.kind = jsonObject
	for d.err == nil && d.decoder.More() {
		if d.keys++; d.keys > d.limits.Keys {
			n.fail("the message has more than %d keys", d.limits.Keys)
			return
		}
		name, _ := d.token(n).(string)
		child := &jsonNode{document: d, up: n, name: name}
		if _, twice := d.names[jsonName{n, name}]; twice {
			child.fail("is given twice")
			return
		}
		d.names[jsonName{n, name}] = struct{}{}
		n.children = append(n.children, child)
		d.read(child, depth)
	}
	d.token(n) // the closing brace
}

func (d *jsonDocument) readArray(n *jsonNode, depth int) {
	n.kind = jsonArray
	for d.err == nil && d.decoder.More() {
		if d.elements++; d.elements > d.limits.Elements {
			n.fail("the message has more than %d array elements", d.limits.Elements)
			return
		}
		child := &jsonNode{document: d, up: n, index: len(n.children)}
		n.children = append(n.children, child)
		d.read(child, depth)
	}
	d.token(n) // the closing bracket
}

// token returns the next token of the value, nil after an error.
func (d *jsonDocument) token(n *jsonNode) json.Token {
	if d.err != nil {
		return nil
	}
	begin := d.decoder.InputOffset()
	token, err := d.decoder.Token()
	if err != nil {
		n.fail("%v", err)
		return nil
	}
	text, ok := token.(string)
	switch {
	case !ok:
	case len(text) > jsonString:
		n.fail("a string has more than %d bytes", jsonString)
	case strings.Contains(text, "\ufffd") && hasLoneSurrogate(d.body[begin:d.decoder.InputOffset()]):
		n.fail("a string's escapes give no valid UTF-8")
	}
	return token
}

// hasLoneSurrogate reports whether the text has an escape for half a character, which encoding/json replaces.
func hasLoneSurrogate(raw []byte) bool {
	s := string(raw)
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return false
		}
		first, ok := parseHex(s, i+2, i+6)
		if s[i+1] != 'u' || !ok || !utf16.IsSurrogate(first) {
			s = s[i+2:]
			continue
		}
		second, ok := parseHex(s, i+8, i+12)
		if !ok || s[i+6:i+8] != `\u` || utf16.DecodeRune(first, second) == utf8.RuneError {
			return true
		}
		s = s[i+12:]
	}
}

func jsonSyntaxError(body []byte, err error) *Error {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return Errorf(Invalid, "%v", err)
	}
	// The offset is behind the byte that is wrong, or the end of the body.
	line, column := textPosition(body, max(0, int(syntax.Offset)-1))
	return Errorf(Invalid, "line %d, column %d: %v", line, column, syntax)
}

// invalidUTF8 returns the position of the first byte that is no UTF-8, or -1.
func invalidUTF8(body []byte) int {
	if utf8.Valid(body) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// textPosition returns line and column, in characters, of the byte at the position, counted from 1.
func textPosition(body []byte, at int) (line, column int) {
	before := body[:min(at, len(body))]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[begin:]) + 1
}
