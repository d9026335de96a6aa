package postgres

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/jackc/pgx/v5"
)

// Alone runs do unless some other process is at the same thing now, and reports
// whether it did. The lock belongs to a transaction, so that it goes with the
// process and passes through a pooler.
func (db *DB) Alone(ctx context.Context, name string, do func(context.Context) error) (bool, error) {
	tx, err := db.worker.Begin(ctx)
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", name, err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	var mine bool
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, lockKey(name)).Scan(&mine); err != nil {
		return false, fmt.Errorf("lock %s: %w", name, err)
	}
	if !mine {
		return false, nil
	}
	return true, do(ctx)
}

func lockKey(name string) int64 {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte("imprimatur " + name)) // never fails
	return int64(sum.Sum64())
}

// upkeepBatch bounds one deletion, and with it the time that its locks are held.
const upkeepBatch = 1000

// PurgeDone deletes messages done before a time, and counts them. What they did
// is in the trail.
func (db *DB) PurgeDone(ctx context.Context, before time.Time) (int, error) {
	return db.purgeRows(ctx, "done messages", `DELETE FROM outbox WHERE message_id IN (
		SELECT message_id FROM outbox WHERE status = 'done' AND done_at < $1 ORDER BY done_at LIMIT $2)`, before)
}

// PurgeIdempotency deletes answers kept for repeated requests from before a time.
func (db *DB) PurgeIdempotency(ctx context.Context, before time.Time) (int, error) {
	return db.purgeRows(ctx, "idempotency keys", `DELETE FROM idempotency WHERE (tenant_id, caller, key) IN (
		SELECT tenant_id, caller, key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)`, before)
}

// PurgeClaims deletes claims on review items that expired before a time.
func (db *DB) PurgeClaims(ctx context.Context, before time.Time) (int, error) {
	return db.purgeRows(ctx, "expired claims", `DELETE FROM claim c USING (
			SELECT contribution_id FROM claim WHERE expires_at < $1 ORDER BY expires_at LIMIT $2) x
		WHERE c.contribution_id = x.contribution_id AND c.expires_at < $1`, before)
}

// UnspokenFiles gives those of the names in the store of files that no row speaks of, of any
// establishment.
func (db *DB) UnspokenFiles(ctx context.Context, names []string) ([]string, error) {
	rows, err := db.worker.Query(ctx, `SELECT * FROM files_unspoken($1)`, names)
	if err != nil {
		return nil, fmt.Errorf("look for files that no row speaks of: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (db *DB) purgeRows(ctx context.Context, what, statement string, before time.Time, more ...any) (int, error) {
	args := append([]any{before, upkeepBatch}, more...)
	total := 0
	for {
		tag, err := db.worker.Exec(ctx, statement, args...)
		if err != nil {
			return total, fmt.Errorf("purge %s: %w", what, err)
		}
		total += int(tag.RowsAffected())
		if tag.RowsAffected() < upkeepBatch {
			return total, nil
		}
	}
}
