package translate

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

// loads counts and answers the loads of a template cache.
type loads struct {
	cache  *cache[templateKey, *templates]
	count  atomic.Int32
	mu     sync.Mutex
	events []string
}

func newLoads(t *testing.T) *loads {
	t.Helper()
	l := &loads{}
	var err error
	l.cache, err = newTemplateCache(Options{
		CacheEvent: func(result string) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.events = append(l.events, result)
		},
	}.withDefaults(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// get gets the templates of a project, which take a time to load and end in an error or none, and returns
// how long that took.
func (l *loads) get(ctx context.Context, project string, slow time.Duration, err error) (time.Duration, error) {
	before := time.Now()
	_, got := l.cache.get(ctx, templateKey{projectID: project}, func(context.Context) (*templates, error) {
		l.count.Add(1)
		time.Sleep(slow)
		if err != nil {
			return nil, err
		}
		return &templates{}, nil
	})
	return time.Since(before), got
}

// check gets the templates of a project and compares how often any have been loaded since the start.
func (l *loads) check(t *testing.T, project string, want int32) {
	t.Helper()
	if _, err := l.get(t.Context(), project, 0, nil); err != nil {
		t.Error(err)
	}
	synctest.Wait()
	if n := l.count.Load(); n != want {
		t.Errorf("%d loads, want %d", n, want)
	}
}

var errGlance = errors.New("glance is away")

func TestTemplatesAreKeptPerProject(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLoads(t)
		l.check(t, "a", 1)
		l.check(t, "a", 1)
		l.check(t, "b", 2)
	})
}

func TestTemplatesAreRefreshedAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLoads(t)
		l.check(t, "a", 1)
		time.Sleep(50 * time.Second)
		if waited, err := l.get(t.Context(), "a", time.Second, nil); err != nil || waited > 0 {
			t.Errorf("get = %v after %s, want no waiting", err, waited)
		}
		time.Sleep(40 * time.Second)
		l.check(t, "a", 2)
		if diff := cmp.Diff([]string{CacheMiss, CacheHit, CacheHit}, l.events); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

// Templates that lack something are served, and soon asked for again.
func TestPartialTemplatesAreKeptBriefly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLoads(t)
		get := func(lacking bool) *templates {
			t.Helper()
			got, err := l.cache.get(t.Context(), templateKey{}, func(context.Context) (*templates, error) {
				l.count.Add(1)
				loaded := &templates{}
				if lacking {
					loaded.gaps = []occi.Gap{{Scheme: floatingPoolScheme}}
				}
				return loaded, nil
			})
			synctest.Wait()
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		for _, step := range []struct {
			wait    time.Duration
			lacking bool
			loads   int32
		}{{0, true, 1}, {time.Second, true, 1}, {4 * time.Second, false, 2}, {30 * time.Second, false, 2}} {
			time.Sleep(step.wait)
			if got := get(step.lacking); got.isPartial() != step.lacking || l.count.Load() != step.loads {
				t.Errorf("after %s: partial is %v after %d loads, want %d", step.wait, got.isPartial(), l.count.Load(), step.loads)
			}
		}
	})
}

func TestOldTemplatesAreLoadedAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLoads(t)
		l.check(t, "a", 1)
		time.Sleep(time.Minute)
		if waited, err := l.get(t.Context(), "a", time.Second, nil); err != nil || waited != time.Second {
			t.Errorf("get = %v after %s, want new templates after 1s", err, waited)
		}
		l.check(t, "a", 2)
	})
}

func TestOldTemplatesAreBetterThanNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLoads(t)
		l.check(t, "a", 1)
		time.Sleep(2 * time.Minute)
		if waited, err := l.get(t.Context(), "a", time.Second, errGlance); err != nil || waited != time.Second {
			t.Errorf("get = %v after %s, want old templates after 1s", err, waited)
		}
		if waited, err := l.get(t.Context(), "a", time.Minute, nil); err != nil || waited != stalePatience {
			t.Errorf("get = %v after %s, want old templates after %s", err, waited, stalePatience)
		}
		time.Sleep(staleLimit * 2 * time.Minute)
		if _, err := l.get(t.Context(), "a", 0, errGlance); !errors.Is(err, errGlance) {
			t.Errorf("get = %v long after, want %v", err, errGlance)
		}
		if diff := cmp.Diff([]string{CacheMiss, CacheStale, CacheStale, CacheMiss}, l.events); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

func TestFailuresAreNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLoads(t)
		if _, err := l.get(t.Context(), "a", 0, errGlance); !errors.Is(err, errGlance) {
			t.Errorf("get = %v, want %v", err, errGlance)
		}
		l.check(t, "a", 2)
	})
}

func TestOneLoadServesAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLoads(t)
		results := make(chan error)
		for range 4 {
			go func() {
				_, err := l.get(t.Context(), "a", time.Second, nil)
				results <- err
			}()
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := l.get(impatient, "a", time.Second, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the impatient one got %v", err)
		}
		for range 4 {
			if err := <-results; err != nil {
				t.Errorf("a patient one got %v", err)
			}
		}
		l.check(t, "a", 1)
	})
}

func TestARefusedTokenIsNobodyElses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLoads(t)
		refused := make(chan error)
		go func() {
			_, err := l.get(t.Context(), "a", time.Second, answer(401, ""))
			refused <- err
		}()
		synctest.Wait()
		if _, err := l.get(t.Context(), "a", time.Second, nil); err != nil {
			t.Errorf("the one with a good token got %v", err)
		}
		if err := <-refused; err == nil {
			t.Error("the one with the refused token got templates")
		}
	})
}

func TestDroppedTemplatesDoNotComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLoads(t)
		l.check(t, "a", 1)
		l.cache.drop(templateKey{projectID: "a"})
		go func() { _, _ = l.get(t.Context(), "a", time.Second, nil) }()
		synctest.Wait()
		l.cache.drop(templateKey{projectID: "a"}) // while they are being loaded
		time.Sleep(2 * time.Second)
		l.check(t, "a", 3)
	})
}
