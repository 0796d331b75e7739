package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"

	"github.com/occigate/occigate/occi"
)

// print prints an answer that is an entity, or in JSON whatever it is.
func (a *answer) print(w io.Writer, output string) error {
	if output == outputJSON {
		var document any
		if err := json.Unmarshal(a.body, &document); err != nil {
			return fmt.Errorf("the service's JSON: %w", err)
		}
		return encode(w, document)
	}
	m, err := a.message()
	if err != nil {
		return err
	}
	return printEntity(w, m)
}

// encode prints JSON in lines.
func encode(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document)
}

// printEntity prints an entity: its categories, attributes, links and what can be done with it.
func printEntity(w io.Writer, m *occi.Message) error {
	var b strings.Builder
	for _, c := range m.Categories {
		fmt.Fprintf(&b, "%s %s", c.Class, c.ID)
		if c.Title != "" && c.Class == occi.ClassMixin {
			fmt.Fprintf(&b, " (%s)", c.Title)
		}
		b.WriteString("\n")
	}
	for _, a := range m.Attributes {
		fmt.Fprintf(&b, "%s = %s\n", a.Name, a.Value.Text())
	}
	var actions []string
	for _, l := range m.Links {
		if _, action, found := strings.Cut(l.Target, "?action="); found {
			actions = append(actions, action)
			continue
		}
		fmt.Fprintf(&b, "link %s\n  to %s\n", l.Self, l.Target)
		for _, a := range l.Attributes {
			fmt.Fprintf(&b, "  %s = %s\n", a.Name, a.Value.Text())
		}
	}
	if len(actions) > 0 {
		fmt.Fprintf(&b, "actions: %s\n", strings.Join(actions, ", "))
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// printCategories prints categories, one a line, as --mixin takes them.
func printCategories(w io.Writer, output string, all []occi.Category) error {
	if output == outputJSON {
		type category struct {
			ID    string `json:"id"`
			Class string `json:"class"`
			Title string `json:"title,omitempty"`
		}
		shown := make([]category, len(all))
		for i, c := range all {
			shown[i] = category{c.String(), c.Class.String(), c.Title}
		}
		return encode(w, shown)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if output == outputTable {
		_, _ = fmt.Fprintln(t, "CLASS\tID\tTITLE") // Flush tells
	}
	for _, c := range all {
		if output == outputTable {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\n", c.Class, c.ID, c.Title)
		} else {
			_, _ = fmt.Fprintln(t, c.ID)
		}
	}
	return t.Flush()
}

// printTable prints a line for each entity of a kind: id, title, state.
func (c *client) printTable(ctx context.Context, kind *occi.Category, w io.Writer) error {
	a, err := c.ask(ctx, question{method: http.MethodGet, path: kind.Location, accept: acceptJSON})
	if err != nil {
		return err
	}
	type entity struct {
		ID, Title  string
		Attributes map[string]any
	}
	var collection struct{ Resources, Links []entity }
	if err := json.Unmarshal(a.body, &collection); err != nil {
		return fmt.Errorf("the service's JSON: %w", err)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "ID\tTITLE\tSTATE") // Flush tells
	for _, e := range append(collection.Resources, collection.Links...) {
		state, _ := e.Attributes["occi."+kind.Term+".state"].(string)
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\n", e.ID, e.Title, state)
	}
	return t.Flush()
}
