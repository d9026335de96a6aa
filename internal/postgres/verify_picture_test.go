package postgres_test

import (
	"strings"
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Of pictures and consents too, verify finds what must not be: what the reading door goes
// by, and what was approved without being looked at again.
func TestVerifyFindsWhatMustNotBeOfPictures(t *testing.T) {
	t.Parallel()
	const unsealed = `ALTER TABLE revision DISABLE TRIGGER USER; `
	for name, test := range map[string]struct{ forge, found string }{
		"nothing forged":              {`SELECT 1`, ""},
		"somebody undecided":          {`UPDATE depiction SET outcome = '', person_id = NULL`, "R27: of everybody"},
		"files gone":                  {`DELETE FROM rendition_file`, "is there"},
		"another photo's rendition":   {`UPDATE rendition SET photo_id = (SELECT photo_id FROM photo WHERE rendition_id IS NULL)`, "made of that picture"},
		"a place of another size":     {`UPDATE snapshot SET photos = '[]'`, "places of pictures"},
		"status without trail":        {`UPDATE photo SET status = 'unidentified'`, "every photo has its trail"},
		"another rendition":           {`UPDATE revision_photo u SET rendition_id = r.rendition_id FROM rendition r WHERE r.photo_id = u.photo_id AND r.blurred = '{}'`, "R19"},
		"a picture more":              {`INSERT INTO revision_photo SELECT revision_id, tenant_id, 9, photo_id, rendition_id FROM revision_photo`, "R19"},
		"a word changed on the way":   {unsealed + `UPDATE revision SET html = html || '<p>x</p>' WHERE derivation <> ''`, "in its pictures alone"},
		"a title changed on the way":  {unsealed + `UPDATE revision SET title = 'x' WHERE derivation <> ''`, "in its pictures alone"},
		"based on nothing":            {unsealed + `UPDATE revision SET based_on = NULL WHERE derivation <> ''`, "in its pictures alone"},
		"the base was never approved": {`DELETE FROM decision WHERE action = 'approve'`, "in its pictures alone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDarkroom(t)
			d.blurred(t)
			conn := d.admin(t)
			for _, statement := range strings.Split(test.forge, "; ") {
				execute(t, conn, statement)
			}
			found := d.verified(t)
			if (test.found == "") != (found == "") || !strings.Contains(found, test.found) {
				t.Errorf("found %q, want %q", found, test.found)
			}
		})
	}
}

// blurred publishes an article whose picture was blurred after the text was approved, and
// leaves another photo that nothing shows.
func (d *darkroom) blurred(t *testing.T) {
	t.Helper()
	d.upload(t, d.Lina, "spoiled")
	photo := d.upload(t, d.Lina, "photo")
	c := d.write(t, photo)
	d.identify(t, d.Martin, photo, imageconsent.ToBlur)
	execute(t, d.admin(t), `UPDATE depiction SET outcome = 'not_a_face', person_id = NULL WHERE outcome = 'person'`) // so that nobody has to be asked
	if err := d.act(t, c, d.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
	if err := d.act(t, c, d.Lina, publication.Command{Action: workflow.BlurPhoto}); err != nil {
		t.Fatal(err)
	}
	d.step(t, c, workflow.Publish)
}

// What covers rest on is verified too.
func TestVerifyFindsCoversThatMustNotBe(t *testing.T) {
	t.Parallel()
	const family = `ALTER TABLE guardianship DISABLE TRIGGER USER; `
	for name, test := range map[string]struct{ forge, found string }{
		"nothing forged":               {`SELECT 1`, ""},
		"longer than the request":      {`UPDATE consent_cover SET valid = tstzrange(lower(valid), '2030-01-01')`, "no cover lasts beyond"},
		"beyond majority":              {`ALTER TABLE person DISABLE TRIGGER USER; UPDATE person SET birth_date = '2009-01-01' WHERE external_id = 'lina'`, "beyond majority"},
		"an objection":                 {`UPDATE consent_answer SET accepted = '{}' WHERE capacity = 'depicted'`, "no objection"},
		"an answer that was never":     {`UPDATE consent_answer SET ended_at = now() WHERE capacity = 'guardian'`, "answers that stand"},
		"a consent that was withdrawn": {`UPDATE consent SET status = 'revoked'`, "answers that stand"},
		"another use":                  {`UPDATE consent_cover SET audience = 'establishment' WHERE audience = 'public_web'`, "exactly the use"},
		"authority that is gone":       {family + `UPDATE guardianship SET parental_authority = false`, "hold parental authority"},
		"no guardian":                  {family + `DELETE FROM guardianship`, "hold parental authority"},
		"covers lost":                  {`UPDATE consent_cover SET ended_at = now()`, "what is granted covers something"},
		"another text":                 {`UPDATE consent_answer SET text_hash = sha256('x')`, "matches its hash"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, _ := agreed(t)
			for _, statement := range strings.Split(test.forge, "; ") {
				h.exec(t, statement)
			}
			found := h.verified(t)
			if (test.found == "") != (found == "") || !strings.Contains(found, test.found) {
				t.Errorf("found %q, want %q", found, test.found)
			}
		})
	}
}
