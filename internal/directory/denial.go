package directory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
)

// Denial is one act that somebody was refused (R09): who, what, by which rule and
// when. It holds ids and codes, never content.
type Denial struct {
	ID     id.Denial
	Person id.Person
	Action string
	Rule   string // empty where no rule was named
	At     time.Time
	Alert  id.Alert // that it is part of; zero for none
}

// DenialTx is what the log of denials asks of a transaction.
type DenialTx interface {
	// LockDenials keeps another denial of the person's waiting, and lists those since
	// a time, the latest first, at most limit.
	LockDenials(ctx context.Context, person id.Person, since time.Time, limit int) ([]Denial, error)
	InsertDenial(ctx context.Context, d Denial) error
	// Denials lists the tenant's denials before the given one, the latest first.
	Denials(ctx context.Context, before id.Denial, limit int) ([]Denial, error)
}

// ActAlertDenials is an alert of denials, as the trail has it and as its notice asks for it.
const ActAlertDenials = "alert_denials"

// telltale are the rules by which somebody is refused who has reported: they judge it no more (R46),
// or have reported too much (R47).
var telltale = []string{"R46", "R47"}

// viaDenials is the channel of the alert, which nobody raises by hand.
const viaDenials = "denials"

// Denied keeps that somebody was refused an act. So many within the time that the
// establishment sets raise one alert, which the administrators are told of; those
// that follow without such a pause belong to it and tell nobody again (R09). Not kept is a
// refusal that tells who has reported something: that is nobody's to read there (R44).
func (s *Service) Denied(ctx context.Context, who actor.Actor, act, rule string) error {
	if slices.Contains(telltale, rule) {
		return nil
	}
	err := s.inTx(ctx, who.Tenant, func(tx ServiceTx) error {
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		now, enough := s.clock(), settings.DenialLimit.Of(house.Values)
		recent, err := tx.LockDenials(ctx, who.Person, now.Add(-settings.DenialWindow.Of(house.Values)), enough)
		if err != nil {
			return err
		}
		d := Denial{ID: id.New[id.Denial](), Person: who.Person, Action: act, Rule: rule, At: now}
		var raised bool
		d.Alert, raised = alertOf(recent, enough)
		if err := tx.InsertDenial(ctx, d); err != nil || !raised {
			return err
		}
		return raise(ctx, tx, who.Tenant, d.Alert, now)
	})
	if err != nil {
		return fmt.Errorf("record the denial of %s: %w", act, err)
	}
	return nil
}

// alertOf is the alert that one more denial belongs to, and whether it is the one
// that raises it: an alert lasts until a whole window has passed without a denial.
func alertOf(recent []Denial, enough int) (id.Alert, bool) {
	for _, d := range recent {
		if !d.Alert.IsZero() {
			return d.Alert, false
		}
	}
	if len(recent)+1 < enough {
		return id.Alert{}, false
	}
	return id.New[id.Alert](), true
}

func raise(ctx context.Context, tx ServiceTx, tenant id.Tenant, alert id.Alert, now time.Time) error {
	clock := actor.Clock(tenant, viaDenials)
	if err := tx.Record(ctx, audit.Act(clock, ActAlertDenials, audit.Subject{Kind: "alert", ID: alert.UUID}, "R09", now)); err != nil {
		return err
	}
	return tx.Emit(ctx, outbox.Message{Tenant: tenant, Kind: outbox.NoticeDenials, Subject: alert.UUID, Note: ActAlertDenials, Due: now})
}

// NamedDenial is a denial with the name of whoever was refused.
type NamedDenial struct {
	Denial
	Name string
}

// Denials reads the log of denials, the latest first, from before the given one:
// for the administrator and the director, who say why. The errors are [ErrNotFound],
// a [Refusal] (R09) and a [FieldError] (R60).
func (s *Service) Denials(ctx context.Context, who actor.Actor, why LogReason, before id.Denial, limit int) ([]NamedDenial, error) {
	var list []NamedDenial
	err := s.inside(ctx, who, func(tx ServiceTx, who actor.Actor, now time.Time) error {
		if err := reading(ctx, tx, who, theDenials, why, now, actor.Admin, actor.Director); err != nil {
			return err
		}
		found, err := tx.Denials(ctx, before, limit)
		if err != nil {
			return err
		}
		list, err = named(ctx, tx, found)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read denials: %w", err)
	}
	return list, nil
}

func named(ctx context.Context, tx ServiceTx, denials []Denial) ([]NamedDenial, error) {
	names := map[id.Person]string{}
	list := make([]NamedDenial, len(denials))
	for i, d := range denials {
		if _, known := names[d.Person]; !known {
			person, err := tx.Person(ctx, d.Person)
			if err != nil {
				return nil, err
			}
			names[d.Person] = person.FullName()
		}
		list[i] = NamedDenial{d, names[d.Person]}
	}
	return list, nil
}
