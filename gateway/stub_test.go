package gateway_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/occigate/occigate/gateway"
	"github.com/occigate/occigate/occi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testToken     = "gAAAAA-canary-token-0123456789"
	testChallenge = "Keystone uri='https://keystone.example.org:5000'"
	testID        = "6c6f7567-0000-4000-8000-000000000001"
	testAction    = `start; scheme="http://schemas.ogf.org/occi/infrastructure/compute/action#"; class="action"`
	testCompute   = `compute; scheme="http://schemas.ogf.org/occi/infrastructure#"; class="kind"`
)

// stubCloud is a Cloud of functions. A verb without a function is not expected, and an internal error.
type stubCloud struct {
	model  func(context.Context) (*occi.Model, error)
	list   func(context.Context, *occi.Kind, occi.Query, bool) ([]occi.Entity, error)
	get    func(context.Context, occi.Ref) (*occi.Entity, error)
	create func(context.Context, *occi.Entity) (*occi.Entity, error)
	update func(context.Context, *occi.Change) (*occi.Entity, error)
	delete func(context.Context, occi.Ref) error
	act    func(context.Context, occi.Ref, *occi.Invocation) (*occi.Mixin, error)

	define, undefine      func(context.Context, []*occi.Mixin) error
	associate, dissociate func(context.Context, occi.Ref, *occi.Mixin) error
}

var (
	_ gateway.Cloud = (*stubCloud)(nil)

	errUnexpected = errors.New("the test did not expect this verb")
)

func (s *stubCloud) Model(ctx context.Context) (*occi.Model, error) {
	if s.model == nil {
		return nil, errUnexpected
	}
	return s.model(ctx)
}

func (s *stubCloud) List(ctx context.Context, kind *occi.Kind, query occi.Query, full bool) ([]occi.Entity, error) {
	if s.list == nil {
		return nil, errUnexpected
	}
	return s.list(ctx, kind, query, full)
}

func (s *stubCloud) Get(ctx context.Context, ref occi.Ref) (*occi.Entity, error) {
	if s.get == nil {
		return nil, errUnexpected
	}
	return s.get(ctx, ref)
}

func (s *stubCloud) Create(ctx context.Context, e *occi.Entity) (*occi.Entity, error) {
	if s.create == nil {
		return nil, errUnexpected
	}
	return s.create(ctx, e)
}

func (s *stubCloud) Update(ctx context.Context, c *occi.Change) (*occi.Entity, error) {
	if s.update == nil {
		return nil, errUnexpected
	}
	return s.update(ctx, c)
}

func (s *stubCloud) Delete(ctx context.Context, ref occi.Ref) error {
	if s.delete == nil {
		return errUnexpected
	}
	return s.delete(ctx, ref)
}

func (s *stubCloud) Act(ctx context.Context, ref occi.Ref, inv *occi.Invocation) (*occi.Mixin, error) {
	if s.act == nil {
		return nil, errUnexpected
	}
	return s.act(ctx, ref, inv)
}

func (s *stubCloud) Define(ctx context.Context, mixins []*occi.Mixin) error {
	if s.define == nil {
		return errUnexpected
	}
	return s.define(ctx, mixins)
}

func (s *stubCloud) Undefine(ctx context.Context, mixins []*occi.Mixin) error {
	if s.undefine == nil {
		return errUnexpected
	}
	return s.undefine(ctx, mixins)
}

func (s *stubCloud) Associate(ctx context.Context, ref occi.Ref, mixin *occi.Mixin) error {
	if s.associate == nil {
		return errUnexpected
	}
	return s.associate(ctx, ref, mixin)
}

func (s *stubCloud) Dissociate(ctx context.Context, ref occi.Ref, mixin *occi.Mixin) error {
	if s.dissociate == nil {
		return errUnexpected
	}
	return s.dissociate(ctx, ref, mixin)
}

func (s *stubCloud) Caller() gateway.Caller {
	return gateway.Caller{UserID: "user-1", ProjectID: "project-1"}
}

// workingCloud has one compute, testID, and lets everything be done with it.
func workingCloud() *stubCloud {
	model := occi.Infrastructure()
	compute := func() *occi.Entity {
		e := &occi.Entity{Kind: model.Kind(occi.ComputeID), ID: testID, Title: "one"}
		e.Attributes.SetText("occi.compute.state", "active")
		return e
	}
	find := func(ref occi.Ref) (*occi.Entity, error) {
		if ref.ID != testID {
			return nil, occi.Errorf(occi.NotFound, "there is no %s %q", ref.Kind.Term, ref.ID)
		}
		return compute(), nil
	}
	return &stubCloud{
		model: func(context.Context) (*occi.Model, error) { return model, nil },
		list: func(_ context.Context, kind *occi.Kind, _ occi.Query, _ bool) ([]occi.Entity, error) {
			if kind.ID != occi.ComputeID {
				return nil, nil
			}
			return []occi.Entity{*compute()}, nil
		},
		get: func(_ context.Context, ref occi.Ref) (*occi.Entity, error) { return find(ref) },
		create: func(_ context.Context, e *occi.Entity) (*occi.Entity, error) {
			return &occi.Entity{Kind: e.Kind, ID: testID}, nil
		},
		update: func(_ context.Context, c *occi.Change) (*occi.Entity, error) { return find(c.Ref()) },
		delete: func(_ context.Context, ref occi.Ref) error {
			_, err := find(ref)
			return err
		},
		act: func(_ context.Context, ref occi.Ref, _ *occi.Invocation) (*occi.Mixin, error) {
			_, err := find(ref)
			return nil, err
		},
		define:     func(context.Context, []*occi.Mixin) error { return nil },
		undefine:   func(context.Context, []*occi.Mixin) error { return nil },
		associate:  func(context.Context, occi.Ref, *occi.Mixin) error { return nil },
		dissociate: func(context.Context, occi.Ref, *occi.Mixin) error { return nil },
	}
}

// bench is a gateway in front of a stub, with its log and metrics.
type bench struct {
	*gateway.Gateway
	logs     *observer.ObservedLogs
	registry *prometheus.Registry
	metrics  *gateway.Metrics
}

// newBench makes a gateway that accepts testToken alone.
func newBench(tb testing.TB, cloud gateway.Cloud, change ...func(*gateway.Options)) *bench {
	tb.Helper()
	core, logs := observer.New(zap.DebugLevel)
	registry := prometheus.NewRegistry()
	metrics, err := gateway.NewMetrics(registry, "1.2.3")
	if err != nil {
		tb.Fatal(err)
	}
	options := gateway.Options{
		Connect: func(r *http.Request, _ gateway.Origin) (gateway.Cloud, error) {
			if r.Header.Get("X-Auth-Token") != testToken {
				return nil, occi.Errorf(occi.Unauthenticated, "a token is needed")
			}
			return cloud, nil
		},
		Challenge: testChallenge,
		Version:   "1.2.3",
		Mounts:    []string{"", "/occi1.1", "/occi1.2"},
		PublicURL: "https://occi.example.org",
		Logger:    zap.New(core),
		Metrics:   metrics,
	}
	for _, f := range change {
		f(&options)
	}
	g, err := gateway.New(options)
	if err != nil {
		tb.Fatal(err)
	}
	return &bench{g, logs, registry, metrics}
}

// do answers an authenticated request without a network.
func (b *bench) do(t *testing.T, method, target, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return b.doAnonymous(t, method, target, body, append(header, "X-Auth-Token", testToken)...)
}

// doAnonymous does the same without a token; header are names and values in turn.
func (b *bench) doAnonymous(t *testing.T, method, target, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, target, reader)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}

// exactly returns the values of the header of exactly that spelling.
func exactly(h http.Header, name string) []string { return h[name] }

// logLine returns the fields of the one line that has been logged.
func (b *bench) logLine(t *testing.T) map[string]any {
	t.Helper()
	entries := b.logs.TakeAll()
	if len(entries) != 1 {
		t.Fatalf("got %d log lines, want 1: %v", len(entries), entries)
	}
	fields := entries[0].ContextMap()
	fields["level"] = entries[0].Level.String()
	return fields
}
