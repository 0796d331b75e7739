package interop

import (
	"errors"
	"fmt"
	"os/exec"
	"path"
	"strings"
	"testing"
)

// openStack is OpenStack's own client, from Debian: what is made on one side is there on the other.
func openStack() client {
	return client{
		name:       "python3-openstackclient",
		mediaTypes: []string{"text/plain"}, // of OCCI's side
		signIns:    []signIn{byPassword},
		install:    inPath("openstack"),
		run:        runOpenStack,
	}
}

func runOpenStack(t *testing.T, s session) []operation {
	t.Helper()
	f := newFixture(t, s.Target)
	var done []operation
	does := func(name string, err error) bool {
		o := operation{name: name}
		if err != nil {
			o.fault = err.Error()
		}
		done = append(done, o)
		return err == nil
	}
	ours := path.Base(f.compute(t, "active"))
	status, err := s.openStack(t, "server", "show", ours, "-f", "value", "-c", "status")
	does("sees OCCI's compute", same(err, status, "ACTIVE"))
	disk := path.Base(f.storage(t))
	status, err = s.openStack(t, "volume", "show", disk, "-f", "value", "-c", "status")
	does("sees OCCI's storage", same(err, status, "available"))

	theirs, err := s.openStack(t, "server", "create", "--wait", "--image", f.title(t, "os_tpl"),
		"--flavor", f.title(t, "resource_tpl"), "--network", f.networkOf(t, ours), "-f", "value", "-c", "id", "theirs")
	if does("its server is a compute", err) {
		f.await(t, f.Endpoint+"/compute/"+theirs, `occi.core.title="theirs"`)
		_, err = s.openStack(t, "server", "add", "volume", theirs, disk)
		does("its attachment is a storagelink", err)
		f.await(t, f.Endpoint+"/compute/"+theirs, "/storagelink/"+theirs+"_"+disk)
		_, err = s.openStack(t, "server", "stop", theirs)
		does("its stop is an inactive compute", err)
		f.await(t, f.Endpoint+"/compute/"+theirs, `occi.compute.state="inactive"`)
		_, err = s.openStack(t, "server", "delete", "--wait", theirs)
		does("what it deletes is gone", err)
		f.gone(t, f.Endpoint+"/compute/"+theirs)
	}
	f.do(t, "DELETE", f.Endpoint+"/compute/"+ours, "")
	listed, err := s.openStack(t, "server", "list", "-f", "value", "-c", "ID")
	if err == nil && strings.Contains(listed, ours) {
		err = fmt.Errorf("server %s is still listed", ours)
	}
	does("does not see what OCCI deleted", err)
	return done
}

// openStack runs a command of the client and returns what it prints.
func (s session) openStack(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "openstack", arguments...)
	command.Env = s.environ()
	said, err := command.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("openstack %s: %w: %s", strings.Join(arguments, " "), err, failed.Stderr)
	}
	return strings.TrimSpace(string(said)), err
}

func same(err error, got, want string) error {
	if err == nil && got != want {
		return fmt.Errorf("it says %q, not %q", got, want)
	}
	return err
}
