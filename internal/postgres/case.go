package postgres

import (
	"context"
	_ "embed" // the statements
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

var _ moderation.CasesTx = (*Tx)(nil)

// caseRow is a row of case_file.
type caseRow struct {
	CaseID         id.Case               `json:"case_id"`
	TenantID       id.Tenant             `json:"tenant_id"`
	PlaceID        id.Tenant             `json:"place_id"`
	Kind           moderation.CaseKind   `json:"kind"`
	Status         workflow.CaseStatus   `json:"status"`
	Version        int64                 `json:"version"`
	Reference      string                `json:"reference"`
	ToldAs         *id.AuthorCase        `json:"told_as"` // the database makes it
	SubjectID      *uuid.UUID            `json:"subject_id"`
	ContributionID *id.Contribution      `json:"contribution_id"`
	PhotoID        *id.Photo             `json:"photo_id"`
	SpaceID        *id.Space             `json:"space_id"`
	MessageID      *string               `json:"message_id"`
	AuthorID       *id.Person            `json:"author_id"`
	Title          string                `json:"title"`
	Location       string                `json:"location"`
	Ground         workflow.Ground       `json:"ground"`
	Severity       workflow.Severity     `json:"severity"`
	Authority      bool                  `json:"authority"`
	AssigneeID     *id.Person            `json:"assignee_id"`
	AssignedAs     moderation.Assignment `json:"assigned_as"`
	OpenedAt       time.Time             `json:"opened_at"`
	DueAt          time.Time             `json:"due_at"`
	EscalateAt     time.Time             `json:"escalate_at"`
	EscalatedAt    *time.Time            `json:"escalated_at"`
	ViewedAt       *time.Time            `json:"viewed_at"`
	Verdict        workflow.Verdict      `json:"verdict"`
	DecidedAt      *time.Time            `json:"decided_at"`
	DecidedBy      *id.Person            `json:"decided_by"`
	AppealUntil    *time.Time            `json:"appeal_until"`
	AppealedBy     moderation.Party      `json:"appealed_by"`
	ClosedAt       *time.Time            `json:"closed_at"`
	MergedInto     *id.Case              `json:"merged_into"`
	Minors         bool                  `json:"minors"`
	Interim        *string               `json:"interim"`
	InterimBy      *id.Person            `json:"interim_by"`
	InterimAt      *time.Time            `json:"interim_at"`
	Withdrawn      *id.Photo             `json:"withdrawn"` // not stored: a query adds it
}

func newCaseRow(c moderation.Case, minors bool) caseRow {
	row := caseRow{
		CaseID: c.ID, TenantID: c.Tenant, PlaceID: c.Place, Kind: c.Kind, Status: c.Status, Version: c.Version, Reference: c.Reference,
		ContributionID: nullable(c.Target.Contribution), PhotoID: nullable(c.Target.Photo), SpaceID: nullable(c.Target.Space),
		AuthorID: nullable(c.Target.Author), Title: c.Target.Title, Location: c.Location, Ground: c.Ground, Severity: c.Severity,
		Authority: c.Authority, OpenedAt: c.OpenedAt.UTC(), DueAt: c.DueAt.UTC(), EscalateAt: c.EscalateAt.UTC(), Minors: minors,
		SubjectID: nullable(c.Subject()), AppealedBy: c.AppealedBy,
	}
	if c.Target.Message != "" {
		row.MessageID = &c.Target.Message
	}
	return row
}

func (r caseRow) domain() moderation.Case {
	return moderation.Case{
		ID: r.CaseID, Tenant: r.TenantID, Place: r.PlaceID, Kind: r.Kind, Status: r.Status, Version: r.Version, Reference: r.Reference, ToldAs: deref(r.ToldAs),
		Target: moderation.Target{
			Contribution: deref(r.ContributionID), Photo: deref(r.PhotoID), Space: deref(r.SpaceID), Message: deref(r.MessageID),
			Author: deref(r.AuthorID), Title: r.Title,
		},
		Location: r.Location, Ground: r.Ground, Severity: r.Severity, Authority: r.Authority, Assignee: deref(r.AssigneeID), AssignedAs: r.AssignedAs,
		OpenedAt: r.OpenedAt.UTC(), DueAt: r.DueAt.UTC(), EscalateAt: r.EscalateAt.UTC(), Escalated: deref(r.EscalatedAt).UTC(), ViewedAt: deref(r.ViewedAt).UTC(),
		Verdict: r.Verdict, DecidedAt: deref(r.DecidedAt).UTC(), DecidedBy: deref(r.DecidedBy), AppealUntil: deref(r.AppealUntil).UTC(),
		AppealedBy: r.AppealedBy, ClosedAt: deref(r.ClosedAt).UTC(), MergedInto: deref(r.MergedInto), Disputed: r.disputed(), Withdrawn: deref(r.Withdrawn),
		Interim: moderation.Interim{Word: moderation.InterimWord(deref(r.Interim)), By: deref(r.InterimBy), At: deref(r.InterimAt).UTC()},
	}
}

// disputed is the decision that a case of appeal is about, where that is not the content.
func (r caseRow) disputed() uuid.UUID {
	if r.Kind != moderation.OfAppeal {
		return uuid.Nil
	}
	return deref(r.SubjectID)
}

// reportRow is a row of report.
type reportRow struct {
	ReportID     id.Report       `json:"report_id"`
	CaseID       id.Case         `json:"case_id"`
	Reference    string          `json:"reference"`
	PersonID     *id.Person      `json:"person_id"`
	Name         string          `json:"name"`
	Email        string          `json:"email"`
	Language     string          `json:"language"`
	Ground       workflow.Ground `json:"ground"`
	LegalGround  string          `json:"legal_ground"`
	Explanation  string          `json:"explanation"`
	PriorContact string          `json:"prior_contact"`
	GoodFaith    bool            `json:"good_faith"`
	ReportedAt   time.Time       `json:"reported_at"`
	DueAt        *time.Time      `json:"due_at"`
	AppealedAt   *time.Time      `json:"appealed_at"`
	DisownedAt   *time.Time      `json:"disowned_at"`
	AboutTitle   *string         `json:"about_title"`
}

func newReportRow(r moderation.Report) reportRow {
	return reportRow{
		ReportID: r.ID, CaseID: r.Case, Reference: r.Reference, PersonID: nullable(r.Person), Name: r.Name, Email: r.Email, Language: r.Language,
		Ground: r.Ground, LegalGround: r.LegalGround, Explanation: r.Explanation, PriorContact: r.PriorContact, GoodFaith: r.GoodFaith, ReportedAt: r.At.UTC(),
		DueAt: nullTime(r.DueAt),
	}
}

func (r reportRow) domain() moderation.Report {
	return moderation.Report{
		ID: r.ReportID, Case: r.CaseID, Reference: r.Reference, Person: deref(r.PersonID), Name: r.Name, Email: r.Email, Language: r.Language,
		Ground: r.Ground, LegalGround: r.LegalGround, Explanation: r.Explanation, PriorContact: r.PriorContact, GoodFaith: r.GoodFaith, At: r.ReportedAt.UTC(), AppealedAt: deref(r.AppealedAt).UTC(),
		DueAt: deref(r.DueAt).UTC(), DisownedAt: deref(r.DisownedAt).UTC(), About: r.AboutTitle,
	}
}

func reportsOf(rows []reportRow) []moderation.Report {
	list := make([]moderation.Report, len(rows))
	for i, row := range rows {
		list[i] = row.domain()
	}
	return list
}

// rulingRow is a row of case_ruling.
type rulingRow struct {
	RulingID  id.Entry            `json:"ruling_id"`
	CaseID    id.Case             `json:"case_id"`
	Verdict   workflow.Verdict    `json:"verdict"`
	Appeal    bool                `json:"appeal"`
	Upheld    bool                `json:"upheld"`
	PersonID  id.Person           `json:"person_id"`
	PhotoID   *id.Photo           `json:"photo_id"`
	Sealed    bool                `json:"sealed"`
	Ground    workflow.Ground     `json:"ground"`
	Reason    string              `json:"reason"`
	Answer    string              `json:"answer"`
	Statement *workflow.Statement `json:"statement"`
	DecidedAt time.Time           `json:"decided_at"`
	Until     *time.Time          `json:"answer_until"`
}

func (r rulingRow) domain() moderation.Ruling {
	return moderation.Ruling{
		ID: r.RulingID, Case: r.CaseID, Verdict: r.Verdict, Appeal: r.Appeal, Upheld: r.Upheld, Person: r.PersonID, Photo: deref(r.PhotoID), Sealed: r.Sealed,
		Ground: r.Ground, Reason: r.Reason, Answer: r.Answer, Statement: r.Statement, At: r.DecidedAt.UTC(), Until: deref(r.Until).UTC(),
	}
}

// CaseTarget reads a case by itself.
func (tx *Tx) CaseTarget(ctx context.Context, c id.Case) (moderation.Case, error) {
	var row caseRow
	err := tx.document(ctx, &row, `SELECT to_jsonb(f) || jsonb_build_object('withdrawn',
			(SELECT u.photo_id FROM case_ruling u WHERE u.case_id = f.case_id ORDER BY u.ruling_id DESC LIMIT 1))
		FROM case_file f WHERE f.case_id = $1 AND f.purged_at IS NULL`, c)
	return row.domain(), err
}

//go:embed case_file.sql
var caseFileSQL string

// CaseFile locks a case, then reads it.
func (tx *Tx) CaseFile(ctx context.Context, c id.Case, who id.Person, now time.Time) (moderation.CaseFile, error) {
	var locked bool
	if err := tx.conn.QueryRowContext(ctx, `SELECT true FROM case_file WHERE case_id = $1 FOR NO KEY UPDATE`, c).Scan(&locked); err != nil {
		return moderation.CaseFile{}, translate(err)
	}
	return tx.ReadCase(ctx, c, who, now)
}

// LockCases locks cases in the order of their ids.
func (tx *Tx) LockCases(ctx context.Context, cases ...id.Case) error {
	named, err := json.Marshal(cases)
	if err != nil {
		return fmt.Errorf("encode cases: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, `SELECT 1 FROM case_file WHERE case_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))
		ORDER BY case_id FOR NO KEY UPDATE`, string(named))
	return translate(err)
}

// ReadCase reads a case without locking it.
func (tx *Tx) ReadCase(ctx context.Context, c id.Case, who id.Person, now time.Time) (moderation.CaseFile, error) {
	var row struct {
		Case      caseRow              `json:"case"`
		Roles     roleList             `json:"roles"`
		Above     *id.Tenant           `json:"above"`
		AboveName string               `json:"above_name"`
		Concerns  []moderation.Concern `json:"concerns"`
		Reports   []reportRow          `json:"reports"`
		Reported  *time.Time           `json:"reported_at"`
		Tally     moderation.Tally     `json:"tally"`
		Masking   storedValues         `json:"masking"`
		Rulings   []rulingRow          `json:"rulings"`
		Reply     *replyRow            `json:"reply"`
		Photos    []id.Photo           `json:"photos"`
		Staff     []personRow          `json:"staff"`
		Published *time.Time           `json:"published"`
		Holds     []moderation.OwnHold `json:"holds"`
		Press     bool                 `json:"press"`
		Child     bool                 `json:"child"`
		Reach     moderation.Reach     `json:"reach"`
		Answerers []struct {
			Person  id.Person             `json:"person"`
			Name    string                `json:"name"`
			As      moderation.Assignment `json:"as"`
			Directs bool                  `json:"directs"`
		} `json:"answerers"`
	}
	if err := tx.document(ctx, &row, caseFileSQL, c, nullable(who), now.UTC(), moderation.MostReports); err != nil {
		return moderation.CaseFile{}, err
	}
	house, err := tx.Here(ctx)
	file := moderation.CaseFile{
		Case: row.Case.domain(), House: house, Roles: row.Roles.domain(), Concerns: row.Concerns, Reports: reportsOf(row.Reports), Reported: deref(row.Reported).UTC(), Tally: row.Tally,
		Masking: row.Masking.load(), Above: deref(row.Above), AboveName: row.AboveName, Minors: row.Case.Minors, Photos: row.Photos,
		Reply: row.Reply.domain(), Staff: persons(row.Staff), Published: deref(row.Published).UTC(),
		Holds: row.Holds, Hides: len(row.Holds) > 0, Press: row.Press, Child: row.Child, Reach: row.Reach,
	}
	for _, ruling := range row.Rulings {
		file.Rulings = append(file.Rulings, ruling.domain())
	}
	for _, a := range row.Answerers {
		file.Answerers = append(file.Answerers, moderation.Answerer{Person: a.Person, Name: a.Name, As: a.As, Directs: a.Directs})
	}
	return file, err
}

// UpdateCase writes what an act says beside the status.
func (tx *Tx) UpdateCase(ctx context.Context, c moderation.Case) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE case_file SET assignee_id = $2, assigned_as = $3, due_at = $4, escalate_at = $5, escalated_at = $6,
			viewed_at = $7, verdict = $8, decided_at = $9, decided_by = $10, appeal_until = $11, appealed_by = $12, closed_at = $13, merged_into = $14,
			interim = nullif($15, ''), interim_by = $16, interim_at = $17
		WHERE case_id = $1`, c.ID, nullable(c.Assignee), c.AssignedAs, c.DueAt.UTC(), c.EscalateAt.UTC(), nullTime(c.Escalated), nullTime(c.ViewedAt),
		c.Verdict, nullTime(c.DecidedAt), nullable(c.DecidedBy), nullTime(c.AppealUntil), c.AppealedBy, nullTime(c.ClosedAt), nullable(c.MergedInto),
		c.Interim.Word, nullable(c.Interim.By), nullTime(c.Interim.At))
}

// HandOver moves a case to the authority above.
func (tx *Tx) HandOver(ctx context.Context, c id.Case, to id.Tenant) error {
	var moved bool
	if err := tx.conn.QueryRowContext(ctx, `SELECT hand_over($1, $2)`, c, to).Scan(&moved); err != nil {
		return translate(err)
	}
	if !moved {
		return directory.ErrNotFound
	}
	return nil
}

// promise writes messages about a case into another tenant's outbox.
func (tx *Tx) promise(ctx context.Context, c id.Case, messages []outbox.Message, there bool) error {
	rows := make([]messageRow, len(messages))
	for i, m := range messages {
		rows[i] = messageRow{id.New[id.Message](), m.Tenant, m.Kind, m.Queue(), c.UUID, m.Version, m.Note, m.Due.UTC()}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode messages: %w", err)
	}
	if _, err := tx.conn.ExecContext(ctx, `SELECT promise_case($1, $2::jsonb, $3)`, c, string(text), there); err != nil {
		return translate(err)
	}
	tx.committed.Messages += len(messages)
	return nil
}

// EmitThere promises something to the establishment of a case's content.
func (tx *Tx) EmitThere(ctx context.Context, c id.Case, m outbox.Message) error {
	return tx.promise(ctx, c, []outbox.Message{m}, true)
}

// MarkAppealed keeps that one who reported has appealed.
func (tx *Tx) MarkAppealed(ctx context.Context, report id.Report, now time.Time) error {
	return tx.one(ctx, directory.ErrNotFound, `UPDATE report SET appealed_at = $2 WHERE report_id = $1`, report, now.UTC())
}

// AddCaseEntry writes what was said in a case.
func (tx *Tx) AddCaseEntry(ctx context.Context, e moderation.CaseEntry) error {
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO case_entry (entry_id, tenant_id, case_id, report_id, kind, person_id, said, said_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, e.ID, tx.tenant, e.Case, nullable(e.Report), e.Kind, nullable(e.Person), e.Text, e.At.UTC())
	return translate(err)
}

// AddRuling writes what was decided.
func (tx *Tx) AddRuling(ctx context.Context, r moderation.Ruling) error {
	var statement *string
	if r.Statement != nil {
		text, err := json.Marshal(r.Statement)
		if err != nil {
			return fmt.Errorf("encode statement: %w", err)
		}
		written := string(text)
		statement = &written
	}
	_, err := tx.conn.ExecContext(ctx, `INSERT INTO case_ruling (ruling_id, tenant_id, case_id, verdict, appeal, upheld, person_id, photo_id, sealed,
			ground, reason, answer, statement, decided_at, answer_until, due_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15, (SELECT f.due_at FROM case_file f WHERE f.case_id = $3))`, r.ID, tx.tenant,
		r.Case, r.Verdict, r.Appeal, r.Upheld, r.Person, nullable(r.Photo), r.Sealed, r.Ground, r.Reason, r.Answer, statement, r.At.UTC(), nullTime(r.Until))
	return translate(err)
}

// AddCaseLetters writes letters, each to one party once for one cause.
func (tx *Tx) AddCaseLetters(ctx context.Context, letters []moderation.CaseLetter) error {
	rows := make([]caseLetterRow, len(letters))
	for i, l := range letters {
		rows[i] = caseLetterRow{l.ID, l.Case, l.To, nullable(l.Report), nullable(l.Person), l.Kind, l.Cause, l.Subject, l.Body, l.At.UTC()}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode letters: %w", err)
	}
	_, err = tx.conn.ExecContext(ctx, `INSERT INTO case_letter (letter_id, tenant_id, case_id, party, report_id, person_id, kind, cause, subject, body, written_at)
		SELECT l.letter_id, current_tenant(), l.case_id, l.party, l.report_id, l.person_id, l.kind, l.cause, l.subject, l.body, l.written_at
		FROM jsonb_populate_recordset(NULL::case_letter, $1::jsonb) l ON CONFLICT ON CONSTRAINT case_letter_once DO NOTHING`, string(text))
	return translate(err)
}
