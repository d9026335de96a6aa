package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// CaseCommand is somebody's wish to act on a case, as they saw it.
type CaseCommand struct {
	Action  workflow.Action // one of [CaseActions] or, on an order, of [OrderActions]
	Version int64           // of the case that they looked at

	// Of a decision (decide, overturn) and of dismiss.
	Verdict workflow.Verdict
	Ground  workflow.Ground // needed where something is withdrawn
	Facts   string          // what was seen, for the statement; at most 5,000 characters; empty: Reason
	Reason  string          // to the author, who may be a pupil; at most 5,000 characters
	Answer  string          // to who reported; at most 5,000 characters; empty: what was decided, and no more
	Photo   id.Photo        // to withdraw; zero: the one that the case is about
	Sealed  bool            // nobody may look any more (R50)

	Grounds []ReplyGround // of refuse_reply; at least one. Reason is for whoever replies

	// Of an order (R48): how its sender was made sure of, or by what means it was answered;
	// when that was; the reference of a lift, at most 200 characters.
	Means     string
	At        time.Time
	Reference string

	Text     string    // why it moves, or what is asked; at most 5,000 characters
	Report   id.Report // whom a question is for; zero: who reported first
	Assignee id.Person // for reassign
	Into     id.Case   // for merge
}

// CaseActions lists the acts of those who examine.
func CaseActions() []workflow.Action {
	return []workflow.Action{
		workflow.Examine, workflow.Inquire, workflow.MaskCase, workflow.ShowCase, workflow.DecideCase, workflow.Dismiss, workflow.Overturn, workflow.Reassign, workflow.Escalate,
		workflow.Transfer, workflow.ReopenCase, workflow.Merge, workflow.InsertReply, workflow.RefuseReply, workflow.EndReply,
	}
}

// ActOn carries out an examiner's command on a case. With a decision go, in one transaction,
// its holds and the letters to both sides. The errors are [directory.ErrNotFound], a
// [directory.Refusal] (R46), [directory.FieldError]s and [workflow.Refusal].
func (s *Cases) ActOn(ctx context.Context, who actor.Actor, c id.Case, command CaseCommand) error {
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		if command.Action == workflow.Merge {
			if err := lockBoth(ctx, tx, c, command.Into, who.Person, now); err != nil {
				return err
			}
		}
		file, who, err := openFor(ctx, tx, who, c, command.picture(), now)
		if err != nil {
			return err
		}
		if err := command.check(); err != nil {
			return err
		}
		return s.act(ctx, tx, file, who, command, now)
	})
	if err != nil {
		return fmt.Errorf("%s case %s: %w", command.Action, c, err)
	}
	return nil
}

func (s *Cases) act(ctx context.Context, tx CasesTx, file CaseFile, who actor.Actor, command CaseCommand, now time.Time) error {
	if file.Kind == OfOrder {
		return file.actOnOrder(ctx, tx, who, command, now)
	}
	switch command.Action {
	case workflow.DecideCase, workflow.Dismiss, workflow.Overturn:
		return file.rule(ctx, tx, who, command, now)
	case workflow.MaskCase, workflow.ShowCase:
		return file.standIn(ctx, tx, who, command, now)
	case workflow.Examine:
		return file.examine(ctx, tx, who, command.Version, now)
	case workflow.Inquire:
		return file.inquire(ctx, tx, who, command, now)
	case workflow.Reassign, workflow.Escalate:
		return file.assign(ctx, tx, who, command, now)
	case workflow.Transfer:
		return file.transfer(ctx, tx, who, command, nil, now)
	case workflow.ReopenCase:
		return file.reopen(ctx, tx, who, command, now)
	case workflow.Merge:
		return file.merge(ctx, tx, who, command, now)
	case workflow.InsertReply, workflow.RefuseReply:
		return file.answerReply(ctx, tx, who, command, now)
	case workflow.EndReply:
		return file.endReply(ctx, tx, who, command, now)
	}
	return file.refused(command.Action, "", workflow.ErrImpossible)
}

// picture is the one that the command takes from its readers; zero for none.
func (c CaseCommand) picture() id.Photo {
	if decides := c.Action == workflow.DecideCase || c.Action == workflow.Overturn; decides && c.Verdict == workflow.WithdrawPicture {
		return c.Photo
	}
	return id.Photo{}
}

// check bounds what was typed.
func (c CaseCommand) check() error {
	for _, field := range []struct{ name, text string }{{"text", c.Text}, {"reason", c.Reason}, {"answer", c.Answer}, {"facts", c.Facts}} {
		if utf8.RuneCountInString(field.text) > longestSaid {
			return &directory.FieldError{Field: field.name, Code: "too_long", Rule: "R43", Limit: longestSaid}
		}
	}
	return nil
}

// longestSaid bounds a text of a case, in characters.
const longestSaid = 5000

// command is the command as the table takes it.
func (c CaseCommand) command(text string, statement *workflow.Statement) workflow.Command {
	return workflow.Command{Action: c.Action, Version: c.Version, Reason: workflow.Reason{Ground: c.Ground, Text: text, Statement: statement}}
}

// commit decides an act on the case and writes it, alone or with what the batch holds already.
func (f CaseFile) commit(ctx context.Context, tx CasesTx, who actor.Actor, command workflow.Command, facts workflow.CaseFacts, batch *workflow.Batch, now time.Time) error {
	change, err := f.decide(who, command, facts, now)
	if err != nil {
		return err
	}
	if batch == nil {
		batch = new(workflow.Batch)
	}
	if err := workflow.Commit(ctx, tx, batch.Case(change)); err != nil {
		return err
	}
	return nil
}

// said keeps what somebody has said with an act.
func (f CaseFile) said(ctx context.Context, tx CasesTx, kind CaseEntryKind, who actor.Actor, of id.Report, text string, now time.Time) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return tx.AddCaseEntry(ctx, CaseEntry{ID: id.New[id.Entry](), Case: f.ID, Report: of, Kind: kind, Person: who.Person, Text: text, At: now})
}

// examine begins the examination: that is the first human view, and from then on the case is
// in that person's hands.
func (f CaseFile) examine(ctx context.Context, tx CasesTx, who actor.Actor, version int64, now time.Time) error {
	command := workflow.Command{Action: workflow.Examine, Version: version}
	if err := f.commit(ctx, tx, who, command, f.facts(who, now), nil, now); err != nil {
		return err
	}
	if f.ViewedAt.IsZero() {
		f.ViewedAt = now
	}
	f.Assignee, f.AssignedAs = who.Person, f.as(who.Person)
	return tx.UpdateCase(ctx, f.Case)
}

// as is as what somebody takes the case in hand.
func (f CaseFile) as(who id.Person) Assignment {
	if capacity := f.capacity(who); capacity != "" {
		return capacity
	}
	return f.AssignedAs
}

// inquire asks one who reported for something.
func (f CaseFile) inquire(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, now time.Time) error {
	asked, err := f.reported(ctx, tx, c.Report)
	if err != nil {
		return err
	}
	if err := f.commit(ctx, tx, who, c.command(c.Text, nil), f.facts(who, now), nil, now); err != nil {
		return err
	}
	if err := f.said(ctx, tx, EntryQuestion, who, asked.ID, c.Text, now); err != nil {
		return err
	}
	letter, err := f.toReporter(asked, LetterQuestion, "question", sheet{Text: c.Text}, now)
	if err != nil {
		return err
	}
	letter.Cause = letter.ID.UUID
	return tx.AddCaseLetters(ctx, []CaseLetter{letter})
}

// reported is the report that an act names; that of who reported first where it names none.
func (f CaseFile) reported(ctx context.Context, tx CasesTx, r id.Report) (Report, error) {
	if r.IsZero() && len(f.Reports) > 0 {
		return f.Reports[0], nil
	}
	report, err := tx.ReportIn(ctx, f.ID, r)
	if errors.Is(err, directory.ErrNotFound) {
		err = &directory.FieldError{Field: "report", Code: "unknown", Rule: "R43"}
	}
	return report, err
}

// assign gives the case to somebody else: by hand to whom is named, by escalation to whom it
// climbs to.
func (f CaseFile) assign(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, now time.Time) error {
	to := Answerer{Person: c.Assignee, As: f.capacity(c.Assignee)}
	if c.Action == workflow.Escalate {
		higher, up := f.climb()
		switch {
		case f.directs(f.Assignee): // higher is the authority: nobody hands a case to it who asks for the head
			return f.refused(c.Action, "R40", workflow.ErrImpossible)
		case higher.Person.IsZero() && up:
			c.Action = workflow.Transfer
			return f.transfer(ctx, tx, who, c, nil, now)
		case higher.Person.IsZero():
			return f.refused(c.Action, "R40", workflow.ErrImpossible)
		}
		to = higher
	}
	if err := f.mayHave(to.Person); err != nil {
		return err
	}
	if err := f.commit(ctx, tx, who, c.command(c.Text, nil), f.facts(who, now), nil, now); err != nil {
		return err
	}
	f.Assignee, f.AssignedAs = to.Person, to.As
	if c.Action == workflow.Escalate {
		f.Escalated = now
	}
	if err := tx.UpdateCase(ctx, f.Case); err != nil {
		return err
	}
	return f.said(ctx, tx, EntryMove, who, id.Report{}, c.Text, now)
}

// mayHave refuses an assignment to whoever does not answer here, whom the case concerns or who
// has judged it. Which of these it is would tell who has reported (R44).
func (f CaseFile) mayHave(person id.Person) error {
	if slices.ContainsFunc(f.suitable(), func(a Answerer) bool { return a.Person == person }) {
		return nil
	}
	return &directory.FieldError{Field: "assignee", Code: "unsuitable", Rule: "R46"}
}

// transfer moves the case to the authority above. Here it is not found any more: whoever
// answers for the content does not follow what is judged of their head (R40, R46).
func (f CaseFile) transfer(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, batch *workflow.Batch, now time.Time) error {
	if err := f.commit(ctx, tx, who, c.command(c.Text, nil), f.facts(who, now), batch, now); err != nil {
		return err
	}
	if err := f.said(ctx, tx, EntryMove, who, id.Report{}, c.Text, now); err != nil {
		return err
	}
	if f.Status != workflow.CaseAppealed {
		f.restart(now)
	}
	f.Assignee, f.AssignedAs = id.Person{}, ""
	if err := tx.UpdateCase(ctx, f.Case); err != nil {
		return err
	}
	return tx.HandOver(ctx, f.ID, f.Above)
}

// reopen has a closed case examined again, with times of its own.
func (f CaseFile) reopen(ctx context.Context, tx CasesTx, who actor.Actor, c CaseCommand, now time.Time) error {
	if err := f.alone(ctx, tx); err != nil {
		return err
	}
	f.restart(now)
	if err := f.commit(ctx, tx, who, c.command(c.Text, nil), f.facts(who, now), nil, now); err != nil {
		return err
	}
	to, _ := f.route()
	f.Assignee, f.AssignedAs, f.ClosedAt, f.AppealedBy = to.Person, to.As, time.Time{}, ""
	if err := tx.UpdateCase(ctx, f.Case); err != nil {
		return err
	}
	return f.said(ctx, tx, EntryMove, who, id.Report{}, c.Text, now)
}

// AddNote keeps a note for those who examine a case. The text has at most 5,000 characters.
// The errors are those of [Cases.ActOn].
func (s *Cases) AddNote(ctx context.Context, who actor.Actor, c id.Case, text string) error {
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		file, who, err := openFor(ctx, tx, who, c, id.Photo{}, now)
		if err != nil {
			return err
		}
		if err := spoken(text); err != nil {
			return err
		}
		return file.said(ctx, tx, EntryNote, who, id.Report{}, text, now)
	})
	if err != nil {
		return fmt.Errorf("note in case %s: %w", c, err)
	}
	return nil
}

// spoken refuses what says nothing, or too much.
func spoken(text string) error { return worded("text", text, "R43") }

// worded refuses a field that says nothing, or too much, by the rule that asks for it.
func worded(field, text, rule string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return &directory.FieldError{Field: field, Code: "required", Rule: rule}
	case utf8.RuneCountInString(text) > longestSaid:
		return &directory.FieldError{Field: field, Code: "too_long", Rule: rule, Limit: longestSaid}
	}
	return nil
}

// appealUntil is when appealing a decision of now ends (R45).
func (f CaseFile) appealUntil(now time.Time) time.Time {
	return f.House.Calendar.Add(now, settings.AppealPeriod.Of(f.House.Values))
}

// carryOut is the message to the establishment of the content, where another house decides.
func (f CaseFile) carryOut(action workflow.Action, now time.Time) outbox.Message {
	return outbox.Message{Kind: outbox.CarryCase, Version: f.Version + 1, Note: string(action), Due: now}
}
