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
	if masks(file.Case, file.Minors, file.Tally) {
		if err := file.content.carry(ctx, tx, batch, file.Case, interim(file.Case, file.Tally, string(m.Kind)), now); err != nil {
			return err
		}
	}
	command := workflow.Command{Action: workflow.Acknowledge, Version: file.Version}
	if err := file.commit(ctx, tx, file.clock(m), command, file.facts(actor.Actor{}, now), batch, now); err != nil {
		return err
	}
	if err := file.watchReferral(ctx, tx, now); err != nil {
		return err
	}
	return file.answerLater(ctx, tx, receipts, now)
}

// joined acknowledges one more report of a case, and hides what has become grave by it.
func joined(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	file, err := open(ctx, tx, c, id.Person{}, id.Photo{}, now)
	if err != nil {
		return err
	}
	batch := new(workflow.Batch).Done(m.ID)
	hidden := masks(file.Case, file.Minors, file.Tally) && file.Status.Open()
	if hidden && file.Local() {
		if err := file.content.carry(ctx, tx, batch, file.Case, interim(file.Case, file.Tally, string(m.Kind)), now); err != nil {
			return err
		}
	}
	if err := workflow.Commit(ctx, tx, batch); err != nil {
		return err
	}
	if hidden && !file.Local() {
		if err := tx.EmitThere(ctx, file.ID, file.carryOut(workflow.Report, now)); err != nil {
			return err
		}
	}
	r, err := id.Parse[id.Report](m.Note)
	if err != nil {
		return nil // it became graver by another case that goes on with it
	}
	switch report, err := tx.ReportIn(ctx, c, r); {
	case errors.Is(err, directory.ErrNotFound):
		return nil // it went on with another case, which acknowledges it
	case err != nil:
		return err
	default:
		return file.write(ctx, tx, Ruling{}, []Report{report}, now)
	}
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

// due looks at the clocks of a case: it goes higher when half of its time is over, and again
// when all of it is (R40, R41); whoever is late with an appeal is told so; what nobody has
// appealed in time is closed (R45).
func due(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	file, err := open(ctx, tx, c, id.Person{}, id.Photo{}, now)
	if err != nil {
		return err
	}
	if m.Note == noteUnreferred {
		return file.unreferred(ctx, tx, m, now)
	}
	if file.Kind == OfOrder {
		return file.orderDue(ctx, tx, m, now)
	}
	switch file.Status {
	case workflow.CaseAssigned, workflow.CaseExamining, workflow.CaseInquiring:
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
	batch := new(workflow.Batch).Done(m.ID)
	to, up := f.climb()
	switch {
	case !to.Person.IsZero():
		command := workflow.Command{Action: workflow.Escalate, Version: f.Version}
		if err := f.commit(ctx, tx, f.clock(m), command, f.facts(actor.Actor{}, now), batch, now); err != nil {
			return err
		}
		f.Assignee, f.AssignedAs, f.Escalated = to.Person, to.As, now
		return tx.UpdateCase(ctx, f.Case)
	case up:
		return f.transfer(ctx, tx, f.clock(m), CaseCommand{Action: workflow.Transfer, Version: f.Version}, batch, now)
	}
	return f.overdue(ctx, tx, m, now)
}

// overdue tells whoever has the case in hand, and whoever judges here, that its time is over.
func (f CaseFile) overdue(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	if f.Overdue(now) {
		if err := f.tellWork(ctx, tx, m.ID, []Telling{{Kind: ToldCaseOverdue, Persons: append(f.bench(), f.Assignee)}}, now); err != nil {
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
	return tellParties(ctx, tx, order, m, now)
}

// wanted is what the case wants hidden now, and whether it wants anything to be otherwise.
func (o CaseOrder) wanted(via string) (wanted, bool) {
	if o.Ruling != nil && (o.Case.decided() || o.Case.Status == workflow.CaseAppealed) {
		return ruled(o.Case, *o.Ruling, actor.NewRoles(actor.Withdrawer, actor.Judge, actor.Director)), true
	}
	if o.Case.Status.Open() && masks(o.Case, o.Minors, o.Tally) {
		return interim(o.Case, o.Tally, via), true
	}
	return wanted{}, false
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
