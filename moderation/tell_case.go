package moderation

import (
	"context"
	"slices"
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
	ToldCaseEscalated NoticeKind = "case_escalated" // too much of its time is over, and it is theirs now (R40)
	ToldCaseOverdue   NoticeKind = "case_overdue"   // all of its time is over (R41)
	ToldCaseAnswered  NoticeKind = "case_answered"  // who reported has answered their question
	ToldCaseAppealed  NoticeKind = "case_appealed"  // an appeal is theirs to judge (R45)
	ToldCaseDecided   NoticeKind = "case_decided"   // the author
	ToldCaseReviewed  NoticeKind = "case_reviewed"  // the author: an appeal was answered
	ToldReportAsked   NoticeKind = "report_asked"   // who reported: something is asked
	ToldReportDecided NoticeKind = "report_decided" // who reported

	ToldReplyToAnswer  NoticeKind = "reply_to_answer"  // the director: a reply waits for them (R56)
	ToldReplyDue       NoticeKind = "reply_due"        // a day after it came
	ToldReplySoon      NoticeKind = "reply_soon"       // and another
	ToldReplyOverdue   NoticeKind = "reply_overdue"    // all of its time is over
	ToldReplyLateBelow NoticeKind = "reply_late_below" // who directs the authority above: the same, for information
	ToldReplyInserted  NoticeKind = "reply_inserted"   // the author: a reply stands under their text (R57)
)

// caseNotices are the kinds of notice about cases.
func caseNotices() []NoticeKind {
	return []NoticeKind{
		ToldCaseAssigned, ToldCaseInformed, ToldCaseEscalated, ToldCaseOverdue, ToldCaseAnswered, ToldCaseAppealed, ToldCaseDecided, ToldCaseReviewed,
		ToldReportAsked, ToldReportDecided, ToldReplyToAnswer, ToldReplyDue, ToldReplySoon, ToldReplyOverdue, ToldReplyLateBelow, ToldReplyInserted, ToldCaseUnreferred,
	}
}

// ToParty reports whether the notice is for a party of a case: the case's own id is not theirs to know,
// since it tells when somebody first reported (R44).
func (k NoticeKind) ToParty() bool {
	parties := []NoticeKind{ToldMasked, ToldCaseDecided, ToldCaseReviewed, ToldReportAsked, ToldReportDecided, ToldReplyInserted, ToldOrderBlocked, ToldOrderLifted, ToldChildDecided, ToldUnfounded}
	return slices.Contains(append(parties, pressNotices()...), k)
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

// examiners are who has the case in hand or, where that is nobody, all who judge here.
func (f CaseFile) examiners() []id.Person {
	if f.inHand().IsZero() {
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
	if f.Kind == OfReply {
		return []Telling{{Kind: ToldReplyToAnswer, Persons: f.examiners()}}
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
	case ActTellGuardians:
		return tellGuardians(ctx, tx, o.Case, m, now)
	case workflow.InsertReply:
		return tx.Tell(ctx, m.ID, o.Case.content(), []Telling{{Kind: ToldReplyInserted, Persons: known([]id.Person{o.Case.Target.Author})}}, now)
	case workflow.ShowCase:
		return tellShown(ctx, tx, o, m, now)
	case workflow.Inquire:
		return tx.Tell(ctx, m.ID, o.Case.content(), []Telling{{Kind: ToldReportAsked, Persons: known([]id.Person{o.Asked})}}, now)
	default:
		return nil
	}
	told := o.Case.content()
	if o.Ruling != nil && o.Ruling.Sealed {
		told = Occurrence{Case: o.Case.ID}
	} else if !o.Case.Target.Author.IsZero() {
		if err := tellAuthor(ctx, tx, o.Case, act, m, now); err != nil {
			return err
		}
	}
	return tx.Tell(ctx, m.ID, told, []Telling{{Kind: ToldReportDecided, Crowd: Reporters}}, now)
}

// tellShown tells the author that what was hidden until it is decided is in sight again; of what was
// sealed they were told nothing (R50).
func tellShown(ctx context.Context, tx CasesTx, o CaseOrder, m outbox.Message, now time.Time) error {
	if anySeals(o.Case, o.Tally) {
		return nil
	}
	told := o.Case.content()
	told.Case = id.Case{}
	return tx.Tell(ctx, m.ID, told, []Telling{{Kind: ToldRestored, Persons: known([]id.Person{o.Case.Target.Author})}}, now)
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

// content is what a case is about as a party is told of it, who does not learn its id (R44).
func (c Case) content() Occurrence {
	return Occurrence{Case: c.ID, Contribution: c.Target.Contribution, Space: c.Target.Space, Title: c.Target.Title}
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
