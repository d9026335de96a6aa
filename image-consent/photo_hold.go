package imageconsent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// PhotoCommand is somebody's wish to act on a photo, as they saw it.
type PhotoCommand struct {
	Action  workflow.Action
	Version int64   // of the photo
	Hold    id.Hold // to release; zero where only one can be meant
	Sealed  bool    // with mask or withdraw (R50)
	Reason  workflow.Reason
}

// Act holds a photo wherever it is used, releases a hold, doubts who is in it, or erases
// it. The errors are [directory.ErrNotFound] and [workflow.Refusal].
func (s *Photos) Act(ctx context.Context, who actor.Actor, photo id.Photo, c PhotoCommand) error {
	var erased []string
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) error {
		now := s.Clock()
		d, err := open(ctx, tx, who, photo, now)
		lifts := d.sealed() && d.Roles.Has(actor.Director) // who alone may lift what nobody sees (R50)
		if errors.Is(err, directory.ErrNotFound) && lifts {
			err = nil
		}
		if err == nil && !lifts && !d.works(who) {
			err = directory.ErrNotFound
		}
		if err != nil {
			return err
		}
		batch, err := d.Decide(who, c, now)
		if err != nil {
			return err
		}
		if c.Action == workflow.Erase {
			if erased, err = tx.FilesOf(ctx, photo); err == nil {
				err = tx.EraseFiles(ctx, photo)
			}
			if err != nil {
				return err
			}
		}
		return s.commit(ctx, tx, d, c, batch)
	})
	if err != nil {
		return fmt.Errorf("%s photo %s: %w", c.Action, photo, err)
	}
	for _, name := range erased {
		s.discard(ctx, name)
	}
	return nil
}

// commit writes the act, and promises that what shows a photo newly held or released is
// judged anew.
func (s *Photos) commit(ctx context.Context, tx PhotoTx, d PhotoDossier, c PhotoCommand, batch *workflow.Batch) error {
	if err := workflow.Commit(ctx, tx, batch); err != nil {
		return err
	}
	_, places := c.Action.Places()
	if !places && !slices.Contains([]workflow.Action{workflow.Restore, workflow.Lift}, c.Action) {
		return nil
	}
	return tx.Emit(ctx, outbox.Message{
		Tenant: d.Photo.Tenant, Kind: outbox.ReviewPhoto, Subject: d.Photo.ID.UUID, Version: d.Photo.Version, Due: s.Clock(),
	})
}

// Decide answers a command with the batch to commit, or with a [workflow.Refusal]. It
// reads nothing but its arguments.
func (d PhotoDossier) Decide(who actor.Actor, c PhotoCommand, now time.Time) (*workflow.Batch, error) {
	refusal := &workflow.Refusal{Machine: workflow.PhotoTable.Name, Action: c.Action, Status: string(d.Photo.Status)}
	if c.Version != d.Photo.Version {
		refusal.Err, refusal.Rule = workflow.ErrStale, "R19"
		return nil, refusal
	}
	who = who.As(d.Roles)
	if kind, ok := c.Action.Places(); ok {
		return d.place(who, c, workflow.HoldFacts{Kind: kind}, now)
	}
	if slices.Contains(workflow.HoldTable.Actions(), c.Action) {
		return d.release(who, c, now)
	}
	if c.Action != workflow.Doubt && c.Action != workflow.Erase { // the others are done by their own services
		refusal.Err = workflow.ErrImpossible
		return nil, refusal
	}
	command := workflow.Command{Action: c.Action, Actor: who, Version: c.Version, Reason: c.Reason}
	change, err := workflow.PhotoTable.Decide(d.subject(), d.facts(), command, now)
	if err != nil {
		return nil, err
	}
	return new(workflow.Batch).Photo(change), nil
}

func (d PhotoDossier) place(who actor.Actor, c PhotoCommand, facts workflow.HoldFacts, now time.Time) (*workflow.Batch, error) {
	batch := new(workflow.Batch)
	if err := d.placeIn(batch, who, c, facts, id.Case{}, now); err != nil {
		return nil, err
	}
	return batch, nil
}

// placeIn adds the placing of a hold to a batch.
func (d PhotoDossier) placeIn(b *workflow.Batch, who actor.Actor, c PhotoCommand, facts workflow.HoldFacts, of id.Case, now time.Time) error {
	hold := id.New[id.Hold]()
	facts.On, facts.Mode, facts.Sealed, facts.ByAuthor, facts.ByCase = workflow.OnPhoto, workflow.Pre, c.Sealed, who.Is(d.Photo.Uploader), !of.IsZero()
	if facts.Kind == workflow.MaskHold {
		facts.ReviewAt = d.House.Calendar.Add(now, settings.MaskReview.Of(d.House.Values))
	}
	if facts.Kind == workflow.WithdrawHold && c.Reason.Statement == nil {
		c.Reason.Statement = d.statement(c.Reason, hold, now)
	}
	s := workflow.Subject[workflow.Holding]{ID: hold.UUID, Tenant: d.Photo.Tenant, Hash: d.Photo.SHA256[:]}
	change, err := workflow.HoldTable.Decide(s, facts, workflow.Command{Action: c.Action, Actor: who, Reason: c.Reason}, now)
	if err != nil {
		return err
	}
	placed := workflow.Placed{On: workflow.OnPhoto, Target: d.Photo.ID.UUID, Kind: facts.Kind, Sealed: c.Sealed, Case: of, Until: facts.ReviewAt}
	b.Place(change, placed)
	return nil
}

// statement words a withdrawal for its uploader and for the European vocabulary (R43).
func (d PhotoDossier) statement(reason workflow.Reason, hold id.Hold, now time.Time) *workflow.Statement {
	statement := workflow.NewStatement(workflow.StatementInput{
		Ground: reason.Ground, Facts: reason.Text, Visibility: "DISABLED", ContentType: []string{"IMAGE"},
		ContentDate: d.Photo.CreatedAt, At: now, Source: "VOLUNTARY", PUID: hold.String(),
		Redress:      "Recours auprès du chef d’établissement, directeur de la publication, depuis la page de cette photographie.",
		RedressUntil: d.House.Calendar.Add(now, settings.AppealPeriod.Of(d.House.Values)),
	})
	return &statement
}

func (d PhotoDossier) release(who actor.Actor, c PhotoCommand, now time.Time) (*workflow.Batch, error) {
	var found []PhotoHold
	for _, hold := range d.Holds {
		if c.Hold == hold.ID || (c.Hold.IsZero() && c.Action.Releases(hold.Kind)) {
			found = append(found, hold)
		}
	}
	if len(found) != 1 {
		return nil, &workflow.Refusal{Machine: workflow.HoldTable.Name, Action: c.Action, Status: string(workflow.Open), Err: workflow.ErrImpossible}
	}
	if !found[0].Case.IsZero() {
		return nil, HeldByCase(c.Action)
	}
	change, err := d.end(found[0], who, c.Action, c.Reason, now)
	if err != nil {
		return nil, err
	}
	return new(workflow.Batch).Release(change), nil
}

// end decides the end of one hold.
func (d PhotoDossier) end(hold PhotoHold, who actor.Actor, action workflow.Action, reason workflow.Reason, now time.Time) (workflow.Change[workflow.Holding], error) {
	s := workflow.Subject[workflow.Holding]{ID: hold.ID.UUID, Tenant: d.Photo.Tenant, Version: hold.Version, Status: workflow.Open, Hash: d.Photo.SHA256[:]}
	facts := workflow.HoldFacts{Kind: hold.Kind, On: workflow.OnPhoto, Mode: workflow.Pre, Sealed: hold.Sealed, NamesRevision: true, SecondLook: true}
	return workflow.HoldTable.Decide(s, facts, workflow.Command{Action: action, Actor: who, Version: hold.Version, Reason: reason}, now)
}

// likened holds a photo that has just got its likeness, where that is of one which is held.
// Where the photo itself was held meanwhile, its copies are looked for.
//
// No copy slips through between the two ends: whoever gets a likeness looks for held ones,
// and whoever was held looks for free ones (maskTwins), each under the lock of the tenant's
// likenesses, until the likeness is committed, and once the hold is. Whichever comes second
// sees the other.
func (s *Photos) likened(ctx context.Context, tx PhotoTx, d PhotoDossier, likeness []byte, m outbox.Message) error {
	if likeness == nil {
		return nil
	}
	if len(d.Holds) > 0 {
		review := outbox.Message{Tenant: m.Tenant, Kind: outbox.ReviewPhoto, Subject: d.Photo.ID.UUID, Version: d.Photo.Version, Due: s.Clock()}
		return tx.Emit(ctx, review)
	}
	held, err := tx.Resembling(ctx, true, func(other []byte) bool { return s.alike(likeness, other) })
	if err != nil || len(held) == 0 {
		return err
	}
	return s.maskTwin(ctx, tx, d.Photo.ID, string(m.Kind))
}

// alike reports whether two likenesses are of one picture, or of files of the same bytes.
func (s *Photos) alike(a, b []byte) bool { return bytes.Equal(a, b) || s.Imaging.Alike(a, b) }

// maskTwins holds the copies of a photo that is held, uploaded before it was. The hold is
// committed.
func (s *Photos) maskTwins(ctx context.Context, m outbox.Message, d PhotoDossier) error {
	hides := slices.ContainsFunc(d.Holds, func(h PhotoHold) bool { return h.Kind.Hides() && !h.ByMachine })
	if !hides || d.Photo.Likeness == nil {
		return nil
	}
	var free []id.Photo
	err := s.InTx(ctx, m.Tenant, func(tx PhotoTx) (err error) {
		free, err = tx.Resembling(ctx, false, func(other []byte) bool { return s.alike(d.Photo.Likeness, other) })
		return err
	})
	if err != nil {
		return err
	}
	for _, photo := range free {
		if photo == d.Photo.ID { // released meanwhile
			continue
		}
		err := s.InTx(ctx, m.Tenant, func(tx PhotoTx) error { return s.maskTwin(ctx, tx, photo, string(m.Kind)) })
		if err != nil {
			return err
		}
	}
	return nil
}

// twinGround is what a copy is masked for until a human has looked: somebody's right to
// their image may be concerned.
const twinGround workflow.Ground = "IMG"

// maskTwin masks a photo that looks like one which is held: a human looks at it before
// anybody else does (R42).
func (s *Photos) maskTwin(ctx context.Context, tx PhotoTx, photo id.Photo, via string) error {
	now := s.Clock()
	d, err := tx.PhotoDossier(ctx, photo, id.Person{}, now)
	if err != nil {
		return err
	}
	if len(d.Holds) > 0 {
		return nil
	}
	c := PhotoCommand{Action: workflow.Mask, Reason: workflow.Reason{
		Ground: twinGround, Text: "Cette photographie, ou ce fichier, ressemble à ce qui a été retiré : une personne doit vérifier.",
	}}
	batch, err := d.place(actor.Clock(d.Photo.Tenant, via), c, workflow.HoldFacts{Kind: workflow.MaskHold, Severe: true}, now)
	if err != nil {
		return err
	}
	return workflow.Commit(ctx, tx, batch)
}
