package workflow

import (
	"time"

	"imprimatur/internal/outbox"
)

// Actions on an authority's order (R48).
const (
	RecordOrder  Action = "record_order" // what was received is written down
	Authenticate Action = "authenticate" // somebody has made sure that it comes from whom it names
	ExecuteOrder Action = "execute"      // blocks what it is about
	AnswerOrder  Action = "answer_order" // a human has told the authority what was done
	LiftOrder    Action = "lift_order"   // ends its block, by a reference
	RejectOrder  Action = "reject_order" // it does not come from whom it names, or orders nothing that is here
	PassOrder    Action = "pass_order"   // to the authority above, where it is the head's own cause
)

// OrderStatuses lists the statuses of an order's case.
func OrderStatuses() []CaseStatus {
	return []CaseStatus{NoCase, CaseOrdered, CaseExecuted, CaseAnswered, CaseClosed}
}

// OrderFacts is what the table of orders needs to know. Zero facts meet no need.
type OrderFacts struct {
	Complete      bool      // it says what an order must: who orders, by what law, where, and it was found (DSA, article 9)
	Authenticated bool      // somebody has made sure of its sender
	Unconcerned   bool      // it is neither the cause of who acts nor, where somebody is above, of the head (R46)
	Above         bool      // there is an authority above, which may handle it
	AlertAt       time.Time // when half of its time is over
	DueAt         time.Time // when all of it is
	TellAt        time.Time // until when its authority wants silence; zero: it does not
}

var (
	ordered       = proof("order_complete", "R48", func(f OrderFacts) bool { return f.Complete })
	authenticated = proof("authenticated", "R48", func(f OrderFacts) bool { return f.Authenticated })
	notConcerned  = proof("unconcerned", "R46", func(f OrderFacts) bool { return f.Unconcerned })
	aboveOrder    = proof("authority", "R40", func(f OrderFacts) bool { return f.Above })
)

type (
	orderRule  = Rule[CaseStatus, OrderFacts]
	orderNeeds = []Need[OrderFacts]
	orderEmits = []Emit[OrderFacts]
)

// The clock of an order runs from its receipt, whether or not its sender is known yet, and
// never pauses.
var (
	toExecute = orderEmits{
		{Kind: outbox.NoticeCase},
		{Kind: outbox.CaseDue, Due: func(f OrderFacts) time.Time { return f.AlertAt }},
		{Kind: outbox.CaseDue, Due: func(f OrderFacts) time.Time { return f.DueAt }},
	}
	// The author is told when the silence that was asked for is over.
	toTellOrder = orderEmits{{Kind: outbox.NoticeCase}, {Kind: outbox.CaseDue, Due: func(f OrderFacts) time.Time { return f.TellAt }}}
	toOrderDesk = orderEmits{{Kind: outbox.NoticeCase}}
)

// OrderTable is the machine of an authority's order, which is a case of its own kind. What it
// has blocked becomes visible by the director's lift alone, with a reference (invariant 3).
var OrderTable = Table[CaseStatus, OrderFacts]{Name: "order", Rules: []orderRule{
	{From: NoCase, Action: RecordOrder, To: CaseOrdered, Roles: byJudges, Reserved: "R48", Needs: orderNeeds{ordered}, Emits: toExecute},
	{From: CaseOrdered, Action: Authenticate, To: CaseOrdered, Roles: byJudges, Reserved: "R48", Needs: orderNeeds{notConcerned}, Reason: NeedText},
	{From: CaseOrdered, Action: ExecuteOrder, To: CaseExecuted, Roles: byJudges, Reserved: "R48", Needs: orderNeeds{authenticated, notConcerned}, Emits: toTellOrder},
	{From: CaseOrdered, Action: RejectOrder, To: CaseClosed, Roles: byDirector, Reserved: "R48", Needs: orderNeeds{notConcerned}, Reason: NeedText, Emits: toOrderDesk},
	{From: CaseOrdered, Action: PassOrder, To: CaseOrdered, Roles: byRouters, Reserved: "R48", Needs: orderNeeds{aboveOrder}, Emits: toExecute},
	{From: CaseExecuted, Action: AnswerOrder, To: CaseAnswered, Roles: byJudges, Reserved: "R48", Needs: orderNeeds{notConcerned}, Reason: NeedText, Emits: toOrderDesk},
	{From: CaseExecuted, Action: LiftOrder, To: CaseClosed, Roles: byDirector, Reserved: "R48", Needs: orderNeeds{notConcerned}, Reason: NeedReference, Emits: toOrderDesk},
	{From: CaseAnswered, Action: LiftOrder, To: CaseClosed, Roles: byDirector, Reserved: "R48", Needs: orderNeeds{notConcerned}, Reason: NeedReference, Emits: toOrderDesk},
}}
