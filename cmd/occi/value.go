package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/occigate/occigate/occi"
)

// line writes a request's lines in text/plain.
type lines struct{ b strings.Builder }

func (l *lines) category(id occi.ID, class occi.Class) {
	fmt.Fprintf(&l.b, "Category: %s; scheme=%q; class=%q\n", id.Term, id.Scheme, class)
}

func (l *lines) attribute(name, value string) {
	fmt.Fprintf(&l.b, "X-OCCI-Attribute: %s=%s\n", name, value)
}

func (l *lines) String() string { return l.b.String() }

// typed is rOCCI's way to say the type of a value.
var typed = regexp.MustCompile(`^(num|float|bool)\((.*)\)$`)

// attributes writes name=value pairs as users give them. Values of attributes that the standard has for numbers and
// truth values, and those in num(), float() and bool(), are not quoted.
func (l *lines) attributes(pairs []string) error {
	types := standardTypes()
	for _, pair := range pairs {
		name, value, found := strings.Cut(pair, "=")
		if !found || name == "" {
			return fmt.Errorf("attribute %q: want NAME=VALUE", pair)
		}
		t := types[name]
		if explicit := typed.FindStringSubmatch(value); explicit != nil {
			t, value = map[string]occi.Type{"num": occi.IntegerType, "float": occi.NumberType, "bool": occi.BooleanType}[explicit[1]], explicit[2]
		}
		if t == 0 || t == occi.StringType {
			l.attribute(name, quote(value))
			continue
		}
		v, ok := occi.String(value).As(t)
		if !ok {
			return fmt.Errorf("attribute %s: %q is no %s", name, value, t)
		}
		l.attribute(name, v.Text())
	}
	return nil
}

// standardTypes are the types of the standard's attributes.
func standardTypes() map[string]occi.Type {
	types := map[string]occi.Type{}
	for _, k := range occi.Infrastructure().Kinds() {
		for _, a := range k.Attributes {
			types[a.Name] = a.Type
		}
	}
	return types
}

// quote writes a string as GFD.229 §7 has it.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s) + `"`
}

// contexts are what --context knows: rOCCI's two variables, as the standard's mixins.
var contexts = map[string]struct {
	mixin     occi.ID
	attribute string
	encode    func(string) string
}{
	"public_key": {occi.SSHKeyID, "occi.credentials.ssh.publickey", strings.TrimSpace},
	"user_data": {occi.UserDataID, "occi.compute.userdata", func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(s))
	}},
}

// context writes public_key=… and user_data=…, where the value is a text or file:// and a path.
func (l *lines) context(pairs []string) error {
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		known, ok := contexts[name]
		if !ok {
			return fmt.Errorf("context %q: want public_key=… or user_data=…", pair)
		}
		if path, isFile := strings.CutPrefix(value, "file://"); isFile {
			content, err := os.ReadFile(path) //nolint:gosec // the user names it
			if err != nil {
				return err
			}
			value = string(content)
		}
		l.category(known.mixin, occi.ClassMixin)
		l.attribute(known.attribute, quote(known.encode(value)))
	}
	return nil
}
