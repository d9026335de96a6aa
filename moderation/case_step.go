package moderation

import (
	"context"
	"errors"

	"imprimatur/internal/outbox"
)

// Step carries out a message about a case: it is acknowledged, routed, escalated or closed,
// its holds are carried out, and those concerned are told. Each may come any number of times.
// The errors are [directory.ErrNotFound], [workflow.ErrStale] for a message already done, and
// the database's.
func (s *Cases) Step(ctx context.Context, m outbox.Message) error {
	return errors.ErrUnsupported
}
