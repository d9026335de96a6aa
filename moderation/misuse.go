package moderation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Acts on reports that were manifestly unfounded, in the trail (R47).
const (
	ActMarkUnfounded = "mark_unfounded"
	ActLiftUnfounded = "lift_unfounded"
)

// ToldUnfounded warns who reported that their report was found manifestly unfounded.
const ToldUnfounded NoticeKind = "report_unfounded"

// Unfounded is that a report was found so, and who has lifted that. Whose it is it does not say (R44).
type Unfounded struct {
	Report     id.Report
	Reason     string // at most 5,000 characters
	By         id.Person
	Name       string
	At         time.Time
	LiftedBy   id.Person
	LiftedAt   time.Time // zero: it stands
	LiftReason string
}

// Strike is a report of somebody's that stands as manifestly unfounded.
type Strike struct {
	At         time.Time // when it was found so, and they were warned
	ReportedAt time.Time
}

// MisuseTx is what the misuse of reports asks of a transaction.
type MisuseTx interface {
	// UnfoundedIn lists the reports of a case that were found so.
	UnfoundedIn(ctx context.Context, c id.Case) ([]Unfounded, error)
	// MarkUnfounded keeps that one was found so.
	MarkUnfounded(ctx context.Context, c id.Case, u Unfounded) error
	// LiftUnfounded ends that, or answers [directory.ErrNotFound].
	LiftUnfounded(ctx context.Context, c id.Case, u Unfounded) error
	// Strikes lists those of somebody in this establishment since then, the first found first:
	// what was lifted, or decided otherwise since, is none.
	Strikes(ctx context.Context, who id.Person, since time.Time) ([]Strike, error)
}

// limitedUntil is until when somebody with these strikes reports less (R47): from the one that made
// them as many as it takes within the time for which each counts, where what was reported came after they had been
// warned. It is zero, or past, where they are not limited. It is pure.
func limitedUntil(strikes []Strike, house directory.House) time.Time {
	var until time.Time
	most := settings.UnfoundedReports.Of(house.Values)
	for i, last := range strikes {
		from := counting(house, last.At)
		first := 0
		for !strikes[first].At.After(from) {
			first++
		}
		if i-first+1 < most || !last.ReportedAt.After(strikes[first].At) {
			continue
		}
		if ends := house.Calendar.Add(last.At, settings.ReportsLimited.Of(house.Values)); ends.After(until) {
			until = ends
		}
	}
	return until
}

// counting is since when a report that was manifestly unfounded counts at a moment.
func counting(house directory.House, at time.Time) time.Time {
	return at.AddDate(0, -settings.UnfoundedWindow.Of(house.Values).N, 0)
}

// limitedTo is until when somebody reports less here; zero where they do not.
func limitedTo(ctx context.Context, tx CasesTx, who id.Person, house directory.House, now time.Time) (time.Time, error) {
	period := settings.ReportsLimited.Of(house.Values)
	since := counting(house, now).Add(now.Sub(house.Calendar.Add(now, period)))
	strikes, err := tx.Strikes(ctx, who, since)
	if err != nil {
		return time.Time{}, err
	}
	if until := limitedUntil(strikes, house); now.Before(until) {
		return until, nil
	}
	return time.Time{}, nil
}

// LimitedUntil tells somebody until when they report here only what is grave; zero where nothing limits
// them.
func (s *Cases) LimitedUntil(ctx context.Context, who actor.Actor) (time.Time, error) {
	var until time.Time
	if who.Kind != actor.KindPerson {
		return until, nil
	}
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		until, err = limitedTo(ctx, tx, who.Person, house, s.Clock())
		return err
	})
	return until, err
}

// MarkUnfounded keeps, with the reason, that a report of a case that was decided "keep" was manifestly
// unfounded, and warns who made it: of whom whoever judges learns nothing, and the author nothing of
// either. The errors are those of [Cases.ActOn]; for a report of another case [directory.ErrNotFound].
func (s *Cases) MarkUnfounded(ctx context.Context, who actor.Actor, c id.Case, report id.Report, reason string) error {
	err := s.asJudgeOf(ctx, who, c, ActMarkUnfounded, func(tx CasesTx, file CaseFile, who actor.Actor, now time.Time) error {
		r, err := file.unfounded(ctx, tx, report)
		if err != nil {
			return err
		}
		if err := worded("reason", reason, "R47"); err != nil {
			return err
		}
		mark := Unfounded{Report: report, Reason: strings.TrimSpace(reason), By: who.Person, At: now}
		if err := tx.MarkUnfounded(ctx, c, mark); err != nil {
			return err
		}
		return errors.Join(file.warn(ctx, tx, r, now), tx.Record(ctx, audit.Act(who, ActMarkUnfounded, audit.Subject{Kind: workflow.CaseTable.Name, ID: c.UUID}, "R47", now)))
	})
	if err != nil {
		return fmt.Errorf("mark a report of case %s: %w", c, err)
	}
	return nil
}

// LiftUnfounded ends that a report counts as manifestly unfounded, with the reason: for somebody else
// who judges, and not whoever has marked it (R45). The errors are those of [Cases.MarkUnfounded].
func (s *Cases) LiftUnfounded(ctx context.Context, who actor.Actor, c id.Case, report id.Report, reason string) error {
	err := s.asJudgeOf(ctx, who, c, ActLiftUnfounded, func(tx CasesTx, _ CaseFile, who actor.Actor, now time.Time) error {
		marks, err := tx.UnfoundedIn(ctx, c)
		if err != nil {
			return err
		}
		if who.Is(markOf(marks, report).By) {
			return &directory.Refusal{Act: ActLiftUnfounded, Rule: "R45", Err: directory.ErrForbidden}
		}
		if err := worded("reason", reason, "R47"); err != nil {
			return err
		}
		lift := Unfounded{Report: report, LiftedBy: who.Person, LiftedAt: now, LiftReason: strings.TrimSpace(reason)}
		if err := tx.LiftUnfounded(ctx, c, lift); err != nil {
			return err
		}
		return tx.Record(ctx, audit.Act(who, ActLiftUnfounded, audit.Subject{Kind: workflow.CaseTable.Name, ID: c.UUID}, "R47", now))
	})
	if err != nil {
		return fmt.Errorf("lift the mark of a report of case %s: %w", c, err)
	}
	return nil
}

// markOf is that of a report; the zero Unfounded where it has none.
func markOf(marks []Unfounded, report id.Report) Unfounded {
	for _, m := range marks {
		if m.Report == report {
			return m
		}
	}
	return Unfounded{}
}

// unfounded is a report of the case, which may be found so.
func (f CaseFile) unfounded(ctx context.Context, tx CasesTx, report id.Report) (Report, error) {
	r, err := tx.ReportIn(ctx, f.ID, report)
	if err != nil {
		return r, err
	}
	marks, err := tx.UnfoundedIn(ctx, f.ID)
	if err == nil && (!f.markable() || !markOf(marks, report).At.IsZero()) {
		err = f.refused(ActMarkUnfounded, "R47", workflow.ErrImpossible)
	}
	return r, err
}

// markable reports whether reports of the case may be found manifestly unfounded.
func (f CaseFile) markable() bool {
	return (f.Kind == OfReport || f.Kind == OfTakedown) && f.decided() && f.Verdict == workflow.Keep
}

// warn writes to who made a report that it was found manifestly unfounded, what follows and how they
// contest it. Who has no account is not counted, and not warned.
func (f CaseFile) warn(ctx context.Context, tx CasesTx, r Report, now time.Time) error {
	if r.Person.IsZero() {
		return nil
	}
	s := sheet{
		Most: settings.UnfoundedReports.Of(f.House.Values), Months: settings.UnfoundedWindow.Of(f.House.Values).N, Days: settings.ReportsLimited.Of(f.House.Values).N,
		Contest: f.reporterMayAppeal(r, now),
	}
	letter, err := f.toReporter(r, LetterAnswer, "unfounded", s, now)
	if err != nil {
		return err
	}
	message := id.New[id.Message]()
	letter.Cause = message.UUID
	if err := addLetter(ctx, tx, &letter); err != nil {
		return err
	}
	if f.Local() { // an authority's notices are its own people's
		if err := tx.Tell(ctx, message, Occurrence{Case: f.ID}, []Telling{{Kind: ToldUnfounded, Persons: []id.Person{r.Person}}}, now); err != nil {
			return err
		}
	}
	if r.Email == "" {
		return nil
	}
	return tx.Post(ctx, []mail.Item{f.item(r, letter)}, now, now)
}
