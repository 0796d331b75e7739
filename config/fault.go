package config

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong with a configuration.
type Fault struct {
	// Source is what said it: a file's path, an environment variable, a flag.
	// Empty where only a Config is known.
	Source string
	// Line is the line of the file, from 1; 0 where there is none.
	Line int
	// Key is the setting, as in "keystone.url", "mounts[1]"; empty where no one
	// setting is meant.
	Key string
	// Message says what is wanted and what was found.
	Message string

	// related are other settings that the fault is about: it is reported where the
	// first of them is set if Key is not set anywhere.
	related []string
}

// String is the fault in one line, "occigate.yaml:12: keystone.url: message", without
// the parts that are not known.
func (f Fault) String() string {
	var b strings.Builder
	if f.Source != "" {
		b.WriteString(f.Source)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d", f.Line)
		}
		b.WriteString(": ")
	}
	if f.Key != "" {
		b.WriteString(f.Key + ": ")
	}
	b.WriteString(f.Message)
	return b.String()
}

// InvalidError is a configuration with at least one fault.
type InvalidError struct {
	// Faults are all the faults found.
	Faults []Fault
}

// Error has one line for each fault.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}
