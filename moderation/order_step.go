package moderation

import (
	"cmp"
	"context"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// What is told of orders: to those who judge, then to the author.
const (
	ToldOrderReceived NoticeKind = "order_received" // an order waits to be executed (R48)
	ToldOrderDue      NoticeKind = "order_due"      // half of its time is over
	ToldOrderOverdue  NoticeKind = "order_overdue"  // all of it is
	ToldOrderBlocked  NoticeKind = "order_blocked"  // the author: what they wrote is blocked, with the reasons
	ToldOrderLifted   NoticeKind = "order_lifted"   // the author: it is not any more
)

// orderNotices are the kinds of notice about orders.
func orderNotices() []NoticeKind {
	return []NoticeKind{ToldOrderReceived, ToldOrderDue, ToldOrderOverdue, ToldOrderBlocked, ToldOrderLifted}
}

// orderNoticed tells whoever judges of an order that has come, and the author of what was done.
func (f CaseFile) orderNoticed(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	switch workflow.Action(m.Note) {
	case workflow.RecordOrder, workflow.PassOrder:
		if f.Status == workflow.CaseOrdered {
			return f.tellBench(ctx, tx, m, ToldOrderReceived, now)
		}
	case workflow.ExecuteOrder, workflow.LiftOrder:
		return f.tellAuthor(ctx, tx, m, now)
	}
	return done(ctx, tx, m)
}

// orderDue looks at the clocks of an order: whoever judges is told before its time is over and
// again when it is (R48), and the author when the silence that was asked for is.
func (f CaseFile) orderDue(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	switch {
	case f.Status == workflow.CaseOrdered && f.Overdue(now):
		f.Escalated = cmp.Or(f.Escalated, now)
		if err := tx.UpdateCase(ctx, f.Case); err != nil {
			return err
		}
		return f.tellBench(ctx, tx, m, ToldOrderOverdue, now)
	case f.Status == workflow.CaseOrdered && !now.Before(f.EscalateAt):
		return f.tellBench(ctx, tx, m, ToldOrderDue, now)
	}
	return f.tellAuthor(ctx, tx, m, now)
}

func (f CaseFile) tellBench(ctx context.Context, tx CasesTx, m outbox.Message, kind NoticeKind, now time.Time) error {
	if err := f.tellWork(ctx, tx, m.ID, []Telling{{Kind: kind, Persons: f.bench()}}, now); err != nil {
		return err
	}
	return done(ctx, tx, m)
}

// tellAuthor writes to whoever it concerns, once, what was blocked and why, and has them told of it and
// of the lift where they are. While the authority wants silence they are told of the lift what the end of
// an interim mask is told as; when it is over, that something was blocked, and that it was lifted if it
// was (R43, R48).
func (f CaseFile) tellAuthor(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	o, lifts := f.Order, workflow.Action(m.Note) == workflow.LiftOrder
	switch {
	case o.ExecutedAt.IsZero():
		return done(ctx, tx, m)
	case o.ToldAt.IsZero() && !o.silent(now):
		if err := f.writeAuthor(ctx, tx, now); err != nil {
			return err
		}
		f.Order.ToldAt = now
		if err := tx.UpdateOrder(ctx, f.ID, f.Order); err != nil {
			return err
		}
	case !lifts || o.ToldAt.After(o.LiftedAt), !f.Local(): // it is known, not to be known yet, or told with the lift there
		return done(ctx, tx, m)
	}
	if !f.Local() {
		if err := f.there(ctx, tx, workflow.Action(m.Note), now); err != nil {
			return err
		}
	} else if err := tellOrdered(ctx, tx, f.Case, f.Order, m, now); err != nil {
		return err
	}
	return done(ctx, tx, m)
}

// writeAuthor writes the letter, where somebody is known whose the content is.
func (f CaseFile) writeAuthor(ctx context.Context, tx CasesTx, now time.Time) error {
	if f.Target.Author.IsZero() {
		return nil
	}
	letter, err := f.orderLetter(now)
	if err != nil {
		return err
	}
	return tx.AddCaseLetters(ctx, []CaseLetter{letter})
}

// tellOrdered tells whose the content is, in the establishment where they are; and readers, whose pages
// say from then on by what it is hidden.
func tellOrdered(ctx context.Context, tx CasesTx, c Case, o Order, m outbox.Message, now time.Time) error {
	persons, occurrence := known([]id.Person{c.Target.Author}), c.content()
	if o.ToldAt.IsZero() {
		if o.LiftedAt.IsZero() || !o.silent(now) || seals(c.Ground) { // of what is sealed nobody was told (R50)
			return nil
		}
		occurrence.Case = id.Case{} // as of a mask that a case has ended
		return tx.Tell(ctx, m.ID, occurrence, []Telling{{Kind: ToldRestored, Persons: persons}}, now)
	}
	kind := ToldOrderBlocked
	if !o.LiftedAt.IsZero() {
		kind = ToldOrderLifted
	}
	occurrence.AuthorCase = c.ToldAs
	if err := tx.Tell(ctx, m.ID, occurrence, []Telling{{Kind: kind, Persons: persons}}, now); err != nil {
		return err
	}
	if err := tx.AnnounceContent(ctx, c.Target.Contribution); err != nil || len(persons) == 0 {
		return err
	}
	item := mail.Item{Cause: m.ID.UUID, Kind: mail.CaseDecided, Person: c.Target.Author, Case: c.ID, Reference: c.Reference}
	return tx.Post(ctx, []mail.Item{item}, now, now)
}

// carriedOrder does in the establishment of the content what another house has done of an order.
func carriedOrder(ctx context.Context, tx CasesTx, c Case, m outbox.Message, now time.Time) error {
	order, err := tx.OrderOf(ctx, c.ID)
	if err != nil {
		return err
	}
	found, err := lockContent(ctx, tx, c, id.Person{}, id.Photo{}, now)
	if err != nil {
		return err
	}
	batch := new(workflow.Batch).Done(m.ID)
	if !order.ExecutedAt.IsZero() {
		if err := found.block(ctx, tx, batch, c, order, now); err != nil {
			return err
		}
	}
	if err := workflow.Commit(ctx, tx, batch); err != nil {
		return err
	}
	return tellOrdered(ctx, tx, c, order, m, now)
}
