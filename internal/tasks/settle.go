package tasks

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/hibiken/asynq"

	"imprimatur/internal/outbox"
	"imprimatur/publication"
)

// Outbox is where the outcome of a delivery is recorded, unless its work is done:
// that is recorded by the transaction that did it.
type Outbox interface {
	// Fail records failures, and answers how many of them were still open.
	Fail(ctx context.Context, failures ...outbox.Failure) (int, error)
	// Postpone makes a delivery wait until due.
	Postpone(ctx context.Context, d outbox.Delivery, due time.Time) error
}

// recordTime bounds the recording of an outcome, which happens even when the
// task's own time is over.
const recordTime = 5 * time.Second

// outcome says what became of a delivery.
type outcome string

const (
	done      outcome = "done"
	postponed outcome = "postponed"
	duplicate outcome = "duplicate" // somebody else had done it
	failed    outcome = "failed"
	aside     outcome = "set_aside" // failed too often
	unknown   outcome = "unknown"   // and could not be recorded: asynq tries again
	early     outcome = "early"     // not due by this worker's clock: asynq gives it again
)

// task makes a handler one of asynq's. What goes wrong is recorded in the
// outbox, which then sends the next attempt; only where even that fails does
// asynq hear of an error.
func (s *Server) task(kind outbox.Kind, handle Handler) asynq.HandlerFunc {
	return func(ctx context.Context, t *asynq.Task) error {
		d, err := decode(kind, t.Payload())
		if err != nil {
			return fmt.Errorf("%w: %w", asynq.SkipRetry, err)
		}
		if err := s.untilDue(ctx, d); err != nil {
			s.Metrics.settled(d.Kind, early, 0)
			return err
		}
		began := s.Clock()
		s.Metrics.taken(d, began)
		became, err := s.settle(ctx, d, safely(ctx, d.Message, handle))
		s.Metrics.settled(d.Kind, became, s.Clock().Sub(began))
		return err
	}
}

// safely turns a panic into an error that says where.
func safely(ctx context.Context, m outbox.Message, handle Handler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in %s: %T", origin(), p)
		}
	}()
	return handle(ctx, m)
}

// origin is the function of ours that panicked.
func origin() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)]) // past Callers, origin and the deferred function
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") || !more {
			return fmt.Sprintf("%s, line %d", frame.Function, frame.Line)
		}
	}
}

// settle records what became of a delivery.
func (s *Server) settle(ctx context.Context, d outbox.Delivery, err error) (outcome, error) {
	if err == nil {
		return done, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	now := s.Clock()
	if wait, ok := errors.AsType[*publication.WaitError](err); ok {
		if err := s.Outbox.Postpone(ctx, d, wait.Until); err != nil {
			return unknown, err
		}
		return postponed, nil
	}
	failure := s.Retry.Fail(d, describe(err), now)
	recorded, recording := s.Outbox.Fail(ctx, failure)
	switch {
	case recording != nil:
		return unknown, recording
	case recorded == 0:
		return duplicate, nil
	}
	log := s.Log.With("message", d.ID, "kind", d.Kind, "attempt", d.Attempt, "error", failure.Error)
	if failure.SetAside {
		log.Error("message set aside", "failures", d.Failures+1)
		return aside, nil
	}
	log.Warn("task failed", "again", failure.Due)
	return failed, nil
}

// maxText bounds what is kept of an error.
const maxText = 300

// describe is an error's text without content: our own errors name ids and
// rules, and of the database's only the code is kept.
func describe(err error) string {
	if database, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err); ok {
		return "database error " + database.SQLState()
	}
	text := []rune(strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), ""))
	if len(text) > maxText {
		return string(text[:maxText-1]) + "…"
	}
	return string(text)
}
