package facade

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// versions lists what there is, with 300 as Keystone does, but without its Location: rOCCI would follow
// that and see one version only. rOCCI tries the versions in the order of their ids, IM takes v2.0 if it
// is there.
func (f *Facade) versions(c *call) (*answer, error) {
	three, err := f.documentThree(c)
	if err != nil {
		return nil, err
	}
	values := []any{three, c.documentTwo()}
	return &answer{status: http.StatusMultipleChoices, body: object{"versions": object{"values": values}}}, nil
}

func (f *Facade) versionTwo(c *call) (*answer, error) {
	return &answer{status: http.StatusOK, body: object{"version": c.documentTwo()}}, nil
}

func (f *Facade) versionThree(c *call) (*answer, error) {
	three, err := f.documentThree(c)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, body: object{"version": three}}, nil
}

// documentTwo describes v2.0 as Keystone last did. Identity API v2.0: "Show version details".
func (c *call) documentTwo() object {
	return object{
		"id": "v2.0", "status": "deprecated", "updated": "2016-08-04T00:00:00Z",
		"links": []object{{"rel": "self", "href": c.base + "/v2.0/"}},
		"media-types": []object{{
			"base": "application/json", "type": "application/vnd.openstack.identity-v2.0+json",
		}},
	}
}

// documentThree is Keystone's own description of v3, with links to here.
func (f *Facade) documentThree(c *call) (object, error) {
	a, err := f.options.Keystone.Send(c.Context(), http.MethodGet, "/v3", acceptJSON(), nil)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Version object `json:"version"`
	}
	if a.Status != http.StatusOK {
		return nil, unusable(a)
	}
	if err := json.Unmarshal(a.Body, &doc); err != nil {
		return nil, garbage(fmt.Errorf("version document: %w", err))
	}
	if id, _ := doc.Version["id"].(string); len(id) < 2 || id[:2] != "v3" {
		return nil, garbage(errors.New("version document: no version 3"))
	}
	doc.Version["links"] = []object{{"rel": "self", "href": c.base + "/v3/"}}
	return doc.Version, nil
}

func acceptJSON() http.Header { return http.Header{"Accept": {"application/json"}} }
