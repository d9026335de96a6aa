package directory

import (
	"context"
	"fmt"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// NamedStanding is a decided standing with the names in it and what was said of it.
type NamedStanding struct {
	StandingRecord
	Name, Decider string
	Observations  []Observation
}

// Observation is what somebody said of a measure that concerns them, by whoever wrote it down:
// themselves, or the director who heard them (R53).
type Observation struct {
	ID   id.Observation
	By   id.Person
	Name string
	Said string
	At   time.Time
}

// Standings are the measures on a person's own right to publish and, for the director, those
// on everybody's, in force and past.
type Standings struct {
	Own, All []NamedStanding
	Decides  bool
}

// mostStandings is how many are listed.
const mostStandings = 200

// Standings reads what was decided of the actor and, to the director, of everybody. The error
// is [ErrNotFound].
func (s *Service) Standings(ctx context.Context, who actor.Actor) (Standings, error) {
	var found Standings
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, _ time.Time) (err error) {
		if found.Own, err = tx.Standings(ctx, who.Person, mostStandings); err != nil {
			return err
		}
		if found.Decides = who.Roles.Has(actor.Director); found.Decides {
			found.All, err = tx.Standings(ctx, id.Person{}, mostStandings)
		}
		return err
	})
	if err != nil {
		return Standings{}, fmt.Errorf("read standings: %w", err)
	}
	return found, nil
}

// ActObserve is the act of saying something of a measure, as the trail has it.
const ActObserve = "observe"

// Observe keeps what somebody says of a measure that concerns them, whether it lasts or not; the
// director writes down what they heard. To others there is no such measure. The errors are
// [FieldError] and [ErrNotFound].
func (s *Service) Observe(ctx context.Context, who actor.Actor, standing id.Standing, said string) error {
	o := Observation{ID: id.New[id.Observation](), By: who.Person, Said: strings.TrimSpace(said)}
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		decided, err := tx.StandingOf(ctx, standing)
		if err == nil && !who.Is(decided.Person) && !who.Roles.Has(actor.Director) {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := checkSaid(o.Said); err != nil {
			return err
		}
		o.At = now
		if err := tx.InsertObservation(ctx, standing, o); err != nil {
			return err
		}
		return record(ctx, tx, who, ActObserve, "standing", standing.UUID, "R53", now, "", "")
	})
	if err != nil {
		return fmt.Errorf("observe on standing %s: %w", standing, err)
	}
	return nil
}

// checkSaid is checkReason for what is said in answer.
func checkSaid(said string) error {
	err := checkReason(said)
	if fault, ok := err.(*FieldError); ok { //nolint:errorlint // it was made here
		fault.Field = "said"
	}
	return err
}
