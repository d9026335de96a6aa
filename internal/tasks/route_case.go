package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// routeCase gives a case to somebody whom it does not concern, or hands it up (R40, R46).
//
// Trigger: acknowledged, handed up. Repeating is safe: only a case that nobody has moves.
// Failure: nobody in particular has it; whoever judges sees it in their list.
func (s Services) routeCase(ctx context.Context, m outbox.Message) error {
	return s.Registry.Step(ctx, m)
}
