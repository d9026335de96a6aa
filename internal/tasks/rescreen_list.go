package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Rescreener reads live texts again.
type Rescreener interface {
	Rescreen(ctx context.Context, m outbox.Message) error
}

// rescreenList has what is live screened with a word list that changed (R21).
//
// Trigger: a word list created or changed. Repeating is safe: a finding is on a
// text once, and a mask is placed on what is visible only. Failure: what was found
// so far stays, and the next attempt reads everything again.
func (s Services) rescreenList(ctx context.Context, m outbox.Message) error {
	return s.Rescreener.Rescreen(ctx, m)
}
