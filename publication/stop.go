package publication

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Awaits reports whether a human has yet to look at what the hold stops (R26, R42): a freeze, or a
// mask. A case looks after what it has masked.
func (h Hold) Awaits() bool {
	return h.Kind == workflow.FreezeHold || h.Kind == workflow.MaskHold && h.Case.IsZero()
}

// bySecond reports whether it takes another pair of eyes to end the hold: any freeze, or a mask for which
// nobody has named a ground, as the stop button leaves behind (R26).
func (h Hold) bySecond() bool {
	return h.Kind == workflow.FreezeHold || h.Awaits() && h.Ground == ""
}

// reviewAt is by when a human has to have looked at what an act stops: it is overdue later,
// and never ends by itself (R26, R42). Zero for what asks for no review.
func reviewAt(action workflow.Action, house directory.House, now time.Time) time.Time {
	switch action {
	case workflow.Stop, workflow.Freeze:
		return house.Calendar.Due(now, settings.StopReview.Of(house.Values))
	case workflow.Mask:
		return house.Calendar.Add(now, settings.MaskReview.Of(house.Values))
	}
	return time.Time{}
}

// Stopped is something that was stopped or masked and that nobody has looked at yet.
type Stopped struct {
	Hold         Hold
	Contribution id.Contribution // zero for a space or a photo
	Live         id.Revision     // what readers would have again
	Photo        id.Photo        // zero for anything else; it is released on its own page
	Space        id.Space        // zero for a photo
	SpaceTitle   string
	Title        string // of the text or photo; empty for a space
	StoppedBy    string // name; empty for the machine
	Roles        actor.Roles
	Late         bool
}

// Reviews reports whether somebody in these roles looks at what was stopped (R26): whoever
// answers for the space, and another moderator than the one who pressed the button.
func (s Stopped) Reviews(who actor.Actor) bool {
	own := who.Is(s.Hold.PlacedBy) && s.Hold.bySecond()
	return s.Roles.HasAny(actor.Owner, actor.Backup, actor.Director) || s.Roles.HasAny(stoppers...) && !own
}

// Review is how far the review of a hold has come.
type Review struct {
	Open bool // it may have to be looked at yet, by its own clock
	Due  bool // it has, and nothing else hides what it is on for good
	Mask bool // it has a mask's time for that (R42), and not a stop's (R26)
}

// again is by when somebody has to have looked who has not yet.
func (r Review) again(house directory.House, now time.Time) time.Time {
	if r.Mask {
		return reviewAt(workflow.Mask, house, now)
	}
	return reviewAt(workflow.Stop, house, now)
}

// stoppers may press the stop button of a space and of what is in it.
var stoppers = []actor.Role{actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Stopper}

// The acts of the clock on what is stopped, as the trail has them and as notices ask for them:
// who answers for the space is told first, then the authority above.
const (
	ActStopOverdue  = "stop_overdue"
	ActStopReported = "stop_reported"
)

// StopTx is what the stop button and the emergency stop ask of a transaction.
type StopTx interface {
	SpaceTx
	HaltTx
	// OpenStops lists what is stopped or masked and was not looked at, the first due first, with
	// what somebody is in each space.
	OpenStops(ctx context.Context, who id.Person, now time.Time) ([]Stopped, error)
	// StopOf finds what a hold stops, released or not, or answers [directory.ErrNotFound].
	StopOf(ctx context.Context, hold id.Hold, who id.Person, now time.Time) (Stopped, error)
	// ReviewOf reads how far the review of a hold has come: the zero Review of one that is over, or that a
	// case has placed.
	ReviewOf(ctx context.Context, hold id.Hold) (Review, error)
}

// StopTransactions opens a transaction for the stop button.
type StopTransactions func(ctx context.Context, tenant id.Tenant, do func(StopTx) error) error

// Stops is the stop button (R26) and the emergency stop (R54).
type Stops struct {
	inTx  StopTransactions
	clock func() time.Time
}

// NewStops returns the service of the stop button.
func NewStops(inTx StopTransactions, clock func() time.Time) *Stops { return &Stops{inTx, clock} }

// unworded is the reason of somebody who has pressed the button and gone on.
const unworded = "Arrêté d’urgence, sans autre précision."

func worded(text string) workflow.Reason {
	if text = strings.TrimSpace(text); text == "" {
		text = unworded
	}
	return workflow.Reason{Text: text}
}

// May reports whether the actor has the stop button of a space and of what is in it. In a
// space that they do not know nobody has.
func (s *Stops) May(ctx context.Context, who actor.Actor, space id.Space) (bool, error) {
	var roles actor.Roles
	err := s.inTx(ctx, who.Tenant, func(tx StopTx) (err error) {
		if _, err = tx.Space(ctx, space); err == nil {
			roles, err = tx.Roles(ctx, who.Person, space, s.clock())
		}
		return err
	})
	if errors.Is(err, directory.ErrNotFound) { // an ENT's reader, of another establishment's space
		return false, nil
	}
	return roles.HasAny(stoppers...), err
}

// Text masks a contribution, as it is now, until somebody has looked. Where that is so
// already nothing is added: one review is enough. The errors are [directory.ErrNotFound] and a
// [workflow.Refusal].
func (s *Stops) Text(ctx context.Context, who actor.Actor, c id.Contribution, text string) error {
	return s.inTx(ctx, who.Tenant, func(tx StopTx) error {
		now := s.clock()
		d, err := tx.Dossier(ctx, c, who.Person, now)
		if err != nil {
			return fmt.Errorf("stop contribution %s: %w", c, err)
		}
		if d.Contribution.Live.IsZero() || !knows(d.Roles) {
			return fmt.Errorf("stop contribution %s: %w", c, directory.ErrNotFound)
		}
		already := slices.ContainsFunc(d.Holds, func(h Hold) bool { return h.Own && h.Awaits() })
		if already && d.Roles.HasAny(stoppers...) {
			return nil
		}
		batch, err := Decide(d, who, Command{Action: workflow.Stop, Version: d.Contribution.Version, Reason: worded(text)}, now)
		if err != nil {
			return err
		}
		return workflow.Commit(ctx, tx, batch)
	})
}

// Space freezes a space, as it is now, until somebody has looked. It is otherwise as Text.
func (s *Stops) Space(ctx context.Context, who actor.Actor, space id.Space, text string) error {
	return s.inTx(ctx, who.Tenant, func(tx StopTx) error {
		now := s.clock()
		d, err := tx.SpaceDossier(ctx, space, who.Person, Candidates{}, now)
		if err == nil && !knows(d.Roles) {
			err = directory.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("stop space %s: %w", space, err)
		}
		already := slices.ContainsFunc(d.Holds, func(h Hold) bool { return h.Kind == workflow.FreezeHold })
		if already && d.Roles.HasAny(stoppers...) {
			return nil
		}
		batch, err := d.Decide(who, SpaceCommand{Action: workflow.Freeze, Version: d.Space.Version, Reason: worded(text)}, now)
		if err != nil {
			return err
		}
		return workflow.Commit(ctx, tx, batch)
	})
}

// Open lists what is stopped where the actor could have stopped it, the first due first.
func (s *Stops) Open(ctx context.Context, who actor.Actor) ([]Stopped, error) {
	var list []Stopped
	err := s.inTx(ctx, who.Tenant, func(tx StopTx) error {
		now := s.clock()
		all, err := tx.OpenStops(ctx, who.Person, now)
		list = slices.DeleteFunc(all, func(s Stopped) bool { return !s.Roles.HasAny(stoppers...) })
		for i := range list {
			list[i].Late = now.After(list[i].Hold.Until)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list what is stopped: %w", err)
	}
	return list, nil
}

// Release ends one stop after a look at it, and no other hold: the text as seen is to be read
// again, or the space to be written in. The errors are [directory.ErrNotFound] and a
// [workflow.Refusal] (R19, R26).
func (s *Stops) Release(ctx context.Context, who actor.Actor, hold id.Hold, seen id.Revision, text string) error {
	return s.inTx(ctx, who.Tenant, func(tx StopTx) error {
		now := s.clock()
		stop, err := tx.StopOf(ctx, hold, who.Person, now)
		if err == nil && !stop.Roles.HasAny(stoppers...) {
			err = directory.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("release %s: %w", hold, err)
		}
		batch, err := releasing(ctx, tx, who, stop, seen, workflow.Reason{Text: strings.TrimSpace(text)}, now)
		if err != nil {
			return fmt.Errorf("release %s: %w", hold, err)
		}
		return workflow.Commit(ctx, tx, batch)
	})
}

func releasing(ctx context.Context, tx StopTx, who actor.Actor, stop Stopped, seen id.Revision, why workflow.Reason, now time.Time) (*workflow.Batch, error) {
	if !stop.Photo.IsZero() {
		return nil, directory.ErrNotFound
	}
	if stop.Contribution.IsZero() {
		action := workflow.Unfreeze
		if stop.Hold.Kind == workflow.MaskHold {
			action = workflow.Restore
		}
		d, err := tx.SpaceDossier(ctx, stop.Space, who.Person, Candidates{}, now)
		if err != nil {
			return nil, err
		}
		return d.Decide(who, SpaceCommand{Action: action, Version: d.Space.Version, Hold: stop.Hold.ID, Reason: why}, now)
	}
	d, err := tx.Dossier(ctx, stop.Contribution, who.Person, now)
	if err != nil {
		return nil, err
	}
	return Decide(d, who, Command{Action: workflow.Restore, Version: d.Contribution.Version, Revision: seen, Hold: stop.Hold.ID, Reason: why}, now)
}

// Overdue tells who is late with a review, whenever its message comes: those who answer for
// the space when its time is over and, when as much time has passed again, the authority above.
// What has been looked at meanwhile is left alone, and nothing ends by time (R26, R42). Beneath a
// withdrawal or a block the clock goes on, for when that is over. The errors are [workflow.ErrStale] for a message already done, and the database's.
func (s *Stops) Overdue(ctx context.Context, m outbox.Message) error {
	return s.inTx(ctx, m.Tenant, func(tx StopTx) error {
		hold := id.Hold{UUID: m.Subject}
		review, err := tx.ReviewOf(ctx, hold)
		switch {
		case err != nil:
		case review.Due:
			err = s.escalate(ctx, tx, m, review)
		case review.Open:
			err = s.await(ctx, tx, m, review, m.Note)
		}
		if err != nil {
			return fmt.Errorf("review of %s is overdue: %w", hold, err)
		}
		return workflow.Commit(ctx, tx, new(workflow.Batch).Done(m.ID))
	})
}

func (s *Stops) escalate(ctx context.Context, tx StopTx, m outbox.Message, review Review) error {
	now := s.clock()
	act := ActStopOverdue
	if m.Note == ActStopOverdue {
		act = ActStopReported
	}
	rule := "R26"
	if review.Mask {
		rule = "R42"
	}
	entry := audit.Act(actor.Clock(m.Tenant, viaStops), act, audit.Subject{Kind: "hold", ID: m.Subject}, rule, now)
	if err := tx.Record(ctx, entry); err != nil {
		return err
	}
	if err := tx.Emit(ctx, outbox.Message{Tenant: m.Tenant, Kind: outbox.NoticeHold, Subject: m.Subject, Note: act, Due: now}); err != nil {
		return err
	}
	if act == ActStopReported {
		return nil
	}
	return s.await(ctx, tx, m, review, ActStopOverdue)
}

// await promises to look again whether somebody has.
func (s *Stops) await(ctx context.Context, tx StopTx, m outbox.Message, review Review, note string) error {
	house, err := tx.Here(ctx)
	if err != nil {
		return err
	}
	return tx.Emit(ctx, outbox.Message{Tenant: m.Tenant, Kind: outbox.HoldDue, Subject: m.Subject, Note: note, Due: review.again(house, s.clock())})
}

// viaStops is the channel of the clock that looks after R26 and R54.
const viaStops = "clock:stops"
