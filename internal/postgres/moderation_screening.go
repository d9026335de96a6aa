package postgres

import (
	"context"
	_ "embed" // the statements
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

var _ moderation.Tx = (*Tx)(nil)

var (
	//go:embed screening.sql
	screeningSQL string
	//go:embed keep_screening.sql
	keepScreeningSQL string
	//go:embed add_finding.sql
	addFindingSQL string
)

// screeningRow is what screening.sql gives, as JSON.
type screeningRow struct {
	Contribution id.Contribution `json:"contribution"`
	Lists        []wordListRow   `json:"lists"`
	Former       int             `json:"former"`
	Recent       []time.Time     `json:"recent"`
	Same         bool            `json:"same"`
}

// Screening locks the revision's contribution and reads what screening needs.
func (tx *Tx) Screening(ctx context.Context, revision id.Revision, known []moderation.ListVersion, now time.Time) (moderation.Screening, error) {
	versions := make([]string, len(known))
	for i, v := range known {
		versions[i] = v.ID.String() + ":" + strconv.FormatInt(v.Version, 10)
	}
	have, err := json.Marshal(versions)
	if err != nil {
		return moderation.Screening{}, fmt.Errorf("encode versions: %w", err)
	}
	var row screeningRow
	if err := tx.document(ctx, &row, screeningSQL, revision, string(have), now); err != nil {
		return moderation.Screening{}, err
	}
	s := moderation.Screening{Former: row.Former, Recent: row.Recent, Same: row.Same}
	for _, list := range row.Lists {
		s.Lists = append(s.Lists, list.domain())
	}
	s.Dossier, err = tx.read(ctx, row.Contribution, id.Person{}, now)
	return s, err
}

// document reads one row of one JSON column.
func (tx *Tx) document(ctx context.Context, into any, query string, args ...any) error {
	var text []byte
	if err := tx.conn.QueryRowContext(ctx, query, args...).Scan(&text); err != nil {
		return translate(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("decode %T: %w", into, err)
	}
	return nil
}

// findingRow is a row of finding.
type findingRow struct {
	Ordinal  int                `json:"ordinal"`
	Phase    string             `json:"phase"`
	Verdict  moderation.Verdict `json:"verdict"`
	Reason   string             `json:"reason"`
	Ground   workflow.Ground    `json:"ground"`
	Severity workflow.Severity  `json:"severity"`
	Matches  []moderation.Match `json:"matches"`
}

func (r findingRow) domain() moderation.Finding {
	return moderation.Finding{Phase: r.Phase, Verdict: r.Verdict, Reason: r.Reason, Ground: r.Ground, Severity: r.Severity, Matches: r.Matches}
}

func findingRows(findings []moderation.Finding) (string, error) {
	rows := make([]findingRow, len(findings))
	for i, f := range findings {
		rows[i] = findingRow{i, f.Phase, f.Verdict, f.Reason, f.Ground, f.Severity, append([]moderation.Match{}, f.Matches...)}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return "", fmt.Errorf("encode findings: %w", err)
	}
	return string(text), nil
}

// KeepScreening writes what screening found, in one statement.
func (tx *Tx) KeepScreening(ctx context.Context, r moderation.Result) error {
	findings, err := findingRows(r.Findings)
	if err != nil {
		return err
	}
	_, err = tx.conn.ExecContext(ctx, keepScreeningSQL, r.Revision, findings, r.Severity, nullTime(r.Target), r.Reach, r.At.UTC(), r.Alert, r.Message)
	return translate(err)
}

// AddFinding adds one finding to a live text, in one statement.
func (tx *Tx) AddFinding(ctx context.Context, r moderation.Result) error {
	finding, err := findingRows(r.Findings)
	if err != nil {
		return err
	}
	_, err = tx.conn.ExecContext(ctx, addFindingSQL, r.Revision, finding, r.Severity, nullTime(r.Target), r.At.UTC(), r.Alert, r.Message)
	return translate(err)
}

// LiveTexts reads what is live, by the index that keeps it to one per contribution.
func (tx *Tx) LiveTexts(ctx context.Context, after id.Contribution, limit int) ([]moderation.LiveText, error) {
	rows, err := gorm.G[revisionRow](tx.db).Select("revision_id", "contribution_id", "title", "html", "attributions").
		Where("status = 'live' AND contribution_id > ?", after).Order("contribution_id").Limit(limit).Find(ctx)
	if err != nil {
		return nil, translate(err)
	}
	texts := make([]moderation.LiveText, len(rows))
	for i, row := range rows {
		texts[i] = moderation.LiveText{Contribution: row.ContributionID, Revision: row.domain()}
	}
	return texts, nil
}
