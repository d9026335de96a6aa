package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// tenureRow is a row of director, as JSON with the ends of its period.
type tenureRow struct {
	TenureID   id.Tenure                  `json:"tenure_id"`
	TenantID   id.Tenant                  `json:"tenant_id"`
	PersonID   id.Person                  `json:"person_id"`
	Capacity   directory.DirectorCapacity `json:"capacity"`
	RecordedBy *id.Person                 `json:"recorded_by"`
	Reference  string                     `json:"reference"`
	period
}

func (r tenureRow) domain() directory.Tenure {
	return directory.Tenure{
		ID: r.TenureID, Tenant: r.TenantID, Person: r.PersonID, Capacity: r.Capacity, During: r.period.domain(), RecordedBy: deref(r.RecordedBy), Reference: r.Reference,
	}
}

// period is the ends of a range, as JSON; null where it is open.
type period struct {
	From  *time.Time `json:"from"`
	Until *time.Time `json:"until"`
}

func (p period) domain() directory.Period {
	return directory.Period{From: deref(p.From).UTC(), Until: deref(p.Until).UTC()}
}

// Tenures lists who directs and directed.
func (tx *Tx) Tenures(ctx context.Context) ([]directory.Tenure, error) {
	rows, err := all[tenureRow](ctx, tx, `SELECT to_jsonb(d) || jsonb_build_object('from', lower(d.during), 'until', upper(d.during))
		FROM director d WHERE NOT isempty(d.during) ORDER BY lower(d.during) DESC NULLS LAST, d.person_id`)
	if err != nil {
		return nil, fmt.Errorf("read tenures: %w", err)
	}
	list := make([]directory.Tenure, len(rows))
	for i, r := range rows {
		list[i] = r.domain()
	}
	return list, nil
}

// delegationRow is a row of delegation, as JSON with the ends of its period.
type delegationRow struct {
	DelegationID id.Delegation `json:"delegation_id"`
	LoanID       id.Loan       `json:"loan_id"`
	TenantID     id.Tenant     `json:"tenant_id"`
	FromID       id.Person     `json:"from_id"`
	ToID         id.Person     `json:"to_id"`
	Power        actor.Role    `json:"power"`
	period
}

// Delegations lists the powers lent. What ended before it began is not told.
func (tx *Tx) Delegations(ctx context.Context) ([]directory.Delegation, error) {
	rows, err := all[delegationRow](ctx, tx, `SELECT to_jsonb(d) || jsonb_build_object('from', lower(d.during), 'until', upper(d.during))
		FROM delegation d WHERE NOT isempty(d.during) ORDER BY lower(d.during) DESC, d.delegation_id`)
	if err != nil {
		return nil, fmt.Errorf("read delegations: %w", err)
	}
	return delegationsOf(rows), nil
}

func delegationsOf(rows []delegationRow) []directory.Delegation {
	list := make([]directory.Delegation, len(rows))
	for i, r := range rows {
		list[i] = directory.Delegation{
			ID: r.DelegationID, Loan: r.LoanID, Tenant: r.TenantID, From: r.FromID, To: r.ToID, Power: r.Power, During: r.period.domain(),
		}
	}
	return list
}

// InsertDelegation lends a power.
func (tx *Tx) InsertDelegation(ctx context.Context, d directory.Delegation) error {
	const statement = `INSERT INTO delegation (delegation_id, loan_id, tenant_id, from_id, to_id, power, during) VALUES ($1, $2, $3, $4, $5, $6, tstzrange($7, $8))`
	_, err := tx.conn.ExecContext(ctx, statement, d.ID, d.Loan, tx.tenant, d.From, d.To, d.Power, d.During.From.UTC(), d.During.Until.UTC())
	return translate(err)
}

// endPeriod cuts the period of a row short; one that has not begun becomes empty.
func (tx *Tx) endPeriod(ctx context.Context, statement string, row any, at time.Time) error {
	return tx.one(ctx, directory.ErrNotFound, statement, row, at.UTC())
}

// EndDelegation ends a power lent that has not ended yet.
func (tx *Tx) EndDelegation(ctx context.Context, delegation id.Delegation, at time.Time) error {
	return tx.endPeriod(ctx, `UPDATE delegation SET during = tstzrange(lower(during), greatest(lower(during), $2))
		WHERE delegation_id = $1 AND upper(during) > $2`, delegation, at)
}

// decidedRow is a row of standing, as JSON with the ends of its period.
type decidedRow struct {
	StandingID id.Standing            `json:"standing_id"`
	PersonID   id.Person              `json:"person_id"`
	Kind       directory.StandingKind `json:"kind"`
	Reason     string                 `json:"reason"`
	Reference  string                 `json:"reference"`
	DecidedBy  *id.Person             `json:"decided_by"`
	period
}

func (r decidedRow) domain() directory.StandingRecord {
	return directory.StandingRecord{
		ID: r.StandingID, Person: r.PersonID, Kind: r.Kind, During: r.period.domain(), Reason: r.Reason, Reference: r.Reference, DecidedBy: deref(r.DecidedBy),
	}
}

const decided = `SELECT to_jsonb(s) || jsonb_build_object('from', lower(s.during), 'until', upper(s.during)) FROM standing s `

// LockStandings locks the person's memberships here, which every act on their
// standing does first.
func (tx *Tx) LockStandings(ctx context.Context, person id.Person) ([]directory.StandingRecord, error) {
	if _, err := tx.conn.ExecContext(ctx, `SELECT 1 FROM membership WHERE person_id = $1 ORDER BY membership_id FOR NO KEY UPDATE`, person); err != nil {
		return nil, translate(err)
	}
	rows, err := all[decidedRow](ctx, tx, decided+`WHERE s.person_id = $1 AND NOT isempty(s.during) ORDER BY lower(s.during) DESC`, person)
	if err != nil {
		return nil, fmt.Errorf("read standings: %w", err)
	}
	list := make([]directory.StandingRecord, len(rows))
	for i, row := range rows {
		list[i] = row.domain()
	}
	return list, nil
}

// StandingOf finds a decided standing.
func (tx *Tx) StandingOf(ctx context.Context, standing id.Standing) (directory.StandingRecord, error) {
	rows, err := all[decidedRow](ctx, tx, decided+`WHERE s.standing_id = $1`, standing)
	switch {
	case err != nil:
		return directory.StandingRecord{}, err
	case len(rows) == 0:
		return directory.StandingRecord{}, directory.ErrNotFound
	}
	return rows[0].domain(), nil
}

// InsertStanding writes a decision.
func (tx *Tx) InsertStanding(ctx context.Context, s directory.StandingRecord) error {
	const statement = `INSERT INTO standing (standing_id, tenant_id, person_id, kind, during, reason, decided_by, reference)
		VALUES ($1, $2, $3, $4, tstzrange($5, $6), $7, $8, $9)`
	_, err := tx.conn.ExecContext(ctx, statement, s.ID, tx.tenant, s.Person, s.Kind, s.During.From.UTC(), s.During.Until.UTC(), s.Reason, s.DecidedBy, s.Reference)
	return translate(err)
}

// EndStanding ends what has not ended by itself.
func (tx *Tx) EndStanding(ctx context.Context, standing id.Standing, at time.Time) error {
	return tx.endPeriod(ctx, `UPDATE standing SET during = tstzrange(lower(during), greatest(lower(during), $2))
		WHERE standing_id = $1 AND upper(during) > $2`, standing, at)
}

// BriefedAt tells when somebody last read the briefing.
func (tx *Tx) BriefedAt(ctx context.Context, person id.Person) (time.Time, error) {
	var at *time.Time
	err := tx.conn.QueryRowContext(ctx, `SELECT max(read_at) FROM briefing WHERE person_id = $1`, person).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return deref(at), translate(err)
}

// SaveBriefing writes that somebody has read the briefing, again or for the first time.
func (tx *Tx) SaveBriefing(ctx context.Context, person id.Person, version string, answers map[string]bool, at time.Time) error {
	text, err := json.Marshal(answers)
	if err != nil {
		return fmt.Errorf("encode answers: %w", err)
	}
	const statement = `INSERT INTO briefing (tenant_id, person_id, version, answers, read_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (tenant_id, person_id, version) DO UPDATE SET answers = excluded.answers, read_at = excluded.read_at`
	_, err = tx.conn.ExecContext(ctx, statement, tx.tenant, person, version, string(text), at.UTC())
	return translate(err)
}
