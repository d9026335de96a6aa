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
		ToldReportAsked, ToldReportDecided, ToldCaseUnreferred,
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
// they are. Of what is sealed nobody is told (R50).
func tellParties(ctx context.Context, tx CasesTx, o CaseOrder, m outbox.Message, now time.Time) error {
	var tellings []Telling
	reporters := Telling{Kind: ToldReportDecided, Persons: o.reporters()}
	author := Telling{Kind: ToldCaseDecided, Persons: []id.Person{o.Case.Target.Author}}
	switch workflow.Action(m.Note) {
	case workflow.DecideCase:
		tellings = []Telling{author, reporters}
	case workflow.Dismiss, workflow.Overturn:
		author.Kind = ToldCaseReviewed
		tellings = []Telling{author, reporters}
	case workflow.Inquire:
		reporters.Kind = ToldReportAsked
		tellings = []Telling{reporters}
	default:
		return nil
	}
	if o.Ruling != nil && o.Ruling.Sealed {
		return nil
	}
	occurrence := o.Case.occurrence()
	occurrence.Contribution, occurrence.Space = o.Case.Target.Contribution, o.Case.Target.Space
	for _, telling := range tellings {
		telling.Persons = known(telling.Persons)
		if err := tx.Tell(ctx, m.ID, occurrence, []Telling{telling}, now); err != nil {
			return err
		}
	}
	if author.Persons = known(author.Persons); workflow.Action(m.Note) == workflow.Inquire || len(author.Persons) == 0 {
		return nil
	}
	item := mail.Item{Cause: m.ID.UUID, Kind: mail.CaseDecided, Person: author.Persons[0], Case: o.Case.ID, Reference: o.Case.Reference}
	return tx.Post(ctx, []mail.Item{item}, now, now)
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
	return list
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
