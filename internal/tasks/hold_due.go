package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Stops is the clock of what was stopped.
type Stops interface {
	Overdue(ctx context.Context, m outbox.Message) error
	Lapse(ctx context.Context, m outbox.Message) error
}

// holdDue looks whether somebody has looked at what the stop button stopped (R26).
//
// Trigger: the time itself; the message was written when it was stopped. Repeating is safe: what
// was looked at is left alone, and a message is done once. Failure: who is late is told at the
// next attempt; what is stopped stays so.
func (s Services) holdDue(ctx context.Context, m outbox.Message) error {
	return s.Stops.Overdue(ctx, m)
}
