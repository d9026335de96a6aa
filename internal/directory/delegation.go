package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

// Direction is who directs the publication, and which powers are lent.
type Direction struct {
	Tenures     []Tenure
	Delegations []Delegation
	Names       map[id.Person]string // of all of them
	Directs     bool                 // whoever asks directs
	Holidays    []Holidays           // those that come next
}

// Direction tells who directs and who stands in. It is no secret of the house:
// whoever works there may ask.
func (s *Service) Direction(ctx context.Context, who actor.Actor) (Direction, error) {
	var d Direction
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) (err error) {
		if err := require(who, "read_direction", actor.Staff, actor.Director, actor.Admin); err != nil {
			return err
		}
		if d.Tenures, err = tx.Tenures(ctx); err != nil {
			return err
		}
		if d.Delegations, err = tx.Delegations(ctx); err != nil {
			return err
		}
		d.Directs = who.Roles.Has(actor.Director)
		d.Names, err = tx.Names(ctx, d.persons())
		if err != nil {
			return err
		}
		house, err := tx.Here(ctx)
		d.Holidays = NextHolidays(house.Calendar, now, d.Delegations)
		return err
	})
	if err != nil {
		return Direction{}, fmt.Errorf("read direction: %w", err)
	}
	return d, nil
}

func (d Direction) persons() []id.Person {
	var list []id.Person
	for _, t := range d.Tenures {
		list = append(list, t.Person)
	}
	for _, g := range d.Delegations {
		list = append(list, g.From, g.To)
	}
	return list
}

// Acts of the direction, as the trail has them and as their notices say.
const (
	ActDelegate       = "delegate"
	ActEndDelegation  = "end_delegation"
	ActDelegationOver = "delegation_over" // it has ended by itself: a notice alone
)

// Loan is what a director lends somebody at once: powers, from a moment to a moment.
type Loan struct {
	To     id.Person
	Powers []actor.Role // of [Powers]; each becomes a delegation of its own
	During Period
}

// Lend lends powers of the director in office, from now or a later date to a date, to
// somebody who works there: all of them or none. The errors are a [Refusal] (R09) and
// [FieldError]s, joined.
func (s *Service) Lend(ctx context.Context, who actor.Actor, l Loan) ([]Delegation, error) {
	var lent []Delegation
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := require(who, ActDelegate, actor.Director); err != nil {
			return err
		}
		if l.During.From.Before(now) {
			l.During.From = now // no act of the past becomes allowed
		}
		if err := l.check(ctx, tx, who.Person, now); err != nil {
			return err
		}
		lent = l.delegations(who)
		for _, d := range lent {
			if err := tx.InsertDelegation(ctx, d); err != nil {
				return err
			}
			if err := record(ctx, tx, who, ActDelegate, "delegation", d.ID.UUID, "", now, "", string(d.Power)); err != nil {
				return err
			}
		}
		return errors.Join(tellOffice(ctx, tx, lent[0].ID.UUID, ActDelegate, now), tellOffice(ctx, tx, lent[0].ID.UUID, ActDelegationOver, l.During.Until))
	})
	if err != nil {
		return nil, fmt.Errorf("delegate: %w", err)
	}
	return lent, nil
}

func (l Loan) delegations(who actor.Actor) []Delegation {
	list, loan := make([]Delegation, len(l.Powers)), id.New[id.Loan]()
	for i, power := range l.Powers {
		list[i] = Delegation{ID: id.New[id.Delegation](), Loan: loan, Tenant: who.Tenant, From: who.Person, To: l.To, Power: power, During: l.During}
	}
	return list
}

// tellOffice has those concerned told of what became of an office or of a lent power.
func tellOffice(ctx context.Context, tx ServiceTx, subject uuid.UUID, act string, due time.Time) error {
	return tx.Emit(ctx, outbox.Message{Kind: outbox.NoticeOffice, Subject: subject, Version: 1, Note: act, Due: due})
}

func (l Loan) check(ctx context.Context, tx ServiceTx, from id.Person, now time.Time) error {
	faults := l.During.faults()
	if len(l.Powers) == 0 {
		faults = append(faults, &FieldError{Field: "powers", Code: "required"})
	}
	for i, power := range l.Powers {
		if !slices.Contains(Powers(), power) {
			faults = append(faults, &FieldError{Field: "powers", Code: "not_delegable"})
		} else if slices.Contains(l.Powers[:i], power) {
			faults = append(faults, &FieldError{Field: "powers", Code: "repeated"})
		}
	}
	roles, err := tx.Roles(ctx, l.To, id.Space{}, now)
	if err != nil {
		return fmt.Errorf("roles of the delegate: %w", err)
	}
	if !roles.Has(actor.Staff) || l.To == from {
		faults = append(faults, &FieldError{Field: "to", Code: "not_a_colleague"})
	}
	all, err := tx.Delegations(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, l.repeats(from)) {
		faults = append(faults, &FieldError{Field: "powers", Code: "already_lent"})
	}
	return errors.Join(faults...)
}

// repeats finds what the same person has lent the same person already, for some of the time.
func (l Loan) repeats(from id.Person) func(Delegation) bool {
	return func(d Delegation) bool {
		return d.From == from && d.To == l.To && slices.Contains(l.Powers, d.Power) && d.During.Meets(l.During)
	}
}

// faults are what is wrong with a period that has to end.
func (p Period) faults() []error {
	switch {
	case p.Until.IsZero():
		return []error{&FieldError{Field: "until", Code: "required"}}
	case !p.Until.After(p.From):
		return []error{&FieldError{Field: "until", Code: "not_after_from"}}
	}
	return nil
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
			if err := require(who, ActEndDelegation, actor.Director); err != nil {
				return err
			}
		}
		if err := tx.EndDelegation(ctx, delegation, now); err != nil {
			return err
		}
		if err := record(ctx, tx, who, ActEndDelegation, "delegation", delegation.UUID, "", now, string(all[at].Power), ""); err != nil {
			return err
		}
		return tellOffice(ctx, tx, delegation.UUID, ActEndDelegation, now)
	})
	if err != nil {
		return fmt.Errorf("end delegation %s: %w", delegation, err)
	}
	return nil
}
