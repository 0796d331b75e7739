package openstacktest

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// metadataLimit is the number of metadata items a server may have (quota metadata_items).
const metadataLimit = 128

var metadataKey = regexp.MustCompile(`^[a-zA-Z0-9-_:. ]{1,255}$`)

func (n *nova) getMetadata(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"metadata": maps.Clone(s.metadata)})
}

func (n *nova) addMetadata(r *request) (answer, error)     { return n.setMetadata(r, false) }
func (n *nova) replaceMetadata(r *request) (answer, error) { return n.setMetadata(r, true) }

func (n *nova) setMetadata(r *request, replace bool) (answer, error) {
	body, err := decodeChecked(r, properties{"metadata": {required: true, rule: metadataRule}})
	if err != nil {
		return answer{}, err
	}
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	changed := maps.Clone(s.metadata)
	if replace {
		changed = map[string]string{}
	}
	maps.Copy(changed, words(body, "metadata"))
	if !isStorable(changed) {
		r.strict("metadata that MySQL's utf8 does not have")
		return answer{}, refuse(http.StatusInternalServerError, unexpectedError, "oslo_db.exception.DBError")
	}
	if err := n.keepMetadata(r, s, changed); err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"metadata": maps.Clone(changed)})
}

// isStorable reports whether Nova's database has room for the metadata: MySQL's utf8 ends at U+FFFF.
func isStorable(metadata map[string]string) bool {
	for _, value := range metadata {
		if strings.ContainsFunc(value, func(c rune) bool { return c > 0xffff }) {
			return false
		}
	}
	return true
}

// keepMetadata gives a server new metadata if lock, state and quota allow.
func (n *nova) keepMetadata(r *request, s *server, metadata map[string]string) error {
	if err := s.checkLock(r.token); err != nil {
		return err
	}
	if !slices.Contains(live, s.vmState) {
		return refuse(http.StatusConflict, "Cannot 'update metadata' instance %s while it is in vm_state %s", s.id, s.vmState)
	}
	if len(metadata) > metadataLimit {
		return tooManyItems()
	}
	s.metadata = metadata
	return nil
}

func tooManyItems() error {
	return refuse(http.StatusForbidden, "Maximum number of metadata items exceeds %d", metadataLimit)
}

func (n *nova) getMetadataItem(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	key := r.param("key")
	value, ok := s.metadata[key]
	if !ok {
		return answer{}, refuse(http.StatusNotFound, "Metadata item was not found")
	}
	return reply(http.StatusOK, object{"meta": object{key: value}})
}

func (n *nova) putMetadataItem(r *request) (answer, error) {
	body, err := decodeChecked(r, properties{"meta": {required: true, rule: metadataRule}})
	if err != nil {
		return answer{}, err
	}
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	meta := words(body, "meta")
	if _, ok := meta[r.param("key")]; !ok || len(meta) != 1 {
		return answer{}, refuse(http.StatusBadRequest, "Request body and URI mismatch")
	}
	changed := maps.Clone(s.metadata)
	maps.Copy(changed, meta)
	if err := n.keepMetadata(r, s, changed); err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"meta": meta})
}

func (n *nova) deleteMetadataItem(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	if _, ok := s.metadata[r.param("key")]; !ok {
		return answer{}, refuse(http.StatusNotFound, "Metadata item was not found")
	}
	changed := maps.Clone(s.metadata)
	maps.DeleteFunc(changed, func(key, _ string) bool { return collated(key) == collated(r.param("key")) })
	if err := n.keepMetadata(r, s, changed); err != nil {
		return answer{}, err
	}
	return empty(http.StatusNoContent)
}

// collated returns what MySQL compares when it looks for a key: no capitals, and no blanks at the end.
func collated(key string) string { return strings.ToLower(strings.TrimRight(key, " ")) }

// Tags. Nova API: microversion 2.26.

func (n *nova) getTags(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	return reply(http.StatusOK, object{"tags": slices.Clone(s.tags)})
}

func (n *nova) replaceTags(r *request) (answer, error) {
	body, err := decodeChecked(r, properties{"tags": {required: true, rule: list(tagRule)}})
	if err != nil {
		return answer{}, err
	}
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	s.tags = []string{}
	for _, tag := range items(body, "tags") {
		s.tags = append(s.tags, fmt.Sprint(tag))
	}
	return reply(http.StatusOK, object{"tags": slices.Clone(s.tags)})
}

func (n *nova) putTag(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	if slices.Contains(s.tags, r.param("tag")) {
		return empty(http.StatusNoContent)
	}
	s.tags = append(s.tags, r.param("tag"))
	a, err := empty(http.StatusCreated)
	a.header.Set("Location", r.self)
	return a, err
}

func (n *nova) deleteTag(r *request) (answer, error) {
	s, err := n.findServer(r)
	if err != nil {
		return answer{}, err
	}
	i := slices.Index(s.tags, r.param("tag"))
	if i < 0 {
		return answer{}, refuse(http.StatusNotFound, "Server %s has no tag '%s'", s.id, r.param("tag"))
	}
	s.tags = slices.Delete(slices.Clone(s.tags), i, i+1)
	return empty(http.StatusNoContent)
}
