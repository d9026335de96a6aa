package moderation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// ActPurgeCase is the act of forgetting a case, in the trail.
const ActPurgeCase = "purge_case"

// forgotAtOnce bounds the cases of one house that a turn forgets.
const forgotAtOnce = 100

// Forget purges the cases of a house that were closed longer ago than they are kept (R63), and
// counts them: who reported, what was said and written, the evidence and the reasons are gone,
// and no secret opens them any more; figures stay. What is under a block, or linked to an open
// case, stays too. One that fails keeps no other, and comes again in the next turn.
func (s *Cases) Forget(ctx context.Context, tenant id.Tenant) (int, error) {
	var due []id.Case
	err := s.InTx(ctx, tenant, func(tx CasesTx) error {
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		kept := settings.CaseRetention.Of(house.Values).N
		due, err = tx.ClosedCases(ctx, s.Clock().AddDate(0, -kept, 1), forgotAtOnce)
		return err
	})
	count, faults := 0, []error{err}
	for _, c := range due {
		did, err := s.forget(ctx, tenant, c)
		if did {
			count++
		}
		faults = append(faults, err)
	}
	return count, errors.Join(faults...)
}

// forget purges one case, where its time is over to the day.
func (s *Cases) forget(ctx context.Context, tenant id.Tenant, c id.Case) (bool, error) {
	did := false
	err := s.InTx(ctx, tenant, func(tx CasesTx) error {
		now := s.Clock()
		file, err := tx.CaseFile(ctx, c, id.Person{}, now)
		if err != nil || !file.outlived(now) {
			return err
		}
		if did, err = tx.PurgeCase(ctx, c, now); err != nil || !did {
			return err
		}
		return tx.Record(ctx, audit.Act(actor.Clock(tenant, "retention"), ActPurgeCase, audit.Subject{Kind: workflow.CaseTable.Name, ID: c.UUID}, "R63", now))
	})
	if errors.Is(err, directory.ErrNotFound) {
		return false, nil // it has moved house, or is forgotten already
	}
	if err != nil {
		return false, fmt.Errorf("forget case %s: %w", c, err)
	}
	return did, nil
}

// outlived reports whether the case was closed longer ago than it is kept.
func (f CaseFile) outlived(now time.Time) bool {
	return f.Status == workflow.CaseClosed && !f.House.Calendar.Add(f.ClosedAt, settings.CaseRetention.Of(f.House.Values)).After(now)
}
