package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Screener reads submitted texts.
type Screener interface {
	Screen(ctx context.Context, m outbox.Message) error
}

// screenRevision has a submitted revision screened.
//
// Trigger: submit. Repeating is safe: only the revision at the message's version
// is moved, findings are written with it, and the message is done with it.
// Failure: the revision stays submitted, unseen by readers and reviewers, and is
// screened at the next attempt.
func (s Services) screenRevision(ctx context.Context, m outbox.Message) error {
	return s.Screener.Screen(ctx, m)
}
