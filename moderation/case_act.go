package moderation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// CaseTx is what the examination of cases asks of a transaction.
type CaseTx interface {
	// CaseFile locks a case, then reads it with what acting on it needs, or answers
	// [directory.ErrNotFound]: to every tenant but the one that handles it.
	CaseFile(ctx context.Context, c id.Case, who id.Person, now time.Time) (CaseFile, error)
	// UpdateCase writes what an act says beside the status: assignment, times, verdict.
	UpdateCase(ctx context.Context, c Case) error
	// HandOver moves a case and all that is in it to the tenant that handles it from now on.
	HandOver(ctx context.Context, c id.Case, to id.Tenant) error
	// AddCaseEntry writes what was said in a case.
	AddCaseEntry(ctx context.Context, e CaseEntry) error
	// AddRuling writes what was decided.
	AddRuling(ctx context.Context, r Ruling) error
	// AddLetters writes letters and has them sent to whoever has an address.
	AddLetters(ctx context.Context, letters []CaseLetter, now time.Time) error
	// Reports lists what was reported in a case, the first first.
	Reports(ctx context.Context, c id.Case) ([]Report, error)
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
	Person id.Person // who said it; zero for whoever has no account
	Text   string    // at most 5,000 characters
	At     time.Time
}

// Ruling is what was decided of a case, with its reasons (R43).
type Ruling struct {
	Case      id.Case
	Verdict   workflow.Verdict
	Appeal    bool
	Person    id.Person
	Ground    workflow.Ground
	Reason    string // to the author
	Answer    string // to who reported; tells nothing of the author (R44)
	Statement *workflow.Statement
	At        time.Time
}
