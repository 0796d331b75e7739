package config

import (
	"reflect"
	"strings"
)

// field is one setting of Config.
type field struct {
	key string
	typ reflect.Type
}

// schema is what settings there are, read from the type Config.
type schema struct {
	fields   []field          // in the order of Config
	byKey    map[string]field // "keystone.url"
	sections map[string]bool  // "keystone"
}

func newSchema() schema {
	s := schema{byKey: map[string]field{}, sections: map[string]bool{}}
	s.add("", reflect.TypeFor[Config]())
	return s
}

// add takes in the fields of the section type t, whose own key is section.
func (s *schema) add(section string, t reflect.Type) {
	for f := range t.Fields() {
		key := joinKey(section, f.Tag.Get("koanf"))
		if f.Type.Kind() == reflect.Struct {
			s.sections[key] = true
			s.add(key, f.Type)
			continue
		}
		s.fields = append(s.fields, field{key: key, typ: f.Type})
		s.byKey[key] = s.fields[len(s.fields)-1]
	}
}

// settingKey is the key of the setting that key is or is a part of: "mounts" for
// "mounts[1]", "keystone.endpoints" for "keystone.endpoints.image". A key that is
// no part of a setting is returned as it is.
func (s *schema) settingKey(key string) string {
	whole, _, _ := strings.Cut(key, "[")
	for k := whole; k != ""; k = parentKey(k) { // the keys of a map may have dots in them
		if _, known := s.byKey[k]; known {
			return k
		}
	}
	return key
}

// keys are those of all settings and sections.
func (s *schema) keys() []string {
	var keys []string
	for _, f := range s.fields {
		keys = append(keys, f.key)
	}
	for section := range s.sections {
		keys = append(keys, section)
	}
	return keys
}

func joinKey(section, name string) string {
	if section == "" {
		return name
	}
	return section + "." + name
}

// parentKey is the key of the section that key is in, "" for the whole file.
func parentKey(key string) string {
	return key[:max(0, strings.LastIndexByte(key, '.'))]
}
