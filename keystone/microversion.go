package keystone

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Microversion is a version of the API of Nova or Cinder, such as 2.90. The zero value is none.
type Microversion struct{ Major, Minor int }

// String returns the microversion as the services spell it.
func (v Microversion) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Compare returns a number below zero if v is older than w, above zero if it is newer.
func (v Microversion) Compare(w Microversion) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor))
}

// parseMicroversion reads two numbers with a point between.
func parseMicroversion(s string) (Microversion, bool) {
	major, minor, ok := strings.Cut(s, ".")
	m, err1 := strconv.ParseUint(major, 10, 16)
	n, err2 := strconv.ParseUint(minor, 10, 16)
	return Microversion{int(m), int(n)}, ok && err1 == nil && err2 == nil
}

// newestVersion reads a service's own description for the newest microversion of an API like oldest.
// It has one version, or a list. Compute API: "Show details of specific API version". Block Storage
// API: "List Api Versions".
func newestVersion(body []byte, oldest Microversion) (Microversion, error) {
	type version struct {
		ID     string `json:"id"`
		Newest string `json:"version"` // "" for an API without microversions
	}
	var doc struct {
		Version  *version  `json:"version"`
		Versions []version `json:"versions"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return Microversion{}, err
	}
	if doc.Version != nil {
		doc.Versions = append(doc.Versions, *doc.Version)
	}
	var found []Microversion
	for _, v := range doc.Versions {
		newest, ok := parseMicroversion(v.Newest)
		if ok && newest.Major == oldest.Major && newest.Compare(oldest) >= 0 {
			found = append(found, newest)
		}
	}
	if len(found) == 0 {
		return Microversion{}, fmt.Errorf("no version %d with microversions is described", oldest.Major)
	}
	return slices.MaxFunc(found, Microversion.Compare), nil
}
