package directory

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// Tx is what everybody may ask of the directory inside a transaction, which
// shows one tenant.
type Tx interface {
	audit.Log

	// Here reads the tenant with its parameters and its calendar.
	Here(ctx context.Context) (House, error)
	// Person reads somebody who belongs, or belonged, to the tenant, or answers [ErrNotFound].
	Person(ctx context.Context, person id.Person) (Person, error)
	// Roles resolves all that somebody is in the tenant and, unless space is
	// zero, in that space, at that moment. Nobody has no roles.
	Roles(ctx context.Context, person id.Person, space id.Space, now time.Time) (actor.Roles, error)
}

// House is a tenant with what it has decided for itself.
type House struct {
	Tenant   Tenant
	Values   settings.Values
	Calendar *calendar.Calendar
	// SettingsVersion counts the changes of Values, from 1; zero where it was not read.
	SettingsVersion int64
}
