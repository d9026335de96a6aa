package postgres

import (
	"context"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// historySQL reads a contribution's trail: the machines named here and no other,
// so that what a case will record never shows who reported (R44).
const historySQL = `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.at DESC, x.entry_id DESC), '[]') FROM (
	SELECT e.entry_id, e.at, e.action, e.subject_kind, e.actor_kind, e.roles, e.status_from, e.status_to, e.hash, e.ground,
		p.person_id, coalesce(p.given_name, '') AS given_name, coalesce(p.family_name, '') AS family_name, coalesce(r.number, 0) AS number,
		coalesce(nullif(d.reason, ''), CASE WHEN e.status_to = 'released' THEN h.release_reason ELSE h.reason END, '') AS reason, coalesce(hushed(h), false) AS hushed
	FROM audit_entry e
	LEFT JOIN audit_pseudonym w ON w.pseudonym = e.pseudonym
	LEFT JOIN person p ON p.person_id = w.person_id
	LEFT JOIN revision r ON e.subject_kind = 'revision' AND r.revision_id = e.subject_id
	LEFT JOIN decision d ON d.decision_id = e.entry_id
	LEFT JOIN hold h ON e.subject_kind = 'hold' AND h.hold_id = e.subject_id
	WHERE e.contribution_id = $1 AND e.subject_kind IN ('revision', 'hold', 'contribution')
		AND (e.at, e.entry_id) < (coalesce($2, 'infinity'::timestamptz), coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
	ORDER BY e.at DESC, e.entry_id DESC LIMIT $4) x`

// eventRow is an entry of the trail, as historySQL gives it.
type eventRow struct {
	EntryID     id.Entry        `json:"entry_id"`
	At          time.Time       `json:"at"`
	Action      workflow.Action `json:"action"`
	SubjectKind string          `json:"subject_kind"`
	ActorKind   actor.Kind      `json:"actor_kind"`
	Roles       string          `json:"roles"`
	From        string          `json:"status_from"`
	To          string          `json:"status_to"`
	Hash        bytea           `json:"hash"`
	Ground      workflow.Ground `json:"ground"`
	PersonID    *id.Person      `json:"person_id"`
	GivenName   string          `json:"given_name"`
	FamilyName  string          `json:"family_name"`
	Number      int             `json:"number"`
	Reason      string          `json:"reason"`
	Hushed      bool            `json:"hushed"`
}

func (r eventRow) domain() moderation.Event {
	event := moderation.Event{
		Entry: r.EntryID, At: r.At, Action: r.Action, Machine: r.SubjectKind, ActorKind: r.ActorKind, Person: deref(r.PersonID),
		Name:   directory.Person{GivenName: r.GivenName, FamilyName: r.FamilyName}.FullName(),
		Number: r.Number, From: r.From, To: r.To, Hash: r.Hash, Ground: r.Ground, Reason: r.Reason, Hushed: r.Hushed,
	}
	for role := range strings.SplitSeq(r.Roles, ",") {
		if role != "" {
			event.Roles = append(event.Roles, actor.Role(role))
		}
	}
	return event
}

// History reads a contribution's trail, newest first.
func (tx *Tx) History(ctx context.Context, contribution id.Contribution, after moderation.HistoryCursor, limit int) ([]moderation.Event, error) {
	var rows []eventRow
	err := tx.document(ctx, &rows, historySQL, contribution, nullTime(after.At), nullable(after.Entry), limit)
	events := make([]moderation.Event, len(rows))
	for i, row := range rows {
		events[i] = row.domain()
	}
	return events, err
}
