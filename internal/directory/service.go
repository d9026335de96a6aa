package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

// ServiceTx is what the services of the directory do inside a transaction.
type ServiceTx interface {
	Tx
	outbox.Emitter

	// Names gives the full names of persons of the tenant, past ones included; who is
	// not there is left out.
	Names(ctx context.Context, persons []id.Person) (map[id.Person]string, error)
	// FindPersons lists who belongs to the tenant now and has every word of text in
	// their name, accents apart: those in a group of the viewer's first.
	FindPersons(ctx context.Context, viewer id.Person, text string, limit int, now time.Time) ([]Listed, error)
	// ListColleagues lists who teaches or works in the tenant now, by name.
	ListColleagues(ctx context.Context, limit int, now time.Time) ([]Listed, error)
	// ListPupils lists the tenant's pupils who are of that age today or older, by name. Whose
	// birth date is unknown is left out.
	ListPupils(ctx context.Context, age, limit int, now time.Time) ([]Listed, error)
	// ListGroups lists the tenant's groups, and says which are the viewer's.
	ListGroups(ctx context.Context, viewer id.Person) ([]GroupListing, error)
	// PersonFile reads all that the tenant knows of somebody, or answers [ErrNotFound].
	PersonFile(ctx context.Context, person id.Person, now time.Time) (File, error)

	// Tenures lists who directs and directed, the latest first.
	Tenures(ctx context.Context) ([]Tenure, error)
	// Delegations lists the powers lent, the latest first.
	Delegations(ctx context.Context) ([]Delegation, error)
	InsertDelegation(ctx context.Context, d Delegation) error
	// EndDelegation ends what has not ended yet, or answers [ErrNotFound].
	EndDelegation(ctx context.Context, delegation id.Delegation, at time.Time) error

	// LockStandings keeps another act on the person's standing waiting, and lists
	// what was ever decided, the latest first.
	LockStandings(ctx context.Context, person id.Person) ([]StandingRecord, error)
	// StandingOf finds a decided standing, or answers [ErrNotFound].
	StandingOf(ctx context.Context, standing id.Standing) (StandingRecord, error)
	InsertStanding(ctx context.Context, s StandingRecord) error
	EndStanding(ctx context.Context, standing id.Standing, at time.Time) error
	// Standings lists what was decided of somebody or, of nobody, of everybody, the latest
	// first, with names and what was observed.
	Standings(ctx context.Context, of id.Person, limit int) ([]NamedStanding, error)
	InsertObservation(ctx context.Context, standing id.Standing, o Observation) error

	// ReadTrail reads a part of the tenant's trail, the newest first, as its reader may know it: of an order
	// about which its authority wants silence nothing, and its block as a mask (R48), but for who hears of it.
	ReadTrail(ctx context.Context, who actor.Actor, f TrailFilter, now time.Time) ([]TrailEntry, error)

	DenialTx
	ActingTx

	// BriefedAt tells when somebody last read the briefing; never is the zero time.
	BriefedAt(ctx context.Context, person id.Person) (time.Time, error)
	SaveBriefing(ctx context.Context, person id.Person, version string, answers map[string]bool, at time.Time) error

	// LockSettings keeps another change waiting.
	LockSettings(ctx context.Context) error
	// SaveSettings writes values by key, and a version more; null takes a key back to
	// its default.
	SaveSettings(ctx context.Context, changes map[string]json.RawMessage, by id.Person, at time.Time) error
	// LatestSettingChanges reads the latest change of each parameter from the trail.
	LatestSettingChanges(ctx context.Context) ([]SettingChange, error)
	// SettingChanges reads the changes of one parameter from the trail, the latest
	// first, a hundred at most.
	SettingChanges(ctx context.Context, key string) ([]SettingChange, error)
}

// Transactions opens a transaction in a tenant and commits it when do returns nil.
type Transactions func(ctx context.Context, tenant id.Tenant, do func(ServiceTx) error) error

// Config is what a Service is made of. Every field is required.
type Config struct {
	InTx  Transactions
	Clock func() time.Time
}

// Service looks persons up, and carries out what a director or administrator
// decides about them.
type Service struct {
	inTx  Transactions
	clock func() time.Time
}

// NewService returns a Service.
func NewService(cfg Config) *Service { return &Service{cfg.InTx, cfg.Clock} }

// inside runs do in the actor's tenant, with the actor in the roles that they
// have there. Whoever does not belong there has [ErrNotFound].
func (s *Service) inside(ctx context.Context, who actor.Actor, do func(tx ServiceTx, who actor.Actor, now time.Time) error) error {
	return s.inTx(ctx, who.Tenant, func(tx ServiceTx) error {
		now := s.clock()
		roles, err := tx.Roles(ctx, who.Person, id.Space{}, now)
		if err != nil {
			return fmt.Errorf("roles of the actor: %w", err)
		}
		if len(roles.List()) == 0 {
			return ErrNotFound
		}
		return do(tx, who.As(roles), now)
	})
}

// require refuses whoever has none of the roles (R09).
func require(who actor.Actor, act string, roles ...actor.Role) error {
	if who.Roles.HasAny(roles...) {
		return nil
	}
	return &Refusal{Act: act, Rule: "R09", Err: ErrForbidden}
}

// record writes an act of the directory into the trail.
func record(ctx context.Context, tx Tx, who actor.Actor, act, kind string, subject uuid.UUID, rule string, now time.Time, from, to string) error {
	e := audit.Act(who, act, audit.Subject{Kind: kind, ID: subject}, rule, now)
	e.From, e.To = from, to
	return tx.Record(ctx, e)
}
