package postgres

import (
	"context"
	"time"

	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// GuardiansOf reads who answers for the author of what a case is about.
func (tx *Tx) GuardiansOf(ctx context.Context, c id.Case, now time.Time) (moderation.Kin, error) {
	var row struct {
		Minor   bool
		Given   string
		Persons []id.Person
		Told    []struct {
			Name   string
			At     time.Time
			ReadAt *time.Time `json:"read_at"`
		}
	}
	if err := tx.document(ctx, &row, `SELECT coalesce(guardians_of_case($1, $2), '{}')`, c, now.UTC()); err != nil {
		return moderation.Kin{}, err
	}
	g := moderation.Kin{Minor: row.Minor, Given: row.Given, Persons: row.Persons}
	for _, t := range row.Told {
		g.Told = append(g.Told, moderation.GuardianTold{Name: t.Name, At: t.At.UTC(), ReadAt: deref(t.ReadAt).UTC()})
	}
	return g, nil
}

// GuardianActs lists what was done about telling them, the first first.
func (tx *Tx) GuardianActs(ctx context.Context, c id.Case) ([]moderation.GuardianAct, error) {
	var rows []struct {
		ActID    id.Entry  `json:"act_id"`
		Act      string    `json:"act"`
		PersonID id.Person `json:"person_id"`
		Name     string    `json:"name"`
		Reason   string    `json:"reason"`
		At       time.Time `json:"at"`
	}
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('name', coalesce(p.given_name || ' ' || p.family_name, '')) ORDER BY a.at, a.act_id), '[]')
		FROM guardian_act a LEFT JOIN person p ON p.person_id = a.person_id WHERE a.case_id = $1`, c)
	list := make([]moderation.GuardianAct, len(rows))
	for i, r := range rows {
		list[i] = moderation.GuardianAct{ID: r.ActID, Act: r.Act, Person: r.PersonID, Name: r.Name, Reason: r.Reason, At: r.At.UTC()}
	}
	return list, err
}

// AddGuardianAct writes one. Once they were told nobody waits any more.
func (tx *Tx) AddGuardianAct(ctx context.Context, c id.Case, a moderation.GuardianAct) error {
	_, err := tx.conn.ExecContext(ctx, `WITH act AS (
			INSERT INTO guardian_act (act_id, tenant_id, case_id, act, person_id, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING case_id, act)
		UPDATE case_file f SET guardians_wait = false FROM act WHERE f.case_id = act.case_id AND act.act = 'tell_guardians'`,
		a.ID, tx.tenant, c, a.Act, a.Person, a.Reason, a.At.UTC())
	return translate(err)
}

// AwaitGuardians keeps that some wait.
func (tx *Tx) AwaitGuardians(ctx context.Context, c id.Case) error {
	_, err := tx.conn.ExecContext(ctx, `UPDATE case_file SET guardians_wait = true WHERE case_id = $1`, c)
	return translate(err)
}
