package postgres

import (
	"context"
	"time"

	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// attachmentRow is a row of attachment.
type attachmentRow struct {
	AttachmentID id.Attachment `json:"attachment_id"`
	ReportID     id.Report     `json:"report_id"`
	Name         string        `json:"name"`
	Media        string        `json:"media"`
	Bytes        int64         `json:"bytes"`
	Hash         bytea         `json:"hash"`
	File         string        `json:"file"`
	AddedAt      time.Time     `json:"added_at"`
}

func (r attachmentRow) domain() moderation.Attachment {
	a := moderation.Attachment{
		ID: r.AttachmentID, Report: r.ReportID, Name: r.Name, Media: r.Media, Bytes: r.Bytes, File: r.File, At: r.AddedAt.UTC(),
	}
	copy(a.SHA256[:], r.Hash)
	return a
}

// AddAttachment writes what somebody attached to their report.
func (tx *Tx) AddAttachment(ctx context.Context, c id.Case, a moderation.Attachment) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO attachment (attachment_id, tenant_id, case_id, report_id, name, media, bytes, hash, file, added_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, a.ID, tx.tenant, c, a.Report, a.Name, a.Media, a.Bytes, a.SHA256[:], a.File, a.At.UTC())
	return translate(err)
}

// AttachedSince counts the bytes that people without an account have attached since then.
func (tx *Tx) AttachedSince(ctx context.Context, since time.Time) (int64, error) {
	var total int64
	err := tx.conn.QueryRowContext(ctx, `SELECT coalesce(sum(a.bytes), 0) FROM attachment a JOIN report r ON r.report_id = a.report_id
		WHERE r.person_id IS NULL AND a.added_at > $1`, since.UTC()).Scan(&total)
	return total, translate(err)
}
