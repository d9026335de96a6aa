package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// BeginVacancy keeps since when a space lacks an owner or backup. The space is locked.
func (tx *Tx) BeginVacancy(ctx context.Context, space id.Space, v publication.Vacancy) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO vacancy (vacancy_id, tenant_id, space_id, since) VALUES ($1, $2, $3, $4)`,
		v.ID, tx.tenant, space, v.Since.UTC())
	return translate(err)
}

// FreezeVacancy keeps that the handover's time was over.
func (tx *Tx) FreezeVacancy(ctx context.Context, v id.Vacancy, now time.Time) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE vacancy SET frozen_at = $2 WHERE vacancy_id = $1 AND frozen_at IS NULL`, v, now.UTC())
}

// EndVacancy forgets that a space lacked somebody; the trail does not.
func (tx *Tx) EndVacancy(ctx context.Context, v id.Vacancy) error {
	return tx.one(ctx, directory.ErrNotFound, `DELETE FROM vacancy WHERE vacancy_id = $1`, v)
}

// Place is a space, and whose it is.
type Place struct {
	Tenant id.Tenant
	Space  id.Space
}

// Untended lists the spaces of all establishments in which R15 may ask for
// something to be done: whoever answered does so no more, or does so again, or the
// handover's time runs. What is frozen and still lacks somebody is left in peace.
func (db *DB) Untended(ctx context.Context, now time.Time) ([]Place, error) {
	rows, err := db.worker.Query(ctx, `SELECT s.tenant_id, s.space_id
		FROM space s LEFT JOIN vacancy v ON v.space_id = s.space_id
			CROSS JOIN LATERAL (SELECT s.status = 'open' AND NOT (answers(s.tenant_id, s.owner_id, $1) AND answers(s.tenant_id, s.backup_id, $1)) AS wanting) x
		WHERE CASE WHEN x.wanting THEN v.frozen_at IS NULL ELSE v.space_id IS NOT NULL END
		ORDER BY s.tenant_id, s.space_id`, now)
	if err != nil {
		return nil, fmt.Errorf("look for spaces that nobody answers for: %w", err)
	}
	places, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Place])
	if err != nil {
		return nil, fmt.Errorf("look for spaces that nobody answers for: %w", err)
	}
	return places, nil
}
