package publication

import (
	"context"
	"errors"
	"fmt"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// Tx is what publication does inside a transaction.
type Tx interface {
	imageconsent.Tx

	// Dossier locks the contribution and reads it with all that acting on it
	// needs, the roles of whoever acts included: none for nobody. The error is
	// [directory.ErrNotFound] when the tenant has no such contribution.
	Dossier(ctx context.Context, contribution id.Contribution, who id.Person, now time.Time) (Dossier, error)
	// DossierOf is Dossier for the contribution that a revision belongs to, for the
	// worker: nobody's roles are in it, and [Dossier.Step] acts as the clock.
	DossierOf(ctx context.Context, revision id.Revision, now time.Time) (Dossier, error)
	// Space reads a space, or answers [directory.ErrNotFound].
	Space(ctx context.Context, space id.Space) (Space, error)
	// Writing reads what writing in a space needs, for the person who would.
	Writing(ctx context.Context, space id.Space, who id.Person, now time.Time) (Writing, error)
	// Insert adds a contribution that was not there.
	Insert(ctx context.Context, c Contribution) error
	// InsertDraft adds a draft revision with its source.
	InsertDraft(ctx context.Context, r Revision, source string) error
	// UpdateDraft overwrites a draft, guarded by its version: [workflow.ErrStale]
	// when it has moved or is no draft any more.
	UpdateDraft(ctx context.Context, r Revision, source string) error
	// InsertDerived adds a draft that is another's text with other pictures, to be
	// sealed in the same transaction: with the approval of the one it is based on.
	InsertDerived(ctx context.Context, r Revision) error
	// WaitForPhotos says whether the contribution appears only with all its pictures.
	WaitForPhotos(ctx context.Context, contribution id.Contribution, waits bool) error
	// Source reads what was typed for a draft.
	Source(ctx context.Context, revision id.Revision) (string, error)
	// Works reads what somebody has written, newest first, after a position.
	Works(ctx context.Context, author id.Person, after Position, limit int) ([]Work, error)
	// Rename keeps the address of what was never published in step with its title.
	Rename(ctx context.Context, contribution id.Contribution, slug string) error
}

// Transactions opens a transaction in a tenant and commits it when do returns nil.
type Transactions func(ctx context.Context, tenant id.Tenant, do func(Tx) error) error

// Config is what a Service is made of. Every field is required.
type Config struct {
	InTx  Transactions
	Clock func() time.Time
}

// Service writes: drafts, and the acts that belong to an author or to the clock.
type Service struct {
	inTx  Transactions
	clock func() time.Time
}

// NewService returns a Service.
func NewService(cfg Config) *Service { return &Service{cfg.InTx, cfg.Clock} }

// Act carries out one person's command on a contribution. The errors are [directory.ErrNotFound] and
// [workflow.Refusal].
func (s *Service) Act(ctx context.Context, who actor.Actor, contribution id.Contribution, c Command) error {
	return s.inTx(ctx, who.Tenant, func(tx Tx) error {
		_, err := ActIn(ctx, tx, who, contribution, c, s.clock())
		return err
	})
}

// ActIn is Act inside a transaction that is already open: it locks, decides and
// commits, so that whoever calls can write its own children after.
func ActIn(ctx context.Context, tx Tx, who actor.Actor, contribution id.Contribution, c Command, now time.Time) (Dossier, error) {
	d, err := tx.Dossier(ctx, contribution, who.Person, now)
	if err != nil {
		return Dossier{}, fmt.Errorf("%s contribution %s: %w", c.Action, contribution, err)
	}
	if !d.VisibleTo(who) {
		return Dossier{}, fmt.Errorf("%s contribution %s: %w", c.Action, contribution, directory.ErrNotFound)
	}
	if c.Action == workflow.OmitPhoto || c.Action == workflow.BlurPhoto {
		d.Derived = d.derived(c.Action, now)
	}
	batch, err := Decide(d, who, c, now)
	if err != nil {
		return d, err
	}
	if d.Derived != nil {
		if err := tx.InsertDerived(ctx, *d.Derived); err != nil {
			return d, err
		}
	}
	return d, workflow.Commit(ctx, tx, batch)
}

// WaitForPhotos says whether the author's contribution appears only when all its pictures
// may be seen, or at once with their places held empty (R27). What awaits consent is
// looked at again. The errors are [directory.ErrNotFound] and a [workflow.Refusal] (R18).
func (s *Service) WaitForPhotos(ctx context.Context, who actor.Actor, contribution id.Contribution, waits bool) error {
	err := s.inTx(ctx, who.Tenant, func(tx Tx) error {
		now := s.clock()
		d, err := tx.Dossier(ctx, contribution, who.Person, now)
		if err == nil && (!d.VisibleTo(who) || d.sealed()) {
			err = directory.ErrNotFound
		}
		if err != nil {
			return err
		}
		if !d.Roles.Has(actor.Author) {
			return &directory.Refusal{Act: "wait_for_photos", Rule: "R18", Err: directory.ErrForbidden}
		}
		if err := tx.WaitForPhotos(ctx, contribution, waits); err != nil {
			return err
		}
		return d.goOn(ctx, tx, now)
	})
	if err != nil {
		return fmt.Errorf("wait for the photos of %s: %w", contribution, err)
	}
	return nil
}

// ErrNotYet is answered by a step whose time has not come: the space is frozen or
// closed, or the author suspended. The message waits; see [WaitError].
var ErrNotYet = errors.New("not yet")

// WaitError says when to look again at the latest: whatever opens the space sends for
// the message before. It wraps [ErrNotYet] and the refusal.
type WaitError struct {
	Until time.Time
	Why   error
}

// Error says why, for a log.
func (e *WaitError) Error() string { return fmt.Sprintf("%v: %v", ErrNotYet, e.Why) }

// Unwrap gives the sentinel and the refusal.
func (e *WaitError) Unwrap() []error { return []error{ErrNotYet, e.Why} }

// patience is how long a step waits that nothing has sent for.
const patience = time.Hour

// Publish carries out what a publication message asks for: the revision goes
// live, or waits for consent where that has gone. The message is done with it.
// Where the revision has moved since, there is nothing to do but that. A space
// that is frozen or closed, or an author who is suspended, is a [WaitError].
func (s *Service) Publish(ctx context.Context, m outbox.Message) error {
	return s.step(ctx, m, workflow.Publish)
}

// Cleared carries out what a clearance message asks for: a revision that awaited
// consent goes on, if everything is there. If something is still missing the
// message is done all the same: the next fact sends another.
func (s *Service) Cleared(ctx context.Context, m outbox.Message) error {
	return s.step(ctx, m, workflow.ConsentCleared)
}

func (s *Service) step(ctx context.Context, m outbox.Message, action workflow.Action) error {
	revision := id.Revision{UUID: m.Subject}
	return s.inTx(ctx, m.Tenant, func(tx Tx) error {
		now := s.clock()
		d, err := tx.DossierOf(ctx, revision, now)
		if err != nil {
			return fmt.Errorf("%s revision %s: %w", action, revision, err)
		}
		batch, err := d.Step(m, action, now)
		if err != nil {
			return err
		}
		return workflow.Commit(ctx, tx, batch.Done(m.ID))
	})
}

// Step decides what the clock or the worker does to the revision that a message
// names, at the version that it names. A revision that has moved since gives an
// empty batch: whoever moved it has promised what follows. One
// that is gone gives an empty batch too.
func (d Dossier) Step(m outbox.Message, action workflow.Action, now time.Time) (*workflow.Batch, error) {
	r := d.Open
	if d.Contribution.Life == workflow.Gone || r == nil || r.ID.UUID != m.Subject || r.Version != m.Version {
		return new(workflow.Batch), nil
	}
	clock := actor.Clock(m.Tenant, string(m.Kind))
	var batch *workflow.Batch
	var err error
	if action == workflow.Publish {
		batch, err = d.publish(r, clock, now)
	} else {
		var change workflow.Change[workflow.Editorial]
		if change, err = d.decide(r, clock, action, workflow.Reason{}, now); err == nil {
			batch = new(workflow.Batch).Within(d.Head()).Revision(change)
		}
	}
	if errors.Is(err, workflow.ErrUnmet) {
		return d.wait(r, action, err, now)
	}
	return batch, err
}

// wait says what becomes of a step whose needs are not met.
func (d Dossier) wait(r *Revision, action workflow.Action, why error, now time.Time) (*workflow.Batch, error) {
	if action == workflow.ConsentCleared {
		return new(workflow.Batch), nil
	}
	until := now.Add(patience)
	if end := d.Author.Standing.Until; d.Author.Standing.Kind == directory.Suspended && end.After(now) && end.Before(until) {
		until = end
	}
	if r.PublishAt.After(now) {
		until = r.PublishAt
	}
	return nil, &WaitError{until, why}
}

// answerers are who has something to do with the texts of others in a space.
var answerers = []actor.Role{
	actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Signatory, actor.Judge, actor.Masker, actor.Withdrawer, actor.Stopper,
}

// VisibleTo reports whether the actor may know of the contribution on its
// working side: its author, whoever answers for the space, and a suggester.
// Readers have their own door.
func (d Dossier) VisibleTo(who actor.Actor) bool {
	if who.Kind == actor.KindSystem {
		return true
	}
	answering := d.Roles.HasAny(answerers...)
	// R24: what was never submitted is closed to everybody but its author.
	return d.Roles.Has(actor.Author) || (answering && d.Contribution.Number > 0)
}
