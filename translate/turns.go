package translate

import (
	"context"
	"sync"
)

// turns lets one at a time work on what a key stands for. The zero value is ready for use.
type turns struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when the key is released
}

// take waits until nobody has the key. It fails when the context ends first.
func (t *turns) take(ctx context.Context, key string) (release func(), err error) {
	for {
		t.mu.Lock()
		busy, ok := t.held[key]
		if !ok {
			mine := make(chan struct{})
			if t.held == nil {
				t.held = make(map[string]chan struct{})
			}
			t.held[key] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				delete(t.held, key)
				t.mu.Unlock()
				close(mine)
			}, nil
		}
		t.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
