package server_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"imprimatur/internal/server"
)

func check(name string, err error) server.Check {
	return server.Check{Name: name, Probe: func(context.Context) error { return err }}
}

func TestReady(t *testing.T) {
	t.Parallel()
	secret := errors.New("password of db.internal")
	tests := map[string]struct {
		checks []server.Check
		status int
		body   string
	}{
		"nothing to ask":  {nil, http.StatusOK, `{}`},
		"all well":        {[]server.Check{check("database", nil), check("queue", nil)}, http.StatusOK, `{"database":"ok","queue":"ok"}`},
		"one is not well": {[]server.Check{check("database", nil), check("queue", secret)}, http.StatusServiceUnavailable, `{"database":"ok","queue":"failed"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			h := server.NewHealth(server.HealthConfig{Checks: test.checks, Log: slog.New(slog.NewTextHandler(&log, nil))})
			w := httptest.NewRecorder()
			h.Ready(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
			if w.Code != test.status || strings.TrimSpace(w.Body.String()) != test.body {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if told := strings.Contains(log.String(), secret.Error()); told != (test.status != http.StatusOK) {
				t.Errorf("log: %q", log.String())
			}
		})
	}
}

func TestSilenceIsNotReady(t *testing.T) {
	t.Parallel()
	silent := server.Check{Name: "database", Probe: func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}}
	h := server.NewHealth(server.HealthConfig{Checks: []server.Check{silent}, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	h.Ready(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/readyz", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.Code)
	}
}

func TestAlive(t *testing.T) {
	t.Parallel()
	h := server.NewHealth(server.HealthConfig{Checks: []server.Check{check("database", io.EOF)}, Log: slog.New(slog.DiscardHandler)})
	w := httptest.NewRecorder()
	h.Alive(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
