package postgres

import (
	"context"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// UnfoundedIn lists the reports of a case that were found manifestly unfounded.
func (tx *Tx) UnfoundedIn(ctx context.Context, c id.Case) ([]moderation.Unfounded, error) {
	var rows []struct {
		ReportID   id.Report  `json:"report_id"`
		Reason     string     `json:"reason"`
		MarkedBy   id.Person  `json:"marked_by"`
		Name       string     `json:"name"`
		MarkedAt   time.Time  `json:"marked_at"`
		LiftedBy   *id.Person `json:"lifted_by"`
		LiftedAt   *time.Time `json:"lifted_at"`
		LiftReason string     `json:"lift_reason"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(u) || jsonb_build_object('name', coalesce(p.given_name || ' ' || p.family_name, '')) ORDER BY u.marked_at, u.report_id), '[]')
		FROM unfounded u JOIN report r ON r.report_id = u.report_id LEFT JOIN person p ON p.person_id = u.marked_by WHERE r.case_id = $1`, c)
	list := make([]moderation.Unfounded, len(rows))
	for i, r := range rows {
		list[i] = moderation.Unfounded{
			Report: r.ReportID, Reason: r.Reason, By: r.MarkedBy, Name: r.Name, At: r.MarkedAt.UTC(),
			LiftedBy: deref(r.LiftedBy), LiftedAt: deref(r.LiftedAt).UTC(), LiftReason: r.LiftReason,
		}
	}
	return list, err
}

// MarkUnfounded keeps that a report was found so.
func (tx *Tx) MarkUnfounded(ctx context.Context, c id.Case, u moderation.Unfounded) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO unfounded (report_id, tenant_id, case_id, reason, marked_by, marked_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		u.Report, tx.tenant, c, u.Reason, u.By, u.At.UTC())
	return translate(err)
}

// LiftUnfounded ends that.
func (tx *Tx) LiftUnfounded(ctx context.Context, c id.Case, u moderation.Unfounded) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE unfounded SET lifted_by = $3, lifted_at = $4, lift_reason = $5
		WHERE report_id = $1 AND lifted_at IS NULL AND EXISTS (SELECT 1 FROM report r WHERE r.report_id = $1 AND r.case_id = $2)`,
		u.Report, c, u.LiftedBy, u.LiftedAt.UTC(), u.LiftReason)
}

// Strikes lists the reports of somebody that stand as manifestly unfounded here.
func (tx *Tx) Strikes(ctx context.Context, who id.Person, since time.Time) ([]moderation.Strike, error) {
	var rows []struct {
		At         time.Time `json:"at"`
		ReportedAt time.Time `json:"reported_at"`
	}
	err := tx.document(ctx, &rows, `SELECT unfounded_by($1, $2)`, who, since.UTC())
	list := make([]moderation.Strike, len(rows))
	for i, r := range rows {
		list[i] = moderation.Strike{At: r.At.UTC(), ReportedAt: r.ReportedAt.UTC()}
	}
	return list, err
}
