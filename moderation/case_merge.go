package moderation

import (
	"cmp"
	"context"
	"errors"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// lockBoth locks what a case is about, then it and another in the order of their ids: two who
// merge one into the other at once do not wait for each other in a circle.
func lockBoth(ctx context.Context, tx CasesTx, c, other id.Case, who id.Person, now time.Time) error {
	known, err := tx.CaseTarget(ctx, c)
	if err != nil {
		return err
	}
	if _, err := lockContent(ctx, tx, known, who, id.Photo{}, now); err != nil {
		return err
	}
	return tx.LockCases(ctx, c, other)
}

// other reads a case of this house that the actor may examine as well, under its lock. What they
// may not is a fault of the field, as what there is not.
func (f CaseFile) other(ctx context.Context, tx CasesTx, who actor.Actor, c id.Case, now time.Time) (CaseFile, error) {
	unknown := func(why error) error {
		return &directory.FieldError{Field: "into", Code: "unknown", Rule: "R43", Err: why}
	}
	if c == f.ID {
		return CaseFile{}, unknown(nil)
	}
	other, err := tx.CaseFile(ctx, c, who.Person, now)
	if errors.Is(err, directory.ErrNotFound) {
		return other, unknown(err)
	}
	if err != nil {
		return other, err
	}
	if _, refused := other.admit(who); refused != nil {
		err = unknown(refused)
	}
	return other, err
}

// Picture is the one picture that the case is about, or has withdrawn: it withdraws no other. Zero where
// any of its text may be.
func (c Case) Picture() id.Photo { return cmp.Or(c.Target.Photo, c.Withdrawn) }

// Continues reports whether another case may go on with this one: it is of reports, and to be decided
// yet.
func (c Case) Continues() bool {
	return c.hears() && (c.Kind == OfReport || c.Kind == OfTakedown)
}

// merge has another case under way go on with this one: with all that was reported, said and
// written in it, as grave as the graver and as soon due as the sooner. Both are locked.
func (f CaseFile) merge(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, now time.Time) error {
	into, err := f.other(ctx, tx, who, c.Into, now)
	if err != nil {
		return err
	}
	if f.Hides { // nothing that is decided of the other would end it
		return &directory.FieldError{Field: "into", Code: "hides", Rule: "R42"}
	}
	facts := f.facts(who, now)
	facts.Continued = into.Continues() && into.Place == f.Place
	if err := f.commit(ctx, tx, who, c.command(c.Text, nil), facts, nil, now); err != nil {
		return err
	}
	f.MergedInto, f.ClosedAt, f.Interim = into.ID, now, Interim{}
	if err := tx.UpdateCase(ctx, f.Case); err != nil {
		return err
	}
	graver := into.aggravated(f)
	if err := tx.UpdateCase(ctx, graver.Case); err != nil {
		return err
	}
	if err := tx.MergeCase(ctx, f.ID, graver.Case, graver.Minors); err != nil {
		return err
	}
	if err := into.said(ctx, tx, EntryMove, who, id.Report{}, c.Text, now); err != nil {
		return err
	}
	if !into.referable() {
		if err := graver.watchReferral(ctx, tx, now); err != nil {
			return err
		}
	}
	return graver.goOn(ctx, tx, now)
}

// aggravated is the case as grave as another that it goes on with, too.
func (f CaseFile) aggravated(by CaseFile) CaseFile {
	if by.Severity == gravest && by.ViewedAt.IsZero() { // no human has looked at that
		f.Interim = Interim{}
	}
	if by.Severity > f.Severity {
		f.Severity, f.Ground = by.Severity, by.Ground
	}
	if by.DueAt.Before(f.DueAt) {
		f.DueAt, f.EscalateAt = by.DueAt, by.EscalateAt
	}
	f.Authority, f.Minors = f.Authority || by.Authority, f.Minors || by.Minors
	return f
}

// goOn promises what a case has to do after it became that of others: acknowledge those who were
// not yet, hide what is grave now, and look at its clocks.
func (f CaseFile) goOn(ctx context.Context, tx CasesTx, now time.Time) error {
	if err := f.answerLater(ctx, tx, receipts, now); err != nil {
		return err
	}
	promise := func(kind outbox.Kind, due time.Time) error {
		return tx.Emit(ctx, outbox.Message{Tenant: f.Tenant, Kind: kind, Subject: f.ID.UUID, Version: f.Version, Note: string(workflow.Merge), Due: due})
	}
	return errors.Join(promise(outbox.JoinCase, now), promise(outbox.CaseDue, f.EscalateAt), promise(outbox.CaseDue, f.DueAt))
}

// alone refuses what would have two cases examine one thing at once (R43).
func (f CaseFile) alone(ctx context.Context, tx CasesTx) error {
	reference, running, err := tx.RunningBeside(ctx, f.ID)
	switch {
	case err != nil || !running:
		return err
	case reference == "":
		return &directory.FieldError{Field: "case", Code: "running_above", Rule: "R43"}
	}
	return &directory.FieldError{Field: "case", Code: "running", Rule: "R43", Named: reference}
}
