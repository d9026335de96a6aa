package moderation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// OrderInput is an order as it was received.
type OrderInput struct {
	Location    string          // the exact address of what it is about: a text, a picture or a space
	Ground      workflow.Ground // what the order says that it is
	Authority   string
	LegalBasis  string
	Reference   string
	OrderedOn   time.Time
	Reasons     string
	Redress     string
	ReceivedAt  time.Time // zero: now
	DueBy       time.Time
	SilentUntil time.Time
}

// The limits of an order, in characters.
const (
	LongestAuthority  = 200
	LongestBasis      = 500
	LongestOrderRef   = 200
	LongestOrderGiven = 5000
	LongestRedress    = 2000
)

// MayRecordOrder tells whether somebody records orders here; the refusal names R48.
func (s *Cases) MayRecordOrder(ctx context.Context, who actor.Actor) error {
	return s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		_, err := recorder(ctx, tx, who, s.Clock())
		return err
	})
}

// recorder gives who records an order in the roles that they have: who directs, or judges in the
// director's name.
func recorder(ctx context.Context, tx CasesTx, who actor.Actor, now time.Time) (actor.Actor, error) {
	roles, err := tx.Roles(ctx, who.Person, id.Space{}, now)
	if err != nil {
		return who, err
	}
	if who.Kind != actor.KindPerson || !roles.HasAny(actor.Director, actor.Judge) {
		return who, &directory.Refusal{Act: string(workflow.RecordOrder), Rule: "R48", Err: directory.ErrForbidden}
	}
	return who.As(roles), nil
}

// RecordOrder writes down an order that was received, with its clock running from the receipt;
// what its text was is sealed as evidence. Nothing is blocked before somebody has made sure of
// its sender. An order about the head's own goes to the authority above at once (R46). The errors
// are [directory.FieldError]s and a [directory.Refusal] (R48).
func (s *Cases) RecordOrder(ctx context.Context, who actor.Actor, in OrderInput) (id.Case, error) {
	var c Case
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) (err error) {
		now := s.Clock()
		if who, err = recorder(ctx, tx, who, now); err != nil {
			return err
		}
		in = in.trim(now)
		if err := in.check(now); err != nil {
			return err
		}
		c, err = recordOrder(ctx, tx, who, in, now)
		return err
	})
	if err != nil {
		return id.Case{}, fmt.Errorf("record an order: %w", err)
	}
	return c.ID, nil
}

func recordOrder(ctx context.Context, tx CasesTx, who actor.Actor, in OrderInput, now time.Time) (Case, error) {
	house, err := tx.Here(ctx)
	if err != nil {
		return Case{}, err
	}
	found, err := in.find(ctx, tx, now)
	if err != nil {
		return Case{}, err
	}
	order := in.order()
	due := order.due(house, in.Ground)
	wanted := Case{
		ID: id.New[id.Case](), Tenant: who.Tenant, Place: who.Tenant, Kind: OfOrder, Reference: "D-" + id.Reference(), Target: found.Target, Location: in.Location,
		Ground: in.Ground, Severity: gravity(in.Ground), OpenedAt: now, DueAt: due, EscalateAt: halfway(order.ReceivedAt, due),
	}
	c, _, err := tx.OpenCase(ctx, wanted, found.Minors)
	if err != nil {
		return c, err
	}
	if err := tx.AddOrder(ctx, c.ID, order); err != nil {
		return c, err
	}
	if found.Exhibit.Kind != "" {
		evidence := Evidence{Revision: found.Revision, Exhibit: found.Exhibit, TakenAt: now, Sealed: c.Severity == gravest}
		if err := keep(ctx, tx, c, evidence, append(found.Concerns, namedIn(found.Exhibit.words(), found.Staff)...)); err != nil {
			return c, err
		}
	} else if err := tx.AddConcerns(ctx, c.ID, found.Concerns); err != nil {
		return c, err
	}
	file, err := open(ctx, tx, c.ID, who.Person, id.Photo{}, now)
	if err != nil {
		return c, err
	}
	if err := file.move(ctx, tx, who, workflow.Command{Action: workflow.RecordOrder, Version: file.Version}, new(workflow.Batch), now); err != nil {
		return c, err
	}
	if !file.headAbove() {
		return c, nil
	}
	file.Status, file.Version = workflow.CaseOrdered, file.Version+1
	return c, file.passOrder(ctx, tx, who, workflow.Command{Action: workflow.PassOrder, Version: file.Version}, now)
}

// find finds what an order is about: what is nowhere here is a fault of its location.
func (in OrderInput) find(ctx context.Context, tx CasesTx, now time.Time) (Found, error) {
	nowhere := func(err error) error {
		if errors.Is(err, directory.ErrNotFound) {
			return &directory.FieldError{Field: "location", Code: "nowhere", Rule: "R48"}
		}
		return err
	}
	target, err := tx.OrderTarget(ctx, in.Location)
	if err != nil {
		return Found{}, nowhere(err)
	}
	if target.Contribution.IsZero() {
		found := Found{Target: Target{Photo: target.Photo, Space: target.Space, Title: target.Title, Author: target.Holder}}
		if !target.Photo.IsZero() && !target.Holder.IsZero() { // whoever answers for a space has not made what is in it
			found.Concerns = []Concern{{target.Holder, CauseAuthor}}
		}
		return found, nil
	}
	machine := actor.Clock(id.Tenant{}, string(workflow.RecordOrder)) // whatever who records may read
	found, err := tx.Reported(ctx, machine, target.Contribution, target.Photo, now)
	return found, nowhere(err)
}

func (in OrderInput) order() Order {
	return Order{
		Authority: in.Authority, LegalBasis: in.LegalBasis, Reference: in.Reference, OrderedOn: in.OrderedOn, Reasons: in.Reasons, Redress: in.Redress,
		ReceivedAt: in.ReceivedAt, DueBy: in.DueBy, SilentUntil: in.SilentUntil,
	}
}

// trim takes away what nobody meant to write.
func (in OrderInput) trim(now time.Time) OrderInput {
	for _, field := range []*string{&in.Location, &in.Authority, &in.LegalBasis, &in.Reference, &in.Reasons, &in.Redress} {
		*field = strings.TrimSpace(*field)
	}
	in.ReceivedAt = cmp.Or(in.ReceivedAt, now)
	return in
}

// check asks for what an order says (DSA, article 9).
func (in OrderInput) check(now time.Time) error {
	l := lacks{rule: "R48"}
	l.when(in.Location == "", "location", "required")
	l.when(!in.Ground.Known(), "ground", "unknown")
	l.when(in.Authority == "", "authority", "required")
	l.when(in.LegalBasis == "", "legal_basis", "required")
	l.when(in.Reference == "", "reference", "required")
	l.when(in.OrderedOn.IsZero(), "ordered_on", "required")
	l.when(in.OrderedOn.After(now), "ordered_on", "in_future")
	l.when(in.ReceivedAt.After(now), "received_at", "in_future")
	l.when(!in.DueBy.IsZero() && in.DueBy.Before(in.ReceivedAt), "due_by", "before_receipt")
	l.over(
		bounded{"location", in.Location, LongestLocation}, bounded{"authority", in.Authority, LongestAuthority}, bounded{"legal_basis", in.LegalBasis, LongestBasis},
		bounded{"reference", in.Reference, LongestOrderRef}, bounded{"reasons", in.Reasons, LongestOrderGiven}, bounded{"redress", in.Redress, LongestRedress},
	)
	return l.err()
}
