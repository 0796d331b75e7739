package openstacktest

import (
	"cmp"
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// keypair belongs to a user, not to a project.
type keypair struct {
	name, publicKey, kind, fingerprint string
	number                             int
	created                            time.Time
}

// keypairLimit is the number of keypairs a user may have (quota key_pairs).
const keypairLimit = 100

// keypairsOf are a user's keypairs.
func (n *nova) keypairsOf(user string) *table[keypair] {
	if n.keypairs[user] == nil {
		n.keypairs[user] = &table[keypair]{}
	}
	return n.keypairs[user]
}

var keypairBody = properties{"keypair": {required: true, rule: properties{
	"name": {required: true, rule: text(1, 255)}, "public_key": {rule: text(0, 1<<16)},
	"type": {rule: oneOf("ssh", "x509"), since: 2}, "user_id": {rule: text(1, 255), since: 10},
}.object}}

var (
	oldKeypairName = regexp.MustCompile(`^[A-Za-z0-9_ -]+$`)
	newKeypairName = regexp.MustCompile(`^[A-Za-z0-9@._ -]+$`) // Nova API: microversion 2.92
)

// createKeypair imports a public key; before 2.92 Nova also makes one when none is given.
func (n *nova) createKeypair(r *request) (answer, error) {
	body, err := decodeChecked(r, keypairBody)
	if err != nil {
		return answer{}, err
	}
	in := child(body, "keypair")
	k := &keypair{name: str(in, "name"), publicKey: str(in, "public_key"), kind: cmp.Or(str(in, "type"), "ssh"), created: n.cloud.now()}
	_, imported := in["public_key"]
	if !imported && r.minor >= 92 {
		return answer{}, schemaFault(r, misshapen("keypair", in, "'public_key' is a required property"))
	}
	names, allowed := oldKeypairName, "_- 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if r.minor >= 92 {
		names, allowed = newKeypairName, "@._- 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	}
	if !names.MatchString(k.name) {
		return answer{}, refuse(http.StatusBadRequest, "An invalid 'name' value was provided. The name must be: Only expected characters: [%s]", allowed)
	}
	view := object{"name": k.name, "user_id": r.token.user.id}
	if !imported {
		k.publicKey = "ssh-rsa " + base64.StdEncoding.EncodeToString([]byte("\x00\x00\x00\x07ssh-rsa"+secret(256))) + " Generated-by-Nova"
		view["private_key"] = "-----BEGIN RSA PRIVATE KEY-----\n" + secret(48) + "\n-----END RSA PRIVATE KEY-----\n"
	}
	fingerprint, ok := fingerprintOf(k.publicKey)
	if !ok {
		return answer{}, refuse(http.StatusBadRequest, "Keypair data is invalid: failed to generate fingerprint")
	}
	own := n.keypairsOf(r.token.user.id)
	if own.get(k.name) != nil {
		return answer{}, refuse(http.StatusConflict, "Key pair '%s' already exists.", k.name)
	}
	if len(own.order) >= keypairLimit {
		return answer{}, refuse(http.StatusForbidden, "Quota exceeded, too many key pairs.")
	}
	k.fingerprint, k.number = fingerprint, len(own.order)+1
	own.add(k.name, k)
	view["public_key"], view["fingerprint"] = k.publicKey, k.fingerprint
	status := http.StatusOK
	if r.minor >= 2 {
		view["type"], status = k.kind, http.StatusCreated
	}
	return reply(status, object{"keypair": view})
}

// fingerprintOf is the fingerprint of an OpenSSH public key, which Nova takes with MD5; ok is false for
// anything else.
func fingerprintOf(publicKey string) (fingerprint string, ok bool) {
	fields := strings.Fields(publicKey)
	if len(fields) < 2 {
		return "", false
	}
	data, err := base64.StdEncoding.DecodeString(fields[1])
	// The key starts with its own type, after the length of that.
	if err != nil || len(data) < 4+len(fields[0]) || string(data[4:4+len(fields[0])]) != fields[0] {
		return "", false
	}
	sum := md5.Sum(data)
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02x", b)
	}
	return strings.Join(parts, ":"), true
}

func (n *nova) listKeypairs(r *request) (answer, error) {
	view := func(k *keypair) object {
		fields := object{"name": k.name, "public_key": k.publicKey, "fingerprint": k.fingerprint}
		if r.minor >= 2 {
			fields["type"] = k.kind
		}
		return object{"keypair": fields}
	}
	found := n.keypairsOf(r.token.user.id).all(func(*keypair) bool { return true })
	slices.SortFunc(found, func(a, b *keypair) int { return strings.Compare(a.name, b.name) })
	if r.minor < 35 { // Nova API: microversion 2.35 brings pages
		views := []any{}
		for _, k := range found {
			views = append(views, view(k))
		}
		return reply(http.StatusOK, object{"keypairs": views})
	}
	return novaPage(n, r, "keypairs", found, func(k *keypair) string { return k.name }, view)
}

func (n *nova) findKeypair(r *request) (*keypair, error) {
	k := n.keypairsOf(r.token.user.id).get(r.param("name"))
	if k == nil {
		return nil, refuse(http.StatusNotFound, "Keypair %s not found for user %s", r.param("name"), r.token.user.id)
	}
	return k, nil
}

func (n *nova) getKeypair(r *request) (answer, error) {
	k, err := n.findKeypair(r)
	if err != nil {
		return answer{}, err
	}
	view := object{
		"name": k.name, "public_key": k.publicKey, "fingerprint": k.fingerprint, "user_id": r.token.user.id,
		"created_at": roundMicros(k.created), "deleted": false, "deleted_at": nil, "id": k.number, "updated_at": nil,
	}
	if r.minor >= 2 {
		view["type"] = k.kind
	}
	return reply(http.StatusOK, object{"keypair": view})
}

func (n *nova) deleteKeypair(r *request) (answer, error) {
	k, err := n.findKeypair(r)
	if err != nil {
		return answer{}, err
	}
	n.keypairsOf(r.token.user.id).remove(k.name)
	status := http.StatusAccepted
	if r.minor >= 2 {
		status = http.StatusNoContent
	}
	return answer{status: status, header: http.Header{}, contentType: "application/json"}, nil
}
