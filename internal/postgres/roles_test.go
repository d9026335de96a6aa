package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
)

func (b *bundle) roles(t *testing.T, who id.Person, space id.Space, at time.Time) actor.Roles {
	t.Helper()
	var roles actor.Roles
	err := b.db.InTx(t.Context(), b.Tilleuls, func(tx *postgres.Tx) (err error) {
		roles, err = tx.Roles(t.Context(), who, space, at)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return roles
}

func (b *bundle) load(t *testing.T, do func(postgres.Loading) error) {
	t.Helper()
	if err := b.db.Load(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// TestADelegatedPowerHasDates: within its dates, and only while whoever gave it
// is in office.
func TestADelegatedPowerHasDates(t *testing.T) {
	t.Parallel()
	b := setup(t)
	from, until := dbtest.Now.AddDate(0, 0, -2), dbtest.Now.AddDate(0, 0, 5)
	b.load(t, func(l postgres.Loading) error {
		return l.Delegation(t.Context(), directory.Delegation{
			Tenant: b.Tilleuls, From: b.Garcia, To: b.Petit, Power: actor.Signatory, During: directory.Period{From: from, Until: until},
		})
	})
	for name, tt := range map[string]struct {
		at   time.Time
		want string
	}{
		"before":        {from.Add(-time.Microsecond), "owner,reader,staff"},
		"from the date": {from, "owner,reader,signatory,staff"},
		"to the last":   {until.Add(-time.Microsecond), "owner,reader,signatory,staff"},
		"after":         {until, "owner,reader,staff"},
	} {
		got := b.roles(t, b.Petit, b.Web, tt.at)
		if diff := cmp.Diff("contributor,"+tt.want, got.String()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	b.end(t, b.Garcia, dbtest.Now)
	if roles := b.roles(t, b.Petit, b.Web, dbtest.Now); roles.Has(actor.Signatory) {
		t.Errorf("the power outlived its giver's office: %s", roles)
	}
}

// end ends somebody's tenure behind the walls.
func (b *bundle) end(t *testing.T, who id.Person, at time.Time) {
	t.Helper()
	_ = look[bool](t, b.School, `UPDATE director SET during = tstzrange(lower(during), $2) WHERE person_id = $1 RETURNING true`, who, at)
}

// TestTheActingHeadHoldsOfficeWhenNobodyElseDoes: DESIGN's last resort, with all
// that is never delegated.
func TestTheActingHeadHoldsOfficeWhenNobodyElseDoes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.load(t, func(l postgres.Loading) error {
		return l.Tenure(t.Context(), directory.Tenure{
			Tenant: b.Tilleuls, Person: b.Petit, Capacity: directory.Acting, During: directory.Period{From: dbtest.Now.AddDate(0, -1, 0)}, RecordedBy: b.Roche,
		})
	})
	if roles := b.roles(t, b.Petit, id.Space{}, dbtest.Now); roles.Has(actor.Director) {
		t.Errorf("two directors at once: %s", roles)
	}
	b.end(t, b.Garcia, dbtest.Now)
	if roles := b.roles(t, b.Petit, id.Space{}, dbtest.Now); !roles.Has(actor.Director) || !roles.Has(actor.Judge) {
		t.Errorf("nobody directs: %s", roles)
	}
	if roles := b.roles(t, b.Garcia, id.Space{}, dbtest.Now); roles.HasAny(actor.Director, actor.Signatory) {
		t.Errorf("still in office: %s", roles)
	}
}

// TestADelegationEndsWithItsGiversDirection: an acting head's counts only while no
// head is in office, and nobody's once they have left. Roles, turns and what may be
// read agree.
func TestADelegationEndsWithItsGiversDirection(t *testing.T) {
	t.Parallel()
	b := setup(t)
	office := directory.Period{From: dbtest.Now.AddDate(0, -1, 0), Until: dbtest.Now.AddDate(0, 6, 0)}
	b.load(t, func(l postgres.Loading) error {
		return errors.Join(
			l.Tenure(t.Context(), directory.Tenure{Tenant: b.Tilleuls, Person: b.Petit, Capacity: directory.Acting, During: office, RecordedBy: b.Roche}),
			l.Delegation(t.Context(), directory.Delegation{Tenant: b.Tilleuls, From: b.Petit, To: b.Martin, Power: actor.Signatory, During: office}),
		)
	})
	check := func(moment string, director id.Person, signs bool) {
		t.Helper()
		for _, who := range []id.Person{b.Garcia, b.Petit} {
			tier := look[bool](t, b.School, `SELECT EXISTS (SELECT 1 FROM tiers_of($1, $2) WHERE person_id = $3 AND role = 'director')`, b.Blog, dbtest.Now, who)
			reads := look[bool](t, b.School, `SELECT 'group:' || $1::uuid = ANY (scopes_of($2, $3))`, b.Class, who, dbtest.Now)
			has := b.roles(t, who, id.Space{}, dbtest.Now).Has(actor.Director)
			if want := who == director; has != want || tier != want || reads != want {
				t.Errorf("%s: %s directs: role %t, turn %t, reads %t, want %t", moment, who, has, tier, reads, want)
			}
		}
		tier := look[bool](t, b.School, `SELECT EXISTS (SELECT 1 FROM tiers_of($1, $2) WHERE person_id = $3 AND role = 'signatory')`, b.Web, dbtest.Now, b.Martin)
		if has := b.roles(t, b.Martin, b.Web, dbtest.Now).Has(actor.Signatory); has != signs || tier != signs {
			t.Errorf("%s: the acting head's delegate signs: role %t, turn %t, want %t", moment, has, tier, signs)
		}
	}
	check("a head in office", b.Garcia, false)
	b.leave(t, b.Garcia)
	check("the head has left, and nobody closed the tenure", b.Petit, true)
	b.leave(t, b.Petit)
	check("the acting head has left too", id.Person{}, false)
}

// leave ends somebody's memberships behind the walls.
func (b *bundle) leave(t *testing.T, who id.Person) {
	t.Helper()
	_ = look[bool](t, b.School, `UPDATE membership SET during = daterange(NULL, $2::date) WHERE person_id = $1 RETURNING true`, who, dbtest.Now)
}

func TestNobodyIsAnythingElsewhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, who := range []id.Person{b.Roche, b.Zoe, id.New[id.Person](), {}} {
		if roles := b.roles(t, who, b.Forum, dbtest.Now); roles.String() != "" {
			t.Errorf("%s is %s at the neighbours'", who, roles)
		}
	}
}
