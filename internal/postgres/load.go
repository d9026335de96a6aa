package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// loadLock is held while a directory is loaded: two loads would each miss the
// rows of the other.
const loadLock = 0x6c6f6164

// Loading writes a directory as some source tells it, across establishments, by
// the worker's role. Each method may be repeated: what is there is brought up to
// date, and nothing is written twice.
type Loading struct{ tx pgx.Tx }

// Load runs do in one transaction: all of a directory is loaded, or none of it.
func (db *DB) Load(ctx context.Context, do func(Loading) error) error {
	err := pgx.BeginFunc(ctx, db.worker, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(loadLock)); err != nil {
			return err
		}
		return do(Loading{tx})
	})
	if err != nil {
		return fmt.Errorf("load directory: %w", translate(err))
	}
	return nil
}

func (l Loading) exec(ctx context.Context, what, statement string, args ...any) error {
	if _, err := l.tx.Exec(ctx, statement, args...); err != nil {
		return fmt.Errorf("load %s: %w", what, translate(err))
	}
	return nil
}

func give[T any](ctx context.Context, l Loading, what, statement string, args ...any) (T, error) {
	var given T
	if err := l.tx.QueryRow(ctx, statement, args...).Scan(&given); err != nil {
		return given, fmt.Errorf("load %s: %w", what, translate(err))
	}
	return given, nil
}

// Sources lists the directories that the persons there come from.
func (l Loading) Sources(ctx context.Context) ([]string, error) {
	return give[[]string](ctx, l, "sources", `SELECT coalesce(array_agg(DISTINCT source ORDER BY source), '{}') FROM person`)
}

// Tenant loads an establishment or an authority, known by its UAI.
func (l Loading) Tenant(ctx context.Context, t directory.Tenant) (id.Tenant, error) {
	const statement = `INSERT INTO tenant AS t (tenant_id, uai, name, kind, level, parent_id, city, time_zone, zone)
		VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce(nullif($8, ''), 'Europe/Paris'), coalesce(nullif($9, ''), 'C'))
		ON CONFLICT (uai) DO UPDATE SET name = excluded.name, kind = excluded.kind, level = excluded.level, parent_id = excluded.parent_id,
			city = excluded.city, time_zone = excluded.time_zone, zone = excluded.zone
		RETURNING t.tenant_id`
	return give[id.Tenant](ctx, l, "tenant "+t.UAI, statement, id.New[id.Tenant](), t.UAI, t.Name, t.Kind, t.Level, nullable(t.Parent),
		t.City, t.TimeZone, t.Zone)
}

// ENT loads a named set of establishments, known by its name, and who is in it.
func (l Loading) ENT(ctx context.Context, name string, tenants ...id.Tenant) (id.ENT, error) {
	const statement = `WITH known AS (SELECT ent_id FROM ent WHERE name = $2), added AS (
			INSERT INTO ent (ent_id, name) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM known) RETURNING ent_id)
		SELECT ent_id FROM known UNION ALL SELECT ent_id FROM added LIMIT 1`
	ent, err := give[id.ENT](ctx, l, "ENT", statement, id.New[id.ENT](), name)
	if err != nil {
		return id.ENT{}, err
	}
	return ent, l.exec(ctx, "members of an ENT", `WITH gone AS (DELETE FROM ent_member WHERE ent_id = $1 AND tenant_id <> ALL ($2::uuid[]))
		INSERT INTO ent_member (ent_id, tenant_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`, ent, texts(append([]id.Tenant{}, tenants...)))
}

// Person loads somebody, known by source and external id.
func (l Loading) Person(ctx context.Context, p directory.Person) (id.Person, error) {
	const statement = `INSERT INTO person AS p (person_id, source, external_id, given_name, family_name, birth_date, email, language)
		VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce(nullif($8, ''), 'fr'))
		ON CONFLICT (source, external_id) DO UPDATE SET given_name = excluded.given_name, family_name = excluded.family_name,
			birth_date = excluded.birth_date, email = excluded.email
		RETURNING p.person_id`
	return give[id.Person](ctx, l, "person", statement, id.New[id.Person](), p.Source, p.ExternalID, p.GivenName, p.FamilyName,
		nullTime(p.BirthDate), p.Email, p.Language)
}

// Membership loads where somebody belongs, known by tenant, person, profile and
// first day.
func (l Loading) Membership(ctx context.Context, m directory.Membership) error {
	const statement = `WITH known AS (
			UPDATE membership SET roles = $5, during = daterange($6::date, $7::date)
			WHERE tenant_id = $2 AND person_id = $3 AND profile = $4 AND lower(during) IS NOT DISTINCT FROM $6::date RETURNING 1)
		INSERT INTO membership (membership_id, tenant_id, person_id, profile, roles, during)
		SELECT $1, $2, $3, $4, $5, daterange($6::date, $7::date) WHERE NOT EXISTS (SELECT 1 FROM known)`
	return l.exec(ctx, "membership", statement, id.New[id.Membership](), m.Tenant, m.Person, m.Profile, append([]string{}, m.Roles...),
		nullTime(m.During.From), nullTime(m.During.Until))
}

// Guardianship loads who answers for a pupil.
func (l Loading) Guardianship(ctx context.Context, g directory.Guardianship) error {
	const statement = `INSERT INTO guardianship (pupil_id, guardian_id, parental_authority, relation, during)
		VALUES ($1, $2, $3, $4, daterange($5::date, $6::date))
		ON CONFLICT (pupil_id, guardian_id) DO UPDATE SET parental_authority = excluded.parental_authority,
			relation = excluded.relation, during = excluded.during`
	return l.exec(ctx, "guardianship", statement, g.Pupil, g.Guardian, g.ParentalAuthority, g.Relation,
		nullTime(g.During.From), nullTime(g.During.Until))
}

// Group loads a class or another list, known by tenant and name.
func (l Loading) Group(ctx context.Context, g directory.Group) (id.Group, error) {
	const statement = `INSERT INTO groups AS g (group_id, tenant_id, kind, name) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id, name) DO UPDATE SET kind = excluded.kind RETURNING g.group_id`
	return give[id.Group](ctx, l, "group", statement, id.New[id.Group](), g.Tenant, g.Kind, g.Name)
}

// GroupMember loads somebody in a group.
func (l Loading) GroupMember(ctx context.Context, m directory.GroupMember) error {
	const statement = `INSERT INTO group_member (tenant_id, group_id, person_id, capacity) VALUES ($1, $2, $3, $4)
		ON CONFLICT (group_id, person_id) DO UPDATE SET capacity = excluded.capacity`
	return l.exec(ctx, "member of a group", statement, m.Group.Tenant, m.Group.ID, m.Person, m.Capacity)
}

// Tenure loads who directs, known by tenant, person and first instant.
func (l Loading) Tenure(ctx context.Context, t directory.Tenure) error {
	const statement = `WITH known AS (
			UPDATE director SET capacity = $3, during = tstzrange($4, $5), recorded_by = $6, reference = $7
			WHERE tenant_id = $1 AND person_id = $2 AND lower(during) IS NOT DISTINCT FROM $4::timestamptz RETURNING 1)
		INSERT INTO director (tenant_id, person_id, capacity, during, recorded_by, reference)
		SELECT $1, $2, $3, tstzrange($4, $5), $6, $7 WHERE NOT EXISTS (SELECT 1 FROM known)`
	return l.exec(ctx, "director", statement, t.Tenant, t.Person, t.Capacity, nullTime(t.During.From), nullTime(t.During.Until),
		nullable(t.RecordedBy), t.Reference)
}

// Delegation loads a power lent, known by who lent it to whom and from when.
func (l Loading) Delegation(ctx context.Context, d directory.Delegation) error {
	const statement = `WITH known AS (
			UPDATE delegation SET during = tstzrange($6, $7)
			WHERE tenant_id = $2 AND from_id = $3 AND to_id = $4 AND power = $5 AND lower(during) = $6::timestamptz RETURNING 1)
		INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during)
		SELECT $1, $2, $3, $4, $5, tstzrange($6, $7) WHERE NOT EXISTS (SELECT 1 FROM known)`
	return l.exec(ctx, "delegation", statement, id.New[id.Delegation](), d.Tenant, d.From, d.To, d.Power,
		nullTime(d.During.From), nullTime(d.During.Until))
}

// Briefing loads that somebody has read the briefing.
func (l Loading) Briefing(ctx context.Context, tenant id.Tenant, person id.Person, version string, at time.Time) error {
	const statement = `INSERT INTO briefing AS b (tenant_id, person_id, version, answers, read_at) VALUES ($1, $2, $3, '{}', $4)
		ON CONFLICT (tenant_id, person_id, version) DO UPDATE SET read_at = greatest(b.read_at, excluded.read_at)`
	return l.exec(ctx, "briefing", statement, tenant, person, version, at.UTC())
}

// Credential gives somebody a first password, by its hash. Whoever has one keeps
// theirs. The error is [directory.ErrTaken] when the login is somebody else's.
func (l Loading) Credential(ctx context.Context, person id.Person, login, hash string, at time.Time) error {
	const statement = `INSERT INTO credential (person_id, login, hash, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person_id) DO UPDATE SET login = excluded.login`
	return l.exec(ctx, "credential", statement, person, login, hash, at.UTC())
}

// APIKey loads a key, known by its hash. One that was revoked stays so.
func (l Loading) APIKey(ctx context.Context, name string, hash [32]byte, tenants []id.Tenant, scopes []auth.Scope, at time.Time) (id.APIKey, error) {
	const statement = `INSERT INTO api_key AS k (api_key_id, name, hash, tenants, scopes, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (hash) DO UPDATE SET name = excluded.name, tenants = excluded.tenants, scopes = excluded.scopes RETURNING k.api_key_id`
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = string(scope)
	}
	return give[id.APIKey](ctx, l, "API key", statement, id.New[id.APIKey](), name, hash[:], texts(append([]id.Tenant{}, tenants...)), words, at.UTC())
}

// Founded is when a tenant was first loaded.
func (l Loading) Founded(ctx context.Context, tenant id.Tenant) (time.Time, error) {
	return give[time.Time](ctx, l, "founding", `SELECT created_at FROM tenant WHERE tenant_id = $1`, tenant)
}

// Happening is something that was written, done to a contribution, or to a photo and to those in it.
type Happening struct {
	Contribution id.Contribution // of a standing, a photo, a consent and what belongs to them: its own id
	At           time.Time
	What         string // "written", "drafted", "record", "supervise", "halt", "resume", "series", "request", or the action's code
}

// Chronicle lists all that happened in a tenant, by time. It is for a small one:
// what loads the demo school again finds out with it where it stopped.
func (db *DB) Chronicle(ctx context.Context, tenant id.Tenant) ([]Happening, error) {
	var happened []Happening
	err := db.InTx(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.conn.QueryContext(ctx, `SELECT contribution_id, created_at AS at, 'written' FROM contribution
			UNION ALL SELECT contribution_id, updated_at, 'drafted' FROM revision
			UNION ALL SELECT contribution_id, at, action FROM audit_entry WHERE contribution_id IS NOT NULL
			UNION ALL SELECT contribution_id, recorded_at, 'record' FROM work_authorisation
			UNION ALL SELECT standing_id, lower(during), 'supervise' FROM standing
			UNION ALL SELECT halt_id, begins, 'halt' FROM halt
			UNION ALL SELECT halt_id, ended_at, 'resume' FROM halt WHERE ended_at IS NOT NULL
			UNION ALL SELECT subject_id, at, action FROM audit_entry WHERE subject_kind IN ('photo', 'consent', 'paper', 'case', 'order')
			UNION ALL SELECT report_id, reported_at, 'reported' FROM report
			UNION ALL SELECT report_id, added_at, 'attached' FROM attachment
			UNION ALL SELECT series_id, created_at, 'series' FROM photo_series
			UNION ALL SELECT request_id, asked_at, 'request' FROM consent_request ORDER BY at`)
		if err != nil {
			return translate(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var h Happening
			if err := rows.Scan(&h.Contribution, &h.At, &h.What); err != nil {
				return err
			}
			happened = append(happened, h)
		}
		return rows.Err()
	})
	return happened, err
}
