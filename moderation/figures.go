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
)

// Figures counts what happens, month by month, and reports on a year (R67). It tells no number
// that is small, nor any that one could be computed from.
type Figures struct{ FiguresConfig }

// FiguresConfig is what a Figures is made of. Every field is required.
type FiguresConfig struct {
	InTx    FigureTransactions
	Tenants func(ctx context.Context) ([]id.Tenant, error) // establishments and authorities
	Clock   func() time.Time
}

// NewFigures returns a Figures.
func NewFigures(cfg FiguresConfig) *Figures { return &Figures{cfg} }

// FigureTransactions opens a transaction in a tenant and commits it when do returns nil.
type FigureTransactions func(ctx context.Context, tenant id.Tenant, do func(FiguresTx) error) error

// FiguresTx is what figures ask of a transaction, in the tenant that they are of.
type FiguresTx interface {
	directory.Tx

	// CountFigures counts what happened from one moment until before another, as it stands now.
	CountFigures(ctx context.Context, from, until time.Time) (Counts, error)
	// FirstFigure is when the first thing happened that figures count; zero for nothing yet.
	FirstFigure(ctx context.Context) (time.Time, error)
	// KeptFigures reads the months that were kept, from one to another.
	KeptFigures(ctx context.Context, from, to Month) (map[Month]Counts, error)
	// LastFigure is the latest month that was kept; zero for none.
	LastFigure(ctx context.Context) (Month, error)
	// KeepFigures keeps a month for good; one that was kept before stays as it is.
	KeepFigures(ctx context.Context, m Month, c Counts, now time.Time) error

	PublishTx
}

// settled is how long after its end a month is kept: acts that were under way then are over.
const settled = time.Hour

// readers of figures are who directs, who judges for them, and who runs the house.
var figureReaders = []actor.Role{actor.Director, actor.Judge, actor.Admin}

// actReadFigures is the act of reading figures, in the trail.
const actReadFigures = "read_figures"

// enter lets in who has one of the roles, and has the trail tell what they read or did: what do
// answers (R67).
func (s *Figures) enter(ctx context.Context, who actor.Actor, act string, roled []actor.Role, do func(tx FiguresTx, house directory.House, now time.Time) (string, error)) error {
	err := s.InTx(ctx, who.Tenant, func(tx FiguresTx) error {
		now := s.Clock()
		roles, err := tx.Roles(ctx, who.Person, id.Space{}, now)
		switch {
		case err != nil:
			return err
		case who.Kind != actor.KindPerson || len(roles.List()) == 0:
			return directory.ErrNotFound
		case !roles.HasAny(roled...):
			return &directory.Refusal{Act: act, Rule: "R09", Err: directory.ErrForbidden}
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		what, err := do(tx, house, now)
		if err != nil {
			return err
		}
		e := audit.Act(who.As(roles), act, audit.Subject{Kind: "figures", ID: who.Tenant.UUID}, "R67", now)
		e.From, e.To = what, what
		return tx.Record(ctx, e)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// Month tells the figures of a month, of this one where none is named: of one that is over as
// they were kept, of the others as things stand. For the director, who judges, and the administrator. The errors are
// [directory.ErrNotFound], a [directory.Refusal] (R09), and a [directory.FieldError] ("month")
// for a month that has not begun.
func (s *Figures) Month(ctx context.Context, who actor.Actor, m Month) (MonthFigures, error) {
	var out MonthFigures
	err := s.enter(ctx, who, actReadFigures, figureReaders, func(tx FiguresTx, house directory.House, now time.Time) (string, error) {
		place := house.Calendar.Location()
		if m == (Month{}) {
			m = MonthOf(now, place)
		}
		from, until := m.Bounds(place)
		if now.Before(from) {
			return "", noMonth("month")
		}
		counts, final, err := keptOrCounted(ctx, tx, m, place)
		out = monthOf(m, counts, settings.SmallestCell.Of(house.Values))
		out.Values, out.Final, out.Over = house.Values, final, !now.Before(until)
		return m.String(), err
	})
	return out, err
}

// keptOrCounted is a month as it was kept, or as it stands.
func keptOrCounted(ctx context.Context, tx FiguresTx, m Month, place *time.Location) (counts Counts, final bool, err error) {
	kept, err := tx.KeptFigures(ctx, m, m)
	if err != nil {
		return nil, false, err
	}
	if counts, final = kept[m]; final {
		return counts, true, nil
	}
	from, until := m.Bounds(place)
	counts, err = tx.CountFigures(ctx, from, until)
	return counts, false, err
}

// Keep keeps every month that is over of every establishment and authority, and counts them. One
// that fails keeps no other waiting, and comes again in the next turn.
func (s *Figures) Keep(ctx context.Context, now time.Time) (int, error) {
	tenants, err := s.Tenants(ctx)
	count, faults := 0, []error{err}
	for _, tenant := range tenants {
		for {
			kept, err := s.keepNext(ctx, tenant, now)
			faults = append(faults, err)
			if !kept {
				break
			}
			count++
		}
	}
	return count, errors.Join(faults...)
}

// keepNext keeps the first month that was not kept, once it is over.
func (s *Figures) keepNext(ctx context.Context, tenant id.Tenant, now time.Time) (kept bool, err error) {
	err = s.InTx(ctx, tenant, func(tx FiguresTx) error {
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		m, err := nextFigures(ctx, tx, house.Calendar.Location())
		if err != nil || m == (Month{}) {
			return err
		}
		from, until := m.Bounds(house.Calendar.Location())
		if now.Before(until.Add(settled)) {
			return nil
		}
		counts, err := tx.CountFigures(ctx, from, until)
		if err != nil {
			return err
		}
		kept = true
		return tx.KeepFigures(ctx, m, counts, now)
	})
	if err != nil {
		return false, fmt.Errorf("keep figures of %s: %w", tenant, err)
	}
	return kept, nil
}

// nextFigures is the month after the last that was kept, or the one in which something first
// happened; zero where nothing has.
func nextFigures(ctx context.Context, tx FiguresTx, place *time.Location) (Month, error) {
	last, err := tx.LastFigure(ctx)
	if err != nil {
		return Month{}, err
	}
	if last != (Month{}) {
		return last.Next(), nil
	}
	first, err := tx.FirstFigure(ctx)
	if err != nil || first.IsZero() {
		return Month{}, err
	}
	return MonthOf(first, place), nil
}
