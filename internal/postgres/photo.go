package postgres

import (
	"context"
	_ "embed" // the statement
	"encoding/json"
	"fmt"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

var _ imageconsent.PhotoTx = (*Tx)(nil)

//go:embed photo.sql
var photoSQL string

// photoRow is a row of photo.
type photoRow struct {
	PhotoID      id.Photo             `json:"photo_id"`
	TenantID     id.Tenant            `json:"tenant_id"`
	UploaderID   id.Person            `json:"uploader_id"`
	SeriesID     *id.Series           `json:"series_id"`
	Status       workflow.PhotoStatus `json:"status"`
	Version      int64                `json:"version"`
	Name         string               `json:"name"`
	Format       string               `json:"format"`
	Bytes        int64                `json:"bytes"`
	Width        int                  `json:"width"`
	Height       int                  `json:"height"`
	TakenOn      *day                 `json:"taken_on"`
	Original     string               `json:"original"`
	SHA256       bytea                `json:"sha256"`
	Likeness     bytea                `json:"likeness"`
	Faces        *int                 `json:"faces"`
	Problem      imageconsent.Problem `json:"problem"`
	RenditionID  *id.Rendition        `json:"rendition_id"`
	CreatedAt    time.Time            `json:"created_at"`
	IdentifiedAt *time.Time           `json:"identified_at"`
	IdentifiedBy *id.Person           `json:"identified_by"`
}

func (r photoRow) domain() imageconsent.Photo {
	p := imageconsent.Photo{
		ID: r.PhotoID, Tenant: r.TenantID, Uploader: r.UploaderID, Series: deref(r.SeriesID), Status: r.Status, Version: r.Version,
		Name: r.Name, Format: r.Format, Bytes: r.Bytes, Width: r.Width, Height: r.Height, TakenOn: time.Time(deref(r.TakenOn)), Original: r.Original, Likeness: r.Likeness,
		Faces: -1, Problem: r.Problem, Current: deref(r.RenditionID), CreatedAt: r.CreatedAt.UTC(),
		IdentifiedAt: deref(r.IdentifiedAt), IdentifiedBy: deref(r.IdentifiedBy),
	}
	if r.Faces != nil {
		p.Faces = *r.Faces
	}
	copy(p.SHA256[:], r.SHA256)
	return p
}

// photoDossierRow is what photo.sql gives, as JSON.
type photoDossierRow struct {
	Photo      *photoRow                  `json:"photo"`
	Depictions []depictionRow             `json:"depictions"`
	Names      map[id.Person]string       `json:"names"`
	Renditions []*renditionRow            `json:"renditions"`
	Tenant     tenantRow                  `json:"tenant"`
	Settings   map[string]json.RawMessage `json:"settings"`
	Roles      []actor.Role               `json:"roles"`
	Concerned  bool                       `json:"concerned"`
	Standing   *standingRow               `json:"standing"`
	Pupil      bool                       `json:"pupil"`
	Recent     int                        `json:"recent"`
	Used       bool                       `json:"used"`
	Holds      []holdRow                  `json:"holds"`
	Kept       keptRow                    `json:"kept"`
	Sealed     []id.Rendition             `json:"sealed"`
}

// LockUploads takes somebody's lock, since there is no row yet to lock.
func (tx *Tx) LockUploads(ctx context.Context, who id.Person) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('upload ' || current_tenant() || $1, 0))`, who.String())
	return translate(err)
}

// NewPhoto reads what an upload by somebody needs.
func (tx *Tx) NewPhoto(ctx context.Context, who id.Person, now time.Time) (imageconsent.PhotoDossier, error) {
	return tx.photoDossier(ctx, id.Photo{}, who, now)
}

// PhotoDossier locks the photo's row first, then reads it with what acting on it needs.
func (tx *Tx) PhotoDossier(ctx context.Context, photo id.Photo, who id.Person, now time.Time) (imageconsent.PhotoDossier, error) {
	var locked bool
	err := tx.conn.QueryRowContext(ctx, `SELECT true FROM photo WHERE photo_id = $1 AND status <> '' FOR NO KEY UPDATE`, photo).Scan(&locked)
	if err != nil {
		return imageconsent.PhotoDossier{}, translate(err)
	}
	return tx.photoDossier(ctx, photo, who, now)
}

func (tx *Tx) photoDossier(ctx context.Context, photo id.Photo, who id.Person, now time.Time) (imageconsent.PhotoDossier, error) {
	var row photoDossierRow
	if err := tx.document(ctx, &row, photoSQL, nullable(photo), nullable(who), now); err != nil {
		return imageconsent.PhotoDossier{}, fmt.Errorf("read photo %s: %w", photo, err)
	}
	d, err := row.domain(now)
	return d.KnownTo(who), err
}

func (r photoDossierRow) domain(now time.Time) (imageconsent.PhotoDossier, error) {
	house, err := newHouse(r.Settings, calendar.Zone(r.Tenant.Zone), r.Tenant.TimeZone)
	if err != nil {
		return imageconsent.PhotoDossier{}, err
	}
	house.Tenant = r.Tenant.domain()
	d := imageconsent.PhotoDossier{
		House: house, Roles: actor.NewRoles(r.Roles...), Names: r.Names, Concerned: r.Concerned, Pupil: r.Pupil, Recent: r.Recent, Used: r.Used,
		Sealed: r.Sealed, Kept: r.Kept.keeps(house, now),
		Standing: directory.Standing{Kind: directory.Clear},
	}
	if r.Photo != nil {
		d.Photo = r.Photo.domain()
	}
	if r.Standing != nil {
		d.Standing = directory.Standing{Kind: r.Standing.Kind, Until: r.Standing.Until}
	}
	for _, row := range r.Depictions {
		d.Depictions = append(d.Depictions, row.domain())
	}
	for _, row := range r.Renditions {
		d.Renditions = append(d.Renditions, row.domain())
	}
	for _, h := range r.Holds {
		d.Holds = append(d.Holds, imageconsent.PhotoHold{
			ID: h.HoldID, Kind: h.Kind, Version: h.Version, Sealed: h.Sealed, PlacedAt: h.PlacedAt, Ground: h.Ground, Reason: h.Reason,
			ByMachine: h.PlacedBy == nil, Case: deref(h.CaseID), Hushed: h.Hushed,
		})
	}
	return d, nil
}

// InsertPhoto adds a photo that no status makes real yet.
func (tx *Tx) InsertPhoto(ctx context.Context, p imageconsent.Photo) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO photo (photo_id, tenant_id, uploader_id, series_id, status, name, format, bytes, width, height, original, sha256, created_at, taken_on)
		VALUES ($1, $2, $3, $4, '', $5, $6, $7, $8, $9, $10, $11, $12, nullif($13, '0001-01-01')::date)`,
		p.ID, tx.tenant, p.Uploader, nullable(p.Series), p.Name, p.Format, p.Bytes, p.Width, p.Height, p.Original, p.SHA256[:], p.CreatedAt, date(p.TakenOn))
	return translate(err)
}

// InsertSeries adds a series.
func (tx *Tx) InsertSeries(ctx context.Context, s imageconsent.Series) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO photo_series (series_id, tenant_id, title, created_by, created_at) VALUES ($1, $2, $3, $4, $5)`,
		s.ID, tx.tenant, s.Title, s.By, s.CreatedAt)
	return translate(err)
}

// SeriesOf finds a series that somebody began.
func (tx *Tx) SeriesOf(ctx context.Context, series id.Series, who id.Person) (imageconsent.Series, error) {
	s := imageconsent.Series{ID: series, By: who}
	err := tx.conn.QueryRowContext(ctx, `SELECT title, created_at FROM photo_series WHERE series_id = $1 AND created_by = $2`, series, who).Scan(&s.Title, &s.CreatedAt)
	return s, translate(err)
}

// SeriesBy lists the series that somebody began.
func (tx *Tx) SeriesBy(ctx context.Context, who id.Person) ([]imageconsent.Series, error) {
	rows, err := tx.conn.QueryContext(ctx, `SELECT series_id, title, created_at FROM photo_series WHERE created_by = $1 ORDER BY series_id DESC LIMIT 200`, who)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var list []imageconsent.Series
	for rows.Next() {
		s := imageconsent.Series{By: who}
		if err := rows.Scan(&s.ID, &s.Title, &s.CreatedAt); err != nil {
			return nil, fmt.Errorf("read series: %w", err)
		}
		list = append(list, s)
	}
	return list, translate(rows.Err())
}

// PutPrepared keeps what the worker has found in a photo.
func (tx *Tx) PutPrepared(ctx context.Context, photo id.Photo, likeness []byte, faces int, problem imageconsent.Problem) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE photo SET likeness = $2, faces = nullif($3, -1), problem = $4 WHERE photo_id = $1`, photo, likeness, faces, problem)
}

// PutRendition adds a rendition with its files, as the photo's current one.
func (tx *Tx) PutRendition(ctx context.Context, photo id.Photo, r imageconsent.Rendition, files []imageconsent.File, now time.Time) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO rendition (rendition_id, tenant_id, photo_id, blurred, hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.ID, tx.tenant, photo, texts(append([]id.Depiction{}, r.Blurred...)), r.Hash[:], now)
	if err != nil {
		return translate(err)
	}
	for _, f := range files {
		_, err := tx.conn.ExecContext(ctx, `INSERT INTO rendition_file (rendition_id, tenant_id, size, file, bytes, width, height, sha256) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			r.ID, tx.tenant, f.Size, f.Name, f.Bytes, f.Width, f.Height, f.SHA256[:])
		if err != nil {
			return translate(err)
		}
	}
	return tx.SetCurrent(ctx, photo, r.ID)
}

// SetCurrent makes a rendition the photo's current one.
func (tx *Tx) SetCurrent(ctx context.Context, photo id.Photo, rendition id.Rendition) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE photo p SET rendition_id = r.rendition_id FROM rendition r
		WHERE p.photo_id = $1 AND r.rendition_id = $2 AND r.photo_id = p.photo_id`, photo, rendition)
}

// PutDepictions replaces who is in a photo. The photo is locked.
func (tx *Tx) PutDepictions(ctx context.Context, photo id.Photo, depictions []imageconsent.Depiction) error {
	type row struct {
		ID      id.Depiction          `json:"id"`
		Found   bool                  `json:"found"`
		Box     *imageconsent.Box     `json:"box"`
		Outcome imageconsent.Outcome  `json:"outcome"`
		Person  id.Person             `json:"person,omitzero"`
		Media   []imageconsent.Medium `json:"media"`
		Reason  string                `json:"reason"`
	}
	rows := make([]row, len(depictions))
	for i, d := range depictions {
		rows[i] = row{ID: d.ID, Found: d.Found, Outcome: d.Outcome, Person: d.Person, Media: d.Media, Reason: d.Reason}
		if !d.Box.IsZero() {
			rows[i].Box = &depictions[i].Box
		}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode depictions: %w", err)
	}
	const statement = `INSERT INTO depiction (depiction_id, tenant_id, photo_id, found, x, y, width, height, outcome, person_id, media, reason)
		SELECT x.id, $3, $1, x.found, (x.box ->> 'X')::real, (x.box ->> 'Y')::real, (x.box ->> 'Width')::real, (x.box ->> 'Height')::real,
			x.outcome, x.person, ARRAY(SELECT jsonb_array_elements_text(x.media)), x.reason
		FROM jsonb_to_recordset($2::jsonb) AS x(id uuid, found boolean, box jsonb, outcome text, person uuid, media jsonb, reason text)`
	if _, err := tx.conn.ExecContext(ctx, `DELETE FROM depiction WHERE photo_id = $1`, photo); err != nil {
		return translate(err)
	}
	_, err = tx.conn.ExecContext(ctx, statement, photo, string(text), tx.tenant)
	return translate(err)
}

// PutIdentified keeps who declared completely who is in a photo.
func (tx *Tx) PutIdentified(ctx context.Context, photo id.Photo, by id.Person, at time.Time) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE photo SET identified_by = $2, identified_at = $3 WHERE photo_id = $1`, photo, by, at)
}

// Belongs reports whether somebody of the tenant is meant by what is said of an outsider.
func (tx *Tx) Belongs(ctx context.Context, o imageconsent.Outsider) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM person p JOIN membership m ON m.person_id = p.person_id
		WHERE m.profile <> 'external' AND (lower(p.email) = lower($1)
		   OR m.profile = 'pupil' AND fold(p.family_name || ' ' || p.given_name) = fold($2)))`
	var belongs bool
	err := tx.conn.QueryRowContext(ctx, query, o.Email, o.FamilyName+" "+o.GivenName).Scan(&belongs)
	return belongs, translate(err)
}

// AdmitOutsider adds somebody from outside to the tenant's directory.
func (tx *Tx) AdmitOutsider(ctx context.Context, person id.Person, o imageconsent.Outsider) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT admit_outsider($1, $2, $3, $4)`, person, o.GivenName, o.FamilyName, o.Email)
	return translate(err)
}

// Declined lists those in a photo who have said no to being seen in it, or to a text that
// waits to show them.
func (tx *Tx) Declined(ctx context.Context, photo id.Photo, now time.Time) ([]id.Person, error) {
	var list []id.Person
	const statement = `SELECT coalesce(jsonb_agg(DISTINCT d.person_id), '[]') FROM depiction d
		WHERE d.photo_id = $1 AND d.person_id IS NOT NULL AND declines(d.photo_id, d.person_id, $2::timestamptz)`
	err := tx.document(ctx, &list, statement, photo, now)
	return list, err
}

// Photos lists what somebody uploaded, the newest first.
func (tx *Tx) Photos(ctx context.Context, f imageconsent.PhotoFilter) ([]imageconsent.Photo, error) {
	var rows []photoRow
	const statement = `SELECT coalesce(jsonb_agg(to_jsonb(x) - 'likeness'), '[]') FROM (SELECT * FROM photo p
		WHERE p.status NOT IN ('', 'erased') AND ($1::uuid IS NULL OR p.uploader_id = $1) AND ($2::uuid IS NULL OR p.series_id = $2)
			AND ($3::uuid IS NULL OR p.photo_id < $3)
			AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = p.photo_id AND h.status = 'open' AND h.sealed)
		ORDER BY p.photo_id DESC LIMIT $4) x`
	if err := tx.document(ctx, &rows, statement, nullable(f.Uploader), nullable(f.Series), nullable(f.Before), f.Limit); err != nil {
		return nil, fmt.Errorf("list photos: %w", err)
	}
	list := make([]imageconsent.Photo, len(rows))
	for i, row := range rows {
		list[i] = row.domain()
	}
	return list, nil
}

// Resembling lists photos that are held, or that are not, and look alike. What was committed
// before the lock was given is looked at: it is another statement.
func (tx *Tx) Resembling(ctx context.Context, held bool, alike func(likeness []byte) bool) ([]id.Photo, error) {
	if _, err := tx.conn.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('likeness ' || current_tenant(), 0))`); err != nil {
		return nil, translate(err)
	}
	rows, err := tx.conn.QueryContext(ctx, `SELECT p.photo_id, p.likeness FROM photo p WHERE p.likeness IS NOT NULL AND p.status NOT IN ('', 'erased')
		AND EXISTS (SELECT 1 FROM hold h WHERE h.target_id = p.photo_id AND h.status = 'open') = $1`, held)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var list []id.Photo
	for rows.Next() {
		var photo id.Photo
		var likeness []byte
		if err := rows.Scan(&photo, &likeness); err != nil {
			return nil, fmt.Errorf("read likenesses: %w", err)
		}
		if alike(likeness) {
			list = append(list, photo)
		}
	}
	return list, translate(rows.Err())
}

// PhotoFile finds a derived picture; a double that was not made is the standard.
func (tx *Tx) PhotoFile(ctx context.Context, photo id.Photo, rendition id.Rendition, size imageconsent.Size) (imageconsent.File, error) {
	var f imageconsent.File
	var sum []byte
	err := tx.conn.QueryRowContext(ctx, `SELECT f.size, p.format, f.file, f.bytes, f.width, f.height, f.sha256
		FROM photo p JOIN rendition_file f ON f.rendition_id = coalesce($2::uuid, p.rendition_id)
		JOIN rendition r ON r.rendition_id = f.rendition_id AND r.photo_id = p.photo_id
		WHERE p.photo_id = $1 AND f.size IN ($3, CASE WHEN $3 = 'double' THEN 'standard' END)
		ORDER BY f.size = $3 DESC LIMIT 1`, photo, nullable(rendition), size).Scan(&f.Size, &f.Format, &f.Name, &f.Bytes, &f.Width, &f.Height, &sum)
	copy(f.SHA256[:], sum)
	return f, translate(err)
}

// FilesOf lists all files of a photo.
func (tx *Tx) FilesOf(ctx context.Context, photo id.Photo) ([]string, error) {
	var names []string
	err := tx.document(ctx, &names, `SELECT coalesce(jsonb_agg(x.name), '[]') FROM (
		SELECT original AS name FROM photo WHERE photo_id = $1 AND original <> ''
		UNION ALL SELECT f.file FROM rendition r JOIN rendition_file f ON f.rendition_id = r.rendition_id WHERE r.photo_id = $1) x`, photo)
	return names, err
}

// ForgetOriginal forgets where the bytes of a photo were.
func (tx *Tx) ForgetOriginal(ctx context.Context, photo id.Photo) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE photo SET original = '', likeness = NULL WHERE photo_id = $1`, photo)
}

// EraseFiles forgets a photo's renditions, who was in it and its original. What a past
// revision was sealed with keeps its hash, and shows nothing.
func (tx *Tx) EraseFiles(ctx context.Context, photo id.Photo) error {
	for _, statement := range []string{
		`UPDATE photo SET original = '', likeness = NULL, rendition_id = NULL, name = '' WHERE photo_id = $1`,
		`DELETE FROM rendition_file f USING rendition r WHERE f.rendition_id = r.rendition_id AND r.photo_id = $1`,
		`DELETE FROM depiction WHERE photo_id = $1`,
	} {
		if _, err := tx.conn.ExecContext(ctx, statement, photo); err != nil {
			return fmt.Errorf("erase photo %s: %w", photo, translate(err))
		}
	}
	return nil
}
