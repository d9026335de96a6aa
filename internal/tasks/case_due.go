package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// caseDue looks at the clocks of a case: it goes higher, is overdue, or is closed (R40, R41, R45).
//
// Trigger: the time itself; the message was written when the time began. Repeating is safe: it
// does what is due by the case's own times. Failure: it is late by the next attempt.
func (s Services) caseDue(ctx context.Context, m outbox.Message) error {
	return s.Registry.Step(ctx, m)
}
