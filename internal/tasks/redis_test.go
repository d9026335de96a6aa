package tasks_test

import (
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"imprimatur/internal/config"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
)

// over connects as the program does with --redis-url.
func over(t *testing.T, url string) asynq.RedisConnOpt {
	t.Helper()
	var given config.RedisURL
	if err := given.UnmarshalText([]byte(url)); err != nil {
		t.Fatal(err)
	}
	opt, err := given.Opt()
	if err != nil {
		t.Fatal(err)
	}
	return opt
}

func TestMessagesArriveOverACluster(t *testing.T) {
	t.Parallel()
	cluster := dbtest.NewCluster(t)
	b := setup(t, func(p *parts) {
		p.redis = over(t, cluster.URL())
		p.retry = unhurried
	})
	b.arrived(t, b.underLoad(t, func() {}))
	if attempts := ask[int](t, b, `SELECT max(attempt) FROM outbox`); attempts > 1 {
		t.Errorf("with nothing broken, a message took %d attempts", attempts)
	}
	within(t, time.Minute, "the queue is empty", func() bool { return b.queued(t) == 0 })
	for n, client := range cluster.Clients(t) {
		if keys := client.DBSize(t.Context()).Val(); keys == 0 {
			t.Errorf("master %d has carried nothing: its share of the queues was not tried", n)
		}
	}
}

// What the replica had not heard of yet may stay in its queues for minutes, as
// work that nobody does: that asynq clears away, and does no harm, since it is done.
func TestMessagesArriveOverSentinelThroughAFailover(t *testing.T) {
	t.Parallel()
	sentinel := dbtest.NewSentinel(t)
	b := setup(t, func(p *parts) { p.redis = over(t, sentinel.URL()) })
	first := b.must(t, time.Time{})
	b.settled(t)
	var meanwhile id.Contribution
	b.arrived(t, b.underLoad(t, func() {
		sentinel.FailOver(t, func() { meanwhile = b.must(t, time.Time{}) })
	}))
	if !b.live(t, first) || !b.live(t, meanwhile) {
		t.Error("what was promised before, or while there was no master, is not live")
	}
}
