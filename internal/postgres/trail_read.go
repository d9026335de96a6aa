package postgres

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/workflow"
)

// trailSQL walks the trail backwards by its index: entries are named in the order
// in which they were made. $5 whose orders are kept silent: NULL for all; $6 now. What such an order has done
// to its content reads as an interim mask and its end (R48).
const trailSQL = `WITH silent AS MATERIALIZED (SELECT hushed_orders($5, $6) AS case_id),
	veiled AS MATERIALIZED (SELECT h.hold_id FROM hold h WHERE h.kind = 'block' AND h.case_id IN (SELECT s.case_id FROM silent s))
	SELECT e.entry_id, e.at, k.actor_kind, k.pseudonym, k.roles, k.via, k.action,
		e.subject_kind, e.subject_id, coalesce(e.contribution_id, '00000000-0000-0000-0000-000000000000'), e.version, e.status_from, e.status_to,
		e.hash, e.ground, k.rule
	FROM audit_entry e
	CROSS JOIN LATERAL (
		SELECT e.actor_kind, coalesce(e.pseudonym, '00000000-0000-0000-0000-000000000000') AS pseudonym, e.roles, e.via, e.action, e.rule
		WHERE e.subject_id NOT IN (SELECT v.hold_id FROM veiled v)
		UNION ALL
		SELECT 'system', '00000000-0000-0000-0000-000000000000', 'system', 'case:received', 'mask', ''
		WHERE e.action = 'block' AND e.subject_id IN (SELECT v.hold_id FROM veiled v)
		UNION ALL
		SELECT e.actor_kind, coalesce(e.pseudonym, '00000000-0000-0000-0000-000000000000'), 'director,masker,withdrawer', 'case', 'restore', ''
		WHERE e.action <> 'block' AND e.subject_id IN (SELECT v.hold_id FROM veiled v)) k
	WHERE e.tenant_id = current_tenant() AND e.subject_id NOT IN (SELECT s.case_id FROM silent s)
		AND e.entry_id < coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
		AND ($2::uuid IS NULL OR e.subject_id = $2 OR e.contribution_id = $2) AND ($3 = '' OR k.action = $3)
	ORDER BY e.entry_id DESC LIMIT $4`

// ReadTrail reads a part of the tenant's trail, newest first, as its reader may know it.
func (tx *Tx) ReadTrail(ctx context.Context, who actor.Actor, f directory.TrailFilter, now time.Time) ([]directory.TrailEntry, error) {
	var subject, whose any
	if workflow.HearsOrders(who.Roles) {
		whose = who.Person
	}
	if f.Subject != uuid.Nil {
		subject = f.Subject
	}
	rows, err := tx.conn.QueryContext(ctx, trailSQL, nullable(f.Before), subject, f.Action, f.Limit, whose, now.UTC())
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
