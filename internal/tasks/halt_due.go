package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// haltDue ends an emergency stop whose time is over (R54).
//
// Trigger: the time itself; the message was written when it began. Repeating is safe: what has
// ended is left alone. Failure: nobody writes until the next attempt.
func (s Services) haltDue(ctx context.Context, m outbox.Message) error {
	return s.Stops.Lapse(ctx, m)
}
