package moderation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Acts on telling guardians, in the trail and in the case (R52).
const (
	ActHoldGuardians    = "hold_guardians"    // the child may be at risk
	ActReleaseGuardians = "release_guardians" // no more
	ActTellGuardians    = "tell_guardians"
)

// Of the messages that look whether it was done.
const (
	noteGuardiansWait = "guardians_wait" // it can be, from now on
	noteGuardiansLate = "guardians_late"
)

// What is told of it.
const (
	ToldChildDecided  NoticeKind = "child_decided"  // the guardians
	ToldGuardiansWait NoticeKind = "guardians_wait" // the director: they may be told now
	ToldGuardiansLate NoticeKind = "guardians_late" // likewise: they were not in time
)

// guardianNotices are the kinds of notice about telling guardians.
func guardianNotices() []NoticeKind {
	return []NoticeKind{ToldChildDecided, ToldGuardiansWait, ToldGuardiansLate}
}

// GuardianAct is what the director has done about telling the guardians.
type GuardianAct struct {
	ID     id.Entry
	Act    string
	Person id.Person
	Name   string
	Reason string // of holding and of releasing; at most 5,000 characters
	At     time.Time
}

// Kin are who answers for the author of what a case is about.
type Kin struct {
	Minor   bool
	Given   string      // of the author
	Persons []id.Person // with parental authority
	Told    []GuardianTold
}

// GuardianTold is one of them who was told.
type GuardianTold struct {
	Name   string
	At     time.Time
	ReadAt time.Time // zero: not yet
}

// GuardianTx is what telling guardians asks of a transaction.
type GuardianTx interface {
	// GuardiansOf reads who answers for the author of what a case is about, in the tenant that
	// handles it or where the content is; the zero Kin where no author is known.
	GuardiansOf(ctx context.Context, c id.Case, now time.Time) (Kin, error)
	// GuardianActs lists what was done, the first first.
	GuardianActs(ctx context.Context, c id.Case) ([]GuardianAct, error)
	// AddGuardianAct writes one; that they were told, once.
	AddGuardianAct(ctx context.Context, c id.Case, a GuardianAct) error
	// AwaitGuardians keeps on the director's desk that guardians wait to be told, until they are.
	AwaitGuardians(ctx context.Context, c id.Case) error
}

// confirmedAt is when a breach is confirmed: once the author can appeal no more. It is zero where
// nothing was withdrawn, and of what is sealed, of which the author was told nothing (R50).
func (f CaseFile) confirmedAt() time.Time {
	switch {
	case f.Kind != OfReport && f.Kind != OfTakedown, !f.decided(), !f.Verdict.Removes(), f.ruling().Sealed:
		return time.Time{}
	case f.AppealedBy == TheAuthor, f.AppealedBy == bothParties:
		return f.DecidedAt
	}
	return f.AppealUntil
}

// confirmed reports whether a breach of the author's is.
func (f CaseFile) confirmed(now time.Time) bool {
	at := f.confirmedAt()
	return !at.IsZero() && !now.Before(at)
}

// guardiansDue is by when they are told, or it is said why not (R52).
func (f CaseFile) guardiansDue() time.Time { return guardiansDue(f.House, f.confirmedAt()) }

func guardiansDue(house directory.House, confirmed time.Time) time.Time {
	return house.Calendar.Add(confirmed, settings.GuardiansTold.Of(house.Values))
}

// TellGuardians has those with parental authority over the author be told that something of theirs was
// withdrawn, and nothing of it: once, by the director alone, when it is confirmed and nothing holds it.
// The errors are those of [Cases.ActOn], and a [directory.Refusal] (R52) for whoever does not direct.
func (s *Cases) TellGuardians(ctx context.Context, who actor.Actor, c id.Case) error {
	return s.onGuardians(ctx, who, c, ActTellGuardians, "")
}

// HoldGuardians keeps the guardians from being told, where that would put the child at risk, with the
// reason: before it is confirmed, too. The errors are those of [Cases.TellGuardians].
func (s *Cases) HoldGuardians(ctx context.Context, who actor.Actor, c id.Case, reason string) error {
	return s.onGuardians(ctx, who, c, ActHoldGuardians, reason)
}

// ReleaseGuardians ends that, with the reason. The errors are those of [Cases.TellGuardians].
func (s *Cases) ReleaseGuardians(ctx context.Context, who actor.Actor, c id.Case, reason string) error {
	return s.onGuardians(ctx, who, c, ActReleaseGuardians, reason)
}

func (s *Cases) onGuardians(ctx context.Context, who actor.Actor, c id.Case, act, reason string) error {
	err := s.asJudgeOf(ctx, who, c, act, func(tx CasesTx, file CaseFile, who actor.Actor, now time.Time) error {
		if !file.Roles.Has(actor.Director) {
			return &directory.Refusal{Act: act, Rule: "R52", Err: directory.ErrForbidden}
		}
		if act != ActTellGuardians {
			if err := worded("reason", reason, "R52"); err != nil {
				return err
			}
		}
		view, err := file.guardianView(ctx, tx, now)
		if err != nil {
			return err
		}
		if !view.may(act) {
			return file.refused(workflow.Action(act), "R52", workflow.ErrImpossible)
		}
		done := GuardianAct{ID: id.New[id.Entry](), Act: act, Person: who.Person, Reason: strings.TrimSpace(reason), At: now}
		if err := tx.AddGuardianAct(ctx, c, done); err != nil {
			return err
		}
		if err := tx.Record(ctx, audit.Act(who, act, audit.Subject{Kind: workflow.CaseTable.Name, ID: c.UUID}, "R52", now)); err != nil || act != ActTellGuardians {
			return err
		}
		return file.sendGuardians(ctx, tx, now)
	})
	if err != nil {
		return fmt.Errorf("guardians of case %s: %w", c, err)
	}
	return nil
}

// sendGuardians promises that the guardians are told, in the establishment where they are.
func (f CaseFile) sendGuardians(ctx context.Context, tx CasesTx, now time.Time) error {
	if !f.Local() {
		return tx.EmitThere(ctx, f.ID, f.carryOut(ActTellGuardians, now))
	}
	return tx.Emit(ctx, outbox.Message{Tenant: f.Tenant, Kind: outbox.NoticeCase, Subject: f.ID.UUID, Version: f.Version, Note: ActTellGuardians, Due: now})
}

// tellGuardians tells those with parental authority over a minor, here and by mail: that something was
// decided of what their child has written, and nothing of what it was nor of who reported it.
func tellGuardians(ctx context.Context, tx CasesTx, c Case, m outbox.Message, now time.Time) error {
	kin, err := tx.GuardiansOf(ctx, c.ID, now)
	if err != nil || !kin.Minor {
		return err
	}
	if err := tx.Tell(ctx, m.ID, Occurrence{Case: c.ID, Title: kin.Given}, []Telling{{Kind: ToldChildDecided, Persons: kin.Persons}}, now); err != nil {
		return err
	}
	items := make([]mail.Item, len(kin.Persons))
	for i, person := range kin.Persons {
		items[i] = mail.Item{Cause: m.ID.UUID, Kind: mail.ChildDecided, Person: person, Case: c.ID, Reference: c.Reference}
	}
	return tx.Post(ctx, items, now, now)
}

// watchGuardians promises the director word when a breach is confirmed, and when its guardians should
// have been told.
func (f CaseFile) watchGuardians(ctx context.Context, tx CasesTx, now time.Time) error {
	at := f.confirmedAt()
	if at.IsZero() {
		return nil
	}
	message := outbox.Message{Tenant: f.Tenant, Kind: outbox.CaseDue, Subject: f.ID.UUID, Version: f.Version, Note: noteGuardiansWait, Due: later(at, now)}
	if err := tx.Emit(ctx, message); err != nil {
		return err
	}
	message.Note, message.Due = noteGuardiansLate, later(f.guardiansDue(), now)
	return tx.Emit(ctx, message)
}

// guardiansWait tells who directs that the guardians may be told, or were not in time.
func (f CaseFile) guardiansWait(ctx context.Context, tx CasesTx, m outbox.Message, now time.Time) error {
	view, err := f.guardianView(ctx, tx, now)
	if err != nil {
		return err
	}
	if view.Confirmed && view.waits() {
		if err := tx.AwaitGuardians(ctx, f.ID); err != nil {
			return err
		}
	}
	kind := ToldGuardiansWait
	if m.Note == noteGuardiansLate {
		kind = ToldGuardiansLate
	}
	if view.may(ActTellGuardians) && (kind == ToldGuardiansWait || view.Late) {
		if err := f.tellWork(ctx, tx, m.ID, []Telling{{Kind: kind, Persons: f.directors()}}, now); err != nil {
			return err
		}
	}
	return done(ctx, tx, m)
}

// directors are who directs the house that has the case in hand, without whom it concerns.
func (f CaseFile) directors() []id.Person {
	var list []id.Person
	for _, a := range f.Answerers {
		if a.Directs && f.unconcerned(a.Person) {
			list = append(list, a.Person)
		}
	}
	return list
}

// GuardianView is what of a minor's breach the guardians are to be told, and were.
type GuardianView struct {
	Kin
	Acts      []GuardianAct // the first first
	Confirmed bool
	Held      bool
	Due       time.Time // by when; zero before it is confirmed, while it is held and once they were told
	Late      bool
	Validates bool // the actor directs
}

// may reports whether an act is possible as it stands, for who directs.
func (v GuardianView) may(act string) bool {
	switch act {
	case ActHoldGuardians:
		return v.Minor && !v.told() && !v.Held
	case ActReleaseGuardians:
		return v.Minor && v.Held
	}
	return v.waits() && v.Confirmed && !v.Held
}

func (v GuardianView) told() bool {
	return slices.ContainsFunc(v.Acts, func(a GuardianAct) bool { return a.Act == ActTellGuardians })
}

// waits reports whether somebody is there who is to be told, once it is confirmed.
func (v GuardianView) waits() bool { return v.Minor && len(v.Persons) > 0 && !v.told() }

// MayTell reports whether the actor may have the guardians told.
func (v GuardianView) MayTell() bool { return v.Validates && v.may(ActTellGuardians) }

// MayHold reports whether the actor may keep them from being told.
func (v GuardianView) MayHold() bool { return v.Validates && v.may(ActHoldGuardians) }

// MayRelease reports whether the actor may end that.
func (v GuardianView) MayRelease() bool { return v.Validates && v.may(ActReleaseGuardians) }

func (f CaseFile) guardianView(ctx context.Context, tx CasesTx, now time.Time) (GuardianView, error) {
	v := GuardianView{Confirmed: f.confirmed(now), Validates: f.Roles.Has(actor.Director)}
	if f.confirmedAt().IsZero() {
		return v, nil
	}
	var err error
	if v.Kin, err = tx.GuardiansOf(ctx, f.ID, now); err != nil {
		return v, err
	}
	if v.Acts, err = tx.GuardianActs(ctx, f.ID); err != nil {
		return v, err
	}
	v.Held = len(v.Acts) > 0 && v.Acts[len(v.Acts)-1].Act == ActHoldGuardians
	if v.may(ActTellGuardians) {
		v.Due = f.guardiansDue()
		v.Late = !now.Before(v.Due)
	}
	return v, nil
}
