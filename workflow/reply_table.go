package workflow

import (
	"time"

	"imprimatur/internal/outbox"
)

// Actions on a reply of somebody who is named or designated, beside those that every case
// has.
const (
	InsertReply Action = "insert_reply" // under the message, unaltered
	RefuseReply Action = "refuse_reply"
	EndReply    Action = "end_reply" // takes it from readers, long after its message
)

// What a reply comes to.
const (
	ReplyInserted Verdict = "inserted"
	ReplyRefused  Verdict = "refused"
)

// ReplyVerdicts lists what a reply comes to.
func ReplyVerdicts() []Verdict { return []Verdict{ReplyInserted, ReplyRefused} }

var (
	shownReply = nature("reply_shown", "R57", func(f CaseFacts) bool { return f.Shown })
	withIt     = proof("message_gone", "R57", func(f CaseFacts) bool { return f.Outlived })
	repliable  = proof("reply_complete", "R55", func(f CaseFacts) bool { return f.Complete })
	redressed  = proof("redress_lapsed", "R56", func(f CaseFacts) bool { return f.Lapsed })
	aMessage   = proof("message", "R55", func(f CaseFacts) bool { return f.Located })
)

// ReplyTable is the machine of a case of another kind: the right of reply (R55 to R57). It
// is answered by the director or, where that is their own cause, by who directs the authority
// above; by nobody in their name.
var ReplyTable = Table[CaseStatus, CaseFacts]{Name: CaseTable.Name, Rules: replyRules()}

func replyRules() []caseRule {
	toAnswer := caseEmits{
		{Kind: outbox.NoticeCase},
		{Kind: outbox.CaseDue, Due: func(f CaseFacts) time.Time { return f.AlertAt }},
		{Kind: outbox.CaseDue, Due: func(f CaseFacts) time.Time { return f.EscalateAt }},
		{Kind: outbox.CaseDue, Due: func(f CaseFacts) time.Time { return f.DueAt }},
	}
	rules := []caseRule{
		{From: NoCase, Action: Report, To: CaseReceived, Roles: byIntake, Needs: caseNeeds{repliable}, Emits: toAcknowledge},
		{From: CaseReceived, Action: Acknowledge, To: CaseAcknowledged, Roles: bySystem, Emits: toRoute},
		{From: CaseAcknowledged, Action: Assign, To: CaseAssigned, Roles: bySystem, Emits: toAnswer},
		{From: CaseAssigned, Action: Examine, To: CaseExamining, Roles: byDirector, Reserved: "R56", Needs: caseNeeds{unconcerned}},
	}
	for _, from := range []CaseStatus{CaseAcknowledged, CaseAssigned, CaseExamining} {
		rules = append(rules, caseRule{From: from, Action: Transfer, To: CaseAcknowledged, Roles: bySystem, Needs: caseNeeds{above}, Emits: toRoute})
	}
	for _, from := range []CaseStatus{CaseAssigned, CaseExamining} {
		rules = append(rules,
			caseRule{From: from, Action: InsertReply, To: CaseDecided, Roles: byDirector, Reserved: "R56", Needs: caseNeeds{unconcerned, aMessage}, Emits: toJudgement},
			caseRule{From: from, Action: RefuseReply, To: CaseDecided, Roles: byDirector, Reserved: "R56", Needs: caseNeeds{unconcerned}, Reason: NeedText, Emits: toJudgement},
		)
	}
	rules = append(rules, caseRule{From: CaseDecided, Action: CloseCase, To: CaseClosed, Roles: bySystem, Needs: caseNeeds{redressed}})
	for _, from := range []CaseStatus{CaseDecided, CaseClosed} {
		rules = append(rules, caseRule{From: from, Action: EndReply, To: from, Roles: byDirector, Reserved: "R57", Needs: caseNeeds{shownReply, withIt}, Emits: toConcerned})
	}
	return rules
}
