package postgres_test

import (
	"slices"
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
)

// R27: whoever is in a box is seen there. To be named beside a picture is another thing, and
// consent to that alone shows no face.
func TestAFaceIsMoreThanAName(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Martin, "photo")
	read := d.photo(t, d.Martin, photo)
	boxed := imageconsent.Described{ID: read.Depictions[0].ID, Box: read.Depictions[0].Box, Outcome: imageconsent.IsPerson, Person: d.Lina}
	free := imageconsent.Described{Outcome: imageconsent.IsPerson, Person: d.Lina}
	for name, c := range map[string]struct {
		said  imageconsent.Described
		media []imageconsent.Medium
		want  []string
	}{
		"a face, by name alone":         {boxed, []imageconsent.Medium{imageconsent.Name}, []string{"people.0.media face_shown R27"}},
		"a face, by voice and name":     {boxed, []imageconsent.Medium{imageconsent.Voice, imageconsent.Name}, []string{"people.0.media face_shown R27"}},
		"a face":                        {boxed, nil, nil},
		"a face with its name":          {boxed, []imageconsent.Medium{imageconsent.Image, imageconsent.Name}, nil},
		"somebody whom a caption names": {free, []imageconsent.Medium{imageconsent.Name}, nil},
	} {
		c.said.Media = c.media
		err := d.photos.Identify(t.Context(), person(d.Tilleuls, d.Martin), photo, imageconsent.Identification{
			Version: d.photo(t, d.Martin, photo).Photo.Version, People: []imageconsent.Described{c.said},
		})
		if got := askFaults(err); !slices.Equal(got, c.want) || len(c.want) == 0 && err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// R33: who has said no is not seen again because the picture is said to show somebody else,
// or nobody whom anyone could recognise. Whoever keeps the register corrects a wrong name.
func TestWhoHasSaidNoStaysNamed(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Martin, "photo")
	d.identify(t, d.Martin, photo, imageconsent.NotAFace)
	d.cover(t, photo)
	lina, other := d.photo(t, d.Martin, photo).Depictions[0], d.photo(t, d.Martin, photo).Depictions[1]
	identify := func(who id.Person, said ...imageconsent.Described) []string {
		t.Helper()
		err := d.photos.Identify(t.Context(), person(d.Tilleuls, who), photo, imageconsent.Identification{
			Version: d.photo(t, who, photo).Photo.Version, Complete: len(said) > 0,
			People: append(said, imageconsent.Described{ID: other.ID, Box: other.Box, Outcome: imageconsent.NotAFace}),
		})
		faults := askFaults(err)
		if err != nil && len(faults) == 0 {
			t.Fatal(err)
		}
		return faults
	}
	named := imageconsent.Described{ID: lina.ID, Box: lina.Box, Outcome: imageconsent.IsPerson, Person: d.Lina}
	if got := identify(d.Martin, named); got != nil {
		t.Errorf("while she agrees: %q", got)
	}
	execute(t, d.admin(t), `UPDATE consent SET status = 'revoked'`)
	execute(t, d.admin(t), `UPDATE consent_cover SET ended_at = now()`)
	moved := named
	moved.Box.X += 0.1
	beside := []string{"people.0.outcome declined R33"}
	for name, c := range map[string]struct {
		said []imageconsent.Described
		want []string
	}{
		"not recognisable": {[]imageconsent.Described{{ID: lina.ID, Box: lina.Box, Outcome: imageconsent.Unrecognisable, Reason: "De dos."}}, beside},
		"not a face":       {[]imageconsent.Described{{ID: lina.ID, Box: lina.Box, Outcome: imageconsent.NotAFace}}, beside},
		"somebody else":    {[]imageconsent.Described{{ID: lina.ID, Box: lina.Box, Outcome: imageconsent.IsPerson, Person: d.Noe}}, beside},
		"elsewhere on it":  {[]imageconsent.Described{moved}, beside},
		"left out":         {nil, []string{"people declined R33"}},
		"where she is":     {[]imageconsent.Described{named}, nil},
	} {
		if got := identify(d.Martin, c.said...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := identify(d.Garcia, imageconsent.Described{ID: lina.ID, Box: lina.Box, Outcome: imageconsent.IsPerson, Person: d.Noe}); got != nil {
		t.Errorf("corrected by the director: %q", got)
	}
}

// R34: who is of age answers alone. What they were asked for is no picture for their parents.
func TestOfWhoIsOfAgeParentsSeeNoPicture(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	h.ask(t, h.outing(h.photo))
	concerned := func(who id.Person) bool {
		t.Helper()
		var d imageconsent.PhotoDossier
		err := postgres.Transactions[imageconsent.PhotoTx](h.db)(t.Context(), h.Tilleuls, func(tx imageconsent.PhotoTx) (err error) {
			d, err = tx.PhotoDossier(t.Context(), h.photo, who, h.clock())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return d.VisibleTo(person(h.Tilleuls, who))
	}
	if !concerned(h.Lina) || !concerned(h.Haddad) || concerned(h.uncle) {
		t.Error("while she is a minor")
	}
	h.exec(t, `UPDATE person SET birth_date = '2000-01-01' WHERE person_id = $1`, h.Lina)
	if !concerned(h.Lina) || concerned(h.Haddad) {
		t.Error("once she is of age")
	}
}
