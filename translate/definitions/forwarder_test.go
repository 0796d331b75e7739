package definitions

import (
	"io"
	"net"
	"sync"

	"golang.org/x/sync/errgroup"
)

// forwarder is a way to a server that can be closed, which ends all its connections, and opened again.
type forwarder struct {
	network, address string // of the server
	group            errgroup.Group

	mu    sync.Mutex
	ends  []io.Closer // the listener and both ends of each connection
	ended bool
}

// open listens at an address and returns it with the port.
func (f *forwarder) open(address string) (string, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return "", err
	}
	f.mu.Lock()
	f.ended = false
	f.mu.Unlock()
	f.keep(l)
	f.group.Go(func() error {
		for {
			client, err := l.Accept()
			if err != nil {
				return nil //nolint:nilerr // closed
			}
			f.forward(client)
		}
	})
	return l.Addr().String(), nil
}

// forward connects a client with the server.
func (f *forwarder) forward(client net.Conn) {
	f.keep(client)
	server, err := net.Dial(f.network, f.address)
	if err != nil {
		_ = client.Close()
		return
	}
	f.keep(server)
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		f.group.Go(func() error {
			_, _ = io.Copy(way[0], way[1]) // ends when either is closed
			_ = way[0].Close()
			return nil
		})
	}
}

// keep remembers what close has to close, or closes it if that has been.
func (f *forwarder) keep(c io.Closer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ends = append(f.ends, c)
	if f.ended {
		_ = c.Close()
	}
}

// close ends everything.
func (f *forwarder) close() {
	f.mu.Lock()
	for _, c := range f.ends {
		_ = c.Close()
	}
	f.ends, f.ended = nil, true
	f.mu.Unlock()
	_ = f.group.Wait()
}
