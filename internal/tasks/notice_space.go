package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// noticeSpace tells who answers for pupils' press, and who directs its publication, that the head
// has closed it (R14).
//
// Trigger: such a space closed. Repeating is safe: a person has one notice
// of a message. Failure: the space is closed, its news come at the next attempt.
func (s Services) noticeSpace(ctx context.Context, m outbox.Message) error {
	return s.Notifier.Notify(ctx, m)
}
