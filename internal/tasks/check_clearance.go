package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// checkClearance lets a revision that awaits consent go on, if everything is there.
//
// Trigger: a fact has changed that consent depends on. Repeating is safe: only
// the revision at the message's version is moved. Failure: the revision goes on
// waiting, unseen by readers, until the next attempt.
func (s Services) checkClearance(ctx context.Context, m outbox.Message) error {
	return s.Publisher.Cleared(ctx, m)
}
