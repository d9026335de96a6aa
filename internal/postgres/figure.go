package postgres

import (
	"context"
	_ "embed" // the statement
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
	"imprimatur/moderation"
)

var _ moderation.FiguresTx = (*Tx)(nil)

//go:embed figure_month.sql
var figureMonthSQL string

// CountFigures counts what happened from one moment until before another.
func (tx *Tx) CountFigures(ctx context.Context, from, until time.Time) (moderation.Counts, error) {
	counts := moderation.Counts{}
	err := tx.document(ctx, &counts, figureMonthSQL, from.UTC(), until.UTC())
	return counts, err
}

// FirstFigure is when the first thing happened that figures count.
func (tx *Tx) FirstFigure(ctx context.Context) (time.Time, error) {
	var first *time.Time
	err := tx.conn.QueryRowContext(ctx, `SELECT least((SELECT min(submitted_at) FROM revision WHERE tenant_id = current_tenant()),
		(SELECT min(opened_at) FROM case_file WHERE tenant_id = current_tenant()),
		(SELECT min(asked_at) FROM consent WHERE tenant_id = current_tenant()))`).Scan(&first)
	return deref(first), translate(err)
}

// LastFigure is the latest month that was kept.
func (tx *Tx) LastFigure(ctx context.Context) (moderation.Month, error) {
	var last *time.Time
	err := tx.conn.QueryRowContext(ctx, `SELECT max(month) FROM figure_month WHERE tenant_id = current_tenant()`).Scan(&last)
	if err != nil || last == nil {
		return moderation.Month{}, translate(err)
	}
	return moderation.MonthOf(*last, time.UTC), nil
}

// KeptFigures reads the months that were kept, from one to another.
func (tx *Tx) KeptFigures(ctx context.Context, from, to moderation.Month) (map[moderation.Month]moderation.Counts, error) {
	var rows map[string]moderation.Counts
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_object_agg(to_char(month, 'YYYY-MM'), counts), '{}') FROM figure_month
		WHERE tenant_id = current_tenant() AND month BETWEEN $1 AND $2`, from.Day(), to.Day())
	kept := make(map[moderation.Month]moderation.Counts, len(rows))
	for text, counts := range rows {
		m, err := moderation.ParseMonth(text)
		if err != nil {
			return nil, fmt.Errorf("read figures of %s: %w", text, err)
		}
		kept[m] = counts
	}
	return kept, err
}

// KeepFigures keeps a month for good; another process may have kept it before.
func (tx *Tx) KeepFigures(ctx context.Context, m moderation.Month, c moderation.Counts, now time.Time) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode figures: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, `INSERT INTO figure_month (tenant_id, month, counts, kept_at) VALUES ($1, $2, $3::jsonb, $4)
		ON CONFLICT DO NOTHING`, tx.tenant, m.Day(), string(text), now.UTC())
	return translate(err)
}

// PublishReport publishes a year's report, and announces the establishment's pages with the commit.
func (tx *Tx) PublishReport(ctx context.Context, r moderation.YearReport, by id.Person, now time.Time) (bool, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return false, fmt.Errorf("encode a report: %w", err)
	}
	done, err := tx.conn.ExecContext(ctx, `INSERT INTO transparency_report (tenant_id, year, report, published_by, published_at) VALUES ($1, $2, $3::jsonb, $4, $5)
		ON CONFLICT DO NOTHING`, tx.tenant, r.Year, string(text), by, now.UTC())
	if err != nil {
		return false, translate(err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return false, translate(err)
	}
	return true, tx.announceHouse(ctx)
}

// ReportPublishedAt is when a year's report was published.
func (tx *Tx) ReportPublishedAt(ctx context.Context, year int) (time.Time, error) {
	var at *time.Time
	err := tx.conn.QueryRowContext(ctx, `SELECT max(published_at) FROM transparency_report WHERE tenant_id = current_tenant() AND year = $1`, year).Scan(&at)
	return deref(at), translate(err)
}

// Tenants lists all establishments and authorities.
func (db *DB) Tenants(ctx context.Context) ([]id.Tenant, error) {
	rows, err := db.worker.Query(ctx, `SELECT tenant_id FROM tenant ORDER BY tenant_id`)
	if err != nil {
		return nil, fmt.Errorf("list tenants: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[id.Tenant])
}
