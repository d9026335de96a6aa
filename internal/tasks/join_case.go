package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// joinCase acknowledges one more report of a case under way, and hides what became grave by it.
//
// Trigger: another report of the same. Repeating is safe: each report has one receipt, a case
// one mask. Failure: the report is on record; its receipt comes at the next attempt.
func (s Services) joinCase(ctx context.Context, m outbox.Message) error {
	return s.Registry.Step(ctx, m)
}
