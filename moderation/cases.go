package moderation

import (
	"context"
	"time"

	"imprimatur/internal/id"
)

// Cases takes reports, and has them examined, decided and appealed (R38 to R46).
type Cases struct{ CasesConfig }

// CasesConfig is what a Cases is made of. Every field is required.
type CasesConfig struct {
	InTx   CaseTransactions
	Finder CaseFinder
	Clock  func() time.Time
}

// NewCases returns a Cases.
func NewCases(cfg CasesConfig) *Cases { return &Cases{cfg} }

// CaseFinder finds where a case is, before it is known who handles it. It tells no content.
type CaseFinder interface {
	// ReportOf finds the report of a follow-up secret's hash, or answers [directory.ErrNotFound].
	ReportOf(ctx context.Context, secret [32]byte) (ReportPlace, error)
	// PlaceOfReport finds a report by its id, or answers [directory.ErrNotFound].
	PlaceOfReport(ctx context.Context, report id.Report) (ReportPlace, error)
	// ReportsBy lists what somebody has reported while signed in, the newest first, before the
	// given one.
	ReportsBy(ctx context.Context, who id.Person, before id.Report, limit int) ([]Filing, error)
	// CaseToldAs finds a case by how its author knows it, and who handles it, or answers
	// [directory.ErrNotFound].
	CaseToldAs(ctx context.Context, c id.AuthorCase) (id.Case, id.Tenant, error)
	// CasesOf lists the cases about a contribution, whoever handles them, the latest first, as its
	// author knows them.
	CasesOf(ctx context.Context, c id.Contribution, limit int) ([]id.AuthorCase, error)
}

// ReportPlace says where a report is.
type ReportPlace struct {
	Tenant id.Tenant // who handles the case
	Case   id.Case
	Report id.Report
	Person id.Person // who was signed in
	Proves bool      // it was found by a secret that was mailed, and nobody has acted with one before
}

// Receipt is what whoever reported is given at once (R39).
type Receipt struct {
	Report    id.Report
	Reference string // of the report
	Secret    string // of the follow-up address; kept nowhere
	At        time.Time
	DueAt     time.Time // by when a decision is aimed at (R41)
}
