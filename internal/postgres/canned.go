package postgres

import (
	"context"
	"errors"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// cannedRow is a row of canned_reason.
type cannedRow struct {
	ID         id.Canned        `json:"reason_id"`
	Version    int64            `json:"version"`
	Title      string           `json:"title"`
	Verdict    workflow.Verdict `json:"verdict"`
	Ground     workflow.Ground  `json:"ground"`
	ToAuthor   string           `json:"to_author"`
	ToReporter string           `json:"to_reporter"`
	Language   string           `json:"language"`
	ChangedAt  time.Time        `json:"changed_at"`
}

// CannedReasons lists the reasons of this house.
func (tx *Tx) CannedReasons(ctx context.Context) ([]moderation.CannedReason, error) {
	var rows []cannedRow
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.title, c.reason_id), '[]') FROM canned_reason c`)
	list := make([]moderation.CannedReason, len(rows))
	for i, row := range rows {
		list[i] = moderation.CannedReason(row)
	}
	return list, err
}

// KeepCanned writes a reason as its next version, or as its first.
func (tx *Tx) KeepCanned(ctx context.Context, r moderation.CannedReason, by id.Person) error {
	if r.Version == 1 {
		_, err := tx.conn.ExecContext(ctx, `INSERT INTO canned_reason (reason_id, tenant_id, version, title, verdict, ground, to_author, to_reporter, language, changed_by, changed_at)
			VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10)`, r.ID, tx.tenant, r.Title, r.Verdict, r.Ground, r.ToAuthor, r.ToReporter, r.Language, by, r.ChangedAt.UTC())
		return translate(err)
	}
	err := tx.one(ctx, workflow.ErrStale, `UPDATE canned_reason SET version = version + 1, title = $3, verdict = $4, ground = $5, to_author = $6, to_reporter = $7,
		language = $8, changed_by = $9, changed_at = $10 WHERE reason_id = $1 AND version = $2 - 1`, r.ID, r.Version, r.Title, r.Verdict, r.Ground,
		r.ToAuthor, r.ToReporter, r.Language, by, r.ChangedAt.UTC())
	return tx.gone(ctx, r.ID, err)
}

// DropCanned takes a reason away.
func (tx *Tx) DropCanned(ctx context.Context, reason id.Canned, version int64) error {
	return tx.gone(ctx, reason, tx.one(ctx, workflow.ErrStale, `DELETE FROM canned_reason WHERE reason_id = $1 AND version = $2`, reason, version))
}

// gone tells a reason that is none here from one that has moved since.
func (tx *Tx) gone(ctx context.Context, reason id.Canned, err error) error {
	if !errors.Is(err, workflow.ErrStale) {
		return err
	}
	var there bool
	if err := tx.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM canned_reason WHERE reason_id = $1)`, reason).Scan(&there); err != nil {
		return translate(err)
	}
	if !there {
		return directory.ErrNotFound
	}
	return err
}
