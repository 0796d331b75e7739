package interop

import (
	"fmt"
	"io"
	"strings"
)

// row is what became of an operation of a client.
type row struct {
	client, mediaType string
	signIn            signIn
	operation
}

func (r row) result() string {
	if r.fault != "" {
		return "FAIL"
	}
	return "pass"
}

// printTable writes a line for each operation, and the counts.
func printTable(w io.Writer, endpoint string, rows []row) error {
	var b strings.Builder
	const line = "%-16s | %-24s | %-10s | %-8s | %s\n"
	fmt.Fprintf(&b, line, "client", "operation", "media type", "sign-in", "result")
	failed := 0
	for _, r := range rows {
		fmt.Fprintf(&b, line, r.client, r.name, r.mediaType, r.signIn, r.result())
		if r.fault != "" {
			failed++
		}
	}
	fmt.Fprintf(&b, "\nreal clients at %s: %d passed, %d failed\n", endpoint, len(rows)-failed, failed)
	_, err := io.WriteString(w, b.String())
	return err
}
