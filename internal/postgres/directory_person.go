package postgres

import (
	"context"
	_ "embed" // the statement
	"encoding/json"
	"fmt"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

var _ directory.ServiceTx = (*Tx)(nil)

//go:embed person.sql
var personSQL string

// listedRow is somebody in a list, as JSON.
type listedRow struct {
	personRow
	Profile directory.Profile `json:"profile"`
	Groups  []string          `json:"groups"`
	Near    bool              `json:"near"`
}

func (r listedRow) domain() directory.Listed {
	return directory.Listed{
		ID: r.PersonID, ExternalID: r.ExternalID, GivenName: r.GivenName, FamilyName: r.FamilyName, Profile: r.Profile, Groups: r.Groups, Near: r.Near,
	}
}

// groupRow is a row of groups, with what a list adds.
type groupRow struct {
	GroupID  id.Group            `json:"group_id"`
	TenantID id.Tenant           `json:"tenant_id"`
	Kind     directory.GroupKind `json:"kind"`
	Name     string              `json:"name"`
	Pupils   int                 `json:"pupils"`
	Staff    int                 `json:"staff"`
	Mine     bool                `json:"mine"`
}

func (r groupRow) domain() directory.Group {
	return directory.Group{ID: r.GroupID, Tenant: r.TenantID, Kind: r.Kind, Name: r.Name}
}

// all reads a statement's one column of JSON, row by row.
func all[T any](ctx context.Context, tx *Tx, statement string, args ...any) ([]T, error) {
	rows, err := tx.conn.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		var text []byte
		if err := rows.Scan(&text); err != nil {
			return nil, translate(err)
		}
		var one T
		if err := json.Unmarshal(text, &one); err != nil {
			return nil, fmt.Errorf("decode %T: %w", one, err)
		}
		list = append(list, one)
	}
	return list, translate(rows.Err())
}

// Names reads by id; the walls of membership hold.
func (tx *Tx) Names(ctx context.Context, persons []id.Person) (map[id.Person]string, error) {
	names := map[id.Person]string{}
	const statement = `SELECT coalesce(jsonb_object_agg(p.person_id, trim(p.given_name || ' ' || p.family_name)), '{}')
		FROM person p WHERE p.person_id = ANY ($1::uuid[]) AND EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.person_id)`
	if err := tx.document(ctx, &names, statement, texts(persons)); err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return names, nil
}

// FindPersons begins with the memberships, which are the tenant's own and few.
func (tx *Tx) FindPersons(ctx context.Context, viewer id.Person, text string, limit int, now time.Time) ([]directory.Listed, error) {
	const query = `SELECT to_jsonb(p) || jsonb_build_object('profile', x.profile, 'near', x.near, 'groups', (
			SELECT coalesce(jsonb_agg(g.name ORDER BY g.name), '[]') FROM groups g JOIN group_member y ON y.group_id = g.group_id WHERE y.person_id = p.person_id))
		FROM (
			SELECT DISTINCT ON (m.person_id) m.person_id, m.profile, EXISTS (
				SELECT 1 FROM group_member a JOIN group_member b ON b.group_id = a.group_id
				WHERE a.person_id = $1 AND b.person_id = m.person_id AND a.person_id <> b.person_id) AS near
			FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
			WHERE m.during @> ($4::timestamptz AT TIME ZONE t.time_zone)::date
			ORDER BY m.person_id, (m.profile = 'pupil') DESC, m.profile
		) x
		JOIN person p ON p.person_id = x.person_id
		WHERE NOT EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(trim(fold($2)), ''), ' ')) w WHERE p.folded NOT LIKE '% ' || w || '%')
		ORDER BY x.near DESC, p.folded, p.person_id LIMIT $3`
	rows, err := all[listedRow](ctx, tx, query, nullable(viewer), text, limit, now)
	if err != nil {
		return nil, fmt.Errorf("find persons: %w", err)
	}
	return listed(rows), nil
}

// ListColleagues begins with the memberships, as FindPersons does. What their groups
// are is not asked.
func (tx *Tx) ListColleagues(ctx context.Context, limit int, now time.Time) ([]directory.Listed, error) {
	const query = `SELECT to_jsonb(p) || jsonb_build_object('profile', x.profile, 'near', false, 'groups', '[]'::jsonb)
		FROM (
			SELECT DISTINCT ON (m.person_id) m.person_id, m.profile
			FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
			WHERE m.profile IN ('teacher', 'staff') AND m.during @> ($2::timestamptz AT TIME ZONE t.time_zone)::date
			ORDER BY m.person_id, m.profile DESC
		) x
		JOIN person p ON p.person_id = x.person_id
		ORDER BY p.folded, p.person_id LIMIT $1`
	rows, err := all[listedRow](ctx, tx, query, limit, now)
	if err != nil {
		return nil, fmt.Errorf("list colleagues: %w", err)
	}
	return listed(rows), nil
}

// ListPupils begins with the memberships, as FindPersons does. Ages are whole years, as
// [directory.Person.Age] counts them.
func (tx *Tx) ListPupils(ctx context.Context, age, limit int, now time.Time) ([]directory.Listed, error) {
	const query = `SELECT to_jsonb(p) || jsonb_build_object('profile', 'pupil', 'near', false, 'groups', '[]'::jsonb)
		FROM (
			SELECT DISTINCT m.person_id, ($3::timestamptz AT TIME ZONE t.time_zone)::date AS today
			FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
			WHERE m.profile = 'pupil' AND m.during @> ($3::timestamptz AT TIME ZONE t.time_zone)::date
		) x
		JOIN person p ON p.person_id = x.person_id
		WHERE extract(year FROM age(x.today::timestamp, p.birth_date::timestamp)) >= $1
		ORDER BY p.folded, p.person_id LIMIT $2`
	rows, err := all[listedRow](ctx, tx, query, age, limit, now)
	if err != nil {
		return nil, fmt.Errorf("list pupils: %w", err)
	}
	return listed(rows), nil
}

func listed(rows []listedRow) []directory.Listed {
	list := make([]directory.Listed, len(rows))
	for i, row := range rows {
		list[i] = row.domain()
	}
	return list
}

// ListGroups lists the tenant's groups by name.
func (tx *Tx) ListGroups(ctx context.Context, viewer id.Person) ([]directory.GroupListing, error) {
	const query = `SELECT to_jsonb(g) || jsonb_build_object(
			'pupils', count(m.person_id) FILTER (WHERE m.capacity = 'pupil'), 'staff', count(m.person_id) FILTER (WHERE m.capacity = 'staff'),
			'mine', coalesce(bool_or(m.person_id = $1), false))
		FROM groups g LEFT JOIN group_member m ON m.group_id = g.group_id
		GROUP BY g.group_id ORDER BY g.kind, fold(g.name), g.group_id`
	rows, err := all[groupRow](ctx, tx, query, nullable(viewer))
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	list := make([]directory.GroupListing, len(rows))
	for i, row := range rows {
		list[i] = directory.GroupListing{Group: row.domain(), Pupils: row.Pupils, Staff: row.Staff, Mine: row.Mine}
	}
	return list, nil
}

// fileRow is what person.sql gives, as JSON.
type fileRow struct {
	Person      personRow       `json:"person"`
	Memberships []membershipRow `json:"memberships"`
	Groups      []groupRow      `json:"groups"`
	Guardians   []listedRow     `json:"guardians"`
	Standings   []decidedRow    `json:"standings"`
	BriefedAt   *time.Time      `json:"briefed_at"`
}

// PersonFile reads what the tenant knows of somebody.
func (tx *Tx) PersonFile(ctx context.Context, person id.Person, now time.Time) (directory.File, error) {
	var text []byte
	if err := tx.conn.QueryRowContext(ctx, personSQL, person, now).Scan(&text); err != nil {
		return directory.File{}, translate(err)
	}
	var row fileRow
	if err := json.Unmarshal(text, &row); err != nil {
		return directory.File{}, fmt.Errorf("decode file of %s: %w", person, err)
	}
	file := directory.File{Person: row.Person.domain(), Guardians: listed(row.Guardians), BriefedAt: deref(row.BriefedAt)}
	for _, m := range row.Memberships {
		file.Memberships = append(file.Memberships, m.domain())
	}
	for _, g := range row.Groups {
		file.Groups = append(file.Groups, g.domain())
	}
	for _, s := range row.Standings {
		file.Standings = append(file.Standings, s.domain())
	}
	return file, nil
}
