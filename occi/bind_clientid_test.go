package occi_test

import "testing"

func TestBindEntityKeepsTheIDOfTheClient(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		computeLine: "",
		computeLine + `X-OCCI-Attribute: occi.core.id="im-1"`: "im-1",
	} {
		e, err := mustParse(t, body).BindEntity(exampleModel(), exampleURLs)
		if err != nil {
			t.Fatal(err)
		}
		if e.ID != "" || e.ClientID != want {
			t.Errorf("%q: id %q, the client's %q, want none and %q", body, e.ID, e.ClientID, want)
		}
	}
}
