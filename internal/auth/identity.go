package auth

import (
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// The channels of an actor. A key's is "api:" and its id.
const (
	ViaWeb = "web"
	ViaAPI = "api"
)

// Identity is who is calling, and in which establishments they act.
type Identity struct {
	Kind        actor.Kind             // anonymous, person or service
	Person      directory.Person       // zero unless Kind is person
	Memberships []directory.Membership // in force
	Tenants     []directory.Tenant     // in which the caller acts, by name
	Directs     []id.Tenant            // of them, those whose publication the caller directs
	Lent        []id.Tenant            // of them, those whose director has lent the caller a power
	Chosen      id.Tenant              // the session's school, or X-Establishment's; zero where none was named
	Scopes      []string               // the audiences that the caller belongs to: what publication.Reader is asked with
	Via         string                 // the actor's channel
	Key         id.APIKey              // zero in a browser
	KeyScopes   []Scope
	Expired     bool // a session was presented that has ended (R08)
}

// publicScope is the audience of anyone.
const publicScope = "public_web"

func anonymous(via string) Identity {
	return Identity{Kind: actor.KindAnonymous, Scopes: []string{publicScope}, Via: via}
}

// RequireLogin answers nil for a person or a key, and [ErrLogin] for anyone else.
func (i Identity) RequireLogin() error {
	if i.Kind == actor.KindPerson || i.Kind == actor.KindService {
		return nil
	}
	return ErrLogin
}

// In reports whether the caller acts in the tenant.
func (i Identity) In(tenant id.Tenant) bool {
	return slices.ContainsFunc(i.Tenants, func(t directory.Tenant) bool { return t.ID == tenant })
}

// Tenant gives the one establishment of the request: that of the resource when
// the path names one, else the chosen one, else the only one. It answers with
// [ErrEstablishment] where the caller does not act, and with [ErrWhichTenant]
// when several are left. Whoever is anonymous is at home nowhere and may visit
// what is named.
func (i Identity) Tenant(named id.Tenant) (id.Tenant, error) {
	switch {
	case !named.IsZero() && i.Kind != actor.KindAnonymous && !i.In(named):
		return id.Tenant{}, ErrEstablishment
	case !named.IsZero():
		return named, nil
	case !i.Chosen.IsZero():
		return i.Chosen, nil
	case len(i.Tenants) == 1:
		return i.Tenants[0].ID, nil
	case len(i.Tenants) == 0 && i.Kind != actor.KindAnonymous:
		return id.Tenant{}, ErrEstablishment
	}
	return id.Tenant{}, ErrWhichTenant
}

// Actor is the caller acting in the one establishment of the request, as Tenant
// finds it, and with its errors. Roles are resolved where they are used.
func (i Identity) Actor(named id.Tenant) (actor.Actor, error) {
	tenant, err := i.Tenant(named)
	if err != nil {
		return actor.Actor{}, err
	}
	return actor.Actor{Kind: i.Kind, Person: i.Person.ID, Tenant: tenant, Via: i.Via}, nil
}

// Profiles lists in which capacities the caller belongs to the tenant.
func (i Identity) Profiles(tenant id.Tenant) []directory.Profile {
	var profiles []directory.Profile
	for _, m := range i.Memberships {
		if m.Tenant == tenant {
			profiles = append(profiles, m.Profile)
		}
	}
	return profiles
}

// Known is what is known of a person when they sign in, and at each request.
type Known struct {
	Person        directory.Person
	Memberships   []directory.Membership // in force, in the establishments asked for
	Tenants       []directory.Tenant     // of those memberships, by name
	Directs       []id.Tenant            // of them, those that the person directs now
	Lent          []id.Tenant            // of them, those where a power is lent to the person now
	Values        []settings.Values      // of each tenant, in the same order
	Scopes        []string               // audiences, in the establishments asked for
	SecretChanged time.Time              // when the password last changed; zero where there is none
}

// idle is how long the person's session stays open unused: the shortest of
// their establishments', and a pupil's wherever they are one (R08).
func (k Known) idle() time.Duration {
	pupil := slices.ContainsFunc(k.Memberships, func(m directory.Membership) bool { return m.Profile == directory.Pupil })
	limit := settings.IdleAdult
	if pupil {
		limit = settings.IdlePupil
	}
	shortest := limit.Initial()
	for n, values := range k.Values {
		if d := limit.Of(values); n == 0 || d < shortest {
			shortest = d
		}
	}
	return shortest
}

func (k Known) identity(via string) Identity {
	return Identity{
		Kind: actor.KindPerson, Person: k.Person, Memberships: k.Memberships, Tenants: k.Tenants, Directs: k.Directs, Lent: k.Lent, Scopes: k.Scopes, Via: via,
	}
}
