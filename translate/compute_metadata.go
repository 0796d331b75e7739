package translate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/occigate/occigate/occi"
)

// metadataID is the mixin of a compute whose server has metadata of its users.
var metadataID = occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "metadata"}

// computeMetadata is the attribute with them, a hash of texts.
const computeMetadata = "org.openstack.compute.metadata"

// metadataMixin is the mixin with metadataID.
func metadataMixin() *occi.Mixin {
	return &occi.Mixin{
		ID: metadataID, Title: "Metadata", Applies: []occi.ID{occi.ComputeID}, Location: "/metadata/",
		Attributes: []occi.Attribute{{
			Name: computeMetadata, Type: occi.HashType, Description: "items of metadata: an object whose members are texts",
		}},
	}
}

// ownPrefix begins the keys of metadata with which servers carry what is this gateway's, besides tagPrefix.
const ownPrefix = "occigate:"

// metadataKey matches the keys that Nova takes. Compute API: "Create server", metadata. Nova's own expression lets a line
// end follow, but such an item it cannot remove.
var metadataKey = regexp.MustCompile(`^[a-zA-Z0-9_:. -]{1,255}$`)

// maxMetadataValue is how long values may be, in characters.
const maxMetadataValue = 255

// isOwnKey reports whether users have nothing to do with items of the key. Nova's database takes keys in small letters and
// in capitals for the same.
func isOwnKey(key string) bool {
	lower := strings.ToLower(key)
	return strings.HasPrefix(lower, ownPrefix) || strings.HasPrefix(lower, tagPrefix)
}

// isUserKey reports whether items of the key are the users' to see and change. The path that removes an item ends in its
// key, so "." and ".." would lead to something else.
func isUserKey(key string) bool {
	return metadataKey.MatchString(key) && key != "." && key != ".." && !isOwnKey(key)
}

// userItems returns those of a server's metadata that are its users'.
func userItems(metadata map[string]string) map[string]string {
	items := make(map[string]string)
	for key, value := range metadata {
		if isUserKey(key) {
			items[key] = value
		}
	}
	return items
}

// metadataValue is the value of the attribute, ordered by key; none without items.
func metadataValue(items map[string]string) occi.Value {
	if len(items) == 0 {
		return occi.Value{}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(items) // texts alone: it cannot fail
	return occi.Hash(strings.TrimSuffix(text.String(), "\n"))
}

// parseItems reads the value of the attribute; no value has no items. Numbers and truth values are the texts that they are
// written as: to Nova all is text, and people who write replicas: 3 mean no other.
func parseItems(value occi.Value) (map[string]string, error) {
	items := make(map[string]string)
	if value.IsZero() {
		return items, nil
	}
	decoder := json.NewDecoder(strings.NewReader(value.Text()))
	decoder.UseNumber()
	if brace, _ := decoder.Token(); brace != json.Delim('{') {
		return nil, badMetadata("not an object")
	}
	for decoder.More() {
		name, _ := decoder.Token()
		said, err := decoder.Token()
		if err != nil {
			return nil, badMetadata("not an object")
		}
		key := fmt.Sprint(name)
		if _, twice := items[key]; twice {
			return nil, badMetadata("item %q is given twice", clip(key, 80))
		}
		switch v := said.(type) {
		case string:
			items[key] = v
		case json.Number:
			items[key] = v.String()
		case bool:
			items[key] = strconv.FormatBool(v)
		default:
			return nil, badMetadata("item %q is no text", clip(key, 80))
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, badMetadata("not an object")
	}
	return items, nil
}

// checkItem refuses an item that users may not set, or that Nova does not take. Characters beyond U+FFFF are among that:
// its tables have MySQL's utf8, which lacks them. An update would fail, and a server that began with one would be built
// for ever.
func checkItem(key, value string) error {
	item := clip(key, 80)
	switch {
	case isOwnKey(key):
		return badMetadata("item %q is not for users: keys that begin with %q or %q are the provider's", item, ownPrefix, tagPrefix)
	case !isUserKey(key):
		return badMetadata("%q is no key: want 1 to 255 letters, digits, blanks and any of \"-_:.\", but neither \".\" nor \"..\"", item)
	case utf8.RuneCountInString(value) > maxMetadataValue:
		return badMetadata("item %q has %d characters, but Nova takes at most %d", item, utf8.RuneCountInString(value), maxMetadataValue)
	}
	const lastOfUTF8 = '\uffff'
	if i := strings.IndexFunc(value, func(r rune) bool { return r > lastOfUTF8 }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(value[i:])
		return badMetadata("item %q has the character %q, which Nova cannot keep", item, r)
	}
	return nil
}

// newItems returns the metadata that a client wants for a new compute.
func newItems(e *occi.Entity) (map[string]string, error) {
	items, err := parseItems(e.Attributes.Get(computeMetadata))
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(items)) {
		if err := checkItem(key, items[key]); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func badMetadata(format string, args ...any) error {
	return occi.Errorf(occi.Invalid, "attribute %s: %s", computeMetadata, fmt.Sprintf(format, args...))
}
