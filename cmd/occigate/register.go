package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/occigate/occigate/config"
)

// registerCommand prints how to make the gateway known: the commands for Keystone's catalogue and the line for EGI's
// GOCDB. It runs and asks nothing, since both need rights that the gateway does not have.
func registerCommand(environ []string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Print the commands that put the gateway into Keystone's catalogue, and its line for GOCDB",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd.Flags(), environ, false)
			if err != nil {
				return err
			}
			if cfg.PublicURL == "" {
				return &config.InvalidError{Faults: []config.Fault{{
					Key: "public_url", Message: "required to register: where clients reach the gateway",
				}}}
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), registration(cfg))
			return err
		},
	}
	config.Flags(cmd.Flags())
	return cmd
}

// registration is a shell script, what is not for a shell being comments.
func registration(cfg config.Config) string {
	region := `"$OS_REGION_NAME"`
	if cfg.Keystone.Region != "" {
		region = shellQuote(cfg.Keystone.Region)
	}
	return fmt.Sprintf(`# Keystone, as an administrator. cloud-info-provider looks for this type.
openstack service create --name occi --description 'OCCI interface' occi
openstack endpoint create --region %s occi public %s

# GOCDB: a service of the type eu.egi.cloud.vm-management.occi with the URL below. The monitoring creates a compute of
# image (os_tpl) and resource (resource_tpl); neither may have blanks.
# %s
`, region, shellQuote(cfg.PublicURL+catalogueMount(cfg.Mounts)), gocdbURL(cfg))
}

// catalogueMount is the path that EGI's sites register, if it is served.
func catalogueMount(mounts []string) string {
	const usual = "/occi1.1"
	if slices.Contains(mounts, usual) {
		return usual
	}
	return mounts[0]
}

func gocdbURL(cfg config.Config) string {
	mount := cfg.Mounts[0]
	if slices.Contains(cfg.Mounts, "") {
		mount = ""
	}
	return cfg.PublicURL + mount + "/?image=" + templateTerm(cfg.Defaults.OSTpl, "<os_tpl>") +
		"&resource=" + templateTerm(cfg.Defaults.ResourceTpl, "<resource_tpl>")
}

// templateTerm is a template as a URL has it: a name by its alias, which has no blanks.
func templateTerm(template, placeholder string) string {
	if template == "" {
		return placeholder
	}
	if strings.Contains(template, " ") {
		template = strings.ToLower(strings.NewReplacer(" ", "_", ".", "-").Replace(template))
	}
	return url.QueryEscape(template)
}

// shellQuote makes one word of s.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
