package moderation

import (
	"context"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// reviewers are the roles that judge texts.
var reviewers = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director}

// openDossier reads a contribution for somebody on its working side, or answers
// [directory.ErrNotFound]. What is sealed exists for its custodian and for the
// director, who alone may lift it (R50).
func openDossier(ctx context.Context, tx Tx, who actor.Actor, contribution id.Contribution, now time.Time) (publication.Dossier, error) {
	d, err := tx.Dossier(ctx, contribution, who.Person, now)
	if err != nil {
		return d, err
	}
	if who.Kind == actor.KindSystem || who.Person.IsZero() {
		return d, directory.ErrNotFound
	}
	if sealed(d) {
		if d.Roles.HasAny(actor.Custodian, actor.Director) {
			return d, nil
		}
		return d, directory.ErrNotFound
	}
	if !d.VisibleTo(who) {
		return d, directory.ErrNotFound
	}
	return d, nil
}

func sealed(d publication.Dossier) bool {
	return slices.ContainsFunc(d.Holds, func(h publication.Hold) bool { return h.Sealed })
}

// waitsFor is what the contribution waits for from the actor, or nil.
func waitsFor(d publication.Dossier, who actor.Actor) *Awaiting {
	waiting := awaits(d)
	if waiting == nil {
		return nil
	}
	if waiting.Reason == ForSignature {
		if !d.Roles.Has(actor.Signatory) {
			return nil
		}
		return waiting
	}
	r := waiting.Revision
	if who.Is(r.Author) || r.PromptedBy(who) || !d.Roles.HasAny(reviewers...) {
		return nil
	}
	return waiting
}

// awaits is what the contribution waits for, whoever asks: what is on its way
// before what is live unreviewed.
func awaits(d publication.Dossier) *Awaiting {
	if r := d.Open; r != nil {
		switch r.Status {
		case workflow.InReview:
			return &Awaiting{Reason: ForReview, Revision: r, Since: r.DecidedAt, Target: r.TargetAt}
		case workflow.AwaitingSignature:
			return &Awaiting{Reason: ForSignature, Revision: r, Since: r.DecidedAt, Target: r.TargetAt}
		case workflow.Draft, workflow.Submitted, workflow.ChangesRequested, workflow.Rejected, workflow.AwaitingConsent,
			workflow.Scheduled, workflow.Live, workflow.Superseded, workflow.Replaced, workflow.Abandoned:
		}
	}
	if r := d.Live; r != nil && r.ReviewedAt.IsZero() {
		return &Awaiting{Reason: ForLook, Revision: r, Since: r.DecidedAt, Target: r.TargetAt}
	}
	return nil
}
