package moderation

import (
	"context"
	"errors"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// CaseFilter narrows the list of cases. The zero CaseFilter is what is to be decided yet.
type CaseFilter struct {
	Mine  bool // assigned to the actor
	Done  bool // decided, closed and merged ones instead, the latest first
	Kind  CaseKind
	After string // the Next of the page before
	Limit int    // 0 means DefaultLimit; at most MaxLimit
}

// CaseLine is a case in the list.
type CaseLine struct {
	Case
	AssigneeName string
	PlaceName    string // of the establishment where the content is
	SpaceTitle   string // empty where an authority handles it
	Reports      int
	Masked       bool // it holds a mask
	Late         bool // its time is over
}

// CasePage is a part of the cases: those to be decided in the order of their deadlines, the
// overdue first; decided ones the latest first.
type CasePage struct {
	Items []CaseLine
	Next  string
}

// Cases lists the cases that the actor may examine: who owns a space, those assigned to
// them; the director and whoever judges, all that this establishment or authority handles.
// What concerns the actor is left out (R46). The error is [publication.ErrCursor].
func (s *Cases) Cases(ctx context.Context, who actor.Actor, f CaseFilter) (CasePage, error) {
	return CasePage{}, errors.ErrUnsupported
}

// CountCases counts the cases to be decided that the actor may examine and that are assigned
// to them or, for whoever judges, to anybody; up to CountCap.
func (s *Cases) CountCases(ctx context.Context, who actor.Actor) (int, error) {
	return 0, errors.ErrUnsupported
}

// CaseView is a case as its page shows it to somebody who may examine it.
type CaseView struct {
	Case
	PlaceName    string
	HandlerName  string
	SpaceTitle   string
	AuthorName   string
	AssigneeName string
	DeciderName  string
	Evidence     []Evidence // what it was, the first first
	Current      *Current   // what it is; nil where an authority handles it, or nothing was found
	Reports      []Report   // for whoever does not judge without a name, an address or a person (R44)
	Thread       []CaseEntry
	Events       []Event // the trail of the case, the newest first
	Rulings      []Ruling
	Letters      []CaseLetter // to the author; to who reported for whoever judges
	Clocks       []Clock
	Offers       []CaseOffer
	Answerers    []Answerer // whom it can be assigned to
	Above        string     // the name of the authority it can be passed to; empty: none
	Fresh        bool       // the actor has judged neither this exact text nor this case (R45)
	Identities   bool       // who reported is shown; that it was read is logged (R44)
	Custodian    bool       // sealed evidence is shown (R50)
}

// CaseOffer is an act that is open to the actor, with what it would do.
type CaseOffer struct {
	workflow.Offer
	Verdicts []workflow.Verdict // to choose from, where the act decides
}

// Case shows a case to somebody who may examine it. Whom it is assigned to begins to examine
// it by that, which is the first human view. The errors are [directory.ErrNotFound], for
// whoever may not know of it and for its author, and a [directory.Refusal] (R46) for
// whoever judges here and reported it or is named in it.
func (s *Cases) Case(ctx context.Context, who actor.Actor, c id.Case) (CaseView, error) {
	return CaseView{}, errors.ErrUnsupported
}

// CaseCommand is somebody's wish to act on a case, as they saw it.
type CaseCommand struct {
	Action  workflow.Action
	Version int64 // of the case that they looked at

	// Of a decision (decide, overturn) and of dismiss.
	Verdict workflow.Verdict
	Ground  workflow.Ground // needed where something is withdrawn
	Facts   string          // what was seen, for the statement; at most 5,000 characters; empty: Reason
	Reason  string          // to the author, who may be a pupil; at most 5,000 characters
	Answer  string          // to who reported; empty: one that says what was decided
	Photo   id.Photo        // to withdraw; zero: the one that the case is about
	Sealed  bool            // nobody may look any more (R50)

	Text     string    // why it moves, what is asked; at most 5,000 characters
	Report   id.Report // whom a question is for; zero: who reported first
	Assignee id.Person // for reassign
	Into     id.Case   // for merge
}

// ActOn carries out an examiner's command on a case. With a decision go, in one transaction,
// its holds and the letters to both sides. The errors are [directory.ErrNotFound], a
// [directory.Refusal] (R46), [directory.FieldError]s and [workflow.Refusal].
func (s *Cases) ActOn(ctx context.Context, who actor.Actor, c id.Case, command CaseCommand) error {
	return errors.ErrUnsupported
}

// Preview is what a decision would send, and place or release.
type Preview struct {
	ToAuthor   *CaseLetter // nil where no author is known
	ToReporter *CaseLetter // to who reported first; the others' differ in their reference alone
	Statement  *workflow.Statement
	Places     []workflow.HoldKind
	Releases   []workflow.HoldKind
	Until      time.Time // until when it may be appealed
}

// PreviewDecision shows both letters of a decision before it is sent. It writes nothing. The
// errors are those of [Cases.ActOn].
func (s *Cases) PreviewDecision(ctx context.Context, who actor.Actor, c id.Case, command CaseCommand) (Preview, error) {
	return Preview{}, errors.ErrUnsupported
}

// AddNote keeps a note for those who examine a case. The text has at most 5,000 characters.
// The errors are those of [Cases.ActOn].
func (s *Cases) AddNote(ctx context.Context, who actor.Actor, c id.Case, text string) error {
	return errors.ErrUnsupported
}
