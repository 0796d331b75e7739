package main

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/occigate/occigate/occi"
)

const acceptJSON = "application/occi+json"

func modelCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "model",
		Short: "print what the service offers: kinds, mixins, actions",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := connect(cmd.Context(), o)
			if err != nil {
				return err
			}
			if o.output == outputJSON {
				return c.printJSON(cmd.Context(), "/-/", cmd.OutOrStdout())
			}
			m, err := c.model(cmd.Context())
			if err != nil {
				return err
			}
			return printCategories(cmd.OutOrStdout(), o.output, m.categories)
		},
	}
}

func listCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "list KIND|MIXIN",
		Short: "list the URLs of a kind's entities, or the mixins below one, such as os_tpl",
		Args:  cobra.ExactArgs(1),

		ValidArgsFunction: completeKinds,
		RunE: o.signedIn(func(cmd *cobra.Command, args []string, c *client, m *model) error {
			kind := m.kind(args[0])
			if kind == nil {
				if _, err := m.find(occi.ClassMixin, args[0]); err != nil {
					return err
				}
				return printCategories(cmd.OutOrStdout(), o.output, m.dependants(args[0]))
			}
			switch o.output {
			case outputJSON:
				return c.printJSON(cmd.Context(), kind.Location, cmd.OutOrStdout())
			case outputTable:
				return c.printTable(cmd.Context(), kind, cmd.OutOrStdout())
			}
			return c.printURLs(cmd.Context(), kind, cmd.OutOrStdout())
		}),
	}
}

func describeCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "describe RESOURCE|KIND|MIXIN",
		Short: "print all there is to say of a resource, of all of a kind, or of a mixin",
		Args:  cobra.ExactArgs(1),

		ValidArgsFunction: completeKinds,
		RunE: o.signedIn(func(cmd *cobra.Command, args []string, c *client, m *model) error {
			where := args[0]
			if kind := m.kind(where); kind != nil {
				where = kind.Location
			} else if mixin, err := m.find(occi.ClassMixin, where); err == nil {
				return printCategories(cmd.OutOrStdout(), o.output, []occi.Category{*mixin})
			}
			if o.output == outputJSON {
				return c.printJSON(cmd.Context(), where, cmd.OutOrStdout())
			}
			if where == args[0] {
				return c.describe(cmd.Context(), where, cmd.OutOrStdout())
			}
			urls, err := c.list(cmd.Context(), where)
			if err != nil {
				return err
			}
			for _, entity := range urls {
				if err := c.describe(cmd.Context(), entity, cmd.OutOrStdout()); err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

// list returns the URLs of the entities at a kind's location.
func (c *client) list(ctx context.Context, location string) ([]string, error) {
	a, err := c.ask(ctx, question{method: http.MethodGet, path: location, accept: "text/uri-list"})
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(a.body)), nil
}

func (c *client) printURLs(ctx context.Context, kind *occi.Category, w io.Writer) error {
	urls, err := c.list(ctx, kind.Location)
	if err != nil {
		return err
	}
	for _, u := range urls {
		if err := printLine(w, u); err != nil {
			return err
		}
	}
	return nil
}

// printJSON prints what the service answers, in lines.
func (c *client) printJSON(ctx context.Context, path string, w io.Writer) error {
	a, err := c.ask(ctx, question{method: http.MethodGet, path: path, accept: acceptJSON})
	if err != nil {
		return err
	}
	return a.print(w, outputJSON)
}

// describe prints an entity for people.
func (c *client) describe(ctx context.Context, entity string, w io.Writer) error {
	a, err := c.ask(ctx, question{method: http.MethodGet, path: entity})
	if err != nil {
		return err
	}
	return a.print(w, outputPlain)
}

// read returns an entity as the service renders it.
func (c *client) read(ctx context.Context, entity string) (*occi.Message, error) {
	a, err := c.ask(ctx, question{method: http.MethodGet, path: entity})
	if err != nil {
		return nil, err
	}
	return a.message()
}

// completeKinds offers the words that every service knows.
func completeKinds(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"compute", "storage", "network", "os_tpl", "resource_tpl"}, cobra.ShellCompDirectiveNoFileComp
}
