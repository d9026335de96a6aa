package postgres_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// stopped lists what somebody sees that waits for a look.
func (d *desk) stopped(t *testing.T, who id.Person) []publication.Stopped {
	t.Helper()
	list, err := d.stops.Open(t.Context(), person(d.Tilleuls, who))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// helper has Petit moderate the forum, for which Diallo and Martin answer.
func (d *desk) helper(t *testing.T) actor.Actor {
	t.Helper()
	d.exec(t, `INSERT INTO space_role (tenant_id, space_id, person_id, role) VALUES ($1, $2, $3, 'moderator')`, d.Tilleuls, d.Forum, d.Petit)
	return person(d.Tilleuls, d.Petit)
}

// heard lists what somebody was told, of some kinds.
func (d *desk) heard(t *testing.T, tenant id.Tenant, who id.Person, kinds ...moderation.NoticeKind) []moderation.NoticeKind {
	t.Helper()
	page, err := d.mod.Notices(t.Context(), person(tenant, who), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var list []moderation.NoticeKind
	for _, n := range page.Items {
		if slices.Contains(kinds, n.Kind) {
			list = append(list, n.Kind)
		}
	}
	return list
}

// R26: one tap masks a text at once, its author is told, and it stays so until somebody else
// than the moderator who stopped it has looked; whoever answers for the space may in any case.
func TestAStoppedTextWaitsForAnotherLook(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	petit, diallo := d.helper(t), person(d.Tilleuls, d.Diallo)
	if err := d.stops.Text(t.Context(), petit, c, ""); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Fatalf("a stopped text is %s", got)
	}
	if len(d.heard(t, d.Tilleuls, d.Lina, moderation.ToldMasked)) != 1 {
		t.Error("its author is not told")
	}
	list := d.stopped(t, d.Petit)
	if len(list) != 1 || list[0].Contribution != c || list[0].Hold.Until.IsZero() {
		t.Fatalf("stopped: %+v", list)
	}
	if len(d.stopped(t, d.Lina)) != 0 {
		t.Error("a pupil sees what is stopped")
	}
	d.pass(30 * 24 * time.Hour)
	d.work(t)
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("after a month it is %s: a stop never ends by time", got)
	}
	var refusal *workflow.Refusal
	err := d.stops.Release(t.Context(), petit, list[0].Hold.ID, list[0].Live, "Rien de grave.")
	if list[0].Reviews(petit) || !errors.As(err, &refusal) || refusal.Rule != "R26" {
		t.Errorf("who stopped it releases it: %v", err)
	}
	if err := d.stops.Release(t.Context(), diallo, list[0].Hold.ID, id.Revision{}, "Rien de grave."); !errors.As(err, &refusal) || refusal.Rule != "R19" {
		t.Errorf("released without saying which text was looked at: %v", err)
	}
	if err := d.stops.Release(t.Context(), diallo, list[0].Hold.ID, list[0].Live, "Rien de grave."); err != nil {
		t.Fatal(err)
	}
	if got := d.exposed(t, c); got != workflow.Visible || len(d.stopped(t, d.Diallo)) != 0 {
		t.Errorf("released it is %s", got)
	}
}

// R26: a stop that nobody looks at goes higher: owner, backup and director, then the authority,
// which learns nothing of what was stopped. Whoever has looked is not told any more.
func TestAnOverdueStopGoesHigher(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.académie(t)
	c := d.topic(t)
	if err := d.stops.Text(t.Context(), d.helper(t), c, "Une rixe se prépare."); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	if got := d.heard(t, d.Tilleuls, d.Garcia, moderation.ToldOverdue); len(got) != 0 {
		t.Fatalf("told before its time: %v", got)
	}
	d.pass(4 * 24 * time.Hour)
	d.exec(t, `UPDATE outbox SET status = 'waiting', attempt = 9 WHERE kind = 'hold:due'`) // the queue was lost meanwhile
	d.work(t)
	d.work(t)
	if got := d.heard(t, d.Tilleuls, d.Garcia, moderation.ToldOverdue); len(got) != 1 {
		t.Errorf("the director: %v", got)
	}
	if got := d.heard(t, a.Tenant, a.Recteur, moderation.ToldReported); len(got) != 0 {
		t.Errorf("the authority at once: %v", got)
	}
	d.pass(4 * 24 * time.Hour)
	d.work(t)
	if got := d.heard(t, a.Tenant, a.Recteur, moderation.ToldReported); len(got) != 1 {
		t.Errorf("the authority: %v", got)
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'stop_reported' AND (title <> (SELECT name FROM tenant WHERE uai = '0310001A') AND title LIKE '%mammouth%' OR reason <> '' OR contribution_id IS NOT NULL)`); n != 0 {
		t.Error("the authority reads what was stopped")
	}
}

// What somebody has looked at in time is overdue for nobody; nor what was withdrawn since.
func TestAStopThatWasLookedAtIsNotOverdue(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	released, withdrawn := d.topic(t), d.said(t, "<p>Le règlement.</p>")
	petit := d.helper(t)
	for _, c := range []id.Contribution{released, withdrawn} {
		if err := d.stops.Text(t.Context(), petit, c, ""); err != nil {
			t.Fatal(err)
		}
	}
	d.mustJudge(t, d.Garcia, withdrawn, workflow.Withdraw, workflow.Reason{Ground: "INJ", Text: "Une insulte."})
	for _, s := range d.stopped(t, d.Garcia) {
		if err := d.stops.Release(t.Context(), person(d.Tilleuls, d.Garcia), s.Hold.ID, s.Live, "Vu."); err != nil {
			t.Error(err)
		}
	}
	d.pass(10 * 24 * time.Hour)
	d.work(t)
	if got := d.heard(t, d.Tilleuls, d.Diallo, moderation.ToldOverdue); len(got) != 0 {
		t.Errorf("told: %v", got)
	}
	if a, b := d.exposed(t, released), d.exposed(t, withdrawn); a != workflow.Visible || b != workflow.Withdrawn {
		t.Errorf("%s and %s", a, b)
	}
}

// Two people at once: one hold, both are told that it is stopped; and a hold of another keeps
// what it holds when the stop is released.
func TestTwoStopsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.helper(t)
	var all sync.WaitGroup
	for _, who := range []id.Person{d.Petit, d.Diallo, d.Garcia} {
		all.Go(func() {
			if err := d.stops.Text(t.Context(), person(d.Tilleuls, who), c, ""); err != nil {
				t.Error(err)
			}
			if err := d.stops.Space(t.Context(), person(d.Tilleuls, who), d.Forum, ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := d.count(t, `SELECT count(*) FROM hold WHERE status = 'open'`); n != 2 {
		t.Fatalf("%d holds", n)
	}
	d.mustJudge(t, d.Garcia, c, workflow.Mask, workflow.Reason{Ground: "INJ", Text: "À examiner."})
	for _, s := range d.stopped(t, d.Garcia) {
		if s.Hold.Ground != "" {
			continue
		}
		if err := d.stops.Release(t.Context(), person(d.Tilleuls, d.Garcia), s.Hold.ID, s.Live, "Vu."); err != nil {
			t.Error(err)
		}
	}
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("the mask that somebody else placed went with the stop: %s", got)
	}
}

// Who may not has a rule, and who may not even read has nothing.
func TestWhoHasTheStopButton(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	var refusal *workflow.Refusal
	if err := d.stops.Text(t.Context(), person(d.Tilleuls, d.Noe), c, ""); !errors.As(err, &refusal) || !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("a pupil stops: %v", err)
	}
	if err := d.stops.Text(t.Context(), person(d.Platanes, d.Roche), c, ""); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("another establishment's director stops: %v", err)
	}
	if err := d.stops.Space(t.Context(), person(d.Platanes, d.Roche), d.Forum, ""); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("another establishment's director freezes: %v", err)
	}
	if may, err := d.stops.May(t.Context(), person(d.Platanes, d.Roche), d.Forum); err != nil || may {
		t.Errorf("another establishment's director may: %v, %v", may, err)
	}
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("it is %s", got)
	}
}
