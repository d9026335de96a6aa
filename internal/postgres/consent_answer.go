package postgres

import (
	"context"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// KeepAnswer ends what a signatory said before and writes what they say now.
func (tx *Tx) KeepAnswer(ctx context.Context, consent imageconsent.Consent, g imageconsent.Given, textHash [32]byte) error {
	accepted, err := asJSON(g.Accepted)
	if err != nil {
		return err
	}
	// Two statements: the index of what stands is looked at row by row.
	_, err = tx.conn.ExecContext(ctx, `UPDATE consent_answer SET ended_at = $3 WHERE consent_id = $1 AND signatory_id = $2 AND ended_at IS NULL`,
		consent.ID, g.Signatory, g.At.UTC())
	if err != nil {
		return translate(err)
	}
	_, err = tx.conn.ExecContext(ctx, `INSERT INTO consent_answer (answer_id, tenant_id, consent_id, signatory_id, capacity, accepted, revoked, via, paper_id, text_hash, answered_at)
		VALUES ($1, $2, $3, $4, $5, ARRAY(SELECT jsonb_array_elements_text($6::jsonb)::uuid), $7, $8, $9, $10, $11)`,
		g.ID, tx.tenant, consent.ID, g.Signatory, g.Capacity, accepted, g.Revoked, g.Via, nullable(g.Paper), textHash[:], g.At.UTC())
	return translate(err)
}

// CloseCovers closes covers of a consent; none named closes all.
func (tx *Tx) CloseCovers(ctx context.Context, consent id.Consent, covers []id.Cover, at time.Time) error {
	return executed(ctx, tx, `UPDATE consent_cover SET ended_at = $3 WHERE consent_id = $2 AND ended_at IS NULL
		AND ($1::jsonb = '[]' OR cover_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb)))`, covers, consent, at.UTC())
}

// InsertCovers writes what answers were resolved into.
func (tx *Tx) InsertCovers(ctx context.Context, consent imageconsent.Consent, covers []imageconsent.Resolved, at time.Time) error {
	rows := make([]coverRow, len(covers))
	for i, c := range covers {
		rows[i] = coverRow{CoverID: id.New[id.Cover](), UseID: c.ID, RestsOn: append([]id.Person{}, c.RestsOn...), From: c.From.UTC(), Until: c.Until.UTC()}
	}
	return executed(ctx, tx, `INSERT INTO consent_cover (cover_id, tenant_id, consent_id, request_id, use_id, person_id, medium, audience, audience_group, audience_ent,
			space_id, reach, valid, rests_on, made_at)
		SELECT x.cover_id, c.tenant_id, c.consent_id, c.request_id, u.use_id, c.person_id, u.medium, u.audience, u.audience_group, u.audience_ent,
			u.space_id, u.reach, tstzrange(x."from", x.until), ARRAY(SELECT jsonb_array_elements_text(x.rests_on)::uuid), $3
		FROM jsonb_to_recordset($1::jsonb) AS x (cover_id uuid, use_id uuid, rests_on jsonb, "from" timestamptz, until timestamptz)
		JOIN consent c ON c.consent_id = $2 JOIN consent_use u ON u.use_id = x.use_id AND u.request_id = c.request_id`, rows, consent.ID, at.UTC())
}

// KeepWaiting writes whose answer is missing.
func (tx *Tx) KeepWaiting(ctx context.Context, consent id.Consent, waiting []id.Person) error {
	return executed(ctx, tx, `UPDATE consent SET waiting = ARRAY(SELECT jsonb_array_elements_text($1::jsonb)::uuid) WHERE consent_id = $2`, waiting, consent)
}

// KeepWarned writes that those concerned were told that a consent ends soon.
func (tx *Tx) KeepWarned(ctx context.Context, consent id.Consent, at time.Time) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE consent SET warned_at = $2 WHERE consent_id = $1`, consent, at.UTC())
}

// paperRow is a row of consent_paper.
type paperRow struct {
	PaperID     id.Paper   `json:"paper_id"`
	ConsentID   id.Consent `json:"consent_id"`
	SignatoryID id.Person  `json:"signatory_id"`
	Accepted    []id.Use   `json:"accepted"`
	SignedOn    string     `json:"signed_on"` // a day
	Scan        string     `json:"scan"`
	RecordedBy  id.Person  `json:"recorded_by"`
	RecordedAt  time.Time  `json:"recorded_at"`
	ConfirmedBy *id.Person `json:"confirmed_by"`
	ConfirmedAt *time.Time `json:"confirmed_at"`
	DismissedAt *time.Time `json:"dismissed_at"`
}

func (r paperRow) domain() imageconsent.Paper {
	signed, _ := time.Parse(time.DateOnly, r.SignedOn) // PostgreSQL wrote it
	return imageconsent.Paper{
		ID: r.PaperID, Consent: r.ConsentID, Signatory: r.SignatoryID, Accepted: r.Accepted, SignedOn: signed, Scan: r.Scan, RecordedBy: r.RecordedBy,
		RecordedAt: r.RecordedAt.UTC(), ConfirmedBy: deref(r.ConfirmedBy), ConfirmedAt: deref(r.ConfirmedAt).UTC(), DismissedAt: deref(r.DismissedAt).UTC(),
	}
}

// ConsentOfPaper tells which consent a paper is of.
func (tx *Tx) ConsentOfPaper(ctx context.Context, paper id.Paper) (consent id.Consent, err error) {
	err = tx.conn.QueryRowContext(ctx, `SELECT consent_id FROM consent_paper WHERE paper_id = $1`, paper).Scan(&consent)
	return consent, translate(err)
}

// InsertPaper writes one.
func (tx *Tx) InsertPaper(ctx context.Context, p imageconsent.Paper) error {
	return executed(ctx, tx, `INSERT INTO consent_paper (paper_id, tenant_id, consent_id, signatory_id, accepted, scan, recorded_by, recorded_at, signed_on)
		VALUES ($2, $3, $4, $5, ARRAY(SELECT jsonb_array_elements_text($1::jsonb)::uuid), $6, $7, $8, $9::date)`,
		p.Accepted, p.ID, tx.tenant, p.Consent, p.Signatory, p.Scan, p.RecordedBy, p.RecordedAt.UTC(), p.SignedOn.Format(time.DateOnly))
}

// undecided is what is said of a paper that still waits for a second look.
const undecided = ` WHERE paper_id = $1 AND confirmed_at IS NULL AND dismissed_at IS NULL`

// ConfirmPaper decides a paper that waits.
func (tx *Tx) ConfirmPaper(ctx context.Context, paper id.Paper, by id.Person, at time.Time) error {
	return tx.one(ctx, workflow.ErrStale, `UPDATE consent_paper SET confirmed_by = $2, confirmed_at = $3`+undecided, paper, by, at.UTC())
}

// DismissPaper decides a paper that waits.
func (tx *Tx) DismissPaper(ctx context.Context, paper id.Paper, at time.Time) error {
	return tx.one(ctx, workflow.ErrStale, `UPDATE consent_paper SET dismissed_at = $2`+undecided, paper, at.UTC())
}

// KeepSole writes where the proof is that one guardian holds authority alone.
func (tx *Tx) KeepSole(ctx context.Context, consent id.Consent, proof string, by id.Person) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE consent SET sole_proof = $2, sole_by = $3 WHERE consent_id = $1`, consent, proof, by)
}
