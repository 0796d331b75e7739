package translate

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/occigate/occigate/occi"
	"github.com/occigate/occigate/test/openstacktest"
)

// ownKeypairs are the names of the user demo's keypairs but for the one that is always there.
func (b *bench) ownKeypairs() []string {
	var names []string
	for _, k := range b.Keypairs("demo") {
		if k.Name != "demo" {
			names = append(names, k.Name)
		}
	}
	return names
}

func TestComputeWithContext(t *testing.T) {
	t.Parallel()
	script := base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\n"))
	for _, c := range []struct {
		name, keyName, userData string
		pairs                   []string
	}{
		{"OpenStack's mixins, as rOCCI and IM", lentPrefix, script, []string{openStackKeyData, edKey, openStackUserData, script}},
		{"the standard's mixins", lentPrefix, script, []string{occiSSHKey, edKey, occiUserData, "#!/bin/sh\n"}},
		{"several keys", lentPrefix, "", []string{openStackKeyData, edKey + "\n" + openstacktest.DemoPublicKey}},
		{"name and key", lentPrefix, "", []string{openStackKeyName, "mine", openStackKeyData, edKey}},
		{"keypair", "demo", "", []string{openStackKeyName, "demo"}},
	} {
		b := newBench(t, openstacktest.Options{}, Options{})
		made := b.must(t, b.newCompute(t, append([]string{"title", "one"}, c.pairs...)...))
		made2 := b.must(t, b.newCompute(t, append([]string{"title", "two"}, c.pairs...)...))
		servers := b.Servers("demo")
		for _, s := range servers {
			if !strings.HasPrefix(s.KeyName, c.keyName) || s.UserData != c.userData {
				t.Errorf("%s: key %q and user data %q, want %q and %q", c.name, s.KeyName, s.UserData, c.keyName, c.userData)
			}
		}
		if c.keyName == lentPrefix && servers[0].KeyName == servers[1].KeyName {
			t.Errorf("%s: both computes have the keypair %s", c.name, servers[0].KeyName)
		}
		if left := b.ownKeypairs(); len(left) > 0 {
			t.Errorf("%s: left keypairs %v", c.name, left)
		}
		for _, ref := range []occi.Ref{made.Ref(), made2.Ref()} {
			read, err := b.cloud.Get(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range outline(*read) {
				if strings.Contains(line, "AAAA") || strings.Contains(line, script) || strings.Contains(line, "/bin/sh") {
					t.Errorf("%s: the compute shows %q", c.name, line)
				}
			}
		}
	}
}

func TestFaultsOfACreationWithAKey(t *testing.T) {
	t.Parallel()
	keypairs, servers := regexp.MustCompile("os-keypairs"), regexp.MustCompile("/servers$")
	for _, c := range []struct {
		name    string
		faults  []openstacktest.Fault
		code    occi.Code
		saying  string
		servers int
		left    int // keypairs
	}{
		{"keypair refused", []openstacktest.Fault{{Path: keypairs, Method: "POST", Status: http.StatusForbidden, Body: `{"forbidden": {"message": "Quota exceeded, too many key pairs."}}`}}, occi.Forbidden, "too many key pairs", 0, 0},
		{"keypair: connection refused", []openstacktest.Fault{{Path: keypairs, Method: "POST", Mode: openstacktest.Refuse}}, occi.Unavailable, "", 0, 0},
		{"keypair: answer lost", []openstacktest.Fault{{Path: keypairs, Method: "POST", Mode: openstacktest.ResetAfter}}, occi.Unavailable, "", 0, 0},
		{"keypair: answer cut", []openstacktest.Fault{{Path: keypairs, Method: "POST", Mode: openstacktest.Truncate}}, occi.BadUpstream, "", 0, 0},
		{"keypair: a proxy's page", []openstacktest.Fault{{Path: keypairs, Method: "POST", Mode: openstacktest.HTML}}, occi.BadUpstream, "", 0, 0},
		{"server refused", []openstacktest.Fault{{Path: servers, Method: "POST", Status: http.StatusForbidden, Body: `{"forbidden": {"message": "Quota exceeded for cores"}}`}}, occi.Forbidden, "Quota exceeded for cores", 0, 0},
		{"server: several networks", []openstacktest.Fault{{Path: servers, Method: "POST", Status: http.StatusConflict}}, occi.Conflict, "", 0, 0},
		{"server: 500", []openstacktest.Fault{{Path: servers, Method: "POST", Status: http.StatusInternalServerError}}, occi.BadUpstream, `no compute named "one" was found afterwards`, 0, 0},
		{"server: connection reset", []openstacktest.Fault{{Path: servers, Method: "POST", Mode: openstacktest.Refuse}}, occi.Unavailable, `no compute named "one" was found afterwards`, 0, 0},
		{"server: answer lost", []openstacktest.Fault{{Path: servers, Method: "POST", Mode: openstacktest.ResetAfter}}, 0, "", 1, 0},
		{"server: answer cut", []openstacktest.Fault{{Path: servers, Method: "POST", Mode: openstacktest.Truncate}}, 0, "", 1, 0},
		{"server: a proxy's page", []openstacktest.Fault{{Path: servers, Method: "POST", Mode: openstacktest.HTML}}, occi.BadUpstream, `no compute named "one" was found afterwards`, 0, 0},
		{
			"server: answer lost, and no way to look",
			[]openstacktest.Fault{
				{Path: servers, Method: "POST", Mode: openstacktest.ResetAfter},
				{Path: regexp.MustCompile("/servers/detail$"), Method: "GET", Status: http.StatusInternalServerError},
			},
			occi.Unavailable, `whether a compute named "one" was created`, 1, 0,
		},
		{
			"neither server nor removal",
			[]openstacktest.Fault{
				{Path: servers, Method: "POST", Status: http.StatusServiceUnavailable},
				{Path: keypairs, Method: "DELETE", Status: http.StatusInternalServerError},
			},
			occi.Unavailable, `left behind: keypair "occi-`, 0, 1,
		},
		{"removal fails once", []openstacktest.Fault{{Path: keypairs, Method: "DELETE", Status: http.StatusServiceUnavailable, Times: 1}}, 0, "", 1, 0},
		{"removal's answer is lost", []openstacktest.Fault{{Path: keypairs, Method: "DELETE", Mode: openstacktest.ResetAfter, Times: 1}}, 0, "", 1, 0},
	} {
		b := newBench(t, openstacktest.Options{}, Options{})
		wanted := b.newCompute(t, "title", "one", openStackKeyData, edKey)
		for _, fault := range c.faults {
			b.AddFault(fault)
		}
		_, err := b.cloud.Create(t.Context(), wanted)
		if codeOf(err) != c.code {
			t.Errorf("%s: %v, want code %d", c.name, err, c.code)
		}
		if err != nil && !strings.Contains(err.Error(), c.saying) {
			t.Errorf("%s: %v, want it to say %q", c.name, err, c.saying)
		}
		if err != nil && c.saying == "" && strings.Contains(err.Error(), "was created") {
			t.Errorf("%s: %v, although no server can have been created", c.name, err)
		}
		if n := b.posts("/servers"); n > 1 {
			t.Errorf("%s: a server was asked for %d times", c.name, n)
		}
		if n := len(b.Servers("demo")); n != c.servers {
			t.Errorf("%s: %d servers, want %d", c.name, n, c.servers)
		}
		if left := b.ownKeypairs(); len(left) != c.left {
			t.Errorf("%s: keypairs left: %v, want %d", c.name, left, c.left)
		}
	}
}

func TestAClientThatLeavesDuringACreationLeavesNoKeypair(t *testing.T) {
	t.Parallel()
	b := newBench(t, openstacktest.Options{}, Options{})
	wanted := b.newCompute(t, "title", "one", openStackKeyData, edKey)
	b.AddFault(openstacktest.Fault{Path: regexp.MustCompile("/servers$"), Method: "POST", Mode: openstacktest.Hang})
	ctx, cancel := contextFor(t, 300*time.Millisecond)
	defer cancel()
	_, err := b.cloud.Create(ctx, wanted)
	checkCode(t, err, occi.Timeout)
	if left := b.ownKeypairs(); len(left) > 0 {
		t.Errorf("keypairs left: %v", left)
	}
}
