package assemble

import (
	"fmt"
	"os"
	"strings"

	"github.com/occigate/occigate/config"
	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/keystone/facade"
	"github.com/occigate/occigate/keystone/voms"
)

// signInByVOMS is the sign-in with grid proxies; nil if there is none.
func signInByVOMS(cfg config.VOMS, identity *keystone.Client) (facade.VOMS, error) {
	if cfg.Socket == "" {
		return nil, nil //nolint:nilnil // an operator's choice
	}
	text, err := os.ReadFile(cfg.SecretFile)
	if err != nil {
		return nil, fmt.Errorf("voms.secret_file: %w", err)
	}
	secret := keystone.NewSecret(strings.TrimSpace(string(text)))
	if err := voms.ValidSecret(secret); err != nil {
		return nil, fmt.Errorf("voms.secret_file: %q: %w", cfg.SecretFile, err)
	}
	return voms.New(voms.Options{
		Keystone: identity,
		Socket:   cfg.Socket,
		Provider: cfg.IdentityProvider,
		Protocol: cfg.Protocol,
		Secret:   secret,
	})
}
