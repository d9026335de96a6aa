package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// collectiveRow is a row of collective_work, as JSON, with the name of who decided.
type collectiveRow struct {
	CollectiveID   id.Collective    `json:"collective_id"`
	ContributionID id.Contribution  `json:"contribution_id"`
	People         []contributorRow `json:"people"`
	Justification  string           `json:"justification"`
	DecidedBy      id.Person        `json:"decided_by"`
	Decider        string           `json:"decider"`
	DecidedAt      time.Time        `json:"decided_at"`
}

// contributorRow is one of its people.
type contributorRow struct {
	Person id.Person          `json:"person,omitzero"`
	Naming publication.Naming `json:"naming,omitempty"`
	Name   string             `json:"name"`
}

func (r *collectiveRow) domain() *publication.Collective {
	if r == nil {
		return nil
	}
	c := &publication.Collective{
		ID: r.CollectiveID, Contribution: r.ContributionID, Justification: r.Justification,
		DecidedBy: r.DecidedBy, Decider: r.Decider, DecidedAt: r.DecidedAt,
	}
	for _, one := range r.People {
		c.Contributors = append(c.Contributors, publication.Contributor(one))
	}
	return c
}

// InsertCollective writes a decision, and tells readers.
func (tx *Tx) InsertCollective(ctx context.Context, c publication.Collective) error {
	const statement = `INSERT INTO collective_work (collective_id, tenant_id, contribution_id, contributors, people, justification, decided_by, decided_at)
		VALUES ($1, $2, $3, ARRAY(SELECT x.value ->> 'name' FROM jsonb_array_elements($4::jsonb) WITH ORDINALITY x(value, n) ORDER BY x.n), $4::jsonb, $5, $6, $7)`
	rows := make([]contributorRow, len(c.Contributors))
	for i, one := range c.Contributors {
		rows[i] = contributorRow(one)
	}
	people, err := asJSON(rows)
	if err != nil {
		return err
	}
	_, err = tx.conn.ExecContext(ctx, statement, c.ID, tx.tenant, c.Contribution, people, c.Justification, c.DecidedBy, c.DecidedAt.UTC())
	if err != nil {
		return translate(err)
	}
	return tx.announceLive(ctx, c.Contribution)
}

// Contributing reads those of the persons who belong to the establishment.
func (tx *Tx) Contributing(ctx context.Context, persons []id.Person, now time.Time) ([]publication.Contributing, error) {
	var rows []struct {
		Person     personRow          `json:"person"`
		Profile    directory.Profile  `json:"profile"`
		Class      string             `json:"class"`
		Chosen     publication.Naming `json:"chosen"`
		ChosenName string             `json:"chosen_name"`
	}
	asked, err := asJSON(persons)
	if err != nil {
		return nil, err
	}
	err = tx.document(ctx, &rows, `SELECT coalesce(jsonb_agg(jsonb_build_object('person', to_jsonb(p),
			'profile', (SELECT m.profile FROM membership m WHERE m.person_id = p.person_id AND m.tenant_id = current_tenant()
				ORDER BY (m.profile = 'pupil') DESC, (m.profile IN ('teacher', 'staff')) DESC, m.profile LIMIT 1),
			'class', (SELECT coalesce(min(g.name), '') FROM groups g JOIN group_member m ON m.group_id = g.group_id
				WHERE m.person_id = p.person_id AND m.capacity = 'pupil' AND g.kind = 'class'),
			'chosen', coalesce(w.naming, ''), 'chosen_name', coalesce(w.byline, ''))), '[]')
		FROM person p LEFT JOIN LATERAL (SELECT w.naming, c.byline FROM work_authorisation w JOIN contribution c ON c.contribution_id = w.contribution_id
			WHERE w.pupil_id = p.person_id AND w.ended_at IS NULL ORDER BY w.recorded_at DESC, w.authorisation_id DESC LIMIT 1) w ON true
		WHERE p.person_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb)) AND belongs(current_tenant(), p.person_id, $2)`, asked, now.UTC())
	list := make([]publication.Contributing, len(rows))
	for i, r := range rows {
		list[i] = publication.Contributing{Person: r.Person.domain(), Profile: r.Profile, Class: r.Class, Chosen: r.Chosen, ChosenName: r.ChosenName}
	}
	return list, err
}

// PupilNamed reports whether a pupil of the establishment is called so.
func (tx *Tx) PupilNamed(ctx context.Context, name string, now time.Time) (found bool, err error) {
	err = tx.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM membership m JOIN person p ON p.person_id = m.person_id
		WHERE m.tenant_id = current_tenant() AND m.profile = 'pupil' AND belongs(m.tenant_id, m.person_id, $2)
		  AND fold($1) IN (fold(p.given_name || ' ' || p.family_name), fold(p.family_name || ' ' || p.given_name),
			fold(p.given_name || ' ' || left(p.family_name, 1)), fold(p.given_name)))`, name, now.UTC()).Scan(&found)
	return found, translate(err)
}

// EndCollective ends a decision that holds, and tells readers.
func (tx *Tx) EndCollective(ctx context.Context, collective id.Collective, contribution id.Contribution, by id.Person, at time.Time) error {
	const statement = `UPDATE collective_work SET ended_by = $2, ended_at = $3 WHERE collective_id = $1 AND ended_at IS NULL`
	done, err := tx.conn.ExecContext(ctx, statement, collective, by, at.UTC())
	if err != nil {
		return translate(err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(directory.ErrNotFound, err)
	}
	return tx.announceLive(ctx, contribution)
}

// announceLive tells every process that what readers see of a live contribution has changed.
func (tx *Tx) announceLive(ctx context.Context, contribution id.Contribution) error {
	var space id.Space
	var parent *id.Contribution
	err := tx.conn.QueryRowContext(ctx, `SELECT space_id, parent_id FROM snapshot WHERE contribution_id = $1 AND revision_id IS NOT NULL`, contribution).
		Scan(&space, &parent)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // nobody reads it
	}
	if err != nil {
		return translate(err)
	}
	reading := Reading{Tenant: tx.tenant, Space: space, Contribution: contribution, Parent: deref(parent)}
	tx.committed.Readings = append(tx.committed.Readings, reading)
	return tx.Announce(ctx, reading)
}
