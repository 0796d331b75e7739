package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCount(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		events string
		want   counts
	}{
		"nothing": {},
		"tests without subtests": {
			events: `{"Action":"pass","Package":"p","Test":"TestA"}
				{"Action":"fail","Package":"p","Test":"TestB"}
				{"Action":"skip","Package":"p","Test":"TestC"}`,
			want: counts{passed: 1, failed: 1, skipped: 1},
		},
		"only the innermost subtests": {
			events: `{"Action":"pass","Package":"p","Test":"TestA/x/y"}
				{"Action":"skip","Package":"p","Test":"TestA/x/z"}
				{"Action":"pass","Package":"p","Test":"TestA/x"}
				{"Action":"pass","Package":"p","Test":"TestA"}`,
			want: counts{passed: 1, skipped: 1},
		},
		"a slash in a subtest's name": {
			events: `{"Action":"pass","Package":"p","Test":"TestA/GET_/-/"}
				{"Action":"pass","Package":"p","Test":"TestA"}`,
			want: counts{passed: 1},
		},
		"the same name in two packages": {
			events: `{"Action":"pass","Package":"example.org/p","Test":"TestA"}
				{"Action":"pass","Package":"example.org/q","Test":"TestA"}`,
			want: counts{passed: 2},
		},
		"a package's own result": {
			events: `{"Action":"skip","Package":"p"}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := count(strings.NewReader(test.events), &strings.Builder{})
			if err != nil {
				t.Fatalf("count(%s): %v", test.events, err)
			}
			if got != test.want {
				t.Errorf("count(%s) = %v, want %v", test.events, got, test.want)
			}
		})
	}
}

func TestCountCopiesOutput(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	_, err := count(strings.NewReader(`{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
		{"Action":"output","Package":"p","Test":"TestA","Output":"--- PASS: TestA (0.00s)\n"}
		{"Action":"output","Package":"p","Output":"ok  \tp\t0.004s\n"}`), &out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("--- PASS: TestA (0.00s)\nok  \tp\t0.004s\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestCountBrokenEvents(t *testing.T) {
	t.Parallel()
	if got, err := count(strings.NewReader(`{"Action":`), &strings.Builder{}); err == nil {
		t.Errorf("count of a torn event gave %v and no error", got)
	}
}

func TestFault(t *testing.T) {
	t.Parallel()
	for _, c := range []counts{{}, {passed: 3, skipped: 1}, {passed: 3, failed: 1}} {
		if c.fault("suite") == nil {
			t.Errorf("no fault in %v", c)
		}
	}
	if err := (counts{passed: 3}).fault("suite"); err != nil {
		t.Errorf("fault in 3 passed: %v", err)
	}
}
