package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Bounds of a request.
const (
	maxCertificates = 16
	maxBody         = 64 << 10
)

// handler answers POST /verify.
type handler struct {
	verify  func(context.Context, []byte) (verdict, error)
	timeout time.Duration // of one verification, the wait for its turn included
	turns   chan struct{} // as many as may be under way at a time
	log     *slog.Logger
}

func newHandler(
	verify func(context.Context, []byte) (verdict, error), timeout time.Duration, parallel int, log *slog.Logger,
) http.Handler {
	h := &handler{verify: verify, timeout: timeout, turns: make(chan struct{}, parallel), log: log}
	mux := http.NewServeMux()
	mux.Handle("POST /verify", h)
	return mux
}

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	status, v := h.answer(w, r)
	h.report(r.Context(), status, v, time.Since(start))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked is gone: nobody to tell
}

func (h *handler) answer(w http.ResponseWriter, r *http.Request) (int, verdict) {
	der, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return http.StatusRequestEntityTooLarge, verdict{Refused: "certificate chain: too large"}
	}
	if err != nil {
		return http.StatusBadRequest, verdict{Refused: "certificate chain: cut off"}
	}
	switch chain, err := x509.ParseCertificates(der); {
	case err != nil || len(chain) == 0:
		return http.StatusBadRequest, verdict{Refused: "certificate chain: unreadable"}
	case len(chain) > maxCertificates:
		return http.StatusBadRequest, verdict{Refused: "certificate chain: too long"}
	}
	ctx, cancel := context.WithTimeout(r.Context(), h.timeout)
	defer cancel()
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return noVerdict(errors.New("others took all the time"))
	}
	v, err := h.verify(ctx, der)
	switch {
	case err != nil:
		return noVerdict(err)
	case v.Refused != "":
		return http.StatusForbidden, v
	}
	return http.StatusOK, v
}

func noVerdict(err error) (int, verdict) {
	return http.StatusServiceUnavailable, verdict{Refused: "no verdict", detail: err.Error()}
}

// report writes the one line about a verification. It names the user, as an audit has to.
func (h *handler) report(ctx context.Context, status int, v verdict, took time.Duration) {
	attributes := []slog.Attr{slog.Int("status", status), slog.Float64("duration", took.Seconds())}
	for _, text := range []struct{ key, value string }{
		{"dn", v.DN}, {"ca", v.CA}, {"vo", v.VO}, {"refused", v.Refused}, {"detail", v.detail},
	} {
		if text.value != "" {
			attributes = append(attributes, slog.String(text.key, text.value))
		}
	}
	level := slog.LevelInfo
	if status == http.StatusServiceUnavailable {
		level = slog.LevelError
	}
	h.log.LogAttrs(ctx, level, "verification", attributes...)
}
