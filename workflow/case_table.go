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
	CaseAssigned     CaseStatus = "assigned"     // whom it is assigned to; the clock, when too much of the time is over (R40, R41)
	CaseExamining    CaseStatus = "examining"    // whoever examines it
	CaseInquiring    CaseStatus = "inquiring"    // who reported, who was asked something; the examination may go on without, and the answer come later
	CaseDecided      CaseStatus = "decided"      // the parties, who may appeal until the time for that is over (R45)
	CaseAppealed     CaseStatus = "appealed"     // another human than who decided; the clock, when the time to answer is over (R45)
	CaseClosed       CaseStatus = "closed"       // nobody
	CaseMerged       CaseStatus = "merged"       // nobody; another case goes on with it
	CaseOrdered      CaseStatus = "ordered"      // whoever judges: makes sure of the sender of an order, and executes it (R48)
	CaseExecuted     CaseStatus = "executed"     // whoever judges: tells the authority what was done
	CaseAnswered     CaseStatus = "answered"     // nobody; the director alone may lift what is blocked
)

// CaseStatuses lists the statuses of a case.
func CaseStatuses() []CaseStatus {
	return []CaseStatus{
		NoCase, CaseReceived, CaseAcknowledged, CaseAssigned, CaseExamining, CaseInquiring, CaseDecided, CaseAppealed, CaseClosed, CaseMerged,
		CaseOrdered, CaseExecuted, CaseAnswered,
	}
}

// Open reports whether the case is to be decided yet. An unknown status counts as open, so
// that nothing is purged for want of a word (R63).
func (s CaseStatus) Open() bool {
	switch s {
	case NoCase, CaseDecided, CaseClosed, CaseMerged, CaseAnswered:
		return false
	case CaseReceived, CaseAcknowledged, CaseAssigned, CaseExamining, CaseInquiring, CaseAppealed, CaseOrdered, CaseExecuted:
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
	Transfer    Action = "transfer" // to the authority above, which handles it from then on
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
	MaskCase    Action = "mask_case" // hides what it is about until it is decided (R42)
	ShowCase    Action = "show_case" // shows it again until then
)

// Verdict is what a case comes to.
type Verdict string

// The verdicts.
const (
	Keep            Verdict = "keep"             // what was reported stays, or comes back
	AskEdit         Verdict = "ask_edit"         // the author is asked for another version; what is live stays meanwhile
	WithdrawAll     Verdict = "withdraw"         // the whole content
	WithdrawPicture Verdict = "withdraw_picture" // a picture, wherever it is used
	Remind          Verdict = "remind"           // the author of a private message is told what is not allowed: it is the ENT's to remove (R25)
	Stand           Verdict = "stand"            // of an author's appeal that no case came before: what was decided then stands
)

// Verdicts lists the verdicts.
func Verdicts() []Verdict {
	return []Verdict{Keep, AskEdit, Remind, WithdrawAll, WithdrawPicture, Stand}
}

// Removes reports whether the verdict takes something from readers, which asks for a
// complete statement of reasons (R43). A verdict that nobody knows does.
func (v Verdict) Removes() bool {
	return v != Keep && v != AskEdit && v != Remind && v != Stand && !slices.Contains(ReplyVerdicts(), v)
}

// CaseFacts is what the table of cases needs to know. Zero facts meet no need.
type CaseFacts struct {
	Verdict       Verdict   // that is being given
	Complete      bool      // what R38 asks for is there
	Unconcerned   bool      // who acts is neither author, target nor reporter, and may judge the head's cause (R46)
	Fresh         bool      // who acts has not judged this exact text, nor decided this case before (R45)
	InTime        bool      // the time to appeal is not over, and who appeals has not yet (R45)
	Lapsed        bool      // nobody may appeal any more
	Late          bool      // its time asks for somebody higher, and it is not with them yet: the share of R40 is over, or all (R41)
	Above         bool      // there is an authority above, which may handle it (R40)
	Continued     bool      // another case that is to be decided yet goes on with it
	Undecided     bool      // no decision was ever taken in it
	Asked         bool      // who answers was asked something, and has not answered yet
	Maskable      bool      // it is about something here that it does not hide yet
	Masked        bool      // it hides that until it is decided
	Unsealed      bool      // what it hides is not sealed, or who acts may unseal it (R50)
	Unordered     bool      // no order of an authority blocks that (R48)
	Located       bool      // there is a message here that a reply answers (R55)
	Shown         bool      // readers see the reply (R57)
	Outlived      bool      // its message is gone, and it has been seen for as long as that, and a day at least (R57)
	AcknowledgeBy time.Time // when it is looked whether somebody was told that it has come (R39)
	AlertAt       time.Time // when who is to answer a reply is reminded first (R56)
	EscalateAt    time.Time // when it goes higher; of a reply, when they are reminded again
	DueAt         time.Time // when all of it is
	CloseAt       time.Time // when the time to appeal is over
}

func (f CaseFacts) removes() bool { return f.Verdict.Removes() }

var (
	removing = When[CaseFacts]{"something is withdrawn", CaseFacts.removes}
	keeping  = When[CaseFacts]{"nothing is withdrawn", func(f CaseFacts) bool { return !f.removes() }}
)

var (
	byReporter  = []actor.Role{actor.Reporter}
	byIntake    = []actor.Role{actor.Reporter, actor.System}
	byParties   = []actor.Role{actor.Reporter, actor.Author}
	byExaminer  = []actor.Role{actor.Examiner}
	byJudges    = []actor.Role{actor.Director, actor.Judge}
	byRouters   = []actor.Role{actor.Director, actor.Judge, actor.System}
	byHandlers  = []actor.Role{actor.Examiner, actor.Director, actor.Judge}
	byMovers    = slices.Concat(byHandlers, bySystem)
	unconcerned = proof("unconcerned", "R46", func(f CaseFacts) bool { return f.Unconcerned })
	fresh       = proof("fresh_eyes", "R45", func(f CaseFacts) bool { return f.Fresh })
	stated      = proof("verdict", "R43", func(f CaseFacts) bool { return slices.Contains(Verdicts(), f.Verdict) })
	located     = proof("report_complete", "R38", func(f CaseFacts) bool { return f.Complete })
	inTime      = proof("appeal_in_time", "R45", func(f CaseFacts) bool { return f.InTime })
	lapsed      = proof("appeal_lapsed", "R45", func(f CaseFacts) bool { return f.Lapsed })
	above       = proof("authority", "R40", func(f CaseFacts) bool { return f.Above })
	continued   = proof("continued", "R43", func(f CaseFacts) bool { return f.Continued })
	undecided   = nature("undecided", "R45", func(f CaseFacts) bool { return f.Undecided })
	asked       = proof("asked", "R43", func(f CaseFacts) bool { return f.Asked })
	maskable    = nature("maskable", "R42", func(f CaseFacts) bool { return f.Maskable })
	masked      = nature("masked", "R42", func(f CaseFacts) bool { return f.Masked })
	unsealed    = proof("director_unseals", "R50", func(f CaseFacts) bool { return f.Unsealed })
	unordered   = proof("unordered", "R48", func(f CaseFacts) bool { return f.Unordered })

	// Nobody chooses who judges their own cause, nor makes it vanish in another; they hand it
	// up. The worker has no cause.
	ownCause = Need[CaseFacts]{Name: unconcerned.Name, Rule: unconcerned.Rule, Met: func(f CaseFacts, c Command) bool {
		return f.Unconcerned || c.Actor.Roles.Has(actor.System)
	}}
	// The clock escalates what is late; humans whenever they think fit.
	late = Need[CaseFacts]{Name: "late", Rule: "R41", Met: func(f CaseFacts, c Command) bool {
		return f.Late || c.Actor.Roles.HasAny(byHandlers...)
	}}
)

// Unacknowledged is the note of the message that looks whether a report was acknowledged in time (R39).
const Unacknowledged = "unacknowledged"

type (
	caseRule  = Rule[CaseStatus, CaseFacts]
	caseNeeds = []Need[CaseFacts]
	caseEmits = []Emit[CaseFacts]
)

// The clock of a case is set when a time begins: with its assignment, an appeal, a
// reopening and each judgement. It goes on whoever has the case in hand, since legal times
// never pause.
var (
	toAcknowledge = caseEmits{
		{Kind: outbox.ReceiveCase},
		{Kind: outbox.CaseDue, Due: func(f CaseFacts) time.Time { return f.AcknowledgeBy }, If: func(f CaseFacts) bool { return !f.AcknowledgeBy.IsZero() }, Note: Unacknowledged},
	}
	toRoute     = caseEmits{{Kind: outbox.RouteCase}}
	toConcerned = caseEmits{{Kind: outbox.NoticeCase}}
	toExamine   = caseEmits{
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
	toAssign, toJudge := caseNeeds{ownCause}, caseNeeds{unconcerned, fresh, stated}
	rules := []caseRule{
		{From: NoCase, Action: Report, To: CaseReceived, Roles: byIntake, Needs: caseNeeds{located}, Emits: toAcknowledge},
		{From: CaseReceived, Action: Acknowledge, To: CaseAcknowledged, Roles: bySystem, Emits: toRoute},
		{From: CaseAcknowledged, Action: Assign, To: CaseAssigned, Roles: byRouters, Needs: toAssign, Emits: toExamine},
		{From: CaseAssigned, Action: Examine, To: CaseExamining, Roles: byExaminer, Needs: caseNeeds{unconcerned, fresh}},
		{From: CaseExamining, Action: Inquire, To: CaseInquiring, Roles: byExaminer, Needs: caseNeeds{unconcerned}, Reason: NeedText, Emits: toConcerned},
	}
	for _, from := range []CaseStatus{CaseExamining, CaseInquiring} {
		rules = append(rules,
			caseRule{From: from, Action: DecideCase, When: keeping, To: CaseDecided, Roles: byExaminer, Needs: toJudge, Reason: NeedText, Emits: toJudgement},
			caseRule{From: from, Action: DecideCase, When: removing, To: CaseDecided, Roles: byExaminer, Needs: toJudge, Reason: NeedStatement, Emits: toJudgement},
		)
	}
	rules = append(rules,
		caseRule{From: CaseDecided, Action: Appeal, To: CaseAppealed, Roles: byParties, Reserved: "R45", Needs: caseNeeds{inTime}, Reason: NeedText, Emits: toExamine},
		caseRule{From: CaseAppealed, Action: Appeal, To: CaseAppealed, Roles: byParties, Reserved: "R45", Needs: caseNeeds{inTime}, Reason: NeedText, Emits: toConcerned},
		caseRule{From: CaseDecided, Action: CloseCase, To: CaseClosed, Roles: bySystem, Needs: caseNeeds{lapsed}},
		caseRule{From: CaseAppealed, Action: Dismiss, To: CaseDecided, Roles: byExaminer, Reserved: "R45", Needs: caseNeeds{unconcerned, fresh}, Reason: NeedText, Emits: toJudgement},
		caseRule{From: CaseAppealed, Action: Overturn, When: keeping, To: CaseDecided, Roles: byExaminer, Reserved: "R45", Needs: toJudge, Reason: NeedText, Emits: toJudgement},
		caseRule{From: CaseAppealed, Action: Overturn, When: removing, To: CaseDecided, Roles: byExaminer, Reserved: "R45", Needs: toJudge, Reason: NeedStatement, Emits: toJudgement},
		caseRule{From: CaseClosed, Action: ReopenCase, To: CaseAssigned, Roles: byJudges, Needs: caseNeeds{unconcerned}, Reason: NeedText, Emits: toExamine},
	)
	return slices.Concat(rules, answered(), interim(), handedOver())
}

// answered are the ways of an answer. Whoever was asked may give it for as long as the case is examined,
// whoever has it in hand by then; only where it is waited for does the examination go on by it.
func answered() []caseRule {
	var rules []caseRule
	for _, from := range []CaseStatus{CaseReceived, CaseAcknowledged, CaseAssigned, CaseExamining, CaseInquiring} {
		to := from
		if from == CaseInquiring {
			to = CaseExamining
		}
		rules = append(rules, caseRule{From: from, Action: Respond, To: to, Roles: byReporter, Needs: caseNeeds{asked}, Reason: NeedText, Emits: toConcerned})
	}
	return rules
}

// interim are the words that whoever examines has on what readers see until it is decided (R42).
// Nobody brings back by that what they have let appear themselves.
func interim() []caseRule {
	var rules []caseRule
	toShow := caseNeeds{masked, unconcerned, fresh, unsealed, unordered}
	for _, from := range []CaseStatus{CaseAssigned, CaseExamining, CaseInquiring} {
		rules = append(rules,
			caseRule{From: from, Action: MaskCase, To: from, Roles: byExaminer, Needs: caseNeeds{maskable, unconcerned}},
			caseRule{From: from, Action: ShowCase, To: from, Roles: byExaminer, Needs: toShow, Reason: NeedText, Emits: toConcerned},
		)
	}
	return rules
}

// handedOver are the ways from hand to hand. An appeal stays one, whoever is to judge it.
func handedOver() []caseRule {
	var rules []caseRule
	for _, from := range []CaseStatus{CaseAssigned, CaseExamining, CaseInquiring, CaseAppealed} {
		to := CaseAssigned
		if from == CaseAppealed {
			to = CaseAppealed
		}
		rules = append(rules,
			caseRule{From: from, Action: Reassign, To: to, Roles: byMovers, Needs: caseNeeds{ownCause}, Reason: NeedText, Emits: toConcerned},
			caseRule{From: from, Action: Escalate, To: to, Roles: byMovers, Needs: caseNeeds{late}, Emits: toConcerned},
		)
	}
	for _, from := range []CaseStatus{CaseAcknowledged, CaseAssigned, CaseExamining, CaseInquiring} {
		rules = append(rules, caseRule{From: from, Action: Transfer, To: CaseAcknowledged, Roles: byRouters, Needs: caseNeeds{above}, Emits: toRoute})
	}
	rules = append(rules, caseRule{From: CaseAppealed, Action: Transfer, To: CaseAppealed, Roles: byRouters, Needs: caseNeeds{above}, Emits: toRoute})
	for _, from := range []CaseStatus{CaseReceived, CaseAcknowledged, CaseAssigned, CaseExamining, CaseInquiring} {
		rules = append(rules, caseRule{From: from, Action: Merge, To: CaseMerged, Roles: byMovers, Needs: caseNeeds{undecided, ownCause, continued}, Emits: toConcerned})
	}
	return rules
}
