package publication

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Halt is an emergency stop (R54): nobody writes in a space, or anywhere in the
// establishment, from now to a time; reading and reporting go on. It is a dated measure of
// the director's and ends by itself, which a hold never does.
type Halt struct {
	ID                 id.Halt
	Space              id.Space // zero: the whole service
	SpaceTitle         string
	Reason             string // that everybody reads
	Begins, Until      time.Time
	DecidedBy, EndedBy string // names; nobody ended what ended by itself
	EndedAt            time.Time
}

// Open reports whether nobody writes yet.
func (h Halt) Open() bool { return h.EndedAt.IsZero() }

// The acts on an emergency stop, as the trail has them and as notices ask for them.
const (
	ActHalt   = "halt"
	ActResume = "resume"
)

// longestMotive is in characters: it stands on every page.
const longestMotive = 200

// HaltTx is what an emergency stop asks of a transaction.
type HaltTx interface {
	// LockHalts keeps another act on the establishment's emergency stops waiting.
	LockHalts(ctx context.Context) error
	// Halts lists the emergency stops that last, then the latest that are over.
	Halts(ctx context.Context, limit int) ([]Halt, error)
	// HaltAt finds one, or answers [directory.ErrNotFound].
	HaltAt(ctx context.Context, halt id.Halt) (Halt, error)
	// InsertHalt begins one, and announces it to readers.
	InsertHalt(ctx context.Context, h Halt, by id.Person) error
	// EndHalt ends one, announces it, and wakes what has waited for that; what has ended
	// already is [directory.ErrNotFound]. Nobody ends what ends by itself.
	EndHalt(ctx context.Context, halt id.Halt, by id.Person, now time.Time) error
}

// Halt stops all writing in a space, or in the whole establishment, for as long as its
// parameter says. One that lasts already is renewed by it, with the new reason. The errors
// are a [directory.Refusal] (R09), a [workflow.Refusal] (R14), [FieldError] and [directory.ErrNotFound].
func (s *Stops) Halt(ctx context.Context, who actor.Actor, space id.Space, reason string) (id.Halt, error) {
	halt := Halt{ID: id.New[id.Halt](), Space: space, Reason: strings.TrimSpace(reason), Begins: s.clock()}
	err := s.halting(ctx, who, ActHalt, func(tx StopTx, who actor.Actor) error {
		if err := halt.check(ctx, tx); err != nil {
			return err
		}
		if before, err := current(ctx, tx, space); err != nil {
			return err
		} else if !before.IsZero() {
			if err := endHalt(ctx, tx, who, before, halt.Begins); err != nil {
				return err
			}
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		halt.Until = house.Calendar.Add(halt.Begins, settings.HaltLongest.Of(house.Values))
		return beginHalt(ctx, tx, who, halt)
	})
	return halt.ID, err
}

// Resume ends an emergency stop before its time. The errors are a [directory.Refusal] (R09)
// and [directory.ErrNotFound], also for what has ended.
func (s *Stops) Resume(ctx context.Context, who actor.Actor, halt id.Halt) error {
	return s.halting(ctx, who, ActResume, func(tx StopTx, who actor.Actor) error {
		return resume(ctx, tx, who, halt, s.clock())
	})
}

// Halts lists the emergency stops that last, then the latest that are over, for whoever may
// decide one or works here. The error is a [directory.Refusal] (R09).
func (s *Stops) Halts(ctx context.Context, who actor.Actor) ([]Halt, error) {
	var list []Halt
	err := s.inTx(ctx, who.Tenant, func(tx StopTx) error {
		roles, err := tx.Roles(ctx, who.Person, id.Space{}, s.clock())
		if err != nil {
			return err
		}
		if !roles.HasAny(actor.Director, actor.Stopper, actor.Admin) {
			return &directory.Refusal{Act: "read_halts", Rule: "R09", Err: directory.ErrForbidden}
		}
		list, err = tx.Halts(ctx, mostHalts)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list emergency stops: %w", err)
	}
	return list, nil
}

// mostHalts is how many emergency stops are listed.
const mostHalts = 50

// Lapse ends an emergency stop whose time is over. The errors are [workflow.ErrStale] for a
// message already done, and the database's.
func (s *Stops) Lapse(ctx context.Context, m outbox.Message) error {
	return s.inTx(ctx, m.Tenant, func(tx StopTx) error {
		now := s.clock()
		if err := tx.LockHalts(ctx); err != nil {
			return err
		}
		halt, err := tx.HaltAt(ctx, id.Halt{UUID: m.Subject})
		if err == nil && halt.Open() && !now.Before(halt.Until) {
			err = resume(ctx, tx, actor.Clock(m.Tenant, viaStops), halt.ID, now)
		}
		if err != nil {
			return fmt.Errorf("end of emergency stop %s: %w", m.Subject, err)
		}
		return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
	})
}

// halting runs an act on emergency stops for whoever may: the director, and whom that is lent to.
func (s *Stops) halting(ctx context.Context, who actor.Actor, act string, do func(tx StopTx, who actor.Actor) error) error {
	err := s.inTx(ctx, who.Tenant, func(tx StopTx) error {
		roles, err := tx.Roles(ctx, who.Person, id.Space{}, s.clock())
		if err != nil {
			return err
		}
		if !roles.HasAny(actor.Director, actor.Stopper) {
			return &directory.Refusal{Act: act, Rule: "R09", Err: directory.ErrForbidden}
		}
		if err := tx.LockHalts(ctx); err != nil {
			return err
		}
		return do(tx, who.As(roles))
	})
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

func (h Halt) check(ctx context.Context, tx StopTx) error {
	switch {
	case h.Reason == "":
		return &FieldError{Field: "reason", Code: "required", Rule: "R54"}
	case utf8.RuneCountInString(h.Reason) > longestMotive:
		return &FieldError{Field: "reason", Code: "too_long", Limit: longestMotive}
	case visibleOnly(h.Reason) != h.Reason || !utf8.ValidString(h.Reason) || strings.ContainsFunc(h.Reason, unicode.IsControl):
		return &FieldError{Field: "reason", Code: "not_text"}
	case h.Space.IsZero():
		return nil
	}
	space, err := tx.Space(ctx, h.Space)
	if err == nil && space.press() {
		err = pressHalted(space.Status)
	}
	return err
}

// pressHalted refuses to interrupt a pupils' publication by itself: it is frozen on a ground of the law, or
// not at all (R14). With the whole service it stops like anything else.
func pressHalted(status workflow.SpaceStatus) error {
	return &workflow.Refusal{
		Machine: "halt", Action: ActHalt, Status: string(status), Rule: "R14", Err: workflow.ErrUnmet, Unmet: []workflow.Unmet{{Name: "press_not_halted", Rule: "R14"}},
	}
}

// current is the emergency stop that lasts on the same thing, or zero.
func current(ctx context.Context, tx StopTx, space id.Space) (id.Halt, error) {
	all, err := tx.Halts(ctx, mostHalts)
	for _, h := range all {
		if h.Open() && h.Space == space {
			return h.ID, nil
		}
	}
	return id.Halt{}, err
}

func beginHalt(ctx context.Context, tx StopTx, who actor.Actor, h Halt) error {
	if err := tx.InsertHalt(ctx, h, who.Person); err != nil {
		return err
	}
	if err := tx.Record(ctx, h.act(who, ActHalt, h.Begins)); err != nil {
		return err
	}
	if err := tx.Emit(ctx, outbox.Message{Tenant: who.Tenant, Kind: outbox.NoticeHold, Subject: h.ID.UUID, Note: ActHalt, Due: h.Begins}); err != nil {
		return err
	}
	return tx.Emit(ctx, outbox.Message{Tenant: who.Tenant, Kind: outbox.HaltDue, Subject: h.ID.UUID, Note: ActHalt, Due: h.Until})
}

func endHalt(ctx context.Context, tx StopTx, who actor.Actor, halt id.Halt, now time.Time) error {
	if err := tx.EndHalt(ctx, halt, who.Person, now); err != nil {
		return err
	}
	return tx.Record(ctx, Halt{ID: halt}.act(who, ActResume, now))
}

// resume ends a halt, and has those told who were told of it.
func resume(ctx context.Context, tx StopTx, who actor.Actor, halt id.Halt, now time.Time) error {
	if err := endHalt(ctx, tx, who, halt, now); err != nil {
		return err
	}
	return tx.Emit(ctx, outbox.Message{Tenant: who.Tenant, Kind: outbox.NoticeHold, Subject: halt.UUID, Note: ActResume, Due: now})
}

func (h Halt) act(who actor.Actor, act string, now time.Time) audit.Entry {
	return audit.Act(who, act, audit.Subject{Kind: "halt", ID: h.ID.UUID}, "R54", now)
}
