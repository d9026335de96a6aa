package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"imprimatur/internal/outbox"
)

const (
	// sleepable is how long a worker waits itself for a message's time, in a slot that others wait
	// for: the clocks of two machines that are kept are rarely further apart.
	sleepable = 100 * time.Millisecond
	// longestWait bounds how long a message then stays with the queue: another worker, whose clock is
	// right, may have it next.
	longestWait = 10 * time.Second
)

// earlyError is what a delivery comes to that is not due by this worker's clock, though it was by
// that of whoever sent it.
type earlyError struct{ wait time.Duration }

func (e *earlyError) Error() string { return fmt.Sprintf("not due for %s", e.wait) }

// untilDue waits until a delivery is due by the clock that its handler will judge by: a handler
// finds nothing to do before, and would end the message. What is not due for longer goes back to
// the queue, under the same name and as nobody's failure, by the [earlyError] that is answered. Where
// the task has used up its failures before, asynq archives it all the same; the outbox gives it anew
// once its lease is over.
func (s *Server) untilDue(ctx context.Context, d outbox.Delivery) error {
	ahead := d.Due.Sub(s.Clock())
	switch {
	case ahead <= 0:
		return nil
	case ahead > sleepable:
		return &earlyError{min(ahead, longestWait)}
	}
	timer := time.NewTimer(ahead)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return &earlyError{ahead}
	case <-timer.C:
		return nil
	}
}

// pause is how long asynq keeps a task before it gives it again.
func pause(retried int, err error, _ *asynq.Task) time.Duration {
	if early, ok := errors.AsType[*earlyError](err); ok {
		return early.wait
	}
	return time.Second << retried
}

// isFailure reports whether asynq counts an error among the few that a task may have.
func isFailure(err error) bool {
	_, ok := errors.AsType[*earlyError](err)
	return !ok
}
