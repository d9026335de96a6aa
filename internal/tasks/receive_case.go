package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Registry has cases examined.
type Registry interface {
	Step(ctx context.Context, m outbox.Message) error
}

// receiveCase acknowledges a case to whoever reported, and hides what is grave (R39, R42).
//
// Trigger: the first report of something. Repeating is safe: only a case just received moves,
// each report has one receipt, and the mask is placed in the same commit. Failure: the case is
// on record, unacknowledged and unmasked, until the next attempt.
func (s Services) receiveCase(ctx context.Context, m outbox.Message) error {
	return s.Registry.Step(ctx, m)
}
