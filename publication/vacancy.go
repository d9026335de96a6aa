package publication

import (
	"context"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Vacancy is the time in which a space lacks one of the two adults who answer for
// it (R15): from when that was found until two answer again.
type Vacancy struct {
	ID     id.Vacancy
	Since  time.Time
	Frozen bool // the handover's time was over, and the space was frozen
}

// The acts on a vacancy, as the trail has them. Notices are asked for the first.
const (
	ActBeginVacancy = "begin_vacancy"
	ActEndVacancy   = "end_vacancy"
)

// VacancyTx is what looking after R15 asks of a transaction.
type VacancyTx interface {
	BeginVacancy(ctx context.Context, space id.Space, v Vacancy) error
	// FreezeVacancy keeps that the handover's time was over.
	FreezeVacancy(ctx context.Context, v id.Vacancy, now time.Time) error
	EndVacancy(ctx context.Context, v id.Vacancy) error
}

// HandoverEnds is when a space that lacks an owner since then is frozen (R15).
func HandoverEnds(since time.Time, values settings.Values, cal *calendar.Calendar) time.Time {
	return cal.Add(since, settings.Handover.Of(values))
}

// answered reports whether two adults who teach or work here answer for the space.
func (d SpaceDossier) answered() bool {
	return slices.Contains(d.Adults, d.Space.Owner) && slices.Contains(d.Adults, d.Space.Backup)
}

// ownerless reports whether nobody answers for the space and the handover's time
// is over: then it stays frozen until somebody is named.
func (d SpaceDossier) ownerless(now time.Time) bool {
	if d.Space.Owner.IsZero() {
		return true
	}
	return d.Vacancy != nil && !d.answered() && (d.Vacancy.Frozen || d.handoverOver(now))
}

func (d SpaceDossier) handoverOver(now time.Time) bool {
	return !now.Before(HandoverEnds(d.Vacancy.Since, d.House.Values, d.House.Calendar))
}

// viaHandover is the channel of the job that looks after R15.
const viaHandover = "clock:handover"

// Tend does what R15 asks in a space now, and reports whether anything was to be
// done. Where owner or backup answers no more a vacancy begins, and those who can
// name another are told; where its handover is over the space is frozen; where two
// answer again it ends, and whoever may lifts the freeze. It reads all of it under
// the space's lock, so it may be repeated at any time. The error is
// [directory.ErrNotFound].
func (s *Spaces) Tend(ctx context.Context, tenant id.Tenant, space id.Space) (bool, error) {
	did := false
	err := s.inTx(ctx, tenant, func(tx SpaceTx) error {
		now := s.clock()
		d, err := tx.SpaceDossier(ctx, space, id.Person{}, Candidates{}, now)
		if err != nil {
			return err
		}
		wanting := d.Space.Status == workflow.SpaceOpen && !d.answered()
		did = true
		switch {
		case wanting && d.Vacancy == nil:
			return d.beginVacancy(ctx, tx, now)
		case wanting && !d.Vacancy.Frozen && d.handoverOver(now):
			return d.freezeVacant(ctx, tx, now)
		case !wanting && d.Vacancy != nil:
			return d.endVacancy(ctx, tx, actor.Clock(tenant, viaHandover), now)
		}
		did = false
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("tend space %s: %w", space, err)
	}
	return did, nil
}

func (d SpaceDossier) beginVacancy(ctx context.Context, tx SpaceTx, now time.Time) error {
	v := Vacancy{ID: id.New[id.Vacancy](), Since: now}
	if err := tx.BeginVacancy(ctx, d.Space.ID, v); err != nil {
		return err
	}
	if err := tx.Record(ctx, v.act(actor.Clock(d.Space.Tenant, viaHandover), ActBeginVacancy, now)); err != nil {
		return err
	}
	return tx.Emit(ctx, outbox.Message{Tenant: d.Space.Tenant, Kind: outbox.NoticeHandover, Subject: v.ID.UUID, Note: ActBeginVacancy, Due: now})
}

// freezeVacant stops the writing, unless it is stopped already: that freeze cannot
// be lifted either before somebody answers.
func (d SpaceDossier) freezeVacant(ctx context.Context, tx SpaceTx, now time.Time) error {
	if !slices.ContainsFunc(d.Holds, func(h Hold) bool { return h.Kind == workflow.FreezeHold }) {
		batch, err := d.placing(actor.Clock(d.Space.Tenant, viaHandover), SpaceCommand{Action: workflow.Freeze, Reason: workflow.Reason{
			Text: "Le délai pour désigner un responsable et un suppléant est passé (R15).",
		}}, workflow.FreezeHold, now)
		if err != nil {
			return err
		}
		if err := workflow.Commit(ctx, tx, batch); err != nil {
			return err
		}
	}
	return tx.FreezeVacancy(ctx, d.Vacancy.ID, now)
}

func (d SpaceDossier) endVacancy(ctx context.Context, tx SpaceTx, who actor.Actor, now time.Time) error {
	if d.Vacancy == nil {
		return nil
	}
	if err := tx.EndVacancy(ctx, d.Vacancy.ID); err != nil {
		return err
	}
	return tx.Record(ctx, d.Vacancy.act(who, ActEndVacancy, now))
}

func (v Vacancy) act(who actor.Actor, act string, now time.Time) audit.Entry {
	return audit.Act(who, act, audit.Subject{Kind: "vacancy", ID: v.ID.UUID}, "R15", now)
}
