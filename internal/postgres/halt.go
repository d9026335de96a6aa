package postgres

import (
	"context"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

var _ publication.StopTx = (*Tx)(nil)

// LockHalts keeps another act on this tenant's emergency stops waiting.
func (tx *Tx) LockHalts(ctx context.Context) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('halt ' || current_tenant(), 0))`)
	return translate(err)
}

// haltRow is an emergency stop with the names in it.
type haltRow struct {
	HaltID     id.Halt    `json:"halt_id"`
	SpaceID    *id.Space  `json:"space_id"`
	SpaceTitle string     `json:"space_title"`
	Reason     string     `json:"reason"`
	Begins     time.Time  `json:"begins"`
	Until      time.Time  `json:"until"`
	DecidedBy  string     `json:"decided_by"`
	EndedAt    *time.Time `json:"ended_at"`
	EndedBy    string     `json:"ended_by"`
}

func (r haltRow) domain() publication.Halt {
	return publication.Halt{
		ID: r.HaltID, Space: deref(r.SpaceID), SpaceTitle: r.SpaceTitle, Reason: r.Reason, Begins: r.Begins, Until: r.Until,
		DecidedBy: r.DecidedBy, EndedAt: deref(r.EndedAt), EndedBy: r.EndedBy,
	}
}

const haltsQuery = `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.ended_at IS NULL DESC, x.begins DESC, x.halt_id), '[]') FROM (
	SELECT h.halt_id, h.space_id, coalesce(s.title, '') AS space_title, h.reason, h.begins, h.until, h.ended_at,
		trim(concat_ws(' ', d.given_name, d.family_name)) AS decided_by, trim(concat_ws(' ', e.given_name, e.family_name)) AS ended_by
	FROM halt h LEFT JOIN space s ON s.space_id = h.space_id LEFT JOIN person d ON d.person_id = h.decided_by LEFT JOIN person e ON e.person_id = h.ended_by
	WHERE $1::uuid IS NULL OR h.halt_id = $1
	ORDER BY h.ended_at IS NULL DESC, h.begins DESC, h.halt_id LIMIT $2) x`

// Halts lists the emergency stops that last, then the latest that are over.
func (tx *Tx) Halts(ctx context.Context, limit int) ([]publication.Halt, error) {
	return tx.halts(ctx, id.Halt{}, limit)
}

// HaltAt finds one.
func (tx *Tx) HaltAt(ctx context.Context, halt id.Halt) (publication.Halt, error) {
	found, err := tx.halts(ctx, halt, 1)
	if err == nil && len(found) == 0 {
		err = directory.ErrNotFound
	}
	if err != nil {
		return publication.Halt{}, err
	}
	return found[0], nil
}

func (tx *Tx) halts(ctx context.Context, which id.Halt, limit int) ([]publication.Halt, error) {
	var rows []haltRow
	err := tx.document(ctx, &rows, haltsQuery, nullable(which), limit)
	list := make([]publication.Halt, len(rows))
	for i, row := range rows {
		list[i] = row.domain()
	}
	return list, err
}

// InsertHalt begins an emergency stop, and announces the establishment's pages with the commit.
func (tx *Tx) InsertHalt(ctx context.Context, h publication.Halt, by id.Person) error {
	const statement = `INSERT INTO halt (halt_id, tenant_id, space_id, reason, begins, until, decided_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	if _, err := tx.conn.ExecContext(ctx, statement, h.ID, tx.tenant, nullable(h.Space), h.Reason, h.Begins.UTC(), h.Until.UTC(), by); err != nil {
		return translate(err)
	}
	return tx.announceHouse(ctx)
}

// EndHalt ends an emergency stop, announces the establishment's pages with the commit, and
// wakes what was to appear meanwhile.
func (tx *Tx) EndHalt(ctx context.Context, halt id.Halt, by id.Person, now time.Time) error {
	const statement = `UPDATE halt SET ended_at = $2, ended_by = $3 WHERE halt_id = $1 AND ended_at IS NULL`
	if err := tx.one(ctx, directory.ErrNotFound, statement, halt, now.UTC(), nullable(by)); err != nil {
		return err
	}
	var spaces []uuid.UUID
	err := tx.document(ctx, &spaces, `SELECT coalesce(jsonb_agg(s.space_id), '[]') FROM halt h JOIN space s ON s.space_id = coalesce(h.space_id, s.space_id)
		WHERE h.halt_id = $1`, halt)
	if err != nil {
		return err
	}
	if err := tx.awaken(ctx, spaces, nil, now.UTC()); err != nil {
		return err
	}
	return tx.announceHouse(ctx)
}
