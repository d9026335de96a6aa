package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// Acts of an authority on who directs below it, as the trail of both houses has them and as
// their notices say.
const (
	ActAppointActing = "appoint_acting"
	ActEndActing     = "end_acting"
	ActActingOver    = "acting_over" // it has ended by itself: a notice alone
)

// Directed is an establishment below an authority, with who directs it and who will.
type Directed struct {
	Tenant  Tenant
	Tenures []NamedTenure // that have not ended, the first to begin first
}

// NamedTenure is a tenure with the name of whoever holds it.
type NamedTenure struct {
	Tenure
	Name    string
	Directs bool // now: an acting head does not while a head is in office
}

// Vacant reports whether nobody directs the establishment now.
func (d Directed) Vacant() bool {
	for _, t := range d.Tenures {
		if t.Directs {
			return false
		}
	}
	return true
}

// ActingHead is who stands in where no head is in office, as the authority appoints them.
type ActingHead struct {
	Person    id.Person
	During    Period
	Reference string // of the act of appointment; at most 200 characters
}

// ActingTx is what recording acting heads asks of a transaction, in the authority's tenant:
// nothing of it reaches an establishment that is not below.
type ActingTx interface {
	// Directions lists the establishments below, by name.
	Directions(ctx context.Context, now time.Time) ([]Directed, error)
	// StaffBelow lists who teaches or works in an establishment below; of another, nobody.
	StaffBelow(ctx context.Context, place id.Tenant, now time.Time) ([]Listed, error)
	// AppointActing writes the tenure. The errors are [ErrNotFound] for what is not below, and
	// [FieldError]s for what stands against it.
	AppointActing(ctx context.Context, t Tenure, now time.Time) error
	// EndActing ends what was recorded and has not ended, or answers [ErrNotFound].
	EndActing(ctx context.Context, place id.Tenant, tenure id.Tenure, by id.Person, now time.Time) error
	// TellBelow writes an act into the establishment's trail if it is due, and promises its notice.
	TellBelow(ctx context.Context, place id.Tenant, tenure id.Tenure, act string, who actor.Actor, now, due time.Time) error
}

// Establishments lists the establishments below the actor's authority with who directs each: for
// who directs the authority. The errors are [ErrNotFound], in an establishment too, and a
// [Refusal] (R09).
func (s *Service) Establishments(ctx context.Context, who actor.Actor) ([]Directed, error) {
	var list []Directed
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) (err error) {
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		if house.Tenant.Kind != Authority {
			return ErrNotFound
		}
		if err := require(who, ActAppointActing, actor.Director); err != nil {
			return err
		}
		list, err = tx.Directions(ctx, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list establishments: %w", err)
	}
	return list, nil
}

// Establishment is one of [Service.Establishments], with those who may be acting head there.
func (s *Service) Establishment(ctx context.Context, who actor.Actor, uai string) (Directed, []Listed, error) {
	all, err := s.Establishments(ctx, who)
	if err != nil {
		return Directed{}, nil, err
	}
	for _, d := range all {
		if d.Tenant.UAI == uai {
			staff, err := s.staffBelow(ctx, who, d.Tenant.ID)
			return d, staff, err
		}
	}
	return Directed{}, nil, fmt.Errorf("establishment %q: %w", uai, ErrNotFound)
}

func (s *Service) staffBelow(ctx context.Context, who actor.Actor, place id.Tenant) ([]Listed, error) {
	var staff []Listed
	err := s.inside(ctx, who, func(tx ServiceTx, _ actor.Actor, now time.Time) (err error) {
		staff, err = tx.StaffBelow(ctx, place, now)
		return err
	})
	return staff, err
}

// AppointActing records an acting head of an establishment below, from now or a later date to a
// date: while no head is in office, all that is the director's falls to them, and it ends by
// itself. The trail of both houses tells. The errors are [ErrNotFound], a [Refusal] (R09) and
// [FieldError]s, joined.
func (s *Service) AppointActing(ctx context.Context, who actor.Actor, place id.Tenant, in ActingHead) (id.Tenure, error) {
	t := Tenure{ID: id.New[id.Tenure](), Tenant: place, Person: in.Person, Capacity: Acting, During: in.During, Reference: strings.TrimSpace(in.Reference)}
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := require(who, ActAppointActing, actor.Director); err != nil {
			return err
		}
		t.RecordedBy = who.Person
		if t.During.From.Before(now) {
			t.During.From = now // no act of the past becomes allowed
		}
		if err := t.check(); err != nil {
			return err
		}
		if err := tx.AppointActing(ctx, t, now); err != nil {
			return err
		}
		return errors.Join(
			record(ctx, tx, who, ActAppointActing, "tenure", t.ID.UUID, "", now, "", ""),
			tx.TellBelow(ctx, place, t.ID, ActAppointActing, who, now, now),
			tx.TellBelow(ctx, place, t.ID, ActActingOver, who, now, t.During.Until),
		)
	})
	if err != nil {
		return id.Tenure{}, fmt.Errorf("appoint an acting head: %w", err)
	}
	return t.ID, nil
}

func (t Tenure) check() error {
	faults := t.During.faults()
	switch {
	case t.Reference == "":
		faults = append(faults, &FieldError{Field: "reference", Code: "required"})
	case utf8.RuneCountInString(t.Reference) > longestReference:
		faults = append(faults, &FieldError{Field: "reference", Code: "too_long", Limit: longestReference})
	case !isText(t.Reference):
		faults = append(faults, &FieldError{Field: "reference", Code: "not_text"})
	}
	if t.Person.IsZero() {
		faults = append(faults, &FieldError{Field: "person", Code: "required"})
	}
	return errors.Join(faults...)
}

// EndActing ends what was recorded before it ends by itself. The errors are [ErrNotFound] and a
// [Refusal] (R09).
func (s *Service) EndActing(ctx context.Context, who actor.Actor, place id.Tenant, tenure id.Tenure) error {
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := require(who, ActEndActing, actor.Director); err != nil {
			return err
		}
		if err := tx.EndActing(ctx, place, tenure, who.Person, now); err != nil {
			return err
		}
		return errors.Join(
			record(ctx, tx, who, ActEndActing, "tenure", tenure.UUID, "", now, "", ""),
			tx.TellBelow(ctx, place, tenure, ActEndActing, who, now, now),
		)
	})
	if err != nil {
		return fmt.Errorf("end an acting head: %w", err)
	}
	return nil
}
