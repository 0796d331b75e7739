package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/knadh/koanf/providers/env/v2"
)

// environmentPrefix begins the names of our environment variables.
const environmentPrefix = "OCCIGATE_"

// serviceVariable matches what Kubernetes puts into every container for services
// whose names begin with occigate, such as OCCIGATE_PORT_8787_TCP_ADDR.
var serviceVariable = regexp.MustCompile(
	`^OCCIGATE_(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`)

// variableName is the environment variable of a setting.
func variableName(key string) string {
	return environmentPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// loadEnvironment lays our variables over what is there.
func (l *loader) loadEnvironment(environ []string) error {
	settings := map[string]field{}
	for _, f := range l.schema.fields {
		settings[variableName(f.key)] = f
	}
	return l.merged.Load(env.Provider(".", env.Opt{
		Prefix:      environmentPrefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, text string) (string, any) {
			f, known := settings[name]
			switch {
			case known:
				return l.variable(f, name, text)
			case !serviceVariable.MatchString(name):
				message := "unknown setting" + didYouMean(name, slices.Collect(maps.Keys(settings)))
				l.faults = append(l.faults, Fault{Source: name, Message: message})
			}
			return "", nil
		},
	}), nil)
}

// variable is the setting that one environment variable makes, as koanf takes it:
// key and value, no key for no setting.
func (l *loader) variable(f field, name, text string) (string, any) {
	value, err := parseText(f.typ, text)
	if err != nil {
		l.reject(Fault{Source: name, Key: f.key, Message: err.Error()})
		return "", nil
	}
	l.origins[f.key] = name
	return f.key, value
}

// parseText reads the value of a setting from one line of text: elements of a list
// separated by commas, entries of a map too, each key=value.
func parseText(t reflect.Type, text string) (any, error) {
	switch t.Kind() {
	case reflect.Slice:
		values := []any{}
		for _, element := range elements(text) {
			value, err := parseScalar(t.Elem(), element)
			if err != nil {
				return nil, err
			}
			values = append(values, value)
		}
		return values, nil
	case reflect.Map:
		values := map[string]string{} // koanf merges a map[string]any; this is to replace
		for _, entry := range elements(text) {
			key, value, found := strings.Cut(entry, "=")
			if _, twice := values[key]; !found || twice {
				return nil, errors.New("want entries key=value, each key once, separated by commas")
			}
			values[key] = value
		}
		return values, nil
	default:
		return parseScalar(t, text)
	}
}

func parseScalar(t reflect.Type, text string) (any, error) {
	s := scalarOf(t)
	value, err := s.parse(text)
	if err != nil {
		return nil, fmt.Errorf("want %s, got %q", s.want, text)
	}
	return value, nil
}

// elements are the parts of text between commas, without spaces around them;
// none where text is empty.
func elements(text string) []string {
	if text == "" {
		return nil
	}
	parts := strings.Split(text, ",")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	return parts
}
