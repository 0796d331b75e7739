package openstacktest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// sortKeys are what servers and volumes can be sorted by here; the services know some more.
func (s *server) sortKeys() map[string]string {
	return map[string]string{
		"created_at": seconds(s.created), "uuid": s.id, "display_name": s.name,
	}
}

func (v *volume) sortKeys() map[string]string {
	return map[string]string{"created_at": roundMicros(v.created), "id": v.id, "name": v.name}
}

// sortServers sorts by the parameters sort_key and sort_dir, which may be repeated. Nova adds the uuid. Compute API:
// "List servers detailed".
func sortServers(r *request, found []*server) error {
	q := r.URL.Query()
	if len(q["sort_key"]) == 0 {
		return nil
	}
	known := (&server{}).sortKeys()
	for _, key := range q["sort_key"] {
		if _, ok := known[key]; !ok {
			r.strict("unknown sort key " + key)
			return refuse(http.StatusBadRequest, "Invalid input for query parameters sort_key. Value: %s. '%s' is not one of %v", key, key, known)
		}
	}
	order := append(slices.Clone(q["sort_key"]), "uuid")
	slices.SortStableFunc(found, byKeys((*server).sortKeys, order, q["sort_dir"]))
	return nil
}

// sortVolumes sorts by the parameter sort, such as "created_at:asc,id:asc". Block Storage API: "List volumes".
func sortVolumes(r *request, q url.Values, found []*volume) error {
	if q.Get("sort") == "" {
		return nil
	}
	known := (&volume{}).sortKeys()
	var order, directions []string
	for part := range strings.SplitSeq(q.Get("sort"), ",") {
		key, direction, _ := strings.Cut(part, ":")
		if _, ok := known[key]; !ok {
			r.strict("unknown sort key " + key)
			return refuse(http.StatusBadRequest, "Invalid input received: Invalid sort key")
		}
		order, directions = append(order, key), append(directions, cmp.Or(direction, "desc"))
	}
	slices.SortStableFunc(found, byKeys((*volume).sortKeys, order, directions))
	return nil
}

// byKeys compares by keys in turn, each in the direction at the same place, the last one given being for the rest.
func byKeys[T any](keysOf func(*T) map[string]string, order, directions []string) func(a, b *T) int {
	return func(a, b *T) int {
		keysA, keysB := keysOf(a), keysOf(b)
		for i, key := range order {
			direction := "desc"
			if len(directions) > 0 {
				direction = directions[min(i, len(directions)-1)]
			}
			if c := strings.Compare(keysA[key], keysB[key]); c != 0 && direction == "asc" {
				return c
			} else if c != 0 {
				return -c
			}
		}
		return 0
	}
}
