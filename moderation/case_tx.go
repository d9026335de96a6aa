package moderation

import (
	"context"
	"time"

	"github.com/google/uuid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// CasesTx is what the service of cases does inside a transaction.
type CasesTx interface {
	publication.Tx
	ReportTx
	MessageTx
	AttachmentTx
	CannedTx
	CaseTx
	DeskTx
	ReplyTx
	NoticeTx
	OrderTx
	ReferralTx
	CareTx
	GuardianTx
	MisuseTx
	ReceiptTx

	// PhotoDossier locks a photo and reads it with what acting on it needs, or answers
	// [directory.ErrNotFound].
	PhotoDossier(ctx context.Context, photo id.Photo, who id.Person, now time.Time) (imageconsent.PhotoDossier, error)
	// CaseTrail reads the trail of a case, the newest first.
	CaseTrail(ctx context.Context, c id.Case, limit int) ([]CaseEvent, error)
}

// CaseTransactions opens a transaction in a tenant and commits it when do returns nil.
type CaseTransactions func(ctx context.Context, tenant id.Tenant, do func(CasesTx) error) error

// Found is a content that somebody reports, as it is now.
type Found struct {
	Target   Target
	Revision id.Revision
	Exhibit  Exhibit
	Minors   bool // somebody under age may be among its readers
	Concerns []Concern
	Staff    []directory.Person // who may come to examine it
}

// ReportTx is what reporting asks of a transaction, in the establishment where the content
// is, whoever handles the case.
type ReportTx interface {
	ConcernTx

	// Reported finds what a report is about, as it is now: nothing that was never
	// submitted, and for a person nothing that they may not read, is
	// [directory.ErrNotFound].
	Reported(ctx context.Context, who actor.Actor, contribution id.Contribution, photo id.Photo, now time.Time) (Found, error)
	// ReportedPortrait finds a portrait of a trombinoscope that a report is about: what is none, and for a
	// person what they may not see, is [directory.ErrNotFound].
	ReportedPortrait(ctx context.Context, who actor.Actor, photo id.Photo, now time.Time) (Found, error)
	// Placed finds the contribution that shows a picture, or what the case of a reference is
	// about, of this establishment; what nobody knows of is [directory.ErrNotFound].
	Placed(ctx context.Context, photo id.Photo, reference string) (id.Contribution, id.Photo, error)
	// OpenCase finds the case under way about the same target and locks it, whoever
	// handles it, or writes this one. It reports whether it wrote.
	OpenCase(ctx context.Context, c Case, minors bool) (Case, bool, error)
	// AddReport writes what one person reported, with the hash of the form that was sent; zero for
	// none. A secret that is there already is [workflow.ErrStale].
	AddReport(ctx context.Context, r Report, secret, form [32]byte) error
	// SentAs is the hash of the form of a secret, or [directory.ErrNotFound].
	SentAs(ctx context.Context, secret [32]byte) ([32]byte, error)
	// AddEvidence keeps what the content was, once for each state of it, and whom it
	// concerns.
	AddEvidence(ctx context.Context, c id.Case, e Evidence, concerns []Concern) error
	// AddConcerns keeps whom a case concerns besides.
	AddConcerns(ctx context.Context, c id.Case, concerns []Concern) error
	// SettingChanges reads the changes of a parameter, the latest first.
	SettingChanges(ctx context.Context, key string) ([]directory.SettingChange, error)
	// Aggravate makes a locked case as grave as the case says, with its ground and its
	// times, and emits messages to whoever handles it.
	Aggravate(ctx context.Context, c Case, messages []outbox.Message) error
	// Contested reports whether a decision was appealed before, whoever handles that.
	Contested(ctx context.Context, disputed uuid.UUID) (bool, error)
	// CountReports counts what somebody has reported here since then.
	CountReports(ctx context.Context, who id.Person, since time.Time) (int, error)
}

// ConcernTx is what finding whom a text concerns asks of a transaction, in its establishment.
type ConcernTx interface {
	// Concerned lists whom an exact text concerns, and a picture that is reported by itself, where
	// there is one (R45, R46).
	Concerned(ctx context.Context, text id.Revision, photo id.Photo) ([]Concern, error)
	// Staff lists who may come to examine a case here, of a space where there is one.
	Staff(ctx context.Context, space id.Space, now time.Time) ([]directory.Person, error)
	// Examined reports whether a case that is not over is about a contribution, whoever handles it.
	Examined(ctx context.Context, c id.Contribution) (bool, error)
	// ConcernAnew keeps whom such cases concern from now on.
	ConcernAnew(ctx context.Context, c id.Contribution, concerns []Concern, now time.Time) error
}

// CaseFile is a case with what acting on it needs to know, read under its lock.
type CaseFile struct {
	Case
	House     directory.House // who handles it
	Roles     actor.Roles     // of whoever acts, there and, where the content is of the same house, in its space
	Concerns  []Concern       // of its evidence and of what the content is now, who decided it and, of whoever acts or may be assigned it, who reported
	Reports   []Report        // the first [MostReports], the first first
	Reported  time.Time       // when somebody reported it last, of all; zero where nobody did
	Tally     Tally           // of all
	Masking   settings.Values // when the machine masks, as the establishment of the content has it (R42)
	Rulings   []Ruling        // the first first
	Above     id.Tenant       // the authority above the handler, where somebody judges there; zero: none
	AboveName string
	Published time.Time  // when its content first appeared, by its evidence; zero where it has none
	Photos    []id.Photo // of its evidence
	Minors    bool       // somebody under age may be among the readers
	Holds     []OwnHold  // the open holds that it has placed, whoever handles it
	Hides     bool       // there are some
	Press     bool       // it is about pupils' press, whoever handles it (R14)
	Child     bool       // its author is under age
	Answerers []Answerer // whom it may be assigned to, in the order of R40
	Reach     Reach
	Reply     *Reply             // of a case of that kind; nil for any other
	Staff     []directory.Person // the same, as a text names them

	Order Order // of a case of order (R48); else zero

	content // where the establishment of the content handles the case
}

// Reach is how a house says that it is reached, on its information pages (R66).
type Reach struct {
	Email string `json:"email"`
	Phone string `json:"phone"`
}

// content is what a case is about, as it is now, in the establishment where it is.
type content struct {
	Dossier *publication.Dossier       // nil where there is no contribution
	Photo   *imageconsent.PhotoDossier // nil where it is about no picture
	Space   *publication.SpaceDossier  // nil but where an order is about a whole space
}

// CaseQuery is a page of the list of cases to read.
type CaseQuery struct {
	Who    id.Person
	Judges bool // the person judges in this house: all of its cases, else those assigned to them
	Mine   bool
	Done   bool
	Kind   CaseKind
	Status workflow.CaseStatus
	Ground workflow.Ground
	After  *CaseCursor
	Limit  int
	Now    time.Time
}

// CaseCursor is a place in the list of cases.
type CaseCursor struct {
	Due  time.Time // zero in a list of those that are done
	Case id.Case
}

// CaseOrder is what the establishment of a content is to carry out of a case that an
// authority handles, or of one that became graver.
type CaseOrder struct {
	Case    Case
	Minors  bool
	Tally   Tally
	Masking settings.Values // as in [CaseFile]
	Asked   id.Person       // whom the last question is for, where they were signed in
	Ruling  *Ruling         // the latest; nil: none
}

// CaseTx is what the examination of cases asks of a transaction, in the tenant that handles
// the case.
type CaseTx interface {
	// CaseTarget reads a case by itself, without locking it, or answers
	// [directory.ErrNotFound]: to every tenant but the one that handles it.
	CaseTarget(ctx context.Context, c id.Case) (Case, error)
	// CaseFile locks a case and reads it, without its dossiers, or answers
	// [directory.ErrNotFound]. Whatever it is about is locked before.
	CaseFile(ctx context.Context, c id.Case, who id.Person, now time.Time) (CaseFile, error)
	// ReadCase is CaseFile without locking, for whoever only wants to know.
	ReadCase(ctx context.Context, c id.Case, who id.Person, now time.Time) (CaseFile, error)
	// LockCases locks cases of this house in the order of their ids.
	LockCases(ctx context.Context, cases ...id.Case) error
	// ReportIn reads one report of a case, or answers [directory.ErrNotFound].
	ReportIn(ctx context.Context, c id.Case, r id.Report) (Report, error)
	// Unwritten reads reports of a case to which the letter of a ruling was not written
	// yet or, of the zero Ruling, whose receipt was not, the first first.
	Unwritten(ctx context.Context, c id.Case, r Ruling, limit int) ([]Report, error)
	// AuthorOf tells whose a contribution of this house is, without locking it, or answers
	// [directory.ErrNotFound].
	AuthorOf(ctx context.Context, c id.Contribution) (id.Person, error)
	// UpdateCase writes what an act says beside the status: assignment, times, verdict.
	UpdateCase(ctx context.Context, c Case) error
	// HandOver moves a case, all that is in it and what is promised about it to the tenant
	// above this one, which handles it from now on: here it is [directory.ErrNotFound].
	HandOver(ctx context.Context, c id.Case, to id.Tenant) error
	// MarkAppealed keeps that one who reported has appealed (R45).
	MarkAppealed(ctx context.Context, report id.Report, now time.Time) error
	// MergeCase moves what was reported, said and written in a case, its evidence, its links
	// and its holds to another, which it makes as grave as it says. Both are locked.
	MergeCase(ctx context.Context, c id.Case, into Case, minors bool) error
	// RunningBeside tells the reference of another case under way about the same, and whether
	// there is one; of one that another house handles the reference is empty.
	RunningBeside(ctx context.Context, c id.Case) (string, bool, error)
	// LinkCases links two cases of this house, or gives their link another reason.
	LinkCases(ctx context.Context, c, other id.Case, who id.Person, reason string, now time.Time) error
	// UnlinkCases ends a link, or answers [directory.ErrNotFound].
	UnlinkCases(ctx context.Context, c, other id.Case) error
	// ClosedCases lists cases of this house that were closed before a time and may be
	// purged, the first closed first: nothing keeps them (R63).
	ClosedCases(ctx context.Context, before time.Time, limit int) ([]id.Case, error)
	// PurgeCase forgets a closed case, and those merged into it, but for its figures. It
	// reports whether it did: something may keep it (R63).
	PurgeCase(ctx context.Context, c id.Case, now time.Time) (bool, error)
	// CaseLinks reads the cases linked to one, the latest first.
	CaseLinks(ctx context.Context, c id.Case) ([]CaseLink, error)
	// AddCaseEntry writes what was said in a case.
	AddCaseEntry(ctx context.Context, e CaseEntry) error
	// AddRuling writes what was decided.
	AddRuling(ctx context.Context, r Ruling) error
	// AddCaseLetters writes letters, each to one party once for one cause.
	AddCaseLetters(ctx context.Context, letters []CaseLetter) error
	// LinkReport makes a secret open the follow-up of a report that a letter of this house is
	// about, or answers [directory.ErrNotFound].
	LinkReport(ctx context.Context, report id.Report, secret [32]byte) error
	// ProveAddress keeps that whoever has the address that was given with a report of this house
	// acted with a secret that was mailed there: it is their report (R46).
	ProveAddress(ctx context.Context, secret [32]byte, now time.Time) error
	// DisownAddress keeps that they said that it was not they.
	DisownAddress(ctx context.Context, secret [32]byte, now time.Time) error
	// CaseParts reads what is in a case: of the letters to those who reported, those of one
	// report or, where none is given, of the first [MostReports].
	CaseParts(ctx context.Context, c id.Case, r id.Report) (CaseParts, error)
	// CaseList reads a page of the cases: those that concern the person are left out (R46).
	CaseList(ctx context.Context, q CaseQuery) ([]CaseLine, error)
	// CountCaseList counts the cases of a query that are to be decided yet, up to its limit.
	CountCaseList(ctx context.Context, q CaseQuery) (int, error)
	// CaseOrderOf reads what the establishment of the content is to carry out of a case,
	// whoever handles it, or answers [directory.ErrNotFound].
	CaseOrderOf(ctx context.Context, c id.Case) (CaseOrder, error)
	// EmitThere emits a message about a case to the establishment where its content is.
	EmitThere(ctx context.Context, c id.Case, m outbox.Message) error
}

// CaseParts is what is in a case, each in its order.
type CaseParts struct {
	Evidence []Evidence
	Entries  []CaseEntry
	Letters  []CaseLetter
	// What was attached to the reports.
	Attachments []Attachment
	Names       map[id.Person]string
	Place       string // the name of the establishment where the content is
	Space       string // the title of its space; empty where an authority handles it
}
