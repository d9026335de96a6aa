package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// owed is what a withdrawal could not write with it, kept in the consent's own row until
// it can be (R33): its messages, its trail, or both.
type owed struct {
	At       time.Time    `json:"at"`
	Entries  []entryRow   `json:"entries"`
	Messages []messageRow `json:"messages"`
}

// applyOwing writes a batch whole, or, where that cannot be, without its messages, its
// trail, or both, which its consents owe from then on.
func (tx *Tx) applyOwing(ctx context.Context, document *applied) error {
	var err error
	for _, less := range []struct{ entries, messages bool }{{}, {messages: true}, {entries: true}, {entries: true, messages: true}} {
		part, rest := *document, owed{document.at, []entryRow{}, []messageRow{}}
		if less.entries {
			part.Entries, rest.Entries = rest.Entries, part.Entries
		}
		if less.messages {
			part.Messages, rest.Messages = rest.Messages, part.Messages
		}
		err = tx.attempt(ctx, func() error {
			if err := tx.apply(ctx, &part); err != nil {
				return err
			}
			return tx.owe(ctx, document.Consents, rest)
		})
		if err == nil || transient(err) || errors.Is(err, workflow.ErrStale) {
			return err
		}
	}
	return err
}

func (tx *Tx) owe(ctx context.Context, consents []statusChange, rest owed) error {
	if len(rest.Entries)+len(rest.Messages) == 0 {
		return nil
	}
	for _, consent := range consents {
		err := executed(ctx, tx, `UPDATE consent SET owed = coalesce(owed, '[]') || $1::jsonb WHERE consent_id = $2`, []owed{rest}, consent.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// Repay writes what a consent owes, once: the consent is locked, and its entries keep
// their ids and their time.
func (tx *Tx) Repay(ctx context.Context, consent id.Consent) error {
	var debts []owed
	if err := tx.document(ctx, &debts, `SELECT coalesce(owed, '[]') FROM consent WHERE consent_id = $1`, consent); err != nil {
		return err
	}
	for _, debt := range debts {
		part := newApplied(new(workflow.Batch))
		part.Entries, part.Messages, part.at = debt.Entries, debt.Messages, debt.At
		if err := tx.apply(ctx, part); err != nil {
			return fmt.Errorf("repay what %s owes: %w", consent, err)
		}
	}
	_, err := tx.conn.ExecContext(ctx, `UPDATE consent SET owed = NULL WHERE consent_id = $1`, consent)
	return translate(err)
}
