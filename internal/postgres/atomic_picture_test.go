package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// album is a saboteur among photos and families.
type album struct {
	*saboteur
	photos *imageconsent.Photos
	karim  id.Person
	photo  id.Photo
}

func newAlbum(t *testing.T) *album {
	t.Helper()
	a := &album{saboteur: newSaboteur(t)}
	a.photos = imageconsent.NewPhotos(imageconsent.PhotosConfig{
		InTx: postgres.Transactions[imageconsent.PhotoTx](a.db), Files: &shelf{files: map[string][]byte{}}, Imaging: developer{}, Clock: a.desk.clock,
	})
	a.karim = a.newcomer(t, "haddad-2", "Karim", "Haddad", directory.Guardian)
	a.guardian(t, a.Lina, a.karim, true)
	a.exec(t, `UPDATE person SET email = external_id || '@example.org'`)
	return a
}

// developed tries what the worker does to the photo.
func (a *album) developed() {
	a.t.Helper()
	for _, m := range a.open(a.t) {
		switch m.Kind {
		case outbox.PreparePhoto:
			a.try("prepare", func() error { return a.photos.Prepare(a.t.Context(), m) })
		case outbox.ReviewPhoto:
			a.tryAll("review photo", 1, func() error { return a.photos.Review(a.t.Context(), m) })
		}
	}
}

func (a *album) dossier(t *testing.T) imageconsent.PhotoDossier {
	t.Helper()
	d, err := a.photos.Photo(t.Context(), person(a.Tilleuls, a.Martin), a.photo)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (a *album) acted(action workflow.Action) {
	a.t.Helper()
	a.try(string(action), func() error {
		return a.photos.Act(a.t.Context(), person(a.Tilleuls, a.Garcia), a.photo, imageconsent.PhotoCommand{
			Action: action, Version: a.dossier(a.t).Photo.Version, Reason: workflow.Reason{Ground: "IMG", Text: "À regarder."},
		})
	})
}

func (a *album) described(second imageconsent.Described) {
	a.t.Helper()
	a.try("identify", func() error {
		d := a.dossier(a.t)
		second.ID, second.Box = d.Depictions[1].ID, d.Depictions[1].Box
		return a.photos.Identify(a.t.Context(), person(a.Tilleuls, a.Martin), a.photo, imageconsent.Identification{
			Version: d.Photo.Version, Complete: true, People: []imageconsent.Described{
				{ID: d.Depictions[0].ID, Box: d.Depictions[0].Box, Outcome: imageconsent.IsPerson, Person: a.Lina}, second,
			},
		})
	})
	a.developed()
}

// TestEachWriteOfPhotosFailsInTurn: whatever is done to a photo is done wholly or not at all.
func TestEachWriteOfPhotosFailsInTurn(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	martin := person(a.Tilleuls, a.Martin)
	a.try("upload", func() (err error) {
		a.photo, err = a.photos.Upload(t.Context(), martin, imageconsent.Upload{Name: "a.jpg", Data: []byte("photo")})
		return err
	})
	a.developed()
	a.described(imageconsent.Described{Outcome: imageconsent.IsPerson, Outsider: &imageconsent.Outsider{GivenName: "Ana", FamilyName: "Ruiz", Email: "ana@example.org"}})
	a.described(imageconsent.Described{Outcome: imageconsent.ToBlur})
	c := a.written()
	for _, action := range []workflow.Action{workflow.Mask, workflow.Restore, workflow.Withdraw, workflow.Restore, workflow.Doubt} {
		a.acted(action)
	}
	a.try("omit_photo", func() error {
		return a.publish.Act(t.Context(), martin, c, publication.Command{Action: workflow.OmitPhoto, Version: a.desk.bundle.dossier(t, c, a.Martin).Contribution.Version})
	})
	a.exec(t, `UPDATE revision SET status = 'abandoned' WHERE contribution_id = $1`, c)
	a.acted(workflow.Erase)
}

// written is a teacher's text with the photo, which waits for consent.
func (a *album) written() id.Contribution {
	a.t.Helper()
	c := a.submit(a.t, a.Martin, publication.New{Space: a.Web, Kind: publication.Page, Input: publication.Input{
		Title: "La sortie", Body: `<p>Nous y étions.</p><img src="/photos/` + a.photo.String() + `" alt="La classe">`,
	}})
	a.did(a.t, outbox.ScreenRevision)
	a.mustJudge(a.t, a.Diallo, c, workflow.Approve)
	a.mustJudge(a.t, a.Garcia, c, workflow.Sign)
	if got := a.status(a.t, c); got[0] != string(workflow.AwaitingConsent) {
		a.t.Fatalf("status %v", got)
	}
	return c
}

// TestEachWriteOfConsentsFailsInTurn: whatever a family and the staff do, they do wholly
// or not at all; and a withdrawal, if anything is left to write with, wholly (R33).
func TestEachWriteOfConsentsFailsInTurn(t *testing.T) {
	t.Parallel()
	a := newAlbum(t)
	a.photo = a.picture(t, a.Lina)
	martin, diallo := person(a.Tilleuls, a.Martin), person(a.Tilleuls, a.Diallo)
	var lina id.Consent
	a.try("ask", func() error {
		sent, err := a.consents().Ask(t.Context(), martin, a.outing(a.photo))
		if err == nil {
			lina = sent.Persons[0].Consent
		}
		return err
	})
	visitor, _ := (&household{desk: a.desk}).came(t, lina, a.Haddad)
	a.try("answer by a link", func() error {
		sheet, err := a.consents().Sheet(t.Context(), visitor, lina)
		if err != nil {
			return err
		}
		return second(a.consents().Answer(t.Context(), visitor, lina, sheet.Consent.Version, imageconsent.AnswerInput{Accepted: []id.Use{sheet.Lines[0].ID}}))
	})
	a.try("answer", func() error { return a.answer(t, a.Lina, lina, allAudiences...) })
	for _, m := range a.open(t) {
		if m.Kind == outbox.ConsentMoved {
			a.tryAll(string(m.Kind), 1, func() error { return a.handle(t.Context(), m) })
		}
	}
	var paper id.Paper
	a.try("record paper", func() (err error) {
		sheet, err := a.consents().Sheet(t.Context(), martin, lina)
		if err != nil {
			return err
		}
		in := imageconsent.PaperInput{Signatory: a.karim, Accepted: []id.Use{sheet.Lines[0].ID}, SignedOn: a.clock(), Scan: strings.NewReader("%PDF-1.7 …")}
		paper, err = a.consents().RecordPaper(t.Context(), martin, lina, in)
		return err
	})
	a.try("confirm paper", func() error { return second(a.consents().ConfirmPaper(t.Context(), diallo, paper)) })
	a.revoked(lina)
	a.pass(400 * 24 * time.Hour)
	a.exec(t, `UPDATE consent SET status = 'granted' WHERE consent_id = $1`, lina) // as if nobody had withdrawn
	a.try("expire", func() error { return second(a.consents().Tend(t.Context(), a.Tilleuls, lina)) })
}

// revoked makes each write of a withdrawal fail in turn. It either fails and leaves
// nothing, or it is taken wholly: with its trail, and with what follows promised or owed.
func (a *album) revoked(consent id.Consent) {
	a.t.Helper()
	taken := 0
	for n := 1; n < 100; n++ {
		before := a.content()
		a.exec(a.t, fmt.Sprintf(`SELECT setval('writes', 1, false), setval('failing', %d)`, n))
		err := a.consents().Revoke(a.t.Context(), person(a.Tilleuls, a.Haddad), consent, imageconsent.RevokeInput{})
		ended := a.count(a.t, `SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM writes`) < n
		a.exec(a.t, `SELECT setval('failing', 1000000000)`)
		if err != nil {
			if diff := cmp.Diff(before, a.content()); diff != "" || !strings.Contains(err.Error(), "made to fail") {
				a.t.Fatalf("write %d: %v\n%s", n, err, diff)
			}
			continue
		}
		taken++
		a.wantStands(a.t, "withdrawn", consent, "revoked")
		if follows := a.count(a.t, `SELECT count(*) + coalesce((SELECT sum(jsonb_array_length(w -> 'messages')) FROM consent c, jsonb_array_elements(c.owed) w WHERE c.consent_id = $1), 0) FROM outbox o
			WHERE o.subject_id = $1 AND o.note = 'revoke' AND o.version = (SELECT version FROM consent WHERE consent_id = $1)`, consent); follows != 2 {
			a.t.Fatalf("write %d: %d messages are promised or owed", n, follows)
		}
		if ended {
			break
		}
		a.exec(a.t, `UPDATE consent SET owed = NULL`)
		a.mustAnswer(a.t, a.Haddad, consent, allAudiences...)
	}
	if taken < 3 {
		a.t.Errorf("taken %d times: nothing was owed", taken)
	}
}
