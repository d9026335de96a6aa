package tasks_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/postgres"
)

// checkEvery is the program's pause between two looks into empty queues.
const checkEvery = 50 * time.Millisecond

// BenchmarkBareRoundTrip is the floor: enqueued, and taken up by an idle worker.
func BenchmarkBareRoundTrip(b *testing.B) {
	redis := dbtest.Redis(b)
	server := asynq.NewServer(redis.Opt(), asynq.Config{Concurrency: 4, TaskCheckInterval: checkEvery, LogLevel: asynq.FatalLevel})
	taken := make(chan struct{})
	mux := asynq.NewServeMux()
	mux.HandleFunc("bare", func(context.Context, *asynq.Task) error { taken <- struct{}{}; return nil })
	if err := server.Start(mux); err != nil {
		b.Fatal(err)
	}
	defer server.Shutdown()
	client := asynq.NewClient(redis.Opt())
	defer client.Close()
	for b.Loop() {
		if _, err := client.Enqueue(asynq.NewTask("bare", nil)); err != nil {
			b.Fatal(err)
		}
		<-taken
	}
}

// BenchmarkSubmitToScreened is the same for a submitted text, from the beginning
// of its submission to the commit of its screening.
func BenchmarkSubmitToScreened(b *testing.B) {
	h := setup(b, func(p *parts) { p.check = checkEvery })
	h.exec(b, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'posts_per_hour_adult', '500', $2)`, h.Tilleuls, dbtest.Now)
	screened := make(chan struct{}, 1)
	h.db.AfterCommit(func(c postgres.Committed) {
		if slices.Contains(c.Transitions, postgres.Transition{Machine: "revision", Action: "pass"}) {
			screened <- struct{}{}
		}
	})
	for range b.N { // not b.Loop: R20 bounds how many may be written
		b.StopTimer()
		c, err := h.publish.Create(b.Context(), h.diallo(), topic(h))
		if err != nil {
			b.Fatal(err)
		}
		h.settled(b) // idle
		b.StartTimer()
		if err := h.publish.Act(b.Context(), h.diallo(), c, submitting); err != nil {
			b.Fatal(err)
		}
		<-screened
	}
}
