package imageconsent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// AskTx is what asking does inside a transaction.
type AskTx interface {
	// PlacesOf reads spaces as they are today; those that are not there are left out.
	PlacesOf(ctx context.Context, spaces []id.Space) ([]Place, error)
	// DepictedIn lists who is named in the photos, and which of the photos are there.
	DepictedIn(ctx context.Context, photos []id.Photo) (persons []id.Person, found []id.Photo, err error)
	// PupilsOf lists a group's pupils, or answers [directory.ErrNotFound].
	PupilsOf(ctx context.Context, group id.Group) ([]id.Person, error)
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
	// Expecting lists the revisions that wait for consent and show a photo of the request.
	Expecting(ctx context.Context, request id.Request) ([]Awaiting, error)
}

// Wanted is one person who is to be asked, with who must answer, and why.
type Wanted struct {
	Kin      Kin
	Minor    bool
	Pupil    bool               // a minor's own word is needed too (R29)
	Needed   map[Audience]int   // how many guardians, for each audience that is asked for (R30)
	Sign     []directory.Person // who may answer: the person where needed, the guardians with authority
	Proof    bool               // a second guardian is needed and not known (R30)
	Resting  time.Time          // asked no more before that (R33); zero: asked now
	Consent  id.Consent         // once it is asked
	Overtook []id.Consent       // earlier ones that it takes the place of
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
			return fault("persons", "resting", "R33")
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

// prepare composes the request and finds whom it goes to.
func (in AskInput) prepare(ctx context.Context, tx ConsentTx, who actor.Actor, now time.Time) (Preview, error) {
	house, err := tx.Here(ctx)
	if err != nil {
		return Preview{}, err
	}
	persons, found, err := in.concerned(ctx, tx)
	if err != nil {
		return Preview{}, err
	}
	r, err := in.request(ctx, tx, who, house, found, now)
	if err != nil {
		return Preview{}, err
	}
	kin, err := tx.KinOf(ctx, persons, now)
	if err != nil {
		return Preview{}, err
	}
	if len(kin) == 0 {
		return Preview{}, fault("persons", "required", "R28")
	}
	refused, err := tx.Refused(ctx, persons, r.Lines)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Request: r}
	for _, k := range kin {
		w := k.wanted(r, house, now)
		if at, did := refused[k.Person.ID]; did {
			if until := house.Calendar.Add(at, settings.ConsentRest.Of(house.Values)); until.After(now) {
				w.Resting = until
			}
		}
		p.Persons = append(p.Persons, w)
	}
	return p, nil
}

// request composes what is sent, with every field at fault.
func (in AskInput) request(ctx context.Context, tx ConsentTx, who actor.Actor, house directory.House, found []id.Photo, now time.Time) (Request, error) {
	spaces := make([]id.Space, 0, len(in.Uses))
	for _, use := range in.Uses {
		spaces = append(spaces, use.Space)
	}
	places, err := tx.PlacesOf(ctx, spaces)
	if err != nil {
		return Request{}, err
	}
	asker, err := tx.Person(ctx, who.Person)
	if err != nil {
		return Request{}, err
	}
	lines, unknown := in.lines(places)
	valid, bounds := in.period(house, now)
	var missing error
	if len(found) < len(in.Photos) {
		missing = fault("photos", "unknown", "R27")
	}
	if err := errors.Join(in.check(), unknown, bounds, missing); err != nil {
		return Request{}, err
	}
	r := Request{
		ID: id.New[id.Request](), Tenant: who.Tenant, Title: in.Title, Beneficiary: house.Tenant.Name, Nature: in.Nature, Purpose: in.Purpose,
		Place: in.Place, TakenFrom: in.TakenFrom, TakenTo: in.TakenTo, Operations: in.Operations, Territory: in.Territory, Valid: valid,
		ToCome: in.ToCome, Lines: lines, Places: places, Photos: found, Reference: newReference(), AskedBy: who.Person, Asker: asker.FullName(), AskedAt: now,
	}
	return r, r.compose(house.Calendar.Location())
}

// concerned lists whom the request is about, each once, and which photos are there.
func (in AskInput) concerned(ctx context.Context, tx ConsentTx) ([]id.Person, []id.Photo, error) {
	persons, found, err := tx.DepictedIn(ctx, in.Photos)
	if err != nil {
		return nil, nil, err
	}
	persons = append(persons, in.Persons...)
	if !in.Group.IsZero() {
		pupils, err := tx.PupilsOf(ctx, in.Group)
		switch {
		case errors.Is(err, directory.ErrNotFound):
			return nil, nil, fault("group", "unknown", "")
		case err != nil:
			return nil, nil, err
		}
		persons = append(persons, pupils...)
	}
	slices.SortFunc(persons, func(a, b id.Person) int { return slices.Compare(a.UUID[:], b.UUID[:]) })
	persons = slices.Compact(persons)
	if len(persons) > mostPersons {
		return nil, nil, &FieldError{Field: "persons", Code: "too_many", Limit: mostPersons}
	}
	return persons, found, nil
}

// wanted explains who must answer for somebody.
func (k Kin) wanted(r Request, house directory.House, now time.Time) Wanted {
	d := ConsentDossier{Request: r, Kin: k, House: house}
	rules, family, resolved := rulesOf(house.Values), d.family(now), d.resolve(nil, now)
	w := Wanted{Kin: k, Minor: family.minorAt(now), Proof: resolved.Proof, Needed: map[Audience]int{}}
	w.Pupil = w.Minor && rules.PupilHas
	for _, line := range r.Lines {
		if w.Minor {
			w.Needed[line.Audience] = rules.needed(line.Audience)
		}
	}
	if !w.Minor || w.Pupil {
		w.Sign = append(w.Sign, k.Person)
	}
	for _, g := range k.Guardians {
		if g.Authority && w.Minor {
			w.Sign = append(w.Sign, g.Person)
		}
	}
	return w
}

// ActAddPhotos is the act of adding pictures to a request, as the trail has it.
const ActAddPhotos = "add_photos"

// AddPhotos adds pictures of its project to a request that was sent before they were
// taken. What was answered counts for them from then on. The errors are
// [directory.ErrNotFound], a [directory.Refusal] (R31) where the request names its
// pictures or is over, and a [FieldError].
func (s *Consents) AddPhotos(ctx context.Context, who actor.Actor, request id.Request, photos []id.Photo) error {
	err := s.inTx(ctx, who.Tenant, func(tx ConsentTx) error {
		now := s.clock()
		r, who, err := kept(ctx, tx, who, request, now)
		if err != nil {
			return err
		}
		if !r.ToCome || !now.Before(r.Valid.Until) {
			return &directory.Refusal{Act: ActAddPhotos, Rule: "R31", Err: workflow.ErrImpossible}
		}
		_, found, err := tx.DepictedIn(ctx, photos)
		switch {
		case err != nil:
			return err
		case len(photos) == 0:
			return fault("photos", "required", "")
		case len(found) < len(photos):
			return fault("photos", "unknown", "R27")
		}
		if err := tx.InsertRequestPhotos(ctx, request, photos); err != nil {
			return err
		}
		if err := tx.Record(ctx, audit.Act(who, ActAddPhotos, audit.Subject{Kind: "consent_request", ID: request.UUID}, "R31", now)); err != nil {
			return err
		}
		return goOn(ctx, tx, r.Tenant, request, now)
	})
	if err != nil {
		return fmt.Errorf("add photos to request %s: %w", request, err)
	}
	return nil
}

// kept reads a request for somebody who looks after it: who asked and still works here,
// a consent officer, the director.
func kept(ctx context.Context, tx ConsentTx, who actor.Actor, request id.Request, now time.Time) (Request, actor.Actor, error) {
	who, err := housed(ctx, tx, who, now)
	if err != nil {
		return Request{}, who, err
	}
	r, err := tx.RequestOf(ctx, request)
	if err != nil {
		return Request{}, who, err
	}
	if !(ConsentDossier{Request: r, Roles: who.Roles}).keeps(who) {
		return Request{}, who, directory.ErrNotFound
	}
	return r, who, nil
}

// goOn promises that every text which waits for consent to a picture of the request is
// looked at again.
func goOn(ctx context.Context, tx ConsentTx, tenant id.Tenant, request id.Request, now time.Time) error {
	waiting, err := tx.Expecting(ctx, request)
	if err != nil {
		return err
	}
	for _, r := range waiting {
		m := outbox.Message{Tenant: tenant, Kind: outbox.CheckClearance, Subject: r.Revision.UUID, Version: r.Version, Due: now}
		if err := tx.Emit(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
