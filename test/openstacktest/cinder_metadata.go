package openstacktest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// deleteMetadataItem takes one item off a volume. Block Storage API: "Delete a volume's metadata".
func (c *cinder) deleteMetadataItem(r *request) (answer, error) {
	v, err := c.findVolume(r, r.param("id"))
	if err != nil {
		return answer{}, err
	}
	key := r.param("key")
	if _, ok := v.metadata[key]; !ok {
		return answer{}, refuse(http.StatusNotFound, "Volume %s has no metadata with key %s.", v.id, key)
	}
	v.metadata = maps.Clone(v.metadata)
	delete(v.metadata, key)
	return noText(http.StatusOK)
}

// hasMetadata applies the filter metadata, a JSON or Python dictionary of items that a volume has to have. Cinder finds
// nothing for a filter that it cannot read.
func (v *volume) hasMetadata(q url.Values) bool {
	text := q.Get("metadata")
	if text == "" {
		return true
	}
	var wanted map[string]string
	if json.Unmarshal([]byte(text), &wanted) != nil &&
		json.Unmarshal([]byte(strings.ReplaceAll(text, "'", `"`)), &wanted) != nil {
		return false
	}
	for key, value := range wanted {
		if have, ok := v.metadata[key]; !ok || have != value {
			return false
		}
	}
	return true
}
