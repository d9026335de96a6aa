package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// The acts of linking, in the trail of both cases.
const (
	ActLinkCase   = "link_case"
	ActUnlinkCase = "unlink_case"
)

// CaseLink is another case of the house that belongs with one (R51).
type CaseLink struct {
	Case      id.Case
	Reference string
	Title     string
	Status    workflow.CaseStatus
	Reason    string // at most 5,000 characters
	At        time.Time
}

// Link links two cases of one house, for somebody who may examine both: the page of each then
// leads to the other, and neither is forgotten while the other is open (R51, R63). Linking them
// again gives another reason. The errors are those of [Cases.ActOn]; what the actor may not
// examine is a [directory.FieldError] ("into").
func (s *Cases) Link(ctx context.Context, who actor.Actor, c, other id.Case, reason string) error {
	err := s.both(ctx, who, c, other, func(tx CasesTx, who actor.Actor, now time.Time) error {
		if err := spoken(reason); err != nil {
			return err
		}
		return errors.Join(tx.LinkCases(ctx, c, other, who.Person, reason, now), record(ctx, tx, who, ActLinkCase, now, c, other))
	})
	if err != nil {
		return fmt.Errorf("link case %s: %w", c, err)
	}
	return nil
}

// Unlink ends a link, for somebody who may examine both cases. The errors are those of
// [Cases.Link], and [directory.ErrNotFound] where they are not linked.
func (s *Cases) Unlink(ctx context.Context, who actor.Actor, c, other id.Case) error {
	err := s.both(ctx, who, c, other, func(tx CasesTx, who actor.Actor, now time.Time) error {
		if err := tx.UnlinkCases(ctx, c, other); err != nil {
			return err
		}
		return record(ctx, tx, who, ActUnlinkCase, now, c, other)
	})
	if err != nil {
		return fmt.Errorf("unlink case %s: %w", c, err)
	}
	return nil
}

// both opens two cases to somebody who may examine both.
func (s *Cases) both(ctx context.Context, who actor.Actor, c, other id.Case, do func(tx CasesTx, who actor.Actor, now time.Time) error) error {
	return s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		if err := lockBoth(ctx, tx, c, other, who.Person, now); err != nil {
			return err
		}
		file, admitted, err := openFor(ctx, tx, who, c, id.Photo{}, now)
		if err != nil {
			return err
		}
		if _, err := file.other(ctx, tx, who, other, now); err != nil {
			return err
		}
		return do(tx, admitted, now)
	})
}

// record puts an act into the trail of some cases.
func record(ctx context.Context, tx CasesTx, who actor.Actor, act string, now time.Time, cases ...id.Case) error {
	for _, c := range cases {
		if err := tx.Record(ctx, audit.Act(who, act, audit.Subject{Kind: workflow.CaseTable.Name, ID: c.UUID}, "R51", now)); err != nil {
			return err
		}
	}
	return nil
}

// linked reads the cases linked to this one that the actor may examine as well.
func (f CaseFile) linked(ctx context.Context, tx CasesTx, who actor.Actor, now time.Time) ([]CaseLink, error) {
	links, err := tx.CaseLinks(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	var faults []error
	links = slices.DeleteFunc(links, func(l CaseLink) bool {
		other, err := tx.ReadCase(ctx, l.Case, who.Person, now)
		if err == nil {
			_, err = other.admit(who)
		} else if !errors.Is(err, directory.ErrNotFound) {
			faults = append(faults, err)
		}
		return err != nil
	})
	return links, errors.Join(faults...)
}
