package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// noticeDenials tells the administrators that somebody was refused again and again (R09).
//
// Trigger: an alert raised. Repeating is safe: a person has one notice
// of a message. Failure: the refusals are on record, their news come at the next attempt.
func (s Services) noticeDenials(ctx context.Context, m outbox.Message) error {
	return s.Notifier.Notify(ctx, m)
}
