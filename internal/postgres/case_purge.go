package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
)

// ClosedCases lists cases that may be purged.
func (tx *Tx) ClosedCases(ctx context.Context, before time.Time, limit int) ([]id.Case, error) {
	var list []id.Case
	err := tx.document(ctx, &list, `SELECT coalesce(jsonb_agg(x.case_id ORDER BY x.closed_at), '[]') FROM (
			SELECT f.case_id, f.closed_at FROM case_file f
			WHERE f.status = 'closed' AND f.purged_at IS NULL AND f.closed_at < $1 AND NOT case_kept(f.case_id)
			ORDER BY f.closed_at, f.case_id LIMIT $2) x`, before.UTC(), limit)
	return list, err
}

// PurgeCase forgets a closed case but for its figures.
func (tx *Tx) PurgeCase(ctx context.Context, c id.Case, now time.Time) (bool, error) {
	var did bool
	err := tx.conn.QueryRowContext(ctx, `SELECT purge_case($1, $2)`, c, now.UTC()).Scan(&did)
	return did, translate(err)
}

// CaseHouses lists the establishments and authorities that have closed cases which are not
// forgotten yet.
func (db *DB) CaseHouses(ctx context.Context) ([]id.Tenant, error) {
	rows, err := db.worker.Query(ctx, `SELECT DISTINCT tenant_id FROM case_file WHERE status = 'closed' AND purged_at IS NULL`)
	if err != nil {
		return nil, fmt.Errorf("look for closed cases: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[id.Tenant])
}
