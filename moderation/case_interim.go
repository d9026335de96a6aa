package moderation

import (
	"context"
	"slices"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// interimWords are the acts by which whoever examines says what readers see meanwhile.
var interimWords = map[workflow.Action]InterimWord{workflow.MaskCase: InterimMasked, workflow.ShowCase: InterimShown}

// standIn hides what the case is about until it is decided, or shows it again (R42). Only the case's
// own holds move. What was said of it is for those who examine: the author reads that somebody looks.
func (f CaseFile) standIn(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, now time.Time) error {
	change, err := f.decide(who, c.command(c.Text, nil), f.facts(who, now), now)
	if err != nil {
		return err
	}
	f.Interim = Interim{Word: interimWords[c.Action], By: who.Person, At: now}
	batch := new(workflow.Batch)
	w := f.meanwhile(f.Tally, f.capacities(actor.Masker, actor.Withdrawer))
	if err := f.barred(w, now); err != nil {
		return err
	}
	if err := f.content.carry(ctx, tx, batch, f.Case, w, now); err != nil {
		return err
	}
	if f.Local() && len(batch.Holds()) == 0 { // the law does not let it be hidden for this (R14)
		return f.unlawful(c.Action)
	}
	if err := workflow.Commit(ctx, tx, batch.Case(change)); err != nil {
		return err
	}
	if err := tx.UpdateCase(ctx, f.Case); err != nil {
		return err
	}
	if err := f.said(ctx, tx, EntryNote, who, id.Report{}, c.Text, now); err != nil {
		return err
	}
	return f.standThere(ctx, tx, c.Action, now)
}

// standThere has the establishment of the content do the same, where another house has the case in
// hand, and promises that a human looks at a mask again.
func (f CaseFile) standThere(ctx context.Context, tx CasesTx, act workflow.Action, now time.Time) error {
	if !f.Local() {
		if err := tx.EmitThere(ctx, f.ID, f.carryOut(act, now)); err != nil {
			return err
		}
	}
	if f.Interim.Word != InterimMasked {
		return nil
	}
	return tx.Emit(ctx, f.maskReview(now))
}

// unlawful refuses to hide pupils' press for a ground of the charter (R14).
func (f CaseFile) unlawful(act workflow.Action) error {
	return &workflow.Refusal{
		Machine: f.machine().Name, Action: act, Status: string(f.Status), Rule: "R14", Err: workflow.ErrUnmet,
		Unmet: []workflow.Unmet{{Name: "press_ground", Rule: "R14"}},
	}
}

// meanwhile is what the last human word wants hidden until the case is decided, in their name.
func (c Case) meanwhile(all Tally, roles actor.Roles) wanted {
	w := interim(c, all, "")
	w.who = actor.Actor{Kind: actor.KindPerson, Person: c.Interim.By, Tenant: c.Place, Roles: roles, Via: "case"}
	if c.Interim.Word == InterimShown {
		w.verdict, w.reason.Text = workflow.Keep, workflow.ShownText
	}
	return w
}

// maskable reports whether there is something that the case could hide yet: what is in the ENT's
// hands, what an author has appealed for and what is gone is not.
func (f CaseFile) maskable() bool {
	gone := f.Dossier != nil && f.Dossier.Contribution.Life == workflow.Gone
	return !f.Hides && !gone && f.Kind != OfAppeal && f.Target.Message == "" && !(f.Target.Contribution.IsZero() && f.Target.Photo.IsZero())
}

// masked reports whether the case hides its content until it is decided. What was withdrawn is not
// hidden until then, though the case was reopened.
func (f CaseFile) masked() bool { return f.Hides && (f.Verdict == "" || !f.Verdict.Removes()) }

// unsealed reports whether who acts may end what the case hides: what is sealed nobody does but who
// directs (R50).
func (f CaseFile) unsealed() bool {
	return !f.sealedMask() || f.Roles.Has(actor.Director)
}

// unordered reports whether no order of an authority blocks the content, as far as this house knows.
func (f CaseFile) unordered() bool {
	return !(f.Dossier != nil && slices.ContainsFunc(f.Dossier.Holds, func(h publication.Hold) bool { return h.Kind == workflow.BlockHold }) ||
		f.content.Photo != nil && slices.ContainsFunc(f.content.Photo.Holds, func(h imageconsent.PhotoHold) bool { return h.Kind == workflow.BlockHold }))
}
