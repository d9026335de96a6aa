package publication

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Collective is an adult's decision that a work is collective (R37; code de la propriété
// intellectuelle, L. 113-2): the establishment holds the rights in it, under whose name
// and direction it was made, and no single author's authorisation is asked for (R36).
// Those who took part stay named beside it.
type Collective struct {
	ID            id.Collective
	Contribution  id.Contribution
	Contributors  []Contributor
	Justification string
	DecidedBy     id.Person
	Decider       string // their name; read, not written
	DecidedAt     time.Time
}

// CollectiveInput is what the decision says.
type CollectiveInput struct {
	Contributors  []ContributorInput
	Justification string
}

// CollectiveTx is what deciding on collective works does inside a transaction.
type CollectiveTx interface {
	ContributorTx
	// InsertCollective writes a decision, and tells readers of the work where it is live.
	InsertCollective(ctx context.Context, c Collective) error
	// EndCollective ends one that holds, and tells them again.
	EndCollective(ctx context.Context, collective id.Collective, contribution id.Contribution, by id.Person, at time.Time) error
}

// The bounds of a decision.
const (
	fewestContributors    = 2 // whoever is alone is an author
	mostContributors      = 200
	longestContributor    = 100  // characters
	shortestJustification = 20   // characters
	longestJustification  = 2000 // characters
)

// The acts on collective works, as the trail has them.
const (
	ActQualify    = "qualify_collective"
	ActDisqualify = "disqualify_collective"
)

// MayBeCollective reports whether whoever acts may say so of the contribution, now (R37):
// an adult of the establishment who wrote it, moderates its space or answers for it, and
// where the establishment has decided that works may be collective at all, or this one was. Pupils' press is
// nobody's but its pupils' (R14).
func (d Dossier) MayBeCollective() bool {
	allowed := settings.CollectiveWorks.Of(d.Values) || d.Collective != nil
	return allowed && d.Space.Mode != workflow.PupilPress && d.Contribution.Kind.isWork() && d.Contribution.Life == workflow.Kept && d.answersForWork()
}

func (d Dossier) answersForWork() bool {
	return d.Roles.Has(actor.Staff) && d.Roles.HasAny(actor.Author, actor.Moderator, actor.Owner, actor.Backup, actor.Director)
}

// Qualify says that a work is collective, and lets a revision that waited for its
// author's authorisation go on. A decision that holds is replaced. The errors are
// [directory.ErrNotFound], a [directory.Refusal] (R37) and [FieldError]s, joined.
func (s *Authorisations) Qualify(ctx context.Context, who actor.Actor, contribution id.Contribution, in CollectiveInput) (id.Collective, error) {
	made := Collective{ID: id.New[id.Collective](), Contribution: contribution, DecidedBy: who.Person}
	err := s.inTx(ctx, who.Tenant, func(tx AuthorisationTx) error {
		made.DecidedAt = s.clock()
		d, err := qualifiable(ctx, tx, who, contribution, ActQualify, made.DecidedAt)
		if err != nil {
			return err
		}
		if !d.MayBeCollective() || !settings.CollectiveWorks.Of(d.Values) {
			return &directory.Refusal{Act: ActQualify, Rule: "R37", Err: workflow.ErrImpossible}
		}
		if err := in.fill(ctx, tx, d.Values, &made); err != nil {
			return err
		}
		if d.Collective != nil {
			if err := tx.EndCollective(ctx, d.Collective.ID, contribution, who.Person, made.DecidedAt); err != nil {
				return err
			}
		}
		if err := tx.InsertCollective(ctx, made); err != nil {
			return err
		}
		if err := d.tellCollective(ctx, tx, who, made.ID, ActQualify, made.DecidedAt); err != nil {
			return err
		}
		return d.goOn(ctx, tx, made.DecidedAt)
	})
	if err != nil {
		return id.Collective{}, fmt.Errorf("qualify contribution %s as collective: %w", contribution, err)
	}
	return made.ID, nil
}

// Disqualify takes the decision back. A pupil's work which is live and for which R36 asks
// for an authorisation that is not there is archived with the same act. The errors are
// [directory.ErrNotFound] and a [directory.Refusal] (R37).
func (s *Authorisations) Disqualify(ctx context.Context, who actor.Actor, contribution id.Contribution) error {
	err := s.inTx(ctx, who.Tenant, func(tx AuthorisationTx) error {
		now := s.clock()
		d, err := qualifiable(ctx, tx, who, contribution, ActDisqualify, now)
		if err != nil {
			return err
		}
		if d.Collective == nil {
			return directory.ErrNotFound
		}
		if err := tx.EndCollective(ctx, d.Collective.ID, contribution, who.Person, now); err != nil {
			return err
		}
		if err := d.tellCollective(ctx, tx, who, d.Collective.ID, ActDisqualify, now); err != nil {
			return err
		}
		d.Collective = nil
		return d.unshow(ctx, tx, who, now)
	})
	if err != nil {
		return fmt.Errorf("take back that contribution %s is collective: %w", contribution, err)
	}
	return nil
}

// qualifiable reads a contribution for an adult who answers for it.
func qualifiable(ctx context.Context, tx AuthorisationTx, who actor.Actor, contribution id.Contribution, act string, now time.Time) (Dossier, error) {
	d, err := tx.Dossier(ctx, contribution, who.Person, now)
	switch {
	case err != nil:
		return d, err
	case !d.VisibleTo(who) || d.sealed():
		return d, directory.ErrNotFound
	case !d.answersForWork():
		return d, &directory.Refusal{Act: act, Rule: "R37", Err: directory.ErrForbidden}
	}
	return d, nil
}

// fill checks what was said and puts it into the decision.
func (in CollectiveInput) fill(ctx context.Context, tx CollectiveTx, values settings.Values, c *Collective) (err error) {
	c.Contributors, err = in.contributors(ctx, tx, values, c.DecidedAt)
	c.Justification = strings.TrimSpace(strings.ReplaceAll(in.Justification, "\r\n", "\n"))
	return errors.Join(err, checkJustification(c.Justification))
}

func checkJustification(text string) error {
	fault := &FieldError{Field: "justification", Rule: "R37"}
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		fault.Code = "not_text"
	case n < shortestJustification:
		fault.Code, fault.Limit = "too_short", shortestJustification
	case n > longestJustification:
		fault.Code, fault.Limit = "too_long", longestJustification
	default:
		return nil
	}
	return fault
}

// tellCollective puts an act on a collective work into the contribution's history.
func (d Dossier) tellCollective(ctx context.Context, tx Tx, who actor.Actor, collective id.Collective, act string, now time.Time) error {
	subject := audit.Subject{Kind: "collective", ID: collective.UUID, Contribution: d.Contribution.ID}
	return tx.Record(ctx, audit.Act(who.As(d.Roles), act, subject, "R37", now))
}
