package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
)

// portraitWorld has a picture that may be a portrait, whatever is done to it.
type portraitWorld struct {
	*bundle
	conn       *pgx.Conn
	photo      id.Photo
	renditions []id.Rendition // plain, and with the first depiction blurred
	requests   int
}

func newPortraitWorld(t *testing.T) *portraitWorld {
	t.Helper()
	w := &portraitWorld{bundle: setup(t), photo: id.New[id.Photo]()}
	w.conn = w.admin(t)
	w.exec(t, `INSERT INTO photo (photo_id, tenant_id, uploader_id, status, name, format, bytes, width, height, original, sha256, created_at, identified_at)
		VALUES ($1, $2, $3, 'identified', 'a.jpg', 'jpeg', 1, 10, 10, 'x', sha256('x'), now(), now())`, w.photo, w.Tilleuls, w.Martin)
	w.exec(t, `INSERT INTO depiction (depiction_id, tenant_id, photo_id, found, x, y, width, height, outcome, person_id) VALUES ($1, $2, $3, true, 0.1, 0.1, 0.2, 0.2, 'person', $4)`,
		uuid.New(), w.Tilleuls, w.photo, w.Lina)
	for i := range 2 {
		r := id.New[id.Rendition]()
		w.renditions = append(w.renditions, r)
		w.exec(t, `INSERT INTO rendition (rendition_id, tenant_id, photo_id, blurred, hash, created_at)
			SELECT $1, $2, $3, CASE WHEN $4 THEN ARRAY(SELECT depiction_id FROM depiction WHERE photo_id = $3) ELSE '{}' END, sha256('x'), now()`, r, w.Tilleuls, w.photo, i == 1)
		w.exec(t, `INSERT INTO rendition_file VALUES ($1, $2, 'standard', $3, 1, 10, 10, sha256('x'))`, r, w.Tilleuls, r.String())
	}
	w.exec(t, `UPDATE photo SET rendition_id = $1`, w.renditions[0])
	return w
}

func (w *portraitWorld) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := w.conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// cover agrees to one use of the photo, as a family's answer would, for a time.
func (w *portraitWorld) cover(t *testing.T, use imageconsent.Use, medium imageconsent.Medium, from, until time.Time) {
	t.Helper()
	w.requests++
	request, line, consent := uuid.New(), uuid.New(), uuid.New()
	w.exec(t, `INSERT INTO consent_request (request_id, tenant_id, title, beneficiary, nature, purpose, place, taken_from, taken_to, operations, territory, valid, to_come, body, hash, reference, asked_by, asked_at)
		VALUES ($1, $2, 'La sortie', 'Le collège', 'Photos', 'Le blog', 'Toulouse', '2026-11-20', '2026-11-20', '{show}', 'France', '[2026-09-01,2027-09-01)', false, 'Texte', sha256('Texte'), $4, $3, '2026-11-02')`,
		request, w.Tilleuls, w.Martin, fmt.Sprint(w.requests))
	null := func(u uuid.UUID) any {
		if u == uuid.Nil {
			return nil
		}
		return u
	}
	w.exec(t, `INSERT INTO consent_use (use_id, tenant_id, request_id, ordinal, medium, audience, audience_group, audience_ent, space_id) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8)`,
		line, w.Tilleuls, request, medium, use.Audience, null(use.Group.UUID), null(use.ENT.UUID), null(use.Space.UUID))
	w.exec(t, `INSERT INTO request_photo (request_id, photo_id, tenant_id) VALUES ($1, $2, $3)`, request, w.photo, w.Tilleuls)
	w.exec(t, `INSERT INTO consent (consent_id, tenant_id, request_id, person_id, status, asked_at) VALUES ($1, $2, $3, $4, 'granted', '2026-11-02')`, consent, w.Tilleuls, request, w.Lina)
	w.exec(t, `INSERT INTO consent_cover SELECT gen_random_uuid(), $1, $2, $3, use_id, $5, medium, audience, audience_group, audience_ent, space_id, tstzrange($6, $7), '{}', '2026-11-02'
		FROM consent_use WHERE use_id = $4`, w.Tilleuls, consent, request, line, w.Lina, from, until)
}

// agree has Go and the door judge the portrait at a moment, on the screen and on paper.
func (w *portraitWorld) agree(t *testing.T, rt *rapid.T, readers imageconsent.Audience, at time.Time) {
	t.Helper()
	var picture imageconsent.Picture
	err := postgres.Transactions[imageconsent.PhotoTx](w.db)(t.Context(), w.Tilleuls, func(tx imageconsent.PhotoTx) error {
		found, err := tx.Pictures(t.Context(), []imageconsent.Shown{{Photo: w.photo}})
		if err == nil && len(found) == 1 {
			picture = found[0]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	screen := imageconsent.PortraitOf(picture, w.Lina, imageconsent.Use{Audience: readers, Group: w.Class}, at)
	paper := screen && imageconsent.PortraitOf(picture, w.Lina, imageconsent.Use{Audience: imageconsent.ToPrint, Group: w.Class}, at)
	door := w.db.Door()
	scopes, err := door.Scopes(t.Context(), w.Martin, at)
	if err != nil {
		t.Fatal(err)
	}
	v := publication.Viewer{Tenant: w.Tilleuls, Scopes: scopes}
	page, err := door.Trombinoscope(context.Background(), v, w.Class, at)
	if err != nil || len(page.Members) != 3 {
		t.Fatalf("%v %v", page, err)
	}
	_, err = door.Portrait(t.Context(), v, w.Class, w.photo, imageconsent.Standard, at)
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		t.Fatal(err)
	}
	lina := page.Members[0]
	if served := err == nil; served != screen || lina.Photo.IsZero() == screen || lina.Printable != paper {
		rt.Fatalf("Go says %t, on paper %t; the door serves %t and lists %+v", screen, paper, served, lina)
	}
}

// Whatever is agreed, ended, held, blurred, named or changed about a portrait, PortraitOf
// and the reading door say the same of it, at every moment (R35, invariant 1).
func TestPortraitOfAndTheDoorAgree(t *testing.T) {
	t.Parallel()
	w := newPortraitWorld(t)
	uses := []imageconsent.Use{
		{Audience: imageconsent.ToClassStaff, Group: w.Class}, {Audience: imageconsent.ToClassStaff, Group: w.Class}, {Audience: imageconsent.ToSchoolStaff, Group: w.Class},
		{Audience: imageconsent.ToPrint, Group: w.Class}, {Audience: imageconsent.ToPrint}, {Audience: imageconsent.ToGroup, Group: w.Class, Space: w.Blog},
	}
	facts := []string{
		`UPDATE consent_cover SET ended_at = now() WHERE cover_id = (SELECT cover_id FROM consent_cover WHERE ended_at IS NULL ORDER BY made_at, cover_id LIMIT 1)`,
		`INSERT INTO hold (hold_id, tenant_id, photo_id, kind, status, version, placed_at, ground, reason) SELECT gen_random_uuid(), tenant_id, photo_id, 'mask', 'open', 1, now(), 'IMG', 'x' FROM photo`,
		`UPDATE hold SET status = 'released', released_at = now() WHERE status = 'open'`,
		`UPDATE photo SET status = CASE status WHEN 'identified' THEN 'unidentified' ELSE 'identified' END`,
		`UPDATE photo SET rendition_id = (SELECT rendition_id FROM rendition r WHERE r.rendition_id <> photo.rendition_id)`,
		`UPDATE depiction SET media = CASE WHEN media = '{image}' THEN '{image,name}' ELSE '{image}' END::text[]`,
		`INSERT INTO depiction (depiction_id, tenant_id, photo_id, found, x, y, width, height, outcome) SELECT gen_random_uuid(), tenant_id, photo_id, true, 0.5, 0.5, 0.1, 0.1, 'not_a_face' FROM photo`,
		`INSERT INTO depiction (depiction_id, tenant_id, photo_id, found, outcome, reason) SELECT gen_random_uuid(), tenant_id, photo_id, false, 'unrecognisable', 'de dos' FROM photo`,
		`DELETE FROM depiction WHERE outcome <> 'person'`,
	}
	dbtest.Check(t, 25, func(rt *rapid.T) {
		readers := imageconsent.ToClassStaff
		w.exec(t, `DELETE FROM consent_cover; DELETE FROM hold; DELETE FROM depiction WHERE outcome <> 'person'; DELETE FROM setting`)
		w.exec(t, `UPDATE photo SET status = 'identified', rendition_id = $1`, w.renditions[0])
		w.exec(t, `UPDATE depiction SET media = '{image}'`)
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			switch fact := rapid.IntRange(-4, len(facts)).Draw(rt, "fact"); {
			case fact < 0:
				from := dbtest.Now.AddDate(0, 0, rapid.IntRange(-3, 1).Draw(rt, "from"))
				w.cover(t, rapid.SampledFrom(uses).Draw(rt, "use"), rapid.SampledFrom([]imageconsent.Medium{imageconsent.Image, imageconsent.Image, imageconsent.Name}).Draw(rt, "medium"),
					from, from.AddDate(0, 0, rapid.IntRange(1, 5).Draw(rt, "days")))
			case fact == len(facts):
				readers = rapid.SampledFrom([]imageconsent.Audience{imageconsent.ToClassStaff, imageconsent.ToSchoolStaff}).Draw(rt, "readers")
				w.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'trombinoscope_readers', to_jsonb($2::text), now())
					ON CONFLICT (tenant_id, key) DO UPDATE SET value = EXCLUDED.value`, w.Tilleuls, readers)
			default:
				w.exec(t, facts[fact])
			}
			w.agree(t, rt, readers, dbtest.Now.AddDate(0, 0, rapid.IntRange(-3, 5).Draw(rt, "moment")))
		}
	})
}
