package postgres

import (
	"context"
	_ "embed" // the statement
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/moderation"
)

//go:embed reported.sql
var reportedSQL string

// Reported finds what a report is about.
func (tx *Tx) Reported(ctx context.Context, who actor.Actor, contribution id.Contribution, photo id.Photo, now time.Time) (moderation.Found, error) {
	return tx.reported(ctx, reportedSQL, contribution, nullable(who.Person), nullable(photo), now.UTC())
}

// ReportedPortrait finds a portrait of a trombinoscope that a report is about.
func (tx *Tx) ReportedPortrait(ctx context.Context, who actor.Actor, photo id.Photo, now time.Time) (moderation.Found, error) {
	return tx.reported(ctx, `SELECT x FROM portrait_reported($1, $2, $3) x WHERE x IS NOT NULL`, photo, nullable(who.Person), now.UTC())
}

// reported reads what a statement finds, as JSON.
func (tx *Tx) reported(ctx context.Context, statement string, args ...any) (moderation.Found, error) {
	var row struct {
		Contribution *id.Contribution     `json:"contribution"`
		Photo        *id.Photo            `json:"photo"`
		Space        *id.Space            `json:"space"`
		Author       id.Person            `json:"author"`
		Title        string               `json:"title"`
		Revision     *id.Revision         `json:"revision"`
		Minors       bool                 `json:"minors"`
		Exhibit      moderation.Exhibit   `json:"exhibit"`
		Concerns     []moderation.Concern `json:"concerns"`
		Staff        []personRow          `json:"staff"`
	}
	if err := tx.document(ctx, &row, statement, args...); err != nil {
		return moderation.Found{}, err
	}
	found := moderation.Found{
		Target:   moderation.Target{Contribution: deref(row.Contribution), Photo: deref(row.Photo), Space: deref(row.Space), Author: row.Author, Title: row.Title},
		Revision: deref(row.Revision), Exhibit: row.Exhibit, Minors: row.Minors, Concerns: row.Concerns,
		Staff: persons(row.Staff),
	}
	return found, nil
}

func persons(rows []personRow) []directory.Person {
	list := make([]directory.Person, len(rows))
	for i, row := range rows {
		list[i] = row.domain()
	}
	return list
}

// Concerned lists whom an exact text concerns.
func (tx *Tx) Concerned(ctx context.Context, text id.Revision, photo id.Photo) ([]moderation.Concern, error) {
	var list []moderation.Concern
	err := tx.document(ctx, &list, `SELECT coalesce(jsonb_agg(jsonb_build_object('person', x.person_id, 'cause', x.cause)), '[]') FROM concerned_by($1, $2) x`,
		text, nullable(photo))
	return list, err
}

// Staff lists who may come to examine a case here.
func (tx *Tx) Staff(ctx context.Context, space id.Space, now time.Time) ([]directory.Person, error) {
	var rows []personRow
	err := tx.document(ctx, &rows, `SELECT staff_of(current_tenant(), $1, $2)`, nullable(space), now.UTC())
	return persons(rows), err
}

// AddConcerns keeps whom a case concerns besides.
func (tx *Tx) AddConcerns(ctx context.Context, c id.Case, concerns []moderation.Concern) error {
	if len(concerns) == 0 {
		return nil
	}
	text, err := json.Marshal(concerns)
	if err != nil {
		return fmt.Errorf("encode concerns: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, `SELECT add_concerns($1, $2::jsonb)`, c, string(text))
	return translate(err)
}

// Examined reports whether a case that is not over is about a contribution.
func (tx *Tx) Examined(ctx context.Context, c id.Contribution) (bool, error) {
	var yes bool
	err := tx.conn.QueryRowContext(ctx, `SELECT examined($1)`, c).Scan(&yes)
	return yes, translate(err)
}

// ConcernAnew keeps whom the cases about a contribution concern from now on.
func (tx *Tx) ConcernAnew(ctx context.Context, c id.Contribution, concerns []moderation.Concern, now time.Time) error {
	text, err := json.Marshal(append([]moderation.Concern{}, concerns...))
	if err != nil {
		return fmt.Errorf("encode concerns: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, `SELECT concern_anew($1, $2::jsonb, $3)`, c, string(text), now.UTC())
	return translate(err)
}

// Placed finds the contribution that shows a picture, or what the case of a reference is about.
func (tx *Tx) Placed(ctx context.Context, photo id.Photo, reference string) (c id.Contribution, p id.Photo, err error) {
	var shown *id.Photo
	err = tx.conn.QueryRowContext(ctx, `SELECT contribution_id, photo_id FROM placed($1, $2) WHERE contribution_id IS NOT NULL`,
		nullable(photo), reference).Scan(&c, &shown)
	return c, deref(shown), translate(err)
}

// OpenCase finds the case under way about the same and locks it, or writes this one.
func (tx *Tx) OpenCase(ctx context.Context, c moderation.Case, minors bool) (moderation.Case, bool, error) {
	doc, err := json.Marshal(newCaseRow(c, minors))
	if err != nil {
		return c, false, fmt.Errorf("encode case: %w", err)
	}
	var row struct {
		Case   caseRow `json:"case"`
		Opened bool    `json:"opened"`
	}
	err = tx.document(ctx, &row, `SELECT open_case($1::jsonb)`, string(doc))
	return row.Case.domain(), row.Opened, err
}

// AddReport writes what one person reported.
func (tx *Tx) AddReport(ctx context.Context, r moderation.Report, secret, form [32]byte) error {
	doc, err := json.Marshal(newReportRow(r))
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	var typed []byte
	if form != ([32]byte{}) {
		typed = form[:]
	}
	_, err = tx.conn.ExecContext(ctx, `SELECT add_report($1::jsonb, $2, $3)`, string(doc), secret[:], typed)
	return translate(err)
}

// SentAs is the hash of the form of a secret.
func (tx *Tx) SentAs(ctx context.Context, secret [32]byte) (form [32]byte, err error) {
	var hash []byte
	err = tx.conn.QueryRowContext(ctx, `SELECT form FROM report_secret WHERE secret = $1 AND form IS NOT NULL`, secret[:]).Scan(&hash)
	copy(form[:], hash)
	return form, translate(err)
}

// AddEvidence keeps what the content was, and whom it concerns.
func (tx *Tx) AddEvidence(ctx context.Context, c id.Case, e moderation.Evidence, concerns []moderation.Concern) error {
	exhibit, err := json.Marshal(e.Exhibit)
	if err != nil {
		return fmt.Errorf("encode exhibit: %w", err)
	}
	row := map[string]any{
		"evidence_id": id.New[id.Entry](), "case_id": c, "revision_id": nullable(e.Revision), "document": string(exhibit),
		"hash": fmt.Sprintf(`\x%x`, e.Hash), "photos": photosOf(e.Exhibit), "sealed": e.Sealed, "taken_at": e.TakenAt.UTC(),
	}
	doc, err := json.Marshal(row)
	if err != nil {
		return fmt.Errorf("encode evidence: %w", err)
	}
	named, err := json.Marshal(append([]moderation.Concern{}, concerns...))
	if err != nil {
		return fmt.Errorf("encode concerns: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, `SELECT add_evidence($1::jsonb, $2::jsonb)`, string(doc), string(named))
	return translate(err)
}

func photosOf(e moderation.Exhibit) []id.Photo {
	photos := make([]id.Photo, len(e.Pictures))
	for i, p := range e.Pictures {
		photos[i] = p.Photo
	}
	return photos
}

// Aggravate makes a locked case as grave as it says.
func (tx *Tx) Aggravate(ctx context.Context, c moderation.Case, messages []outbox.Message) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT aggravate_case($1, $2, $3::smallint, $4, $5, $6)`, c.ID, c.Ground, int(c.Severity), c.DueAt.UTC(),
		c.EscalateAt.UTC(), c.Authority)
	if err != nil {
		return translate(err)
	}
	return tx.promise(ctx, c.ID, messages, false)
}

// Contested reports whether a decision was appealed before.
func (tx *Tx) Contested(ctx context.Context, disputed uuid.UUID) (bool, error) {
	var known bool
	err := tx.conn.QueryRowContext(ctx, `SELECT contested($1)`, disputed).Scan(&known)
	return known, translate(err)
}

// CountReports counts what somebody has reported here since then.
func (tx *Tx) CountReports(ctx context.Context, who id.Person, since time.Time) (int, error) {
	var count int
	err := tx.conn.QueryRowContext(ctx, `SELECT reports_since($1, $2)`, who, since.UTC()).Scan(&count)
	return count, translate(err)
}

// ReportIn reads one report of a case.
func (tx *Tx) ReportIn(ctx context.Context, c id.Case, r id.Report) (moderation.Report, error) {
	var row reportRow
	err := tx.document(ctx, &row, `SELECT to_jsonb(r) FROM report r WHERE r.report_id = $2 AND r.case_id = $1`, c, r)
	return row.domain(), err
}

// Unwritten reads reports of a case to which a letter is to be written yet. Whoever reported
// after a ruling has none of it.
func (tx *Tx) Unwritten(ctx context.Context, c id.Case, r moderation.Ruling, limit int) ([]moderation.Report, error) {
	var rows []reportRow
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.report_id), '[]') FROM (
			SELECT r.* FROM report r WHERE r.case_id = $1 AND ($3::timestamptz IS NULL OR r.reported_at <= $3)
				AND NOT EXISTS (SELECT 1 FROM case_letter l WHERE l.cause = coalesce($2::uuid, r.report_id) AND l.party = 'reporter' AND l.report_id = r.report_id)
			ORDER BY r.report_id LIMIT $4) x`, c, nullable(r.ID), nullTime(r.At), limit)
	return reportsOf(rows), err
}

// AuthorOf tells whose a contribution is.
func (tx *Tx) AuthorOf(ctx context.Context, c id.Contribution) (id.Person, error) {
	var author id.Person
	err := tx.conn.QueryRowContext(ctx, `SELECT author_id FROM contribution WHERE contribution_id = $1`, c).Scan(&author)
	return author, translate(err)
}

var _ moderation.CaseFinder = (*DB)(nil)

const reportPlace = `SELECT r.tenant_id, r.case_id, r.report_id, coalesce(r.person_id, '00000000-0000-0000-0000-000000000000'), `

func (db *DB) reportPlace(ctx context.Context, from string, arg any) (moderation.ReportPlace, error) {
	var p moderation.ReportPlace
	err := db.worker.QueryRow(ctx, reportPlace+from, arg).Scan(&p.Tenant, &p.Case, &p.Report, &p.Person, &p.Proves)
	return p, translate(err)
}

// ReportOf finds the report of a follow-up secret's hash, by the worker's role: who handles
// it is not known yet.
func (db *DB) ReportOf(ctx context.Context, secret [32]byte) (moderation.ReportPlace, error) {
	return db.reportPlace(ctx, `s.mailed AND r.proved_at IS NULL AND r.person_id IS NULL
		FROM report r JOIN report_secret s ON s.report_id = r.report_id WHERE s.secret = $1`, secret[:])
}

// PlaceOfReport finds a report by its id.
func (db *DB) PlaceOfReport(ctx context.Context, report id.Report) (moderation.ReportPlace, error) {
	return db.reportPlace(ctx, `false FROM report r WHERE r.report_id = $1`, report)
}

// ReportsBy lists what somebody has reported, the newest first.
func (db *DB) ReportsBy(ctx context.Context, who id.Person, before id.Report, limit int) ([]moderation.Filing, error) {
	rows, err := db.worker.Query(ctx, `SELECT status, coalesce(viewed_at, '0001-01-01Z'), coalesce(appeal_until, '0001-01-01Z'), reported_at,
			coalesce(asked, false), appealing, report_id, reference, title, due_at FROM filed_by($1, $2, $3)`,
		who, nullable(before), limit)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[moderation.Filing])
	return list, translate(err)
}

// CaseToldAs finds a case by how its author knows it.
func (db *DB) CaseToldAs(ctx context.Context, c id.AuthorCase) (found id.Case, handler id.Tenant, err error) {
	err = db.worker.QueryRow(ctx, `SELECT case_id, tenant_id FROM case_file WHERE told_as = $1`, c).Scan(&found, &handler)
	return found, handler, translate(err)
}

// CasesOf lists the cases about a contribution.
func (db *DB) CasesOf(ctx context.Context, c id.Contribution, limit int) ([]id.AuthorCase, error) {
	rows, err := db.worker.Query(ctx, `SELECT told_as FROM case_file WHERE contribution_id = $1 ORDER BY case_id DESC LIMIT $2`, c, limit)
	if err != nil {
		return nil, translate(err)
	}
	cases, err := pgx.CollectRows(rows, pgx.RowTo[id.AuthorCase])
	return cases, translate(err)
}

// LinkReport makes a follow-up address's secret good for a report that a letter is about.
func (tx *Tx) LinkReport(ctx context.Context, report id.Report, secret [32]byte) error {
	var linked bool
	if err := tx.conn.QueryRowContext(ctx, `SELECT link_report($1, $2)`, report, secret[:]).Scan(&linked); err != nil {
		return translate(err)
	}
	if !linked {
		return directory.ErrNotFound
	}
	return nil
}

// ProveAddress keeps that somebody acted with a mailed secret.
func (tx *Tx) ProveAddress(ctx context.Context, secret [32]byte, now time.Time) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT prove_address($1, $2)`, secret[:], now.UTC())
	return translate(err)
}

// DisownAddress keeps that whoever has the address did not report.
func (tx *Tx) DisownAddress(ctx context.Context, secret [32]byte, now time.Time) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT disown_address($1, $2)`, secret[:], now.UTC())
	return translate(err)
}
