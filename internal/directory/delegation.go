package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// Direction is who directs the publication, and which powers are lent.
type Direction struct {
	Tenures     []Tenure
	Delegations []Delegation
}

// Direction tells who directs and who stands in. It is no secret of the house:
// whoever works there may ask.
func (s *Service) Direction(ctx context.Context, who actor.Actor) (Direction, error) {
	var d Direction
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, _ time.Time) (err error) {
		if err := require(who, "read_direction", actor.Staff, actor.Director, actor.Admin); err != nil {
			return err
		}
		if d.Tenures, err = tx.Tenures(ctx); err != nil {
			return err
		}
		d.Delegations, err = tx.Delegations(ctx)
		return err
	})
	if err != nil {
		return Direction{}, fmt.Errorf("read direction: %w", err)
	}
	return d, nil
}

// Delegate lends one power of the director in office, from now or a later date
// to a date, to somebody who works there. The errors are a [Refusal] (R09) and
// [FieldError]s, joined.
func (s *Service) Delegate(ctx context.Context, who actor.Actor, d Delegation) (id.Delegation, error) {
	d.ID, d.Tenant, d.From = id.New[id.Delegation](), who.Tenant, who.Person
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := require(who, "delegate", actor.Director); err != nil {
			return err
		}
		if d.During.From.Before(now) {
			d.During.From = now // no act of the past becomes allowed
		}
		if err := d.check(ctx, tx, now); err != nil {
			return err
		}
		if err := tx.InsertDelegation(ctx, d); err != nil {
			return err
		}
		return record(ctx, tx, who, "delegate", "delegation", d.ID.UUID, "", now, "", string(d.Power))
	})
	if err != nil {
		return id.Delegation{}, fmt.Errorf("delegate: %w", err)
	}
	return d.ID, nil
}

func (d Delegation) check(ctx context.Context, tx ServiceTx, now time.Time) error {
	var faults []error
	if !slices.Contains(Powers(), d.Power) {
		faults = append(faults, &FieldError{Field: "power", Code: "not_delegable"})
	}
	if d.During.Until.IsZero() {
		faults = append(faults, &FieldError{Field: "until", Code: "required"})
	} else if !d.During.Until.After(d.During.From) {
		faults = append(faults, &FieldError{Field: "until", Code: "not_after_from"})
	}
	roles, err := tx.Roles(ctx, d.To, id.Space{}, now)
	if err != nil {
		return fmt.Errorf("roles of the delegate: %w", err)
	}
	if !roles.Has(actor.Staff) || d.To == d.From {
		faults = append(faults, &FieldError{Field: "to", Code: "not_a_colleague"})
	}
	return errors.Join(faults...)
}

// EndDelegation takes a lent power back; the director in office may, and who
// holds it may return it. The errors are [ErrNotFound] and a [Refusal] (R09).
func (s *Service) EndDelegation(ctx context.Context, who actor.Actor, delegation id.Delegation) error {
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		all, err := tx.Delegations(ctx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(d Delegation) bool { return d.ID == delegation })
		if at < 0 {
			return ErrNotFound
		}
		if !who.Is(all[at].To) {
			if err := require(who, "end_delegation", actor.Director); err != nil {
				return err
			}
		}
		if err := tx.EndDelegation(ctx, delegation, now); err != nil {
			return err
		}
		return record(ctx, tx, who, "end_delegation", "delegation", delegation.UUID, "", now, string(all[at].Power), "")
	})
	if err != nil {
		return fmt.Errorf("end delegation %s: %w", delegation, err)
	}
	return nil
}
