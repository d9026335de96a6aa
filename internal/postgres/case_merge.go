package postgres

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// MergeCase moves what is in a case to another of this house, which becomes as grave as it says. Each
// report keeps what it was about.
func (tx *Tx) MergeCase(ctx context.Context, c id.Case, into moderation.Case, minors bool) error {
	for _, statement := range []string{
		`UPDATE report r SET case_id = $2, about_title = coalesce(r.about_title, f.title),
			about_contribution = CASE WHEN r.about_title IS NULL THEN f.contribution_id ELSE r.about_contribution END,
			about_space = CASE WHEN r.about_title IS NULL THEN f.space_id ELSE r.about_space END
			FROM case_file f WHERE f.case_id = $1 AND r.case_id = $1`,
		`UPDATE report_secret SET case_id = $2 WHERE case_id = $1`,
		`UPDATE attachment SET case_id = $2 WHERE case_id = $1`,
		`UPDATE case_entry SET case_id = $2 WHERE case_id = $1`,
		`UPDATE case_letter SET case_id = $2 WHERE case_id = $1`,
		`UPDATE referral SET case_id = $2 WHERE case_id = $1`,
		`UPDATE case_step s SET case_id = $2 WHERE s.case_id = $1 AND NOT EXISTS (SELECT 1 FROM case_step o WHERE o.case_id = $2 AND o.step = s.step)`,
		`UPDATE hold SET case_id = $2 WHERE case_id = $1 AND status = 'open'`,
		`INSERT INTO case_concern (case_id, tenant_id, person_id, cause, noted_at) SELECT $2, tenant_id, person_id, cause, noted_at FROM case_concern WHERE case_id = $1
			ON CONFLICT DO NOTHING`,
		`UPDATE evidence e SET case_id = $2 WHERE e.case_id = $1 AND NOT EXISTS (SELECT 1 FROM evidence o WHERE o.case_id = $2 AND o.hash = e.hash)`,
		`INSERT INTO case_link (one_id, other_id, tenant_id, person_id, reason, linked_at)
			SELECT least(x.other, $2), greatest(x.other, $2), x.tenant_id, x.person_id, x.reason, x.linked_at FROM (
				SELECT CASE WHEN l.one_id = $1 THEN l.other_id ELSE l.one_id END AS other, l.* FROM case_link l WHERE $1 IN (l.one_id, l.other_id)) x
			WHERE x.other <> $2 ON CONFLICT DO NOTHING`,
	} {
		if _, err := tx.conn.ExecContext(ctx, statement, c, into.ID); err != nil {
			return fmt.Errorf("merge case %s: %w", c, translate(err))
		}
	}
	if _, err := tx.conn.ExecContext(ctx, `DELETE FROM case_link WHERE $1 IN (one_id, other_id)`, c); err != nil {
		return translate(err)
	}
	if err := tx.one(ctx, directory.ErrNotFound, `UPDATE case_file SET ground = $2, severity = $3, due_at = $4, escalate_at = $5, authority = $6, minors = $7
		WHERE case_id = $1`, into.ID, into.Ground, int(into.Severity), into.DueAt.UTC(), into.EscalateAt.UTC(), into.Authority, minors); err != nil {
		return err
	}
	_, err := tx.conn.ExecContext(ctx, `SELECT seal_case($1)`, into.ID)
	return translate(err)
}

// RunningBeside tells which other case is under way about the same.
func (tx *Tx) RunningBeside(ctx context.Context, c id.Case) (string, bool, error) {
	var reference *string
	err := tx.conn.QueryRowContext(ctx, `SELECT running_beside($1)`, c).Scan(&reference)
	return deref(reference), reference != nil, translate(err)
}

// ordered are two cases, the smaller id first.
func ordered(c, other id.Case) (one, two id.Case) {
	if bytes.Compare(c.UUID[:], other.UUID[:]) > 0 {
		return other, c
	}
	return c, other
}

// LinkCases links two cases.
func (tx *Tx) LinkCases(ctx context.Context, c, other id.Case, who id.Person, reason string, now time.Time) error {
	one, two := ordered(c, other)
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO case_link (one_id, other_id, tenant_id, person_id, reason, linked_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (one_id, other_id) DO UPDATE SET person_id = $4, reason = $5, linked_at = $6`, one, two, tx.tenant, who, reason, now.UTC())
	return translate(err)
}

// UnlinkCases ends a link.
func (tx *Tx) UnlinkCases(ctx context.Context, c, other id.Case) error {
	one, two := ordered(c, other)
	return tx.one(ctx, directory.ErrNotFound, `DELETE FROM case_link WHERE one_id = $1 AND other_id = $2`, one, two)
}

// mostLinks bounds the links that are read with a case.
const mostLinks = 50

// CaseLinks reads the cases linked to one, the latest first.
func (tx *Tx) CaseLinks(ctx context.Context, c id.Case) ([]moderation.CaseLink, error) {
	var rows []struct {
		CaseID    id.Case             `json:"case_id"`
		Reference string              `json:"reference"`
		Title     string              `json:"title"`
		Status    workflow.CaseStatus `json:"status"`
		Reason    string              `json:"reason"`
		LinkedAt  time.Time           `json:"linked_at"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.linked_at DESC), '[]') FROM (
			SELECT f.case_id, f.reference, f.title, f.status, l.reason, l.linked_at FROM (
				SELECT l.other_id AS other, l.reason, l.linked_at FROM case_link l WHERE l.one_id = $1
				UNION ALL SELECT l.one_id, l.reason, l.linked_at FROM case_link l WHERE l.other_id = $1) l
			JOIN case_file f ON f.case_id = l.other ORDER BY l.linked_at DESC LIMIT $2) x`, c, mostLinks)
	links := make([]moderation.CaseLink, len(rows))
	for i, r := range rows {
		links[i] = moderation.CaseLink{Case: r.CaseID, Reference: r.Reference, Title: r.Title, Status: r.Status, Reason: r.Reason, At: r.LinkedAt.UTC()}
	}
	return links, err
}
