package main

import (
	"context"
	"net"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"imprimatur/internal/server"
)

// listenMetrics takes the address of metrics, or none.
func listenMetrics(ctx context.Context, address string) (net.Listener, error) {
	if address == "" {
		return nil, nil //nolint:nilnil // no address is no listener
	}
	return server.Listen(ctx, "--metrics", address)
}

func closeMetrics(l net.Listener) error {
	if l == nil {
		return nil
	}
	return l.Close()
}

// metrics is what a Prometheus server scrapes.
func (h *house) metrics() http.Handler {
	return promhttp.HandlerFor(h.registry, promhttp.HandlerOpts{})
}

// serveMetrics answers until it is stopped, or the context ends.
func (p process) serveMetrics(ctx context.Context, l net.Listener, h *house) (stop func()) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h.metrics())
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Run(ctx, l, mux, p.log); err != nil {
			p.log.Error("metrics are not served", "error", err)
		}
	}()
	return func() { cancel(); <-ended }
}

// addHealth adds /healthz and /readyz.
func (p process) addHealth(mux *http.ServeMux, pool *pgxpool.Pool, b *backing) {
	health := server.NewHealth(server.HealthConfig{Checks: checks(pool, b.redis), Log: p.log})
	mux.HandleFunc("GET /healthz", health.Alive)
	mux.HandleFunc("GET /readyz", health.Ready)
}
