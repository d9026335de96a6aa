package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// noticeConsent tells a family, who asked, and who shows a picture, what became of a consent.
//
// Trigger: asked, decided, ended, about to end; a reminder. Repeating is safe: a person has
// one notice of a message. Failure: the act stands, its news come at the next attempt.
func (s Services) noticeConsent(ctx context.Context, m outbox.Message) error {
	return s.Notifier.Notify(ctx, m)
}
