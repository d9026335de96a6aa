package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

var _ imageconsent.LinkStore = (*DB)(nil)

// linkRow is a row of consent_link, with the signatory's address of today.
type linkRow struct {
	LinkID      id.Link    `json:"link_id"`
	TenantID    id.Tenant  `json:"tenant_id"`
	ConsentID   id.Consent `json:"consent_id"`
	SignatoryID id.Person  `json:"signatory_id"`
	Receipt     bool       `json:"receipt"`
	Token       bytea      `json:"token"`
	Address     string     `json:"address"`
	Current     string     `json:"current"`
	MadeAt      time.Time  `json:"made_at"`
	ExpiresAt   time.Time  `json:"expires_at"`
	UsedAt      *time.Time `json:"used_at"`
}

func (r linkRow) domain() imageconsent.Link {
	link := imageconsent.Link{
		ID: r.LinkID, Tenant: r.TenantID, Consent: r.ConsentID, Signatory: r.SignatoryID, Receipt: r.Receipt, Address: r.Address, Current: r.Current,
		MadeAt: r.MadeAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(), UsedAt: deref(r.UsedAt).UTC(),
	}
	copy(link.Token[:], r.Token)
	return link
}

// linkSQL reads a link; a condition follows.
const linkSQL = `SELECT to_jsonb(l) || jsonb_build_object('current', p.email) FROM consent_link l JOIN person p ON p.person_id = l.signatory_id WHERE `

// LinkOf reads the link of a token's hash, by the worker's role: its establishment is not
// known yet.
func (db *DB) LinkOf(ctx context.Context, token [32]byte) (imageconsent.Link, error) {
	var text []byte
	if err := db.worker.QueryRow(ctx, linkSQL+`l.token = $1`, token[:]).Scan(&text); err != nil {
		return imageconsent.Link{}, translate(err)
	}
	var row linkRow
	if err := json.Unmarshal(text, &row); err != nil {
		return imageconsent.Link{}, fmt.Errorf("decode link: %w", err)
	}
	return row.domain(), nil
}

// LockLink reads a link and keeps another use of it waiting.
func (tx *Tx) LockLink(ctx context.Context, link id.Link) (imageconsent.Link, error) {
	var row linkRow
	err := tx.document(ctx, &row, linkSQL+`l.link_id = $1 FOR NO KEY UPDATE OF l`, link)
	return row.domain(), err
}

// InsertLink writes one.
func (tx *Tx) InsertLink(ctx context.Context, l imageconsent.Link) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO consent_link (link_id, tenant_id, consent_id, signatory_id, token, address, made_at, expires_at, receipt)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, l.ID, tx.tenant, l.Consent, l.Signatory, l.Token[:], l.Address, l.MadeAt.UTC(), l.ExpiresAt.UTC(), l.Receipt)
	return translate(err)
}

// UseLink uses a link up, and with it every other of the same signatory to the same
// consent: a letter that was sent twice answers once.
func (tx *Tx) UseLink(ctx context.Context, link id.Link, at time.Time) error {
	if err := tx.one(ctx, directory.ErrNotFound, `UPDATE consent_link SET used_at = $2 WHERE link_id = $1 AND used_at IS NULL`, link, at.UTC()); err != nil {
		return err
	}
	_, err := tx.conn.ExecContext(ctx, `UPDATE consent_link o SET used_at = $2 FROM consent_link l
		WHERE l.link_id = $1 AND o.consent_id = l.consent_id AND o.signatory_id = l.signatory_id AND o.used_at IS NULL`, link, at.UTC())
	return translate(err)
}
