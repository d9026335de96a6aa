package workflow

import (
	"slices"

	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
)

// ConsentStatus is where one person's consent to one request stands. Each constant
// says who acts next. What may be shown is not read here but in the cover that is
// resolved from the answers (R27).
type ConsentStatus string

// The statuses of a consent.
const (
	NoConsent         ConsentStatus = ""           // whoever asks
	Asked             ConsentStatus = "asked"      // those who must sign and have not (R29, R30)
	Granted           ConsentStatus = "granted"    // nobody; at least one use is covered
	Refused           ConsentStatus = "refused"    // nobody; whoever refused may think again by themselves
	Revoked           ConsentStatus = "revoked"    // nobody (R33)
	ExpiredConsent    ConsentStatus = "expired"    // nobody (R34)
	SupersededConsent ConsentStatus = "superseded" // nobody; another request of the project took its place
)

// ConsentStatuses lists the statuses of a consent.
func ConsentStatuses() []ConsentStatus {
	return []ConsentStatus{NoConsent, Asked, Granted, Refused, Revoked, ExpiredConsent, SupersededConsent}
}

// Actions on a consent.
const (
	Ask      Action = "ask"
	Grant    Action = "grant"    // the uses named, and no other
	Refuse   Action = "refuse"   // all uses
	Revoke   Action = "revoke"   // R33: never refused
	Reassess Action = "reassess" // a fact changed: authority, age, a setting (R30, R34)
	Expire   Action = "expire"
	Succeed  Action = "succeed" // a later request takes its place
)

// Outcome is what the answers on record come to.
type Outcome string

// The outcomes.
const (
	Unanswered Outcome = "unanswered" // no use is covered yet, and some may still be
	Covered    Outcome = "covered"    // at least one use is covered
	Objected   Outcome = "objected"   // no use can be covered: to each somebody has said no (R30)
)

// Outcomes lists the outcomes.
func Outcomes() []Outcome { return []Outcome{Unanswered, Covered, Objected} }

// ConsentFacts is what the table of consents needs to know. Zero facts meet no need.
type ConsentFacts struct {
	Outcome  Outcome // with the answer that is being given; no outcome counts as unanswered
	Complete bool    // the request says everything (R28), for one project and a time (R31)
	Rested   bool    // nobody who refused or withdrew is asked again too soon (R33)
	Witness  bool    // two of the staff have seen the paper that the family signed
	Over     bool    // the request's time has come to its end, or the person has come of age (R34)
}

func (f ConsentFacts) covered() bool  { return f.Outcome == Covered }
func (f ConsentFacts) objected() bool { return f.Outcome == Objected }
func (f ConsentFacts) open() bool     { return !f.covered() && !f.objected() }

var (
	unansweredYet = When[ConsentFacts]{"an answer is still missing", ConsentFacts.open}
	coversSome    = When[ConsentFacts]{"a use is covered", ConsentFacts.covered}
	objectedToAll = When[ConsentFacts]{"somebody has said no to every use", ConsentFacts.objected}
)

var (
	bySignatories = []actor.Role{actor.Depicted, actor.Guardian}
	byWitnesses   = []actor.Role{actor.Depicted, actor.Guardian, actor.Staff, actor.Officer, actor.Director}
	byAskers      = []actor.Role{actor.Staff, actor.Officer, actor.Director}

	// Nobody consents for a family: who is not one of them brings what they signed.
	ownWord = Need[ConsentFacts]{Name: "own_word", Rule: "R29", Met: func(f ConsentFacts, c Command) bool {
		return c.Actor.Roles.HasAny(bySignatories...) || f.Witness
	}}
	complete = proof("complete", "R28", func(f ConsentFacts) bool { return f.Complete })
	rested   = proof("rested", "R33", func(f ConsentFacts) bool { return f.Rested })
	over     = proof("over", "R34", func(f ConsentFacts) bool { return f.Over })
)

type (
	consentRule  = Rule[ConsentStatus, ConsentFacts]
	consentNeeds = []Need[ConsentFacts]
	consentEmits = []Emit[ConsentFacts]
)

var (
	toTell     = consentEmits{{Kind: outbox.NoticeConsent}}
	toConcern  = consentEmits{{Kind: outbox.ConsentMoved}, {Kind: outbox.NoticeConsent}}
	toReassess = consentEmits{{Kind: outbox.ConsentMoved}}
)

// ConsentTable is the machine of one person's consent. The clock asks too: somebody who
// has come of age, for what a guardian had agreed to (R34).
var ConsentTable = Table[ConsentStatus, ConsentFacts]{Name: "consent", Rules: consentRules()}

func consentRules() []consentRule {
	rules := []consentRule{
		{From: NoConsent, Action: Ask, To: Asked, Roles: append(slices.Clone(byAskers), actor.System), Needs: consentNeeds{complete, rested}, Emits: toTell},
		{From: Granted, Action: Expire, To: ExpiredConsent, Roles: bySystem, Needs: consentNeeds{over}, Emits: toConcern},
		{From: Asked, Action: Expire, To: ExpiredConsent, Roles: bySystem, Needs: consentNeeds{over}, Emits: toReassess},
		{From: Asked, Action: Succeed, To: SupersededConsent, Roles: byAskers, Within: Ask, Emits: toReassess},
		{From: Granted, Action: Succeed, To: SupersededConsent, Roles: byAskers, Within: Ask, Emits: toReassess},
	}
	for _, from := range []ConsentStatus{Asked, Granted, Refused, Revoked} {
		rules = append(rules,
			consentRule{From: from, Action: Refuse, To: Refused, Roles: byWitnesses, Reserved: "R29", Needs: consentNeeds{ownWord}, Emits: toConcern},
			consentRule{From: from, Action: Grant, When: unansweredYet, To: Asked, Roles: byWitnesses, Reserved: "R29", Needs: consentNeeds{ownWord}, Emits: toConcern},
			consentRule{From: from, Action: Grant, When: coversSome, To: Granted, Roles: byWitnesses, Reserved: "R29", Needs: consentNeeds{ownWord}, Emits: toConcern},
			consentRule{From: from, Action: Grant, When: objectedToAll, To: Refused, Roles: byWitnesses, Reserved: "R29", Needs: consentNeeds{ownWord}, Emits: toConcern},
		)
	}
	for _, from := range []ConsentStatus{Asked, Granted} {
		rules = append(rules,
			consentRule{From: from, Action: Reassess, When: unansweredYet, To: Asked, Roles: bySystem, Emits: toReassess},
			consentRule{From: from, Action: Reassess, When: coversSome, To: Granted, Roles: bySystem, Emits: toReassess},
			consentRule{From: from, Action: Reassess, When: objectedToAll, To: Refused, Roles: bySystem, Emits: toConcern},
		)
	}
	// R33: whatever it has come to, a withdrawal is taken, from whoever brings the family's word.
	for _, from := range ConsentStatuses() {
		if from != NoConsent {
			rules = append(rules, consentRule{From: from, Action: Revoke, To: Revoked, Roles: byWitnesses, Reserved: "R33", Emits: toConcern})
		}
	}
	return rules
}
