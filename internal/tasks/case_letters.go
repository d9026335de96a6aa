package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// caseLetters writes to those who reported something that it was received, or what was decided:
// some at a time, and promises the rest.
//
// Trigger: received, decided, or merged. Repeating is safe: a report has one letter of each, and
// one mail. Failure: what was decided stands; the letters come at the next attempt.
func (s Services) caseLetters(ctx context.Context, m outbox.Message) error {
	return s.Registry.Step(ctx, m)
}
