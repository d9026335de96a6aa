package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/publication"
)

var _ publication.LegalTx = (*Tx)(nil)

// legalRow is what the information pages say, as JSON; what is not there is null.
type legalRow struct {
	Legal *struct {
		Version   int64                  `json:"version"`
		Facts     publication.LegalFacts `json:"facts"`
		WrittenAt time.Time              `json:"written_at"`
	} `json:"legal"`
	Charter  *charterRow `json:"charter"`
	Director *struct {
		GivenName  string                     `json:"given_name"`
		FamilyName string                     `json:"family_name"`
		Capacity   directory.DirectorCapacity `json:"capacity"`
	} `json:"director"`
	Pause *struct {
		PauseID id.Pause  `json:"pause_id"`
		Since   time.Time `json:"since"`
	} `json:"pause"`
	Name string `json:"name"`
}

// charterRow is a row of charter, as JSON with its hash in digits.
type charterRow struct {
	Version   int64            `json:"version"`
	Title     string           `json:"title"`
	HTML      string           `json:"html"`
	Digest    publication.Hash `json:"digest"`
	AdoptedOn string           `json:"adopted_on"`
	WrittenBy id.Person        `json:"written_by"`
	WrittenAt time.Time        `json:"written_at"`
	Name      string           `json:"name"`
}

func (r charterRow) domain() (publication.Charter, error) {
	adopted, err := time.Parse(time.DateOnly, r.AdoptedOn)
	if err != nil {
		return publication.Charter{}, fmt.Errorf("decode charter: %w", err)
	}
	return publication.Charter{
		Version: r.Version, Title: r.Title, HTML: publication.StoredHTML(r.HTML), Hash: r.Digest, AdoptedOn: adopted, WrittenAt: r.WrittenAt.UTC(),
	}, nil
}

func (r legalRow) domain() (publication.Legal, error) {
	l := publication.Legal{Name: r.Name}
	if r.Legal != nil {
		l.Version, l.Facts, l.WrittenAt = r.Legal.Version, r.Legal.Facts, r.Legal.WrittenAt.UTC()
	}
	if r.Director != nil {
		head := directory.Person{GivenName: r.Director.GivenName, FamilyName: r.Director.FamilyName}
		l.Director = publication.Directing{Name: head.FullName(), Capacity: r.Director.Capacity}
	}
	if r.Pause != nil {
		l.Pause = publication.Pause{ID: r.Pause.PauseID, Since: r.Pause.Since.UTC()}
	}
	if r.Charter == nil {
		return l, nil
	}
	var err error
	l.Charter, err = r.Charter.domain()
	return l, err
}

// LockLegal keeps others waiting. There may be no row yet to lock.
func (tx *Tx) LockLegal(ctx context.Context) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('legal ' || current_tenant(), 0))`)
	return translate(err)
}

// ShareLegal keeps LockLegal waiting, and nobody else who shares.
func (tx *Tx) ShareLegal(ctx context.Context) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT pg_advisory_xact_lock_shared(hashtextextended('legal ' || current_tenant(), 0))`)
	return translate(err)
}

// charterJSON is a row of charter, with its hash in digits.
const charterJSON = `to_jsonb(c) - 'hash' || jsonb_build_object('digest', encode(c.hash, 'hex'))`

// Legal reads what the information pages say at a moment.
func (tx *Tx) Legal(ctx context.Context, now time.Time) (publication.Legal, error) {
	const statement = `SELECT jsonb_build_object('name', t.name,
			'legal', (SELECT to_jsonb(l) FROM legal l ORDER BY l.version DESC LIMIT 1),
			'charter', (SELECT ` + charterJSON + ` FROM charter c ORDER BY c.version DESC LIMIT 1),
			'director', (SELECT to_jsonb(p) || to_jsonb(d) FROM director d JOIN person p ON p.person_id = d.person_id
				WHERE d.during @> $1::timestamptz ORDER BY d.capacity = 'head' DESC, lower(d.during) DESC LIMIT 1),
			'pause', (SELECT to_jsonb(p) FROM public_pause p WHERE p.ended_at IS NULL))
		FROM tenant t WHERE t.tenant_id = current_tenant()`
	var text []byte
	if err := tx.conn.QueryRowContext(ctx, statement, now).Scan(&text); err != nil {
		return publication.Legal{}, translate(err)
	}
	var row legalRow
	if err := json.Unmarshal(text, &row); err != nil {
		return publication.Legal{}, fmt.Errorf("decode information pages: %w", err)
	}
	return row.domain()
}

// PublicSpaces reports whether any space is open to the public web.
func (tx *Tx) PublicSpaces(ctx context.Context) (bool, error) {
	var public bool
	err := tx.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM space WHERE audience = 'public_web' AND status <> '')`).Scan(&public)
	return public, translate(err)
}

// BeginPause keeps a pause, and announces the establishment's pages with the commit.
func (tx *Tx) BeginPause(ctx context.Context, p publication.Pause) error {
	if _, err := tx.conn.ExecContext(ctx, `INSERT INTO public_pause (pause_id, tenant_id, since) VALUES ($1, $2, $3)`, p.ID, tx.tenant, p.Since.UTC()); err != nil {
		return translate(err)
	}
	return tx.announceHouse(ctx)
}

// EndPause ends a pause, and announces the establishment's pages with the commit.
func (tx *Tx) EndPause(ctx context.Context, pause id.Pause, now time.Time) error {
	if err := tx.one(ctx, directory.ErrNotFound, `UPDATE public_pause SET ended_at = $2 WHERE pause_id = $1 AND ended_at IS NULL`, pause, now.UTC()); err != nil {
		return err
	}
	return tx.announceHouse(ctx)
}

// PublicHouses lists the establishments with something that is open to the public web, or was until a pause
// that lasts.
func (db *DB) PublicHouses(ctx context.Context) ([]id.Tenant, error) {
	rows, err := db.worker.Query(ctx, `SELECT tenant_id FROM space WHERE audience = 'public_web' AND status <> ''
		UNION SELECT tenant_id FROM public_pause WHERE ended_at IS NULL ORDER BY tenant_id`)
	if err != nil {
		return nil, fmt.Errorf("look for establishments with public spaces: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[id.Tenant])
	if err != nil {
		return nil, fmt.Errorf("look for establishments with public spaces: %w", err)
	}
	return list, nil
}

// InsertLegal adds a version, and announces the establishment's pages with the commit.
func (tx *Tx) InsertLegal(ctx context.Context, version int64, facts publication.LegalFacts, by id.Person, at time.Time) error {
	text, err := json.Marshal(facts)
	if err != nil {
		return fmt.Errorf("encode information pages: %w", err)
	}
	const statement = `INSERT INTO legal (tenant_id, version, facts, written_by, written_at) VALUES ($1, $2, $3, $4, $5)`
	if _, err := tx.conn.ExecContext(ctx, statement, tx.tenant, version, string(text), by, at.UTC()); err != nil {
		return translate(err)
	}
	return tx.announceHouse(ctx)
}

// InsertCharter adds a version, and announces the establishment's pages with the commit.
func (tx *Tx) InsertCharter(ctx context.Context, c publication.Charter, by id.Person) error {
	const statement = `INSERT INTO charter (tenant_id, version, title, html, hash, adopted_on, written_by, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	_, err := tx.conn.ExecContext(ctx, statement, tx.tenant, c.Version, c.Title, c.HTML.String(), c.Hash, c.AdoptedOn, by, c.WrittenAt.UTC())
	if err != nil {
		return translate(err)
	}
	return tx.announceHouse(ctx)
}

// announceHouse has every page of the establishment read again, from the commit on.
func (tx *Tx) announceHouse(ctx context.Context) error {
	house := Reading{Tenant: tx.tenant}
	tx.committed.Readings = append(tx.committed.Readings, house)
	return tx.Announce(ctx, house)
}

// LegalVersions lists what was ever written, the latest first.
func (tx *Tx) LegalVersions(ctx context.Context, limit int) ([]publication.LegalVersion, error) {
	rows, err := all[struct {
		Version   int64                  `json:"version"`
		Facts     publication.LegalFacts `json:"facts"`
		WrittenBy id.Person              `json:"written_by"`
		WrittenAt time.Time              `json:"written_at"`
		Name      string                 `json:"name"`
	}](ctx, tx, `SELECT to_jsonb(l) || jsonb_build_object('name', p.given_name || ' ' || p.family_name)
		FROM legal l LEFT JOIN person p ON p.person_id = l.written_by ORDER BY l.version DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("read versions of the information pages: %w", err)
	}
	list := make([]publication.LegalVersion, len(rows))
	for i, r := range rows {
		list[i] = publication.LegalVersion{Version: r.Version, Facts: r.Facts, By: r.WrittenBy, ByName: r.Name, At: r.WrittenAt.UTC()}
	}
	return list, nil
}

// CharterVersions lists what was ever written, the latest first.
func (tx *Tx) CharterVersions(ctx context.Context, limit int) ([]publication.CharterVersion, error) {
	rows, err := all[charterRow](ctx, tx, `SELECT `+charterJSON+` || jsonb_build_object('name', p.given_name || ' ' || p.family_name)
		FROM charter c LEFT JOIN person p ON p.person_id = c.written_by ORDER BY c.version DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("read versions of the charter: %w", err)
	}
	list := make([]publication.CharterVersion, len(rows))
	for i, r := range rows {
		charter, err := r.domain()
		if err != nil {
			return nil, err
		}
		list[i] = publication.CharterVersion{Charter: charter, By: r.WrittenBy, ByName: r.Name}
	}
	return list, nil
}

const legalQuery = `SELECT jsonb_build_object('name', t.name,
		'legal', (SELECT to_jsonb(l) FROM reading_legal l),
		'charter', (SELECT ` + charterJSON + ` FROM reading_charter c),
		'director', (SELECT to_jsonb(d) FROM reading_director d)),
	(SELECT coalesce(jsonb_object_agg(s.key, s.value), '{}') FROM reading_setting s),
	coalesce((SELECT a.name FROM reading_authority a), ''),
	(SELECT coalesce(jsonb_agg(r.year ORDER BY r.year DESC), '[]') FROM reading_transparency r), t.tenant_id, t.uai, t.name, t.city, t.time_zone, t.level
	FROM reading_tenant t`

// Legal reads what the information pages say, and what they are made of. A value that is
// stored and no good means the default.
func (d *Door) Legal(ctx context.Context, v publication.Viewer, at time.Time) (publication.LegalPage, error) {
	var row legalRow
	var stored map[string]json.RawMessage
	var page publication.LegalPage
	b := beginAt(v, at)
	b.Queue(legalQuery).QueryRow(func(r pgx.Row) error {
		h := &page.House
		return r.Scan(&row, &stored, &page.Authority, &page.Reports, raw(&h.Tenant), &h.UAI, &h.Name, &h.City, &h.TimeZone, &h.Level)
	})
	if err := d.send(ctx, b); err != nil {
		return publication.LegalPage{}, err
	}
	page.Values, _ = settings.Load(stored)
	var err error
	page.Legal, err = row.domain()
	return page, err
}

// Transparency reads the transparency report of a year as it was published.
func (d *Door) Transparency(ctx context.Context, v publication.Viewer, year int) (publication.PublicReport, error) {
	var report publication.PublicReport
	b := begin(v)
	b.Queue(`SELECT report::text, published_at FROM reading_transparency WHERE year = $1`, year).QueryRow(func(r pgx.Row) error {
		return r.Scan(&report.Document, &report.PublishedAt)
	})
	return report, d.send(ctx, b)
}
