package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// ReplyTx is what answering a reply asks of a transaction.
type ReplyTx interface {
	// AddReply writes what is asked to be inserted, with its case.
	AddReply(ctx context.Context, r Reply) error
	// RefuseReply writes why a reply was refused.
	RefuseReply(ctx context.Context, r Reply) error
	// InsertReply shows a reply under its message from a moment on, to the letter, in the
	// establishment of the message, once the case has decided so; and announces that. Where
	// that was done already it does nothing.
	InsertReply(ctx context.Context, c id.Case, at time.Time) error
	// EndReply takes a reply from readers, and announces that.
	EndReply(ctx context.Context, c id.Case, at time.Time) error
	// WarnAbove tells the authority above that a reply is overdue; where there is none, nobody.
	WarnAbove(ctx context.Context, c id.Case, at time.Time) error
	// OverdueBelow reads what the authority above may know of it, or answers
	// [directory.ErrNotFound].
	OverdueBelow(ctx context.Context, c id.Case, now time.Time) (OverdueReply, error)
}

// OverdueReply is what an authority is told of a reply in an establishment below.
type OverdueReply struct {
	Reference string
	House     string
	Open      bool // it is to be answered yet
	Due       time.Time
	Heads     []id.Person // who directs the authority
}

// redressMonths is how long whoever replies may go to court (loi of 29 July 1881, art. 65): the
// case is closed after that.
const redressMonths = 3

// ReplyActions lists the acts by which a reply is answered.
func ReplyActions() []workflow.Action {
	return []workflow.Action{workflow.InsertReply, workflow.RefuseReply, workflow.EndReply}
}

// answered is the case as an answer leaves it. It writes nothing.
func (f CaseFile) answered(who actor.Actor, c CaseCommand, now time.Time) (CaseFile, workflow.Change[workflow.CaseStatus], error) {
	var none workflow.Change[workflow.CaseStatus]
	if f.Reply == nil {
		return f, none, f.refused(c.Action, "", workflow.ErrImpossible)
	}
	after, reply := f, *f.Reply
	after.Reply = &reply
	after.AppealUntil = now.In(f.House.Calendar.Location()).AddDate(0, redressMonths, 0).UTC()
	after.Verdict = workflow.ReplyInserted
	if c.Action == workflow.RefuseReply {
		after.Verdict, reply.Grounds, reply.Reason = workflow.ReplyRefused, c.Grounds, c.Reason
	}
	facts := f.facts(who, now)
	facts.CloseAt = after.AppealUntil
	change, err := f.decide(who, c.command(c.Reason, nil), facts, now)
	if err != nil {
		return f, none, err
	}
	if c.Action == workflow.RefuseReply {
		if err := checkGrounds(c.Grounds); err != nil {
			return f, none, err
		}
	}
	after.Status, after.DecidedAt, after.DecidedBy = workflow.CaseDecided, now, who.Person
	return after, change, nil
}

// checkGrounds asks a refusal for one of the law's grounds at least.
func checkGrounds(grounds []ReplyGround) error {
	if len(grounds) == 0 {
		return &directory.FieldError{Field: "grounds", Code: "required", Rule: "R56"}
	}
	for _, g := range grounds {
		if !slices.Contains(ReplyGrounds(), g) {
			return &directory.FieldError{Field: "grounds", Code: "unknown", Rule: "R56"}
		}
	}
	return nil
}

// answerReply inserts the reply, or refuses it with reasons: with the letter to whoever replies, in
// one transaction (R56).
func (f CaseFile) answerReply(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, now time.Time) error {
	after, change, err := f.answered(who, c, now)
	if err != nil {
		return err
	}
	if err := workflow.Commit(ctx, tx, new(workflow.Batch).Case(change)); err != nil {
		return err
	}
	if err := tx.UpdateCase(ctx, after.Case); err != nil {
		return err
	}
	letters, err := after.replyLetters(now)
	if err != nil {
		return err
	}
	if err := errors.Join(tx.AddCaseLetters(ctx, letters), after.mailReply(ctx, tx, letters, now)); err != nil {
		return err
	}
	switch {
	case after.Verdict == workflow.ReplyRefused:
		return tx.RefuseReply(ctx, *after.Reply)
	case f.Local():
		return tx.InsertReply(ctx, f.ID, now)
	}
	return tx.EmitThere(ctx, f.ID, f.carryOut(c.Action, now))
}

// endReply takes from readers a reply that has outlived its message (R57).
func (f CaseFile) endReply(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, now time.Time) error {
	if err := f.commit(ctx, tx, who, c.command(c.Text, nil), f.facts(who, now), nil, now); err != nil {
		return err
	}
	if err := f.said(ctx, tx, EntryMove, who, id.Report{}, c.Text, now); err != nil {
		return err
	}
	if f.Local() {
		return tx.EndReply(ctx, f.ID, now)
	}
	return tx.EmitThere(ctx, f.ID, f.carryOut(c.Action, now))
}

// PreviewReply shows the letter to whoever replies before it is sent. It writes nothing. The
// errors are those of [Cases.ActOn].
func (s *Cases) PreviewReply(ctx context.Context, who actor.Actor, c id.Case, command CaseCommand) (CaseLetter, error) {
	var letter CaseLetter
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		file, who, err := openFor(ctx, tx, who, c, id.Photo{}, now)
		if err != nil {
			return err
		}
		if command.Action != workflow.InsertReply && command.Action != workflow.RefuseReply {
			return file.refused(command.Action, "", workflow.ErrImpossible)
		}
		if err := command.check(); err != nil {
			return err
		}
		after, _, err := file.answered(who, command, now)
		if err != nil {
			return err
		}
		letters, err := after.replyLetters(now)
		if len(letters) > 0 {
			letter = letters[0]
		}
		return err
	})
	if err != nil {
		return CaseLetter{}, fmt.Errorf("preview %s of case %s: %w", command.Action, c, err)
	}
	return letter, nil
}

// replyLetters are those to whoever replies, of the answer as the case has it.
func (f CaseFile) replyLetters(now time.Time) ([]CaseLetter, error) {
	var list []CaseLetter
	name := "reply_inserted"
	if f.Verdict == workflow.ReplyRefused {
		name = "reply_refused"
	}
	for _, r := range f.Reports {
		s := sheet{At: f.moment(f.Reply.ReceivedAt, r.Language), Text: f.Reply.Reason, Location: f.Location, Grounds: f.Reply.Grounds}
		l, err := f.toReporter(r, LetterDecision, name, s, now)
		if err != nil {
			return nil, err
		}
		l.Cause = f.ID.UUID
		list = append(list, l)
	}
	return list, nil
}

// mailReply has whoever replies told by mail, where an address is known, that there is an answer.
func (f CaseFile) mailReply(ctx context.Context, tx CasesTx, letters []CaseLetter, now time.Time) error {
	var items []mail.Item
	for i, l := range letters { // one to each report
		if f.Reports[i].Email != "" {
			items = append(items, f.item(f.Reports[i], l))
		}
	}
	return tx.Post(ctx, items, now, now)
}

// reminded looks at the clocks of a reply: who is to answer is told a day after it came, and
// another; when the time is over they are told once more, and the authority above is informed,
// while the case stays with them (R56). Each is told once, however often the clock looks.
func (f CaseFile) reminded(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	var kind NoticeKind
	switch {
	case f.Overdue(now):
		kind = ToldReplyOverdue
	case !now.Before(f.EscalateAt):
		kind = ToldReplySoon
	case !now.Before(f.replyFacts(workflow.CaseFacts{}, now).AlertAt):
		kind = ToldReplyDue
	default:
		return done(ctx, tx, m)
	}
	telling := Telling{Kind: kind, Persons: append(f.bench(), known([]id.Person{f.inHand()})...)}
	if err := f.tellWork(ctx, tx, once(f.ID, kind), []Telling{telling}, now); err != nil {
		return err
	}
	if kind == ToldReplyOverdue && f.Escalated.IsZero() {
		f.Escalated = now
		if err := tx.UpdateCase(ctx, f.Case); err != nil {
			return err
		}
		if err := tx.WarnAbove(ctx, f.ID, now); err != nil {
			return err
		}
	}
	return done(ctx, tx, m)
}

// once is the cause of what is told once of a case, whichever message comes first.
func once(c id.Case, kind NoticeKind) id.Message {
	return id.Message{UUID: uuid.NewSHA1(c.UUID, []byte(kind))}
}

// overdueBelow tells whoever directs the authority that a reply in an establishment below is
// overdue, if it still is.
func overdueBelow(ctx context.Context, tx CasesTx, c id.Case, m outbox.Message, now time.Time) error {
	reply, err := tx.OverdueBelow(ctx, c, now)
	if err != nil {
		return err
	}
	if reply.Open {
		o := Occurrence{Title: reply.House + " · " + reply.Reference, Ends: reply.Due}
		if err := tx.Tell(ctx, m.ID, o, []Telling{{Kind: ToldReplyLateBelow, Persons: reply.Heads}}, now); err != nil {
			return err
		}
	}
	return done(ctx, tx, m)
}
