package conformance

import "testing"

// TestRows shows that the cases and the rows fit together, without any endpoint.
func TestRows(t *testing.T) {
	t.Parallel()
	rows, names := map[string]bool{}, map[string]bool{}
	for _, row := range Rows() {
		if rows[row.Name] {
			t.Errorf("two rows are named %q", row.Name)
		}
		rows[row.Name] = true
	}
	covered := map[string]bool{}
	for _, c := range Cases() {
		if !rows[c.Row] {
			t.Errorf("case %q is of row %q, which does not exist", c.Name, c.Row)
		}
		if names[c.Name] {
			t.Errorf("two cases are named %q", c.Name)
		}
		if len(c.As) == 0 {
			t.Errorf("case %q is run as nobody", c.Name)
		}
		covered[c.Row], names[c.Name] = true, true
	}
	listed := notMet(t)
	for row := range rows {
		if _, ok := listed[row]; !ok && !covered[row] {
			t.Errorf("row %q has no case and is not listed in %s", row, divergences)
		}
	}
	for row := range listed {
		if !rows[row] {
			t.Errorf("%s lists %q, which is no row", divergences, row)
		}
	}
}
