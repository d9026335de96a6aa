package imageconsent

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
	"imprimatur/workflow"
)

// ReviewTx is what looking at consents again does inside a transaction.
type ReviewTx interface {
	// KeepWarned writes that those concerned were told that a consent ends soon.
	KeepWarned(ctx context.Context, consent id.Consent, at time.Time) error
	// Repay writes and promises what a consent owes since a withdrawal.
	Repay(ctx context.Context, consent id.Consent) error
}

// The acts of the clock on a consent that move no status, as the trail has them.
const (
	ActWarn   = "warn_consent"
	ActRemind = "remind_consent"
)

// The channels of those who look at consents again.
const (
	viaReview = "review"
	viaClock  = "clock:consents"
)

// Review resolves a consent anew because a fact has changed that it rests on: authority,
// age, a parameter (R30, R34), and ends the message in the same transaction. It reads all of
// it under the consent's lock, so it may be repeated at any time. The errors are
// [directory.ErrNotFound], [workflow.ErrStale] for a message already done, and the database's.
func (s *Consents) Review(ctx context.Context, m outbox.Message) error {
	_, err := s.review(ctx, m.Tenant, id.Consent{UUID: m.Subject}, viaReview, m.ID)
	return err
}

// Tend does what a consent's time asks for now, and reports whether anything was to be done:
// what is over expires, a cover that has ended is resolved anew, and who has come of age is
// asked instead of their guardians (R34). What a withdrawal could not write into the trail or
// promise is written and promised (R33). The errors are those of Review.
func (s *Consents) Tend(ctx context.Context, tenant id.Tenant, consent id.Consent) (bool, error) {
	return s.review(ctx, tenant, consent, viaClock)
}

func (s *Consents) review(ctx context.Context, tenant id.Tenant, consent id.Consent, via string, done ...id.Message) (bool, error) {
	did := false
	err := s.inTx(ctx, tenant, func(tx ConsentTx) error {
		now := s.clock()
		d, err := tx.ConsentDossier(ctx, consent, id.Person{}, now)
		if err != nil {
			return err
		}
		if d.Consent.Owing {
			if err := tx.Repay(ctx, consent); err != nil {
				return err
			}
		}
		batch := new(workflow.Batch)
		for _, message := range done {
			batch.Done(message)
		}
		moves, err := d.review(ctx, tx, batch, actor.Clock(tenant, via), now)
		if err == nil && (moves || len(done) > 0) {
			err = workflow.Commit(ctx, tx, batch)
		}
		did = moves || d.Consent.Owing
		return err
	})
	if err != nil {
		return false, fmt.Errorf("review consent %s: %w", consent, err)
	}
	return did, nil
}

// review puts into the batch what is to be done, writes what goes with it, and reports
// whether anything is.
func (d ConsentDossier) review(ctx context.Context, tx ConsentTx, batch *workflow.Batch, clock actor.Actor, now time.Time) (bool, error) {
	if d.Consent.Status != workflow.Asked && d.Consent.Status != workflow.Granted {
		return false, nil
	}
	if lapsed := d.lapsed(now); lapsed || !now.Before(d.Request.Valid.Until) {
		return true, d.expire(ctx, tx, batch, clock, lapsed, now)
	}
	r := d.resolve(d.Answers, now)
	closed, fresh := d.differs(r)
	if len(closed)+len(fresh) == 0 && r.status() == d.Consent.Status && slices.Equal(r.Waiting, d.Consent.Waiting) {
		return false, nil
	}
	if err := d.add(batch, clock, workflow.Reassess, workflow.ConsentFacts{Outcome: r.Outcome}, now); err != nil {
		return true, err
	}
	return true, d.settle(ctx, tx, r, now)
}

// status is where a resolution leads.
func (r Resolution) status() workflow.ConsentStatus {
	switch r.Outcome {
	case workflow.Covered:
		return workflow.Granted
	case workflow.Objected:
		return workflow.Refused
	case workflow.Unanswered:
	}
	return workflow.Asked
}

// lapsed reports whether the person has come of age since they were asked, and has not
// spoken for themselves since: what guardians gave counts no more (R34).
func (d ConsentDossier) lapsed(now time.Time) bool {
	majority := d.family(now).Majority
	if majority.IsZero() || now.Before(majority) || !d.Consent.AskedAt.Before(majority) {
		return false
	}
	for _, a := range d.Answers {
		if a.Signatory == d.Consent.Person && !a.At.Before(majority) {
			return false
		}
	}
	return true
}

// expire ends a consent. Who has come of age is asked for what its time still allows.
func (d ConsentDossier) expire(ctx context.Context, tx ConsentTx, batch *workflow.Batch, clock actor.Actor, lapsed bool, now time.Time) error {
	if err := d.add(batch, clock, workflow.Expire, workflow.ConsentFacts{Over: true}, now); err != nil {
		return err
	}
	if err := tx.CloseCovers(ctx, d.Consent.ID, nil, now); err != nil {
		return err
	}
	if err := tx.KeepWaiting(ctx, d.Consent.ID, nil); err != nil {
		return err
	}
	if !lapsed || !now.Before(d.Request.Valid.Until) {
		return nil
	}
	anew := d
	anew.Consent = Consent{
		ID: id.New[id.Consent](), Tenant: d.Consent.Tenant, Request: d.Consent.Request, Person: d.Consent.Person, Generation: d.Consent.Generation + 1,
		Waiting: []id.Person{d.Consent.Person}, AskedAt: now,
	}
	if err := anew.add(batch, clock, workflow.Ask, d.Request.facts(true), now); err != nil {
		return err
	}
	return tx.InsertConsents(ctx, []Consent{anew.Consent})
}

// Moved lets what waited for a consent go on, and ends the message in the same
// transaction: every text that waits and shows a picture of the request is looked at
// again, and whoever has said no is blurred in what texts show of them from now on. The
// errors are [directory.ErrNotFound], [workflow.ErrStale] for a message already done, and the database's.
func (s *Consents) Moved(ctx context.Context, m outbox.Message) error {
	err := s.inTx(ctx, m.Tenant, func(tx ConsentTx) error {
		now := s.clock()
		d, err := tx.ConsentDossier(ctx, id.Consent{UUID: m.Subject}, id.Person{}, now)
		if err != nil {
			return err
		}
		if err := goOn(ctx, tx, m.Tenant, d.Consent.Request, now); err != nil {
			return err
		}
		if err := redraw(ctx, tx, m.Tenant, d.Consent.ID, now); err != nil {
			return err
		}
		return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
	})
	if err != nil {
		return fmt.Errorf("go on after consent %s: %w", m.Subject, err)
	}
	return nil
}

// PhotoAt is a photo at a version of it.
type PhotoAt struct {
	Photo   id.Photo
	Version int64
}

// redraw promises to draw photos anew in which the person is blurred and need not be, or is
// not and has said no: blurring is offered with what is drawn (R32).
func redraw(ctx context.Context, tx ConsentTx, tenant id.Tenant, consent id.Consent, now time.Time) error {
	photos, err := tx.Outdated(ctx, consent, now)
	if err != nil {
		return err
	}
	for _, photo := range photos {
		m := outbox.Message{Tenant: tenant, Kind: outbox.ReviewPhoto, Subject: photo.Photo.UUID, Version: photo.Version, Due: now}
		if err := tx.Emit(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// Warn tells those concerned, once, that a consent ends soon (R34), and reports whether it
// did. The errors are [directory.ErrNotFound] and the database's.
func (s *Consents) Warn(ctx context.Context, tenant id.Tenant, consent id.Consent) (bool, error) {
	warned := false
	err := s.inTx(ctx, tenant, func(tx ConsentTx) error {
		now := s.clock()
		d, err := tx.ConsentDossier(ctx, consent, id.Person{}, now)
		if err != nil {
			return err
		}
		warned = d.endsSoon(now)
		if !warned {
			return nil
		}
		if err := tx.KeepWarned(ctx, consent, now); err != nil {
			return err
		}
		return tell(ctx, tx, actor.Clock(tenant, viaClock), ActWarn, "R34", consent, now)
	})
	if err != nil {
		return false, fmt.Errorf("warn that consent %s ends: %w", consent, err)
	}
	return warned, nil
}

func (d ConsentDossier) endsSoon(now time.Time) bool {
	if d.Consent.Status != workflow.Granted || !d.Consent.WarnedAt.IsZero() || len(d.Covers) == 0 {
		return false
	}
	var last time.Time
	for _, c := range d.Covers {
		if c.Until.After(last) {
			last = c.Until
		}
	}
	warning := settings.ConsentWarning.Of(d.House.Values)
	return now.Before(last) && !d.House.Calendar.Add(now, warning).Before(last)
}

// tell records an act on a consent that moves no status, and promises its notice.
func tell(ctx context.Context, tx ConsentTx, who actor.Actor, act, rule string, consent id.Consent, now time.Time) error {
	if err := tx.Record(ctx, audit.Act(who, act, audit.Subject{Kind: workflow.ConsentTable.Name, ID: consent.UUID}, rule, now)); err != nil {
		return err
	}
	return tx.Emit(ctx, outbox.Message{Tenant: who.Tenant, Kind: outbox.NoticeConsent, Subject: consent.UUID, Note: act, Due: now})
}
