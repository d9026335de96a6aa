package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// collectiveRow is a row of collective_work, as JSON.
type collectiveRow struct {
	CollectiveID   id.Collective   `json:"collective_id"`
	ContributionID id.Contribution `json:"contribution_id"`
	Contributors   []string        `json:"contributors"`
	Justification  string          `json:"justification"`
	DecidedBy      id.Person       `json:"decided_by"`
	DecidedAt      time.Time       `json:"decided_at"`
}

func (r *collectiveRow) domain() *publication.Collective {
	if r == nil {
		return nil
	}
	return &publication.Collective{
		ID: r.CollectiveID, Contribution: r.ContributionID, Contributors: r.Contributors, Justification: r.Justification,
		DecidedBy: r.DecidedBy, DecidedAt: r.DecidedAt,
	}
}

// InsertCollective writes a decision, and tells readers.
func (tx *Tx) InsertCollective(ctx context.Context, c publication.Collective) error {
	const statement = `INSERT INTO collective_work (collective_id, tenant_id, contribution_id, contributors, justification, decided_by, decided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	_, err := tx.conn.ExecContext(ctx, statement, c.ID, tx.tenant, c.Contribution, c.Contributors, c.Justification, c.DecidedBy, c.DecidedAt.UTC())
	if err != nil {
		return translate(err)
	}
	return tx.announceLive(ctx, c.Contribution)
}

// EndCollective ends a decision that holds, and tells readers.
func (tx *Tx) EndCollective(ctx context.Context, collective id.Collective, contribution id.Contribution, by id.Person, at time.Time) error {
	const statement = `UPDATE collective_work SET ended_by = $2, ended_at = $3 WHERE collective_id = $1 AND ended_at IS NULL`
	done, err := tx.conn.ExecContext(ctx, statement, collective, by, at.UTC())
	if err != nil {
		return translate(err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(directory.ErrNotFound, err)
	}
	return tx.announceLive(ctx, contribution)
}

// announceLive tells every process that what readers see of a live contribution has changed.
func (tx *Tx) announceLive(ctx context.Context, contribution id.Contribution) error {
	var space id.Space
	var parent *id.Contribution
	err := tx.conn.QueryRowContext(ctx, `SELECT space_id, parent_id FROM snapshot WHERE contribution_id = $1 AND revision_id IS NOT NULL`, contribution).
		Scan(&space, &parent)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // nobody reads it
	}
	if err != nil {
		return translate(err)
	}
	reading := Reading{Tenant: tx.tenant, Space: space, Contribution: contribution, Parent: deref(parent)}
	tx.committed.Readings = append(tx.committed.Readings, reading)
	return tx.Announce(ctx, reading)
}
