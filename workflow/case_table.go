package workflow

import (
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
)

// CaseStatus is how far the examination of a case has come. Each constant says who acts
// next.
type CaseStatus string

// The statuses of a case.
const (
	NoCase           CaseStatus = ""             // whoever reports
	CaseReceived     CaseStatus = "received"     // the worker: acknowledges, and masks what is grave (R39, R42)
	CaseAcknowledged CaseStatus = "acknowledged" // the worker: routes (R40)
	CaseAssigned     CaseStatus = "assigned"     // whom it is assigned to; the clock, when half of the time is over (R41)
	CaseExamining    CaseStatus = "examining"    // whoever examines it
	CaseInquiring    CaseStatus = "inquiring"    // who reported, who was asked something; the examination may go on without
	CaseDecided      CaseStatus = "decided"      // the parties, who may appeal until the time for that is over (R45)
	CaseAppealed     CaseStatus = "appealed"     // another human than who decided (R45)
	CaseClosed       CaseStatus = "closed"       // nobody
	CaseMerged       CaseStatus = "merged"       // nobody; another case goes on with it
)

// CaseStatuses lists the statuses of a case.
func CaseStatuses() []CaseStatus {
	return []CaseStatus{
		NoCase, CaseReceived, CaseAcknowledged, CaseAssigned, CaseExamining, CaseInquiring, CaseDecided, CaseAppealed, CaseClosed, CaseMerged,
	}
}

// Open reports whether the case is to be decided yet. An unknown status counts as open, so
// that nothing is purged for want of a word (R63).
func (s CaseStatus) Open() bool {
	switch s {
	case NoCase, CaseDecided, CaseClosed, CaseMerged:
		return false
	case CaseReceived, CaseAcknowledged, CaseAssigned, CaseExamining, CaseInquiring, CaseAppealed:
	}
	return true
}

// Actions on a case.
const (
	Report      Action = "report"
	Acknowledge Action = "acknowledge"
	Assign      Action = "assign"
	Reassign    Action = "reassign"
	Escalate    Action = "escalate" // to the head of establishment
	Transfer    Action = "transfer" // to the authority above, which then handles it
	Examine     Action = "examine"
	Inquire     Action = "inquire" // asks who reported for something
	Respond     Action = "respond" // answers that
	DecideCase  Action = "decide"
	Appeal      Action = "appeal"
	Dismiss     Action = "dismiss"  // the appeal: what was decided stands
	Overturn    Action = "overturn" // the appeal is upheld
	CloseCase   Action = "close_case"
	ReopenCase  Action = "reopen_case"
	Merge       Action = "merge"
)

// Verdict is what a case comes to.
type Verdict string

// The verdicts.
const (
	Keep            Verdict = "keep"             // what was reported stays, or comes back
	AskEdit         Verdict = "ask_edit"         // the author is asked for another version; what is live stays meanwhile
	WithdrawAll     Verdict = "withdraw"         // the whole content
	WithdrawPicture Verdict = "withdraw_picture" // a picture, wherever it is used
)

// Verdicts lists the verdicts.
func Verdicts() []Verdict { return []Verdict{Keep, AskEdit, WithdrawAll, WithdrawPicture} }

// Removes reports whether the verdict takes something from readers, which asks for a
// complete statement of reasons (R43). A verdict that nobody knows does.
func (v Verdict) Removes() bool { return v != Keep && v != AskEdit }

// CaseFacts is what the table of cases needs to know. Zero facts meet no need.
type CaseFacts struct {
	Verdict     Verdict   // that is being given
	Complete    bool      // what R38 asks for is there
	Unconcerned bool      // who acts is neither author, target nor reporter, and may judge the head's cause (R46)
	Fresh       bool      // who acts has not judged this exact text, nor decided this case before (R45)
	InTime      bool      // the time to appeal is not over, and nobody has appealed yet (R45)
	Lapsed      bool      // the time to appeal is over
	Late        bool      // its time asks for somebody higher: half of it is over, or all (R40, R41)
	Above       bool      // there is an authority above, which may handle it (R40)
	EscalateAt  time.Time // when half of its time is over
	DueAt       time.Time // when all of it is
	CloseAt     time.Time // when the time to appeal is over
}

func (f CaseFacts) removes() bool { return f.Verdict.Removes() }

var (
	removing = When[CaseFacts]{"something is withdrawn", CaseFacts.removes}
	keeping  = When[CaseFacts]{"nothing is withdrawn", func(f CaseFacts) bool { return !f.removes() }}
)

var (
	byReporters = []actor.Role{actor.Reporter, actor.System}
	byParties   = []actor.Role{actor.Reporter, actor.Author}
	byExaminers = []actor.Role{actor.Examiner}
	byJudges    = []actor.Role{actor.Director, actor.Judge}
	byRouters   = []actor.Role{actor.Director, actor.Judge, actor.System}
	byMovers    = []actor.Role{actor.Examiner, actor.Director, actor.Judge, actor.System}

	unconcerned = proof("unconcerned", "R46", func(f CaseFacts) bool { return f.Unconcerned })
	fresh       = proof("fresh_eyes", "R45", func(f CaseFacts) bool { return f.Fresh })
	stated      = proof("verdict", "R43", func(f CaseFacts) bool { return slices.Contains(Verdicts(), f.Verdict) })
	located     = proof("report_complete", "R38", func(f CaseFacts) bool { return f.Complete })
	inTime      = proof("appeal_in_time", "R45", func(f CaseFacts) bool { return f.InTime })
	lapsed      = proof("appeal_lapsed", "R45", func(f CaseFacts) bool { return f.Lapsed })
	above       = proof("authority", "R40", func(f CaseFacts) bool { return f.Above })
	late        = Need[CaseFacts]{Name: "late", Rule: "R41", Met: func(f CaseFacts, c Command) bool {
		return f.Late || !c.Actor.Roles.Has(actor.System)
	}}
)

type (
	caseRule  = Rule[CaseStatus, CaseFacts]
	caseNeeds = []Need[CaseFacts]
	caseEmits = []Emit[CaseFacts]
)

var (
	toAcknowledge = caseEmits{{Kind: outbox.ReceiveCase}}
	toRoute       = caseEmits{{Kind: outbox.RouteCase}}
	toParties     = caseEmits{{Kind: outbox.NoticeCase}}
	toExaminer    = caseEmits{
		{Kind: outbox.NoticeCase},
		{Kind: outbox.CaseDue, Due: func(f CaseFacts) time.Time { return f.EscalateAt }},
		{Kind: outbox.CaseDue, Due: func(f CaseFacts) time.Time { return f.DueAt }},
	}
	toJudgement = caseEmits{{Kind: outbox.NoticeCase}, {Kind: outbox.CaseDue, Due: func(f CaseFacts) time.Time { return f.CloseAt }}}
)

// CaseTable is the machine of a case: the examination of what was reported, however many
// have reported it.
var CaseTable = Table[CaseStatus, CaseFacts]{Name: "case", Rules: caseRules()}

func caseRules() []caseRule {
	rules := []caseRule{
		{From: NoCase, Action: Report, To: CaseReceived, Roles: byReporters, Needs: caseNeeds{located}, Emits: toAcknowledge},
		{From: CaseReceived, Action: Acknowledge, To: CaseAcknowledged, Roles: bySystem, Emits: toRoute},
		{From: CaseAcknowledged, Action: Assign, To: CaseAssigned, Roles: byRouters, Emits: toExaminer},
		{From: CaseAssigned, Action: Examine, To: CaseExamining, Roles: byExaminers, Needs: caseNeeds{unconcerned, fresh}},
		{From: CaseExamining, Action: Inquire, To: CaseInquiring, Roles: byExaminers, Needs: caseNeeds{unconcerned}, Reason: NeedText, Emits: toParties},
		{From: CaseInquiring, Action: Respond, To: CaseExamining, Roles: byReporters, Reason: NeedText, Emits: toParties},
		{From: CaseDecided, Action: Appeal, To: CaseAppealed, Roles: byParties, Reserved: "R45", Needs: caseNeeds{inTime}, Reason: NeedText, Emits: toExaminer},
		{From: CaseDecided, Action: CloseCase, To: CaseClosed, Roles: bySystem, Needs: caseNeeds{lapsed}},
		{From: CaseClosed, Action: ReopenCase, To: CaseAssigned, Roles: byJudges, Needs: caseNeeds{unconcerned}, Reason: NeedText, Emits: toExaminer},
		{From: CaseAppealed, Action: Dismiss, To: CaseDecided, Roles: byExaminers, Reserved: "R45", Needs: caseNeeds{unconcerned, fresh}, Reason: NeedText, Emits: toJudgement},
		{From: CaseAppealed, Action: Overturn, When: keeping, To: CaseDecided, Roles: byExaminers, Reserved: "R45", Needs: caseNeeds{unconcerned, fresh, stated}, Reason: NeedText, Emits: toJudgement},
		{From: CaseAppealed, Action: Overturn, When: removing, To: CaseDecided, Roles: byExaminers, Reserved: "R45", Needs: caseNeeds{unconcerned, fresh, stated}, Reason: NeedStatement, Emits: toJudgement},
	}
	for _, from := range []CaseStatus{CaseExamining, CaseInquiring} {
		rules = append(rules,
			caseRule{From: from, Action: DecideCase, When: keeping, To: CaseDecided, Roles: byExaminers, Needs: caseNeeds{unconcerned, fresh, stated}, Reason: NeedText, Emits: toJudgement},
			caseRule{From: from, Action: DecideCase, When: removing, To: CaseDecided, Roles: byExaminers, Needs: caseNeeds{unconcerned, fresh, stated}, Reason: NeedStatement, Emits: toJudgement},
		)
	}
	for _, from := range []CaseStatus{CaseAssigned, CaseExamining, CaseInquiring} {
		rules = append(rules,
			caseRule{From: from, Action: Reassign, To: CaseAssigned, Roles: byMovers, Reason: NeedText, Emits: toExaminer},
			caseRule{From: from, Action: Escalate, To: CaseAssigned, Roles: byMovers, Needs: caseNeeds{late}, Emits: toExaminer},
			caseRule{From: from, Action: Transfer, To: CaseAcknowledged, Roles: byMovers, Needs: caseNeeds{above}, Emits: toRoute},
		)
	}
	for _, from := range []CaseStatus{CaseReceived, CaseAcknowledged, CaseAssigned, CaseExamining, CaseInquiring} {
		rules = append(rules, caseRule{From: from, Action: Merge, To: CaseMerged, Roles: byMovers, Emits: toParties})
	}
	return rules
}
