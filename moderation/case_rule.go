package moderation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// weigh is what a command decides, with the case as it leaves it: no earlier than its last report, which it
// answers like the others though it came while this waited for the case, or by a clock that is ahead (R43).
// It writes nothing.
func (f CaseFile) weigh(who actor.Actor, c CaseCommand, now time.Time) (CaseFile, Ruling, error) {
	now = later(now, f.Reported)
	r := Ruling{
		ID: id.New[id.Entry](), Case: f.ID, Verdict: c.Verdict, Appeal: c.Action != workflow.DecideCase, Upheld: c.Action == workflow.Overturn,
		Person: who.Person, Ground: c.Ground, Reason: c.Reason, Answer: c.Answer, Sealed: c.Sealed, At: now,
	}
	f.AppealUntil = f.appealUntil(now)
	if c.Action == workflow.Dismiss {
		last := f.ruling()
		r.Verdict, r.Ground, r.Statement, r.Photo, r.Sealed = f.Verdict, last.Ground, last.Statement, last.Photo, last.Sealed
		f.AppealUntil = f.Case.AppealUntil
	} else if err := f.sensible(&r, c); err != nil {
		return f, r, err
	} else if r.Verdict.Removes() && gravity(r.Ground) == gravest {
		r.Sealed = r.Sealed || seals(r.Ground) || f.sensitive() // whoever decides need not think of it (R50)
	}
	if r.Statement == nil && r.Verdict.Removes() {
		r.Statement = f.statement(r, c, now)
	}
	if r.Upheld && (f.Verdict == workflow.Keep || r.Verdict.Removes()) { // what is decided against the author anew they may appeal anew
		f.AppealedBy = f.AppealedBy.without(TheAuthor)
	}
	f.Status, f.Verdict, f.DecidedAt, f.DecidedBy, f.Interim = workflow.CaseDecided, r.Verdict, now, who.Person, Interim{}
	if f.appealable(!r.Verdict.Removes(), false, now) {
		r.Until = f.AppealUntil
	}
	f.Rulings = append(slices.Clone(f.Rulings), r)
	return f, r, nil
}

// ruling is the last that was decided; the zero Ruling before that.
func (f CaseFile) ruling() Ruling {
	if len(f.Rulings) == 0 {
		return Ruling{}
	}
	return f.Rulings[len(f.Rulings)-1]
}

// sensible refuses a verdict that there is nothing to carry out of, and names the picture of
// one that withdraws one.
func (f CaseFile) sensible(r *Ruling, c CaseCommand) error {
	field := func(name, code, rule string) error { return &directory.FieldError{Field: name, Code: code, Rule: rule} }
	switch {
	case !slices.Contains(workflow.Verdicts(), c.Verdict):
		return field("verdict", "unknown", "R43")
	case (f.Kind == OfAppeal) != (c.Verdict == workflow.Stand) && !(f.Kind == OfAppeal && c.Verdict == workflow.Keep):
		return field("verdict", "unknown", "R45")
	case r.Appeal && c.Verdict == f.Case.Verdict:
		return field("verdict", "unchanged", "R45")
	case (c.Verdict == workflow.Remind) && f.Target.Message == "", f.Target.Message != "" && c.Verdict != workflow.Keep && c.Verdict != workflow.Remind:
		return field("verdict", "unknown", "R25")
	case c.Verdict != workflow.Keep && c.Verdict != workflow.Stand && c.Verdict != workflow.Remind && f.Target.Contribution.IsZero() &&
		(c.Verdict != workflow.WithdrawPicture || f.Target.Photo.IsZero()): // of a portrait there is a picture, and no text
		return field("verdict", "no_content", "R38")
	case c.Sealed && !c.Verdict.Removes():
		return field("sealed", "nothing_withdrawn", "R50")
	case c.Verdict != workflow.WithdrawPicture:
		return nil
	}
	r.Photo = cmp.Or(f.Picture(), c.Photo)
	if !c.Photo.IsZero() && c.Photo != r.Photo {
		return field("photo", "another", "R43")
	}
	if r.Photo.IsZero() || !slices.Contains(append(f.Photos, f.Target.Photo), r.Photo) {
		return field("photo", "required", "R43")
	}
	return nil
}

// statement is the statement of reasons of a removal (R43).
func (f CaseFile) statement(r Ruling, c CaseCommand, now time.Time) *workflow.Statement {
	content := []string{"TEXT"}
	if r.Verdict == workflow.WithdrawPicture {
		content = []string{"IMAGE"}
	} else if len(f.Photos) > 0 {
		content = append(content, "IMAGE")
	}
	statement := workflow.NewStatement(workflow.StatementInput{
		Ground: r.Ground, Facts: cmp.Or(c.Facts, c.Reason), Visibility: "DISABLED", ContentType: content, ContentDate: f.dated(), At: now,
		Source: "ARTICLE_16", PUID: r.ID.String(), RedressUntil: f.AppealUntil,
		Redress: "Recours auprès d’une autre personne de " + f.house() + ", depuis la page du dossier " + f.Reference + ".",
	})
	return &statement
}

// dated is when the content appeared: also where another house decides, to which its evidence tells.
func (f CaseFile) dated() time.Time {
	if f.Dossier != nil && !f.Dossier.Contribution.PublishedAt.IsZero() {
		return f.Dossier.Contribution.PublishedAt
	}
	return f.Published
}

// rule decides the case: with its own holds, its ruling and the author's letter, in one
// transaction. Those who reported are written to by the worker, however many they are.
func (f CaseFile) rule(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, now time.Time) error {
	after, ruling, change, err := f.judge(who, c, now)
	if err != nil {
		return err
	}
	batch := new(workflow.Batch)
	if err := after.content.carry(ctx, tx, batch, after.Case, after.wanted(ruling), now); err != nil {
		return err
	}
	if err := workflow.Commit(ctx, tx, batch.Case(change)); err != nil {
		return err
	}
	letter, err := after.toAuthor(ruling, now)
	if err != nil {
		return err
	}
	if err := errors.Join(tx.UpdateCase(ctx, after.Case), tx.AddRuling(ctx, ruling), addLetter(ctx, tx, letter), after.answerLater(ctx, tx, ruling.ID.String(), now), after.watchGuardians(ctx, tx, now)); err != nil {
		return err
	}
	if f.Local() {
		return nil
	}
	return tx.EmitThere(ctx, f.ID, f.carryOut(c.Action, now))
}

// judge asks the table about a decision.
func (f CaseFile) judge(who actor.Actor, c CaseCommand, now time.Time) (CaseFile, Ruling, workflow.Change[workflow.CaseStatus], error) {
	var none workflow.Change[workflow.CaseStatus]
	after, ruling, err := f.weigh(who, c, now)
	if err != nil {
		return f, ruling, none, err
	}
	facts := f.facts(who, now)
	facts.Verdict, facts.CloseAt = ruling.Verdict, after.AppealUntil
	change, err := f.decide(who, c.command(c.Reason, ruling.Statement), facts, now)
	if err == nil {
		err = f.barred(after.wanted(ruling), now)
	}
	return after, ruling, change, err
}

// wanted is what a ruling wants of the case's holds.
func (f CaseFile) wanted(r Ruling) wanted {
	roles := f.capacities(actor.Withdrawer, actor.Judge)
	if !f.Local() && r.Appeal && !r.Verdict.Removes() {
		// Nobody is above who has not judged it: whoever hears the appeal gives back in the director's place (R45).
		roles = roles.With(actor.Director)
	}
	return ruled(f.Case, r, roles)
}

// capacities are those in which somebody acts on the holds of a case, with that of the director for who
// directs the house that has it in hand: an authority decides in the director's place (R46), and what is
// the director's alone nobody does for who directs there.
func (f CaseFile) capacities(roles ...actor.Role) actor.Roles {
	if f.Roles.Has(actor.Director) {
		roles = append(roles, actor.Director)
	}
	return actor.NewRoles(roles...)
}

// ruled is what a ruling wants of the case's holds, carried out in the name of who decided.
func ruled(c Case, r Ruling, capacity actor.Roles) wanted {
	w := wanted{
		who: actor.Actor{Kind: actor.KindPerson, Person: r.Person, Tenant: c.Place, Roles: capacity, Via: "case"}, verdict: r.Verdict, sealed: r.Sealed,
		reason: workflow.Reason{Ground: r.Ground, Text: r.Reason, Statement: r.Statement, Reference: c.Reference},
	}
	return w
}

// wanted is what a case wants hidden.
type wanted struct {
	who     actor.Actor
	verdict workflow.Verdict // empty: a mask, until it is decided
	sealed  bool
	reason  workflow.Reason
}

// Preview is what a decision would send, and place or release.
type Preview struct {
	ToAuthor   *CaseLetter // nil where no author is known, or none is told (R50)
	ToReporter *CaseLetter // to who reported first; the others' differ in their reference alone
	Statement  *workflow.Statement
	Until      time.Time // until when it may be appealed
}

// PreviewDecision shows both letters of a decision before it is sent. It writes nothing. The
// errors are those of [Cases.ActOn].
func (s *Cases) PreviewDecision(ctx context.Context, who actor.Actor, c id.Case, command CaseCommand) (Preview, error) {
	var p Preview
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		file, who, err := openFor(ctx, tx, who, c, command.picture(), now)
		if err != nil {
			return err
		}
		if !slices.Contains([]workflow.Action{workflow.DecideCase, workflow.Dismiss, workflow.Overturn}, command.Action) {
			return file.refused(command.Action, "", workflow.ErrImpossible)
		}
		if err := command.check(); err != nil {
			return err
		}
		after, ruling, _, err := file.judge(who, command, now)
		if err != nil {
			return err
		}
		p, err = after.preview(ruling, now)
		return err
	})
	if err != nil {
		return Preview{}, fmt.Errorf("preview %s of case %s: %w", command.Action, c, err)
	}
	return p, nil
}

// preview is what a ruling would send.
func (f CaseFile) preview(r Ruling, now time.Time) (Preview, error) {
	p := Preview{Statement: r.Statement, Until: f.AppealUntil}
	var err error
	if p.ToAuthor, err = f.toAuthor(r, now); err != nil || len(f.Reports) == 0 {
		return p, err
	}
	letter, err := f.answer(r, f.Reports[0], now)
	p.ToReporter = &letter
	return p, err
}
