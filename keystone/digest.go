package keystone

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"sync"
)

// digest stands for a credential wherever the credential itself must not be: in cache keys and logs.
type digest [sha256.Size]byte

// String returns the first 128 bits in hexadecimal.
func (d digest) String() string { return hex.EncodeToString(d[:16]) }

// digester computes digests under a key of its own, so that they say nothing to anybody who can
// guess tokens or has a log of another process.
type digester struct{ states sync.Pool }

type digestState struct {
	mac  hash.Hash
	text []byte
	sum  digest
}

func newDigester() *digester {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // documented never to fail
	return &digester{states: sync.Pool{New: func() any {
		return &digestState{mac: hmac.New(sha256.New, key)}
	}}}
}

// digest covers everything that an answer of Keystone depends on. The length before each part keeps
// the parts apart.
func (d *digester) digest(c credential) digest {
	state := d.states.Get().(*digestState)
	defer d.states.Put(state)
	text := append(state.text[:0], byte(c.kind))
	p := c.project
	for _, part := range [...]string{
		c.domain, c.domainID, c.name, c.secret.Reveal(), p.id, p.name, p.idOrName, p.domainID, p.domainName,
	} {
		text = binary.AppendUvarint(text, uint64(len(part)))
		text = append(text, part...)
	}
	state.mac.Reset()
	state.mac.Write(text)
	state.mac.Sum(state.sum[:0])
	clear(text)
	state.text = text
	return state.sum
}
