package main

import "testing"

func TestOperationsURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"127.0.0.1:8788":       "http://127.0.0.1:8788",
		"192.0.2.7:8788":       "http://192.0.2.7:8788",
		"ops.example.org:8788": "http://ops.example.org:8788",
		":8788":                "http://127.0.0.1:8788",
		"0.0.0.0:8788":         "http://127.0.0.1:8788",
		"[::]:8788":            "http://[::1]:8788",
		"[2001:db8::1]:8788":   "http://[2001:db8::1]:8788",
	} {
		got, err := operationsURL([]string{address, "127.0.0.1:1"})
		if err != nil || got != want {
			t.Errorf("operationsURL(%q) = %q, %v, want %q", address, got, err, want)
		}
	}
	for _, listen := range [][]string{nil, {"8788"}} {
		if got, err := operationsURL(listen); err == nil {
			t.Errorf("operationsURL(%q) = %q, want an error", listen, got)
		}
	}
}
