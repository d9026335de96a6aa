package workflow

import (
	"time"

	"imprimatur/internal/id"
)

// Editorial is the status of a revision. Each constant says who acts next.
type Editorial string

// The editorial statuses.
const (
	Draft             Editorial = "draft"              // the author; mutable until it is submitted
	Submitted         Editorial = "submitted"          // the screening worker
	InReview          Editorial = "in_review"          // a moderator
	ChangesRequested  Editorial = "changes_requested"  // the author, with a new revision
	Rejected          Editorial = "rejected"           // nobody; the author may appeal
	AwaitingSignature Editorial = "awaiting_signature" // the director
	AwaitingConsent   Editorial = "awaiting_consent"   // the persons concerned
	Scheduled         Editorial = "scheduled"          // the clock; due now is "approved"
	Live              Editorial = "live"               // readers; a moderator, where it is not reviewed yet
	Superseded        Editorial = "superseded"         // nobody; live again if its successor is reverted
	Replaced          Editorial = "replaced"           // nobody; the author submitted another before it was decided
	Abandoned         Editorial = "abandoned"          // nobody
)

// Editorials lists the statuses in the order of DESIGN.
func Editorials() []Editorial {
	return []Editorial{
		Draft, Submitted, InReview, ChangesRequested, Rejected, AwaitingSignature,
		AwaitingConsent, Scheduled, Live, Superseded, Replaced, Abandoned,
	}
}

// Open reports whether a submitted revision is still on its way: a contribution
// has at most one such revision.
func (e Editorial) Open() bool {
	switch e {
	case Submitted, InReview, ChangesRequested, AwaitingSignature, AwaitingConsent, Scheduled:
		return true
	case Draft, Rejected, Live, Superseded, Replaced, Abandoned:
		return false
	}
	return false
}

// Mode is the moderation mode of a space (R11); each revision keeps the one it
// was judged under.
type Mode string

// The moderation modes.
const (
	Pre        Mode = "PRE"         // reviewed before it appears (R12)
	Post       Mode = "POST"        // appears, then is reviewed (R13)
	PupilPress Mode = "PUPIL_PRESS" // a lycée's pupils publish without prior approval (R14)
)

// Modes lists the moderation modes.
func Modes() []Mode { return []Mode{Pre, Post, PupilPress} }

// Actions on a revision.
const (
	Submit         Action = "submit"
	Accept         Action = "accept"  // the author takes a moderator's suggestion (R18)
	Decline        Action = "decline" // the author leaves it
	Abandon        Action = "abandon"
	Pass           Action = "pass" // screening found nothing that holds
	HoldBack       Action = "hold" // screening asks for a human first
	Approve        Action = "approve"
	RequestChanges Action = "request_changes"
	Reject         Action = "reject"
	Reverse        Action = "reverse" // an appeal against a rejection was upheld
	Sign           Action = "sign"
	RefuseToSign   Action = "refuse_signature"
	Recall         Action = "recall"
	ConsentCleared Action = "consent_cleared"
	OmitPhoto      Action = "omit_photo" // a derived revision leaves the picture out
	BlurPhoto      Action = "blur_photo" // a derived revision blurs the persons concerned
	Publish        Action = "publish"
	Supersede      Action = "supersede" // its successor goes live
	Replace        Action = "replace"   // the author submits another instead
	Derive         Action = "derive"    // the same text without the picture takes its place, approval and all
	Review         Action = "review"    // a moderator has looked at what is live unreviewed (R13)
	Revert         Action = "revert"
	Reinstate      Action = "reinstate" // its successor was reverted
)

// Facts is what the editorial table needs to know about a revision. Zero facts
// meet no need.
type Facts struct {
	Author       id.Person
	Suggester    id.Person // zero unless the revision is a suggestion (R18)
	Prompted     bool      // whoever acts had suggested this exact text to the author before (R12, R18)
	Rejecter     id.Person // who last rejected it, also after an appeal was upheld; zero if nobody did
	Mode         Mode      // that the revision is judged under
	SignatureDue bool      // a public page that the director has not signed
	Cleared      bool      // every consent that the use needs is there (R27, R36)
	Held         bool      // a hold hides the contribution, from itself or from above
	Reviewed     bool      // a moderator has approved this exact text, or looked at it since it is live
	Briefed      bool      // the author has read this year's briefing (R16)
	Attributed   bool      // every borrowed work carries its attribution (R17)
	WithinQuota  bool      // R20
	Standing     bool      // the author may publish (R53)
	SpaceOpen    bool      // neither frozen nor closed, and somebody answers for it (R15, R26)
	Appeal       bool      // an appeal was upheld (R45)
	Derived      bool      // the derived revision is ready; for a draft: it is one, of a text that was approved
	PublishAt    time.Time // asked for by the author; zero means as soon as may be
	Due          bool      // PublishAt has come
}

// press reports whether nobody may approve or sign beforehand (R14).
func (f Facts) press() bool { return f.Mode == PupilPress }

// reviewFirst routes what no reader may see before a human did: PRE, and every
// revision of something held, even in POST.
func (f Facts) reviewFirst() bool {
	return f.Held || (f.Mode != Post && f.Mode != PupilPress)
}

// signature reports whether the director must sign first. A pupils' publication
// needs nobody's approval, so no signature either (R14).
func (f Facts) signature() bool { return f.SignatureDue && !f.press() }

// consent reports whether consent is what is missing next.
func (f Facts) consent() bool { return !f.signature() && !f.Cleared }

// ready reports whether nothing is missing.
func (f Facts) ready() bool { return !f.signature() && f.Cleared }

// unseen catches at the last moment a text that no human saw and that a human must
// see first by now: it was held after it passed screening, and releasing the hold
// must not show it; or its space has gone from POST to PRE while it waited.
func (f Facts) unseen() bool { return f.reviewFirst() && !f.Reviewed }

func (f Facts) publishAt() time.Time { return f.PublishAt }
