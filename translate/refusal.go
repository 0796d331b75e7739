package translate

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/gophercloud/gophercloud/v2"
)

// refusal is what an OpenStack service says when it refuses, cleaned for clients.
type refusal struct {
	kind    string // the name of the error where the service gives one, such as overLimit or OverQuota
	message string // "" if there is none that can be shown
}

// readRefusal reads the JSON envelope of an error. Each service has its own:
//
//	Nova, Cinder   {"conflictingRequest": {"code": 409, "message": "…"}}
//	Neutron        {"NeutronError": {"type": "OverQuota", "message": "…", "detail": ""}}
//	Keystone       {"error": {"code": 403, "title": "Forbidden", "message": "…"}}
//	Glance         {"code": "409 Conflict", "title": "Conflict", "message": "…<br /><br />"}
//
// A body that is none of these says nothing: proxies answer with pages of their own.
func readRefusal(body []byte) refusal {
	var envelope map[string]json.RawMessage
	if json.Unmarshal(body, &envelope) != nil {
		return refusal{}
	}
	var flat struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &flat) == nil && flat.Message != "" {
		return refusal{message: cleanMessage(flat.Message)}
	}
	for _, name := range slices.Sorted(maps.Keys(envelope)) {
		var inner struct {
			Type    string `json:"type"`
			Message string `json:"message"`
		}
		if json.Unmarshal(envelope[name], &inner) != nil || inner.Message == "" {
			continue
		}
		kind := name
		if inner.Type != "" {
			kind = inner.Type
		}
		return refusal{kind: kind, message: cleanMessage(inner.Message)}
	}
	return refusal{}
}

// cleanMessage makes one short line of a service's message, without addresses of the cloud's inside
// and without the value that a schema check quotes: that may be user data or a key.
func cleanMessage(s string) string {
	s, _, _ = strings.Cut(s, " Value: ")
	s = strings.NewReplacer("<br />", " ", "<br/>", " ").Replace(s)
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	for i, word := range words {
		if strings.Contains(word, "://") {
			words[i] = "…"
		}
	}
	return clip(strings.ToValidUTF8(strings.Join(words, " "), ""), 300)
}

// isRefused reports whether an error is a refusal of a status and, by the service's word for it, a kind.
func isRefused(err error, status int, kind string) bool {
	refused, ok := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err)
	return ok && refused.Actual == status && readRefusal(refused.Body).kind == kind
}
