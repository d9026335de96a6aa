package moderation

import (
	"context"
	"time"

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
	reporters := Telling{Kind: ToldReportDecided, Crowd: Reporters}
	author := Telling{Kind: ToldCaseDecided, Persons: []id.Person{o.Case.Target.Author}}
	switch workflow.Action(m.Note) {
	case workflow.DecideCase:
		tellings = []Telling{author, reporters}
	case workflow.Dismiss, workflow.Overturn:
		author.Kind = ToldCaseReviewed
		tellings = []Telling{author, reporters}
	case workflow.Inquire:
		tellings = []Telling{{Kind: ToldReportAsked, Persons: []id.Person{o.Asked}}}
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

// mailQuestion has whom the last question is for told of it by mail, where an address is known.
func (f CaseFile) mailQuestion(ctx context.Context, tx CasesTx, now time.Time) error {
	parts, err := tx.CaseParts(ctx, f.ID, id.Report{})
	if err != nil {
		return err
	}
	asked := asked(parts.Entries)
	if asked.Report.IsZero() {
		return nil
	}
	report, err := tx.ReportIn(ctx, f.ID, asked.Report)
	if err != nil || report.Email == "" {
		return err
	}
	return tx.Post(ctx, []mail.Item{f.item(report, CaseLetter{Kind: LetterQuestion, Cause: asked.ID.UUID})}, now, now)
}

// asked is the last question; the zero CaseEntry where there was none.
func asked(entries []CaseEntry) CaseEntry {
	var last CaseEntry
	for _, e := range entries {
		if e.Kind == EntryQuestion {
			last = e
		}
	}
	return last
}
