package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"

	"imprimatur/internal/config"
	"imprimatur/internal/server"
)

// serve runs until the context ends. The address is taken first: nothing else
// is started for a process that could not be reached.
func (p process) serve(ctx context.Context, c config.Serve) error {
	l, err := server.Listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	b, err := p.openBacking(ctx, c)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	return errors.Join(p.serveOn(ctx, l, c, b), b.close())
}

func (p process) serveOn(ctx context.Context, l net.Listener, c config.Serve, b *backing) error {
	pool, err := readinessPool(ctx, b.database)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer pool.Close()
	health := server.NewHealth(server.HealthConfig{Checks: checks(pool, b.redis), Log: p.log})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", health.Alive)
	mux.HandleFunc("GET /readyz", health.Ready)
	fmt.Fprintf(p.out, "Imprimatur is ready: %s\n", baseURL(c.HTTP, l))
	return server.Run(ctx, l, mux, p.log)
}

// baseURL is the address to tell people.
func baseURL(c config.HTTP, l net.Listener) string {
	if c.BaseURL != "" {
		return string(c.BaseURL)
	}
	return "http://" + l.Addr().String()
}

// readinessPool is one connection that is kept for the question whether the
// database answers, so that a busy pool is no outage.
func readinessPool(ctx context.Context, url string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("--database-url: %w", err)
	}
	c.MaxConns = 1
	return pgxpool.NewWithConfig(ctx, c)
}
