package postgres

import (
	"context"
	_ "embed" // the statements
	"encoding/json"
	"fmt"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

var (
	//go:embed occurrence.sql
	occurrenceSQL string
	//go:embed tell.sql
	tellSQL string
)

// Occurrence reads what a message speaks of from the trail, as it was at the
// message's version.
func (tx *Tx) Occurrence(ctx context.Context, m outbox.Message) (moderation.Occurrence, error) {
	var row struct {
		Action       workflow.Action
		To           string
		By           *id.Person
		Author       *id.Person
		Giver        *id.Person
		Contribution *id.Contribution
		Space        *id.Space
		Case         *id.Case
		AuthorCase   *id.AuthorCase `json:"author_case"`
		Title        string
		Reason       string
		Begins, Ends *time.Time
		Hushed       bool
		Sealed       bool
	}
	if err := tx.document(ctx, &row, occurrenceOf(m.Kind), m.Subject, m.Version, m.Note); err != nil {
		return moderation.Occurrence{}, err
	}
	return moderation.Occurrence{
		Action: row.Action, To: row.To, By: deref(row.By), Author: deref(row.Author), Giver: deref(row.Giver), Contribution: deref(row.Contribution),
		Space: deref(row.Space), Case: deref(row.Case), AuthorCase: deref(row.AuthorCase), Title: row.Title, Reason: row.Reason, Begins: deref(row.Begins), Ends: deref(row.Ends), Sealed: row.Sealed, Hushed: row.Hushed,
	}, nil
}

// Tell writes the notices of one message, in one statement.
func (tx *Tx) Tell(ctx context.Context, message id.Message, o moderation.Occurrence, tellings []moderation.Telling, now time.Time) error {
	type telling struct {
		Kind    moderation.NoticeKind `json:"kind"`
		Persons []id.Person           `json:"persons"`
		Crowd   moderation.Crowd      `json:"crowd"`
	}
	rows := make([]telling, len(tellings))
	for i, t := range tellings {
		rows[i] = telling{t.Kind, append([]id.Person{}, t.Persons...), t.Crowd}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode tellings: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, tellSQL, message, nullable(o.Contribution), nullable(o.Space), o.Title, o.Reason, string(text),
		nullable(o.By), nullable(o.Author), now.UTC(), nullTime(o.Begins), nullTime(o.Ends), nullable(o.Consent), nullable(o.Case), nullable(o.AuthorCase))
	return translate(err)
}

// TellAbove writes the notices of one message for who directs the authority above.
func (tx *Tx) TellAbove(ctx context.Context, message id.Message, kind moderation.NoticeKind, now time.Time) error {
	_, err := tx.conn.ExecContext(ctx, `SELECT tell_above($1, $2, $3)`, message, kind, now.UTC())
	return translate(err)
}

// noticeRow is a notice with the title of its space.
type noticeRow struct {
	NoticeID       id.Notice             `json:"notice_id"`
	Kind           moderation.NoticeKind `json:"kind"`
	ContributionID *id.Contribution      `json:"contribution_id"`
	SpaceID        *id.Space             `json:"space_id"`
	ConsentID      *id.Consent           `json:"consent_id"`
	CaseID         *id.Case              `json:"case_id"`
	ToldAs         *id.AuthorCase        `json:"told_as"`
	SpaceTitle     string                `json:"space_title"`
	Title          string                `json:"title"`
	Reason         string                `json:"reason"`
	Begins         *time.Time            `json:"begins"`
	Ends           *time.Time            `json:"ends"`
	CreatedAt      time.Time             `json:"created_at"`
	ReadAt         *time.Time            `json:"read_at"`
}

func (r noticeRow) domain() moderation.Notice {
	if r.Kind.ToParty() {
		r.CaseID = nil
	}
	return moderation.Notice{
		ID: r.NoticeID, Kind: r.Kind, Contribution: deref(r.ContributionID), Space: deref(r.SpaceID), Consent: deref(r.ConsentID), Case: deref(r.CaseID), AuthorCase: deref(r.ToldAs), SpaceTitle: r.SpaceTitle,
		Title: r.Title, Reason: r.Reason, Begins: deref(r.Begins), Ends: deref(r.Ends), At: r.CreatedAt, ReadAt: deref(r.ReadAt),
	}
}

// Notices reads somebody's notices before the given one, newest first. Of what has
// been sealed since they say nothing (R50).
func (tx *Tx) Notices(ctx context.Context, who id.Person, before id.Notice, limit int) ([]moderation.Notice, error) {
	var rows []noticeRow
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.notice_id DESC), '[]') FROM (
			SELECT n.notice_id, n.kind, n.contribution_id, n.space_id, n.consent_id, n.case_id, n.told_as, n.begins, n.ends, n.created_at, n.read_at, coalesce(s.title, '') AS space_title,
				CASE WHEN q.sealed THEN '' ELSE n.title END AS title, CASE WHEN q.sealed THEN '' ELSE n.reason END AS reason
			FROM notice n LEFT JOIN space s ON s.space_id = n.space_id LEFT JOIN contribution c ON c.contribution_id = n.contribution_id
			CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM hold h
				WHERE h.target_id IN (c.contribution_id, c.parent_id) AND h.status = 'open' AND h.sealed) AS sealed) q
			WHERE n.person_id = $1 AND n.notice_id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
			ORDER BY n.notice_id DESC LIMIT $3) x`, who, nullable(before), limit)
	notices := make([]moderation.Notice, len(rows))
	for i, row := range rows {
		notices[i] = row.domain()
	}
	return notices, err
}

// MarkRead marks somebody's notices as read.
func (tx *Tx) MarkRead(ctx context.Context, who id.Person, notices []id.Notice, now time.Time) error {
	named, err := json.Marshal(append([]id.Notice{}, notices...))
	if err != nil {
		return fmt.Errorf("encode notices: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, `UPDATE notice SET read_at = $2 WHERE person_id = $1 AND read_at IS NULL
		AND ($3::jsonb = '[]' OR notice_id IN (SELECT value::uuid FROM jsonb_array_elements_text($3::jsonb)))`, who, now.UTC(), string(named))
	return translate(err)
}
