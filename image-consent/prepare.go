package imageconsent

import (
	"context"
	"errors"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// prepare composes the request and finds whom it goes to.
func (in AskInput) prepare(ctx context.Context, tx ConsentTx, who actor.Actor, now time.Time) (Preview, error) {
	house, err := tx.Here(ctx)
	if err != nil {
		return Preview{}, err
	}
	persons, found, err := in.concerned(ctx, tx, who, now)
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
		return Preview{}, wrong("persons", "required", "R28")
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
	lines, unknown := in.lines(places, Audience(settings.TrombinoscopeReaders.Of(house.Values)))
	class, err := in.class(ctx, tx)
	if err != nil {
		return Request{}, err
	}
	valid, bounds := in.period(house, now)
	var missing error
	if len(found) < len(in.Photos) {
		missing = wrong("photos", "unknown", "R27")
	}
	if err := errors.Join(in.check(), in.lasts(settings.ProjectLongest.Of(house.Values).N), unknown, bounds, missing); err != nil {
		return Request{}, err
	}
	r := Request{
		ID: id.New[id.Request](), Tenant: who.Tenant, Title: in.Title, Beneficiary: house.Tenant.Name, Nature: in.Nature, Purpose: in.Purpose,
		Place: in.Place, TakenFrom: in.TakenFrom, TakenTo: in.TakenTo, Operations: in.Operations, Territory: in.Territory, Valid: valid,
		ToCome: in.ToCome, Lines: lines, Class: class, Places: places, Photos: found, Reference: id.Reference(), AskedBy: who.Person, Asker: asker.FullName(), AskedAt: now,
	}
	return r, r.compose(house.Calendar.Location())
}

// class is the name of the group whose trombinoscope is asked for.
func (in AskInput) class(ctx context.Context, tx ConsentTx) (string, error) {
	group := in.trombinoscope()
	if group.IsZero() {
		return "", nil
	}
	class, err := tx.GroupName(ctx, group)
	if errors.Is(err, directory.ErrNotFound) {
		return "", wrong("uses.0.trombinoscope", "unknown", "R35")
	}
	return class, err
}

// concerned lists whom the request is about, each once, and which photos are there.
func (in AskInput) concerned(ctx context.Context, tx ConsentTx, who actor.Actor, now time.Time) ([]id.Person, []id.Photo, error) {
	persons, found, err := tx.DepictedIn(ctx, in.Photos, who.Person, now)
	if err != nil {
		return nil, nil, err
	}
	persons = append(persons, in.Persons...)
	if !in.Group.IsZero() {
		pupils, err := tx.PupilsOf(ctx, in.Group)
		switch {
		case errors.Is(err, directory.ErrNotFound):
			return nil, nil, wrong("group", "unknown", "")
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
	w := Wanted{Kin: k, Minor: family.minorAt(now), Proof: resolved.Proof, Guardianless: resolved.Guardianless, Needed: map[Audience]int{}}
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
