package occi_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/occigate/occigate/occi"
)

// schema tells what a JSON value may be: it returns what is wrong, or "".
type schema func(v any) string

// member is a member of an object: what it may be, and whether it may be absent.
type member struct {
	schema   schema
	optional bool
}

// object allows the given members and no others, as the schema of GFD.226 appendix B does.
func object(members map[string]member) schema {
	return func(v any) string {
		o, ok := v.(map[string]any)
		if !ok {
			return fmt.Sprintf("%v is no object", v)
		}
		for name, value := range o {
			m, ok := members[name]
			if !ok {
				return fmt.Sprintf("there is no member %q", name)
			}
			if fault := m.schema(value); fault != "" {
				return name + ": " + fault
			}
		}
		for name, m := range members {
			if _, ok := o[name]; !ok && !m.optional {
				return fmt.Sprintf("member %q is missing", name)
			}
		}
		return ""
	}
}

// array allows an array with at least so many elements.
func array(least int, element schema) schema {
	return func(v any) string {
		a, ok := v.([]any)
		if !ok || len(a) < least {
			return fmt.Sprintf("%v is no array of %d or more", v, least)
		}
		for i, value := range a {
			if fault := element(value); fault != "" {
				return fmt.Sprintf("[%d]: %s", i, fault)
			}
		}
		return ""
	}
}

func matching(expression string) schema {
	compiled := regexp.MustCompile(expression)
	return func(v any) string {
		if s, ok := v.(string); !ok || !compiled.MatchString(s) {
			return fmt.Sprintf("%v does not match %s", v, expression)
		}
		return ""
	}
}

func anyOf(schemas ...schema) schema {
	return func(v any) string {
		var faults []string
		for _, s := range schemas {
			fault := s(v)
			if fault == "" {
				return ""
			}
			faults = append(faults, fault)
		}
		return strings.Join(faults, "; ")
	}
}

// named allows an object with any names that match and values of one kind.
func named(expression string, value schema) schema {
	name := matching(expression)
	return func(v any) string {
		o, ok := v.(map[string]any)
		if !ok {
			return fmt.Sprintf("%v is no object", v)
		}
		for key, member := range o {
			if fault := name(key); fault != "" {
				return fault
			}
			if fault := value(member); fault != "" {
				return key + ": " + fault
			}
		}
		return ""
	}
}

func boolean(v any) string {
	if _, ok := v.(bool); !ok {
		return fmt.Sprintf("%v is no boolean", v)
	}
	return ""
}

func anything(any) string { return "" }

// The schemas of GFD.226 appendix B, with what rOCCI 5 adds: attributes are never missing, nor are type, mutable and
// required in their descriptions, nor the location of a kind.
var (
	someText      = matching(`(?s).+`)
	typeID        = matching(`^[^ #]+#[A-Za-z0-9_.-]+$`)
	absoluteURL   = matching(`^http://gw\.example\.org:8787/occi1\.1/[a-z]+/[A-Za-z0-9._~:@+%-]+$`)
	path          = matching(`^/occi1\.1/([A-Za-z0-9._~:@+%-]+/)+$`)
	attributeName = `^[A-Za-z0-9_.-]+$`

	end = object(map[string]member{"location": {absoluteURL, false}, "kind": {typeID, false}})

	linkSchema = object(map[string]member{
		"kind": {typeID, false}, "mixins": {array(1, typeID), true}, "attributes": {named(attributeName, anything), false},
		"actions": {array(1, typeID), true}, "id": {someText, false}, "source": {end, false}, "target": {end, false},
		"title": {someText, true},
	})
	resourceSchema = object(map[string]member{
		"kind": {typeID, false}, "mixins": {array(1, typeID), true}, "attributes": {named(attributeName, anything), false},
		"actions": {array(1, typeID), true}, "id": {someText, false}, "links": {array(1, linkSchema), true},
		"summary": {someText, true}, "title": {someText, true},
	})
	description = object(map[string]member{
		"type": {matching(`^(string|number|boolean|array|object)$`), false}, "mutable": {boolean, false}, "required": {boolean, false},
		"default": {anything, true}, "description": {someText, true},
	})
	actionSchema = object(map[string]member{
		"term": {matching(attributeName), false}, "scheme": {matching(`^[^ #]+#$`), false}, "title": {someText, true},
		"attributes": {named(attributeName, description), true},
	})
	kindSchema = object(map[string]member{
		"term": {matching(attributeName), false}, "scheme": {matching(`^[^ #]+#$`), false}, "title": {someText, true},
		"attributes": {named(attributeName, description), true}, "parent": {typeID, true}, "actions": {array(1, typeID), true},
		"location": {path, false},
	})
	mixinSchema = object(map[string]member{
		"term": {matching(attributeName), false}, "scheme": {matching(`^[^ #]+#$`), false}, "title": {someText, true},
		"attributes": {named(attributeName, description), true}, "actions": {array(1, typeID), true},
		"depends": {array(1, typeID), true}, "applies": {array(1, typeID), true}, "location": {path, false},
	})
	modelSchema = object(map[string]member{
		"kinds": {array(1, kindSchema), true}, "mixins": {array(1, mixinSchema), true}, "actions": {array(1, actionSchema), true},
	})
	collectionSchema = object(map[string]member{
		"resources": {array(0, resourceSchema), true}, "links": {array(1, linkSchema), true},
	})
)

// TestJSONSchema checks everything in the golden files that is rendered in JSON.
func TestJSONSchema(t *testing.T) {
	t.Parallel()
	schemas := map[string]schema{
		"answer-entity": resourceSchema, "answer-created": resourceSchema, "answer-long": resourceSchema,
		"answer-link": linkSchema, "answer-entities": collectionSchema, "answer-empty": collectionSchema,
		"answer-model": modelSchema, "answer-mixin": mixinSchema, "answer-ok": object(nil),
		"answer-error": object(map[string]member{"error": {anything, false}}),
	}
	for _, g := range goldenFiles(t, "*.txtar") {
		section, ok := g.section(occi.JSON.String())
		if !ok || strings.HasPrefix(section, "internal: ") {
			continue
		}
		s, ok := schemas[g.name()]
		if !ok {
			s = anyOf(resourceSchema, linkSchema, collectionSchema)
		}
		var v any
		if err := json.Unmarshal([]byte(strings.TrimSuffix(section, "␄\n")), &v); err != nil {
			t.Errorf("%s: %v", g.path, err)
		} else if fault := s(v); fault != "" {
			t.Errorf("%s: %s", g.path, fault)
		}
	}
}

// TestJSONSchemaHolds checks it for entities of any kind, with any texts.
func TestJSONSchemaHolds(t *testing.T) {
	t.Parallel()
	model := exampleModel()
	rapid.Check(t, func(t *rapid.T) {
		e := drawEntity(t, model, rapid.String())
		r, err := occi.Renderer{Format: occi.JSON, URLs: exampleURLs}.Entity(e)
		if err != nil {
			t.Fatal(err)
		}
		s := resourceSchema
		if e.Kind.IsLink() {
			s = linkSchema
		}
		var v any
		if err := json.Unmarshal(r.Body, &v); err != nil {
			t.Errorf("%v\n%s", err, r.Body)
		} else if fault := s(v); fault != "" {
			t.Errorf("%s\n%s", fault, r.Body)
		}
	})
}
