package imageconsent

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// AskTx is what asking does inside a transaction.
type AskTx interface {
	// PlacesOf reads spaces as they are today; those that are not there are left out.
	PlacesOf(ctx context.Context, spaces []id.Space) ([]Place, error)
	// DepictedIn lists who is named in the photos, and which of the photos are there for
	// whoever asks: those that they uploaded, or work with already.
	DepictedIn(ctx context.Context, photos []id.Photo, who id.Person, now time.Time) (persons []id.Person, found []id.Photo, err error)
	// PupilsOf lists a group's pupils, or answers [directory.ErrNotFound].
	PupilsOf(ctx context.Context, group id.Group) ([]id.Person, error)
	// GroupName reads the name of a group, or answers [directory.ErrNotFound].
	GroupName(ctx context.Context, group id.Group) (string, error)
	// KinOf reads persons of the establishment with their guardians of that moment, in the
	// order of their names; those whom it does not know are left out.
	KinOf(ctx context.Context, persons []id.Person, now time.Time) ([]Kin, error)
	// Refused tells for whom somebody refused or withdrew one of the uses and has not
	// thought again, and when last.
	Refused(ctx context.Context, persons []id.Person, lines []Line) (map[id.Person]time.Time, error)
	// Overtaken locks and lists the consents of the persons that nobody has answered to the
	// end and that a new request asks for too: the same uses of the same photos, or of the
	// same project where pictures are to come.
	Overtaken(ctx context.Context, persons []id.Person, r Request) ([]Consent, error)
	InsertRequest(ctx context.Context, r Request) error
	// InsertConsents writes consents that are not asked for yet.
	InsertConsents(ctx context.Context, consents []Consent) error
	// InsertRequestPhotos adds photos to a request; those that are in it stay.
	InsertRequestPhotos(ctx context.Context, request id.Request, photos []id.Photo) error
	// DaysOf reads when photos were taken and brought.
	DaysOf(ctx context.Context, photos []id.Photo) (map[id.Photo]Days, error)
	// Projects lists the requests of somebody, or of everybody for the zero person, that
	// pictures may join, whose days have begun today and ended since then at the earliest,
	// the latest first, a hundred at most.
	Projects(ctx context.Context, asker id.Person, today, since time.Time) ([]Project, error)
	// Expecting lists the revisions that wait for consent and show a photo of the request.
	Expecting(ctx context.Context, request id.Request) ([]Awaiting, error)
	// Outdated lists the photos of a consent's request in whose current rendition its person is
	// blurred and need not be, or is not and has said no.
	Outdated(ctx context.Context, consent id.Consent, at time.Time) ([]PhotoAt, error)
}

// Wanted is one person who is to be asked, with who must answer, and why.
type Wanted struct {
	Kin          Kin
	Minor        bool
	Pupil        bool               // a minor's own word is needed too (R29)
	Needed       map[Audience]int   // how many guardians, for each audience that is asked for (R30)
	Sign         []directory.Person // who may answer: the person where needed, the guardians with authority
	Proof        bool               // a second guardian is needed and not known (R30)
	Guardianless bool               // a guardian is needed, and nobody is known to hold parental authority (R29)
	Resting      time.Time          // asked no more before that (R33); zero: asked now
	Consent      id.Consent         // once it is asked
	Overtook     []id.Consent       // earlier ones that it takes the place of
}

// Preview is what a request would be, and whom it would go to.
type Preview struct {
	Request Request
	Persons []Wanted
}

// Preview shows what Ask would send: the text, who must answer and why. It writes
// nothing. The errors are those of Ask, but that nobody is left to ask is none.
func (s *Consents) Preview(ctx context.Context, who actor.Actor, in AskInput) (Preview, error) {
	var p Preview
	err := s.asking(ctx, who, in, func(_ ConsentTx, prepared Preview, _ actor.Actor, _ time.Time) error {
		p = prepared
		return nil
	})
	if err != nil {
		return Preview{}, fmt.Errorf("preview request: %w", err)
	}
	return p, nil
}

// Ask sends a request to everybody whom it concerns, in one act. Who refused or withdrew
// one of its uses lately is left out and comes back with the time until which they rest
// (R33); an earlier request for the same that is still open is superseded. The errors are
// [directory.ErrNotFound], a [workflow.Refusal] for who may not ask, and one [FieldError]
// for every field at fault (R28, R31), joined.
func (s *Consents) Ask(ctx context.Context, who actor.Actor, in AskInput) (Preview, error) {
	var sent Preview
	err := s.asking(ctx, who, in, func(tx ConsentTx, p Preview, who actor.Actor, now time.Time) error {
		asked := p.asked()
		if len(asked) == 0 {
			return wrong("persons", "resting", "R33")
		}
		if err := tx.InsertRequest(ctx, p.Request); err != nil {
			return err
		}
		if err := p.send(ctx, tx, who, asked, now); err != nil {
			return err
		}
		sent = p
		return nil
	})
	if err != nil {
		return Preview{}, fmt.Errorf("ask for consent: %w", err)
	}
	return sent, nil
}

// asked are who is asked now.
func (p Preview) asked() []id.Person {
	var list []id.Person
	for _, w := range p.Persons {
		if w.Resting.IsZero() {
			list = append(list, w.Kin.Person.ID)
		}
	}
	return list
}

// send writes a consent for each who is asked, and moves those that it takes the place of.
func (p Preview) send(ctx context.Context, tx ConsentTx, who actor.Actor, asked []id.Person, now time.Time) error {
	house, err := tx.Here(ctx)
	if err != nil {
		return err
	}
	overtaken, err := tx.Overtaken(ctx, asked, p.Request)
	if err != nil {
		return err
	}
	batch := new(workflow.Batch)
	consents := make([]Consent, 0, len(asked))
	for i := range p.Persons {
		w := &p.Persons[i]
		if !w.Resting.IsZero() {
			continue
		}
		d := ConsentDossier{Request: p.Request, Kin: w.Kin, House: house, Consent: Consent{
			ID: id.New[id.Consent](), Tenant: who.Tenant, Request: p.Request.ID, Person: w.Kin.Person.ID, Generation: 1, AskedAt: now,
		}}
		d.Consent.Waiting = d.resolve(nil, now).Waiting
		if err := d.add(batch, who, workflow.Ask, p.Request.facts(true), now); err != nil {
			return err
		}
		w.Consent = d.Consent.ID
		consents = append(consents, d.Consent)
		for _, earlier := range overtaken {
			if earlier.Person != w.Kin.Person.ID {
				continue
			}
			if err := (ConsentDossier{Consent: earlier}).add(batch, who, workflow.Succeed, workflow.ConsentFacts{}, now); err != nil {
				return err
			}
			w.Overtook = append(w.Overtook, earlier.ID)
			if err := tx.KeepWaiting(ctx, earlier.ID, nil); err != nil {
				return err
			}
		}
	}
	if err := tx.InsertConsents(ctx, consents); err != nil {
		return err
	}
	return workflow.Commit(ctx, tx, batch)
}

// add decides an act on the consent as it stands, and adds its change to the batch.
func (d ConsentDossier) add(batch *workflow.Batch, who actor.Actor, action workflow.Action, facts workflow.ConsentFacts, now time.Time) error {
	change, err := workflow.ConsentTable.Decide(d.subject(), facts, workflow.Command{Action: action, Actor: who, Version: d.Consent.Version}, now)
	if err != nil {
		return err
	}
	batch.Consent(change)
	return nil
}

// asking prepares a request for somebody who may ask, and hands it to do.
func (s *Consents) asking(ctx context.Context, who actor.Actor, in AskInput, do func(ConsentTx, Preview, actor.Actor, time.Time) error) error {
	in = in.trim()
	return s.inTx(ctx, who.Tenant, func(tx ConsentTx) error {
		now := s.clock()
		who, err := housed(ctx, tx, who, now)
		if err != nil {
			return err
		}
		if !who.Roles.HasAny(staff...) {
			return &workflow.Refusal{Machine: workflow.ConsentTable.Name, Action: workflow.Ask, Rule: "R09", Err: workflow.ErrForbidden}
		}
		p, err := in.prepare(ctx, tx, who, now)
		if err != nil {
			return err
		}
		return do(tx, p, who, now)
	})
}

// housed gives a person the roles that they have in the establishment. Whoever is nothing
// there, and whoever came by a link, has [directory.ErrNotFound].
func housed(ctx context.Context, tx ConsentTx, who actor.Actor, now time.Time) (actor.Actor, error) {
	if who.Kind != actor.KindPerson {
		return who, directory.ErrNotFound
	}
	roles, err := tx.Roles(ctx, who.Person, id.Space{}, now)
	if err != nil {
		return who, err
	}
	if len(roles.List()) == 0 {
		return who, directory.ErrNotFound
	}
	return who.As(roles), nil
}
