package moderation

import (
	"context"
	"errors"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// Follower is who follows what they reported: by the secret of a follow-up address, which
// lets nobody do anything else, or signed in. Where there is a secret it alone counts.
type Follower struct {
	Secret string
	Who    actor.Actor
	Report id.Report
}

// Stage is how far a case has come, in the words of whoever waits for it.
type Stage string

// The stages.
const (
	StageReceived  Stage = "received"  // somebody will look at it
	StageExamining Stage = "examining" // somebody does
	StageAsked     Stage = "asked"     // and has a question
	StageDecided   Stage = "decided"   // and may still be appealed
	StageAppealed  Stage = "appealed"  // another human looks at it again
	StageClosed    Stage = "closed"
)

// Stages lists the stages.
func Stages() []Stage {
	return []Stage{StageReceived, StageExamining, StageAsked, StageDecided, StageAppealed, StageClosed}
}

// FollowUp is what whoever reported may know of what became of it: never who wrote the
// content, nor who else reported it.
type FollowUp struct {
	Report      Report // their own words
	Version     int64  // of the case; answering and appealing name it
	Handler     string // the name of the establishment or authority that examines it
	Title       string // of the content, for somebody signed in; else empty: nobody learns what is where
	Stage       Stage
	DueAt       time.Time // by when it is aimed to be decided, or the appeal answered; zero once that is done
	DecidedAt   time.Time
	AppealUntil time.Time    // zero before it is decided
	Thread      []CaseEntry  // questions to them, their answers and their appeal
	Letters     []CaseLetter // to them
	MayRespond  bool
	MayAppeal   bool
}

// Follow shows whoever reported what became of it. What a secret does not open is
// [directory.ErrNotFound], whatever is wrong with it; so is another's report.
func (s *Cases) Follow(ctx context.Context, f Follower) (FollowUp, error) {
	return FollowUp{}, errors.ErrUnsupported
}

// Respond answers a question of those who examine. The text has at most 5,000 characters. The
// errors are [directory.ErrNotFound], a [directory.FieldError] ("text") and a
// [workflow.Refusal] where nothing is asked.
func (s *Cases) Respond(ctx context.Context, f Follower, version int64, text string) error {
	return errors.ErrUnsupported
}

// AppealReport has another human look at what was decided, for whoever reported: once for a
// case, and in time (R45). The errors are those of [Cases.Respond].
func (s *Cases) AppealReport(ctx context.Context, f Follower, version int64, text string) error {
	return errors.ErrUnsupported
}

// Filed is a line of what somebody has reported.
type Filed struct {
	Report    id.Report
	Reference string
	Title     string
	Stage     Stage
	At        time.Time
	DueAt     time.Time
}

// FiledPage is a part of what somebody has reported, the newest first.
type FiledPage struct {
	Items []Filed
	Next  string // After of the next page; empty on the last
}

// ReportsBy lists what the actor has reported while signed in. The error is
// [publication.ErrCursor].
func (s *Cases) ReportsBy(ctx context.Context, who actor.Actor, after string, limit int) (FiledPage, error) {
	return FiledPage{}, errors.ErrUnsupported
}

// AuthorView is what the author of a content may know of a case about it: what was
// decided and why, and never who reported it (R44).
type AuthorView struct {
	Case        id.Case
	Version     int64
	Reference   string
	Handler     string // the name of the establishment or authority that decides
	Title       string
	Stage       Stage
	Masked      bool // hidden until it is decided (R42)
	DecidedAt   time.Time
	AppealUntil time.Time
	DueAt       time.Time // by when it is to be decided, or their appeal answered
	Letters     []CaseLetter
	Appeal      string // their own words, where they have appealed
	MayAppeal   bool
}

// AuthorView shows the author of a content a case about it, once they were told of it: that
// it is masked, or what was decided. The error is [directory.ErrNotFound].
func (s *Cases) AuthorView(ctx context.Context, who actor.Actor, c id.Case) (AuthorView, error) {
	return AuthorView{}, errors.ErrUnsupported
}

// AppealCase is the author's appeal of what was decided of a case: once for a case, and in
// time (R45). The errors are those of [Cases.Respond].
func (s *Cases) AppealCase(ctx context.Context, who actor.Actor, c id.Case, version int64, text string) error {
	return errors.ErrUnsupported
}

// Contested is a decision that no case came before: the rejection of a text, or a mask or a
// withdrawal. Exactly one of them is named.
type Contested struct {
	Contribution id.Contribution
	Revision     id.Revision // that was rejected
	Hold         id.Hold     // mask or withdrawal, of the contribution itself
}

// Contest is an author's appeal of such a decision, which begins a case of its own (R45).
// The errors are [directory.ErrNotFound], a [directory.FieldError] ("text") and a
// [workflow.Refusal] where the time is over or it was appealed before.
func (s *Cases) Contest(ctx context.Context, who actor.Actor, of Contested, text string) (Receipt, error) {
	return Receipt{}, errors.ErrUnsupported
}
