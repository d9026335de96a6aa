package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
)

// StandingRecord is a decision on somebody's right to publish. It ends by itself
// (R53); reading and reporting are kept.
type StandingRecord struct {
	ID        id.Standing
	Person    id.Person
	Kind      StandingKind // Supervised or Suspended
	During    Period
	Reason    string // the ground
	Reference string // of a disciplinary sanction, which stays outside; empty for none
	DecidedBy id.Person
}

// StandingInput is what a director decides on somebody's right to publish, from now.
type StandingInput struct {
	Person    id.Person
	Kind      StandingKind
	Until     time.Time
	Reason    string
	Reference string
}

// The acts on somebody's standing, as the trail has them and as notices ask for them.
const (
	ActSetStanding = "set_standing"
	ActEndStanding = "end_standing"
)

// limit writes an act on a standing into the trail, and promises that the person
// is told of it (R53).
func limit(ctx context.Context, tx ServiceTx, who actor.Actor, act string, standing id.Standing, now time.Time, from, to StandingKind) error {
	if err := record(ctx, tx, who, act, "standing", standing.UUID, "R53", now, string(from), string(to)); err != nil {
		return err
	}
	return tx.Emit(ctx, outbox.Message{Tenant: who.Tenant, Kind: outbox.NoticeStanding, Subject: standing.UUID, Note: act, Due: now})
}

// longestReason is in characters.
const longestReason = 2000

// SetStanding supervises or suspends somebody, from now to a date. A suspension
// lasts no longer than the establishment allows and is renewed no oftener (R53):
// whatever follows another within that time renews it. The errors are a
// [Refusal] (R09), [ErrNotFound] and [FieldError]s, joined.
func (s *Service) SetStanding(ctx context.Context, who actor.Actor, in StandingInput) (id.Standing, error) {
	standing := id.New[id.Standing]()
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := require(who, ActSetStanding, actor.Director); err != nil {
			return err
		}
		roles, err := tx.Roles(ctx, in.Person, id.Space{}, now)
		if err != nil {
			return fmt.Errorf("roles of the person: %w", err)
		}
		if len(roles.List()) == 0 {
			return ErrNotFound
		}
		if err := in.check(ctx, tx, who, now); err != nil {
			return err
		}
		err = tx.InsertStanding(ctx, StandingRecord{
			ID: standing, Person: in.Person, Kind: in.Kind, During: Period{now, in.Until}, Reason: strings.TrimSpace(in.Reason), Reference: strings.TrimSpace(in.Reference), DecidedBy: who.Person,
		})
		if err != nil {
			return err
		}
		return limit(ctx, tx, who, ActSetStanding, standing, now, Clear, in.Kind)
	})
	if err != nil {
		return id.Standing{}, fmt.Errorf("set standing of %s: %w", in.Person, err)
	}
	return standing, nil
}

func (in StandingInput) check(ctx context.Context, tx ServiceTx, who actor.Actor, now time.Time) error {
	house, err := tx.Here(ctx)
	if err != nil {
		return err
	}
	before, err := tx.LockStandings(ctx, in.Person)
	if err != nil {
		return err
	}
	faults := []error{checkReason(in.Reason), checkReference(in.Reference)}
	if who.Is(in.Person) {
		faults = append(faults, &FieldError{Field: "person", Code: "oneself", Rule: "R53"})
	}
	switch in.Kind {
	case Suspended:
		faults = append(faults, in.checkUntil(house.longest(in.Kind, now), now), house.checkRenewal(before, now))
	case Supervised:
		faults = append(faults, in.checkUntil(house.longest(in.Kind, now), now))
	case Clear:
		faults = append(faults, &FieldError{Field: "kind", Code: "unknown", Rule: "R53"})
	default:
		faults = append(faults, &FieldError{Field: "kind", Code: "unknown", Rule: "R53"})
	}
	return errors.Join(faults...)
}

// longest is the last instant that a standing which begins at from may reach.
func (h House) longest(kind StandingKind, from time.Time) time.Time {
	if kind == Suspended {
		return h.Calendar.Add(from, settings.SuspensionMax.Of(h.Values))
	}
	return h.Calendar.Add(from, settings.SupervisionMax.Of(h.Values))
}

func (in StandingInput) checkUntil(last, now time.Time) error {
	switch {
	case !in.Until.After(now):
		return &FieldError{Field: "until", Code: "not_after_now", Rule: "R53"}
	case in.Until.After(last):
		return &FieldError{Field: "until", Code: "too_late", Rule: "R53"}
	}
	return nil
}

// checkRenewal counts the suspensions that the new one, from now, would follow
// without a pause as long as the longest suspension.
func (h House) checkRenewal(before []StandingRecord, now time.Time) error {
	start, chain := now, 0
	for _, s := range before { // the latest first
		if s.Kind == Suspended && h.longest(Suspended, s.During.Until).After(start) {
			start, chain = s.During.From, chain+1
		}
	}
	if most := settings.SuspensionRenewals.Of(h.Values); chain > most {
		return &FieldError{Field: "until", Code: "renewed_enough", Limit: most, Rule: "R53"}
	}
	return nil
}

// longestReference is in characters.
const longestReference = 200

func checkReference(reference string) error {
	switch {
	case utf8.RuneCountInString(strings.TrimSpace(reference)) > longestReference:
		return &FieldError{Field: "reference", Code: "too_long", Limit: longestReference}
	case !isText(reference):
		return &FieldError{Field: "reference", Code: "not_text"}
	}
	return nil
}

func checkReason(reason string) error {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return &FieldError{Field: "reason", Code: "required", Rule: "R53"}
	case utf8.RuneCountInString(reason) > longestReason:
		return &FieldError{Field: "reason", Code: "too_long", Limit: longestReason}
	case !isText(reason):
		return &FieldError{Field: "reason", Code: "not_text"}
	}
	return nil
}

// isText reports whether s can be stored and shown: valid, and free of control
// characters but line ends and tabs.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

// EndStanding clears somebody before the date. The errors are a [Refusal] (R09)
// and [ErrNotFound], also for what has ended.
func (s *Service) EndStanding(ctx context.Context, who actor.Actor, standing id.Standing) error {
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := require(who, ActEndStanding, actor.Director); err != nil {
			return err
		}
		decided, err := tx.StandingOf(ctx, standing)
		if err != nil {
			return err
		}
		if err := tx.EndStanding(ctx, standing, now); err != nil {
			return err
		}
		return limit(ctx, tx, who, ActEndStanding, standing, now, decided.Kind, Clear)
	})
	if err != nil {
		return fmt.Errorf("end standing %s: %w", standing, err)
	}
	return nil
}
