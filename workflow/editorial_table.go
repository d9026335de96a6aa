package workflow

import (
	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
)

type (
	editorialRule = Rule[Editorial, Facts]
	needs         = []Need[Facts]
)

// Roles by what they answer for.
var (
	bySystem    = []actor.Role{actor.System}
	byAuthor    = []actor.Role{actor.Author}
	bySuggester = []actor.Role{actor.Suggester}
	byReviewers = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director}
	bySignatory = []actor.Role{actor.Signatory}
	byDirector  = []actor.Role{actor.Director} // never delegable
	byJudge     = []actor.Role{actor.Judge}
)

// The routes. For one status and action they exclude each other and leave no
// facts out (tested over all facts).
var (
	reviewFirst     = When[Facts]{"a human looks first (PRE, or held)", Facts.reviewFirst}
	signatureDue    = When[Facts]{"signature due", Facts.signature}
	consentDue      = When[Facts]{"no signature due, consent missing", Facts.consent}
	nothingDue      = When[Facts]{"nothing due", Facts.ready}
	passSignature   = When[Facts]{"no human first, signature due", func(f Facts) bool { return !f.reviewFirst() && f.signature() }}
	passConsent     = When[Facts]{"no human first, consent missing", func(f Facts) bool { return !f.reviewFirst() && f.consent() }}
	passOn          = When[Facts]{"no human first, nothing due", func(f Facts) bool { return !f.reviewFirst() && f.ready() }}
	cleared         = When[Facts]{"consent clear", func(f Facts) bool { return f.Cleared }}
	notCleared      = When[Facts]{"consent missing", func(f Facts) bool { return !f.Cleared }}
	publishUnseen   = When[Facts]{"a human looks first (PRE, or held), and none has", Facts.unseen}
	publishUnsigned = When[Facts]{"seen where due, signature due", func(f Facts) bool { return !f.unseen() && f.signature() }}
	publishLater    = When[Facts]{"seen where due, no signature due, consent missing", func(f Facts) bool { return !f.unseen() && f.consent() }}
	publishNow      = When[Facts]{"seen where due, nothing due", func(f Facts) bool { return !f.unseen() && f.ready() }}
	press           = When[Facts]{"pupils' press", Facts.press}
	notPress        = When[Facts]{"not pupils' press", func(f Facts) bool { return !f.press() }}
	suggested       = When[Facts]{"suggestion", func(f Facts) bool { return !f.Suggester.IsZero() }}
	ownWork         = When[Facts]{"own draft", func(f Facts) bool { return f.Suggester.IsZero() }}
)

// The needs of the editorial table.
var (
	otherPerson   = Need[Facts]{Name: "other_person", Rule: "R12", Met: otherThanWriters}
	otherReviewer = Need[Facts]{Name: "other_reviewer", Rule: "R45", Met: otherThanRejecter}
	briefed       = proof("briefing", "R16", func(f Facts) bool { return f.Briefed })
	attributed    = proof("attribution", "R17", func(f Facts) bool { return f.Attributed })
	withinQuota   = proof("quota", "R20", func(f Facts) bool { return f.WithinQuota })
	goodStanding  = proof("standing", "R53", func(f Facts) bool { return f.Standing })
	spaceOpen     = proof("space_open", "R26", func(f Facts) bool { return f.SpaceOpen })
	consentClear  = proof("consent", "R27", func(f Facts) bool { return f.Cleared })
	signed        = proof("signature", "R11", func(f Facts) bool { return !f.Author.IsZero() && !f.signature() })
	due           = proof("due", "R12", func(f Facts) bool { return f.Due })
	appealUpheld  = proof("appeal", "R45", func(f Facts) bool { return f.Appeal })
	derived       = proof("derived_revision", "R32", func(f Facts) bool { return f.Derived })
	ownDraft      = nature("own_draft", "R18", func(f Facts) bool { return !f.Author.IsZero() && f.Suggester.IsZero() })
	suggestion    = nature("suggestion", "R18", func(f Facts) bool { return !f.Suggester.IsZero() })
	unreviewed    = nature("unreviewed", "R13", func(f Facts) bool { return !f.Author.IsZero() && !f.Reviewed })
	pressGround   = Need[Facts]{Name: "press_ground", Rule: "R14", Met: onPressGround[Facts]}
	mayBeRefused  = nature("no_prior_approval", "R14", func(f Facts) bool { return f.Mode == Pre || f.Mode == Post })
)

// otherThanWriters holds when the actor is a known person who neither wrote nor
// suggested the text, be it that the author typed the suggestion again (R12,
// invariant 2).
func otherThanWriters(f Facts, c Command) bool {
	known := !c.Actor.Person.IsZero() && !f.Author.IsZero()
	return known && !c.Actor.Is(f.Author) && !c.Actor.Is(f.Suggester) && !f.Prompted
}

// otherThanRejecter holds when the actor is a known person who did not reject
// the text before: after an appeal another human reviews it (R45).
func otherThanRejecter(f Facts, c Command) bool {
	known := !c.Actor.Person.IsZero() && !f.Author.IsZero()
	return known && !c.Actor.Is(f.Rejecter)
}

// onPressGround holds when the reason names a ground on which the head may act
// against a pupils' publication.
func onPressGround[F any](_ F, c Command) bool { return c.Reason.Ground.Press() }

// What a step promises.
var (
	toScreen  = []Emit[Facts]{{Kind: outbox.ScreenRevision}}
	toPublish = []Emit[Facts]{{Kind: outbox.PublishRevision, Due: Facts.publishAt}}
	toNotice  = []Emit[Facts]{{Kind: outbox.NoticeRevision}}
)

// What several rows ask for.
var (
	toWrite    = needs{briefed, goodStanding, spaceOpen, attributed, withinQuota}
	toSubmit   = append(needs{ownDraft}, toWrite...)
	toAccept   = append(needs{suggestion}, toWrite...)
	toJudge    = needs{otherPerson, otherReviewer}
	toAsk      = needs{otherPerson, otherReviewer, mayBeRefused}
	toForbid   = needs{otherPerson, otherReviewer, pressGround}
	toTakeDown = needs{otherPerson, pressGround}
)

// EditorialTable is the machine of a revision: DESIGN's table, row by row.
var EditorialTable = Table[Editorial, Facts]{Name: "revision", Rules: []editorialRule{
	{From: Draft, Action: Submit, To: Submitted, Roles: byAuthor, Needs: toSubmit, Emits: toScreen},
	{From: Draft, Action: Accept, To: Submitted, Roles: byAuthor, Needs: toAccept, Emits: toScreen},
	{From: Draft, Action: Decline, To: Abandoned, Roles: byAuthor, Needs: needs{suggestion}},
	{From: Draft, Action: Abandon, When: ownWork, To: Abandoned, Roles: byAuthor},
	{From: Draft, Action: Abandon, When: suggested, To: Abandoned, Roles: bySuggester, Reserved: "R18"},
	{From: Draft, Action: Derive, When: signatureDue, To: AwaitingSignature, Roles: byAuthor, Needs: needs{derived}, Emits: toNotice, Within: OmitPhoto},
	{From: Draft, Action: Derive, When: consentDue, To: AwaitingConsent, Roles: byAuthor, Needs: needs{derived}, Emits: toNotice, Within: OmitPhoto},
	{From: Draft, Action: Derive, When: nothingDue, To: Scheduled, Roles: byAuthor, Needs: needs{derived}, Emits: toPublish, Within: OmitPhoto},

	{From: Submitted, Action: Pass, When: reviewFirst, To: InReview, Roles: bySystem, Emits: toNotice},
	{From: Submitted, Action: Pass, When: passSignature, To: AwaitingSignature, Roles: bySystem, Emits: toNotice},
	{From: Submitted, Action: Pass, When: passConsent, To: AwaitingConsent, Roles: bySystem, Emits: toNotice},
	{From: Submitted, Action: Pass, When: passOn, To: Scheduled, Roles: bySystem, Emits: toPublish},
	{From: Submitted, Action: HoldBack, To: InReview, Roles: bySystem, Emits: toNotice},
	{From: Submitted, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: Submitted, Action: Replace, To: Replaced, Roles: byAuthor, Within: Submit},

	{From: InReview, Action: Approve, When: signatureDue, To: AwaitingSignature, Roles: byReviewers, Needs: toJudge, Emits: toNotice},
	{From: InReview, Action: Approve, When: consentDue, To: AwaitingConsent, Roles: byReviewers, Needs: toJudge, Emits: toNotice},
	{From: InReview, Action: Approve, When: nothingDue, To: Scheduled, Roles: byReviewers, Needs: toJudge, Emits: toPublish},
	{From: InReview, Action: RequestChanges, To: ChangesRequested, Roles: byReviewers, Needs: toAsk, Reason: NeedText, Emits: toNotice},
	{From: InReview, Action: Reject, When: notPress, To: Rejected, Roles: byReviewers, Needs: toJudge, Reason: NeedGround, Emits: toNotice},
	{From: InReview, Action: Reject, When: press, To: Rejected, Roles: byDirector, Reserved: "R14", Needs: toForbid, Reason: NeedGround, Emits: toNotice},
	{From: InReview, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: InReview, Action: Replace, To: Replaced, Roles: byAuthor, Within: Submit},

	{From: ChangesRequested, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: ChangesRequested, Action: Replace, To: Replaced, Roles: byAuthor, Within: Submit},

	{From: Rejected, Action: Reverse, To: InReview, Roles: byJudge, Reserved: "R45", Needs: needs{appealUpheld, otherPerson, otherReviewer}, Reason: NeedText, Emits: toNotice},

	{From: AwaitingSignature, Action: Sign, When: notCleared, To: AwaitingConsent, Roles: bySignatory, Reserved: "R11", Emits: toNotice},
	{From: AwaitingSignature, Action: Sign, When: cleared, To: Scheduled, Roles: bySignatory, Reserved: "R11", Emits: toPublish},
	{From: AwaitingSignature, Action: RefuseToSign, To: ChangesRequested, Roles: bySignatory, Reserved: "R11", Needs: needs{mayBeRefused}, Reason: NeedText, Emits: toNotice},
	{From: AwaitingSignature, Action: Recall, When: notPress, To: InReview, Roles: byReviewers, Reason: NeedText, Emits: toNotice},
	{From: AwaitingSignature, Action: Recall, When: press, To: InReview, Roles: byDirector, Reserved: "R14", Needs: toTakeDown, Reason: NeedGround, Emits: toNotice},
	{From: AwaitingSignature, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: AwaitingSignature, Action: Replace, To: Replaced, Roles: byAuthor, Within: Submit},

	{From: AwaitingConsent, Action: ConsentCleared, To: Scheduled, Roles: bySystem, Needs: needs{consentClear}, Emits: toPublish},
	{From: AwaitingConsent, Action: OmitPhoto, To: Replaced, Roles: byAuthor, Needs: needs{derived}},
	{From: AwaitingConsent, Action: BlurPhoto, To: Replaced, Roles: byAuthor, Needs: needs{derived}},
	{From: AwaitingConsent, Action: Recall, When: notPress, To: InReview, Roles: byReviewers, Reason: NeedText, Emits: toNotice},
	{From: AwaitingConsent, Action: Recall, When: press, To: InReview, Roles: byDirector, Reserved: "R14", Needs: toTakeDown, Reason: NeedGround, Emits: toNotice},
	{From: AwaitingConsent, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: AwaitingConsent, Action: Replace, To: Replaced, Roles: byAuthor, Within: Submit},

	{From: Scheduled, Action: Publish, When: publishNow, To: Live, Roles: bySystem, Needs: needs{goodStanding, spaceOpen, due}, Emits: toNotice},
	{From: Scheduled, Action: Publish, When: publishLater, To: AwaitingConsent, Roles: bySystem, Emits: toNotice},
	{From: Scheduled, Action: Publish, When: publishUnsigned, To: AwaitingSignature, Roles: bySystem, Emits: toNotice},
	{From: Scheduled, Action: Publish, When: publishUnseen, To: InReview, Roles: bySystem, Emits: toNotice},
	{From: Scheduled, Action: Recall, When: notPress, To: InReview, Roles: byReviewers, Reason: NeedText, Emits: toNotice},
	{From: Scheduled, Action: Recall, When: press, To: InReview, Roles: byDirector, Reserved: "R14", Needs: toTakeDown, Reason: NeedGround, Emits: toNotice},
	{From: Scheduled, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: Scheduled, Action: Replace, To: Replaced, Roles: byAuthor, Within: Submit},

	{From: Live, Action: Review, To: Live, Roles: byReviewers, Needs: needs{otherPerson, unreviewed}},
	{From: Live, Action: Supersede, To: Superseded, Roles: bySystem, Within: Publish},
	{From: Live, Action: Revert, When: notPress, To: Rejected, Roles: byReviewers, Needs: needs{otherPerson}, Reason: NeedGround, Emits: toNotice},
	{From: Live, Action: Revert, When: press, To: Rejected, Roles: byDirector, Reserved: "R14", Needs: toTakeDown, Reason: NeedGround, Emits: toNotice},

	{From: Superseded, Action: Reinstate, To: Live, Roles: byReviewers, Needs: needs{consentClear, signed}, Within: Revert},
}}
