package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Publisher takes the steps of publication that belong to the clock.
type Publisher interface {
	Publish(ctx context.Context, m outbox.Message) error
	Cleared(ctx context.Context, m outbox.Message) error
}

// publishRevision makes a scheduled revision live.
//
// Trigger: the revision became scheduled; due when it is to appear. Repeating is
// safe: only the revision at the message's version is moved. Failure: readers
// keep what they have, and it is published at the next attempt. A frozen or closed
// space or a suspended author is no failure: the message waits, and whatever thaws
// or opens the space again sends for it.
func (s Services) publishRevision(ctx context.Context, m outbox.Message) error {
	return s.Publisher.Publish(ctx, m)
}
