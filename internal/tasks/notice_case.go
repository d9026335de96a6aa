package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// noticeCase tells whoever examines a case, and its parties, what became of it.
//
// Trigger: assigned, escalated, asked, answered, decided, appealed. Repeating is safe: a person
// has one notice, and one letter, of a message. Failure: the act stands, its news come at the
// next attempt.
func (s Services) noticeCase(ctx context.Context, m outbox.Message) error {
	return s.Registry.Step(ctx, m)
}
