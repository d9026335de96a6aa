package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// consentMoved has every text looked at again that waits and shows a picture concerned.
//
// Trigger: a consent has moved. Repeating is safe: a text that has gone on waits for
// nothing. Failure: the texts go on waiting until the next attempt; what readers may see is
// not asked of it.
func (s Services) consentMoved(ctx context.Context, m outbox.Message) error {
	return s.Families.Moved(ctx, m)
}
