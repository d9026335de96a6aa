package postgres_test

import (
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Who brought a photo learns that it is used, and not by whom or where, but of texts that
// they may read.
func TestWhereAPhotoIsUsedIsToldToItsReaders(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	own := d.upload(t, d.Lina, "photo")
	c := d.write(t, own)
	photo := d.upload(t, d.Petit, "another") // who works here, and not with the class
	_, err := d.connect(t, d.AdminURL()).Exec(t.Context(), `UPDATE revision_photo u SET photo_id = p.photo_id, rendition_id = p.rendition_id FROM photo p WHERE p.photo_id = $1`, photo)
	if err != nil {
		t.Fatal(err)
	}
	told := func(when string, who id.Person, known bool) {
		t.Helper()
		uses, err := d.photos.Uses(t.Context(), person(d.Tilleuls, who), photo)
		if err != nil || len(uses) != 1 {
			t.Fatalf("%s, to %s: %+v, %v", when, who, uses, err)
		}
		use := uses[0]
		if known && (use.Elsewhere || use.Contribution != c || use.SpaceTitle == "") || use.Clear() {
			t.Errorf("%s, to %s: %+v", when, who, use)
		}
		if !known && (use.PhotoUse != imageconsent.PhotoUse{Elsewhere: true} || !use.Missing[0].Person.IsZero()) {
			t.Errorf("%s, to %s: %+v", when, who, use)
		}
	}
	told("in review", d.Petit, false)
	told("in review", d.Martin, true)
	told("in review", d.Garcia, true)
	if err := d.act(t, c, d.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
	admin := d.connect(t, d.AdminURL())
	for _, step := range []struct {
		sql   string
		known bool
	}{
		{`UPDATE revision SET status = 'live'`, false},
		{`UPDATE space SET audience = 'establishment', audience_group = NULL`, true},
		{`UPDATE revision SET status = 'in_review'`, false},
	} {
		if _, err := admin.Exec(t.Context(), step.sql); err != nil {
			t.Fatal(err)
		}
		told(step.sql, d.Petit, step.known)
	}
}
