package postgres

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

const (
	readDenials = `SELECT denial_id, person_id, action, rule, at, coalesce(alert_id, '00000000-0000-0000-0000-000000000000')
		FROM denial WHERE tenant_id = current_tenant() AND `
	recentDenials = readDenials + `person_id = $1 AND at > $2 ORDER BY at DESC LIMIT $3`
	listedDenials = readDenials + `denial_id < coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) ORDER BY denial_id DESC LIMIT $2`
)

// LockDenials takes the person's lock, since there may be no row yet to lock.
func (tx *Tx) LockDenials(ctx context.Context, person id.Person, since time.Time, limit int) ([]directory.Denial, error) {
	_, err := tx.conn.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('denial ' || current_tenant() || $1, 0))`, person.String())
	if err != nil {
		return nil, translate(err)
	}
	return tx.denials(ctx, recentDenials, person, since.UTC(), limit)
}

// InsertDenial writes one denial.
func (tx *Tx) InsertDenial(ctx context.Context, d directory.Denial) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO denial (denial_id, tenant_id, person_id, action, rule, at, alert_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, d.ID, tx.tenant, d.Person, d.Action, d.Rule, d.At.UTC(), nullable(d.Alert))
	return translate(err)
}

// Denials lists the tenant's denials, the latest first.
func (tx *Tx) Denials(ctx context.Context, before id.Denial, limit int) ([]directory.Denial, error) {
	return tx.denials(ctx, listedDenials, nullable(before), limit)
}

func (tx *Tx) denials(ctx context.Context, statement string, args ...any) ([]directory.Denial, error) {
	rows, err := tx.conn.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var list []directory.Denial
	for rows.Next() {
		var d directory.Denial
		if err := rows.Scan(&d.ID, &d.Person, &d.Action, &d.Rule, &d.At, &d.Alert); err != nil {
			return nil, fmt.Errorf("read denials: %w", err)
		}
		list = append(list, d)
	}
	return list, translate(rows.Err())
}

// PurgeDenials deletes denials that their establishment keeps no longer, as long
// as its access log (R59), and counts them.
func (db *DB) PurgeDenials(ctx context.Context, now time.Time) (int, error) {
	const statement = `DELETE FROM denial WHERE denial_id IN (
		SELECT d.denial_id FROM denial d LEFT JOIN setting x ON x.tenant_id = d.tenant_id AND x.key = $3
		WHERE d.at < $1::timestamptz - make_interval(months => coalesce(split_part(x.value #>> '{}', ' ', 1)::integer, $4::integer))
		LIMIT $2)`
	return db.purgeRows(ctx, "denials", statement, now, settings.AccessLogRetention.Key(), settings.AccessLogRetention.Initial().N)
}
