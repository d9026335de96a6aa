package moderation

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Sending makes one sending of a form one report, however often it arrives: by a second press, or again
// after an answer that was lost, on whatever server. The zero Sending is of no form.
type Sending struct {
	Seed [32]byte // of the follow-up secret: made of the form's stamp, by a key of ours
	Form [32]byte // a hash of all that was typed
}

// secret is the follow-up secret of what is sent: its SHA-256, which is kept, and its text. It is drawn
// by chance where there is no form.
func (s Sending) secret() ([32]byte, string) {
	if s == (Sending{}) {
		return newSecret()
	}
	return sha256.Sum256(s.Seed[:]), secretText.EncodeToString(s.Seed[:])
}

// SentError is of a form that was sent before, with something else in it: it is good for one sending. It
// says what came of the first, to whoever has the form.
type SentError struct {
	Reference string
	At        time.Time
}

func (e *SentError) Error() string { return "the form was sent before, as " + e.Reference }

// Unwrap makes it a [workflow.ErrStale] to whoever knows of no forms.
func (e *SentError) Unwrap() error { return workflow.ErrStale }

// once takes what is sent, unless it was before: then the receipt is that of the first time. What was
// sent before with something else in it is a [SentError].
func (s *Cases) once(ctx context.Context, of Sending, take func(receipt Receipt, secret [32]byte) (Receipt, error)) (Receipt, error) {
	secret, text := of.secret()
	receipt := Receipt{Reference: "S-" + id.Reference(), Secret: text}
	if of == (Sending{}) {
		return take(receipt, secret)
	}
	if known, err := s.sent(ctx, of, receipt, secret); !errors.Is(err, directory.ErrNotFound) {
		return known, err
	}
	taken, err := take(receipt, secret)
	if errors.Is(err, workflow.ErrStale) { // it may have arrived at the same moment
		if known, err := s.sent(ctx, of, receipt, secret); !errors.Is(err, directory.ErrNotFound) {
			return known, err
		}
	}
	return taken, err
}

// sent is the receipt of what was sent before, or [directory.ErrNotFound].
func (s *Cases) sent(ctx context.Context, of Sending, receipt Receipt, secret [32]byte) (Receipt, error) {
	place, err := s.Finder.ReportOf(ctx, secret)
	if err != nil {
		return Receipt{}, err
	}
	err = s.InTx(ctx, place.Tenant, func(tx CasesTx) error {
		form, err := tx.SentAs(ctx, secret)
		if err != nil {
			return err
		}
		r, err := tx.ReportIn(ctx, place.Case, place.Report)
		if err == nil && form != of.Form {
			err = &SentError{r.Reference, r.At}
		}
		receipt.Report, receipt.Reference, receipt.At, receipt.DueAt = r.ID, r.Reference, r.At, r.DueAt
		return err
	})
	return receipt, err
}
