package translate

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"github.com/occigate/occigate/occi"
)

// The mixins for contextualization that OpenStack clouds offered before OCCI 1.2 had its own, and that rOCCI
// and IM send to this day.
var (
	openStackUserDataID  = occi.ID{Scheme: "http://schemas.openstack.org/compute/instance#", Term: "user_data"}
	openStackPublicKeyID = occi.ID{Scheme: "http://schemas.openstack.org/instance/credentials#", Term: "public_key"}
)

// Their attributes, and those of OCCI 1.2's mixins (GFD.224 §3.5.2).
const (
	openStackUserData = "org.openstack.compute.user_data"
	openStackKeyName  = "org.openstack.credentials.publickey.name"
	openStackKeyData  = "org.openstack.credentials.publickey.data"
	occiUserData      = "occi.compute.userdata"
	occiSSHKey        = "occi.credentials.ssh.publickey"
)

// contextMixins are OpenStack's contextualization mixins. None of their attributes is required: IM always
// sends both mixins, also with nothing to say.
func contextMixins() []*occi.Mixin {
	return []*occi.Mixin{
		{
			ID: openStackUserDataID, Title: "Contextualization data", Applies: []occi.ID{occi.ComputeID},
			Location: "/openstack_user_data/",
			Attributes: []occi.Attribute{{
				Name: openStackUserData, Type: occi.StringType,
				Description: "data handed to the machine at its first start; Base64 or plain text",
			}},
		},
		{
			ID: openStackPublicKeyID, Title: "SSH public key", Applies: []occi.ID{occi.ComputeID},
			Location: "/openstack_public_key/",
			Attributes: []occi.Attribute{
				{Name: openStackKeyName, Type: occi.StringType, Description: "name of a keypair in Nova"},
				{Name: openStackKeyData, Type: occi.StringType, Description: "content of the public key file"},
			},
		},
	}
}

// isContext reports whether a mixin is one of the four for contextualization, which act at creation alone.
func isContext(id occi.ID) bool {
	return slices.Contains([]occi.ID{openStackUserDataID, openStackPublicKeyID, occi.UserDataID, occi.SSHKeyID}, id)
}

// maxUserData is how much user data Nova takes, counted in Base64. Nova API: create server, user_data.
const maxUserData = 65_535

// userData returns the user data of a new compute as Nova takes it, canonical Base64, or "".
func userData(a occi.Attributes) (string, error) {
	text, err := one(a, openStackUserData, occiUserData)
	if err != nil || text == "" {
		return "", err
	}
	encoded := base64.StdEncoding.EncodeToString(decodeUserData(text))
	if len(encoded) > maxUserData {
		return "", occi.Errorf(occi.Invalid, "the user data has %d bytes, but Nova takes at most %d",
			base64.StdEncoding.DecodedLen(len(encoded)), maxUserData/4*3)
	}
	return encoded, nil
}

// decodeUserData undoes Base64 where it is used, padded or not and broken into lines or not: rOCCI and IM
// encode, clients of OCCI 1.2 may not (GFD.224 is silent). Everything that is not Base64 is taken as it is:
// "#!" and "#cloud-config", with which nearly all user data begin, cannot be Base64.
func decodeUserData(text string) []byte {
	packed := strings.TrimRight(strings.NewReplacer("\r", "", "\n", "").Replace(strings.TrimSpace(text)), "=")
	if decoded, err := base64.RawStdEncoding.Strict().DecodeString(packed); err == nil {
		return decoded
	}
	return []byte(text)
}

// accessKey is the SSH key of a new compute: the name of a keypair in Nova, or public keys, or neither.
type accessKey struct {
	name string
	data string // one key per line; if there is data, the name does not count
}

// readKey returns the SSH key of a new compute.
func readKey(a occi.Attributes) (accessKey, error) {
	data, err := one(a, openStackKeyData, occiSSHKey)
	if err != nil {
		return accessKey{}, err
	}
	key := accessKey{name: strings.TrimSpace(a.Text(openStackKeyName))}
	if data == "" {
		return key, nil
	}
	if decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(data)); err == nil {
		data = string(decoded) // rOCCI 5 encodes
	}
	key.data, err = publicKeys(data)
	return key, err
}

// publicKey matches a line of an authorized_keys file without options: type, Base64, comment.
var publicKey = regexp.MustCompile(`^[a-z][a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3}( .*)?$`)

// publicKeys checks that a text consists of public keys, one a line, and returns them without blank lines
// and surrounding blanks. Nova keeps all lines, and cloud-init installs all of them.
// The text is not quoted in errors: what was sent may be a private key.
func publicKeys(text string) (string, error) {
	var keys []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if !publicKey.MatchString(line) {
			return "", occi.Errorf(occi.Invalid, "line %d of the SSH public key is no public key: want its type, "+
				"such as ssh-ed25519, and the key in Base64", len(keys)+1)
		}
		keys = append(keys, line)
	}
	return strings.Join(keys, "\n"), nil
}

// one returns the value of two attributes with the same meaning. If they differ, nobody knows which is meant:
// a conflict, as in ooi.
func one(a occi.Attributes, openStack, standard string) (string, error) {
	first, second := a.Text(openStack), a.Text(standard)
	switch {
	case isBlank(first) && isBlank(second):
		return "", nil
	case isBlank(first):
		return second, nil
	case isBlank(second), strings.TrimSpace(first) == strings.TrimSpace(second):
		return first, nil
	}
	return "", occi.Errorf(occi.Conflict, "%s and %s differ: send one of them", openStack, standard)
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }
