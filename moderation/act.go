package moderation

import (
	"context"
	"fmt"
	"slices"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// judging are the acts of review: done with a claim or without one, never under
// the claim of another, and the end of one's own.
var judging = []workflow.Action{
	workflow.Approve, workflow.RequestChanges, workflow.Reject, workflow.Review, workflow.Revert,
	workflow.Sign, workflow.RefuseToSign,
}

// Act carries out a command on a contribution, whatever machine the action is
// of, and gives the actor's claim back with an act of review, which is a view of
// the text besides, though no page of it was opened (R12, R13). The errors are
// those of [publication.Service.Act] and, for an act of review, a [ClaimedError]
// when another is at it. What is sealed is not found (R50), except by the
// director, to lift it.
func (s *Service) Act(ctx context.Context, who actor.Actor, contribution id.Contribution, c publication.Command) error {
	return s.inTx(ctx, who.Tenant, func(tx Tx) error {
		now := s.clock()
		d, err := publication.ActIn(ctx, tx, who, contribution, c, now)
		if err != nil {
			return concealed(d, err)
		}
		if sealed(d) && !d.Roles.Has(actor.Director) {
			return fmt.Errorf("%s contribution %s: %w", c.Action, contribution, directory.ErrNotFound)
		}
		if !slices.Contains(judging, c.Action) {
			return nil
		}
		other, held, err := tx.DropClaim(ctx, contribution, who.Person, looked(d, who, c.Action), now)
		if err == nil && held {
			err = &ClaimedError{other}
		}
		return err
	})
}

// looked is the revision that an act of review has looked at; zero for a writer's own,
// whose view is not the first human one (R12).
func looked(d publication.Dossier, who actor.Actor, action workflow.Action) id.Revision {
	r := d.Open
	if action == workflow.Review || action == workflow.Revert {
		r = d.Live
	}
	return seenBy(r, who)
}

// seenBy is the revision of which somebody's view counts; zero for none.
func seenBy(r *publication.Revision, who actor.Actor) id.Revision {
	if r == nil || who.Is(r.Author) || who.Is(r.SuggestedBy) {
		return id.Revision{}
	}
	return r.ID
}

// concealed says nothing of what is sealed to whoever may not know of it.
func concealed(d publication.Dossier, err error) error {
	if sealed(d) && !d.Roles.Has(actor.Director) {
		return fmt.Errorf("act: %w", directory.ErrNotFound)
	}
	return err
}
