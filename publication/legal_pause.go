package publication

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

// Pause is the time in which what an establishment has open to the public web is read by
// its own people alone, since the information pages lack something (R66): from when that
// was found until nothing is missing again.
type Pause struct {
	ID    id.Pause
	Since time.Time
}

// The acts of a pause, as the trail has them and as notices ask for them.
const (
	ActPausePublic  = "pause_public"
	ActResumePublic = "resume_public"
)

// PauseTx is what a pause asks of a transaction.
type PauseTx interface {
	// BeginPause keeps it, and announces the establishment's pages.
	BeginPause(ctx context.Context, p Pause) error
	// EndPause ends it, and announces the establishment's pages.
	EndPause(ctx context.Context, pause id.Pause, now time.Time) error
	Emit(ctx context.Context, m outbox.Message) error
}

// viaLegal is the channel of the job that looks after R66.
const viaLegal = "clock:legal"

// Tend does what R66 asks in an establishment now, and reports whether anything was to be
// done. Facts cannot be emptied under a public space, but whoever directs the publication
// leaves: then what is public is taken back, and who can mend it is told; once nothing is
// missing it is given back. It reads all of it under a lock, so it may be repeated at any
// time.
func (s *LegalPages) Tend(ctx context.Context, tenant id.Tenant) (bool, error) {
	did := false
	err := s.inTx(ctx, tenant, func(tx LegalTx) error {
		if err := tx.LockLegal(ctx); err != nil {
			return err
		}
		now := s.clock()
		legal, err := tx.Legal(ctx, now)
		if err != nil {
			return err
		}
		public, err := tx.PublicSpaces(ctx)
		if err == nil {
			did, err = legal.tend(ctx, tx, actor.Clock(tenant, viaLegal), public, now)
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look after the information pages of %s: %w", tenant, err)
	}
	return did, nil
}

// tend begins a pause, or ends the one that lasts, where the pages as they are now ask for it; public
// says whether a space is open to the public web.
func (l *Legal) tend(ctx context.Context, tx LegalTx, who actor.Actor, public bool, now time.Time) (bool, error) {
	var err error
	act, pause, lacking := ActPausePublic, l.Pause, len(l.Missing()) > 0
	due := public && lacking
	switch lasts := !pause.ID.IsZero(); {
	case lasts == due:
		return false, nil
	case due:
		pause = Pause{ID: id.New[id.Pause](), Since: now}
		l.Pause, err = pause, tx.BeginPause(ctx, pause)
	default:
		act, l.Pause, err = ActResumePublic, Pause{}, tx.EndPause(ctx, pause.ID, now)
	}
	if err != nil {
		return false, err
	}
	if err := tx.Record(ctx, audit.Act(who, act, audit.Subject{Kind: "pause", ID: pause.ID.UUID}, "R66", now)); err != nil {
		return false, err
	}
	if lacking && !due {
		return true, nil // nothing is public any more: there is nobody to tell that it is back
	}
	return true, tx.Emit(ctx, outbox.Message{Tenant: who.Tenant, Kind: outbox.NoticeHold, Subject: pause.ID.UUID, Note: act, Due: now})
}
