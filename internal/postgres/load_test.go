package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/auth"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
)

// open connects to a database as the service does.
func open(t *testing.T, db *dbtest.DB) *postgres.DB {
	t.Helper()
	opened, err := postgres.Open(t.Context(), postgres.Config{URL: db.URL("imprimatur"), MaxConns: 4, Clock: func() time.Time { return dbtest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opened.Close)
	return opened
}

// load is a small school as a source tells it.
func load(l postgres.Loading, t *testing.T) error {
	ctx, since := t.Context(), dbtest.Now.AddDate(-1, 0, 0)
	above, err := l.Tenant(ctx, directory.Tenant{UAI: "0310010H", Name: "Académie", Kind: directory.Authority})
	if err != nil {
		return err
	}
	school, err := l.Tenant(ctx, directory.Tenant{UAI: "0310000Z", Name: "Les Tilleuls", Kind: directory.Establishment, Level: directory.College, Parent: above})
	if err != nil {
		return err
	}
	_, failed := l.ENT(ctx, "ENT", school)
	persons := map[string]id.Person{}
	for external, profile := range map[string]directory.Profile{"lina": directory.Pupil, "haddad": directory.Guardian, "garcia": directory.Staff, "petit": directory.Staff} {
		person, err := l.Person(ctx, directory.Person{Source: "test", ExternalID: external, GivenName: external, FamilyName: "H", BirthDate: time.Date(2014, 3, 2, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		persons[external] = person
		failed = errors.Join(failed, l.Membership(ctx, directory.Membership{Tenant: school, Person: person, Profile: profile}),
			l.Briefing(ctx, school, person, "1", since))
	}
	class, err := l.Group(ctx, directory.Group{Tenant: school, Kind: directory.Class, Name: "5A"})
	if err != nil {
		return err
	}
	_, keyed := l.APIKey(ctx, "demo", auth.KeyHash("imprimatur-demo"), []id.Tenant{school}, auth.AllScopes(), since)
	return errors.Join(failed, keyed,
		l.Guardianship(ctx, directory.Guardianship{Pupil: persons["lina"], Guardian: persons["haddad"], ParentalAuthority: true, Relation: "10"}),
		l.GroupMember(ctx, directory.GroupMember{Group: directory.Group{ID: class, Tenant: school}, Person: persons["lina"], Capacity: directory.AsPupil}),
		l.Tenure(ctx, directory.Tenure{Tenant: school, Person: persons["garcia"], Capacity: directory.Head, During: directory.Period{From: since}}),
		l.Delegation(ctx, directory.Delegation{
			Tenant: school, From: persons["garcia"], To: persons["petit"], Power: "signatory",
			During: directory.Period{From: since, Until: dbtest.Now.AddDate(1, 0, 0)},
		}),
		l.Credential(ctx, persons["lina"], "lina", "hash", since))
}

const everything = `SELECT concat_ws(' ', (SELECT count(*) FROM tenant), (SELECT count(*) FROM ent_member), (SELECT count(*) FROM person),
	(SELECT count(*) FROM membership), (SELECT count(*) FROM briefing), (SELECT count(*) FROM guardianship), (SELECT count(*) FROM group_member),
	(SELECT count(*) FROM director), (SELECT count(*) FROM delegation), (SELECT count(*) FROM credential), (SELECT count(*) FROM api_key))`

func TestLoadingTwiceIsLoadingOnce(t *testing.T) {
	t.Parallel()
	base := dbtest.New(t)
	db := open(t, base)
	for range 2 {
		if err := db.Load(t.Context(), func(l postgres.Loading) error { return load(l, t) }); err != nil {
			t.Fatal(err)
		}
		got := look[string](t, &dbtest.School{DB: base}, everything)
		if diff := cmp.Diff("2 1 4 4 4 1 1 1 1 1 1", got); diff != "" {
			t.Error(diff)
		}
	}
	err := db.Load(t.Context(), func(l postgres.Loading) error {
		sources, err := l.Sources(t.Context())
		if diff := cmp.Diff([]string{"test"}, sources); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLoadingBringsUpToDate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	left := dbtest.Now.AddDate(0, 0, -3)
	err := b.db.Load(t.Context(), func(l postgres.Loading) error {
		_, err := l.Person(t.Context(), directory.Person{Source: "test", ExternalID: "lina", GivenName: "Lina", FamilyName: "Haddad-Roy"})
		return errors.Join(err,
			l.Membership(t.Context(), directory.Membership{Tenant: b.Tilleuls, Person: b.Noe, Profile: directory.Pupil, During: directory.Period{Until: left}}),
			l.Tenure(t.Context(), directory.Tenure{
				Tenant: b.Tilleuls, Person: b.Garcia, Capacity: directory.Head,
				During: directory.Period{From: time.Date(2024, 9, 1, 0, 0, 0, 0, time.FixedZone("", 14*3600)), Until: left},
			}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if name := look[string](t, b.School, `SELECT family_name FROM person WHERE person_id = $1`, b.Lina); name != "Haddad-Roy" {
		t.Errorf("name %s", name)
	}
	for _, gone := range []id.Person{b.Noe, b.Garcia} {
		roles := b.roles(t, gone, id.Space{}, dbtest.Now)
		if roles.HasAny("reader", "director") && gone == b.Noe || roles.Has("director") {
			t.Errorf("%s is still %s", gone, roles)
		}
	}
}

func TestALoadIsAllOrNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	before := look[string](t, b.School, everything)
	err := b.db.Load(t.Context(), func(l postgres.Loading) error {
		if err := l.Credential(t.Context(), b.Lina, "lina", "hash", dbtest.Now); err != nil {
			return err
		}
		return l.Credential(t.Context(), b.Noe, "lina", "hash", dbtest.Now)
	})
	if !errors.Is(err, directory.ErrTaken) {
		t.Errorf("a login of two persons: %v", err)
	}
	if diff := cmp.Diff(before, look[string](t, b.School, everything)); diff != "" {
		t.Error(diff)
	}
}
