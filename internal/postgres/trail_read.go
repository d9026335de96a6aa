package postgres

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
)

// trailSQL walks the trail backwards by its index: entries are named in the order
// in which they were made.
const trailSQL = `SELECT entry_id, at, actor_kind, coalesce(pseudonym, '00000000-0000-0000-0000-000000000000'), roles, via, action,
		subject_kind, subject_id, coalesce(contribution_id, '00000000-0000-0000-0000-000000000000'), version, status_from, status_to,
		hash, ground, rule
	FROM audit_entry
	WHERE tenant_id = current_tenant()
		AND entry_id < coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
		AND ($2::uuid IS NULL OR subject_id = $2 OR contribution_id = $2) AND ($3 = '' OR action = $3)
	ORDER BY entry_id DESC LIMIT $4`

// ReadTrail reads a part of the tenant's trail, newest first.
func (tx *Tx) ReadTrail(ctx context.Context, f directory.TrailFilter) ([]directory.TrailEntry, error) {
	var subject any
	if f.Subject != uuid.Nil {
		subject = f.Subject
	}
	rows, err := tx.conn.QueryContext(ctx, trailSQL, nullable(f.Before), subject, f.Action, f.Limit)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var entries []directory.TrailEntry
	for rows.Next() {
		var e directory.TrailEntry
		var roles string
		err := rows.Scan(&e.ID, &e.At, &e.ActorKind, &e.Pseudonym, &roles, &e.Via, &e.Action, &e.SubjectKind, &e.Subject, &e.Contribution,
			&e.Version, &e.From, &e.To, &e.Hash, &e.Ground, &e.Rule)
		if err != nil {
			return nil, err
		}
		for role := range strings.FieldsFuncSeq(roles, func(r rune) bool { return r == ',' }) {
			e.Roles = append(e.Roles, actor.Role(role))
		}
		entries = append(entries, e)
	}
	return entries, translate(rows.Err())
}
