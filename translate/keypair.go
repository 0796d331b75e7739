package translate

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/keypairs"
)

// lentPrefix begins the names of keypairs that live only while a server is being created.
const lentPrefix = "occi-"

// useKey returns the name of the keypair for a new server: one that the user has, or one that is lent for the
// time of the creation, under a name that nobody can guess. The name that a client sends along with a key is
// not used: a keypair of that name may exist, for another key.
func (c computes) useKey(ctx context.Context, key accessKey, lent *undo) (string, error) {
	if key.data == "" {
		return key.name, nil
	}
	nova, err := c.nova()
	if err != nil {
		return "", err
	}
	name := lentPrefix + strings.ToLower(rand.Text())
	// Before it is made, since it may exist even if Nova's answer gets lost.
	lent.push(fmt.Sprintf("keypair %q", name), func(ctx context.Context) error {
		return removeKeypair(ctx, nova, name)
	})
	_, err = keypairs.Create(ctx, nova, keypairs.CreateOpts{Name: name, PublicKey: key.data}).Extract()
	return name, c.fault(err, subject{})
}

// removeKeypair removes a keypair, with some persistence.
func removeKeypair(ctx context.Context, nova *gophercloud.ServiceClient, name string) error {
	return persistently(ctx, func(ctx context.Context) error {
		return gone(keypairs.Delete(ctx, nova, name, nil).ExtractErr())
	})
}
