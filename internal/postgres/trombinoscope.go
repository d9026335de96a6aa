package postgres

import (
	"context"
	_ "embed" // the statement
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

var _ imageconsent.TrombinoscopeTx = (*Tx)(nil)

//go:embed album.sql
var albumSQL string

// classmateRow is one of the members that album.sql gives.
type classmateRow struct {
	Person       id.Person              `json:"person"`
	Name         string                 `json:"name"`
	Pupil        bool                   `json:"pupil"`
	Consent      *id.Consent            `json:"consent"`
	Status       workflow.ConsentStatus `json:"status"`
	Request      *id.Request            `json:"request"`
	TakenFrom    *day                   `json:"taken_from"`
	TakenTo      *day                   `json:"taken_to"`
	Decided      *time.Time             `json:"decided"`
	Waiting      []string               `json:"waiting"`
	Covered      bool                   `json:"covered"`
	PaperStatus  workflow.ConsentStatus `json:"paper_status"`
	PaperRequest *id.Request            `json:"paper_request"`
	PaperDecided *time.Time             `json:"paper_decided"`
	Photo        *id.Photo              `json:"photo"`
	Taken        *day                   `json:"taken"`
	Uploaded     time.Time              `json:"uploaded"`
	Joined       bool                   `json:"joined"`
	PhotoStatus  workflow.PhotoStatus   `json:"photo_status"`
	PhotoVersion int64                  `json:"photo_version"`
	Problem      imageconsent.Problem   `json:"problem"`
	Alone        bool                   `json:"alone"`
}

func (r classmateRow) domain() imageconsent.Classmate {
	return imageconsent.Classmate{
		Person: r.Person, Name: r.Name, Pupil: r.Pupil, Consent: deref(r.Consent), Status: r.Status, Request: deref(r.Request), Decided: deref(r.Decided),
		TakenFrom: time.Time(deref(r.TakenFrom)), TakenTo: time.Time(deref(r.TakenTo)),
		Waiting: r.Waiting, Covered: r.Covered,
		OnPaper: imageconsent.Asking{Status: r.PaperStatus, Request: deref(r.PaperRequest), Decided: deref(r.PaperDecided)},
		Portrait: imageconsent.Portrait{
			Photo: deref(r.Photo), Status: r.PhotoStatus, Version: r.PhotoVersion, Problem: r.Problem, Alone: r.Alone,
			Joined: r.Joined, Days: imageconsent.Days{Taken: time.Time(deref(r.Taken)), Uploaded: r.Uploaded.UTC()},
		},
	}
}

// Album reads a group's trombinoscope in the making.
func (tx *Tx) Album(ctx context.Context, group id.Group, readers imageconsent.Audience, who id.Person, now time.Time) (imageconsent.Album, error) {
	var row struct {
		Name    string         `json:"name"`
		Members []classmateRow `json:"members"`
	}
	if err := tx.document(ctx, &row, albumSQL, group, readers, who, now.UTC()); err != nil {
		return imageconsent.Album{}, fmt.Errorf("read album of %s: %w", group, err)
	}
	album := imageconsent.Album{Group: group, Name: row.Name, Readers: readers, Members: make([]imageconsent.Classmate, len(row.Members))}
	for i, m := range row.Members {
		album.Members[i] = m.domain()
		album.Pending = album.Pending || m.PhotoStatus == workflow.Preparing
	}
	return album, nil
}

// PortraitSeries finds somebody's series of portraits of a group, or begins it.
func (tx *Tx) PortraitSeries(ctx context.Context, s imageconsent.Series) (id.Series, error) {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO photo_series (series_id, tenant_id, title, created_by, group_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (created_by, group_id) WHERE group_id IS NOT NULL DO NOTHING`, s.ID, tx.tenant, s.Title, s.By, s.Group, s.CreatedAt)
	if err != nil {
		return id.Series{}, translate(err)
	}
	var series id.Series
	err = tx.conn.QueryRowContext(ctx, `SELECT series_id FROM photo_series WHERE created_by = $1 AND group_id = $2`, s.By, s.Group).Scan(&series)
	return series, translate(err)
}

const (
	classesQuery = `SELECT group_id, name, kind = 'class', audience FROM reading_class ORDER BY kind <> 'class', name, group_id`
	classQuery   = `SELECT group_id, name, kind = 'class', audience FROM reading_class WHERE group_id = $1`
	// With the latest portrait that may be seen, of each.
	classmatesQuery = `SELECT m.person_id, m.given_name, m.family_name, m.capacity = 'pupil', coalesce(b.photo_id, '00000000-0000-0000-0000-000000000000'),
			coalesce(b.width, 0), coalesce(b.height, 0), coalesce(b.printable, false)
		FROM reading_classmate m LEFT JOIN LATERAL (SELECT p.photo_id, p.width, p.height, p.printable FROM reading_portrait p
			WHERE p.group_id = m.group_id AND p.person_id = m.person_id AND p.size = 'standard' ORDER BY p.photo_id DESC LIMIT 1) b ON true
		WHERE m.group_id = $1 ORDER BY m.capacity <> 'pupil', m.sorted, m.person_id`
	portraitQuery = `SELECT size, format, file, bytes, width, height, sha256 FROM reading_portrait
		WHERE group_id = $1 AND photo_id = $2 AND size IN ($3, CASE WHEN $3 = 'double' THEN 'standard' END)
		ORDER BY size = $3 DESC LIMIT 1`
)

// Classes lists the groups whose trombinoscopes the viewer may open.
func (d *Door) Classes(ctx context.Context, v publication.Viewer) ([]publication.Class, error) {
	var classes []publication.Class
	b := begin(v)
	b.Queue(classesQuery).Query(func(rows pgx.Rows) (err error) {
		classes, err = collect(rows, func(rows pgx.Rows, c *publication.Class) error { return rows.Scan(classFields(c)...) })
		return err
	})
	return classes, d.send(ctx, b)
}

func classFields(c *publication.Class) []any {
	return []any{raw(&c.Group), &c.Name, &c.Class, &c.Readers}
}

// Trombinoscope reads everybody of a group, with the portraits that may be seen then.
func (d *Door) Trombinoscope(ctx context.Context, v publication.Viewer, group id.Group, at time.Time) (publication.TrombinoscopePage, error) {
	var page publication.TrombinoscopePage
	b := beginAt(v, at)
	b.Queue(classQuery, group.UUID).QueryRow(func(row pgx.Row) error { return row.Scan(classFields(&page.Class)...) })
	b.Queue(classmatesQuery, group.UUID).Query(func(rows pgx.Rows) (err error) {
		page.Members, err = collect(rows, func(rows pgx.Rows, f *publication.Face) error {
			return rows.Scan(raw(&f.Person), &f.GivenName, &f.FamilyName, &f.Pupil, raw(&f.Photo), &f.Width, &f.Height, &f.Printable)
		})
		return err
	})
	return page, d.send(ctx, b)
}

// Portrait finds a portrait's file by asking every fact that it may be seen by.
func (d *Door) Portrait(ctx context.Context, v publication.Viewer, group id.Group, photo id.Photo, size imageconsent.Size, at time.Time) (imageconsent.File, error) {
	var f imageconsent.File
	b := beginAt(v, at)
	b.Queue(portraitQuery, group.UUID, photo.UUID, string(size)).QueryRow(func(row pgx.Row) error { return scanFile(row, &f) })
	return f, d.send(ctx, b)
}
