package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Door is the reading door's store: it may select from the reading views and
// from nothing else. Each read is one round trip and, by the protocol's pipeline,
// one transaction, so that tenant and audiences are set for its queries alone.
type Door struct{ pool *pgxpool.Pool }

var _ publication.ReadingStore = (*Door)(nil)

// Door gives the store of publication.Reader.
func (db *DB) Door() *Door { return &Door{db.reader} }

const (
	// The establishment's label, as JSON; NULL where it has none of its own.
	ownLabel     = `(SELECT label FROM reading_label)`
	isFrozen     = `EXISTS (SELECT 1 FROM reading_frozen z WHERE z.frozen = space_id)`
	placeColumns = `space_id, slug, title, description, kind, mode, audience, status, scope, ` + isFrozen + `, ` + ownLabel
	// In the place's order, of a view of contributions.
	placeOfColumns = `space_id, space_slug, space_title, space_description, space_kind, space_mode, space_audience, space_status, scope, ` + isFrozen + `, ` + ownLabel
	lineColumns    = `contribution_id, space_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), kind, exposure,
		coalesce(number, 0), slug, title, excerpt, byline, language, attributions, hash, reviewed, published_at, updated_at`
	// Only a text with a picture asks for its frames, and a tombstone alone for its reference.
	textColumns = lineColumns + `, html, CASE WHEN exposure = 'withdrawn' THEN coalesce((
		SELECT min(w.reference) FROM reading_reference w WHERE w.withdrawn = contribution_id), '') ELSE '' END, CASE WHEN position('<img ' IN html) > 0 THEN (
		SELECT f.photos FROM reading_frame f WHERE f.framed = contribution_id) ELSE '[]' END,
		EXISTS (SELECT 1 FROM reading_suggested g WHERE g.suggested = contribution_id), (
		SELECT jsonb_agg(to_jsonb(y) ORDER BY y.shown_from) FROM reading_reply y WHERE y.answered = contribution_id)`
)

// The queries say their LIMIT as a number, by which they are planned. %d is it.
const (
	houseQuery = `SELECT tenant_id, uai, name, city, time_zone, level,
		coalesce((SELECT h.reason FROM reading_halt h WHERE h.halted = tenant_id), '') FROM reading_house WHERE uai = $1`
	scopesQuery = `SELECT scopes_of($1, $2)`
	setQuery    = `SELECT set_config('imprimatur.tenant', $1, true), set_config('imprimatur.scopes', $2, true)`
	momentQuery = `SELECT set_config('imprimatur.tenant', $1, true), set_config('imprimatur.scopes', $2, true), set_config('imprimatur.moment', $3, true)`

	placesQuery = `SELECT ` + placeColumns + ` FROM reading_space ORDER BY title, space_id`
	placeQuery  = `SELECT ` + placeColumns + ` FROM reading_space WHERE slug = $1`

	pressDirectorQuery = `SELECT given_name, family_name, profile FROM reading_press_director WHERE slug = $1`

	newestQuery = `SELECT ` + lineColumns + ` FROM (SELECT space_id AS place FROM reading_space) s CROSS JOIN LATERAL (
			SELECT * FROM reading_list l WHERE l.space_id = s.place LIMIT %d) l
		ORDER BY l.space_id, l.published_at DESC, l.contribution_id DESC`

	listQuery = `SELECT ` + lineColumns + `, replies, coalesce(replied_at, published_at)
		FROM (SELECT space_id AS place FROM reading_space WHERE slug = $1) s CROSS JOIN LATERAL (
			SELECT * FROM reading_list l WHERE l.space_id = s.place AND (l.published_at, l.contribution_id) < ($2, $3) LIMIT %d) l
		ORDER BY l.published_at DESC, l.contribution_id DESC`

	contributionQuery = `SELECT ` + placeOfColumns + `, (SELECT c.contributors FROM reading_collective c WHERE c.collective = contribution_id), ` +
		textColumns + ` FROM (SELECT * FROM reading_contribution WHERE contribution_id = $1
			UNION ALL SELECT * FROM reading_replied WHERE contribution_id = $1) c LIMIT 1`

	belowQuery = `SELECT ` + textColumns + ` FROM (
			(SELECT * FROM reading_below b WHERE b.parent_id = $1 AND (b.published_at, b.contribution_id) > ($2, $3) LIMIT %[1]d)
			UNION ALL SELECT * FROM reading_replied r WHERE r.parent_id = $1 AND (r.published_at, r.contribution_id) > ($2, $3)) b
		ORDER BY b.published_at, b.contribution_id LIMIT %[1]d`

	latestQuery = `SELECT space_mode, ` + ownLabel + `, ` + textColumns + ` FROM (SELECT space_id AS place FROM reading_space WHERE $1 IN ('', slug)) s CROSS JOIN LATERAL (
			SELECT * FROM reading_list l WHERE l.space_id = s.place AND l.exposure = 'visible' LIMIT %[1]d) l
		ORDER BY l.published_at DESC, l.contribution_id DESC LIMIT %[1]d`
)

// A picture's file, if it may be seen at that moment. A double that was not made is the
// standard.
const photoQuery = `SELECT size, format, file, bytes, width, height, sha256 FROM reading_photo
	WHERE contribution_id = $1 AND photo_id = $2 AND size IN ($3, CASE WHEN $3 = 'double' THEN 'standard' END)
	ORDER BY size = $3 DESC LIMIT 1`

// Those pictures of contributions whose files photoQuery would find: one text after another,
// each by its index.
const seenQuery = `SELECT s.text, p.photo_id FROM unnest($1::uuid[]) s (text) CROSS JOIN LATERAL (
	SELECT DISTINCT r.photo_id FROM reading_photo r WHERE r.contribution_id = s.text AND r.size IN ('standard', 'file')) p`

// A picture's file for paper: it may be seen where the text is read, and printed besides.
const printQuery = `SELECT f.size, f.format, f.file, f.bytes, f.width, f.height, f.sha256 FROM reading_photo f
	JOIN reading_print p ON p.contribution_id = f.contribution_id AND p.photo_id = f.photo_id
	WHERE f.contribution_id = $1 AND f.photo_id = $2 AND f.size = 'standard' LIMIT 1`

// Print finds a picture's file for paper.
func (d *Door) Print(ctx context.Context, v publication.Viewer, c id.Contribution, photo id.Photo, at time.Time) (imageconsent.File, error) {
	var f imageconsent.File
	b := beginAt(v, at)
	b.Queue(printQuery, c.UUID, photo.UUID).QueryRow(func(row pgx.Row) error { return scanFile(row, &f) })
	return f, d.send(ctx, b)
}

// Photo finds a picture's file by asking every fact that it may be seen by.
func (d *Door) Photo(ctx context.Context, v publication.Viewer, c id.Contribution, photo id.Photo, size imageconsent.Size, at time.Time) (imageconsent.File, error) {
	var f imageconsent.File
	b := beginAt(v, at)
	b.Queue(photoQuery, c.UUID, photo.UUID, string(size)).QueryRow(func(row pgx.Row) error { return scanFile(row, &f) })
	return f, d.send(ctx, b)
}

// Seen lists the pictures of contributions that may be seen, asking for each what Photo asks.
func (d *Door) Seen(ctx context.Context, v publication.Viewer, of []id.Contribution, at time.Time) ([]publication.Seen, error) {
	var seen []publication.Seen
	texts := make([][16]byte, len(of))
	for i, c := range of {
		texts[i] = c.UUID
	}
	b := beginAt(v, at)
	b.Queue(seenQuery, texts).Query(func(rows pgx.Rows) (err error) {
		seen, err = collect(rows, func(rows pgx.Rows, s *publication.Seen) error { return rows.Scan(raw(&s.Contribution), raw(&s.Photo)) })
		return err
	})
	err := d.send(ctx, b)
	return seen, err
}

func scanFile(row pgx.Row, f *imageconsent.File) error {
	var sum []byte
	err := row.Scan(&f.Size, &f.Format, &f.Name, &f.Bytes, &f.Width, &f.Height, &sum)
	copy(f.SHA256[:], sum)
	return err
}

// House finds an establishment, before any tenant is set.
func (d *Door) House(ctx context.Context, uai string) (publication.House, error) {
	var h publication.House
	err := d.pool.QueryRow(ctx, houseQuery, uai).Scan(raw(&h.Tenant), &h.UAI, &h.Name, &h.City, &h.TimeZone, &h.Level, &h.Halted)
	return h, translate(err)
}

// Scopes lists the audiences that a person belongs to.
func (d *Door) Scopes(ctx context.Context, person id.Person, now time.Time) ([]string, error) {
	var scopes []string
	err := d.pool.QueryRow(ctx, scopesQuery, person.UUID, now).Scan(&scopes)
	return scopes, translate(err)
}

// Shelves reads every space that the viewer may, by title, with what is newest in each.
func (d *Door) Shelves(ctx context.Context, v publication.Viewer, each int) ([]publication.Shelf, error) {
	var shelves []publication.Shelf
	var newest []publication.Listed
	b := begin(v)
	b.Queue(placesQuery).Query(func(rows pgx.Rows) (err error) {
		shelves, err = collect(rows, func(rows pgx.Rows, s *publication.Shelf) error { return rows.Scan(placeFields(&s.Place)...) })
		return err
	})
	b.Queue(fmt.Sprintf(newestQuery, each)).Query(func(rows pgx.Rows) (err error) {
		newest, err = collect(rows, scanListed)
		return err
	})
	if err := d.send(ctx, b); err != nil {
		return nil, err
	}
	bySpace := map[id.Space][]publication.Listed{}
	for _, item := range newest {
		bySpace[item.Space] = append(bySpace[item.Space], item)
	}
	for i := range shelves {
		shelves[i].Latest = bySpace[shelves[i].Place.ID]
	}
	return shelves, nil
}

// List reads a page of a space, newest first.
func (d *Door) List(ctx context.Context, v publication.Viewer, slug string, after publication.Position, limit int, moment time.Time) (publication.Place, []publication.Listed, error) {
	var place publication.Place
	var items []publication.Listed
	at, last := before(after)
	b := beginAt(v, moment)
	b.Queue(placeQuery, slug).QueryRow(func(row pgx.Row) error { return row.Scan(placeFields(&place)...) })
	b.Queue(pressDirectorQuery, slug).Query(func(rows pgx.Rows) error {
		named, err := collect(rows, scanPressDirector)
		place.PressDirector = strings.Join(named, "") // one, or nobody
		return err
	})
	b.Queue(fmt.Sprintf(listQuery, limit), slug, at, last).Query(func(rows pgx.Rows) (err error) {
		items, err = collect(rows, scanCounted)
		return err
	})
	err := d.send(ctx, b)
	return place, items, err
}

// Thread reads a contribution and a page of what answers it, oldest first.
func (d *Door) Thread(ctx context.Context, v publication.Viewer, c id.Contribution, after publication.Position, limit int) (publication.Place, publication.Published, []publication.Published, error) {
	var place publication.Place
	var top publication.Published
	var below []publication.Published
	at := pgtype.Timestamptz{Time: after.At, Valid: true}
	if after.IsZero() {
		at.InfinityModifier = pgtype.NegativeInfinity
	}
	b := begin(v)
	b.Queue(contributionQuery, c.UUID).QueryRow(func(row pgx.Row) error {
		return scanPublished(row, &top, append(placeFields(&place), &top.Contributors)...)
	})
	b.Queue(fmt.Sprintf(belowQuery, limit), c.UUID, at, after.ID.UUID).Query(func(rows pgx.Rows) (err error) {
		below, err = collect(rows, func(rows pgx.Rows, p *publication.Published) error { return scanPublished(rows, p) })
		return err
	})
	err := d.send(ctx, b)
	return place, top, below, err
}

// Latest reads what is newest of a space, or of every space that the viewer may read.
func (d *Door) Latest(ctx context.Context, v publication.Viewer, slug string, limit int) (publication.Place, []publication.Published, error) {
	var place publication.Place
	var texts []publication.Published
	b := begin(v)
	if slug != "" {
		b.Queue(placeQuery, slug).QueryRow(func(row pgx.Row) error { return row.Scan(placeFields(&place)...) })
	}
	b.Queue(fmt.Sprintf(latestQuery, limit), slug).Query(func(rows pgx.Rows) (err error) {
		texts, err = collect(rows, scanMarked)
		return err
	})
	err := d.send(ctx, b)
	return place, texts, err
}

// begin opens a pipeline with who looks, and where.
func begin(v publication.Viewer) *pgx.Batch {
	b := new(pgx.Batch)
	b.Queue(setQuery, v.Tenant.String(), strings.Join(v.Scopes, ","))
	return b
}

// beginAt is begin at a moment, by which consents are valid or not, and people belong to the establishment or not.
func beginAt(v publication.Viewer, at time.Time) *pgx.Batch {
	b := new(pgx.Batch)
	b.Queue(momentQuery, v.Tenant.String(), strings.Join(v.Scopes, ","), at.UTC().Format(time.RFC3339Nano))
	return b
}

// send carries a pipeline out, in one round trip.
func (d *Door) send(ctx context.Context, b *pgx.Batch) error {
	return translate(d.pool.SendBatch(ctx, b).Close())
}

// before is the bound of a list that is read backwards in time.
func before(p publication.Position) (pgtype.Timestamptz, [16]byte) {
	if p.IsZero() {
		return pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}, p.ID.UUID
	}
	return pgtype.Timestamptz{Time: p.At, Valid: true}, p.ID.UUID
}

// raw is where the driver may write an id without a detour through its text.
func raw[K any](i *id.ID[K]) *[16]byte { return (*[16]byte)(&i.UUID) }

func collect[T any](rows pgx.Rows, scan func(pgx.Rows, *T) error) ([]T, error) {
	defer rows.Close()
	var all []T
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

func placeFields(p *publication.Place) []any {
	return []any{
		raw(&p.ID), &p.Slug, &p.Title, &p.Description, &p.Kind, &p.Mode, &p.Audience, &p.Status, &p.Scope, &p.Frozen, label{&p.Mode, &p.Label},
	}
}

// scanPressDirector scans what pressDirectorQuery selects, as the byline that it is shown as.
func scanPressDirector(rows pgx.Rows, byline *string) error {
	var p directory.Person
	var profile directory.Profile
	err := rows.Scan(&p.GivenName, &p.FamilyName, &profile)
	*byline = p.Byline(profile)
	return err
}

// label is where ownLabel is scanned to, after the mode that says whether there is
// to be one (R13).
type label struct {
	mode *workflow.Mode
	text *string
}

// Scan takes what is stored. What is not, or is no label any more, means the default.
func (l label) Scan(stored any) error {
	if *l.mode == workflow.Pre {
		*l.text = ""
		return nil
	}
	own, _ := stored.(string)
	values, _ := settings.Load(map[string]json.RawMessage{settings.PersonalLabel.Key(): json.RawMessage(own)})
	*l.text = settings.PersonalLabel.Of(values)
	return nil
}

// line is what lineColumns select, before it is a Published.
type line struct{ attributions, hash []byte }

func (l *line) fields(p *publication.Published) []any {
	return []any{
		raw(&p.ID), raw(&p.Space), raw(&p.Parent), &p.Kind, &p.Exposure, &p.Number, &p.Slug, &p.Title, &p.Excerpt, &p.Byline, &p.Language,
		&l.attributions, &l.hash, &p.Reviewed, &p.PublishedAt, &p.UpdatedAt,
	}
}

func (l *line) finish(p *publication.Published) error {
	p.PublishedAt, p.UpdatedAt = p.PublishedAt.UTC(), p.UpdatedAt.UTC()
	copy(p.Hash[:], l.hash)
	if len(l.attributions) <= len("[]") {
		return nil
	}
	if err := json.Unmarshal(l.attributions, &p.Attributions); err != nil {
		return fmt.Errorf("decode attributions of %s: %w", p.ID, err)
	}
	return nil
}

// scanPublished scans textColumns, after what is ahead of them.
func scanPublished(row pgx.Row, p *publication.Published, ahead ...any) error {
	var l line
	var html string
	var frames, replies []byte
	if err := row.Scan(append(append(ahead, l.fields(p)...), &html, &p.Reference, &frames, &p.Suggested, &replies)...); err != nil {
		return err
	}
	p.HTML = publication.StoredHTML(html)
	if len(frames) > len("[]") {
		if err := json.Unmarshal(frames, &p.Frames); err != nil {
			return fmt.Errorf("decode the frames of %s: %w", p.ID, err)
		}
	}
	if err := scanReplies(replies, p); err != nil {
		return err
	}
	return l.finish(p)
}

// scanReplies reads what reading_reply has of a contribution; NULL where there is none.
func scanReplies(text []byte, p *publication.Published) error {
	if len(text) == 0 {
		return nil
	}
	if err := json.Unmarshal(text, &p.Inserted); err != nil {
		return fmt.Errorf("decode the replies to %s: %w", p.ID, err)
	}
	for i := range p.Inserted {
		r := &p.Inserted[i]
		r.ShownFrom, r.MessageAt, r.MessageUntil = r.ShownFrom.UTC(), r.MessageAt.UTC(), r.MessageUntil.UTC()
	}
	return nil
}

// scanMarked scans what latestQuery selects.
func scanMarked(rows pgx.Rows, p *publication.Published) error {
	var mode workflow.Mode
	return scanPublished(rows, p, &mode, label{&mode, &p.Label})
}

func scanListed(rows pgx.Rows, item *publication.Listed) error {
	var l line
	if err := rows.Scan(l.fields(&item.Published)...); err != nil {
		return err
	}
	item.LastAt = item.PublishedAt.UTC()
	return l.finish(&item.Published)
}

func scanCounted(rows pgx.Rows, item *publication.Listed) error {
	var l line
	if err := rows.Scan(append(l.fields(&item.Published), &item.Replies, &item.LastAt)...); err != nil {
		return err
	}
	item.LastAt = item.LastAt.UTC()
	return l.finish(&item.Published)
}
