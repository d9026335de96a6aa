package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// noticeHandover tells who can name an owner that nobody answers for a space (R15).
//
// Trigger: a vacancy begun. Repeating is safe: a person has one notice
// of a message. Failure: the handover runs all the same, its news come at the next attempt.
func (s Services) noticeHandover(ctx context.Context, m outbox.Message) error {
	return s.Notifier.Notify(ctx, m)
}
