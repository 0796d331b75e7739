package definitions

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/occigate/occigate/occi"
)

// The sizes of the columns, in bytes. With them the widest index has 574 bytes; InnoDB's oldest row format takes 767.
const (
	maxProject   = 64
	maxUser      = 255
	maxScheme    = 255
	maxTerm      = 255
	maxTitle     = 1024
	maxLocation  = 255
	maxRelations = 4096
)

// checkOwner reports ids that cannot be Keystone's: a fault of the caller, not of the client.
func checkOwner(project, user string) error {
	if project == "" || len(project) > maxProject {
		return fmt.Errorf("the id of the project has %d bytes: want 1 to %d", len(project), maxProject)
	}
	if len(user) > maxUser {
		return fmt.Errorf("the id of the user has %d bytes: want at most %d", len(user), maxUser)
	}
	return nil
}

// check reports what would not be stored as it is.
func check(m *occi.Mixin) error {
	depends, applies := joinIDs(m.Depends), joinIDs(m.Applies)
	for _, field := range []struct {
		name, value string
		most        int
	}{
		{"scheme", m.Scheme, maxScheme},
		{"term", m.Term, maxTerm},
		{"title", m.Title, maxTitle},
		{"location", m.Location, maxLocation},
		{"list of related mixins", depends, maxRelations},
		{"list of kinds it applies to", applies, maxRelations},
	} {
		if len(field.value) > field.most {
			return occi.Errorf(occi.Invalid, "the %s of the mixin %q has %d bytes: want at most %d",
				field.name, clip(m.String()), len(field.value), field.most)
		}
		if !utf8.ValidString(field.value) {
			return occi.Errorf(occi.Invalid, "the %s of the mixin %q is not UTF-8", field.name, clip(m.String()))
		}
	}
	for _, id := range slices.Concat([]occi.ID{m.ID}, m.Depends, m.Applies) {
		if !isIdentifier(id) {
			return occi.Errorf(occi.Invalid, "%q is no type identifier: want scheme#term", clip(id.String()))
		}
	}
	if len(m.Location) < len("/x/") || !strings.HasPrefix(m.Location, "/") || !strings.HasSuffix(m.Location, "/") {
		return occi.Errorf(occi.Invalid, "the location %q of the mixin %q is none of its own: want a path such as /my_stuff/",
			m.Location, m)
	}
	if len(m.Attributes)+len(m.Actions) > 0 {
		return occi.Errorf(occi.Invalid, "the mixin %q has attributes or actions: only the provider's mixins may", m)
	}
	return nil
}

// isIdentifier reports whether splitIDs gives back the id.
func isIdentifier(id occi.ID) bool {
	parsed, err := occi.ParseID(id.String())
	return err == nil && parsed == id && !strings.ContainsFunc(id.String(), unicode.IsSpace)
}

// admit reports why a project that has some mixins cannot have the others as well, at most so many together.
func admit(has, others []*occi.Mixin, most int) error {
	ids := make(map[occi.ID]bool, len(has)+len(others))
	holders := make(map[string]occi.ID, len(has)+len(others))
	for _, m := range has {
		ids[m.ID], holders[m.Location] = true, m.ID
	}
	for _, m := range others {
		if ids[m.ID] {
			return occi.Errorf(occi.Conflict, "the project has defined the mixin %q already", m)
		}
		if holder, taken := holders[m.Location]; taken {
			return occi.Errorf(occi.Conflict, "the location %q of the mixin %q is that of the mixin %q",
				m.Location, m, holder)
		}
		ids[m.ID], holders[m.Location] = true, m.ID
	}
	if len(ids) > most {
		return occi.Errorf(occi.Forbidden, "a project may define at most %d mixins: it has %d, and %d more are too many",
			most, len(has), len(others))
	}
	return nil
}

// joinIDs writes type identifiers as a column holds them.
func joinIDs(ids []occi.ID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = id.String()
	}
	return strings.Join(words, " ")
}

// splitIDs reads what joinIDs wrote.
func splitIDs(column string) []occi.ID {
	var ids []occi.ID
	for word := range strings.FieldsSeq(column) {
		i := strings.LastIndexByte(word, '#') + 1
		ids = append(ids, occi.ID{Scheme: word[:i], Term: word[i:]})
	}
	return ids
}

// clip shortens what a client sent for use in a message.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
