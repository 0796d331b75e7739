package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// options are what all commands have. They come from flags, else from the environment that OpenStack's own client
// reads, so that what signs in there signs in here.
type options struct {
	endpoint string // URL of the OCCI service
	keystone string // URL of Keystone; "" asks the endpoint
	auth     string
	output   string
	timeout  time.Duration // of each request
	caFile   string

	token, user, password    string
	userDomain               string
	project, projectDomain   string
	appCredential, appSecret string
	identityProvider         string
	protocol                 string
	accessToken              string
}

// The kinds of sign-in and of output.
const (
	authToken    = "token"
	authPassword = "password"
	authAppCred  = "appcred"
	authOIDC     = "oidc"

	outputPlain = "plain"
	outputTable = "table"
	outputJSON  = "json"
)

// optionsFrom reads the environment.
func optionsFrom(getenv func(string) string) *options {
	o := &options{
		endpoint:         getenv("OCCI_ENDPOINT"),
		auth:             getenv("OCCI_AUTH"),
		output:           cmp.Or(getenv("OCCI_OUTPUT"), outputPlain),
		timeout:          2 * time.Minute, // longer than a server takes for a change at most
		caFile:           getenv("OS_CACERT"),
		token:            cmp.Or(getenv("OCCI_TOKEN"), getenv("OS_TOKEN")),
		user:             getenv("OS_USERNAME"),
		password:         getenv("OS_PASSWORD"),
		userDomain:       cmp.Or(getenv("OS_USER_DOMAIN_NAME"), "Default"),
		project:          cmp.Or(getenv("OS_PROJECT_ID"), getenv("OS_PROJECT_NAME")),
		projectDomain:    cmp.Or(getenv("OS_PROJECT_DOMAIN_NAME"), "Default"),
		appCredential:    getenv("OS_APPLICATION_CREDENTIAL_ID"),
		appSecret:        getenv("OS_APPLICATION_CREDENTIAL_SECRET"),
		identityProvider: getenv("OS_IDENTITY_PROVIDER"),
		protocol:         cmp.Or(getenv("OS_PROTOCOL"), "openid"),
		accessToken:      getenv("OS_ACCESS_TOKEN"),
	}
	o.auth = cmp.Or(o.auth, o.guessAuth())
	return o
}

// guessAuth is the sign-in for which there is what it takes.
func (o *options) guessAuth() string {
	switch {
	case o.token != "":
		return authToken
	case o.appCredential != "":
		return authAppCred
	case o.accessToken != "":
		return authOIDC
	default:
		return authPassword
	}
}

// register declares the flags. Secrets have none: what is on a command line is seen by all users of the machine.
func (o *options) register(flags *pflag.FlagSet) {
	flags.StringVarP(&o.endpoint, "endpoint", "e", o.endpoint, "`URL` of the OCCI service ($OCCI_ENDPOINT)")
	flags.StringVarP(&o.auth, "auth", "n", o.auth,
		"how to sign in: token ($OCCI_TOKEN, $OS_TOKEN), password ($OS_USERNAME, $OS_PASSWORD), "+
			"appcred ($OS_APPLICATION_CREDENTIAL_ID, _SECRET), oidc ($OS_ACCESS_TOKEN, $OS_IDENTITY_PROVIDER, $OS_PROTOCOL)")
	flags.StringVar(&o.keystone, "keystone", o.keystone, "`URL` of Keystone; without it the endpoint tells")
	flags.StringVar(&o.project, "project", o.project, "id or name of the project ($OS_PROJECT_ID, $OS_PROJECT_NAME)")
	flags.StringVarP(&o.output, "output", "o", o.output, "`FORM` of what is printed: plain, table or json ($OCCI_OUTPUT)")
	flags.DurationVarP(&o.timeout, "timeout", "k", o.timeout, "how long a request may take")
	flags.StringVar(&o.caFile, "ca-file", o.caFile, "`FILE` of certificates to trust besides the system's ($OS_CACERT)")
}

// check insists on options that make sense.
func (o *options) check() error {
	if o.endpoint == "" {
		return fmt.Errorf("which endpoint? Give --endpoint or $OCCI_ENDPOINT")
	}
	if !slices.Contains([]string{authToken, authPassword, authAppCred, authOIDC}, o.auth) {
		return fmt.Errorf("--auth %q is none of token, password, appcred and oidc", o.auth)
	}
	if !slices.Contains([]string{outputPlain, outputTable, outputJSON}, o.output) {
		return fmt.Errorf("--output %q is none of plain, table and json", o.output)
	}
	o.endpoint = strings.TrimSuffix(o.endpoint, "/")
	return nil
}
