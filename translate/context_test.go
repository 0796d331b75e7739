package translate

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/occigate/occigate/occi"
)

// texts makes attributes of names and string values in turn.
func texts(pairs ...string) occi.Attributes {
	var a occi.Attributes
	for i := 0; i < len(pairs); i += 2 {
		a.SetText(pairs[i], pairs[i+1])
	}
	return a
}

func TestUserData(t *testing.T) {
	t.Parallel()
	const script = "#!/bin/sh\necho hello\n"
	encoded := base64.StdEncoding.EncodeToString([]byte(script))
	big := strings.Repeat("#", 49_149)
	for _, c := range []struct {
		name string
		in   occi.Attributes
		want string
		code occi.Code
	}{
		{"none", nil, "", 0},
		{"Base64, as rOCCI and IM", texts(openStackUserData, encoded), encoded, 0},
		{"Base64 without padding", texts(openStackUserData, strings.TrimRight(encoded, "=")), encoded, 0},
		{"Base64 in lines", texts(openStackUserData, encoded[:8]+"\r\n"+encoded[8:]+"\n"), encoded, 0},
		{"plain script", texts(occiUserData, script), encoded, 0},
		{"plain cloud-config", texts(occiUserData, "#cloud-config"), base64.StdEncoding.EncodeToString([]byte("#cloud-config")), 0},
		{"words are no Base64", texts(occiUserData, "echo word"), base64.StdEncoding.EncodeToString([]byte("echo word")), 0},
		{"not canonical, so no Base64", texts(occiUserData, "YR=="), base64.StdEncoding.EncodeToString([]byte("YR==")), 0},
		{"blank", texts(openStackUserData, " \n"), "", 0},
		{"both alike", texts(openStackUserData, encoded, occiUserData, encoded+"\n"), encoded, 0},
		{"both, different", texts(openStackUserData, encoded, occiUserData, "#!"), "", occi.Conflict},
		{"as large as may be", texts(occiUserData, big), base64.StdEncoding.EncodeToString([]byte(big)), 0},
		{"too large", texts(occiUserData, big+"#"), "", occi.Invalid},
	} {
		got, err := userData(c.in)
		if got != c.want || codeOf(err) != c.code {
			t.Errorf("%s: userData = %.60q, %v, want %.60q, code %d", c.name, got, err, c.want, c.code)
		}
	}
}

// codeOf is occi.CodeOf with 0 for no error.
func codeOf(err error) occi.Code {
	if err == nil {
		return 0
	}
	return occi.CodeOf(err)
}

func TestUserDataSurvivesBase64(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "data")
		encoded := base64.StdEncoding.EncodeToString(data)
		got, err := userData(texts(openStackUserData, encoded))
		if err != nil || got != encoded {
			t.Fatalf("userData(%q) = %q, %v", encoded, got, err)
		}
	})
}

const (
	edKey  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII1rNWWNqMLF7IHATtMIo/u9oNKnRZmTC2mSyStxWoTZ alice@example.org"
	rsaKey = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCeahQUfBPL5A8S8hyDi1tVpwZEQn2X"
)

func TestReadKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   occi.Attributes
		want accessKey
		code occi.Code
	}{
		{"none", nil, accessKey{}, 0},
		{"name", texts(openStackKeyName, "demo"), accessKey{name: "demo"}, 0},
		{"data", texts(openStackKeyData, edKey+"\n"), accessKey{data: edKey}, 0},
		{"name and data", texts(openStackKeyName, "demo", openStackKeyData, edKey), accessKey{name: "demo", data: edKey}, 0},
		{"standard", texts(occiSSHKey, rsaKey), accessKey{data: rsaKey}, 0},
		{"standard in Base64, as rOCCI 5", texts(occiSSHKey, base64.StdEncoding.EncodeToString([]byte(edKey))), accessKey{data: edKey}, 0},
		{"several", texts(openStackKeyData, edKey+"\n\n "+rsaKey+"\r\n"), accessKey{data: edKey + "\n" + rsaKey}, 0},
		{"security key", texts(occiSSHKey, "sk-ssh-ed25519@openssh.com AAAA"), accessKey{data: "sk-ssh-ed25519@openssh.com AAAA"}, 0},
		{"both alike", texts(openStackKeyData, edKey, occiSSHKey, edKey), accessKey{data: edKey}, 0},
		{"both, different", texts(openStackKeyData, edKey, occiSSHKey, rsaKey), accessKey{}, occi.Conflict},
		{"no key", texts(openStackKeyData, "hello"), accessKey{}, occi.Invalid},
		{"second line no key", texts(openStackKeyData, edKey+"\nhello"), accessKey{}, occi.Invalid},
		{"private key", texts(openStackKeyData, "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA"), accessKey{}, occi.Invalid},
	} {
		got, err := readKey(c.in)
		if codeOf(err) != c.code {
			t.Errorf("%s: readKey error = %v, want code %d", c.name, err, c.code)
		}
		if err == nil && got != c.want {
			t.Errorf("%s: readKey: %s", c.name, cmp.Diff(c.want, got, cmp.AllowUnexported(accessKey{})))
		}
		if err != nil && strings.Contains(err.Error(), "AAAA") {
			t.Errorf("%s: the error quotes the key: %v", c.name, err)
		}
	}
}
