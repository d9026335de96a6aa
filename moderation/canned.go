package moderation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// CannedReason is a text that a house proposes to whoever decides, beside those that come with
// the service. It decides nothing: whoever decides reads it, and may change every word.
type CannedReason struct {
	ID         id.Canned
	Version    int64 // grows with each change
	Title      string
	Verdict    workflow.Verdict // empty: of any
	Ground     workflow.Ground  // empty: of any
	ToAuthor   string           // at most 5,000 characters, as the next
	ToReporter string
	Language   string // "fr" or "en"
	ChangedAt  time.Time
}

// CannedTx is what canned reasons ask of a transaction, in the house that handles cases.
type CannedTx interface {
	CannedReasons(ctx context.Context) ([]CannedReason, error)
	// KeepCanned writes one as its next version, or a new one as its first; the version that it names
	// having moved is [workflow.ErrStale].
	KeepCanned(ctx context.Context, r CannedReason, by id.Person) error
	// DropCanned takes one away. Both answer [directory.ErrNotFound] for one that is none here, and
	// [workflow.ErrStale] for one that has moved since.
	DropCanned(ctx context.Context, reason id.Canned, version int64) error
}

// The acts on canned reasons, as the trail has them.
const (
	ActWriteReason = "write_reason"
	ActDropReason  = "drop_reason"
)

// The limits of a canned reason, and of how many a house keeps.
const (
	longestReasonTitle = 100
	mostCanned         = 200
)

// CannedReasons lists the house's own reasons, for who judges there: to others the error is
// [directory.ErrNotFound].
func (s *Cases) CannedReasons(ctx context.Context, who actor.Actor) ([]CannedReason, error) {
	var list []CannedReason
	err := s.asJudge(ctx, who, func(tx CasesTx, _ time.Time) (err error) {
		list, err = tx.CannedReasons(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list canned reasons: %w", err)
	}
	return list, nil
}

// KeepCanned writes a reason: a new one where it has no id, else the version after the one that it
// names. The trail tells who. The errors are those of [Cases.CannedReasons],
// [directory.FieldError]s (R43) and [workflow.ErrStale].
func (s *Cases) KeepCanned(ctx context.Context, who actor.Actor, r CannedReason) (CannedReason, error) {
	r.Title, r.ToAuthor, r.ToReporter = strings.TrimSpace(r.Title), strings.TrimSpace(r.ToAuthor), strings.TrimSpace(r.ToReporter)
	if r.Language != "en" {
		r.Language = "fr"
	}
	err := s.asJudge(ctx, who, func(tx CasesTx, now time.Time) error {
		known, err := tx.CannedReasons(ctx)
		if err != nil {
			return err
		}
		if r, err = r.among(known); err != nil {
			return err
		}
		r.Version, r.ChangedAt = r.Version+1, now
		if err := tx.KeepCanned(ctx, r, who.Person); err != nil {
			return err
		}
		return tx.Record(ctx, r.act(who, ActWriteReason, now))
	})
	if err != nil {
		return r, fmt.Errorf("keep canned reason: %w", err)
	}
	return r, nil
}

// among checks a reason against those that there are, and gives a new one its id.
func (r CannedReason) among(known []CannedReason) (CannedReason, error) {
	if !r.ID.IsZero() && !slices.ContainsFunc(known, func(k CannedReason) bool { return k.ID == r.ID }) {
		return r, directory.ErrNotFound
	}
	if err := r.check(); err != nil {
		return r, err
	}
	if !r.ID.IsZero() {
		return r, nil
	}
	if len(known) >= mostCanned {
		return r, &directory.FieldError{Field: "title", Code: "too_many", Rule: "R43", Limit: mostCanned}
	}
	r.ID, r.Version = id.New[id.Canned](), 0
	return r, nil
}

// DropCanned takes a reason away; what was decided with it stays as it was written. The errors are
// those of [Cases.KeepCanned].
func (s *Cases) DropCanned(ctx context.Context, who actor.Actor, reason id.Canned, version int64) error {
	err := s.asJudge(ctx, who, func(tx CasesTx, now time.Time) error {
		if err := tx.DropCanned(ctx, reason, version); err != nil {
			return err
		}
		return tx.Record(ctx, CannedReason{ID: reason, Version: version}.act(who, ActDropReason, now))
	})
	if err != nil {
		return fmt.Errorf("drop canned reason %s: %w", reason, err)
	}
	return nil
}

// asJudge lets who judges cases in the house do something, and nobody else know of it.
func (s *Cases) asJudge(ctx context.Context, who actor.Actor, do func(tx CasesTx, now time.Time) error) error {
	return s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		roles, err := tx.Roles(ctx, who.Person, id.Space{}, now)
		if err != nil {
			return err
		}
		if who.Kind != actor.KindPerson || !roles.HasAny(actor.Director, actor.Judge) {
			return directory.ErrNotFound
		}
		return do(tx, now)
	})
}

func (r CannedReason) act(who actor.Actor, action string, now time.Time) audit.Entry {
	return audit.Act(who, action, audit.Subject{Kind: "reason", ID: r.ID.UUID}, "R43", now)
}

// check refuses what nobody could use.
func (r CannedReason) check() error {
	wrong := func(field, code string, limit int) error {
		return &directory.FieldError{Field: field, Code: code, Rule: "R43", Limit: limit}
	}
	switch {
	case r.Title == "":
		return wrong("title", "required", 0)
	case utf8.RuneCountInString(r.Title) > longestReasonTitle:
		return wrong("title", "too_long", longestReasonTitle)
	case r.Verdict != "" && !slices.Contains(workflow.Verdicts(), r.Verdict):
		return wrong("verdict", "unknown", 0)
	case r.Ground != "" && !r.Ground.Known():
		return wrong("ground", "unknown", 0)
	case r.ToAuthor == "" && r.ToReporter == "":
		return wrong("to_author", "required", 0)
	case utf8.RuneCountInString(r.ToAuthor) > longestSaid:
		return wrong("to_author", "too_long", longestSaid)
	case utf8.RuneCountInString(r.ToReporter) > longestSaid:
		return wrong("to_reporter", "too_long", longestSaid)
	}
	return nil
}
