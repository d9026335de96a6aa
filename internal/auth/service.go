package auth

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// Store is what auth asks of the database, before any tenant is known.
type Store interface {
	SessionStore

	// Known reads somebody with their memberships in force, all of them or those
	// in the given establishments, or answers [directory.ErrNotFound].
	Known(ctx context.Context, person id.Person, within []id.Tenant, now time.Time) (Known, error)
	// Credential finds a login, or answers [directory.ErrNotFound].
	Credential(ctx context.Context, login string) (Credential, error)
	// Rehash replaces a hash of the same password, unless it has changed since.
	Rehash(ctx context.Context, person id.Person, from, to string) error
	// Attempt counts one more attempt of the subject in its window, and tells how
	// many there were and when the window ends.
	Attempt(ctx context.Context, subject [32]byte, window time.Duration, now time.Time) (int, time.Time, error)
	// Forgive takes an attempt back: that one, or all of the subject's.
	Forgive(ctx context.Context, subject [32]byte, all bool) error
	// Key finds a key that is not revoked by its SHA-256, or answers [directory.ErrNotFound].
	Key(ctx context.Context, hash [32]byte) (Key, error)
	// ByExternalID finds the one person of that external id who belongs to one of
	// the establishments now. None, or several of different sources, is
	// [directory.ErrNotFound].
	ByExternalID(ctx context.Context, external string, within []id.Tenant, now time.Time) (id.Person, error)
	// BySource finds a person by the directory that knows them.
	BySource(ctx context.Context, source, external string) (id.Person, error)
	// TenantByUAI finds an establishment, or answers [directory.ErrNotFound].
	TenantByUAI(ctx context.Context, uai string) (directory.Tenant, error)
	// TenantOf finds the tenant of a resource, or answers [directory.ErrNotFound].
	TenantOf(ctx context.Context, resource uuid.UUID) (id.Tenant, error)
}

// Config is what a Service is made of.
type Config struct {
	Store  Store            // required
	Clock  func() time.Time // required
	Secure bool             // readers come by TLS: cookies are Secure, and named __Host-
	// Demo names those whom anyone may become by one click. Zero: nobody.
	Demo Demo
	// Password sets the cost of new hashes; zero means [DefaultCost].
	Password argon2id.Params
	// OnError answers a request whose session could not be read or written.
	OnError func(http.ResponseWriter, *http.Request, error) // required
}

// Service says who is calling.
type Service struct {
	store     Store
	clock     func() time.Time
	secure    bool
	demo      Demo
	passwords *passwords
	sessions  *scs.SessionManager
}

// NewService returns a Service. The error is that of the system's randomness.
func NewService(cfg Config) (*Service, error) {
	if cfg.Password == (argon2id.Params{}) {
		cfg.Password = DefaultCost
	}
	passwords, err := newPasswords(cfg.Password)
	if err != nil {
		return nil, fmt.Errorf("new auth service: %w", err)
	}
	return &Service{
		store: cfg.Store, clock: cfg.Clock, secure: cfg.Secure, demo: cfg.Demo, passwords: passwords, sessions: newSessions(cfg),
	}, nil
}

// Locate gives the tenant of a resource that a path names by its id, for
// [Identity.Tenant]. Whoever acts in one establishment needs no question: what
// is not there is not found later. The error is [directory.ErrNotFound].
func (s *Service) Locate(ctx context.Context, who Identity, resource uuid.UUID) (id.Tenant, error) {
	if len(who.Tenants) == 1 {
		return who.Tenants[0].ID, nil
	}
	tenant, err := s.store.TenantOf(ctx, resource)
	if err != nil {
		return id.Tenant{}, fmt.Errorf("locate %s: %w", resource, err)
	}
	if who.Kind != actor.KindAnonymous && !who.In(tenant) {
		return id.Tenant{}, fmt.Errorf("locate %s: %w", resource, directory.ErrNotFound)
	}
	return tenant, nil
}
