package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Notifier tells people what concerns them.
type Notifier interface {
	Notify(ctx context.Context, m outbox.Message) error
}

// noticeRevision tells those concerned that a revision's status moved.
//
// Trigger: submitted, decided, live. Repeating is safe: a person has one notice
// of a message. Failure: the act stands, its news come at the next attempt.
func (s Services) noticeRevision(ctx context.Context, m outbox.Message) error {
	return s.Notifier.Notify(ctx, m)
}
