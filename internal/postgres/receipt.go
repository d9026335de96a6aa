package postgres

import (
	"context"
	"time"

	"imprimatur/internal/id"
)

// Unacknowledged reports whether somebody who had reported by then has no receipt.
func (tx *Tx) Unacknowledged(ctx context.Context, c id.Case, by time.Time) (bool, error) {
	var missing bool
	err := tx.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM report r WHERE r.case_id = $1 AND r.reported_at <= $2
		AND NOT EXISTS (SELECT 1 FROM case_letter l WHERE l.report_id = r.report_id AND l.kind = 'receipt'))`, c, by.UTC()).Scan(&missing)
	return missing, translate(err)
}
