package imageconsent

import (
	"context"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/workflow"
)

// ReachTx is what telling signatories again does inside a transaction.
type ReachTx interface {
	mail.Poster
	// Resent lists when somebody was sent a consent again since then, the latest first.
	Resent(ctx context.Context, consent id.Consent, who id.Person, since time.Time) ([]time.Time, error)
	// ReachOf reads how somebody was told of a consent, or answers [directory.ErrNotFound].
	ReachOf(ctx context.Context, consent id.Consent, who id.Person, now time.Time) (Reach, error)
}

// Reach is how somebody whose answer is missing was told so.
type Reach struct {
	Person  id.Person
	Name    string
	Minor   bool // told in the application alone
	Address bool // one is known
	ReadAt  time.Time
	Mail    mail.State // of the latest letter to their address; empty: none
	MailAt  time.Time  // when it was settled, or is to go
}

// ByMail reports whether the reader can be written to.
func (r Reach) ByMail() bool { return r.Address && !r.Minor }

// ActResend is a link sent again, as the trail has it.
const ActResend = "resend_link"

// A link is sent again to one signatory once an hour, and five times a week.
const (
	betweenResends = time.Hour
	resendsWithin  = 7 * 24 * time.Hour
	mostResends    = 5
)

// Resend sends a link to a consent again to one whose answer is missing: who asked may, a
// consent officer, the director. It goes at once. The errors are [directory.ErrNotFound], a
// [directory.Refusal] for whoever else sees the consent, and a [FieldError] for a signatory
// whom nothing is awaited of, who has no address, or who was written to lately (R33).
func (s *Consents) Resend(ctx context.Context, who actor.Actor, consent id.Consent, signatory id.Person) error {
	err := s.inside(ctx, who, consent, func(tx ConsentTx, d ConsentDossier, who actor.Actor, now time.Time) error {
		if !d.keeps(who) {
			return &directory.Refusal{Act: ActResend, Rule: "R29", Err: directory.ErrForbidden}
		}
		if !slices.Contains(d.Consent.Waiting, signatory) || !answerable(d.Consent.Status) {
			return wrong("signatory", "not_awaited", "R29")
		}
		reach, err := tx.ReachOf(ctx, consent, signatory, now)
		if err != nil {
			return err
		}
		if !reach.ByMail() {
			return wrong("signatory", "no_address", "R29")
		}
		sent, err := tx.Resent(ctx, consent, signatory, now.Add(-resendsWithin))
		if err != nil {
			return err
		}
		if len(sent) >= mostResends || len(sent) > 0 && now.Sub(sent[0]) < betweenResends {
			return wrong("signatory", "too_soon", "R33")
		}
		entry := audit.Act(who, ActResend, audit.Subject{Kind: workflow.ConsentTable.Name, ID: consent.UUID}, "R29", now)
		if err := tx.Record(ctx, entry); err != nil {
			return err
		}
		item := mail.Item{Cause: id.New[id.Letter]().UUID, Kind: mail.ConsentAgain, Person: signatory, Consent: consent}
		return tx.Post(ctx, []mail.Item{item}, now, now)
	})
	if err != nil {
		return fmt.Errorf("send link to consent %s again: %w", consent, err)
	}
	return nil
}
