package main

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
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
	return promhttp.HandlerFor(h.registry, promhttp.HandlerOpts{DisableCompression: true})
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

// measure counts and times requests by the pattern of their route.
func (h *house) measure() server.Measure {
	requests := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "imprimatur", Name: "http_request_seconds", Help: "Duration of requests.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30},
	}, []string{"method", "route", "status"})
	h.registry.MustRegister(requests)
	return func(method, route string, status int, took time.Duration) {
		requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
	}
}
