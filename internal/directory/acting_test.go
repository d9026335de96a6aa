package directory_test

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

// above is the school with an authority over the collège alone, and who directs it.
type above struct {
	*bundle
	authority id.Tenant
	rector    id.Person
	clerk     id.Person // works there, and does not direct
}

func setupAbove(t *testing.T) above {
	t.Helper()
	a := above{bundle: setup(t)}
	err := a.db.Load(t.Context(), func(l postgres.Loading) (err error) {
		a.authority, err = l.Tenant(t.Context(), directory.Tenant{UAI: "0310010H", Name: "Académie", Kind: directory.Authority, TimeZone: "Europe/Paris", Zone: "C"})
		for external, into := range map[string]*id.Person{"rectorat": &a.rector, "commis": &a.clerk} {
			var failed error
			*into, failed = l.Person(t.Context(), directory.Person{Source: "test", ExternalID: external, GivenName: "Anne", FamilyName: external})
			err = errors.Join(err, failed, l.Membership(t.Context(), directory.Membership{Tenant: a.authority, Person: *into, Profile: directory.AuthorityProfile}))
		}
		return errors.Join(err, l.Tenure(t.Context(), directory.Tenure{
			Tenant: a.authority, Person: a.rector, Capacity: directory.Head, During: directory.Period{From: dbtest.Now.AddDate(-1, 0, 0)},
		}))
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = look[bool](t, a.bundle, `UPDATE tenant SET parent_id = $2 WHERE tenant_id = $1 RETURNING true`, a.Tilleuls, a.authority)
	return a
}

// as is somebody acting in the authority.
func (a above) as(who id.Person) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: a.authority, Via: "test"}
}

// vacate ends the head's tenure.
func (a above) vacate(t *testing.T, at time.Time) {
	t.Helper()
	_ = look[bool](t, a.bundle, `UPDATE director SET during = tstzrange(lower(during), $2) WHERE tenant_id = $1 AND capacity = 'head' RETURNING true`, a.Tilleuls, at)
}

func (a above) deputy(days int) directory.ActingHead {
	return directory.ActingHead{Person: a.Petit, During: directory.Period{Until: a.now.Add(time.Duration(days) * day)}, Reference: "Arrêté 2026-118"}
}

// DESIGN: with no head in office, all that is the director's falls to the acting head whom the
// authority records, until it ends by itself or a head comes.
func TestAnAuthorityRecordsAnActingHead(t *testing.T) {
	t.Parallel()
	a := setupAbove(t)
	a.vacate(t, a.now.Add(-day))
	list, err := a.dir.Establishments(t.Context(), a.as(a.rector))
	if err != nil || len(list) != 1 || list[0].Tenant.ID != a.Tilleuls || !list[0].Vacant() {
		t.Fatalf("%+v, %v", list, err)
	}
	place, staff, err := a.dir.Establishment(t.Context(), a.as(a.rector), "0310000Z")
	if err != nil || len(staff) != 4 || place.Tenant.Name != "Collège Les Tilleuls" {
		t.Errorf("staff %+v of %+v, %v", staff, place, err)
	}
	tenure, err := a.dir.AppointActing(t.Context(), a.as(a.rector), a.Tilleuls, a.deputy(10))
	if err != nil {
		t.Fatal(err)
	}
	if roles := a.roles(t, a.Petit); !roles.Has(actor.Director) || !roles.Has(actor.Signatory) {
		t.Errorf("the acting head is %s", roles)
	}
	const trail = `SELECT string_agg(concat_ws(' ', t.uai, e.action, e.roles, q.person_id = $1), ', ' ORDER BY t.uai) FROM audit_entry e
		JOIN tenant t USING (tenant_id) JOIN audit_pseudonym q USING (pseudonym) WHERE e.subject_id = $2`
	if diff := cmp.Diff("0310000Z appoint_acting director t, 0310010H appoint_acting director,judge,masker,reader,signatory,stopper,withdrawer t",
		look[string](t, a.bundle, trail, a.rector, tenure)); diff != "" {
		t.Errorf("the trail of both houses: %s", diff)
	}
	a.now = a.now.Add(10 * day)
	if roles := a.roles(t, a.Petit); roles.Has(actor.Director) {
		t.Errorf("it has ended by itself, and still %s", roles)
	}
	wantErr(t, a.dir.EndActing(t.Context(), a.as(a.rector), a.Tilleuls, tenure), directory.ErrNotFound)
}

// Whoever comes as head directs at once, whatever was recorded; and the authority may end it.
func TestARealHeadComesBack(t *testing.T) {
	t.Parallel()
	a := setupAbove(t)
	a.vacate(t, a.now.Add(-day))
	tenure, err := a.dir.AppointActing(t.Context(), a.as(a.rector), a.Tilleuls, a.deputy(30))
	if err != nil {
		t.Fatal(err)
	}
	_ = look[bool](t, a.bundle, `INSERT INTO director (tenant_id, person_id, capacity, during) VALUES ($1, $2, 'head', tstzrange($3, NULL)) RETURNING true`, a.Tilleuls, a.Garcia, a.now)
	if acting, head := a.roles(t, a.Petit), a.roles(t, a.Garcia); acting.Has(actor.Director) || !head.Has(actor.Director) {
		t.Errorf("acting %s, head %s", acting, head)
	}
	if err := a.dir.EndActing(t.Context(), a.as(a.rector), a.Tilleuls, tenure); err != nil {
		t.Fatal(err)
	}
	list, err := a.dir.Establishments(t.Context(), a.as(a.rector))
	if err != nil || len(list[0].Tenures) != 1 || !list[0].Tenures[0].Directs || list[0].Tenures[0].Name != "Inès Garcia" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestWhatStandsAgainstAnActingHead(t *testing.T) {
	t.Parallel()
	a := setupAbove(t)
	appoint := func(who actor.Actor, place id.Tenant, change func(*directory.ActingHead)) error {
		in := a.deputy(10)
		if change != nil {
			change(&in)
		}
		_, err := a.dir.AppointActing(t.Context(), who, place, in)
		return err
	}
	rector := a.as(a.rector)
	if diff := cmp.Diff([]string{"from office_filled"}, faults(appoint(rector, a.Tilleuls, nil))); diff != "" {
		t.Errorf("a head is in office: %s", diff)
	}
	a.vacate(t, a.now.Add(5*day))
	if diff := cmp.Diff([]string{"from office_filled"}, faults(appoint(rector, a.Tilleuls, nil))); diff != "" {
		t.Errorf("a head is in office for some of it: %s", diff)
	}
	later := func(in *directory.ActingHead) { in.During.From = a.now.Add(5 * day) }
	for name, tt := range map[string]struct {
		change func(*directory.ActingHead)
		want   []string
	}{
		"nobody, for ever, without an act": {func(in *directory.ActingHead) { *in = directory.ActingHead{} }, []string{"person required", "reference required", "until required"}},
		"somebody of another":              {func(in *directory.ActingHead) { later(in); in.Person = a.Roche }, []string{"person not_a_colleague"}},
		"a pupil":                          {func(in *directory.ActingHead) { later(in); in.Person = a.Lina }, []string{"person not_a_colleague"}},
		"into the past":                    {func(in *directory.ActingHead) { in.During.Until = a.now.Add(-day) }, []string{"until not_after_from"}},
	} {
		if diff := cmp.Diff(tt.want, faults(appoint(rector, a.Tilleuls, tt.change))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	wantErr(t, appoint(rector, a.Platanes, later), directory.ErrNotFound)         // not below
	wantErr(t, appoint(rector, a.authority, later), directory.ErrNotFound)        // nobody appoints in their own house
	wantErr(t, appoint(a.as(a.clerk), a.Tilleuls, later), directory.ErrForbidden) // does not direct the authority
	wantErr(t, appoint(a.as(a.Garcia), a.Tilleuls, later), directory.ErrNotFound) // is nobody there
	wantErr(t, appoint(a.at(a.Garcia), a.Tilleuls, later), directory.ErrNotFound) // directs a house with nothing below
	if err := appoint(rector, a.Tilleuls, later); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"from overlaps"}, faults(appoint(rector, a.Tilleuls, func(in *directory.ActingHead) { later(in); in.Person = a.Diallo }))); diff != "" {
		t.Errorf("two at once: %s", diff)
	}
	for _, who := range []actor.Actor{a.at(a.Garcia), a.as(a.clerk)} {
		if list, err := a.dir.Establishments(t.Context(), who); len(list) != 0 {
			t.Errorf("%v lists %v, %v", who, list, err)
		}
	}
	if n := look[int](t, a.bundle, `SELECT count(*)::int FROM director WHERE capacity = 'acting'`); n != 1 {
		t.Errorf("%d acting heads", n)
	}
}

// A hand at the raw functions, in the application's role, reaches nothing that is not below.
func TestTheFunctionsOfAnActingHeadAskWhoActs(t *testing.T) {
	t.Parallel()
	a := setupAbove(t)
	a.vacate(t, a.now.Add(-day))
	neighbour := actor.Actor{Kind: actor.KindPerson, Person: a.Roche, Tenant: a.Platanes, Via: "test"}
	for name, who := range map[string]actor.Actor{"the neighbour's head": neighbour, "who does not direct": a.as(a.clerk)} {
		err := a.db.InTx(t.Context(), who.Tenant, func(tx *postgres.Tx) error {
			err := tx.AppointActing(t.Context(), directory.Tenure{
				ID: id.New[id.Tenure](), Tenant: a.Tilleuls, Person: a.Petit, RecordedBy: who.Person, During: directory.Period{From: a.now, Until: a.now.Add(day)},
			}, a.now)
			wantErr(t, err, directory.ErrNotFound)
			staff, _ := tx.StaffBelow(t.Context(), a.Tilleuls, a.now)
			if who.Tenant == a.Platanes && len(staff) != 0 {
				t.Errorf("%s reads %v", name, staff)
			}
			return tx.TellBelow(t.Context(), a.Tilleuls, id.New[id.Tenure](), directory.ActAppointActing, who, a.now, a.now)
		})
		if err == nil {
			t.Errorf("%s writes into the trail of the collège", name)
		}
	}
	if roles := a.roles(t, a.Petit); roles.Has(actor.Director) {
		t.Errorf("appointed by nobody: %s", roles)
	}
}
