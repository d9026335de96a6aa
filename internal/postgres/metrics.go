package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// Observe registers the use of the pools and the age of the review queue, and counts
// transitions by machine and action as they are committed.
func (db *DB) Observe(registry prometheus.Registerer) {
	transitions := prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "imprimatur", Name: "transitions_total", Help: "Transitions committed by this process.",
	}, []string{"machine", "action"})
	registry.MustRegister(transitions, newPoolStats(db), newQueueStats(db))
	db.AfterCommit(func(c Committed) {
		for _, t := range c.Transitions {
			transitions.WithLabelValues(t.Machine, t.Action).Inc()
		}
	})
}

// poolStats reads the pools at every scrape.
type poolStats struct {
	pools              map[string]*pgxpool.Pool
	conns, max         *prometheus.Desc
	acquired, canceled *prometheus.Desc
	waited             *prometheus.Desc
}

func newPoolStats(db *DB) *poolStats {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("imprimatur_db_"+name, help, append([]string{"pool"}, labels...), nil)
	}
	return &poolStats{
		pools:    map[string]*pgxpool.Pool{"app": db.app, "reader": db.reader, "worker": db.worker},
		conns:    desc("connections", "Connections, by what they do.", "state"),
		max:      desc("connections_max", "Most connections that the pool opens."),
		acquired: desc("acquired_total", "Connections taken from the pool."),
		canceled: desc("acquire_canceled_total", "Waits for a connection that were given up."),
		waited:   desc("acquire_seconds_total", "Time spent waiting for a connection."),
	}
}

// Describe names what is measured.
func (s *poolStats) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.conns, s.max, s.acquired, s.canceled, s.waited} {
		ch <- d
	}
}

// Collect asks each pool.
func (s *poolStats) Collect(ch chan<- prometheus.Metric) {
	for name, pool := range s.pools {
		stat := pool.Stat()
		gauge := func(d *prometheus.Desc, v float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, append([]string{name}, labels...)...)
		}
		count := func(d *prometheus.Desc, v float64) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, name)
		}
		gauge(s.conns, float64(stat.AcquiredConns()), "busy")
		gauge(s.conns, float64(stat.IdleConns()), "idle")
		gauge(s.max, float64(stat.MaxConns()))
		count(s.acquired, float64(stat.AcquireCount()))
		count(s.canceled, float64(stat.CanceledAcquireCount()))
		count(s.waited, stat.AcquireDuration().Seconds())
	}
}

// queueStats reads, at every scrape, how much waits for humans and for how long.
type queueStats struct {
	db           *DB
	waiting, age *prometheus.Desc
}

// scrapePatience is how long a scrape waits for the database.
const scrapePatience = 5 * time.Second

func newQueueStats(db *DB) *queueStats {
	labels := []string{"waits_for"}
	return &queueStats{
		db:      db,
		waiting: prometheus.NewDesc("imprimatur_review_queue_texts", "Texts that wait for a human, by what they wait for.", labels, nil),
		age:     prometheus.NewDesc("imprimatur_review_queue_age_seconds", "Time since the oldest of them began to wait.", labels, nil),
	}
}

// Describe names what is measured.
func (s *queueStats) Describe(ch chan<- *prometheus.Desc) {
	ch <- s.waiting
	ch <- s.age
}

// Collect asks the database. When it does not answer, the scrape says so.
func (s *queueStats) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapePatience)
	defer cancel()
	rows, err := s.db.worker.Query(ctx, `SELECT waits_for, waiting, oldest FROM queue_ages()`)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(s.age, err)
		return
	}
	var reason string
	var waiting float64
	var oldest time.Time
	_, err = pgx.ForEachRow(rows, []any{&reason, &waiting, &oldest}, func() error {
		ch <- prometheus.MustNewConstMetric(s.waiting, prometheus.GaugeValue, waiting, reason)
		ch <- prometheus.MustNewConstMetric(s.age, prometheus.GaugeValue, max(0, s.db.clock().Sub(oldest).Seconds()), reason)
		return nil
	})
	if err != nil {
		ch <- prometheus.NewInvalidMetric(s.age, err)
	}
}
