package moderation

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Claim says who is looking at what waits, so that two never do the same work.
type Claim struct {
	Contribution id.Contribution
	Person       id.Person
	Name         string // of the person, to be shown
	At           time.Time
	Expires      time.Time
}

// ClaimedError is answered when another is already at it: it can be read, and
// acted upon when the claim has ended (R12).
type ClaimedError struct{ Claim Claim }

// Error states the conflict for a log.
func (e *ClaimedError) Error() string {
	return fmt.Sprintf("claimed by %s until %s", e.Claim.Person, e.Claim.Expires.UTC().Format(time.RFC3339))
}

// Claim takes what waits for the actor, until the claim expires, and records the
// first human view of the text (R12, R13). Taking it again prolongs it. The
// errors are [directory.ErrNotFound], a [workflow.Refusal] for what does not wait
// for the actor, and a [ClaimedError] when another holds it.
func (s *Service) Claim(ctx context.Context, who actor.Actor, contribution id.Contribution) (Claim, error) {
	var claim Claim
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		now := s.clock()
		d, err := openDossier(ctx, tx, who, contribution, now)
		if err != nil {
			return fmt.Errorf("claim contribution %s: %w", contribution, err)
		}
		waiting := waitsFor(d, who)
		if waiting == nil {
			return refuseClaim(d, who)
		}
		claim, err = take(ctx, tx, who, d, waiting.Revision, now)
		if err == nil && !who.Is(claim.Person) {
			return &ClaimedError{claim}
		}
		return err
	})
	return claim, err
}

// take claims for the actor, or gives the live claim of another.
func take(ctx context.Context, tx Tx, who actor.Actor, d publication.Dossier, seen *publication.Revision, now time.Time) (Claim, error) {
	wanted := Claim{
		Contribution: d.Contribution.ID, Person: who.Person, At: now,
		Expires: now.Add(settings.ClaimExpiry.Of(d.Values)),
	}
	return tx.TakeClaim(ctx, wanted, seenBy(seen, who))
}

// Release gives the actor's claim back. Without one there is nothing to do. The
// errors are [directory.ErrNotFound], for what the actor may not know of, and the
// database's.
func (s *Service) Release(ctx context.Context, who actor.Actor, contribution id.Contribution) error {
	return s.inTx(ctx, who.Tenant, func(tx Tx) error {
		now := s.clock()
		if _, err := openDossier(ctx, tx, who, contribution, now); err != nil {
			return fmt.Errorf("release contribution %s: %w", contribution, err)
		}
		_, _, err := tx.DropClaim(ctx, contribution, who.Person, id.Revision{}, now)
		return err
	})
}

// refuseClaim says why there is nothing to claim.
func refuseClaim(d publication.Dossier, who actor.Actor) error {
	refusal := &workflow.Refusal{Machine: workflow.EditorialTable.Name, Action: workflow.Review, Rule: "R12", Err: workflow.ErrImpossible}
	if who.Is(d.Contribution.Author) {
		refusal.Err = workflow.ErrForbidden
	}
	return refusal
}
