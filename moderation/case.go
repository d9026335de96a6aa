package moderation

import (
	"cmp"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// CaseKind says how a case began.
type CaseKind string

// The kinds of case.
const (
	OfReport   CaseKind = "report"   // by somebody signed in, from the content
	OfTakedown CaseKind = "takedown" // by anyone, without an account (R38)
	OfAppeal   CaseKind = "appeal"   // by an author, of a decision that no case came before (R45)
	OfOrder    CaseKind = "order"    // by an authority that orders something blocked (R48)
	OfReply    CaseKind = "reply"    // by somebody named, who wants their reply inserted (R55)
)

// CaseKinds lists the kinds of case.
func CaseKinds() []CaseKind { return []CaseKind{OfReport, OfTakedown, OfAppeal, OfOrder, OfReply} }

// Target is what a case examines. The zero Target is a location that names nothing here.
type Target struct {
	Contribution id.Contribution
	Photo        id.Photo // where it is about one picture, wherever that is used
	Space        id.Space
	Message      string    // the ENT's id of a private message, which has no content here (R25)
	Author       id.Person // whose content it is
	Title        string    // as it was when it was reported
}

// Case is one examination, of whatever many have reported of one thing.
type Case struct {
	ID        id.Case
	Tenant    id.Tenant // who handles it: the establishment, or an authority above (R40)
	Place     id.Tenant // where the content is
	Kind      CaseKind
	Status    workflow.CaseStatus
	Version   int64
	Reference string        // for people to name it by, such as "D-7KQ2-M4XW"
	ToldAs    id.AuthorCase // how its author knows it
	Target    Target
	Location  string // as it was given; at most 2,000 characters
	Ground    workflow.Ground
	Severity  workflow.Severity
	Authority bool // somebody asked for the authority above

	Assignee   id.Person  // zero: nobody in particular; whoever judges may examine it
	AssignedAs Assignment // empty before it is assigned
	OpenedAt   time.Time
	DueAt      time.Time // R41; while it is appealed, R45's time to answer
	EscalateAt time.Time // R40
	Escalated  time.Time // zero: not yet
	ViewedAt   time.Time // by the first human who examines it; zero: by nobody

	Verdict     workflow.Verdict // empty before it is decided
	DecidedAt   time.Time
	DecidedBy   id.Person
	AppealUntil time.Time // R45
	AppealedBy  Party     // empty: nobody
	ClosedAt    time.Time
	MergedInto  id.Case
	// Disputed is the rejected revision or the hold that a case of appeal is about; else zero.
	Disputed uuid.UUID
	// Withdrawn is the picture that its last ruling was about; zero for none.
	Withdrawn id.Photo
	Interim   Interim
}

// Interim is the last that a human has said of what readers see until a case is decided (R42). The
// zero Interim leaves it to the machine.
type Interim struct {
	Word InterimWord
	By   id.Person
	At   time.Time
}

// InterimWord is what a human wants of a content until its case is decided.
type InterimWord string

// The words.
const (
	InterimMasked InterimWord = "masked" // hidden, however grave it is
	InterimShown  InterimWord = "shown"  // in sight, unless somebody reports what is of severity 4
)

// Subject is what the case examines: there is one case under way of each. The zero id is a
// location that names nothing here.
func (c Case) Subject() uuid.UUID {
	if c.Kind == OfReply {
		return uuid.UUID{} // each is one of its own
	}
	if c.Target.Message != "" {
		return subjectOf(c.Place, c.Target.Message)
	}
	if c.Kind == OfOrder {
		return uuid.Nil // each order is a case of its own
	}
	return cmp.Or(c.Disputed, c.Target.Photo.UUID, c.Target.Contribution.UUID)
}

// wholeSpace reports whether the case is about a space, and nothing in it.
func (c Case) wholeSpace() bool {
	return c.Kind == OfOrder && c.Target.Contribution.IsZero() && c.Target.Photo.IsZero() && !c.Target.Space.IsZero()
}

// Local reports whether the establishment of the content handles the case.
func (c Case) Local() bool { return c.Tenant == c.Place }

// decided reports whether a verdict stands, whether or not it may still be appealed.
func (c Case) decided() bool {
	return c.Status == workflow.CaseDecided || c.Status == workflow.CaseClosed
}

// Overdue reports whether the time to decide, to answer an appeal or to execute an order is over.
func (c Case) Overdue(now time.Time) bool {
	return c.Status.Open() && c.Status != workflow.CaseExecuted && !now.Before(c.DueAt)
}

// Assignment is as what somebody was assigned a case.
type Assignment string

// The assignments, in the order in which a case climbs (R40).
const (
	ToOwner     Assignment = "owner"
	ToBackup    Assignment = "backup"
	ToDirector  Assignment = "director"
	ToDelegate  Assignment = "delegate" // whom the director lent the power to judge
	ToAuthority Assignment = "authority"
)

// Assignments lists the assignments in their order.
func Assignments() []Assignment {
	return []Assignment{ToOwner, ToBackup, ToDirector, ToDelegate, ToAuthority}
}

// Party is a side of a case.
type Party string

// The parties.
const (
	TheAuthor   Party = "author"
	TheReporter Party = "reporter"
	bothParties Party = "both" // have appealed, one after the other
)

// without are the parties but for one of the two.
func (p Party) without(one Party) Party {
	switch {
	case p == one:
		return ""
	case p == bothParties && one == TheAuthor:
		return TheReporter
	case p == bothParties:
		return TheAuthor
	}
	return p
}

// Report is what one person reported.
type Report struct {
	ID           id.Report
	Case         id.Case
	Reference    string // theirs, such as "S-4H2P-9TRD"
	Person       id.Person
	Name, Email  string // of whoever has no account, where R38 asks for them or they gave them
	Language     string
	Ground       workflow.Ground
	LegalGround  string // at most 500 characters
	Explanation  string // at most 5,000 characters
	PriorContact string // with the author or the owner; at most 2,000 characters
	GoodFaith    bool
	At           time.Time
	DueAt        time.Time // by when a decision was aimed at then (R41)
	AppealedAt   time.Time // by them; zero: not yet (R45)
	About        *string   // the title of what they reported, where another case goes on with it; nil: what the case is about
	DisownedAt   time.Time // when whoever has the address said that it was not they; zero: they did not
}

// Tally is what all reports of one case come to, however many they are.
type Tally struct {
	Count    int               `json:"count"`
	Grounds  []workflow.Ground `json:"grounds"`  // that somebody named, each once
	Credible []workflow.Ground `json:"credible"` // of those, what a credible report names (R42)
}

// MostReports bounds the reports that are read with a case; its [Tally] counts them all.
const MostReports = 50

// Evidence is what a content was when it was reported.
type Evidence struct {
	Revision id.Revision
	Exhibit  Exhibit
	Hash     [32]byte // SHA-256 of the exhibit's canonical JSON
	Sealed   bool     // R50: the exhibit is left out, but for the evidence custodian
	TakenAt  time.Time
}

// Exhibit is the content itself, with its pictures and who could see it.
type Exhibit struct {
	Kind        publication.Kind         `json:"kind"`
	Space       string                   `json:"space"`
	Audience    publication.AudienceKind `json:"audience"`
	Exposure    workflow.Exposure        `json:"exposure"`
	Number      int                      `json:"number"`
	Title       string                   `json:"title"`
	HTML        string                   `json:"html"` // sanitised when it was submitted
	Byline      string                   `json:"byline"`
	Language    string                   `json:"language"`
	TextHash    string                   `json:"text_hash"`
	PublishedAt time.Time                `json:"published_at,omitzero"`
	Pictures    []ExhibitedPicture       `json:"pictures,omitempty"`
	Messages    []ExhibitedMessage       `json:"messages,omitempty"` // of a private message alone, with what was said around it (R25)
	Replies     []ExhibitedReply         `json:"replies,omitempty"`  // of the law, as readers saw them under it (R57)
}

// ExhibitedReply is a reply of the law that stood under an exhibit: a case may be about its text.
type ExhibitedReply struct {
	Reference string `json:"reference"`
	Name      string `json:"name"`
	Text      string `json:"text"`
}

// ExhibitedPicture is a picture of an exhibit, by the hash of its rendition's bytes.
type ExhibitedPicture struct {
	Photo     id.Photo     `json:"photo"`
	Rendition id.Rendition `json:"rendition"`
	Hash      string       `json:"hash"`
}

// Cause is why a case concerns somebody, so that they do not judge it.
type Cause string

// The causes. The last two keep somebody from judging again what they have judged (R45); the
// others from their own cause (R46).
const (
	CauseAuthor   Cause = "author"   // wrote it, or suggested it
	CauseDepicted Cause = "depicted" // is in the picture that it is about
	CauseNamed    Cause = "named"    // the text names them
	CauseTalked   Cause = "talked"   // wrote in the conversation, or was written to
	CauseKin      Cause = "kin"      // answers for a child who is its author or in it
	CauseReporter Cause = "reporter" // reported it
	CauseJudged   Cause = "judged"   // let this exact text stand, signed it, or rejected it
	CauseDecided  Cause = "decided"  // has decided this case
)

// Fresh reports whether the cause is of R45, and not of R46.
func (c Cause) Fresh() bool { return c == CauseJudged || c == CauseDecided }

// Concern is somebody whom a case concerns.
type Concern struct {
	Person id.Person `json:"person"`
	Cause  Cause     `json:"cause"`
}

// Answerer is who may be assigned a case, as what.
type Answerer struct {
	Person  id.Person
	Name    string
	As      Assignment
	Directs bool // the house that has the case in hand
}

// CaseEntryKind says what was said in a case.
type CaseEntryKind string

// The kinds of entry.
const (
	EntryNote     CaseEntryKind = "note"     // for those who examine alone
	EntryQuestion CaseEntryKind = "question" // to who reported
	EntryAnswer   CaseEntryKind = "answer"   // from who reported
	EntryAppeal   CaseEntryKind = "appeal"   // of a party
	EntryMove     CaseEntryKind = "move"     // why it went to somebody else
)

// CaseEntry is one thing that was said.
type CaseEntry struct {
	ID     id.Entry
	Case   id.Case
	Report id.Report // to or from whom; zero for none
	Kind   CaseEntryKind
	Person id.Person // who said it; zero for whoever has no account, and for who reported where that is not to be known (R44)
	Name   string    // of the person
	Text   string    // at most 5,000 characters
	At     time.Time
}

// Ruling is what was decided of a case, with its reasons (R43).
type Ruling struct {
	ID        id.Entry
	Case      id.Case
	Verdict   workflow.Verdict
	Appeal    bool // it answers an appeal
	Upheld    bool // and that appeal was
	Person    id.Person
	Name      string
	Ground    workflow.Ground
	Reason    string // to the author
	Answer    string // to who reported; tells nothing of the author (R44)
	Photo     id.Photo
	Sealed    bool // R50
	Statement *workflow.Statement
	At        time.Time
	Until     time.Time // until when who reported may appeal it; zero where they cannot
}

// CaseLetterKind says what a letter of a case tells.
type CaseLetterKind string

// The kinds of letter.
const (
	LetterReceipt  CaseLetterKind = "receipt"  // it was received, and what happens next (R39)
	LetterQuestion CaseLetterKind = "question" // something is asked
	LetterDecision CaseLetterKind = "decision" // R43
	LetterAnswer   CaseLetterKind = "answer"   // what became of the appeal
)

// CaseLetter is a letter of a case, as it was written: plain text, paragraphs parted by empty
// lines. Of the other side it tells nothing (R44).
type CaseLetter struct {
	ID      id.Letter
	Case    id.Case
	To      Party
	Report  id.Report // to whom, of those who reported
	Person  id.Person // to whom, of those with an account
	Kind    CaseLetterKind
	Cause   uuid.UUID // the report, the question or the ruling that it tells of: to one party once
	Subject string
	Body    string
	At      time.Time
}

// Clock is a time limit of a case with what it means.
type Clock struct {
	Kind  ClockKind
	Due   time.Time
	Late  bool
	Legal bool // it never pauses: "légal : jamais suspendu"
}

// ClockKind says what a clock measures.
type ClockKind string

// The clocks.
const (
	ClockReceipt    ClockKind = "receipt"     // by then whoever reported is told that it has come (R39)
	ClockEscalation ClockKind = "escalation"  // then it goes to somebody higher (R40)
	ClockDecision   ClockKind = "decision"    // by then it is to be decided (R41)
	ClockMask       ClockKind = "mask_review" // by then a human looks at the interim mask again (R42)
	ClockAppeal     ClockKind = "appeal"      // until then a party may appeal (R45)
	ClockAnswer     ClockKind = "answer"      // by then the appeal is to be answered (R45)
	ClockReply      ClockKind = "reply"       // by then a reply is inserted, or refused with reasons (R56)
	ClockReminder   ClockKind = "reminder"    // then who is to answer it is reminded (R56)
	ClockRedress    ClockKind = "redress"     // until then whoever replies may go to court
	ClockOrder      ClockKind = "order"       // by then an order is to be executed (R48)
	ClockSilence    ClockKind = "silence"     // until then its authority wants the author not to be told
)

// Current is what the content is now, beside what it was.
type Current struct {
	Contribution publication.Contribution
	Exposure     workflow.Exposure
	Live         *publication.Revision // nil where nothing is published
	Changed      bool                  // readers would see another text than the one reported
	Holds        []publication.Hold    // open, of this case and of others
	Sealed       bool                  // nobody sees it but the evidence custodian (R50)
}

// CaseEvent is one act in the history of a case. Who reported is never named in it (R44).
type CaseEvent struct {
	At       time.Time
	Action   string
	From, To string
	Name     string // of who acted; empty for the machine, for who reported, and for somebody of another house
}
