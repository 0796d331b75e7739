package keystone

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// trust is the authorities of files, which are read again when they change. Nobody watches the files: a
// call to OpenStack looks at them, if the last look is long enough ago. What cannot be used changes
// nothing. The system's authorities are Go's to read, once.
type trust struct {
	file, dir string
	interval  time.Duration
	now       func() time.Time
	warn      func(error)
	reloaded  func(error)

	mu      sync.Mutex
	looked  time.Time
	seen    string // what the files looked like then
	current *authorities
}

// newTrust reads the files for the first time, when they have to be right. o has its defaults.
func newTrust(o Options) (*trust, error) {
	t := &trust{
		file: o.CAFile, dir: o.CADir, interval: o.TrustInterval, now: o.Now, warn: o.Warn, reloaded: o.TrustReloaded,
	}
	t.looked, t.seen = t.now(), t.stamp() // before reading: what changes meanwhile is read again
	var err error
	t.current, err = readAuthorities(t.file, t.dir, nil, t.warn)
	return t, err
}

// authorities are those to be trusted now.
func (t *trust) authorities() *authorities {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.current
}

// look reads the files if they have changed, and reports whether others are trusted now.
func (t *trust) look() bool {
	if t.file == "" && t.dir == "" {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := t.now(); now.Sub(t.looked) >= t.interval {
		t.looked = now
	} else {
		return false
	}
	stamp := t.stamp()
	if stamp == t.seen {
		return false
	}
	t.seen = stamp
	read, err := readAuthorities(t.file, t.dir, t.current, t.warn)
	t.reloaded(err)
	if err != nil {
		return false
	}
	t.current = read
	return true
}

// stamp tells versions of the files apart: by name, size and time of what links lead to.
func (t *trust) stamp() string {
	var b strings.Builder
	add := func(name string) {
		info, err := os.Stat(name)
		if err != nil {
			fmt.Fprintln(&b, name, "gone")
			return
		}
		fmt.Fprintln(&b, name, info.Size(), info.ModTime().UnixNano())
	}
	if t.file != "" {
		add(t.file)
	}
	if t.dir != "" {
		entries, err := fs.ReadDir(os.DirFS(t.dir), ".")
		if err != nil {
			fmt.Fprintln(&b, t.dir, "gone")
		}
		for _, entry := range entries {
			if name := entry.Name(); certificateName.MatchString(name) || revocationName.MatchString(name) {
				add(filepath.Join(t.dir, name))
			}
		}
	}
	return b.String()
}
