package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// replyRow is a row of reply, with when readers saw it.
type replyRow struct {
	CaseID       id.Case                  `json:"case_id"`
	Name         string                   `json:"name"`
	Designated   string                   `json:"designated"`
	Postal       string                   `json:"postal"`
	Byline       string                   `json:"byline"`
	Passages     string                   `json:"passages"`
	Body         string                   `json:"body"`
	Hash         bytea                    `json:"hash"`
	Lines        int                      `json:"lines"`
	MessageLines int                      `json:"message_lines"`
	MostLines    int                      `json:"most_lines"`
	MessageAt    *time.Time               `json:"message_at"`
	Until        *time.Time               `json:"until"`
	ReceivedAt   time.Time                `json:"received_at"`
	RecordedBy   *id.Person               `json:"recorded_by"`
	Grounds      []moderation.ReplyGround `json:"grounds"`
	Reason       string                   `json:"reason"`
	Shown        *struct {
		From   time.Time  `json:"from"`
		Until  *time.Time `json:"until"`
		Hidden int64      `json:"hidden"` // seconds
		Stood  *int64     `json:"stood"`  // likewise; null while the message may be seen again
	} `json:"shown"` // not stored here: a query adds it
}

func (r *replyRow) domain() *moderation.Reply {
	if r == nil {
		return nil
	}
	reply := &moderation.Reply{
		Case: r.CaseID, Name: r.Name, Designated: r.Designated, Postal: r.Postal, Byline: r.Byline, Passages: r.Passages, Text: r.Body, Lines: r.Lines,
		MessageLines: r.MessageLines, MostLines: r.MostLines, MessageAt: deref(r.MessageAt).UTC(), Until: deref(r.Until).UTC(), ReceivedAt: r.ReceivedAt.UTC(),
		RecordedBy: deref(r.RecordedBy), Grounds: r.Grounds, Reason: r.Reason,
	}
	copy(reply.Hash[:], r.Hash)
	if r.Shown != nil {
		reply.ShownFrom, reply.ShownUntil, reply.Hidden = r.Shown.From.UTC(), deref(r.Shown.Until).UTC(), time.Duration(r.Shown.Hidden)*time.Second
		reply.MessageGone, reply.MessageStood = r.Shown.Stood != nil, time.Duration(deref(r.Shown.Stood))*time.Second
	}
	return reply
}

// AddReply writes what is asked to be inserted.
func (tx *Tx) AddReply(ctx context.Context, r moderation.Reply) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO reply (case_id, tenant_id, name, designated, postal, byline, passages, body, hash, lines, message_lines,
			most_lines, message_at, until, received_at, recorded_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`, r.Case, tx.tenant, r.Name, r.Designated, r.Postal, r.Byline,
		r.Passages, r.Text, r.Hash[:], r.Lines, r.MessageLines, r.MostLines, nullTime(r.MessageAt), nullTime(r.Until), r.ReceivedAt.UTC(), nullable(r.RecordedBy))
	return translate(err)
}

// RefuseReply writes why a reply was refused.
func (tx *Tx) RefuseReply(ctx context.Context, r moderation.Reply) error {
	grounds, err := json.Marshal(r.Grounds)
	if err != nil {
		return fmt.Errorf("encode grounds: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, `UPDATE reply SET reason = $2, grounds = ARRAY(SELECT jsonb_array_elements_text($3::jsonb)) WHERE case_id = $1`,
		r.Case, r.Reason, string(grounds))
	return translate(err)
}

// InsertReply shows a reply under its message; what is there already stays as it is.
func (tx *Tx) InsertReply(ctx context.Context, c id.Case, at time.Time) error {
	return tx.replied(ctx, `SELECT insert_reply($1, $2)`, c, at)
}

// EndReply takes a reply from readers.
func (tx *Tx) EndReply(ctx context.Context, c id.Case, at time.Time) error {
	return tx.replied(ctx, `SELECT end_reply($1, $2)`, c, at)
}

// replied changes what readers see of a reply and announces it, where that was not so yet.
func (tx *Tx) replied(ctx context.Context, statement string, c id.Case, at time.Time) error {
	var message *id.Contribution
	if err := tx.conn.QueryRowContext(ctx, statement, c, at.UTC()).Scan(&message); err != nil {
		return translate(err)
	}
	if message == nil {
		return nil
	}
	return tx.announceLive(ctx, *message)
}

// WarnAbove promises the authority above that it is told.
func (tx *Tx) WarnAbove(ctx context.Context, c id.Case, at time.Time) error {
	var warned bool
	err := tx.conn.QueryRowContext(ctx, `SELECT warn_above($1, $2, $3)`, c, id.New[id.Message](), at.UTC()).Scan(&warned)
	if warned {
		tx.committed.Messages++
	}
	return translate(err)
}

// OverdueBelow reads what the authority above may know of a reply that is overdue.
func (tx *Tx) OverdueBelow(ctx context.Context, c id.Case, now time.Time) (moderation.OverdueReply, error) {
	var row struct {
		Reference string      `json:"reference"`
		House     string      `json:"house"`
		Open      bool        `json:"open"`
		Due       time.Time   `json:"due"`
		Heads     []id.Person `json:"heads"`
	}
	err := tx.document(ctx, &row, `SELECT x FROM (SELECT overdue_below($1, $2) AS x) y WHERE x IS NOT NULL`, c, now.UTC())
	return moderation.OverdueReply{Reference: row.Reference, House: row.House, Open: row.Open, Due: row.Due, Heads: row.Heads}, err
}
