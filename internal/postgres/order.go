package postgres

import (
	"context"
	_ "embed" // the statement
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

//go:embed order.sql
var orderTargetSQL string

// OrderTarget finds what a location names in this establishment.
func (tx *Tx) OrderTarget(ctx context.Context, location string) (moderation.OrderTarget, error) {
	var row struct {
		Contribution *id.Contribution `json:"contribution"`
		Photo        *id.Photo        `json:"photo"`
		Space        *id.Space        `json:"space"`
		Title        string           `json:"title"`
		Holder       *id.Person       `json:"holder"`
	}
	err := tx.document(ctx, &row, orderTargetSQL, strings.ToLower(location))
	return moderation.OrderTarget{Contribution: deref(row.Contribution), Photo: deref(row.Photo), Space: deref(row.Space), Title: row.Title, Holder: deref(row.Holder)}, err
}

// AnnounceContent tells every process that what readers see of a contribution has changed.
func (tx *Tx) AnnounceContent(ctx context.Context, c id.Contribution) error {
	return tx.announceLive(ctx, c)
}

// orderRow is a row of authority_order.
type orderRow struct {
	Authority     string                `json:"authority"`
	LegalBasis    string                `json:"legal_basis"`
	Reference     string                `json:"reference"`
	OrderedOn     day                   `json:"ordered_on"`
	Reasons       string                `json:"reasons"`
	Redress       string                `json:"redress"`
	ReceivedAt    time.Time             `json:"received_at"`
	DueBy         *time.Time            `json:"due_by"`
	SilentUntil   *time.Time            `json:"silent_until"`
	CheckedHow    moderation.CheckedHow `json:"checked_how"`
	CheckedNote   string                `json:"checked_note"`
	CheckedBy     *id.Person            `json:"checked_by"`
	CheckedAt     *time.Time            `json:"checked_at"`
	ExecutedBy    *id.Person            `json:"executed_by"`
	ExecutedAt    *time.Time            `json:"executed_at"`
	Reply         string                `json:"reply"`
	ReplyMeans    moderation.ReplyMeans `json:"reply_means"`
	RepliedBy     *id.Person            `json:"replied_by"`
	RepliedAt     *time.Time            `json:"replied_at"`
	LiftReference string                `json:"lift_reference"`
	LiftReason    string                `json:"lift_reason"`
	LiftedBy      *id.Person            `json:"lifted_by"`
	LiftedAt      *time.Time            `json:"lifted_at"`
	ToldAt        *time.Time            `json:"told_at"`
}

func (r orderRow) domain() moderation.Order {
	return moderation.Order{
		Authority: r.Authority, LegalBasis: r.LegalBasis, Reference: r.Reference, OrderedOn: time.Time(r.OrderedOn), Reasons: r.Reasons, Redress: r.Redress,
		ReceivedAt: r.ReceivedAt.UTC(), DueBy: deref(r.DueBy).UTC(), SilentUntil: deref(r.SilentUntil).UTC(), CheckedHow: r.CheckedHow,
		CheckedNote: r.CheckedNote, CheckedBy: deref(r.CheckedBy), CheckedAt: deref(r.CheckedAt).UTC(), ExecutedBy: deref(r.ExecutedBy),
		ExecutedAt: deref(r.ExecutedAt).UTC(), Reply: r.Reply, ReplyMeans: r.ReplyMeans, RepliedBy: deref(r.RepliedBy), RepliedAt: deref(r.RepliedAt).UTC(),
		LiftRef: r.LiftReference, LiftReason: r.LiftReason, LiftedBy: deref(r.LiftedBy), LiftedAt: deref(r.LiftedAt).UTC(), ToldAt: deref(r.ToldAt).UTC(),
	}
}

// OrderOf reads an order, where the case is handled or where its content is.
func (tx *Tx) OrderOf(ctx context.Context, c id.Case) (moderation.Order, error) {
	var row orderRow
	err := tx.document(ctx, &row, `SELECT o FROM order_of($1) o WHERE o IS NOT NULL`, c)
	return row.domain(), err
}

// AddOrder writes what an authority has ordered.
func (tx *Tx) AddOrder(ctx context.Context, c id.Case, o moderation.Order) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO authority_order (case_id, tenant_id, authority, legal_basis, reference, ordered_on, reasons, redress,
			received_at, due_by, silent_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, c, tx.tenant, o.Authority, o.LegalBasis, o.Reference, o.OrderedOn.Format(time.DateOnly), o.Reasons, o.Redress,
		o.ReceivedAt.UTC(), nullTime(o.DueBy), nullTime(o.SilentUntil))
	return translate(err)
}

// UpdateOrder writes what was done of an order.
func (tx *Tx) UpdateOrder(ctx context.Context, c id.Case, o moderation.Order) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE authority_order SET checked_how = $2, checked_note = $3, checked_by = $4, checked_at = $5, executed_by = $6,
			executed_at = $7, reply = $8, reply_means = $9, replied_by = $10, replied_at = $11, lift_reference = $12, lift_reason = $13, lifted_by = $14,
			lifted_at = $15, told_at = $16
		WHERE case_id = $1`, c, o.CheckedHow, o.CheckedNote, nullable(o.CheckedBy), nullTime(o.CheckedAt), nullable(o.ExecutedBy), nullTime(o.ExecutedAt),
		o.Reply, o.ReplyMeans, nullable(o.RepliedBy), nullTime(o.RepliedAt), o.LiftRef, o.LiftReason, nullable(o.LiftedBy), nullTime(o.LiftedAt), nullTime(o.ToldAt))
}
