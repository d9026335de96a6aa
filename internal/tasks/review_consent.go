package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Families looks after consents to pictures.
type Families interface {
	// Review resolves a consent anew.
	Review(ctx context.Context, m outbox.Message) error
	// Moved lets what waited for a consent go on.
	Moved(ctx context.Context, m outbox.Message) error
}

// reviewConsent resolves a consent anew (R30, R34).
//
// Trigger: authority, a birth date or a parameter has changed; the database has closed what
// rested on it already. Repeating is safe: it reads all facts under the consent's lock.
// Failure: what is closed stays closed until the next attempt.
func (s Services) reviewConsent(ctx context.Context, m outbox.Message) error {
	return s.Families.Review(ctx, m)
}
