package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imprimatur/internal/config"
	"imprimatur/internal/server"
)

// serve runs until the context ends. The addresses are taken first: nothing else
// is started for a process that could not be reached.
func (p process) serve(ctx context.Context, c config.Serve) error {
	l, err := server.Listen(ctx, "--listen", c.Listen)
	if err != nil {
		return err
	}
	watch, err := listenMetrics(ctx, c.Metrics)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	b, err := p.openBacking(ctx, c)
	if err != nil {
		return errors.Join(err, l.Close(), closeMetrics(watch))
	}
	return errors.Join(p.serveOn(ctx, l, watch, c, b), b.close())
}

// serveOn ends in the order in which nothing is lost: requests, tasks, the relay,
// the listener, the database's connections.
func (p process) serveOn(ctx context.Context, l, watch net.Listener, c config.Serve, b *backing) error {
	h, err := openHouse(ctx, b, c.Clamd, []string{hostOf(c.HTTP, l)}, mailing{c.Mail, baseURL(c.HTTP, l), c.Demo})
	if err != nil {
		return errors.Join(err, l.Close(), closeMetrics(watch))
	}
	defer h.close()
	if c.Demo {
		if err := loadDemo(ctx, h.db, b.files); err != nil {
			return errors.Join(err, l.Close(), closeMetrics(watch))
		}
	}
	work, err := p.startLabour(ctx, h, b, workers(c))
	if err != nil {
		return errors.Join(err, l.Close(), closeMetrics(watch))
	}
	return errors.Join(p.answer(ctx, l, watch, c, b, h, work), work.stop())
}

// answer serves requests, and metrics where somebody may ask for them.
func (p process) answer(ctx context.Context, l, watch net.Listener, c config.Serve, b *backing, h *house, work *labour) error {
	pool, err := readinessPool(ctx, b.database)
	if err != nil {
		return errors.Join(err, l.Close(), closeMetrics(watch))
	}
	defer pool.Close()
	health := server.NewHealth(server.HealthConfig{Checks: work.checks(pool, b), Log: p.log})
	handler, err := p.door(c, baseURL(c.HTTP, l), h, health)
	if err != nil {
		return errors.Join(err, l.Close(), closeMetrics(watch))
	}
	if watch != nil {
		stop := p.serveMetrics(ctx, watch, h)
		defer stop()
		fmt.Fprintf(p.out, "Metrics are at http://%s/metrics\n", watch.Addr())
	}
	p.announce(ctx, b, baseURL(c.HTTP, l))
	if c.Demo {
		p.introduce()
	}
	return server.Run(ctx, l, handler, p.log)
}

// announce says where the program is, and whether it is ready. Without its queue it
// serves all the same: what is promised waits in the database, and /readyz says so.
func (p process) announce(ctx context.Context, b *backing, address string) {
	ctx, cancel := context.WithTimeout(ctx, announceTime)
	defer cancel()
	if err := pingQueue(ctx, b.redis); err != nil {
		p.log.Warn("the queue does not answer: work waits until it does", "error", err)
		fmt.Fprintf(p.out, "Imprimatur is not ready, its queue does not answer: %s/readyz\n", address)
		return
	}
	fmt.Fprintf(p.out, "Imprimatur is ready: %s\n", address)
}

// announceTime is how long the first answer of the queue is waited for.
const announceTime = 5 * time.Second

// workers is how many tasks this process works on at once.
func workers(c config.Serve) int {
	if c.NoWork {
		return 0
	}
	return c.Concurrency
}

// hostOf is this service's own host: a link there does not lead outside.
func hostOf(c config.HTTP, l net.Listener) string {
	u, err := url.Parse(baseURL(c, l))
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
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
