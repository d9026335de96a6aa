package moderation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Step carries out a message about a case: it is acknowledged, routed, escalated or closed,
// its holds are carried out, and those concerned are told. Each may come any number of times,
// in any order: what is done already, or is not so any more, ends the message and does
// nothing else. The errors are [directory.ErrNotFound], [workflow.ErrStale] for a message
// already done, and the database's.
func (s *Cases) Step(ctx context.Context, m outbox.Message) error {
	c, do := id.Case{UUID: m.Subject}, s.steps()[m.Kind]
	if do == nil {
		return fmt.Errorf("%s: %w", m.Kind, errors.ErrUnsupported)
	}
	err := s.InTx(ctx, m.Tenant, func(tx CasesTx) error { return do(ctx, tx, c, m, s.Clock()) })
	if err != nil {
		return fmt.Errorf("%s of case %s: %w", m.Kind, c, err)
	}
	return nil
}

type step func(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error

func (s *Cases) steps() map[outbox.Kind]step {
	return map[outbox.Kind]step{
		outbox.ReceiveCase: received, outbox.JoinCase: joined, outbox.RouteCase: routed, outbox.CaseDue: due, outbox.CarryCase: carried, outbox.NoticeCase: noticed,
		outbox.WarnAbove:   overdueBelow,
		outbox.CaseLetters: lettered,
	}
}

// done ends a message that has nothing left to do.
func done(ctx context.Context, tx CasesTx, m outbox.Message) error {
	return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
}

// clock is the machine as it acts on the case.
func (f CaseFile) clock(m outbox.Message) actor.Actor { return actor.Clock(f.Tenant, string(m.Kind)) }

// received acknowledges a case to all who have reported it so far (R39), and hides in the same
// act what is grave (R42).
func received(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	file, err := open(ctx, tx, c, id.Person{}, id.Photo{}, now)
	if err != nil {
		return err
	}
	if file.Status != workflow.CaseReceived {
		return done(ctx, tx, m)
	}
	batch := new(workflow.Batch).Done(m.ID)
	if file.Hides, err = file.mask(ctx, tx, batch, m, now); err != nil {
		return err
	}
	command := workflow.Command{Action: workflow.Acknowledge, Version: file.Version}
	if err := file.commit(ctx, tx, file.clock(m), command, file.facts(actor.Actor{}, now), batch, now); err != nil {
		return err
	}
	if err := file.watchReferral(ctx, tx, now); err != nil {
		return err
	}
	return file.writeSome(ctx, tx, Ruling{}, receipts, now)
}

// mask adds what hides the content of the case until a human has looked, where that is wanted (R42),
// and reports whether it is hidden by that: it is not where the location names nothing, nor where
// the law does not let the machine (R14). By when a human is to look again is promised with it.
func (f CaseFile) mask(ctx context.Context, tx CasesTx, batch *workflow.Batch, m outbox.Message, now time.Time) (bool, error) {
	w, wants := f.order().wanted(string(m.Kind))
	if !wants || w.verdict != "" || !f.Local() {
		return f.Hides, nil
	}
	if err := f.content.carry(ctx, tx, batch, f.Case, w, now); err != nil {
		return false, err
	}
	if len(batch.Holds()) == 0 {
		return f.Hides, nil
	}
	return true, tx.Emit(ctx, f.maskReview(now))
}

// maskReview is the clock of an interim mask, with whoever has the case in hand (R42).
func (f CaseFile) maskReview(now time.Time) outbox.Message {
	due := f.House.Calendar.Add(now, settings.MaskReview.Of(f.House.Values))
	return outbox.Message{Tenant: f.Tenant, Kind: outbox.CaseDue, Subject: f.ID.UUID, Version: f.Version, Note: string(workflow.Mask), Due: due}
}

// order is what the establishment of the content is to carry out, as the case is.
func (f CaseFile) order() CaseOrder {
	order := CaseOrder{Case: f.Case, Minors: f.Minors, Tally: f.Tally, Masking: f.Masking}
	if len(f.Rulings) > 0 {
		last := f.ruling()
		order.Ruling = &last
	}
	return order
}

// joined acknowledges one more report of a case, and hides what has become grave by it.
func joined(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	file, err := open(ctx, tx, c, id.Person{}, id.Photo{}, now)
	if err != nil {
		return err
	}
	report, known, err := file.joining(ctx, tx, m)
	if err != nil {
		return err
	}
	if file.Interim.Word == InterimShown && gravity(report.Ground) == gravest { // no human has looked at that
		file.Interim = Interim{}
		if err := tx.UpdateCase(ctx, file.Case); err != nil {
			return err
		}
	}
	batch := new(workflow.Batch).Done(m.ID)
	if file.Hides, err = file.mask(ctx, tx, batch, m, now); err != nil {
		return err
	}
	if err := workflow.Commit(ctx, tx, batch); err != nil {
		return err
	}
	if err := file.maskThere(ctx, tx, m, now); err != nil {
		return err
	}
	if known {
		if err := file.write(ctx, tx, Ruling{}, []Report{report}, now); err != nil {
			return err
		}
	}
	return file.goUp(ctx, tx, m, now)
}

// goUp hands a case up that is in somebody's hands here, once somebody who reported it wants the authority
// to examine it (R40).
func (f CaseFile) goUp(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	inHand := f.Status == workflow.CaseAssigned || f.Status == workflow.CaseExamining || f.Status == workflow.CaseInquiring
	if !inHand || !f.goesUp() || f.Kind == OfOrder || f.Kind == OfReply {
		return nil
	}
	return f.transfer(ctx, tx, f.clock(m), CaseCommand{Action: workflow.Transfer, Version: f.Version}, nil, now)
}

// joining is the report that a case was joined by, and whether there is one: it may have become
// graver by another case that goes on with it, or its report gone on with another, which
// acknowledges it.
func (f CaseFile) joining(ctx context.Context, tx CasesTx, m outbox.Message) (Report, bool, error) {
	if m.Note == string(workflow.Merge) {
		return Report{}, false, nil
	}
	r, err := id.Parse[id.Report](m.Note)
	if err != nil {
		return Report{}, false, fmt.Errorf("joined by: %w", err)
	}
	report, err := tx.ReportIn(ctx, f.ID, r)
	if errors.Is(err, directory.ErrNotFound) {
		return Report{}, false, nil
	}
	return report, err == nil, err
}

// maskThere has the establishment of the content hide it, where another house has the case in hand.
func (f CaseFile) maskThere(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	w, wants := f.order().wanted(string(m.Kind))
	if !wants || w.verdict != "" || f.Local() {
		return nil
	}
	if err := tx.EmitThere(ctx, f.ID, f.carryOut(workflow.Report, now)); err != nil {
		return err
	}
	return tx.Emit(ctx, f.maskReview(now))
}

// routed gives a case to somebody, or hands it up (R40, R46).
func routed(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	file, err := open(ctx, tx, c, id.Person{}, id.Photo{}, now)
	if err != nil {
		return err
	}
	act := CaseCommand{Action: workflow.Assign, Version: file.Version}
	switch file.Status {
	case workflow.CaseAcknowledged:
	case workflow.CaseAppealed:
		if !file.Assignee.IsZero() {
			return done(ctx, tx, m)
		}
		act.Action, act.Text = workflow.Reassign, "Recours transmis."
	case workflow.NoCase, workflow.CaseReceived, workflow.CaseAssigned, workflow.CaseExamining, workflow.CaseInquiring, workflow.CaseDecided,
		workflow.CaseClosed, workflow.CaseMerged, workflow.CaseOrdered, workflow.CaseExecuted, workflow.CaseAnswered:
		return done(ctx, tx, m)
	}
	batch := new(workflow.Batch).Done(m.ID)
	to, up := file.route()
	if up {
		return file.transfer(ctx, tx, file.clock(m), CaseCommand{Action: workflow.Transfer, Version: file.Version}, batch, now)
	}
	if err := file.commit(ctx, tx, file.clock(m), act.command(act.Text, nil), file.facts(actor.Actor{}, now), batch, now); err != nil {
		return err
	}
	file.Assignee, file.AssignedAs = to.Person, to.As
	return tx.UpdateCase(ctx, file.Case)
}

// due looks at the clocks of a case: it goes higher when the share of it that R40 leaves is over, and again
// when all of it is (R40, R41); whoever is late with an appeal is told so; what nobody has
// appealed in time is closed (R45).
func due(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	file, err := open(ctx, tx, c, id.Person{}, id.Photo{}, now)
	if err != nil {
		return err
	}
	if workflow.Action(m.Note) == workflow.Mask {
		return file.maskStands(ctx, tx, m, now)
	}
	switch m.Note {
	case workflow.Unacknowledged:
		return file.unacknowledged(ctx, tx, m, now)
	case noteUnreferred:
		return file.unreferred(ctx, tx, m, now)
	case noteGuardiansWait, noteGuardiansLate:
		return file.guardiansWait(ctx, tx, m, now)
	}
	if file.Kind == OfOrder {
		return file.orderDue(ctx, tx, m, now)
	}
	switch file.Status {
	case workflow.CaseAssigned, workflow.CaseExamining, workflow.CaseInquiring:
		if file.Kind == OfReply {
			return file.reminded(ctx, tx, m, now)
		}
		return file.late(ctx, tx, m, now)
	case workflow.CaseAppealed:
		return file.overdue(ctx, tx, m, now)
	case workflow.CaseDecided:
		return file.lapse(ctx, tx, m, now)
	case workflow.NoCase, workflow.CaseReceived, workflow.CaseAcknowledged, workflow.CaseClosed, workflow.CaseMerged,
		workflow.CaseOrdered, workflow.CaseExecuted, workflow.CaseAnswered:
	}
	return done(ctx, tx, m)
}

// late has a case climb whose time asks for it.
func (f CaseFile) late(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	half := !now.Before(f.EscalateAt) && f.Escalated.IsZero()
	if !half && !f.Overdue(now) {
		return done(ctx, tx, m)
	}
	return f.rise(ctx, tx, m, now)
}

// maskStands looks at an interim mask that was to be looked at again by now (R42). While nothing is
// decided it stays, though less is masked at once today, whatever time it is: the case goes higher, or those who judge are told where
// nobody is, and the clock begins anew.
func (f CaseFile) maskStands(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	w, wants := f.order().wanted(string(m.Kind))
	if !f.Status.Open() || w.verdict != "" || !f.Hides && (f.Local() || !wants) {
		return done(ctx, tx, m)
	}
	if !f.Interim.At.IsZero() && now.Before(f.maskReview(f.Interim.At).Due) {
		return done(ctx, tx, m) // a human has masked it since, and its clock is another
	}
	if err := tx.Emit(ctx, f.maskReview(now)); err != nil {
		return err
	}
	if f.Status == workflow.CaseReceived || f.Status == workflow.CaseAcknowledged {
		return f.overdue(ctx, tx, m, now) // nobody has it in hand yet
	}
	return f.rise(ctx, tx, m, now)
}

// rise hands a late case to whoever is higher; where nobody is, those who judge are told.
func (f CaseFile) rise(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	batch := new(workflow.Batch).Done(m.ID)
	facts := f.facts(actor.Actor{}, now)
	facts.Late = true
	to, up := f.climb()
	switch {
	case !to.Person.IsZero():
		command := workflow.Command{Action: workflow.Escalate, Version: f.Version}
		if err := f.commit(ctx, tx, f.clock(m), command, facts, batch, now); err != nil {
			return err
		}
		f.Assignee, f.AssignedAs, f.Escalated = to.Person, to.As, now
		return tx.UpdateCase(ctx, f.Case)
	case up:
		return f.transfer(ctx, tx, f.clock(m), CaseCommand{Action: workflow.Transfer, Version: f.Version}, batch, now)
	}
	return f.overdue(ctx, tx, m, now)
}

// overdue tells whoever has the case in hand, and whoever judges here, that its time is over, or
// that of its mask.
func (f CaseFile) overdue(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	if f.Overdue(now) || workflow.Action(m.Note) == workflow.Mask {
		if err := f.tellWork(ctx, tx, m.ID, []Telling{{Kind: ToldCaseOverdue, Persons: append(f.bench(), known([]id.Person{f.inHand()})...)}}, now); err != nil {
			return err
		}
	}
	return done(ctx, tx, m)
}

// lapse closes a case that nobody may appeal any more.
func (f CaseFile) lapse(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	facts := f.facts(actor.Actor{}, now)
	if !facts.Lapsed {
		return done(ctx, tx, m)
	}
	command := workflow.Command{Action: workflow.CloseCase, Version: f.Version}
	if err := f.commit(ctx, tx, f.clock(m), command, facts, new(workflow.Batch).Done(m.ID), now); err != nil {
		return err
	}
	f.ClosedAt = now
	return tx.UpdateCase(ctx, f.Case)
}

// carried does in the establishment of the content what a case asks for that another house
// has in hand: its holds, and the news of it.
func carried(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	order, err := tx.CaseOrderOf(ctx, c)
	if err != nil {
		return err
	}
	if order.Case.Kind == OfOrder {
		return carriedOrder(ctx, tx, order.Case, m, now)
	}
	found, err := lockContent(ctx, tx, order.Case, id.Person{}, id.Photo{}, now)
	if err != nil {
		return err
	}
	batch := new(workflow.Batch).Done(m.ID)
	if w, wants := order.wanted(string(m.Kind)); wants {
		if err := found.carry(ctx, tx, batch, order.Case, w, now); err != nil {
			return err
		}
	}
	if err := workflow.Commit(ctx, tx, batch); err != nil {
		return err
	}
	switch {
	case workflow.Action(m.Note) == workflow.EndReply:
		err = tx.EndReply(ctx, c, now)
	case order.Case.Verdict == workflow.ReplyInserted:
		err = tx.InsertReply(ctx, c, order.Case.DecidedAt)
	}
	if err != nil {
		return err
	}
	return tellParties(ctx, tx, order, m, now)
}

// wanted is what the case wants hidden now, and whether it wants anything to be otherwise.
func (o CaseOrder) wanted(via string) (wanted, bool) {
	if o.Ruling != nil && (o.Case.decided() || o.Case.Status == workflow.CaseAppealed) {
		return ruled(o.Case, *o.Ruling, actor.NewRoles(actor.Withdrawer, actor.Judge, actor.Director)), true
	}
	if !o.Case.Status.Open() {
		return wanted{}, false
	}
	human := o.Case.meanwhile(o.Tally, actor.NewRoles(actor.Masker, actor.Withdrawer, actor.Director))
	switch word := o.Case.Interim.Word; {
	case word == InterimShown:
		return human, true
	case masks(o.Case, o.Minors, o.Tally, o.Masking):
		return interim(o.Case, o.Tally, via), true
	default:
		return human, word == InterimMasked
	}
}

// noticed tells whoever examines, and the parties, what became of a case.
func noticed(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	file, err := open(ctx, tx, c, id.Person{}, id.Photo{}, now)
	if errors.Is(err, directory.ErrNotFound) {
		return done(ctx, tx, m) // another house has it in hand, and tells its own
	}
	if err != nil {
		return err
	}
	if file.Kind == OfOrder {
		return file.orderNoticed(ctx, tx, m, now)
	}
	if tellings := file.tell(workflow.Action(m.Note)); len(tellings) > 0 {
		if err := file.tellWork(ctx, tx, m.ID, tellings, now); err != nil {
			return err
		}
	}
	if workflow.Action(m.Note) == workflow.Inquire {
		if err := file.mailQuestion(ctx, tx, now); err != nil {
			return err
		}
	}
	if file.Local() {
		order, err := tx.CaseOrderOf(ctx, c)
		if err != nil {
			return err
		}
		if err := tellParties(ctx, tx, order, m, now); err != nil {
			return err
		}
	} else if workflow.Action(m.Note) == workflow.Inquire {
		if err := tx.EmitThere(ctx, file.ID, file.carryOut(workflow.Inquire, now)); err != nil {
			return err
		}
	}
	return done(ctx, tx, m)
}
