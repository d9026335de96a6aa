package directory_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// TestHolidaysAreCoveredByWhoStandsInAllOfThem: one after another, without a gap.
func TestHolidaysAreCoveredByWhoStandsInAllOfThem(t *testing.T) {
	t.Parallel()
	c, err := calendar.New(calendar.Config{Zone: calendar.ZoneC})
	if err != nil {
		t.Fatal(err)
	}
	paris := c.Location()
	first, back := time.Date(2026, 12, 19, 0, 0, 0, 0, paris), time.Date(2027, 1, 4, 0, 0, 0, 0, paris)
	middle := time.Date(2026, 12, 27, 0, 0, 0, 0, paris)
	petit, diallo := id.New[id.Person](), id.New[id.Person]()
	lend := func(to id.Person, power actor.Role, from, until time.Time) directory.Delegation {
		return directory.Delegation{To: to, Power: power, During: directory.Period{From: from, Until: until}}
	}
	lent := []directory.Delegation{
		lend(petit, actor.Judge, middle, back), lend(diallo, actor.Judge, dbtest.Now, middle), // one after the other
		lend(petit, actor.Signatory, first, middle), lend(petit, actor.Signatory, middle.Add(time.Second), back), // a second short
		lend(petit, actor.Masker, back, back.AddDate(0, 1, 0)), // afterwards
		lend(petit, actor.Stopper, first, back),
	}
	list := directory.NextHolidays(c, dbtest.Now, lent)
	if len(list) == 0 || !list[0].During.From.Equal(first) || !list[0].During.Until.Equal(back) || list[0].Day != "" {
		t.Fatalf("the next holidays are %+v", list)
	}
	if diff := cmp.Diff([]actor.Role{actor.Signatory, actor.Masker, actor.Withdrawer}, list[0].Uncovered()); diff != "" {
		t.Errorf("nobody else holds: %s", diff)
	}
	if judges := list[0].Covers[1]; judges.Power != actor.Judge || len(judges.By) != 2 {
		t.Errorf("%+v", judges)
	}
	within := directory.NextHolidays(c, middle, lent)
	if !within[0].During.From.Equal(middle) {
		t.Errorf("what is left of them begins at %s", within[0].During.From)
	}
}

// A power is lent to somebody once for a time; what follows, and to somebody else, is another.
func TestAPowerIsNotLentTwice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	week := directory.Period{From: b.now.Add(day), Until: b.now.Add(8 * day)}
	b.lend(t, b.Petit, week, actor.Judge)
	_, err := b.dir.Lend(t.Context(), b.at(b.Garcia), loan(b.Petit, directory.Period{From: b.now.Add(7 * day), Until: b.now.Add(9 * day)}, actor.Signatory, actor.Judge))
	if diff := cmp.Diff([]string{"powers already_lent"}, faults(err)); diff != "" {
		t.Error(diff)
	}
	b.lend(t, b.Petit, directory.Period{From: week.Until, Until: week.Until.Add(day)}, actor.Judge)
	b.lend(t, b.Diallo, week, actor.Judge)
	d, err := b.dir.Direction(t.Context(), b.at(b.Martin))
	if err != nil || len(d.Delegations) != 3 || d.Directs || d.Names[b.Diallo] != "Awa Diallo" || d.Names[b.Garcia] != "Inès Garcia" {
		t.Errorf("direction %+v, %v", d, err)
	}
}
