package server

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// checkLimit bounds one readiness check: an answer that does not come is a no.
const checkLimit = 2 * time.Second

// Check is one thing that this process needs in order to serve. Probe's error
// goes to the log; whoever asks sees only the name.
type Check struct {
	Name  string
	Probe func(ctx context.Context) error
}

// HealthConfig is what Health needs.
type HealthConfig struct {
	Checks []Check
	Log    *slog.Logger
}

// Health answers /healthz (the process lives) and /readyz (and may be sent
// requests: 503 unless every check passes).
type Health struct {
	checks []Check
	log    *slog.Logger
}

// NewHealth makes the handlers.
func NewHealth(c HealthConfig) *Health { return &Health{checks: c.Checks, log: c.Log} }

// Alive answers /healthz.
func (h *Health) Alive(w http.ResponseWriter, _ *http.Request) {
	writeHealth(w, http.StatusOK, map[string]string{"status": "alive"})
}

// Ready answers /readyz with the outcome of each check by name, all of them
// asked at once.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) {
	status, outcomes := http.StatusOK, map[string]string{}
	for name, err := range h.probe(r.Context()) {
		outcomes[name] = "ok"
		if err != nil {
			status, outcomes[name] = http.StatusServiceUnavailable, "failed"
			h.log.Error("not ready", "check", name, "error", err)
		}
	}
	writeHealth(w, status, outcomes)
}

func (h *Health) probe(ctx context.Context) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	var (
		mu       sync.Mutex
		all      sync.WaitGroup
		outcomes = make(map[string]error, len(h.checks))
	)
	for _, check := range h.checks {
		all.Go(func() {
			err := check.Probe(ctx)
			mu.Lock()
			defer mu.Unlock()
			outcomes[check.Name] = err
		})
	}
	all.Wait()
	return outcomes
}

func writeHealth(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the asker has gone
}
