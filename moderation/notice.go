package moderation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// NoticeKind says what a notice tells.
type NoticeKind string

// What is told to whoever answers for the space.
const (
	ToldInReview    NoticeKind = "in_review"          // moderators: a text waits for them
	ToldSignature   NoticeKind = "awaiting_signature" // signatories: a page waits for them
	ToldConsent     NoticeKind = "authorisation_due"  // all of them: only an authorisation is missing (R36)
	ToldAlert       NoticeKind = "alert"              // all of them: severity 4 (R21)
	ToldFrozen      NoticeKind = "frozen"
	ToldUnfrozen    NoticeKind = "unfrozen"
	ToldClosed      NoticeKind = "closed"        // and who directs its publication: a pupils' paper, by the head (R14)
	ToldOverdue     NoticeKind = "stop_overdue"  // owner, backup and director: nobody has looked yet at what was stopped (R26)
	ToldReported    NoticeKind = "stop_reported" // the authority above: still nobody has
	ToldHalted      NoticeKind = "halted"        // who answers for the space, or administrators: nobody writes for a while (R54)
	ToldResumed     NoticeKind = "resumed"
	ToldPaused      NoticeKind = "public_paused"       // administrators and who directs: what is public is taken back (R66)
	ToldPausedBelow NoticeKind = "public_paused_below" // the authority above, which names an acting head: likewise
	ToldUnpaused    NoticeKind = "public_back"         // administrators and who directs: it is given back
	ToldHandover    NoticeKind = "handover"            // owner, backup and director: two adults have to answer, or it is frozen (R15)
)

// What is told to somebody of their own standing (R53) and files, and to administrators (R09).
const (
	ToldChild      NoticeKind = "child_suspended" // the guardians of a minor
	ToldSuspended  NoticeKind = "suspended"
	ToldSupervised NoticeKind = "supervised"
	ToldCleared    NoticeKind = "cleared" // either ended early
	ToldSpoiled    NoticeKind = "spoiled" // a photo or a file of theirs was not kept (R20)
	ToldDenials    NoticeKind = "denials" // somebody was refused again and again
)

// What is told of consents to pictures.
const (
	ToldConsentAsked    NoticeKind = "consent_asked"    // those who must answer (R29)
	ToldConsentReminder NoticeKind = "consent_reminder" // those who have not
	ToldConsentGranted  NoticeKind = "consent_granted"  // who asked
	ToldConsentRefused  NoticeKind = "consent_refused"  // who asked, and who waits with a text for it
	ToldConsentRevoked  NoticeKind = "consent_revoked"  // who asked (R33)
	ToldConsentEnding   NoticeKind = "consent_ending"   // the family and who asked (R34)
	ToldConsentExpired  NoticeKind = "consent_expired"  // who asked
	ToldPictureGone     NoticeKind = "picture_gone"     // author and owner: a picture of something live is seen no more (R33)
)

// What is told to the author.
const (
	ToldHeldBack         NoticeKind = "held_back" // screening asks for a human first (R21)
	ToldRecalled         NoticeKind = "recalled"
	ToldChangesRequested NoticeKind = "changes_requested"
	ToldRejected         NoticeKind = "rejected"
	ToldReverted         NoticeKind = "reverted"
	ToldAwaitingConsent  NoticeKind = "awaiting_consent" // R36
	ToldLive             NoticeKind = "live"
	ToldMasked           NoticeKind = "masked"
	ToldWithdrawn        NoticeKind = "withdrawn"
	ToldBlocked          NoticeKind = "blocked"
	ToldArchived         NoticeKind = "archived"
	ToldRestored         NoticeKind = "restored" // whatever kind of hold was released
)

// What is told to who directs the publication of a pupils' paper, of a text in it that the head
// has suspended or forbidden (R14).
const (
	ToldPressMasked    NoticeKind = "press_masked"
	ToldPressWithdrawn NoticeKind = "press_withdrawn"
	ToldPressRejected  NoticeKind = "press_rejected"
	ToldPressReverted  NoticeKind = "press_reverted"
	ToldPressRestored  NoticeKind = "press_restored" // a mask or a withdrawal of the head's own ended
)

// pressNotices are the kinds of notice for who directs the publication of a pupils' paper.
func pressNotices() []NoticeKind {
	return []NoticeKind{ToldPressMasked, ToldPressWithdrawn, ToldPressRejected, ToldPressReverted, ToldPressRestored}
}

// ToPress reports whether the notice is for who directs the publication of a pupils' paper: the text
// is another's to follow.
func (k NoticeKind) ToPress() bool { return slices.Contains(pressNotices(), k) }

// NoticeKinds lists every kind of notice.
func NoticeKinds() []NoticeKind {
	return append([]NoticeKind{
		ToldInReview, ToldSignature, ToldConsent, ToldAlert, ToldFrozen, ToldUnfrozen, ToldHeldBack, ToldRecalled, ToldChangesRequested,
		ToldRejected, ToldReverted, ToldAwaitingConsent, ToldLive, ToldMasked, ToldWithdrawn, ToldBlocked, ToldArchived, ToldRestored,
		ToldHandover, ToldSuspended, ToldSupervised, ToldCleared, ToldDenials, ToldSpoiled,
		ToldConsentAsked, ToldConsentReminder, ToldConsentGranted, ToldConsentRefused, ToldConsentRevoked, ToldConsentEnding, ToldConsentExpired,
		ToldPictureGone, ToldOverdue, ToldReported, ToldHalted, ToldResumed, ToldPaused, ToldPausedBelow, ToldUnpaused, ToldChild, ToldClosed,
	}, slices.Concat(pressNotices(), officeNotices(), caseNotices(), orderNotices(), guardianNotices(), []NoticeKind{ToldUnfounded, ToldUnacknowledged, ToldUnacknowledgedBelow})...)
}

// Notice is something that somebody is told, in the application.
type Notice struct {
	ID           id.Notice
	Kind         NoticeKind
	Contribution id.Contribution // zero for a space
	Space        id.Space        // zero for a person
	Consent      id.Consent      // zero unless it is of one
	Case         id.Case         // zero unless it is of one, and for who examines it
	AuthorCase   id.AuthorCase   // the same for its author
	SpaceTitle   string
	Title        string    // of the text, or of the space that is held, as it was; empty for what has none
	Reason       string    // in the words of whoever decided
	Begins, Ends time.Time // of what it tells, where that has dates
	At           time.Time
	ReadAt       time.Time // zero: not yet
}

// NoticePage is a part of somebody's notices, newest first.
type NoticePage struct {
	Items []Notice
	Next  string // After of the next page; empty on the last
}

// Occurrence is what a notification message speaks of, as the trail has it.
type Occurrence struct {
	Action       workflow.Action
	To           string // status
	By           id.Person
	Author       id.Person // whom it concerns; zero for a space
	Giver        id.Person // who lent a power; zero unless it is of one
	Contribution id.Contribution
	Space        id.Space
	Consent      id.Consent    // zero unless it is of one
	Case         id.Case       // zero unless it is of one
	AuthorCase   id.AuthorCase // the same as its author knows it; zero for others
	Title        string
	Reason       string
	Begins, Ends time.Time // of what has dates
	Sealed       bool      // R50
	Hushed       bool      // by an order of which nobody is to be told yet (R48)
}

// Telling is one kind of notice for some people.
type Telling struct {
	Kind    NoticeKind
	Persons []id.Person
	Crowd   Crowd // besides
}

// Crowd is a set of people that the database resolves when they are told.
type Crowd string

// The crowds.
const (
	Nobody      Crowd = ""
	Above       Crowd = "above"       // who directs the authority above, which is told the establishment's name alone
	Reviewers   Crowd = "reviewers"   // whom a review falls to: moderators, else owner and backup, else the director
	Signatories Crowd = "signatories" // the director and whom signing is delegated to
	Answerers   Crowd = "answerers"   // moderators, owner, backup and director alike
	Keepers     Crowd = "keepers"     // owner, backup and director
	Press       Crowd = "press"       // who directs the publication of the pupils' paper that the space is (R14); they learn of no case
	Heads       Crowd = "heads"       // who directs the establishment
	Guardians   Crowd = "guardians"   // those with parental authority over the author, while a minor
	Reporters   Crowd = "reporters"   // of the case that it is of, who were signed in
	Admins      Crowd = "admins"      // the establishment's administrators; its director where there is none
)

// NoticeTx is what notices ask of a transaction.
type NoticeTx interface {
	// Occurrence reads what a notification message speaks of, or answers
	// [directory.ErrNotFound].
	Occurrence(ctx context.Context, m outbox.Message) (Occurrence, error)
	// Tell writes the notices of one message, each person once; whoever acted is
	// left out, and so is the author of a crowd.
	Tell(ctx context.Context, message id.Message, o Occurrence, tellings []Telling, now time.Time) error
	// TellAbove writes the notices of one message for who directs the authority above, where
	// there is one.
	TellAbove(ctx context.Context, message id.Message, kind NoticeKind, now time.Time) error
	// Notices reads a person's notices, newest first, before the given one.
	Notices(ctx context.Context, who id.Person, before id.Notice, limit int) ([]Notice, error)
	// MarkRead marks a person's notices as read; none given means all.
	MarkRead(ctx context.Context, who id.Person, notices []id.Notice, now time.Time) error

	ConsentNoticeTx
}

// Notify carries out a notification message: it tells those concerned, each once
// however often the message comes, and ends the message in the same transaction.
// The errors are [directory.ErrNotFound], [workflow.ErrStale] for a message
// already done, and the database's.
func (s *Service) Notify(ctx context.Context, m outbox.Message) error {
	if m.Kind == outbox.NoticeConsent {
		return s.notifyConsent(ctx, m)
	}
	return s.inTx(ctx, m.Tenant, func(tx Tx) error {
		o, err := tx.Occurrence(ctx, m)
		if err != nil {
			return fmt.Errorf("notify of %s %s: %w", m.Note, m.Subject, err)
		}
		if o, err = dated(ctx, tx, m, o); err != nil {
			return fmt.Errorf("notify of %s %s: %w", m.Note, m.Subject, err)
		}
		o = o.asKnown()
		if tellings := tell(o); len(tellings) > 0 {
			if err := deliver(ctx, tx, m.ID, o, tellings, s.clock()); err != nil {
				return fmt.Errorf("notify of %s %s: %w", m.Note, m.Subject, err)
			}
		}
		if err := concernAnew(ctx, tx, o, s.clock()); err != nil {
			return fmt.Errorf("whom %s concerns now: %w", o.Contribution, err)
		}
		return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
	})
}

// deliver writes the notices: those for the authority above are in its house.
func deliver(ctx context.Context, tx Tx, message id.Message, o Occurrence, tellings []Telling, now time.Time) error {
	var here []Telling
	for _, t := range tellings {
		if t.Crowd != Above {
			here = append(here, t)
			continue
		}
		if err := tx.TellAbove(ctx, message, t.Kind, now); err != nil {
			return err
		}
	}
	if len(here) == 0 {
		return nil
	}
	return tx.Tell(ctx, message, o, here, now)
}

// dated says when a handover ends, which the establishment's parameters tell (R15).
func dated(ctx context.Context, tx Tx, m outbox.Message, o Occurrence) (Occurrence, error) {
	if m.Kind != outbox.NoticeHandover || o.Begins.IsZero() {
		return o, nil
	}
	house, err := tx.Here(ctx)
	if err == nil {
		o.Ends = publication.HandoverEnds(o.Begins, house.Values, house.Calendar)
	}
	return o, err
}

// Notices lists what the actor was told, newest first. The error is
// [publication.ErrCursor].
func (s *Service) Notices(ctx context.Context, who actor.Actor, after string, limit int) (NoticePage, error) {
	before, err := parseNoticeCursor(after)
	if err != nil {
		return NoticePage{}, err
	}
	var page NoticePage
	limit = limited(limit)
	err = s.inTx(ctx, who.Tenant, func(tx Tx) (err error) {
		page.Items, err = tx.Notices(ctx, who.Person, before, limit+1)
		return err
	})
	if err == nil && len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = noticeCursor(page.Items[limit-1].ID)
	}
	return page, err
}

// MarkRead marks notices of the actor's as read, or all of them when none is
// named. Notices of others are left alone.
func (s *Service) MarkRead(ctx context.Context, who actor.Actor, notices ...id.Notice) error {
	return s.inTx(ctx, who.Tenant, func(tx Tx) error {
		return tx.MarkRead(ctx, who.Person, notices, s.clock())
	})
}
