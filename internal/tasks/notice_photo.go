package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// noticePhoto tells who uploaded a photo or a file that it was not kept (R20).
//
// Trigger: a photo spoiled. Repeating is safe: a person has one notice
// of a message. Failure: the photo is spoiled, its news come at the next attempt.
func (s Services) noticePhoto(ctx context.Context, m outbox.Message) error {
	return s.Notifier.Notify(ctx, m)
}
