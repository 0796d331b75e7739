package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/occigate/occigate/occi"
)

// content are the flags of what makes or changes an entity.
type content struct{ mixins, attributes, contexts, links []string }

func (w *content) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVarP(&w.mixins, "mixin", "M", nil, "a `MIXIN`: os_tpl#cirros, scheme#term, or a term; repeatable")
	flags.StringArrayVarP(&w.attributes, "attribute", "t", nil, "`NAME=VALUE`; num(), float() and bool() tell the type; repeatable")
}

// write writes the mixins and attributes, in the words of the service's model.
func (w *content) write(l *lines, m *model) error {
	for _, name := range w.mixins {
		mixin, err := m.find(occi.ClassMixin, name)
		if err != nil {
			return err
		}
		l.category(mixin.ID, occi.ClassMixin)
	}
	if err := l.context(w.contexts); err != nil {
		return err
	}
	return l.attributes(w.attributes)
}

func createCommand(o *options) *cobra.Command {
	var w content
	var wait time.Duration
	command := &cobra.Command{
		Use:   "create KIND",
		Short: "make a resource, print its URL",
		Args:  cobra.ExactArgs(1),

		ValidArgsFunction: completeKinds,
		RunE: o.signedIn(func(cmd *cobra.Command, args []string, c *client, m *model) error {
			kind, err := m.find(occi.ClassKind, args[0])
			if err != nil {
				return err
			}
			var l lines
			l.category(kind.ID, occi.ClassKind)
			if err := w.write(&l, m); err != nil {
				return err
			}
			if err := l.links(c, m, w.links); err != nil {
				return err
			}
			location, err := c.create(cmd.Context(), kind.Location, l.String())
			if err != nil {
				return err
			}
			if err := printLine(cmd.OutOrStdout(), location); err != nil || wait == 0 {
				return err
			}
			return c.wait(cmd.Context(), location, wait, progressOf(cmd.ErrOrStderr()))
		}),
	}
	w.register(command)
	command.Flags().StringArrayVarP(&w.links, "link", "j", nil, "link to this `RESOURCE`; repeatable")
	command.Flags().StringArrayVarP(&w.contexts, "context", "T", nil, "public_key=… or user_data=…, a text or file://`PATH`; repeatable")
	command.Flags().DurationVarP(&wait, "wait", "w", 0, "wait until it is active, this long")
	return command
}

func updateCommand(o *options) *cobra.Command {
	var w content
	command := &cobra.Command{
		Use:   "update RESOURCE",
		Short: "change attributes, or put mixins on a resource; print it as it is then",
		Args:  cobra.ExactArgs(1),
		RunE: o.signedIn(func(cmd *cobra.Command, args []string, c *client, m *model) error {
			var l lines
			if err := w.write(&l, m); err != nil {
				return err
			}
			if l.String() == "" {
				return errors.New("what to change? Give --mixin or --attribute")
			}
			q := question{method: http.MethodPost, path: args[0], body: l.String()}
			if o.output == outputJSON {
				q.accept = acceptJSON
			}
			a, err := c.ask(cmd.Context(), q)
			if err != nil {
				return err
			}
			return a.print(cmd.OutOrStdout(), o.output)
		}),
	}
	w.register(command)
	return command
}

func deleteCommand(o *options) *cobra.Command {
	var all bool
	command := &cobra.Command{
		Use:   "delete RESOURCE...",
		Short: "delete resources",
		Args:  cobra.MinimumNArgs(1),
		RunE: o.signedIn(func(cmd *cobra.Command, args []string, c *client, m *model) error {
			for _, name := range args {
				path := name
				if kind := m.kind(name); kind != nil {
					if !all {
						return fmt.Errorf("this would delete every %s; if that is meant, add --all", name)
					}
					path = kind.Location
				}
				if _, err := c.ask(cmd.Context(), question{method: http.MethodDelete, path: path}); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			return nil
		}),
	}
	command.Flags().BoolVar(&all, "all", false, "with a KIND: delete all of its entities")
	return command
}

func triggerCommand(o *options) *cobra.Command {
	var w content
	var wait time.Duration
	command := &cobra.Command{
		Use:   "trigger RESOURCE ACTION",
		Short: "have a resource do something, such as stop",
		Args:  cobra.ExactArgs(2),
		RunE: o.signedIn(func(cmd *cobra.Command, args []string, c *client, m *model) error {
			resource, err := c.resolve(args[0])
			if err != nil {
				return err
			}
			if kind := m.kind(args[0]); kind != nil { // on all of them
				resource = kind.Location
			}
			action, err := m.action(resource, args[1])
			if err != nil {
				return err
			}
			var l lines
			l.category(action.ID, occi.ClassAction)
			if err := l.attributes(w.attributes); err != nil {
				return err
			}
			a, err := c.ask(cmd.Context(), question{
				method: http.MethodPost, path: resource + "?action=" + action.Term, body: l.String(),
			})
			if err != nil {
				return err
			}
			if made, err := a.message(); err == nil { // save tells which mixin it made
				for _, mixin := range made.Categories {
					if err := printLine(cmd.OutOrStdout(), mixin.String()); err != nil {
						return err
					}
				}
			}
			if wait == 0 {
				return nil
			}
			return c.waitDone(cmd.Context(), resource, action.Term, wait, progressOf(cmd.ErrOrStderr()))
		}),
	}
	command.Flags().StringArrayVarP(&w.attributes, "attribute", "t", nil, "`NAME=VALUE`, such as method=graceful; repeatable")
	command.Flags().DurationVarP(&wait, "wait", "w", 0, "wait until it is done, this long")
	return command
}

func linkCommand(o *options) *cobra.Command {
	var w content
	command := &cobra.Command{
		Use:   "link COMPUTE TARGET",
		Short: "link a compute to a storage, a network or another resource, print the link's URL",
		Args:  cobra.ExactArgs(2),
		RunE: o.signedIn(func(cmd *cobra.Command, args []string, c *client, m *model) error {
			source, err := c.resolve(args[0])
			if err != nil {
				return err
			}
			target, err := c.resolve(args[1])
			if err != nil {
				return err
			}
			kind, _, err := m.linkKind(target)
			if err != nil {
				return err
			}
			var l lines
			l.category(kind.ID, occi.ClassKind)
			if err := w.write(&l, m); err != nil {
				return err
			}
			l.attribute("occi.core.source", quote(source))
			l.attribute("occi.core.target", quote(target))
			location, err := c.create(cmd.Context(), kind.Location, l.String())
			if err != nil {
				return err
			}
			return printLine(cmd.OutOrStdout(), location)
		}),
	}
	w.register(command)
	return command
}

func unlinkCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "unlink LINK...",
		Short: "delete links",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := connect(cmd.Context(), o)
			if err != nil {
				return err
			}
			for _, link := range args {
				if _, err := c.ask(cmd.Context(), question{method: http.MethodDelete, path: link}); err != nil {
					return fmt.Errorf("%s: %w", link, err)
				}
			}
			return nil
		},
	}
}

// signedIn is the body of a command that needs the service's model, and somebody's token.
func (o *options) signedIn(
	do func(cmd *cobra.Command, args []string, c *client, m *model) error,
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		c, err := connect(cmd.Context(), o)
		if err != nil {
			return err
		}
		m, err := c.model(cmd.Context())
		if err != nil {
			return err
		}
		return do(cmd, args, c, m)
	}
}

// create posts an entity to its kind's location, and returns its URL.
func (c *client) create(ctx context.Context, location, body string) (string, error) {
	a, err := c.ask(ctx, question{method: http.MethodPost, path: location, body: body})
	if err != nil {
		return "", err
	}
	return a.location()
}

func printLine(w io.Writer, text string) error {
	_, err := fmt.Fprintln(w, strings.TrimSpace(text))
	return err
}
