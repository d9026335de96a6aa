package postgres_test

import (
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
)

// R29: a child of unknown age is a minor in every establishment, as whatever it knows them.
func TestAChildIsAMinorEverywhere(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	visitor := h.newcomer(t, "visiteur", "Sacha", "Roux", directory.External)
	in := h.outing(h.picture(t, visitor))
	in.Uses = in.Uses[:1] // of the class's blog
	minor := func(name string, want bool) {
		t.Helper()
		p, err := h.consents().Preview(t.Context(), person(h.Tilleuls, h.Martin), in)
		if err != nil || len(p.Persons) != 1 || p.Persons[0].Minor != want {
			t.Errorf("%s: %+v, %v", name, p.Persons, err)
		}
	}
	become := func(in id.Tenant, profile directory.Profile) {
		h.load(t, func(l postgres.Loading) error {
			return l.Membership(t.Context(), directory.Membership{Tenant: in, Person: visitor, Profile: profile})
		})
	}
	born := func(day string) {
		h.exec(t, `UPDATE person SET birth_date = nullif($2, '')::date WHERE person_id = $1`, visitor, day)
	}
	learnt := map[string]func(){
		"a pupil next door":    func() { become(h.Platanes, directory.Pupil) },
		"somebody's own child": func() { h.guardian(t, visitor, h.Haddad, true) },
	}
	for name, learn := range learnt {
		h.exec(t, `DELETE FROM membership WHERE person_id = $1 AND profile = 'pupil'`, visitor)
		h.exec(t, `DELETE FROM guardianship WHERE pupil_id = $1`, visitor)
		minor("an outsider", false)
		become(h.Platanes, directory.Teacher)
		minor("who teaches next door", false)
		_, asked := h.ask(t, in)
		h.mustAnswer(t, visitor, asked[visitor], imageconsent.ToGroup)
		h.wantStands(t, "alone", asked[visitor], "granted; group")

		learn()
		h.wantStands(t, name+", at once", asked[visitor], "granted")
		minor(name, true)
		h.did(t, outbox.ReviewConsent)
		if n := h.count(t, `SELECT count(*) FROM consent_cover WHERE ended_at IS NULL`); n != 0 {
			t.Errorf("%s: %d covers", name, n)
		}
		born("2000-01-01")
		minor(name+", of age", false)
		born("2015-01-01")
		minor(name+", of a known age", true)
		born("")
		if grown := h.count(t, `SELECT count(*) FROM person WHERE person_id = $1 AND grown(person_id, current_date)`, visitor); grown != 0 {
			t.Errorf("%s is written to as a grown-up", name)
		}
		h.exec(t, `UPDATE consent SET status = 'expired'`) // and nobody rests
		h.exec(t, `UPDATE consent_answer SET ended_at = now() WHERE ended_at IS NULL`)
	}
}
