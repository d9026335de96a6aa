package postgres

import (
	"context"
	_ "embed" // the statements
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/internal/outbox"
	"imprimatur/internal/settings"
)

var (
	//go:embed letter.sql
	letterSQL string
	//go:embed post_reporters.sql
	postReportersSQL string
)

var _ mail.Poster = (*Tx)(nil)

// Post puts items into the letters that their persons are written next. Persons come in
// the order of their ids, so that two who post do not wait for each other in a circle. Those who
// reported have a letter each, written together.
func (tx *Tx) Post(ctx context.Context, items []mail.Item, due, now time.Time) error {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b mail.Item) int { return slices.Compare(a.Person.UUID[:], b.Person.UUID[:]) })
	known := 0
	for known < len(items) && items[known].Person.IsZero() {
		known++
	}
	if err := tx.postReporters(ctx, items[:known], due, now); err != nil {
		return fmt.Errorf("post to who reported: %w", err)
	}
	for _, item := range items[known:] {
		if err := tx.post(ctx, item, due, now); err != nil {
			return fmt.Errorf("post %s: %w", item.Kind, err)
		}
	}
	return nil
}

func (tx *Tx) post(ctx context.Context, item mail.Item, due, now time.Time) error {
	var wanted bool
	err := tx.conn.QueryRowContext(ctx, `SELECT coalesce(bool_or(p.email <> '' AND grown(p.person_id, ($3::timestamptz AT TIME ZONE t.time_zone)::date)), false)
			AND NOT EXISTS (SELECT 1 FROM letter_item i WHERE i.cause = $2 AND i.person_id = $1)
		FROM person p JOIN tenant t ON t.tenant_id = current_tenant() WHERE p.person_id = $1`, item.Person, item.Cause, now.UTC()).Scan(&wanted)
	if err != nil || !wanted {
		return translate(err)
	}
	letter, err := tx.gathering(ctx, item.Person, due, now)
	if err != nil {
		return err
	}
	return tx.enclose(ctx, letter, item, now)
}

// enclose puts an item into a letter.
func (tx *Tx) enclose(ctx context.Context, letter id.Letter, item mail.Item, now time.Time) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO letter_item (cause, person_id, tenant_id, letter_id, kind, consent_id, case_id, reference, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`, item.Cause, nullable(item.Person), tx.tenant, letter, item.Kind,
		nullable(item.Consent), nullable(item.Case), item.Reference, now.UTC())
	return translate(err)
}

// postReporters writes letters to those who reported something, each its own.
func (tx *Tx) postReporters(ctx context.Context, items []mail.Item, due, now time.Time) error {
	if len(items) == 0 {
		return nil
	}
	type row struct {
		Letter    id.Letter  `json:"letter"`
		Message   id.Message `json:"message"`
		Cause     uuid.UUID  `json:"cause"`
		Kind      mail.Kind  `json:"kind"`
		Case      id.Case    `json:"about"`
		Report    id.Report  `json:"report"`
		Reference string     `json:"reference"`
	}
	rows := make([]row, len(items))
	for i, item := range items {
		rows[i] = row{id.New[id.Letter](), id.New[id.Message](), item.Cause, item.Kind, item.Case, item.Report, item.Reference}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode items: %w", err)
	}
	var begun int
	err = tx.conn.QueryRowContext(ctx, postReportersSQL, string(text), due.UTC(), now.UTC(), outbox.SendMail, outbox.Message{Kind: outbox.SendMail}.Queue()).Scan(&begun)
	tx.committed.Messages += begun
	return translate(err)
}

// gathering finds or begins the letter that somebody is written next, and locks it: it is
// not closed before this transaction ends. It goes when it is due, and no later than it was.
func (tx *Tx) gathering(ctx context.Context, person id.Person, due, now time.Time) (id.Letter, error) {
	for {
		var found []id.Letter
		err := tx.document(ctx, &found, `WITH l AS (
				UPDATE letter SET due_at = least(due_at, $2) WHERE person_id = $1 AND state = 'gathering' RETURNING letter_id)
			SELECT coalesce(jsonb_agg(letter_id), '[]') FROM l`, person, due.UTC())
		if err != nil {
			return id.Letter{}, err
		}
		if len(found) > 0 {
			return found[0], tx.hasten(ctx, found[0], due)
		}
		letter := id.New[id.Letter]()
		begun, err := tx.conn.ExecContext(ctx, `INSERT INTO letter (letter_id, tenant_id, person_id, state, due_at, created_at)
			VALUES ($1, $2, $3, 'gathering', $4, $5) ON CONFLICT DO NOTHING`, letter, tx.tenant, person, due.UTC(), now.UTC())
		if err != nil {
			return id.Letter{}, translate(err)
		}
		if rows, err := begun.RowsAffected(); err != nil || rows == 1 {
			return letter, tx.Emit(ctx, outbox.Message{Tenant: tx.tenant, Kind: outbox.SendMail, Subject: letter.UUID, Due: due})
		}
	}
}

// hasten sends a letter's message no later than due.
func (tx *Tx) hasten(ctx context.Context, letter id.Letter, due time.Time) error {
	moved, err := tx.conn.ExecContext(ctx, `UPDATE outbox SET due_at = $3 WHERE subject_id = $1 AND kind = $2 AND status = 'waiting' AND due_at > $3`,
		letter, outbox.SendMail, due.UTC())
	if err != nil {
		return translate(err)
	}
	if rows, err := moved.RowsAffected(); err == nil && rows > 0 {
		tx.committed.Messages++
	}
	return nil
}

// letterRow is a row of letter.
type letterRow struct {
	LetterID  id.Letter  `json:"letter_id"`
	TenantID  id.Tenant  `json:"tenant_id"`
	PersonID  *id.Person `json:"person_id"`
	ReportID  *id.Report `json:"report_id"`
	State     mail.State `json:"state"`
	DueAt     time.Time  `json:"due_at"`
	BusyUntil *time.Time `json:"busy_until"`
	Token     bytea      `json:"token"`
	Attempts  int        `json:"attempts"`
	Address   string     `json:"address"`
	Subject   string     `json:"subject"`
	Body      string     `json:"body"`
	Fault     string     `json:"fault"`
	SettledAt *time.Time `json:"settled_at"`
}

// TakeLetter closes a letter and takes it for a worker until a time, unless it is settled
// or another worker has it: then it comes back as it is. The error is
// [directory.ErrNotFound].
func (tx *Tx) TakeLetter(ctx context.Context, letter id.Letter, now, until time.Time) (mail.Letter, error) {
	taken, err := tx.conn.ExecContext(ctx, `UPDATE letter SET state = 'sending', busy_until = $3, attempts = attempts + 1, token = coalesce(token, $4)
		WHERE letter_id = $1 AND (state = 'gathering' OR state = 'sending' AND coalesce(busy_until <= $2, true))`, letter, now.UTC(), until.UTC(), mail.NewToken())
	if err != nil {
		return mail.Letter{}, translate(err)
	}
	count, err := taken.RowsAffected()
	if err != nil {
		return mail.Letter{}, translate(err)
	}
	var row struct {
		Letter   letterRow `json:"letter"`
		Name     string    `json:"name"`
		Email    string    `json:"email"`
		Language string    `json:"language"`
		Minor    bool      `json:"minor"`
		Lines    []struct {
			Kind    mail.Kind   `json:"kind"`
			Consent *id.Consent `json:"consent"`
			Person  *id.Person  `json:"person"`
			Given   string      `json:"given"`
			Title   string      `json:"title"`
			Until   *time.Time  `json:"until"`
			Awaited bool        `json:"awaited"`
			Stands  bool        `json:"stands"`

			Case      *id.Case   `json:"case"`
			Report    *id.Report `json:"report"`
			Reference string     `json:"reference"`
		} `json:"lines"`
	}
	if err := tx.document(ctx, &row, letterSQL, letter, now.UTC()); err != nil {
		return mail.Letter{}, err
	}
	house, err := tx.Here(ctx)
	if err != nil {
		return mail.Letter{}, err
	}
	l := mail.Letter{
		ID: letter, Tenant: tx.tenant, State: row.Letter.State, BusyUntil: deref(row.Letter.BusyUntil).UTC(), Taken: count == 1, Token: row.Letter.Token,
		Reader: mail.Reader{ID: deref(row.Letter.PersonID), Name: row.Name, Address: row.Email, Language: row.Language, Minor: row.Minor},
		School: mail.School{
			Name: house.Tenant.Name, UAI: house.Tenant.UAI, Contact: settings.ContactMail.Of(house.Values), Location: house.Calendar.Location(),
		},
	}
	for _, line := range row.Lines {
		l.Lines = append(l.Lines, mail.Line{
			Kind: line.Kind, Consent: deref(line.Consent), Person: deref(line.Person), Given: line.Given, Title: line.Title, Until: deref(line.Until).UTC(),
			Awaited: line.Awaited, Stands: line.Stands, Case: deref(line.Case), Report: deref(line.Report), Reference: line.Reference,
		})
	}
	return l, nil
}

// FollowReport takes a letter, that nobody is sending, to the house that its report has gone to, and
// reports whether it did.
func (tx *Tx) FollowReport(ctx context.Context, letter id.Letter, now time.Time) (bool, error) {
	var moved bool
	err := tx.conn.QueryRowContext(ctx, `SELECT follow_report($1, $2)`, letter, now.UTC()).Scan(&moved)
	return moved, translate(err)
}

// SettleLetter ends a letter that a worker has taken.
func (tx *Tx) SettleLetter(ctx context.Context, letter id.Letter, o mail.Outcome, now time.Time) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE letter SET state = $2, address = $3, subject = $4, body = $5, fault = $6, settled_at = $7, busy_until = NULL
		WHERE letter_id = $1 AND state = 'sending'`, letter, o.State, o.Address, o.Subject, o.Body, o.Fault, now.UTC())
}

// ReturnLetter lets another attempt have a letter, after one that came to nothing.
func (tx *Tx) ReturnLetter(ctx context.Context, letter id.Letter, fault string) error {
	_, err := tx.conn.ExecContext(ctx, `UPDATE letter SET busy_until = NULL, fault = $2 WHERE letter_id = $1 AND state = 'sending'`, letter, fault)
	return translate(err)
}

// Letters reads the mailbox before the given letter, newest first. Letters in which nothing
// was left to be told are not in it.
func (tx *Tx) Letters(ctx context.Context, before id.Letter, limit int) ([]mail.Entry, error) {
	var rows []struct {
		letterRow
		Name string `json:"name"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.letter_id DESC), '[]') FROM (
			SELECT l.*, coalesce(p.given_name || ' ' || p.family_name, '') AS name FROM letter l LEFT JOIN person p ON p.person_id = l.person_id
			WHERE l.state <> 'void' AND ($1::uuid IS NULL OR l.letter_id < $1) ORDER BY l.letter_id DESC LIMIT $2) x`, nullable(before), limit)
	list := make([]mail.Entry, len(rows))
	for i, r := range rows {
		list[i] = mail.Entry{
			ID: r.LetterID, State: r.State, Name: r.Name, Address: r.Address, Subject: r.Subject, Body: r.Body, Fault: r.Fault, Attempts: r.Attempts,
			DueAt: r.DueAt.UTC(), SettledAt: deref(r.SettledAt).UTC(), Reporter: r.ReportID != nil,
		}
		if list[i].Reporter { // R44
			list[i].Address, list[i].Fault = "", "" // a server's refusal names the address
		}
	}
	return list, err
}

// Bounce notes that a letter came back, and tells whether one has: only a letter that was sent
// does, and once, by its token. why is a delivery status.
func (db *DB) Bounce(ctx context.Context, letter id.Letter, token []byte, why string, now time.Time) (bool, error) {
	var noted bool
	if err := db.worker.QueryRow(ctx, `SELECT bounce_letter($1, $2, $3, $4)`, letter, token, why, now.UTC()).Scan(&noted); err != nil {
		return false, translate(err)
	}
	return noted, nil
}

// ForgetMail drops what letters said before a time, and whole letters a year after, and
// counts them.
func (db *DB) ForgetMail(ctx context.Context, before time.Time) (int, error) {
	total := 0
	for {
		var count int
		if err := db.worker.QueryRow(ctx, `SELECT forget_mail($1, $2, $3)`, before, before.AddDate(0, -mail.MonthsKept, 0), upkeepBatch).Scan(&count); err != nil {
			return total, fmt.Errorf("forget mail: %w", err)
		}
		if total += count; count < upkeepBatch {
			return total, nil
		}
	}
}
