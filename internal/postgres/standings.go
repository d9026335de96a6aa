package postgres

import (
	"context"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// namedStandingRow is a standing with the names in it and what was said of it.
type namedStandingRow struct {
	decidedRow
	Name, Decider string
	Observations  []struct {
		ID   id.Observation
		By   id.Person
		Name string
		Said string
		At   time.Time
	}
}

// Standings lists what was decided of somebody, or of everybody, the latest first.
func (tx *Tx) Standings(ctx context.Context, of id.Person, limit int) ([]directory.NamedStanding, error) {
	var rows []namedStandingRow
	err := tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(x.doc ORDER BY x.begins DESC, x.standing_id DESC), '[]') FROM (
		SELECT s.standing_id, lower(s.during) AS begins, to_jsonb(s) || jsonb_build_object('from', lower(s.during), 'until', upper(s.during),
			'name', trim(concat_ws(' ', p.given_name, p.family_name)), 'decider', trim(concat_ws(' ', d.given_name, d.family_name)),
			'observations', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.observation_id, 'by', o.person_id, 'said', o.said, 'at', o.at,
				'name', trim(concat_ws(' ', b.given_name, b.family_name))) ORDER BY o.observation_id), '[]')
				FROM observation o JOIN person b ON b.person_id = o.person_id WHERE o.standing_id = s.standing_id)) AS doc
		FROM standing s JOIN person p ON p.person_id = s.person_id LEFT JOIN person d ON d.person_id = s.decided_by
		WHERE ($1::uuid IS NULL OR s.person_id = $1) AND NOT isempty(s.during)
		ORDER BY lower(s.during) DESC, s.standing_id DESC LIMIT $2) x`, nullable(of), limit)
	list := make([]directory.NamedStanding, len(rows))
	for i, r := range rows {
		list[i] = directory.NamedStanding{StandingRecord: r.domain(), Name: r.Name, Decider: r.Decider}
		for _, o := range r.Observations {
			list[i].Observations = append(list[i].Observations, directory.Observation(o))
		}
	}
	return list, err
}

// InsertObservation adds what was said of a measure.
func (tx *Tx) InsertObservation(ctx context.Context, standing id.Standing, o directory.Observation) error {
	const statement = `INSERT INTO observation (observation_id, tenant_id, standing_id, person_id, said, at) VALUES ($1, $2, $3, $4, $5, $6)`
	_, err := tx.conn.ExecContext(ctx, statement, o.ID, tx.tenant, standing, o.By, o.Said, o.At.UTC())
	return translate(err)
}
