package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// noticeStanding tells somebody what limits their right to publish, or does so no longer (R53).
//
// Trigger: a standing decided or ended early. Repeating is safe: a person has one notice
// of a message. Failure: the standing holds, its news come at the next attempt.
func (s Services) noticeStanding(ctx context.Context, m outbox.Message) error {
	return s.Notifier.Notify(ctx, m)
}
