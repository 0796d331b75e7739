package keystone

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of Keystone's own: [identity] max_password_length, and the columns of names.
const (
	maxPasswordBytes = 4096
	maxNameBytes     = 255
)

// applicationUser is the user name that announces an application credential: appcred:ID:SECRET.
const applicationUser = "appcred"

// readBasic reads user and password of Authorization: Basic (RFC 7617), in one of the forms
//
//	user:password             of the domain configured
//	domain\user:password      of the domain of that name
//	appcred:ID:SECRET         an application credential
//
// An @ is part of the user's name, since e-mail addresses are names.
func readBasic(encoded, domainID string) (credential, error) {
	if len(encoded) > 2*maxPasswordBytes {
		return credential{}, badCredential("user and password are too long")
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return credential{}, badCredential("the value of Authorization is not Base64")
	}
	user, password, found := strings.Cut(string(decoded), ":")
	cred := credential{kind: passwordCredential, domainID: domainID}
	if user == applicationUser {
		cred = credential{kind: applicationCredential}
		user, password, found = strings.Cut(password, ":")
	} else if domain, name, qualified := strings.Cut(user, `\`); qualified {
		cred, user = credential{kind: passwordCredential, domain: domain}, name
	}
	switch {
	case !found || user == "" || password == "":
		return credential{}, badCredential("the value of Authorization is not user:password")
	case cred.kind == passwordCredential && cred.domain+cred.domainID == "":
		return credential{}, badCredential("the user's domain is missing")
	case len(password) > maxPasswordBytes, len(user) > maxNameBytes, len(cred.domain) > maxNameBytes:
		return credential{}, badCredential("user and password are too long")
	case !printable(cred.domain + user + password):
		return credential{}, badCredential("user and password are not UTF-8 text without control characters")
	}
	cred.name, cred.secret = user, NewSecret(password)
	return cred, nil
}

// printable reports whether s is text that can be sent to Keystone and be shown.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
