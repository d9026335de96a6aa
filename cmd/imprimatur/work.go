package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"imprimatur/internal/config"
	"imprimatur/internal/server"
)

// work does background work until the context ends.
func (p process) work(ctx context.Context, c config.Work) error {
	b := &backing{database: string(c.DatabaseURL), listen: string(cmp.Or(c.ListenURL, c.DatabaseURL))}
	if err := b.openQueue(c.RedisURL); err != nil {
		return err
	}
	if err := b.openFiles(ctx, c.Store, ""); err != nil { // named, as config asks
		return errors.Join(err, b.close())
	}
	return errors.Join(p.workOn(ctx, c, b), b.close())
}

func (p process) workOn(ctx context.Context, c config.Work, b *backing) error {
	h, err := openHouse(ctx, b, c.Clamd, nil, mailing{Mail: c.Mail, address: string(c.BaseURL)})
	if err != nil {
		return err
	}
	defer h.close()
	l, err := p.startLabour(ctx, h, b, c.Concurrency)
	if err != nil {
		return err
	}
	return errors.Join(p.watchWork(ctx, h, b, l, c.Metrics), l.stop())
}

// watchWork answers for health and metrics, if anybody is to ask.
func (p process) watchWork(ctx context.Context, h *house, b *backing, work *labour, address string) error {
	if address == "" {
		fmt.Fprintln(p.out, "Imprimatur is working.")
		<-ctx.Done()
		return nil
	}
	l, err := server.Listen(ctx, "--metrics", address)
	if err != nil {
		return err
	}
	pool, err := readinessPool(ctx, b.database)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer pool.Close()
	mux := http.NewServeMux()
	health := server.NewHealth(server.HealthConfig{Checks: work.checks(pool, b), Log: p.log})
	mux.HandleFunc("GET /healthz", health.Alive)
	mux.HandleFunc("GET /readyz", health.Ready)
	mux.Handle("GET /metrics", h.metrics())
	fmt.Fprintf(p.out, "Imprimatur is working: http://%s/metrics\n", l.Addr())
	return server.Run(ctx, l, mux, p.log)
}
