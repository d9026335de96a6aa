package moderation

import (
	"context"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// What is told of cases: to those who examine, then to the parties.
const (
	ToldCaseAssigned  NoticeKind = "case_assigned"  // it is theirs to examine
	ToldCaseInformed  NoticeKind = "case_informed"  // the owner of a space: something grave there is with the director
	ToldCaseEscalated NoticeKind = "case_escalated" // half of its time is over, and it is theirs now (R40)
	ToldCaseOverdue   NoticeKind = "case_overdue"   // all of its time is over (R41)
	ToldCaseAnswered  NoticeKind = "case_answered"  // who reported has answered their question
	ToldCaseAppealed  NoticeKind = "case_appealed"  // an appeal is theirs to judge (R45)
	ToldCaseDecided   NoticeKind = "case_decided"   // the author
	ToldCaseReviewed  NoticeKind = "case_reviewed"  // the author: an appeal was answered
	ToldReportAsked   NoticeKind = "report_asked"   // who reported: something is asked
	ToldReportDecided NoticeKind = "report_decided" // who reported
)

// caseNotices are the kinds of notice about cases.
func caseNotices() []NoticeKind {
	return []NoticeKind{
		ToldCaseAssigned, ToldCaseInformed, ToldCaseEscalated, ToldCaseOverdue, ToldCaseAnswered, ToldCaseAppealed, ToldCaseDecided, ToldCaseReviewed,
		ToldReportAsked, ToldReportDecided,
	}
}

// occurrence is the case as a notice speaks of it. Who acted is not in it: the trail tells.
func (c Case) occurrence() Occurrence {
	o := Occurrence{Case: c.ID, Title: c.Target.Title}
	if c.Local() {
		o.Contribution, o.Space = c.Target.Contribution, c.Target.Space
	}
	return o
}

// bench are those who judge cases here, without whom the case concerns.
func (f CaseFile) bench() []id.Person {
	var list []id.Person
	for _, a := range f.Answerers {
		if a.As != ToOwner && a.As != ToBackup && f.unconcerned(a.Person) {
			list = append(list, a.Person)
		}
	}
	return list
}

// examiners are whom the case is assigned to or, where that is nobody, all who judge here.
func (f CaseFile) examiners() []id.Person {
	if f.Assignee.IsZero() {
		return f.bench()
	}
	return []id.Person{f.Assignee}
}

// tell says who of those who examine is told what of an act. It is pure.
func (f CaseFile) tell(act workflow.Action) []Telling {
	kind, ok := map[workflow.Action]NoticeKind{
		workflow.Assign: ToldCaseAssigned, workflow.Reassign: ToldCaseAssigned, workflow.ReopenCase: ToldCaseAssigned, workflow.Escalate: ToldCaseEscalated,
		workflow.Respond: ToldCaseAnswered, workflow.Appeal: ToldCaseAppealed,
	}[act]
	if !ok || !f.Status.Open() {
		return nil
	}
	tellings := []Telling{{Kind: kind, Persons: f.examiners()}}
	if act == workflow.Assign && f.Severity >= severe && f.AssignedAs == ToDirector {
		for _, a := range f.Answerers {
			if a.As == ToOwner && f.unconcerned(a.Person) {
				tellings = append(tellings, Telling{Kind: ToldCaseInformed, Persons: []id.Person{a.Person}})
			}
		}
	}
	return tellings
}

// tellParties tells the author and those who reported, each apart, in the establishment where
// they are. Of what is sealed the author is told nothing, and those who reported that it has been
// dealt with (R50). A question is told to whom it is for.
func tellParties(ctx context.Context, tx CasesTx, o CaseOrder, m outbox.Message, now time.Time) error {
	act := workflow.Action(m.Note)
	switch act {
	case workflow.DecideCase, workflow.Dismiss, workflow.Overturn:
	case workflow.Inquire:
		return tx.Tell(ctx, m.ID, o.Case.content(), []Telling{{Kind: ToldReportAsked, Persons: o.asked()}}, now)
	default:
		return nil
	}
	sealed := o.Ruling != nil && o.Ruling.Sealed
	if author := o.Case.Target.Author; !author.IsZero() && !sealed {
		if err := tellAuthor(ctx, tx, o.Case, act, m, now); err != nil {
			return err
		}
	}
	told := o.Case.content()
	if sealed {
		told = Occurrence{}
	}
	return tx.Tell(ctx, m.ID, told, []Telling{{Kind: ToldReportDecided, Persons: o.reporters()}}, now)
}

// tellAuthor tells the author what was decided, here and by mail.
func tellAuthor(ctx context.Context, tx CasesTx, c Case, act workflow.Action, m outbox.Message, now time.Time) error {
	kind := ToldCaseDecided
	if act != workflow.DecideCase {
		kind = ToldCaseReviewed
	}
	told := c.content()
	told.AuthorCase = c.ToldAs
	if err := tx.Tell(ctx, m.ID, told, []Telling{{Kind: kind, Persons: []id.Person{c.Target.Author}}}, now); err != nil {
		return err
	}
	item := mail.Item{Cause: m.ID.UUID, Kind: mail.CaseDecided, Person: c.Target.Author, Case: c.ID, Reference: c.Reference}
	return tx.Post(ctx, []mail.Item{item}, now, now)
}

// content is what a case is about as a party is told of it.
func (c Case) content() Occurrence {
	return Occurrence{Contribution: c.Target.Contribution, Space: c.Target.Space, Title: c.Target.Title}
}

func known(persons []id.Person) []id.Person {
	var list []id.Person
	for _, p := range persons {
		if !p.IsZero() {
			list = append(list, p)
		}
	}
	return list
}

// reporters are those who were signed in when they reported.
func (o CaseOrder) reporters() []id.Person {
	list := make([]id.Person, len(o.Reports))
	for i, r := range o.Reports {
		list[i] = r.Person
	}
	return known(list)
}

// asked is whom the latest question is for, where they were signed in.
func (o CaseOrder) asked() []id.Person {
	for _, r := range o.Reports {
		if r.ID == o.Asked {
			return known([]id.Person{r.Person})
		}
	}
	return nil
}

// mail has those who reported told by mail of what an act has written to them.
func (f CaseFile) mail(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	var kind CaseLetterKind
	reports := f.Reports
	switch workflow.Action(m.Note) {
	case workflow.DecideCase, workflow.Dismiss, workflow.Overturn:
		kind = LetterDecision
	case workflow.Inquire:
		kind = LetterQuestion
		parts, err := tx.CaseParts(ctx, f.ID)
		if err != nil {
			return err
		}
		reports = f.asked(parts.Entries)
	default:
		return nil
	}
	for _, r := range reports {
		if err := f.mailReporter(ctx, tx, r, kind, m.ID.UUID, now); err != nil {
			return err
		}
	}
	return nil
}

// asked is whom the last question is for.
func (f CaseFile) asked(entries []CaseEntry) []Report {
	var last id.Report
	for _, e := range entries {
		if e.Kind == EntryQuestion {
			last = e.Report
		}
	}
	for _, r := range f.Reports {
		if r.ID == last {
			return []Report{r}
		}
	}
	return nil
}

// mailReporter has one who reported told by mail, where an address is known, that something is
// on the follow-up page: the letter carries its reference and a follow-up address, and nothing
// of what it is about.
func (f CaseFile) mailReporter(ctx context.Context, tx CasesTx, r Report, kind CaseLetterKind, cause uuid.UUID, now time.Time) error {
	if r.Email == "" {
		return nil
	}
	item := mail.Item{
		Cause: cause, Kind: mail.CaseReceived, Case: f.ID, Report: r.ID, Reference: r.Reference,
	}
	switch kind {
	case LetterQuestion:
		item.Kind = mail.CaseQuestion
	case LetterDecision, LetterAnswer:
		item.Kind = mail.CaseDecided
	case LetterReceipt:
	}
	return tx.Post(ctx, []mail.Item{item}, now, now)
}
