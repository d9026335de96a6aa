package tasks

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// Job is something to be done again and again. It may run twice in a row.
type Job struct {
	Name  string
	Every time.Duration
	Run   func(ctx context.Context, now time.Time) (int, error) // counts what it did
}

// PeriodicConfig is what a Periodic is made of.
type PeriodicConfig struct {
	Jobs  []Job
	Alone func(ctx context.Context, name string, do func(context.Context) error) (bool, error) // runs do unless another process does
	Clock func() time.Time
	Log   *slog.Logger
}

// Periodic runs jobs, each by one process at a time.
type Periodic struct{ PeriodicConfig }

// NewPeriodic returns a Periodic. It does nothing until Run.
func NewPeriodic(cfg PeriodicConfig) *Periodic { return &Periodic{cfg} }

// Run runs the jobs until the context ends. A job that fails is logged, and
// comes again in its turn.
func (p *Periodic) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, job := range p.Jobs {
		all.Go(func() { p.repeat(ctx, job) })
	}
	all.Wait()
}

// repeat begins somewhere in the first tenth of the job's turn, so that processes
// started together do not all ask at once.
func (p *Periodic) repeat(ctx context.Context, job Job) {
	wait := rand.N(job.Every/10 + 1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		p.run(ctx, job)
		wait = job.Every
	}
}

func (p *Periodic) run(ctx context.Context, job Job) {
	_, err := p.Alone(ctx, job.Name, func(ctx context.Context) error {
		count, err := job.Run(ctx, p.Clock())
		if count > 0 {
			p.Log.Info("upkeep", "job", job.Name, "count", count)
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		p.Log.Error("upkeep failed", "job", job.Name, "error", err)
	}
}
