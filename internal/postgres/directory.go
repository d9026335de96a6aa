package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

var _ directory.Tx = (*Tx)(nil)

// tenantRow is a row of tenant.
type tenantRow struct {
	TenantID id.Tenant            `gorm:"primaryKey" json:"tenant_id"`
	UAI      string               `gorm:"column:uai" json:"uai"`
	Name     string               `json:"name"`
	Kind     directory.TenantKind `json:"kind"`
	Level    directory.Level      `json:"level"`
	ParentID *id.Tenant           `json:"parent_id"`
	City     string               `json:"city"`
	TimeZone string               `json:"time_zone"`
	Zone     string               `json:"zone"`
}

func (tenantRow) TableName() string { return "tenant" }

func (r tenantRow) domain() directory.Tenant {
	return directory.Tenant{
		ID: r.TenantID, UAI: r.UAI, Name: r.Name, Kind: r.Kind, Level: r.Level, Parent: deref(r.ParentID),
		City: r.City, TimeZone: r.TimeZone, Zone: r.Zone,
	}
}

// Here reads the transaction's tenant with its parameters.
func (tx *Tx) Here(ctx context.Context) (directory.House, error) {
	row, err := gorm.G[tenantRow](tx.db).Where("tenant_id = ?", tx.tenant).Take(ctx)
	if err != nil {
		return directory.House{}, translate(err)
	}
	var text []byte
	var version int64
	const statement = `SELECT coalesce(jsonb_object_agg(key, value), '{}'), coalesce((SELECT version FROM settings_version), 1) FROM setting`
	err = tx.conn.QueryRowContext(ctx, statement).Scan(&text, &version)
	if err != nil {
		return directory.House{}, translate(err)
	}
	var stored map[string]json.RawMessage
	if err := json.Unmarshal(text, &stored); err != nil {
		return directory.House{}, fmt.Errorf("decode settings: %w", err)
	}
	house, err := newHouse(stored, calendar.Zone(row.Zone), row.TimeZone)
	house.Tenant, house.SettingsVersion = row.domain(), version
	return house, err
}

// Person reads somebody who belongs, or belonged, to the tenant.
func (tx *Tx) Person(ctx context.Context, person id.Person) (directory.Person, error) {
	row, err := gorm.G[personRow](tx.db).Where("person_id = ?", person).Take(ctx)
	return row.domain(), translate(err)
}

// Profile is the capacity in which somebody belongs, or belonged, to the tenant:
// pupil before any other, since a pupil is protected as one.
func (tx *Tx) Profile(ctx context.Context, person id.Person) (directory.Profile, error) {
	var profile directory.Profile
	err := tx.conn.QueryRowContext(ctx, `SELECT profile FROM membership WHERE person_id = $1
		ORDER BY (profile = 'pupil') DESC, (profile IN ('teacher', 'staff')) DESC, profile LIMIT 1`, person).Scan(&profile)
	return profile, translate(err)
}

// Roles resolves all that somebody is in the tenant and in the space.
func (tx *Tx) Roles(ctx context.Context, person id.Person, space id.Space, now time.Time) (actor.Roles, error) {
	if person.IsZero() {
		return actor.Roles{}, nil
	}
	var text []byte
	err := tx.conn.QueryRowContext(ctx, `SELECT to_jsonb(roles_of($1, $2, $3))`, person, nullable(space), now).Scan(&text)
	if err != nil {
		return actor.Roles{}, translate(err)
	}
	var roles []actor.Role
	if err := json.Unmarshal(text, &roles); err != nil {
		return actor.Roles{}, fmt.Errorf("decode roles: %w", err)
	}
	return actor.NewRoles(roles...), nil
}
