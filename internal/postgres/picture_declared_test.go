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
