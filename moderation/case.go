package moderation

import (
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
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
)

// CaseKinds lists the kinds of case.
func CaseKinds() []CaseKind { return []CaseKind{OfReport, OfTakedown, OfAppeal} }

// Target is what a case examines. The zero Target is a location that names nothing here.
type Target struct {
	Contribution id.Contribution
	Photo        id.Photo // where it is about one picture, wherever that is used
	Space        id.Space
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
	Reference string // for people to name it by, such as "D-7KQ2-M4XW"
	Target    Target
	Location  string // as it was given; at most 2,000 characters
	Ground    workflow.Ground
	Severity  workflow.Severity
	Authority bool // somebody asked for the authority above

	Assignee   id.Person
	AssignedAs Assignment
	OpenedAt   time.Time
	DueAt      time.Time // R41
	EscalateAt time.Time // R40
	Escalated  time.Time // zero: not yet
	ViewedAt   time.Time // by the first human who examines it; zero: by nobody

	Verdict     workflow.Verdict
	DecidedAt   time.Time
	DecidedBy   id.Person
	AppealUntil time.Time // R45
	AppealedBy  Party     // empty: nobody
	MergedInto  id.Case
}

// Assignment is as what somebody was assigned a case.
type Assignment string

// The assignments, in the order in which a case climbs (R40).
const (
	ToOwner     Assignment = "owner"
	ToBackup    Assignment = "backup"
	ToDirector  Assignment = "director"
	ToAuthority Assignment = "authority"
)

// Party is a side of a case.
type Party string

// The parties.
const (
	TheAuthor   Party = "author"
	TheReporter Party = "reporter"
)

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
}

// Evidence is what a content was when it was reported.
type Evidence struct {
	Revision id.Revision
	Exhibit  Exhibit
	Hash     [32]byte // SHA-256 of the exhibit's canonical JSON
	Sealed   bool     // R50
	TakenAt  time.Time
}

// Exhibit is the content itself, with its pictures and who could see it.
type Exhibit struct {
	Kind        publication.Kind   `json:"kind"`
	Space       string             `json:"space"`
	Audience    string             `json:"audience"`
	Exposure    workflow.Exposure  `json:"exposure"`
	Number      int                `json:"number"`
	Title       string             `json:"title"`
	HTML        string             `json:"html"`
	Byline      string             `json:"byline"`
	Language    string             `json:"language"`
	TextHash    string             `json:"text_hash"`
	PublishedAt time.Time          `json:"published_at,omitzero"`
	Pictures    []ExhibitedPicture `json:"pictures,omitempty"`
}

// ExhibitedPicture is a picture of an exhibit, by the hash of its rendition's bytes.
type ExhibitedPicture struct {
	Photo     id.Photo     `json:"photo"`
	Rendition id.Rendition `json:"rendition"`
	Hash      string       `json:"hash"`
}

// CaseFile is a case with all that an act on it needs to know, read under its lock.
type CaseFile struct {
	Case      Case
	Dossier   *publication.Dossier // of its contribution, while the establishment handles it; else nil
	House     directory.House      // who handles it
	Roles     actor.Roles          // of whoever acts: in the target's space, or in the house where there is none
	Involved  Involved
	Above     id.Tenant // the authority above; zero: none
	Answerers []Answerer
	Secret    id.Report // of whoever came by a follow-up address
}

// Involved are whom a case concerns: none of them judges it (R46).
type Involved struct {
	Author    id.Person
	Reporters []id.Person
	Depicted  []id.Person // in the picture that it is about
	Judged    []id.Person // who approved or signed the exact text, or has decided the case before (R45)
	Head      id.Person   // in office where the content is
}

// Answerer is who may be assigned a case, as what.
type Answerer struct {
	Person id.Person
	As     Assignment
}
