package moderation

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// ScreeningTx is what screening asks of a transaction.
type ScreeningTx interface {
	// Screening locks the contribution that a revision belongs to and reads it,
	// with the words of the lists that the caller does not know yet.
	Screening(ctx context.Context, revision id.Revision, known []ListVersion, now time.Time) (Screening, error)
	// KeepScreening writes what screening found, in place of what was there, with
	// the revision's severity, target and reach, and alerts whoever answers for
	// the space if it says so.
	KeepScreening(ctx context.Context, r Result) error
	// LiveTexts reads what is live in the establishment, in the order of the
	// contributions' ids, after the given one.
	LiveTexts(ctx context.Context, after id.Contribution, limit int) ([]LiveText, error)
	// AddFinding adds a finding to a revision unless it is there already, and raises
	// the revision's severity and moves its target forward with it.
	AddFinding(ctx context.Context, r Result) error
}

// ListVersion names the content of a word list.
type ListVersion struct {
	ID      id.WordList
	Version int64
}

// Screening is what a text is screened with.
type Screening struct {
	Dossier publication.Dossier
	Lists   []WordList  // without Words where the caller knows the version
	Former  int         // contributions by the author that were live before
	Recent  []time.Time // the author's latest submissions, newest first, this one included
	Same    bool        // the author submitted the same text elsewhere within the day
}

// LiveText is a text that readers see, as far as its words go.
type LiveText struct {
	Contribution id.Contribution
	Revision     publication.Revision
}

// Result is what screening found of a revision.
type Result struct {
	Message  id.Message // that asked for it
	Revision id.Revision
	Findings []Finding
	Severity workflow.Severity
	Target   time.Time
	Reach    int
	Alert    bool // severity 4: tell at once (R21)
	At       time.Time
}

// Screen carries out a screening message: each phase looks at the submitted
// text, what they found is kept, and the revision passes or is held back, all
// with the message's end in one transaction. A revision that has moved since is
// left alone. The errors are [directory.ErrNotFound], [workflow.ErrStale] for a
// message already done, and the database's.
func (s *Service) Screen(ctx context.Context, m outbox.Message) error {
	revision := id.Revision{UUID: m.Subject}
	return s.inTx(ctx, m.Tenant, func(tx Tx) error {
		now := s.clock()
		ready := s.lexicons.shelf(m.Tenant)
		given, err := tx.Screening(ctx, revision, ready.versions(), now)
		if err != nil {
			return fmt.Errorf("screen revision %s: %w", revision, err)
		}
		d := given.Dossier
		if r := d.Open; r == nil || r.ID != revision || r.Version != m.Version || r.Status != workflow.Submitted {
			return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
		}
		sample := newSample(given, d.Open, s.lexicons.fill(m.Tenant, ready, given.Lists), now)
		sample.Hosts = s.hosts
		result, action := judge(sample)
		result.Message = m.ID
		if err := tx.KeepScreening(ctx, result); err != nil {
			return fmt.Errorf("screen revision %s: %w", revision, err)
		}
		batch, err := d.Step(m, action, now)
		if err != nil {
			return err
		}
		return workflow.Commit(ctx, tx, batch.Done(m.ID))
	})
}
