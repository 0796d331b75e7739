package conformance

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// tally counts results. The zero tally is empty.
type tally struct {
	passed, failed, skipped int
	rows                    map[string]result
}

// result is what became of the cases of a row.
type result struct{ passed, failed int }

// add counts a test that has ended, for a row if it is one of its cases.
func (y *tally) add(row string, t *testing.T) {
	if y.rows == nil {
		y.rows = map[string]result{}
	}
	r := y.rows[row]
	switch {
	case t.Failed():
		y.failed++
		r.failed++
	case t.Skipped():
		y.skipped++
	default:
		y.passed++
		r.passed++
	}
	y.rows[row] = r
}

// check fails for rows that have no case that passed and are not listed, and for what is listed and is no row.
func (y *tally) check(t *testing.T, listed map[string]string) {
	t.Helper()
	rows := Rows()
	for _, row := range rows {
		if _, ok := listed[row.Name]; y.rows[row.Name].passed == 0 && !ok {
			t.Errorf("row %q has no case that passed, and %s does not list it", row.Name, divergences)
		}
	}
	for name := range listed {
		if !slices.ContainsFunc(rows, func(row Row) bool { return row.Name == name }) {
			t.Errorf("%s lists %q, which is no row", divergences, name)
		}
	}
}

// print writes the table and the counts.
func (y *tally) print(w io.Writer, endpoint string, listed map[string]string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%-50s | %-28s | %-28s | %s\n", "row", "1.1", "1.2", "result")
	for _, row := range Rows() {
		fmt.Fprintf(&b, "%-50s | %-28s | %-28s | %s\n",
			row.Area+": "+row.Name, section(row.V11), section(row.V12), y.rows[row.Name].say(listed[row.Name]))
	}
	fmt.Fprintf(&b, "\nconformance at %s: %d passed, %d failed, %d skipped\n", endpoint, y.passed, y.failed, y.skipped)
	_, err := io.WriteString(w, b.String())
	return err
}

// say tells the result of a row; why is the reason that it is not met, if it is listed.
func (r result) say(why string) string {
	switch {
	case r.failed > 0 || r.passed == 0 && why == "":
		return "FAILED"
	case why != "":
		return "diverges: " + why
	default:
		return "passed"
	}
}

func section(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// divergences is the page that lists the rows that are not met, in a table under notMetHeading.
const (
	divergences   = "../../docs/occi-divergences.md"
	notMetHeading = "## Rows of the conformance table that are not met"
)

// notMet reads the reasons of the rows that are not met.
func notMet(t *testing.T) map[string]string {
	t.Helper()
	page, err := os.ReadFile(divergences)
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(page), "\n"+notMetHeading+"\n")
	if !found {
		t.Fatalf("%s has no %q", divergences, notMetHeading)
	}
	listed := map[string]string{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 2 || strings.TrimSpace(cells[0]) == "row" || strings.Contains(cells[0], "---") {
			continue
		}
		listed[strings.TrimSpace(cells[0])] = strings.TrimSpace(cells[1])
	}
	return listed
}
