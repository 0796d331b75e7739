package translate

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/occigate/occigate/keystone"
	"github.com/occigate/occigate/occi"
)

// novaVersion is the newest version of Nova's API that a cloud has: 2.60 in Queens, 2.90 in Xena, never less than 2.1.
// Its methods tell what can be done, and in which version: the best up to the newest.
type novaVersion keystone.Microversion

// Versions of Nova's API that brought what matters here. Compute API: "REST API Version History".
var (
	withConsoles    = novaVersion{Major: 2, Minor: 6}  // all kinds of consoles are had in one way, instead of by actions
	withDescription = novaVersion{Major: 2, Minor: 19} // servers have a description
	choosesNetwork  = novaVersion{Major: 2, Minor: 36} // the last that takes no word about networks; see serverOpts.needs
	sharesVolumes   = novaVersion{Major: 2, Minor: 60} // volumes that several servers can have are attached
	withExtraSpecs  = novaVersion{Major: 2, Minor: 61} // flavors show their extra specs
	withVolumeType  = novaVersion{Major: 2, Minor: 67} // volumes that are made with a server have a type
	withHostname    = novaVersion{Major: 2, Minor: 90} // host names are shown to users, and can be chosen
)

// has reports whether the cloud has a version.
func (v novaVersion) has(wanted novaVersion) bool {
	return keystone.Microversion(v).Compare(keystone.Microversion(wanted)) >= 0
}

// upTo returns a version, or the newest that the cloud has.
func (v novaVersion) upTo(wanted novaVersion) string {
	if v.has(wanted) {
		return keystone.Microversion(wanted).String()
	}
	return keystone.Microversion(v).String()
}

// forServers is the version to list, read, change and delete servers in, and to act on them. 2.19 shows their
// description, 2.47 their sizes instead of a flavor's id, 2.71 their server groups, 2.90 their host name.
func (v novaVersion) forServers() string { return v.upTo(withHostname) }

// forFlavors is the version to list flavors in, with their extra specs.
func (v novaVersion) forFlavors() string { return v.upTo(withExtraSpecs) }

// toAttach is the version to attach a volume in.
func (v novaVersion) toAttach() string { return v.upTo(sharesVolumes) }

// novaVersion returns the newest version of the cloud's Nova.
func (c *Cloud) novaVersion(ctx context.Context) novaVersion {
	return novaVersion(c.session.ComputeVersion(ctx))
}

// novaAt returns a client of Nova that speaks the version that is best for something, such as novaVersion.forServers.
func (c *Cloud) novaAt(ctx context.Context, best func(novaVersion) string) (*gophercloud.ServiceClient, error) {
	client, err := c.session.Compute(best(c.novaVersion(ctx)))
	return client, c.fault(err, subject{})
}

// nova returns a client of Nova's oldest version, 2.1, for what needs nothing newer.
func (c *Cloud) nova() (*gophercloud.ServiceClient, error) {
	client, err := c.session.Compute("")
	return client, c.fault(err, subject{})
}

// cutDown removes what a version of Nova does not know. Like other wishes that OpenStack has no word for they are not
// granted: clients send a host name with every compute, even one that differs from the title. The type of a volume is one to
// rely on.
func (o *serverOpts) cutDown(v novaVersion) error {
	if !v.has(withDescription) {
		o.Description = ""
	}
	if !v.has(withHostname) {
		o.Hostname = ""
	}
	if o.needs() == withVolumeType && !v.has(withVolumeType) {
		return occi.Errorf(occi.Unimplemented, "this provider's OpenStack cannot choose the type of the volume that a compute boots from")
	}
	return nil
}

// knownTo refuses texts that a version of Nova cannot change. A host name that follows from the title is not one: clients
// send back what they read before somebody renamed the compute.
func (t serverTexts) knownTo(v novaVersion) (serverTexts, error) {
	if t.Description != nil && !v.has(withDescription) {
		return serverTexts{}, occi.Errorf(occi.Unimplemented, "this provider's OpenStack keeps no summary of a compute")
	}
	if t.Hostname != nil && !v.has(withHostname) {
		if t.Name == nil || hostnameOf(*t.Name) != *t.Hostname {
			return serverTexts{}, occi.Errorf(occi.Unimplemented, "this provider's OpenStack cannot change the host name of a compute")
		}
		t.Hostname = nil
	}
	return t, nil
}
