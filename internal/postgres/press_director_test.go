package postgres_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// joined adds somebody to an establishment; born may be empty.
func (d *desk) joined(t *testing.T, tenant id.Tenant, profile, given, family, born string) id.Person {
	t.Helper()
	who := id.New[id.Person]()
	d.exec(t, `INSERT INTO person (person_id, source, external_id, given_name, family_name, birth_date) VALUES ($1, 'test', $1::uuid::text, $2, $3, nullif($4, '')::date)`, who, given, family, born)
	d.exec(t, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES ($1, $2, $3, $4)`, id.New[id.Membership](), tenant, who, profile)
	return who
}

// direct names somebody director of La Gazette, as its owner.
func (d *desk) direct(t *testing.T, who id.Person) error {
	t.Helper()
	martin := person(d.Platanes, d.Martin)
	known, _, err := d.keeping().View(t.Context(), martin, d.Press)
	if err != nil {
		t.Fatal(err)
	}
	s := known.Space
	return d.keeping().Configure(t.Context(), martin, s.ID, s.Version, publication.SpaceInput{
		Title: s.Title, Mode: s.Mode, Audience: s.Audience, Owner: s.Owner, Backup: s.Backup, PressDirector: who, Grants: known.Grants,
	})
}

// faulted reports which code an error has for the director of a paper by R14; empty for none.
func faulted(err error) string {
	var fault *publication.FieldError
	if errors.As(err, &fault) && fault.Field == "press_director" && fault.Rule == "R14" {
		return fault.Code
	}
	return ""
}

// R14: a pupil directs a paper from the parameter's age, by the day, where that is known; or an adult of
// the staff; nobody of another establishment, and no guardian. Whoever is named stays when they have left.
func TestWhoMayDirectAPaper(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, test := range map[string]struct {
		who  id.Person
		want string
	}{
		"15 years and 364 days":      {d.joined(t, d.Platanes, "pupil", "Ana", "Roux", "2010-11-25"), "too_young"},
		"16 today":                   {d.joined(t, d.Platanes, "pupil", "Ana", "Roux", "2010-11-24"), ""},
		"of unknown age":             {d.joined(t, d.Platanes, "pupil", "Ana", "Roux", ""), "too_young"},
		"of another establishment":   {d.joined(t, d.Tilleuls, "pupil", "Ana", "Roux", "2009-11-24"), "not_found"},
		"a guardian":                 {d.joined(t, d.Platanes, "guardian", "Ana", "Roux", "1980-11-24"), "unsuitable"},
		"an external":                {d.joined(t, d.Platanes, "external", "Ana", "Roux", "1980-11-24"), "unsuitable"},
		"a teacher":                  {d.joined(t, d.Platanes, "teacher", "Ana", "Roux", "1980-11-24"), ""},
		"somebody of nowhere":        {id.New[id.Person](), "not_found"},
		"nobody":                     {id.Person{}, ""},
		"a pupil with nothing amiss": {d.Zoe, ""},
	} {
		err := d.direct(t, test.who)
		if got := faulted(err); got != test.want || (err == nil) != (test.want == "") {
			t.Errorf("%s: %v", name, err)
		}
		named := d.count(t, `SELECT count(*) FROM space WHERE space_id = $1 AND press_director_id IS NOT DISTINCT FROM nullif($2::uuid, '00000000-0000-0000-0000-000000000000')`, d.Press, test.who)
		if (named == 1) != (test.want == "") {
			t.Errorf("%s is named: %d", name, named)
		}
	}
	if err := d.direct(t, d.Zoe); err != nil {
		t.Fatal(err)
	}
	d.ended(t, d.Zoe)
	if err := d.direct(t, d.Zoe); err != nil {
		t.Errorf("whoever has left is not left alone: %v", err)
	}
	if err := errors.Join(d.direct(t, id.Person{}), d.direct(t, d.Roche)); err != nil {
		t.Error(err)
	}
	if err := d.direct(t, d.Zoe); faulted(err) != "not_found" {
		t.Errorf("whoever has left is named: %v", err)
	}
	if n := d.count(t, `SELECT s.version - 1 - (SELECT count(*) FROM audit_entry e WHERE e.subject_id = s.space_id AND e.action = 'configure') FROM space s WHERE s.space_id = $1`, d.Press); n != 0 {
		t.Errorf("%d changes are not in the trail", n)
	}
}

// R14: who was born on 29 February is old enough on 29 February.
func TestWhoWasBornOnALeapDayDirectsAPaper(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ana := d.joined(t, d.Platanes, "pupil", "Ana", "Roux", "2012-02-29")
	d.pass(time.Date(2028, time.February, 28, 12, 0, 0, 0, time.UTC).Sub(d.clock()))
	if err := d.direct(t, ana); faulted(err) != "too_young" {
		t.Errorf("the day before: %v", err)
	}
	d.pass(24 * time.Hour)
	if err := d.direct(t, ana); err != nil {
		t.Errorf("on the day: %v", err)
	}
}

// R14: only pupils' press has such a director, and may have one from its creation; the database says so too.
func TestOnlyPupilsPressHasADirector(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := publication.SpaceInput{
		Title: "Le Canard", Kind: publication.Blog, Mode: workflow.Pre, Audience: publication.Audience{Kind: publication.ToEstablishment}, Owner: d.Martin, Backup: d.Roche,
		PressDirector: d.Zoe,
	}
	martin := person(d.Platanes, d.Martin)
	if _, err := d.keeping().Create(t.Context(), martin, in); faulted(err) != "not_expected" {
		t.Errorf("of a blog that is reviewed: %v", err)
	}
	in.Mode = workflow.PupilPress
	space, err := d.keeping().Create(t.Context(), martin, in)
	if err != nil {
		t.Fatal(err)
	}
	known, _, err := d.keeping().View(t.Context(), martin, space)
	if err != nil || known.Space.PressDirector != d.Zoe {
		t.Errorf("created: %+v, %v", known.Space, err)
	}
	if hers, _, err := d.keeping().View(t.Context(), person(d.Platanes, d.Zoe), space); err != nil || hers.Roles.String() != string(actor.Reader) {
		t.Errorf("it makes her %s, %v", hers.Roles, err)
	}
	if _, err := d.admin.Exec(t.Context(), `UPDATE space SET press_director_id = $1 WHERE space_id = $2`, d.Lina, d.Blog); err == nil || !strings.Contains(err.Error(), "space_r14") {
		t.Errorf("behind the application's back: %v", err)
	}
}

// R14: readers of a paper see who directs it, named as in a byline, while they belong to the
// establishment; the reading door knows no more of a pupil's name.
func TestReadersSeeWhoDirectsAPaper(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	reader := publication.NewReader(publication.ReaderConfig{Store: d.db.Door(), Clock: d.clock})
	see := func(want string) string {
		t.Helper()
		v := d.viewer(t, reader, d.Zoe)
		v.Tenant = d.Platanes
		page, err := reader.Space(t.Context(), v, "gazette", "")
		if err != nil || page.Place.PressDirector != want {
			t.Errorf("it is directed by %q, want %q: %v", page.Place.PressDirector, want, err)
		}
		return page.Tag
	}
	nobody := see("")
	for _, step := range []struct {
		who  id.Person
		want string
	}{{d.joined(t, d.Platanes, "pupil", "Ana", "Éluard", "2009-11-24"), "Ana É."}, {d.Martin, "Paul Martin"}, {id.Person{}, ""}} {
		if err := d.direct(t, step.who); err != nil {
			t.Fatal(err)
		}
		if tag := see(step.want); (tag == nobody) != (step.want == "") {
			t.Errorf("the page of %q has the tag of nobody's: %t", step.want, tag == nobody)
		}
	}
	ana := d.joined(t, d.Platanes, "pupil", "Ana", "Éluard", "2009-11-24")
	d.exec(t, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES ($1, $2, $3, 'external')`, id.New[id.Membership](), d.Platanes, ana)
	if err := d.direct(t, ana); err != nil {
		t.Fatal(err)
	}
	see("Ana É.")
	if _, err := d.as(t, "imprimatur_reader", `SELECT 1 / count(*) FILTER (WHERE family_name = 'É' AND given_name = 'Ana') FROM reading_press_director`); err != nil {
		t.Errorf("the door: %v", err)
	}
	if n, err := d.asIn(t, "imprimatur_reader", d.Tilleuls.String(), `SELECT FROM reading_press_director`); n != 0 || err != nil {
		t.Errorf("from another establishment %d are seen: %v", n, err)
	}
	d.ended(t, ana)
	see("")
}

// R14: pupils who are old enough are proposed, to whoever works there.
func TestPupilsWhoMayDirectAPaper(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, born := range []string{"2010-11-25", ""} {
		d.joined(t, d.Platanes, "pupil", "Tom", "Petit", born)
	}
	ana := d.joined(t, d.Platanes, "pupil", "Ana", "Roux", "2010-11-24")
	found, err := d.house().PressPupils(t.Context(), person(d.Platanes, d.Martin))
	if err != nil || len(found) != 2 || found[0].ID != d.Zoe && found[0].ID != ana || found[0].ID == found[1].ID {
		t.Errorf("proposed: %+v, %v", found, err)
	}
	if _, err := d.house().PressPupils(t.Context(), person(d.Platanes, d.Zoe)); err == nil {
		t.Error("a pupil is shown who is of what age")
	}
}
