package postgres

import (
	"context"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
)

// reachRow is what reach_document gives.
type reachRow struct {
	Person  id.Person   `json:"person"`
	Name    string      `json:"name"`
	Minor   bool        `json:"minor"`
	Address bool        `json:"address"`
	ReadAt  *time.Time  `json:"read_at"`
	Mail    *mail.State `json:"mail"`
	MailAt  *time.Time  `json:"mail_at"`
}

func (r reachRow) domain() imageconsent.Reach {
	return imageconsent.Reach{
		Person: r.Person, Name: r.Name, Minor: r.Minor, Address: r.Address, ReadAt: deref(r.ReadAt).UTC(), Mail: deref(r.Mail), MailAt: deref(r.MailAt).UTC(),
	}
}

// ReachOf reads how somebody was told of a consent.
func (tx *Tx) ReachOf(ctx context.Context, consent id.Consent, who id.Person, now time.Time) (imageconsent.Reach, error) {
	var row *reachRow
	err := tx.document(ctx, &row, `SELECT coalesce(reach_document($1, $2, ($3::timestamptz AT TIME ZONE t.time_zone)::date), 'null')
		FROM tenant t WHERE t.tenant_id = current_tenant()`, consent, who, now.UTC())
	if err != nil {
		return imageconsent.Reach{}, err
	}
	if row == nil {
		return imageconsent.Reach{}, directory.ErrNotFound
	}
	return row.domain(), nil
}

// Resent lists when somebody was sent a consent again since then, the latest first.
func (tx *Tx) Resent(ctx context.Context, consent id.Consent, who id.Person, since time.Time) ([]time.Time, error) {
	var times []time.Time
	err := tx.document(ctx, &times, `SELECT coalesce(jsonb_agg(i.at ORDER BY i.at DESC), '[]') FROM letter_item i
		WHERE i.consent_id = $1 AND i.person_id = $2 AND i.kind = $3 AND i.at > $4`, consent, who, mail.ConsentAgain, since.UTC())
	return times, err
}
