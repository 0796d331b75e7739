package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseEnvironment(t *testing.T) {
	t.Parallel()
	got := parseEnvironment("export OS_USERNAME=demo\nsomething else\nexport OS_AUTH_URL=http://127.0.0.1:5000/v3?a=b\n")
	want := environment{"OS_USERNAME": "demo", "OS_AUTH_URL": "http://127.0.0.1:5000/v3?a=b"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}
