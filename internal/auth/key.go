package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// The headers of an API call.
const (
	HeaderAuthorization = "Authorization"
	HeaderOnBehalfOf    = "X-On-Behalf-Of"  // external id of the person that an ENT's module acts for
	HeaderEstablishment = "X-Establishment" // UAI of the one establishment of the request
)

// Key is an API key, as it is stored.
type Key struct {
	ID      id.APIKey
	Name    string
	Tenants []directory.Tenant // where it may act, by name
	Scopes  []Scope
}

// KeyHash is what is stored of a key. A key has 256 random bits, so that no
// slow hash is needed; only the demo's is known, and lives in demo mode alone.
func KeyHash(key string) [32]byte { return sha256.Sum256([]byte(key)) }

// uai is the form of an establishment's code.
var uai = regexp.MustCompile(`^[0-9]{7}[A-Z]$`)

// Key says who a call of the API is: anyone, a key by itself, or the person that
// it acts for, in the establishments of both. The errors are [ErrKey],
// [ErrOnBehalf] and [ErrEstablishment].
func (s *Service) Key(r *http.Request) (Identity, error) {
	who, err := s.caller(r)
	if err != nil {
		return Identity{}, err
	}
	return s.narrow(r.Context(), who, r.Header.Get(HeaderEstablishment))
}

func (s *Service) caller(r *http.Request) (Identity, error) {
	ctx, onBehalfOf := r.Context(), r.Header.Get(HeaderOnBehalfOf)
	secret, given, err := bearer(r.Header)
	if err != nil {
		return Identity{}, err
	}
	if !given {
		if onBehalfOf != "" {
			return Identity{}, fmt.Errorf("%w: %s needs one", ErrKey, HeaderOnBehalfOf)
		}
		return anonymous(ViaAPI), nil
	}
	key, err := s.store.Key(ctx, KeyHash(secret))
	if errors.Is(err, directory.ErrNotFound) {
		return Identity{}, ErrKey
	}
	if err != nil {
		return Identity{}, fmt.Errorf("find key: %w", err)
	}
	if onBehalfOf == "" {
		return key.identity(), nil
	}
	return s.onBehalf(ctx, key, onBehalfOf)
}

// bearer reads the key of a request. A header of any other form is [ErrKey].
func bearer(h http.Header) (key string, given bool, err error) {
	values := h.Values(HeaderAuthorization)
	if len(values) == 0 {
		return "", false, nil
	}
	scheme, key, ok := strings.Cut(values[0], " ")
	if len(values) > 1 || !ok || !strings.EqualFold(scheme, "Bearer") || key == "" {
		return "", true, ErrKey
	}
	return key, true, nil
}

func (k Key) via() string { return ViaAPI + ":" + k.ID.String() }

// identity is the key acting for nobody: it reads what is public, and the
// domain gives it no role.
func (k Key) identity() Identity {
	return Identity{
		Kind: actor.KindService, Tenants: k.Tenants, Scopes: []string{publicScope}, Via: k.via(), Key: k.ID, KeyScopes: k.Scopes,
	}
}

// onBehalf is the person that the key acts for, within the key's establishments
// and nowhere else.
func (s *Service) onBehalf(ctx context.Context, key Key, external string) (Identity, error) {
	if !storable(external) {
		return Identity{}, ErrOnBehalf
	}
	now := s.clock()
	within := make([]id.Tenant, len(key.Tenants))
	for n, tenant := range key.Tenants {
		within[n] = tenant.ID
	}
	person, err := s.store.ByExternalID(ctx, external, within, now)
	if err != nil {
		return Identity{}, unless(err, ErrOnBehalf)
	}
	known, err := s.store.Known(ctx, person, within, now)
	if err != nil {
		return Identity{}, unless(err, ErrOnBehalf)
	}
	who := known.identity(key.via())
	who.Key, who.KeyScopes = key.ID, key.Scopes
	return who, nil
}

// unless words a missing row in the caller's terms; any other error stays.
func unless(err, missing error) error {
	if errors.Is(err, directory.ErrNotFound) {
		return missing
	}
	return err
}

// narrow takes the establishment that the request names.
func (s *Service) narrow(ctx context.Context, who Identity, named string) (Identity, error) {
	if named == "" {
		return who, nil
	}
	if !uai.MatchString(named) {
		return Identity{}, ErrEstablishment
	}
	if who.Kind == actor.KindAnonymous {
		tenant, err := s.store.TenantByUAI(ctx, named)
		if err != nil {
			return Identity{}, unless(err, ErrEstablishment)
		}
		who.Chosen = tenant.ID
		return who, nil
	}
	at := slices.IndexFunc(who.Tenants, func(t directory.Tenant) bool { return t.UAI == named })
	if at < 0 {
		return Identity{}, ErrEstablishment
	}
	who.Chosen = who.Tenants[at].ID
	return who, nil
}
