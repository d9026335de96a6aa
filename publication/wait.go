package publication

import (
	"context"
	"fmt"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// WaitForPhotos keeps the author's wish about pictures that are not clear: the text
// waits for them, or appears at once with their places held empty (R27). What awaits
// consent goes on by itself. The errors are [directory.ErrNotFound] and, for whoever is
// not the author, a [workflow.Refusal].
func (s *Service) WaitForPhotos(ctx context.Context, who actor.Actor, contribution id.Contribution, waits bool) error {
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		now := s.clock()
		d, err := tx.Dossier(ctx, contribution, who.Person, now)
		switch {
		case err != nil:
			return err
		case !d.VisibleTo(who):
			return directory.ErrNotFound
		case !who.Is(d.Contribution.Author):
			return &workflow.Refusal{Machine: workflow.EditorialTable.Name, Action: workflow.Submit, Rule: "R27", Err: workflow.ErrForbidden}
		case d.Contribution.WaitsForPhotos == waits:
			return nil
		}
		if err := tx.WaitForPhotos(ctx, contribution, waits); err != nil {
			return err
		}
		act := map[bool]string{true: "wait_for_photos", false: "go_without_photos"}[waits]
		subject := audit.Subject{Kind: "contribution", ID: contribution.UUID, Contribution: contribution}
		if err := tx.Record(ctx, audit.Act(who.As(d.Roles), act, subject, "R27", now)); err != nil {
			return err
		}
		return d.goOn(ctx, tx, now)
	})
	if err != nil {
		return fmt.Errorf("wait for photos of %s: %w", contribution, err)
	}
	return nil
}
