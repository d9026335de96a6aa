package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// carryCase places and releases the holds of a case that an authority has in hand, where its
// content is, and tells those concerned there.
//
// Trigger: decided, or become grave, elsewhere. Repeating is safe: it makes the case's own
// holds what the case wants now. Failure: the decision stands; it shows at the next attempt.
func (s Services) carryCase(ctx context.Context, m outbox.Message) error {
	return s.Registry.Step(ctx, m)
}
