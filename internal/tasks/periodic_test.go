package tasks_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"imprimatur/internal/tasks"
)

func TestPeriodicRunsEachJobInItsTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var often, seldom, locked atomic.Int32
		count := func(n *atomic.Int32) func(context.Context, time.Time) (int, error) {
			return func(context.Context, time.Time) (int, error) { return int(n.Add(1)), nil }
		}
		periodic := tasks.NewPeriodic(tasks.PeriodicConfig{
			Jobs: []tasks.Job{
				{Name: "often", Every: time.Minute, Run: count(&often)},
				{Name: "seldom", Every: time.Hour, Run: count(&seldom)},
				{Name: "elsewhere", Every: time.Minute, Run: count(&locked)},
			},
			Alone: func(ctx context.Context, name string, do func(context.Context) error) (bool, error) {
				if name == "elsewhere" {
					return false, nil
				}
				return true, do(ctx)
			},
			Clock: time.Now, Log: slog.New(slog.DiscardHandler),
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); periodic.Run(ctx) }()
		time.Sleep(time.Hour - time.Second)
		synctest.Wait()
		if often.Load() != 60 || seldom.Load() != 1 || locked.Load() != 0 {
			t.Errorf("in an hour: often %d times, seldom %d, elsewhere %d", often.Load(), seldom.Load(), locked.Load())
		}
		cancel()
		<-ended
	})
}

func TestPeriodicGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		tries := 0
		periodic := tasks.NewPeriodic(tasks.PeriodicConfig{
			Jobs: []tasks.Job{{Name: "purge", Every: time.Minute, Run: func(context.Context, time.Time) (int, error) {
				tries++
				return 0, errors.New("no connection")
			}}},
			Alone: func(ctx context.Context, _ string, do func(context.Context) error) (bool, error) {
				return true, do(ctx)
			},
			Clock: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second)
		defer cancel()
		periodic.Run(ctx)
		if tries < 2 || strings.Count(log.String(), "job=purge error=\"no connection\"") != tries {
			t.Errorf("tried %d times: %s", tries, log.String())
		}
	})
}
