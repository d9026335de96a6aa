package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

// asJSON is a list as a parameter: never null.
func asJSON[T any](list []T) (string, error) {
	text, err := json.Marshal(append([]T{}, list...))
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", list, err)
	}
	return string(text), nil
}

// documents is document for statements whose first parameter is a list.
func documents[T any](ctx context.Context, tx *Tx, into any, query string, list []T, more ...any) error {
	text, err := asJSON(list)
	if err != nil {
		return err
	}
	return tx.document(ctx, into, query, append([]any{text}, more...)...)
}

// executed runs a statement whose first parameter is a list.
func executed[T any](ctx context.Context, tx *Tx, statement string, list []T, more ...any) error {
	text, err := asJSON(list)
	if err != nil {
		return err
	}
	_, err = tx.conn.ExecContext(ctx, statement, append([]any{text}, more...)...)
	return translate(err)
}

// PlacesOf reads spaces as they are today.
func (tx *Tx) PlacesOf(ctx context.Context, spaces []id.Space) ([]imageconsent.Place, error) {
	var rows []placeRow
	err := documents(ctx, tx, &rows, `SELECT coalesce(jsonb_agg(place_document(s.space_id) ORDER BY s.title, s.space_id), '[]') FROM space s
		WHERE s.space_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))`, spaces)
	places := make([]imageconsent.Place, len(rows))
	for i, row := range rows {
		places[i] = row.domain()
	}
	return places, err
}

// DepictedIn lists who is named in photos, and which of them are there for who works with them.
func (tx *Tx) DepictedIn(ctx context.Context, photos []id.Photo, who id.Person, now time.Time) ([]id.Person, []id.Photo, error) {
	var doc struct {
		Persons []id.Person `json:"persons"`
		Photos  []id.Photo  `json:"photos"`
	}
	err := documents(ctx, tx, &doc, `WITH asked AS (
			SELECT x.photo_id FROM photo x
			WHERE x.photo_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb)) AND x.status NOT IN ('spoiled', 'erased')
			  AND (x.uploader_id = $2 OR `+answersForPhoto+`))
		SELECT jsonb_build_object(
			'photos', (SELECT coalesce(jsonb_agg(photo_id ORDER BY photo_id), '[]') FROM asked),
			'persons', (SELECT coalesce(jsonb_agg(DISTINCT d.person_id), '[]') FROM depiction d JOIN asked USING (photo_id) WHERE d.outcome = 'person'))`, photos, who, now.UTC())
	return doc.Persons, doc.Photos, err
}

// PupilsOf lists a group's pupils.
func (tx *Tx) PupilsOf(ctx context.Context, group id.Group) ([]id.Person, error) {
	var persons []id.Person
	err := tx.document(ctx, &persons, `SELECT (SELECT coalesce(jsonb_agg(m.person_id), '[]') FROM group_member m
			WHERE m.group_id = g.group_id AND m.capacity = 'pupil') FROM groups g WHERE g.group_id = $1`, group)
	return persons, err
}

// GroupName reads the name of a group.
func (tx *Tx) GroupName(ctx context.Context, group id.Group) (string, error) {
	var name string
	err := tx.conn.QueryRowContext(ctx, `SELECT name FROM groups WHERE group_id = $1`, group).Scan(&name)
	return name, translate(err)
}

// KinOf reads persons with their guardians.
func (tx *Tx) KinOf(ctx context.Context, persons []id.Person, now time.Time) ([]imageconsent.Kin, error) {
	var rows []kinRow
	err := documents(ctx, tx, &rows, `SELECT coalesce(jsonb_agg(kin_document(p.person_id, ($2::timestamptz AT TIME ZONE t.time_zone)::date)
			ORDER BY fold(p.family_name), fold(p.given_name), p.person_id), '[]')
		FROM person p JOIN tenant t ON t.tenant_id = current_tenant()
		WHERE p.person_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))`, persons, now.UTC())
	kin := make([]imageconsent.Kin, len(rows))
	for i, row := range rows {
		kin[i] = row.domain()
	}
	return kin, err
}

// Refused tells for whom somebody refused one of the uses, and when last.
func (tx *Tx) Refused(ctx context.Context, persons []id.Person, lines []imageconsent.Line) (map[id.Person]time.Time, error) {
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		rows[i] = newLineRow(l, i)
	}
	asked, err := asJSON(rows)
	if err != nil {
		return nil, err
	}
	var refused []struct {
		Person id.Person `json:"person"`
		At     time.Time `json:"at"`
	}
	err = documents(ctx, tx, &refused, `SELECT coalesce(jsonb_agg(x), '[]') FROM (
			SELECT c.person_id AS person, max(a.answered_at) AS at
			FROM consent c JOIN consent_answer a ON a.consent_id = c.consent_id AND a.ended_at IS NULL
			JOIN consent_use u ON u.request_id = c.request_id AND NOT u.use_id = ANY (a.accepted)
			JOIN jsonb_to_recordset($2::jsonb) AS n (medium text, audience text, audience_group uuid, audience_ent uuid, space_id uuid)
				ON n.medium = u.medium AND n.audience = u.audience AND n.space_id IS NOT DISTINCT FROM u.space_id
				AND n.audience_group IS NOT DISTINCT FROM u.audience_group AND n.audience_ent IS NOT DISTINCT FROM u.audience_ent
			WHERE c.person_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))
			GROUP BY c.person_id) x`, persons, asked)
	at := make(map[id.Person]time.Time, len(refused))
	for _, r := range refused {
		at[r.Person] = r.At.UTC()
	}
	return at, err
}

// Overtaken locks and lists the consents that a new request takes the place of.
func (tx *Tx) Overtaken(ctx context.Context, persons []id.Person, r imageconsent.Request) ([]imageconsent.Consent, error) {
	photos, err := asJSON(r.Photos)
	if err != nil {
		return nil, err
	}
	rows := make([]lineRow, len(r.Lines))
	for i, l := range r.Lines {
		rows[i] = newLineRow(l, i)
	}
	lines, err := asJSON(rows)
	if err != nil {
		return nil, err
	}
	var found []consentRow
	err = documents(ctx, tx, &found, `WITH earlier AS (
			SELECT c.* FROM consent c JOIN consent_request q ON q.request_id = c.request_id
			WHERE c.status = 'asked' AND c.person_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))
			  AND q.to_come = $4 AND (NOT q.to_come OR q.title = $5)
			  AND NOT EXISTS (SELECT 1 FROM request_photo p WHERE p.request_id = c.request_id
				AND p.photo_id NOT IN (SELECT value::uuid FROM jsonb_array_elements_text($2::jsonb)))
			  AND NOT EXISTS (SELECT 1 FROM consent_use u WHERE u.request_id = c.request_id AND NOT EXISTS (
				SELECT 1 FROM jsonb_to_recordset($3::jsonb) AS n (medium text, audience text, audience_group uuid, audience_ent uuid, space_id uuid)
				WHERE n.medium = u.medium AND n.audience = u.audience AND n.space_id IS NOT DISTINCT FROM u.space_id
				AND n.audience_group IS NOT DISTINCT FROM u.audience_group AND n.audience_ent IS NOT DISTINCT FROM u.audience_ent))
			ORDER BY c.consent_id FOR NO KEY UPDATE OF c)
		SELECT coalesce(jsonb_agg(to_jsonb(e)), '[]') FROM earlier e`, persons, photos, lines, r.ToCome, r.Title)
	consents := make([]imageconsent.Consent, len(found))
	for i, row := range found {
		consents[i] = row.domain()
	}
	return consents, err
}

// InsertRequest writes a request with its lines and photos.
func (tx *Tx) InsertRequest(ctx context.Context, r imageconsent.Request) error {
	operations, err := asJSON(r.Operations)
	if err != nil {
		return err
	}
	const request = `INSERT INTO consent_request (request_id, tenant_id, title, beneficiary, nature, purpose, place, taken_from, taken_to, operations,
			territory, valid, to_come, body, hash, reference, asked_by, asked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, ARRAY(SELECT jsonb_array_elements_text($10::jsonb)),
			$11, tstzrange($12, $13), $14, $15, $16, $17, $18, $19)`
	_, err = tx.conn.ExecContext(ctx, request, r.ID, tx.tenant, r.Title, r.Beneficiary, r.Nature, r.Purpose, r.Place, date(r.TakenFrom), date(r.TakenTo),
		operations, r.Territory, r.Valid.From.UTC(), r.Valid.Until.UTC(), r.ToCome, r.Body, r.Hash[:], r.Reference, r.AskedBy, r.AskedAt.UTC())
	if err != nil {
		return translate(err)
	}
	rows := make([]lineRow, len(r.Lines))
	for i, l := range r.Lines {
		rows[i] = newLineRow(l, i+1)
		rows[i].Reach = r.Reach(l)
	}
	err = executed(ctx, tx, `INSERT INTO consent_use (use_id, tenant_id, request_id, ordinal, medium, audience, audience_group, audience_ent, space_id, reach)
		SELECT x.use_id, $2, $3, x.ordinal, x.medium, x.audience, x.audience_group, x.audience_ent, x.space_id,
			CASE WHEN x.audience = 'ent' THEN ARRAY(SELECT jsonb_array_elements_text(x.reach)::uuid) END
		FROM jsonb_to_recordset($1::jsonb) AS x (use_id uuid, ordinal integer, medium text, audience text, audience_group uuid, audience_ent uuid, space_id uuid, reach jsonb)`,
		rows, tx.tenant, r.ID)
	if err != nil {
		return err
	}
	return tx.InsertRequestPhotos(ctx, r.ID, r.Photos)
}

// date is a day as PostgreSQL reads it, in whatever time zone.
func date(t time.Time) string { return t.Format(time.DateOnly) }

// InsertConsents writes consents that are not asked for yet.
func (tx *Tx) InsertConsents(ctx context.Context, consents []imageconsent.Consent) error {
	rows := make([]consentRow, len(consents))
	for i, c := range consents {
		rows[i] = consentRow{ConsentID: c.ID, RequestID: c.Request, PersonID: c.Person, Generation: c.Generation, Waiting: append([]id.Person{}, c.Waiting...), AskedAt: c.AskedAt.UTC()}
	}
	return executed(ctx, tx, `INSERT INTO consent (consent_id, tenant_id, request_id, person_id, generation, status, waiting, asked_at)
		SELECT x.consent_id, $2, x.request_id, x.person_id, x.generation, '', ARRAY(SELECT jsonb_array_elements_text(x.waiting)::uuid), x.asked_at
		FROM jsonb_to_recordset($1::jsonb) AS x (consent_id uuid, request_id uuid, person_id uuid, generation integer, waiting jsonb, asked_at timestamptz)`,
		rows, tx.tenant)
}

// InsertRequestPhotos adds photos to a request.
func (tx *Tx) InsertRequestPhotos(ctx context.Context, request id.Request, photos []id.Photo) error {
	return executed(ctx, tx, `INSERT INTO request_photo (request_id, photo_id, tenant_id)
		SELECT $2, value::uuid, $3 FROM jsonb_array_elements_text($1::jsonb) ON CONFLICT DO NOTHING`, photos, request, tx.tenant)
}

// DaysOf reads when photos were taken and brought.
func (tx *Tx) DaysOf(ctx context.Context, photos []id.Photo) (map[id.Photo]imageconsent.Days, error) {
	var rows map[id.Photo]struct {
		Taken    *day      `json:"taken"`
		Uploaded time.Time `json:"uploaded"`
	}
	err := documents(ctx, tx, &rows, `SELECT coalesce(jsonb_object_agg(p.photo_id, jsonb_build_object('taken', p.taken_on, 'uploaded', p.created_at)), '{}')
		FROM photo p WHERE p.photo_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))`, photos)
	days := make(map[id.Photo]imageconsent.Days, len(rows))
	for photo, row := range rows {
		days[photo] = imageconsent.Days{Taken: time.Time(deref(row.Taken)), Uploaded: row.Uploaded.UTC()}
	}
	return days, err
}

// Projects lists the requests that pictures may join today.
func (tx *Tx) Projects(ctx context.Context, asker id.Person, today, since time.Time) ([]imageconsent.Project, error) {
	var list []imageconsent.Project
	err := tx.document(ctx, &list, `SELECT coalesce(jsonb_agg(jsonb_build_object('ID', x.request_id, 'Title', x.title, 'Reference', x.reference)
			ORDER BY x.asked_at DESC, x.request_id DESC), '[]')
		FROM (SELECT * FROM consent_request q WHERE q.to_come AND q.taken_from <= $2::date AND q.taken_to >= $3::date AND upper(q.valid) > $4 AND ($1::uuid IS NULL OR q.asked_by = $1)
			ORDER BY q.asked_at DESC, q.request_id DESC LIMIT 100) x`, nullable(asker), date(today), date(since), tx.clock().UTC())
	return list, err
}

// Expecting lists the revisions that wait for consent and show a photo of a request.
func (tx *Tx) Expecting(ctx context.Context, request id.Request) ([]imageconsent.Awaiting, error) {
	var list []imageconsent.Awaiting
	err := tx.document(ctx, &list, `SELECT coalesce(jsonb_agg(jsonb_build_object('Revision', r.revision_id, 'Version', r.version)), '[]')
		FROM revision r WHERE r.status = 'awaiting_consent' AND EXISTS (
			SELECT 1 FROM revision_photo u JOIN request_photo q ON q.photo_id = u.photo_id
			WHERE u.revision_id = r.revision_id AND q.request_id = $1)`, request)
	return list, err
}

// Outdated lists the photos of a consent's request that are to be drawn anew for its person.
func (tx *Tx) Outdated(ctx context.Context, consent id.Consent, at time.Time) ([]imageconsent.PhotoAt, error) {
	var list []imageconsent.PhotoAt
	err := tx.document(ctx, &list, `SELECT coalesce(jsonb_agg(jsonb_build_object('Photo', x.photo_id, 'Version', x.version)), '[]') FROM (
			SELECT DISTINCT p.photo_id, p.version FROM consent c JOIN request_photo q ON q.request_id = c.request_id
			JOIN photo p ON p.photo_id = q.photo_id AND p.original <> '' JOIN rendition r ON r.rendition_id = p.rendition_id
			JOIN depiction d ON d.photo_id = p.photo_id AND d.person_id = c.person_id AND d.outcome = 'person' AND d.x IS NOT NULL
			WHERE c.consent_id = $1 AND declines(p.photo_id, c.person_id, $2::timestamptz) <> (d.depiction_id = ANY (r.blurred))) x`, consent, at.UTC())
	return list, err
}
