package voms

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The header fields that Keystone's mapping reads as HTTP_VOMSDN and so on.
const (
	nameField       = "Vomsdn"
	issuerField     = "Vomsca"
	attributesField = "Vomsfqans"
	secretField     = "Vomsfront"
)

// maxField bounds a header field: Apache, which may be in front of Keystone, takes lines of 8190 bytes.
const maxField = 8000

// person is whom the verifier has recognised.
type person struct {
	DN      string    `json:"dn"`    // subject of the certificate, /DC=org/CN=Jane Doe
	CA      string    `json:"ca"`    // its issuer
	FQANs   []string  `json:"fqans"` // /dteam/ops/Role=lcgadmin/Capability=NULL
	Expires time.Time `json:"expires"`
}

// header is what Keystone is told, less the secret.
func (p person) header() (http.Header, error) {
	var encoded []string
	for _, fqan := range p.FQANs {
		encoded = append(encoded, encode(fqan))
	}
	fields := map[string]string{
		nameField: encode(p.DN), issuerField: encode(p.CA), attributesField: strings.Join(encoded, ";"),
	}
	h := http.Header{"Accept": {"application/json"}}
	for name, value := range fields {
		if len(value) > maxField {
			return nil, rejected("your proxy has too many VOMS attributes: ask for fewer of them, such as with "+
				"voms-proxy-init --voms VO:/VO/GROUP", fmt.Errorf("%s has %d bytes", name, len(value)))
		}
		h.Set(name, value)
	}
	return h, nil
}

// encode writes a name as GridSite does in GRST_VOMS_FQANS.
func encode(name string) string {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.=-_@/"
	var b strings.Builder
	for i := range len(name) {
		switch {
		case strings.IndexByte(plain, name[i]) >= 0:
			b.WriteByte(name[i])
		case name[i] == ' ':
			b.WriteByte('+')
		default:
			fmt.Fprintf(&b, "%%%02X", name[i])
		}
	}
	return b.String()
}
