package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"imprimatur/internal/repeat"
)

// BeginRequest claims the key for its first request, in a transaction of its own,
// so that a second one finds it at once. Where it was claimed before, it gives
// what is known of that request, and begun is false.
func (db *DB) BeginRequest(ctx context.Context, key repeat.Key, request repeat.Fingerprint, now time.Time) (known repeat.Request, begun bool, err error) {
	const claim = `INSERT INTO idempotency (tenant_id, caller, key, request, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`
	const read = `SELECT request, created_at, coalesce(status, 0), coalesce(header, '{}'), coalesce(body, '')
		FROM idempotency WHERE caller = $1 AND key = $2`
	err = db.InTx(ctx, key.Tenant, func(tx *Tx) error {
		done, err := tx.conn.ExecContext(ctx, claim, key.Tenant, key.Caller, key.Name, request[:], now)
		if err != nil {
			return translate(err)
		}
		n, err := done.RowsAffected()
		if begun = n == 1; begun || err != nil {
			return err
		}
		var fingerprint, header []byte
		err = tx.conn.QueryRowContext(ctx, read, key.Caller, key.Name).Scan(&fingerprint, &known.At, &known.Answer.Status, &header, &known.Answer.Body)
		if err != nil {
			return translate(err)
		}
		copy(known.Fingerprint[:], fingerprint)
		return json.Unmarshal(header, &known.Answer.Header)
	})
	if err != nil {
		return repeat.Request{}, false, fmt.Errorf("begin request: %w", err)
	}
	return known, begun, nil
}

// FinishRequest keeps the answer to the request that claimed the key.
func (db *DB) FinishRequest(ctx context.Context, key repeat.Key, given repeat.Answer) error {
	header, err := json.Marshal(given.Header)
	if err != nil {
		return fmt.Errorf("finish request: %w", err)
	}
	return db.endRequest(ctx, key, `UPDATE idempotency SET status = $3, header = $4, body = $5 WHERE caller = $1 AND key = $2 AND status IS NULL`,
		given.Status, string(header), given.Body)
}

// ForgetRequest gives the key back: nothing came of the request.
func (db *DB) ForgetRequest(ctx context.Context, key repeat.Key) error {
	return db.endRequest(ctx, key, `DELETE FROM idempotency WHERE caller = $1 AND key = $2 AND status IS NULL`)
}

func (db *DB) endRequest(ctx context.Context, key repeat.Key, statement string, args ...any) error {
	err := db.InTx(ctx, key.Tenant, func(tx *Tx) error {
		_, err := tx.conn.ExecContext(ctx, statement, append([]any{key.Caller, key.Name}, args...)...)
		return translate(err)
	})
	if err != nil {
		return fmt.Errorf("end request: %w", err)
	}
	return nil
}
