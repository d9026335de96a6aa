package auth_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// key stores an API key for the establishments.
func (b *bundle) key(t *testing.T, secret string, scopes []auth.Scope, tenants ...id.Tenant) id.APIKey {
	t.Helper()
	key, hash := id.New[id.APIKey](), auth.KeyHash(secret)
	words := make([]string, len(scopes))
	for n, scope := range scopes {
		words[n] = string(scope)
	}
	places := make([]string, len(tenants))
	for n, tenant := range tenants {
		places[n] = tenant.String()
	}
	b.exec(t, `INSERT INTO api_key (api_key_id, name, hash, tenants, scopes, created_at) VALUES ($1, $2, $3, $4, $5, now())`,
		key, secret, hash[:], places, words)
	return key
}

// call makes a call with these headers.
func (b *bundle) call(t *testing.T, headers ...string) (auth.Identity, error) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/spaces", nil)
	for n := 0; n+1 < len(headers); n += 2 {
		r.Header.Add(headers[n], headers[n+1])
	}
	return b.auth.Key(r)
}

const (
	authorization = auth.HeaderAuthorization
	onBehalfOf    = auth.HeaderOnBehalfOf
	establishment = auth.HeaderEstablishment
)

func TestKeys(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.key(t, "both", auth.AllScopes(), b.Tilleuls, b.Platanes)
	b.key(t, "college", auth.AllScopes(), b.Tilleuls)
	b.key(t, "gone", auth.AllScopes(), b.Tilleuls)
	b.exec(t, `UPDATE api_key SET revoked_at = now() WHERE name = 'gone'`)
	b.exec(t, `UPDATE membership SET during = daterange(NULL, '2026-11-01') WHERE person_id = $1`, b.Noe)
	for _, tt := range []struct {
		name    string
		headers []string
		want    error
	}{
		{"none", nil, nil},
		{"by itself", []string{authorization, "Bearer college"}, nil},
		{"the scheme's letters do not matter", []string{authorization, "bearer college"}, nil},
		{"unknown", []string{authorization, "Bearer collège"}, auth.ErrKey},
		{"revoked", []string{authorization, "Bearer gone"}, auth.ErrKey},
		{"empty", []string{authorization, "Bearer "}, auth.ErrKey},
		{"another scheme", []string{authorization, "Basic college"}, auth.ErrKey},
		{"two", []string{authorization, "Bearer college", authorization, "Bearer both"}, auth.ErrKey},
		{"on behalf", []string{authorization, "Bearer college", onBehalfOf, "lina"}, nil},
		{"on behalf without a key", []string{onBehalfOf, "lina"}, auth.ErrKey},
		{"on behalf of a neighbour", []string{authorization, "Bearer college", onBehalfOf, "zoe"}, auth.ErrOnBehalf},
		{"on behalf of nobody", []string{authorization, "Bearer college", onBehalfOf, "nobody"}, auth.ErrOnBehalf},
		{"on behalf of who has left", []string{authorization, "Bearer college", onBehalfOf, "noe"}, auth.ErrOnBehalf},
		{"on behalf, NUL", []string{authorization, "Bearer college", onBehalfOf, "lina\x00"}, auth.ErrOnBehalf},
		{"where the key does not act", []string{authorization, "Bearer college", establishment, "0310001Y"}, auth.ErrEstablishment},
		{"where the person does not act", []string{authorization, "Bearer both", onBehalfOf, "lina", establishment, "0310001Y"}, auth.ErrEstablishment},
		{"no code", []string{authorization, "Bearer both", establishment, "x'"}, auth.ErrEstablishment},
		{"anyone, somewhere", []string{establishment, "0310001Y"}, nil},
		{"anyone, nowhere", []string{establishment, "0999999Z"}, auth.ErrEstablishment},
	} {
		_, err := b.call(t, tt.headers...)
		if tt.want == nil && err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.want != nil {
			wantErr(t, err, tt.want)
		}
	}
}

func TestAKeyActsForAPerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	key := b.key(t, "both", auth.AllScopes(), b.Tilleuls, b.Platanes)
	who, err := b.call(t, authorization, "Bearer both", onBehalfOf, "martin", establishment, "0310001Y")
	if err != nil {
		t.Fatal(err)
	}
	acting, err := who.Actor(id.Tenant{})
	want := actor.Actor{Kind: actor.KindPerson, Person: b.Martin, Tenant: b.Platanes, Via: "api:" + key.String()}
	if diff := cmp.Diff(want, acting, cmp.AllowUnexported(actor.Roles{})); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if who, err = b.call(t, authorization, "Bearer both", onBehalfOf, "martin"); err != nil {
		t.Fatal(err)
	}
	_, err = who.Actor(id.Tenant{})
	wantErr(t, err, auth.ErrWhichTenant)
	if acting, err = who.Actor(b.Tilleuls); err != nil || acting.Tenant != b.Tilleuls {
		t.Errorf("the resource's own establishment: %+v, %v", acting, err)
	}
	if who, err = b.call(t, authorization, "Bearer both", onBehalfOf, "lina"); err != nil {
		t.Fatal(err)
	}
	if acting, err = who.Actor(id.Tenant{}); err != nil || acting.Tenant != b.Tilleuls {
		t.Errorf("somebody of one school: %+v, %v", acting, err)
	}
}

// TestAKeyOpensNoOtherSchoolOfThePerson: Martin teaches at both, the key is the
// collège's.
func TestAKeyOpensNoOtherSchoolOfThePerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.key(t, "college", auth.AllScopes(), b.Tilleuls)
	who, err := b.call(t, authorization, "Bearer college", onBehalfOf, "martin")
	if err != nil {
		t.Fatal(err)
	}
	if who.In(b.Platanes) || len(who.Memberships) != 1 {
		t.Errorf("acts at the lycée: %+v", who.Tenants)
	}
	_, err = who.Actor(b.Platanes)
	wantErr(t, err, directory.ErrNotFound)
	for _, scope := range who.Scopes {
		if strings.Contains(scope, b.Platanes.String()) || strings.Contains(scope, b.ClassOfPlatanes.String()) {
			t.Errorf("reads %s", scope)
		}
	}
	if !slices.Contains(who.Scopes, "group:"+b.Class.String()) {
		t.Errorf("does not read what the collège's are: %v", who.Scopes)
	}
}

func TestAKeyForNobodyIsNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.key(t, "college", auth.AllScopes(), b.Tilleuls)
	who, err := b.call(t, authorization, "Bearer college")
	if err != nil {
		t.Fatal(err)
	}
	acting, err := who.Actor(id.Tenant{})
	if err != nil || acting.Kind != actor.KindService || !acting.Person.IsZero() {
		t.Errorf("%+v, %v", acting, err)
	}
	if diff := cmp.Diff([]string{"public_web"}, who.Scopes); diff != "" {
		t.Errorf("reads more than anyone: %s", diff)
	}
}

func TestTwoSourcesWithOneExternalID(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.key(t, "college", auth.AllScopes(), b.Tilleuls)
	b.exec(t, `WITH p AS (INSERT INTO person (person_id, source, external_id, given_name, family_name) VALUES (gen_random_uuid(), 'other', 'lina', 'L', 'L') RETURNING person_id)
		INSERT INTO membership (membership_id, tenant_id, person_id, profile) SELECT gen_random_uuid(), $1, person_id, 'external' FROM p`, b.Tilleuls)
	_, err := b.call(t, authorization, "Bearer college", onBehalfOf, "lina")
	wantErr(t, err, auth.ErrOnBehalf)
}

func TestScopes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.key(t, "reading", []auth.Scope{auth.PublishedRead, "everything:else"}, b.Tilleuls)
	who, err := b.call(t, authorization, "Bearer reading", onBehalfOf, "lina")
	if err != nil {
		t.Fatal(err)
	}
	for _, scope := range append(auth.AllScopes(), "everything:else", "") {
		if allowed := who.Allows(scope) == nil; allowed != (scope == auth.PublishedRead) {
			t.Errorf("%s: allowed %t", scope, allowed)
		}
	}
	wantErr(t, who.Allows(auth.Review), auth.ErrScope)
	br := b.browser()
	br.become(t, "lina")
	if err := br.who(t).Allows(auth.Review); err != nil {
		t.Errorf("a session has no scopes: %v", err)
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	identity := func(persona string) auth.Identity {
		br := b.browser()
		br.become(t, persona)
		return br.who(t)
	}
	martin, lina := identity("martin"), identity("lina")
	for _, tt := range []struct {
		name     string
		who      auth.Identity
		resource uuid.UUID
		want     id.Tenant
		err      error
	}{
		{"of two schools, in one", martin, b.Press.UUID, b.Platanes, nil},
		{"of two schools, in the other", martin, b.Blog.UUID, b.Tilleuls, nil},
		{"a class", martin, b.ClassOfPlatanes.UUID, b.Platanes, nil},
		{"of two schools, nothing", martin, uuid.New(), id.Tenant{}, directory.ErrNotFound},
		{"of one school: what is not there is not found later", lina, b.Press.UUID, b.Tilleuls, nil},
		{"anyone", auth.Identity{Kind: actor.KindAnonymous}, b.Web.UUID, b.Tilleuls, nil},
		{"elsewhere", auth.Identity{Kind: actor.KindPerson}, b.Web.UUID, id.Tenant{}, directory.ErrNotFound},
	} {
		got, err := b.auth.Locate(t.Context(), tt.who, tt.resource)
		if tt.err != nil {
			wantErr(t, err, tt.err)
			continue
		}
		if err != nil || got != tt.want {
			t.Errorf("%s: %s, %v; want %s", tt.name, got, err, tt.want)
		}
	}
}
