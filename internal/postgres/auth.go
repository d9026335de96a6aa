package postgres

import (
	"context"
	_ "embed" // the statement
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

var _ auth.Store = Accounts{}

//go:embed known.sql
var knownSQL string

// Accounts is what signing in asks, before any tenant is known: the worker's
// role reads it, from the few tables that it may.
type Accounts struct{ db *DB }

// Accounts gives the store of package auth.
func (db *DB) Accounts() Accounts { return Accounts{db} }

// knownRow is what known.sql gives, as JSON.
type knownRow struct {
	Person  personRow `json:"person"`
	Tenants []struct {
		tenantRow
		Memberships []membershipRow            `json:"memberships"`
		Directs     bool                       `json:"directs"`
		Lent        bool                       `json:"lent"`
		Settings    map[string]json.RawMessage `json:"settings"`
	} `json:"tenants"`
	Scopes        []string   `json:"scopes"`
	SecretChanged *time.Time `json:"secret_changed"`
}

// membershipRow is a row of membership, without its period.
type membershipRow struct {
	TenantID id.Tenant         `json:"tenant_id"`
	PersonID id.Person         `json:"person_id"`
	Profile  directory.Profile `json:"profile"`
	Roles    []string          `json:"roles"`
}

func (r membershipRow) domain() directory.Membership {
	return directory.Membership{Tenant: r.TenantID, Person: r.PersonID, Profile: r.Profile, Roles: r.Roles}
}

// Known reads somebody with their memberships in force.
func (a Accounts) Known(ctx context.Context, person id.Person, within []id.Tenant, now time.Time) (auth.Known, error) {
	var text []byte
	if err := a.db.worker.QueryRow(ctx, knownSQL, person, texts(within), now).Scan(&text); err != nil {
		return auth.Known{}, translate(err)
	}
	var row knownRow
	if err := json.Unmarshal(text, &row); err != nil {
		return auth.Known{}, fmt.Errorf("decode person %s: %w", person, err)
	}
	return row.domain(), nil
}

func (r knownRow) domain() auth.Known {
	known := auth.Known{Person: r.Person.domain(), Scopes: r.Scopes, SecretChanged: deref(r.SecretChanged)}
	for _, tenant := range r.Tenants {
		// A stored value that is not allowed (any more) holds its default: fail closed.
		values, _ := settings.Load(tenant.Settings)
		known.Tenants = append(known.Tenants, tenant.domain())
		known.Values = append(known.Values, values)
		if tenant.Directs {
			known.Directs = append(known.Directs, tenant.TenantID)
		}
		if tenant.Lent {
			known.Lent = append(known.Lent, tenant.TenantID)
		}
		for _, m := range tenant.Memberships {
			known.Memberships = append(known.Memberships, m.domain())
		}
	}
	return known
}

// Credential finds a login.
func (a Accounts) Credential(ctx context.Context, login string) (auth.Credential, error) {
	var c auth.Credential
	err := a.db.worker.QueryRow(ctx, `SELECT person_id, hash FROM credential WHERE login = $1`, login).Scan(&c.Person, &c.Hash)
	return c, translate(err)
}

// Rehash replaces a hash that is still the one read. The password is the same,
// so changed_at stays.
func (a Accounts) Rehash(ctx context.Context, person id.Person, from, to string) error {
	_, err := a.db.worker.Exec(ctx, `UPDATE credential SET hash = $3 WHERE person_id = $1 AND hash = $2`, person, from, to)
	return translate(err)
}

// Attempt counts in a fixed window, which begins with its first attempt.
func (a Accounts) Attempt(ctx context.Context, subject [32]byte, window time.Duration, now time.Time) (int, time.Time, error) {
	const statement = `INSERT INTO login_attempt AS a (subject, attempts, until) VALUES ($1, 1, $3)
		ON CONFLICT (subject) DO UPDATE SET
			attempts = CASE WHEN a.until <= $2 THEN 1 ELSE least(a.attempts + 1, 1000000) END,
			until = CASE WHEN a.until <= $2 THEN excluded.until ELSE a.until END
		RETURNING attempts, until`
	var attempts int
	var until time.Time
	err := a.db.worker.QueryRow(ctx, statement, subject[:], now, now.Add(window)).Scan(&attempts, &until)
	return attempts, until, translate(err)
}

// Forgive takes one attempt back, or all of them.
func (a Accounts) Forgive(ctx context.Context, subject [32]byte, all bool) error {
	statement := `UPDATE login_attempt SET attempts = greatest(attempts - 1, 0) WHERE subject = $1`
	if all {
		statement = `DELETE FROM login_attempt WHERE subject = $1`
	}
	_, err := a.db.worker.Exec(ctx, statement, subject[:])
	return translate(err)
}

// Key finds a key that is not revoked.
func (a Accounts) Key(ctx context.Context, hash [32]byte) (auth.Key, error) {
	const query = `SELECT k.api_key_id, k.name, k.scopes,
			(SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.name, t.uai), '[]') FROM tenant t WHERE t.tenant_id = ANY (k.tenants))
		FROM api_key k WHERE k.hash = $1 AND k.revoked_at IS NULL`
	var key auth.Key
	var text []byte
	if err := a.db.worker.QueryRow(ctx, query, hash[:]).Scan(&key.ID, &key.Name, &key.Scopes, &text); err != nil {
		return auth.Key{}, translate(err)
	}
	var tenants []tenantRow
	if err := json.Unmarshal(text, &tenants); err != nil {
		return auth.Key{}, fmt.Errorf("decode key %s: %w", key.ID, err)
	}
	for _, tenant := range tenants {
		key.Tenants = append(key.Tenants, tenant.domain())
	}
	return key, nil
}

// ByExternalID finds the one person of that external id who belongs to one of
// the establishments now.
func (a Accounts) ByExternalID(ctx context.Context, external string, within []id.Tenant, now time.Time) (id.Person, error) {
	const query = `SELECT p.person_id FROM person p WHERE p.external_id = $1 AND EXISTS (
			SELECT 1 FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
			WHERE m.person_id = p.person_id AND m.tenant_id = ANY ($2::uuid[]) AND m.during @> ($3::timestamptz AT TIME ZONE t.time_zone)::date)
		LIMIT 2`
	rows, err := a.db.worker.Query(ctx, query, external, texts(within), now)
	if err != nil {
		return id.Person{}, translate(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[id.Person])
	switch {
	case err != nil:
		return id.Person{}, translate(err)
	case len(found) != 1:
		return id.Person{}, fmt.Errorf("external id: %w", directory.ErrNotFound)
	}
	return found[0], nil
}

// BySource finds a person by the directory that knows them.
func (a Accounts) BySource(ctx context.Context, source, external string) (id.Person, error) {
	var person id.Person
	err := a.db.worker.QueryRow(ctx, `SELECT person_id FROM person WHERE source = $1 AND external_id = $2`, source, external).Scan(&person)
	return person, translate(err)
}

// TenantByUAI finds an establishment by its code.
func (a Accounts) TenantByUAI(ctx context.Context, uai string) (directory.Tenant, error) {
	return a.tenant(ctx, `SELECT to_jsonb(t) FROM tenant t WHERE t.uai = $1`, uai)
}

func (a Accounts) tenant(ctx context.Context, query string, args ...any) (directory.Tenant, error) {
	var text []byte
	if err := a.db.worker.QueryRow(ctx, query, args...).Scan(&text); err != nil {
		return directory.Tenant{}, translate(err)
	}
	var row tenantRow
	if err := json.Unmarshal(text, &row); err != nil {
		return directory.Tenant{}, fmt.Errorf("decode tenant: %w", err)
	}
	return row.domain(), nil
}

// TenantOf finds where a resource is.
func (a Accounts) TenantOf(ctx context.Context, resource uuid.UUID) (id.Tenant, error) {
	var tenant *id.Tenant
	if err := a.db.worker.QueryRow(ctx, `SELECT tenant_of($1)`, resource).Scan(&tenant); err != nil {
		return id.Tenant{}, translate(err)
	}
	if tenant == nil {
		return id.Tenant{}, fmt.Errorf("tenant of %s: %w", resource, directory.ErrNotFound)
	}
	return *tenant, nil
}

// texts writes ids as an array; NULL for none given.
func texts[K any](ids []id.ID[K]) []string {
	if ids == nil {
		return nil
	}
	list := make([]string, len(ids))
	for i, one := range ids {
		list[i] = one.String()
	}
	return list
}
