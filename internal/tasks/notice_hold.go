package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// noticeHold tells the author that something was hidden or shown again (R43).
//
// Trigger: a hold placed or released. Repeating is safe: a person has one notice
// of a message. Failure: the hold stands, its news come at the next attempt.
func (s Services) noticeHold(ctx context.Context, m outbox.Message) error {
	return s.Notifier.Notify(ctx, m)
}
