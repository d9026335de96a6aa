package directory_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
)

const day = 24 * time.Hour

func loan(to id.Person, during directory.Period, powers ...actor.Role) directory.Loan {
	return directory.Loan{To: to, Powers: powers, During: during}
}

// lend has the head lend somebody a power.
func (b *bundle) lend(t *testing.T, to id.Person, during directory.Period, power actor.Role) id.Delegation {
	t.Helper()
	lent, err := b.dir.Lend(t.Context(), b.at(b.Garcia), loan(to, during, power))
	if err != nil {
		t.Fatal(err)
	}
	return lent[0].ID
}

func TestDelegating(t *testing.T) {
	t.Parallel()
	b := setup(t)
	from, until := b.now.Add(day), b.now.Add(3*day)
	lent := b.lend(t, b.Petit, directory.Period{From: from, Until: until}, actor.Signatory)
	for at, want := range map[time.Time]bool{b.now: false, from: true, until.Add(-time.Second): true, until: false} {
		b.now = at
		if roles := b.roles(t, b.Petit); roles.Has(actor.Signatory) != want || roles.Has(actor.Director) {
			t.Errorf("%s: %s", at, roles)
		}
	}
	b.now = from
	_, err := b.dir.Lend(t.Context(), b.at(b.Petit), loan(b.Martin, directory.Period{Until: until}, actor.Signatory))
	wantErr(t, err, directory.ErrForbidden) // nobody passes on what was lent
	wantErr(t, b.dir.EndDelegation(t.Context(), b.at(b.Martin), lent), directory.ErrForbidden)
	wantErr(t, b.dir.EndDelegation(t.Context(), b.at(b.Garcia), id.New[id.Delegation]()), directory.ErrNotFound)
	if err := b.dir.EndDelegation(t.Context(), b.at(b.Garcia), lent); err != nil {
		t.Fatal(err)
	}
	if roles := b.roles(t, b.Petit); roles.Has(actor.Signatory) {
		t.Errorf("taken back, and still %s", roles)
	}
	wantErr(t, b.dir.EndDelegation(t.Context(), b.at(b.Garcia), lent), directory.ErrNotFound)
	if diff := cmp.Diff([]string{"delegate delegation signatory", "end_delegation delegation signatory"}, b.trail(t)); diff != "" {
		t.Errorf("trail: %s", diff)
	}
}

func TestWhoHoldsAPowerMayReturnIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lent := b.lend(t, b.Petit, directory.Period{From: b.now.Add(day), Until: b.now.Add(2 * day)}, actor.Masker)
	if err := b.dir.EndDelegation(t.Context(), b.at(b.Petit), lent); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(36 * time.Hour)
	if roles := b.roles(t, b.Petit); roles.Has(actor.Masker) {
		t.Errorf("returned before it began, and %s", roles)
	}
	d, err := b.dir.Direction(t.Context(), b.at(b.Martin))
	if err != nil || len(d.Delegations) != 0 || len(d.Tenures) != 1 || d.Tenures[0].Person != b.Garcia || d.Tenures[0].Capacity != directory.Head {
		t.Errorf("direction %+v, %v", d, err)
	}
	_, err = b.dir.Direction(t.Context(), b.at(b.Lina))
	wantErr(t, err, directory.ErrForbidden)
}

func TestWhatCannotBeDelegated(t *testing.T) {
	t.Parallel()
	b := setup(t)
	good := loan(b.Petit, directory.Period{Until: b.now.Add(day)}, actor.Judge)
	for _, tt := range []struct {
		name   string
		change func(*directory.Loan)
		want   []string
	}{
		{"the office", func(d *directory.Loan) { d.Powers = []actor.Role{actor.Judge, actor.Director} }, []string{"powers not_delegable"}},
		{"no power", func(d *directory.Loan) { d.Powers = nil }, []string{"powers required"}},
		{"for ever", func(d *directory.Loan) { d.During.Until = time.Time{} }, []string{"until required"}},
		{"into the past", func(d *directory.Loan) { d.During.Until = b.now }, []string{"until not_after_from"}},
		{"to a pupil", func(d *directory.Loan) { d.To = b.Lina }, []string{"to not_a_colleague"}},
		{"to a neighbour", func(d *directory.Loan) { d.To = b.Roche }, []string{"to not_a_colleague"}},
		{"to oneself", func(d *directory.Loan) { d.To = b.Garcia }, []string{"to not_a_colleague"}},
		{"everything wrong", func(d *directory.Loan) { *d = directory.Loan{} }, []string{"powers required", "to not_a_colleague", "until required"}},
		{"twice at once", func(d *directory.Loan) { d.Powers = []actor.Role{actor.Judge, actor.Judge} }, []string{"powers repeated"}},
	} {
		d := good
		tt.change(&d)
		_, err := b.dir.Lend(t.Context(), b.at(b.Garcia), d)
		if diff := cmp.Diff(tt.want, faults(err)); diff != "" {
			t.Errorf("%s: %v %s", tt.name, err, diff)
		}
	}
	if trail := b.trail(t); len(trail) != 0 {
		t.Errorf("refused, and on record: %v", trail)
	}
}

// TestADelegationBeginsNow: a power that began yesterday would have been used.
func TestADelegationBeginsNow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.lend(t, b.Petit, directory.Period{From: b.now.Add(-day), Until: b.now.Add(day)}, actor.Stopper)
	d, err := b.dir.Direction(t.Context(), b.at(b.Garcia))
	if err != nil || len(d.Delegations) != 1 || !d.Delegations[0].During.From.Equal(b.now) {
		t.Errorf("%+v, %v", d.Delegations, err)
	}
}

// TestAnActingHeadsDelegationsEndWithTheOffice: when a head comes, what the
// acting head lent is gone, although the acting tenure's dates run on.
func TestAnActingHeadsDelegationsEndWithTheOffice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	gone := b.now.Add(-day)
	load := func(do func(postgres.Loading) error) {
		t.Helper()
		if err := b.db.Load(t.Context(), do); err != nil {
			t.Fatal(err)
		}
	}
	load(func(l postgres.Loading) error {
		return l.Tenure(t.Context(), directory.Tenure{Tenant: b.Tilleuls, Person: b.Petit, Capacity: directory.Acting, During: directory.Period{From: gone}})
	})
	_ = look[bool](t, b, `UPDATE director SET during = tstzrange(lower(during), $2) WHERE person_id = $1 RETURNING true`, b.Garcia, gone)
	_, err := b.dir.Lend(t.Context(), b.at(b.Petit), loan(b.Martin, directory.Period{Until: b.now.Add(9 * day)}, actor.Judge))
	if err != nil {
		t.Fatal(err)
	}
	if roles := b.roles(t, b.Martin); !roles.Has(actor.Judge) {
		t.Errorf("lent by the acting head: %s", roles)
	}
	load(func(l postgres.Loading) error {
		return l.Tenure(t.Context(), directory.Tenure{Tenant: b.Tilleuls, Person: b.Diallo, Capacity: directory.Head, During: directory.Period{From: b.now}})
	})
	if roles := b.roles(t, b.Martin); roles.Has(actor.Judge) {
		t.Errorf("the power outlived the acting head's office: %s", roles)
	}
	_, err = b.dir.Lend(t.Context(), b.at(b.Petit), loan(b.Martin, directory.Period{Until: b.now.Add(day)}, actor.Judge))
	wantErr(t, err, directory.ErrForbidden)
}
