package postgres

import (
	"context"
	"fmt"
	"time"
)

// FindSession reads a session that has not ended.
func (a Accounts) FindSession(ctx context.Context, token string, now time.Time) ([]byte, time.Time, error) {
	var data []byte
	var expiry time.Time
	err := a.db.worker.QueryRow(ctx, `SELECT data, expiry FROM sessions WHERE token = $1 AND expiry > $2`, token, now).Scan(&data, &expiry)
	return data, expiry, translate(err)
}

// SaveSession writes a session. A token that has ended stays ended: the request
// that writes it was under way when somebody logged out.
func (a Accounts) SaveSession(ctx context.Context, token string, data []byte, expiry, now time.Time) error {
	const statement = `INSERT INTO sessions AS s (token, data, expiry) VALUES ($1, $2, $3)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry WHERE s.expiry > $4`
	if _, err := a.db.worker.Exec(ctx, statement, token, data, expiry, now); err != nil {
		return fmt.Errorf("save session: %w", translate(err))
	}
	return nil
}

// ExtendSession moves the end of a session that has not ended.
func (a Accounts) ExtendSession(ctx context.Context, token string, expiry, now time.Time) error {
	_, err := a.db.worker.Exec(ctx, `UPDATE sessions SET expiry = $2 WHERE token = $1 AND expiry > $3`, token, expiry, now)
	return translate(err)
}

// EndSession empties a session, and keeps its token as ended until it is swept.
func (a Accounts) EndSession(ctx context.Context, token string, now time.Time) error {
	_, err := a.db.worker.Exec(ctx, `UPDATE sessions SET data = '', expiry = least(expiry, $2) WHERE token = $1`, token, now)
	return translate(err)
}

// SweepSessions deletes sessions and counts of attempts that ended before.
func (a Accounts) SweepSessions(ctx context.Context, before time.Time) (int64, error) {
	var swept int64
	for _, statement := range []string{
		`DELETE FROM sessions WHERE expiry < $1`,
		`DELETE FROM login_attempt WHERE until < $1`,
	} {
		tag, err := a.db.worker.Exec(ctx, statement, before)
		if err != nil {
			return swept, fmt.Errorf("sweep sessions: %w", translate(err))
		}
		swept += tag.RowsAffected()
	}
	return swept, nil
}
