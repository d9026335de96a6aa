package postgres

import (
	"cmp"
	"context"
	_ "embed" // the statements
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/moderation"
)

var (
	//go:embed case_parts.sql
	casePartsSQL string
	//go:embed case_list.sql
	caseListText string
	//go:embed case_line.sql
	caseLineSQL string
	//go:embed case_count.sql
	caseCountSQL string

	caseListSQL = strings.ReplaceAll(caseListText, "/*line*/", caseLineSQL)
)

// roleList is roles as JSON.
type roleList []actor.Role

func (r roleList) domain() actor.Roles { return actor.NewRoles(r...) }

// evidenceRow is a row of evidence.
type evidenceRow struct {
	RevisionID *id.Revision `json:"revision_id"`
	Document   string       `json:"document"`
	Hash       bytea        `json:"hash"`
	Sealed     bool         `json:"sealed"`
	TakenAt    time.Time    `json:"taken_at"`
}

func (r evidenceRow) domain() (moderation.Evidence, error) {
	e := moderation.Evidence{Revision: deref(r.RevisionID), Sealed: r.Sealed, TakenAt: r.TakenAt.UTC()}
	copy(e.Hash[:], r.Hash)
	if err := json.Unmarshal([]byte(r.Document), &e.Exhibit); err != nil {
		return e, fmt.Errorf("decode exhibit: %w", err)
	}
	return e, nil
}

type caseEntryRow struct {
	EntryID  id.Entry                 `json:"entry_id"`
	CaseID   id.Case                  `json:"case_id"`
	ReportID *id.Report               `json:"report_id"`
	Kind     moderation.CaseEntryKind `json:"kind"`
	PersonID *id.Person               `json:"person_id"`
	Said     string                   `json:"said"`
	SaidAt   time.Time                `json:"said_at"`
}

type caseLetterRow struct {
	LetterID  id.Letter                 `json:"letter_id"`
	CaseID    id.Case                   `json:"case_id"`
	Party     moderation.Party          `json:"party"`
	ReportID  *id.Report                `json:"report_id"`
	PersonID  *id.Person                `json:"person_id"`
	Kind      moderation.CaseLetterKind `json:"kind"`
	Cause     uuid.UUID                 `json:"cause"`
	Subject   string                    `json:"subject"`
	Body      string                    `json:"body"`
	WrittenAt time.Time                 `json:"written_at"`
}

// CaseParts reads what is in a case, with the letters to one who reported or to the first.
func (tx *Tx) CaseParts(ctx context.Context, c id.Case, r id.Report) (moderation.CaseParts, error) {
	var row struct {
		Evidence    []evidenceRow        `json:"evidence"`
		Entries     []caseEntryRow       `json:"entries"`
		Letters     []caseLetterRow      `json:"letters"`
		Attachments []attachmentRow      `json:"attachments"`
		Names       map[id.Person]string `json:"names"`
		Place       string               `json:"place"`
		Space       string               `json:"space"`
	}
	if err := tx.document(ctx, &row, casePartsSQL, c, nullable(r), moderation.MostReports); err != nil {
		return moderation.CaseParts{}, err
	}
	parts := moderation.CaseParts{Names: row.Names, Place: row.Place, Space: row.Space}
	for _, e := range row.Evidence {
		evidence, err := e.domain()
		if err != nil {
			return parts, err
		}
		parts.Evidence = append(parts.Evidence, evidence)
	}
	for _, e := range row.Entries {
		parts.Entries = append(parts.Entries, moderation.CaseEntry{
			ID: e.EntryID, Case: e.CaseID, Report: deref(e.ReportID), Kind: e.Kind, Person: deref(e.PersonID), Name: row.Names[deref(e.PersonID)],
			Text: e.Said, At: e.SaidAt.UTC(),
		})
	}
	for _, a := range row.Attachments {
		parts.Attachments = append(parts.Attachments, a.domain())
	}
	for _, l := range row.Letters {
		parts.Letters = append(parts.Letters, moderation.CaseLetter{
			ID: l.LetterID, Case: l.CaseID, To: l.Party, Report: deref(l.ReportID), Person: deref(l.PersonID), Kind: l.Kind, Cause: l.Cause, Subject: l.Subject,
			Body: l.Body, At: l.WrittenAt.UTC(),
		})
	}
	return parts, nil
}

// firstPlace is before every deadline.
var firstPlace = time.Unix(0, 0).UTC()

// CaseList reads a page of the cases that somebody may examine.
func (tx *Tx) CaseList(ctx context.Context, q moderation.CaseQuery) ([]moderation.CaseLine, error) {
	var rows []caseLineRow
	due, after := firstPlace, uuid.Nil
	if q.Done {
		after = uuid.Max
	}
	if q.After != nil {
		due, after = cmp.Or(q.After.Due.UTC(), firstPlace), q.After.Case.UUID
	}
	if err := tx.readInOrder(ctx); err != nil {
		return nil, fmt.Errorf("read the cases: %w", err)
	}
	err := tx.document(ctx, &rows, caseListSQL, q.Who, q.Judges && !q.Mine, q.Done, string(q.Kind), due, after, q.Limit, string(q.Status), string(q.Ground), q.Judges)
	return caseLines(rows), err
}

// caseLineRow is a case in a list.
type caseLineRow struct {
	Case     caseRow `json:"case"`
	Assignee string  `json:"assignee"`
	Place    string  `json:"place"`
	Space    string  `json:"space"`
	Reports  int     `json:"reports"`
	Masked   bool    `json:"masked"`
}

func (r caseLineRow) domain() moderation.CaseLine {
	return moderation.CaseLine{
		Case: r.Case.domain(), AssigneeName: r.Assignee, PlaceName: r.Place, SpaceTitle: r.Space, Reports: r.Reports, Masked: r.Masked,
	}
}

func caseLines(rows []caseLineRow) []moderation.CaseLine {
	lines := make([]moderation.CaseLine, len(rows))
	for i, row := range rows {
		lines[i] = row.domain()
	}
	return lines
}

// CountCaseList counts cases that are to be decided yet.
func (tx *Tx) CountCaseList(ctx context.Context, q moderation.CaseQuery) (int, error) {
	var count int
	err := tx.conn.QueryRowContext(ctx, caseCountSQL, q.Who, q.Judges, q.Limit).Scan(&count)
	return count, translate(err)
}

// CaseOrderOf reads what the establishment of the content is to carry out of a case.
func (tx *Tx) CaseOrderOf(ctx context.Context, c id.Case) (moderation.CaseOrder, error) {
	var row struct {
		Case    caseRow          `json:"case"`
		Tally   moderation.Tally `json:"tally"`
		Masking storedValues     `json:"masking"`
		Asked   *id.Person       `json:"asked"`
		Ruling  *rulingRow       `json:"ruling"`
	}
	if err := tx.document(ctx, &row, `SELECT x || jsonb_build_object('masking', masking_of($1)) FROM (SELECT case_order($1) AS x) y WHERE x IS NOT NULL`, c); err != nil {
		return moderation.CaseOrder{}, err
	}
	order := moderation.CaseOrder{Case: row.Case.domain(), Minors: row.Case.Minors, Tally: row.Tally, Masking: row.Masking.load(), Asked: deref(row.Asked)}
	if row.Ruling != nil {
		ruling := row.Ruling.domain()
		order.Ruling = &ruling
	}
	return order, nil
}

// storedValues are parameters as the table setting has them.
type storedValues map[string]json.RawMessage

func (s storedValues) load() settings.Values {
	values, _ := settings.Load(s) // what is not accepted any more has its default
	return values
}

// CaseTrail reads the trail of a case, the newest first.
func (tx *Tx) CaseTrail(ctx context.Context, c id.Case, limit int) ([]moderation.CaseEvent, error) {
	var rows []struct {
		At       time.Time `json:"at"`
		Action   string    `json:"action"`
		From, To string
		Name     string `json:"name"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.version DESC), '[]') FROM (
			SELECT e.at, e.action, e.status_from AS "From", e.status_to AS "To", e.version, coalesce(p.given_name || ' ' || p.family_name, '') AS name
			FROM audit_entry e LEFT JOIN audit_pseudonym q ON q.pseudonym = e.pseudonym LEFT JOIN person p ON p.person_id = q.person_id
			WHERE e.subject_kind IN ('case', 'order') AND e.subject_id = $1 ORDER BY e.version DESC LIMIT $2) x`, c, limit)
	events := make([]moderation.CaseEvent, len(rows))
	for i, r := range rows {
		events[i] = moderation.CaseEvent{At: r.At.UTC(), Action: r.Action, From: r.From, To: r.To, Name: r.Name}
	}
	return events, err
}
