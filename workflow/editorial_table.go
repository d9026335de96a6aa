package workflow

import (
	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
)

type editorialRule = Rule[Editorial, Facts]

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
	reviewFirst   = When[Facts]{"a human looks first (PRE, or held)", Facts.reviewFirst}
	signatureDue  = When[Facts]{"signature due", func(f Facts) bool { return f.SignatureDue }}
	consentDue    = When[Facts]{"signed, consent due", func(f Facts) bool { return !f.SignatureDue && !f.Cleared }}
	nothingDue    = When[Facts]{"nothing due", func(f Facts) bool { return !f.SignatureDue && f.Cleared }}
	passSignature = When[Facts]{"POST, signature due", func(f Facts) bool { return !f.reviewFirst() && f.SignatureDue }}
	passConsent   = When[Facts]{"POST, consent due", func(f Facts) bool { return !f.reviewFirst() && !f.SignatureDue && !f.Cleared }}
	passOn        = When[Facts]{"POST, nothing due", func(f Facts) bool { return !f.reviewFirst() && !f.SignatureDue && f.Cleared }}
	cleared       = When[Facts]{"consent clear", func(f Facts) bool { return f.Cleared }}
	notCleared    = When[Facts]{"consent missing", func(f Facts) bool { return !f.Cleared }}
	suggested     = When[Facts]{"suggestion", func(f Facts) bool { return !f.Suggester.IsZero() }}
	ownDraft      = When[Facts]{"own draft", func(f Facts) bool { return f.Suggester.IsZero() }}
	press         = When[Facts]{"pupils' press (R14)", func(f Facts) bool { return f.Mode == PupilPress }}
	notPress      = When[Facts]{"not pupils' press", func(f Facts) bool { return f.Mode != PupilPress }}
)

// The needs of the editorial table.
var (
	otherPerson   = Need[Facts]{"other_person", "R12", otherThanWriters}
	otherReviewer = Need[Facts]{"other_reviewer", "R45", func(f Facts, c Command) bool {
		return otherThanWriters(f, c) && !c.Actor.Is(f.Rejecter)
	}}
	briefed       = Need[Facts]{"briefing", "R16", func(f Facts, _ Command) bool { return f.Briefed }}
	attributed    = Need[Facts]{"attribution", "R17", func(f Facts, _ Command) bool { return f.Attributed }}
	withinQuota   = Need[Facts]{"quota", "R20", func(f Facts, _ Command) bool { return f.WithinQuota }}
	goodStanding  = Need[Facts]{"standing", "R53", func(f Facts, _ Command) bool { return f.Standing }}
	spaceOpen     = Need[Facts]{"space_open", "R26", func(f Facts, _ Command) bool { return f.SpaceOpen }}
	consentClear  = Need[Facts]{"consent", "R27", func(f Facts, _ Command) bool { return f.Cleared }}
	due           = Need[Facts]{"due", "R12", func(f Facts, _ Command) bool { return f.Due }}
	appealUpheld  = Need[Facts]{"appeal", "R45", func(f Facts, _ Command) bool { return f.Appeal }}
	derived       = Need[Facts]{"derived_revision", "R32", func(f Facts, _ Command) bool { return f.Derived }}
	pressGround   = Need[Facts]{"press_ground", "R14", func(_ Facts, c Command) bool { return c.Reason.Ground.Press() }}
	noPriorChange = Need[Facts]{"no_prior_approval", "R14", func(f Facts, _ Command) bool {
		return f.Mode == Pre || f.Mode == Post
	}}
)

// otherThanWriters holds when the actor is a known person who neither wrote nor
// suggested the text (R12, invariant 2).
func otherThanWriters(f Facts, c Command) bool {
	known := !c.Actor.Person.IsZero() && !f.Author.IsZero()
	return known && !c.Actor.Is(f.Author) && !c.Actor.Is(f.Suggester)
}

// What a step promises.
var (
	toScreen  = []Emit[Facts]{{Kind: outbox.ScreenRevision}}
	toPublish = []Emit[Facts]{{Kind: outbox.PublishRevision, Due: Facts.publishAt}}
	toNotice  = []Emit[Facts]{{Kind: outbox.NoticeRevision}}
)

var submitNeeds = []Need[Facts]{briefed, goodStanding, spaceOpen, attributed, withinQuota}

// EditorialTable is the machine of a revision: DESIGN's table, row by row.
var EditorialTable = Table[Editorial, Facts]{Name: "revision", Rules: []editorialRule{
	{From: Draft, Action: Submit, When: ownDraft, To: Submitted, Roles: byAuthor, Needs: submitNeeds, Emits: toScreen},
	{From: Draft, Action: Accept, When: suggested, To: Submitted, Roles: byAuthor, Needs: submitNeeds, Emits: toScreen},
	{From: Draft, Action: Decline, When: suggested, To: Abandoned, Roles: byAuthor},
	{From: Draft, Action: Abandon, When: ownDraft, To: Abandoned, Roles: byAuthor},
	{From: Draft, Action: Abandon, When: suggested, To: Abandoned, Roles: bySuggester},

	{From: Submitted, Action: Pass, When: reviewFirst, To: InReview, Roles: bySystem, Emits: toNotice},
	{From: Submitted, Action: Pass, When: passSignature, To: AwaitingSignature, Roles: bySystem, Emits: toNotice},
	{From: Submitted, Action: Pass, When: passConsent, To: AwaitingConsent, Roles: bySystem, Emits: toNotice},
	{From: Submitted, Action: Pass, When: passOn, To: Scheduled, Roles: bySystem, Emits: toPublish},
	{From: Submitted, Action: HoldBack, To: InReview, Roles: bySystem, Emits: toNotice},
	{From: Submitted, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: Submitted, Action: Replace, To: Replaced, Roles: byAuthor},

	{From: InReview, Action: Approve, When: signatureDue, To: AwaitingSignature, Roles: byReviewers, Needs: []Need[Facts]{otherPerson}, Emits: toNotice},
	{From: InReview, Action: Approve, When: consentDue, To: AwaitingConsent, Roles: byReviewers, Needs: []Need[Facts]{otherPerson}, Emits: toNotice},
	{From: InReview, Action: Approve, When: nothingDue, To: Scheduled, Roles: byReviewers, Needs: []Need[Facts]{otherPerson}, Emits: toPublish},
	{From: InReview, Action: RequestChanges, To: ChangesRequested, Roles: byReviewers, Needs: []Need[Facts]{otherPerson, noPriorChange}, Reason: NeedText, Emits: toNotice},
	{From: InReview, Action: Reject, When: notPress, To: Rejected, Roles: byReviewers, Needs: []Need[Facts]{otherPerson}, Reason: NeedGround, Emits: toNotice},
	{From: InReview, Action: Reject, When: press, To: Rejected, Roles: byDirector, Needs: []Need[Facts]{otherPerson, pressGround}, Reason: NeedGround, Emits: toNotice},
	{From: InReview, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: InReview, Action: Replace, To: Replaced, Roles: byAuthor},

	{From: ChangesRequested, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: ChangesRequested, Action: Replace, To: Replaced, Roles: byAuthor},

	{From: Rejected, Action: Reverse, To: InReview, Roles: byJudge, Needs: []Need[Facts]{appealUpheld, otherReviewer}, Reason: NeedText, Emits: toNotice},

	{From: AwaitingSignature, Action: Sign, When: notCleared, To: AwaitingConsent, Roles: bySignatory, Emits: toNotice},
	{From: AwaitingSignature, Action: Sign, When: cleared, To: Scheduled, Roles: bySignatory, Emits: toPublish},
	{From: AwaitingSignature, Action: RefuseToSign, To: ChangesRequested, Roles: bySignatory, Reason: NeedText, Emits: toNotice},
	{From: AwaitingSignature, Action: Recall, To: InReview, Roles: byReviewers, Reason: NeedText, Emits: toNotice},
	{From: AwaitingSignature, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: AwaitingSignature, Action: Replace, To: Replaced, Roles: byAuthor},

	{From: AwaitingConsent, Action: ConsentCleared, To: Scheduled, Roles: bySystem, Needs: []Need[Facts]{consentClear}, Emits: toPublish},
	{From: AwaitingConsent, Action: OmitPhoto, To: Replaced, Roles: byAuthor, Needs: []Need[Facts]{derived}},
	{From: AwaitingConsent, Action: BlurPhoto, To: Replaced, Roles: byAuthor, Needs: []Need[Facts]{derived}},
	{From: AwaitingConsent, Action: Recall, To: InReview, Roles: byReviewers, Reason: NeedText, Emits: toNotice},
	{From: AwaitingConsent, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: AwaitingConsent, Action: Replace, To: Replaced, Roles: byAuthor},

	{From: Scheduled, Action: Publish, When: cleared, To: Live, Roles: bySystem, Needs: []Need[Facts]{goodStanding, spaceOpen, due}, Emits: toNotice},
	{From: Scheduled, Action: Publish, When: notCleared, To: AwaitingConsent, Roles: bySystem, Emits: toNotice},
	{From: Scheduled, Action: Recall, To: InReview, Roles: byReviewers, Reason: NeedText, Emits: toNotice},
	{From: Scheduled, Action: Abandon, To: Abandoned, Roles: byAuthor},
	{From: Scheduled, Action: Replace, To: Replaced, Roles: byAuthor},

	{From: Live, Action: Review, To: Live, Roles: byReviewers, Needs: []Need[Facts]{otherPerson}},
	{From: Live, Action: Supersede, To: Superseded, Roles: bySystem},
	{From: Live, Action: Revert, When: notPress, To: Rejected, Roles: byReviewers, Needs: []Need[Facts]{otherPerson}, Reason: NeedGround, Emits: toNotice},
	{From: Live, Action: Revert, When: press, To: Rejected, Roles: byDirector, Needs: []Need[Facts]{otherPerson, pressGround}, Reason: NeedGround, Emits: toNotice},

	{From: Superseded, Action: Reinstate, When: notPress, To: Live, Roles: byReviewers},
	{From: Superseded, Action: Reinstate, When: press, To: Live, Roles: byDirector},
}}
