package postgres_test

import (
	"slices"
	"testing"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

// An old paper undoes no later word of its signatory's, and nobody signs in the future (R29, R33).
func TestAnOldPaperUndoesNoLaterWord(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	r, asked := h.ask(t, h.outing(h.photo))
	lina := asked[h.Lina]
	h.mustAnswer(t, h.Haddad, lina) // no to everything
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		signed time.Time
		want   []string
	}{
		"signed before they refused": {h.clock().Add(-day), []string{"signed_on overtaken R33"}},
		"signed on that day":         {h.clock(), []string{"signed_on overtaken R33"}},
		"signed tomorrow":            {h.clock().Add(day), []string{"signed_on to_come R29"}},
		"signed on no day":           {time.Time{}, []string{"signed_on required R29"}},
	} {
		_, err := h.consents().RecordPaper(t.Context(), person(h.Tilleuls, h.Martin), lina, imageconsent.PaperInput{
			Signatory: h.Haddad, Accepted: []id.Use{r.Lines[0].ID}, SignedOn: c.signed, Scan: scanned(),
		})
		if got := askFaults(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// R31: what was signed before a request is no yes to it; a no is one whenever it was said.
func TestAPaperFromBeforeTheRequestSaysNoYes(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	r, asked := h.ask(t, h.outing(h.photo))
	yes := []id.Use{r.Lines[0].ID}
	for name, c := range map[string]struct {
		signed   time.Time
		accepted []id.Use
		want     []string
	}{
		"yes, the day before": {h.clock().AddDate(0, 0, -1), yes, []string{"signed_on foregoing R31"}},
		"yes, on the day":     {h.clock(), yes, nil},
		"no, a year before":   {h.clock().AddDate(-1, 0, 0), nil, nil},
	} {
		_, err := h.consents().RecordPaper(t.Context(), person(h.Tilleuls, h.Martin), asked[h.Lina], imageconsent.PaperInput{
			Signatory: h.Haddad, Accepted: c.accepted, SignedOn: c.signed, Scan: scanned(),
		})
		if got := askFaults(err); !slices.Equal(got, c.want) || c.want == nil && err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// R27: whoever does not work with a photo neither asks about it nor learns who is in it.
func TestNobodyAsksAboutAPhotoThatIsNotTheirs(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	in := h.outing(h.photo) // which Martin has uploaded
	for name, c := range map[string]struct {
		who  id.Person
		want []string
	}{
		"who uploaded it": {h.Martin, nil}, "the director": {h.Garcia, nil}, "another teacher": {h.Petit, []string{"photos unknown R27"}},
	} {
		_, err := h.consents().Preview(t.Context(), person(h.Tilleuls, c.who), in)
		if got := askFaults(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// R29: nobody of the establishment becomes an outsider, who would answer alone.
func TestAnOutsiderIsNobodyOfTheSchool(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Martin, "photo")
	read := d.photo(t, d.Martin, photo)
	for name, c := range map[string]struct {
		outsider imageconsent.Outsider
		want     []string
	}{
		"a pupil under their name": {imageconsent.Outsider{GivenName: "LINA", FamilyName: "haddad", Email: "x@example.org"}, []string{"people.0.outsider.email belongs R27"}},
		"a pupil under no capital": {imageconsent.Outsider{GivenName: "lina", FamilyName: "Haddad", Email: "y@example.org"}, []string{"people.0.outsider.email belongs R27"}},
		"somebody from elsewhere":  {imageconsent.Outsider{GivenName: "Ana", FamilyName: "Ruiz", Email: "ana@example.org"}, nil},
	} {
		err := d.photos.Identify(t.Context(), person(d.Tilleuls, d.Martin), photo, imageconsent.Identification{
			Version: d.photo(t, d.Martin, photo).Photo.Version,
			People:  []imageconsent.Described{{ID: read.Depictions[0].ID, Box: read.Depictions[0].Box, Outcome: imageconsent.IsPerson, Outsider: &c.outsider}},
		})
		if got := askFaults(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
