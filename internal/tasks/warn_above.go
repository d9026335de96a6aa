package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// warnAbove tells who directs an authority that a reply in an establishment below is overdue
// (R56).
//
// Trigger: the time to answer it is over. Repeating is safe: a person has one notice of a message.
// Failure: the reply is as late as it is, its news come at the next attempt.
func (s Services) warnAbove(ctx context.Context, m outbox.Message) error {
	return s.Registry.Step(ctx, m)
}
