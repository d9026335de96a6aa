package moderation

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// move decides an act on the order and writes it, with what the batch holds already.
func (f CaseFile) move(ctx context.Context, tx CasesTx, who actor.Actor, command workflow.Command, batch *workflow.Batch, now time.Time) error {
	change, err := f.decideOrder(who, command, now)
	if err != nil {
		return err
	}
	return workflow.Commit(ctx, tx, batch.Case(change))
}

// actOnOrder carries out a command on an order.
func (f CaseFile) actOnOrder(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, now time.Time) error {
	command := workflow.Command{Action: c.Action, Version: c.Version, Reason: workflow.Reason{Text: c.Text, Reference: c.Reference}}
	switch c.Action {
	case workflow.Authenticate:
		return f.authenticate(ctx, tx, who, c, command, now)
	case workflow.ExecuteOrder:
		return f.execute(ctx, tx, who, command, now)
	case workflow.AnswerOrder:
		return f.answerOrder(ctx, tx, who, c, command, now)
	case workflow.LiftOrder:
		return f.lift(ctx, tx, who, c, command, now)
	case workflow.RejectOrder:
		return f.reject(ctx, tx, who, c, command, now)
	case workflow.PassOrder:
		return f.passOrder(ctx, tx, who, command, now)
	}
	return f.refused(c.Action, "", workflow.ErrImpossible)
}

// authenticate keeps how somebody has made sure of the sender. The last one counts.
func (f CaseFile) authenticate(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, command workflow.Command, now time.Time) error {
	how := CheckedHow(c.Means)
	if !slices.Contains(ChecksHow(), how) {
		return &directory.FieldError{Field: "means", Code: "unknown", Rule: "R48"}
	}
	if err := f.move(ctx, tx, who, command, new(workflow.Batch), now); err != nil {
		return err
	}
	f.Order.CheckedHow, f.Order.CheckedNote, f.Order.CheckedBy, f.Order.CheckedAt = how, c.Text, who.Person, now
	return tx.UpdateOrder(ctx, f.ID, f.Order)
}

// execute blocks what the order is about, in the same commit; where an authority has the order in
// hand, in the house of the content.
func (f CaseFile) execute(ctx context.Context, tx CasesTx, who actor.Actor, command workflow.Command, now time.Time) error {
	batch := new(workflow.Batch)
	f.Order.ExecutedBy, f.Order.ExecutedAt = who.Person, now
	// The table is asked first: who may not execute learns that, and nothing of holds.
	change, err := f.decideOrder(who, command, now)
	if err != nil {
		return err
	}
	if err := f.content.block(ctx, tx, batch, f.Case, f.Order, now); err != nil {
		return err
	}
	if err := workflow.Commit(ctx, tx, batch.Case(change)); err != nil {
		return err
	}
	f.DecidedAt, f.DecidedBy = now, who.Person
	if err := errors.Join(tx.UpdateCase(ctx, f.Case), tx.UpdateOrder(ctx, f.ID, f.Order)); err != nil {
		return err
	}
	return f.there(ctx, tx, command.Action, now)
}

// answerOrder keeps what a human has sent to the authority: the machine sends nothing.
func (f CaseFile) answerOrder(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, command workflow.Command, now time.Time) error {
	means, at := ReplyMeans(c.Means), cmp.Or(c.At, now)
	switch {
	case !slices.Contains(RepliesBy(), means):
		return &directory.FieldError{Field: "means", Code: "unknown", Rule: "R48"}
	case at.After(now):
		return &directory.FieldError{Field: "at", Code: "in_future", Rule: "R48"}
	case at.Before(f.Order.ReceivedAt):
		return &directory.FieldError{Field: "at", Code: "before_receipt", Rule: "R48"}
	}
	if err := f.move(ctx, tx, who, command, new(workflow.Batch), now); err != nil {
		return err
	}
	f.Order.Reply, f.Order.ReplyMeans, f.Order.RepliedBy, f.Order.RepliedAt = c.Text, means, who.Person, at
	return tx.UpdateOrder(ctx, f.ID, f.Order)
}

// lift releases the order's own block, and no other hold: by the director in office, with the
// reference of the lift (invariant 3).
func (f CaseFile) lift(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, command workflow.Command, now time.Time) error {
	change, err := f.decideOrder(who, command, now)
	if err != nil {
		return err
	}
	f.Order.LiftRef, f.Order.LiftReason, f.Order.LiftedBy, f.Order.LiftedAt = c.Reference, c.Text, who.Person, now
	batch := new(workflow.Batch)
	if err := f.content.block(ctx, tx, batch, f.Case, f.Order, now); err != nil {
		return err
	}
	if err := workflow.Commit(ctx, tx, batch.Case(change)); err != nil {
		return err
	}
	f.ClosedAt = now
	if err := errors.Join(tx.UpdateCase(ctx, f.Case), tx.UpdateOrder(ctx, f.ID, f.Order)); err != nil {
		return err
	}
	return f.there(ctx, tx, command.Action, now)
}

// reject closes an order that is none: nothing was blocked by it.
func (f CaseFile) reject(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, command workflow.Command, now time.Time) error {
	if err := f.move(ctx, tx, who, command, new(workflow.Batch), now); err != nil {
		return err
	}
	f.ClosedAt = now
	if err := tx.UpdateCase(ctx, f.Case); err != nil {
		return err
	}
	return f.said(ctx, tx, EntryMove, who, id.Report{}, c.Text, now)
}

// passOrder hands an order to the authority above, which has it in hand from then on; its clock
// goes on.
func (f CaseFile) passOrder(ctx context.Context, tx CasesTx, who actor.Actor, command workflow.Command, now time.Time) error {
	if err := f.move(ctx, tx, who, command, new(workflow.Batch), now); err != nil {
		return err
	}
	return tx.HandOver(ctx, f.ID, f.Above)
}

// there has the establishment of the content carry out what another house has done of an order.
func (f CaseFile) there(ctx context.Context, tx CasesTx, action workflow.Action, now time.Time) error {
	if f.Local() {
		return nil
	}
	return tx.EmitThere(ctx, f.ID, outbox.Message{Kind: outbox.CarryCase, Version: f.Version + 1, Note: string(action), Due: now})
}

// blockText is what the author of something blocked reads beside it, when the authority lets it: the
// statement of reasons comes by letter.
const blockText = "Contenu bloqué sur ordre d’une autorité."

// block adds to the batch what makes the order's own holds on its content what the order wants
// now: one block while it is executed and not lifted, else none. Elsewhere than in the
// establishment of the content there is nothing to do. On a ground that calls for sealing the block of a text
// or picture is sealed, as a mask would be (R50).
func (d content) block(ctx context.Context, tx CasesTx, b *workflow.Batch, c Case, o Order, now time.Time) error {
	action, person, reason := workflow.Block, o.ExecutedBy, workflow.Reason{Ground: c.Ground, Text: blockText, Reference: o.Reference}
	if !o.LiftedAt.IsZero() {
		action, person, reason = workflow.Lift, o.LiftedBy, workflow.Reason{Text: o.LiftReason, Reference: o.LiftRef}
	}
	who := actor.Actor{Kind: actor.KindPerson, Person: person, Tenant: c.Place, Roles: actor.NewRoles(actor.Judge), Via: "order"}
	if action == workflow.Lift { // the table of orders has asked whether they direct the house that has it in hand
		who.Roles = actor.NewRoles(actor.Director)
	}
	sealed := action == workflow.Block && seals(c.Ground)
	switch {
	case d.Photo != nil && d.Photo.Photo.ID == c.Target.Photo:
		moved, err := d.Photo.HoldFor(b, workflow.CaseHold{Case: c.ID, Actor: who, Action: action, Sealed: sealed, Reason: reason}, now)
		if err != nil || !moved {
			return err
		}
		photo := d.Photo.Photo
		return tx.Emit(ctx, outbox.Message{Tenant: photo.Tenant, Kind: outbox.ReviewPhoto, Subject: photo.ID.UUID, Version: photo.Version, Due: now})
	case d.Dossier != nil:
		return d.Dossier.HoldFor(b, workflow.CaseHold{Case: c.ID, Actor: who, Action: action, Sealed: sealed, Reason: reason}, now)
	case d.Space != nil:
		return d.Space.HoldFor(b, workflow.CaseHold{Case: c.ID, Actor: who, Action: action, Reason: reason}, now)
	}
	return nil
}
