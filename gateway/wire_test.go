package gateway_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/gateway"
)

// The spelling of header names is part of the wire format, and shows only on the wire.
func TestBytesOnTheWire(t *testing.T) {
	t.Parallel()
	const kind = `Category: compute;scheme="http://schemas.ogf.org/occi/infrastructure#";class="kind"`
	tests := []struct {
		file, line string
		head       []string
		body       string
	}{
		{"challenge", "HEAD /-/", []string{"X-Auth-Token: bad"}, ""},
		{"create", "POST /compute/", []string{"Content-Type: text/plain,text/occi"}, kind},
		{"create_occi", "POST /compute/", []string{"Content-Type: text/occi", "Accept: text/occi", kind}, ""},
		{"read", "GET /occi1.1//compute/" + testID, nil, ""},
		{"read_occi", "GET /compute/" + testID, []string{"Accept: text/occi"}, ""},
		{"list", "GET /compute", []string{"Accept: text/uri-list"}, ""},
		{"delete", "DELETE /compute/" + testID, nil, ""},
		{"not_found_occi", "GET /compute/unknown", []string{"Accept: text/occi"}, ""},
		{"method_not_allowed", "PUT /compute/", nil, ""},
		{"options", "OPTIONS /-/", nil, ""},
	}
	server := run(t, newBench(t, workingCloud()), gateway.ServerOptions{})
	for _, tt := range tests {
		head := []string{
			tt.line + " HTTP/1.1", "Host: gw", "Connection: close", "X-Request-Id: " + testID,
			"Content-Length: " + strconv.Itoa(len(tt.body)),
		}
		if tt.file != "challenge" {
			head = append(head, "X-Auth-Token: "+testToken)
		}
		got := exchange(t, server.Addrs()[0], strings.Join(append(head, tt.head...), "\r\n")+"\r\n\r\n"+tt.body)
		got = regexp.MustCompile(`(?m)^Date: .*GMT`).ReplaceAll(got, []byte("Date: …"))
		golden(t, tt.file, bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")))
	}
}

// exchange sends bytes and returns everything that comes until the connection ends.
func exchange(t *testing.T, addr net.Addr, request string) []byte {
	t.Helper()
	c := dial(t, addr)
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// golden compares with a file, or writes it if UPDATE_GOLDEN is set.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".http")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
