package facade

import (
	"net/http"
	"net/netip"
)

// guarded does what has a credential in it only while the client's address has guesses left, and counts one
// if Keystone does not accept the credential. Known paths alone get here, so its 404 is about the credential.
func (f *Facade) guarded(handle handler) handler {
	return func(c *call) (*answer, error) {
		settle, err := f.options.Guess(clientAddr(c.Request))
		if err != nil {
			return nil, err
		}
		a, err := handle(c)
		wrong := false
		if err != nil {
			status := faultOf(err).status
			wrong = status == http.StatusUnauthorized || status == http.StatusNotFound
		}
		settle(wrong)
		return a, err
	}
}

// clientAddr is the address that a request came from; invalid if it is none.
func clientAddr(r *http.Request) netip.Addr {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return addr.Addr()
}
