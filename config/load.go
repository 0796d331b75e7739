package config

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// Source is where Load looks. The zero value is no file, no environment, no flags.
type Source struct {
	// Path is the YAML file; "" for none.
	Path string
	// Environ is the environment as "name=value", as os.Environ gives it.
	Environ []string
	// Flags are the parsed command line; see [Flags]. Only flags that were given
	// count, and flags that are none of ours are passed over.
	Flags *pflag.FlagSet
	// CheckFiles also finds fault with named files that cannot be read.
	CheckFiles bool
}

// Load is the default configuration with all of src laid over it.
//
// Its error is an [*InvalidError] with every fault of every source. The Config
// given with that is filled in as far as it goes: a setting with a fault has its
// default, or the value that was found wanting.
func Load(src Source) (Config, error) {
	l := loader{
		schema:   newSchema(),
		path:     src.Path,
		merged:   koanf.New("."),
		origins:  map[string]string{},
		rejected: map[string]bool{},
	}
	cfg, err := l.load(src)
	if err != nil {
		return Config{}, err
	}
	if len(l.faults) > 0 {
		return cfg, &InvalidError{Faults: l.faults}
	}
	return cfg, nil
}

// loader is the state of one Load.
type loader struct {
	schema   schema
	path     string
	merged   *koanf.Koanf
	lines    map[string]int    // of the file's keys
	origins  map[string]string // setting → the last source that set it
	rejected map[string]bool   // settings and sections that were given but not taken; "" is all
	faults   []Fault
}

func (l *loader) load(src Source) (Config, error) {
	var cfg Config
	err := errors.Join( // in this order: each is laid over those before it
		l.merged.Load(structs.Provider(Default(), "koanf"), nil),
		l.loadFile(),
		l.loadEnvironment(src.Environ),
		l.loadFlags(src.Flags),
		l.merged.Unmarshal("", &cfg),
	)
	if err != nil {
		return cfg, err
	}
	l.check(cfg.faults())
	if src.CheckFiles {
		l.check(cfg.fileFaults())
	}
	slices.SortStableFunc(l.faults, l.inFileOrder)
	return cfg, nil
}

// loadFile lays the YAML file over what is there.
func (l *loader) loadFile() error {
	if l.path == "" {
		return nil
	}
	text, err := os.ReadFile(l.path)
	if err != nil {
		l.reject(Fault{Source: l.path, Message: reason(err)})
		return nil
	}
	d := readDocument(l.schema, l.path, text)
	l.lines = d.lines
	for _, f := range d.faults {
		l.reject(f)
	}
	for _, key := range slices.Sorted(maps.Keys(d.values)) {
		l.origins[key] = l.path
		if err := l.merged.Set(key, d.values[key]); err != nil {
			return err
		}
	}
	return nil
}

// reject keeps a fault of a source whose value was not taken.
func (l *loader) reject(f Fault) {
	l.faults = append(l.faults, f)
	l.rejected[l.schema.settingKey(f.Key)] = true
}

// check keeps the faults of the merged configuration, except those that follow
// from a rejected value.
func (l *loader) check(faults []Fault) {
	for _, f := range faults {
		keys := append([]string{f.Key}, f.related...)
		if slices.ContainsFunc(keys, l.doubtful) {
			continue
		}
		f.Source, f.Line = l.place(keys)
		l.faults = append(l.faults, f)
	}
}

// doubtful tells whether the setting, or a section it is in, was rejected.
func (l *loader) doubtful(key string) bool {
	key = l.schema.settingKey(key)
	for key != "" && !l.rejected[key] {
		key = parentKey(key)
	}
	return l.rejected[key]
}

// place is where the first of the settings that is set anywhere is set, or the
// file, where it would be.
func (l *loader) place(keys []string) (source string, line int) {
	for _, key := range keys {
		setting := l.schema.settingKey(key)
		switch origin := l.origins[setting]; origin {
		case "":
			continue
		case l.path:
			return origin, cmp.Or(l.lines[key], l.lines[setting])
		default:
			return origin, 0
		}
	}
	return l.path, 0
}

// inFileOrder puts faults with a line first, by line.
func (l *loader) inFileOrder(a, b Fault) int {
	switch {
	case a.Line == b.Line:
		return 0
	case a.Line == 0:
		return 1
	case b.Line == 0:
		return -1
	default:
		return cmp.Compare(a.Line, b.Line)
	}
}

// reason is an error of the file system without the path, which is said already.
func reason(err error) string {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err.Error()
	}
	return err.Error()
}
