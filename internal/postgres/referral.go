package postgres

import (
	"context"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// Referrals lists the referrals of a case, the first first.
func (tx *Tx) Referrals(ctx context.Context, c id.Case) ([]moderation.Referral, error) {
	var rows []struct {
		ReferralID id.Entry             `json:"referral_id"`
		Recipient  moderation.Recipient `json:"recipient"`
		Body       string               `json:"body"`
		PersonID   id.Person            `json:"person_id"`
		Name       string               `json:"name"`
		SentAt     time.Time            `json:"sent_at"`
		LiftedBy   *id.Person           `json:"lifted_by"`
		LiftedAt   *time.Time           `json:"lifted_at"`
		LiftReason string               `json:"lift_reason"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(r) || jsonb_build_object('name', coalesce(p.given_name || ' ' || p.family_name, '')) ORDER BY r.referral_id), '[]')
		FROM referral r LEFT JOIN person p ON p.person_id = r.person_id WHERE r.case_id = $1`, c)
	list := make([]moderation.Referral, len(rows))
	for i, r := range rows {
		list[i] = moderation.Referral{
			ID: r.ReferralID, Recipient: r.Recipient, Body: r.Body, Person: r.PersonID, Name: r.Name, At: r.SentAt.UTC(),
			LiftedBy: deref(r.LiftedBy), LiftedAt: deref(r.LiftedAt).UTC(), LiftReason: r.LiftReason,
		}
	}
	return list, err
}

// AddReferral writes a referral, or an abstention.
func (tx *Tx) AddReferral(ctx context.Context, c id.Case, r moderation.Referral) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO referral (referral_id, tenant_id, case_id, recipient, body, person_id, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.ID, tx.tenant, c, r.Recipient, r.Body, r.Person, r.At.UTC())
	return translate(err)
}

// LiftReferral ends the keeping that comes with a referral of a case.
func (tx *Tx) LiftReferral(ctx context.Context, c id.Case, r moderation.Referral) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE referral SET lifted_by = $3, lifted_at = $4, lift_reason = $5
		WHERE referral_id = $1 AND case_id = $2 AND recipient <> '' AND lifted_at IS NULL`, r.ID, c, r.LiftedBy, r.LiftedAt.UTC(), r.LiftReason)
}

// StepsTaken lists the steps of a harassment case, the first taken first.
func (tx *Tx) StepsTaken(ctx context.Context, c id.Case) ([]moderation.StepTaken, error) {
	var rows []struct {
		Step     moderation.CareStep `json:"step"`
		PersonID id.Person           `json:"person_id"`
		Name     string              `json:"name"`
		Note     string              `json:"note"`
		DoneAt   time.Time           `json:"done_at"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('name', coalesce(p.given_name || ' ' || p.family_name, '')) ORDER BY s.done_at), '[]')
		FROM case_step s LEFT JOIN person p ON p.person_id = s.person_id WHERE s.case_id = $1`, c)
	list := make([]moderation.StepTaken, len(rows))
	for i, r := range rows {
		list[i] = moderation.StepTaken{Step: r.Step, Person: r.PersonID, Name: r.Name, Note: r.Note, At: r.DoneAt.UTC()}
	}
	return list, err
}

// TakeStep writes a step that was taken, once.
func (tx *Tx) TakeStep(ctx context.Context, c id.Case, s moderation.StepTaken) (bool, error) {
	taken, err := tx.conn.ExecContext(ctx, `INSERT INTO case_step (case_id, tenant_id, step, person_id, note, done_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, c, tx.tenant, s.Step, s.Person, s.Note, s.At.UTC())
	if err != nil {
		return false, translate(err)
	}
	rows, err := taken.RowsAffected()
	return rows == 1, translate(err)
}

// mostRelated bounds the cases that are suggested.
const mostRelated = 20

// RelatedTo lists cases that may be about the same people.
func (tx *Tx) RelatedTo(ctx context.Context, c id.Case, who id.Person, since time.Time) ([]moderation.Related, error) {
	var rows []struct {
		CaseID    id.Case             `json:"case_id"`
		Reference string              `json:"reference"`
		Title     string              `json:"title"`
		Status    workflow.CaseStatus `json:"status"`
		OpenedAt  time.Time           `json:"opened_at"`
		Author    bool                `json:"author"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.opened_at DESC, x.case_id), '[]') FROM (
			SELECT o.case_id, o.reference, o.title, o.status, o.opened_at, coalesce(o.author_id = f.author_id, false) AS author
			FROM case_file f JOIN case_file o ON o.case_id <> f.case_id AND o.opened_at >= $3 AND o.status <> 'merged'
				AND (o.author_id = f.author_id OR o.contribution_id = f.contribution_id OR o.space_id = f.space_id)
			WHERE f.case_id = $1 AND NOT EXISTS (SELECT FROM causes_of(o.case_id, $2))
			ORDER BY o.author_id = f.author_id DESC, o.opened_at DESC LIMIT $4) x`, c, who, since.UTC(), mostRelated)
	list := make([]moderation.Related, len(rows))
	for i, r := range rows {
		list[i] = moderation.Related{Case: r.CaseID, Reference: r.Reference, Title: r.Title, Status: r.Status, OpenedAt: r.OpenedAt.UTC(), Author: r.Author}
	}
	return list, err
}

// CaseNames are all whom an export of the case may not name: those of this house, and who reported.
func (tx *Tx) CaseNames(ctx context.Context, c id.Case) ([]directory.Person, error) {
	var rows []personRow
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(jsonb_build_object('person_id', x.person_id, 'given_name', x.given_name, 'family_name', x.family_name)), '[]') FROM (
			SELECT DISTINCT p.person_id, p.given_name, p.family_name FROM membership m JOIN person p ON p.person_id = m.person_id WHERE m.tenant_id = current_tenant()
			UNION SELECT * FROM names_below($1)
			UNION ALL SELECT r.report_id, '', r.name FROM report r WHERE r.case_id = $1 AND r.name <> '') x`, c)
	list := make([]directory.Person, len(rows))
	for i, r := range rows {
		list[i] = r.domain()
	}
	return list, err
}
