package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// noticeOffice tells whom a power is lent to, and who is acting head, that it begins or has
// ended.
//
// Trigger: a power lent or taken back, an acting head recorded or ended, and the end of either
// by itself. Repeating is safe: a person has one notice of a message. Failure: powers hold and
// end without it, their news come at the next attempt.
func (s Services) noticeOffice(ctx context.Context, m outbox.Message) error {
	return s.Notifier.Notify(ctx, m)
}
