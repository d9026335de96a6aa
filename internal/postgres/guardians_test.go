package postgres_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// withdrew is a case of a text of an author's that the director has withdrawn.
func (d *desk) withdrew(t *testing.T, c id.Contribution) id.Case {
	t.Helper()
	d.report(t, d.Noe, c, "DEF")
	about := d.only(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Garcia, about, withdrawal)
	return about
}

// final lets the time to appeal pass, and the worker see it.
func (d *desk) final(t *testing.T) {
	t.Helper()
	var until time.Time
	if err := d.admin.QueryRow(t.Context(), `SELECT max(appeal_until) FROM case_file`).Scan(&until); err != nil {
		t.Fatal(err)
	}
	d.pass(until.Sub(d.clock()) + time.Minute)
	d.work(t)
}

func (d *desk) toldOf(t *testing.T, kind moderation.NoticeKind, who id.Person) int {
	t.Helper()
	return d.count(t, `SELECT count(*) FROM notice WHERE kind = $1 AND person_id = $2`, string(kind), who)
}

// waitOnDesk holds that the director's desk has whom the page of the case would let them tell, by when,
// and nobody else's has anything of it.
func (d *desk) waitOnDesk(t *testing.T, about id.Case, want bool) {
	t.Helper()
	var page moderation.GuardianView
	if v := d.seeCase(t, d.Garcia, about).Guardians; v != nil {
		page = *v
	}
	mine, err := d.cases.Desk(t.Context(), person(d.Tilleuls, d.Garcia))
	if err != nil {
		t.Fatal(err)
	}
	if page.MayTell() != want || len(mine.Guardians) != mine.Counts.Guardians || (mine.Counts.Guardians == 1) != want {
		t.Errorf("R52: they wait: %t; the page %+v, the desk %+v", want, page, mine.Guardians)
	}
	if want && (mine.Guardians[0].ID != about || !mine.Guardians[0].Due.Equal(page.Due) || mine.Guardians[0].Late != page.Late) {
		t.Errorf("R52: the desk has %+v, the page %+v", mine.Guardians[0], page)
	}
	lent, err := d.cases.Desk(t.Context(), person(d.Tilleuls, d.Petit))
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		t.Fatal(err)
	}
	if len(lent.Guardians)+lent.Counts.Guardians != 0 {
		t.Errorf("R52: on a delegate's desk there is %+v", lent.Guardians)
	}
}

// R52: once a minor's breach is confirmed the head, and nobody in their place, has the guardians
// told, once: without a word of the text or of who reported it; when they read it is on record, and
// a purge leaves nothing of it.
func TestGuardiansAreTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	d.exec(t, `UPDATE person SET email = 'samia@exemple.fr' WHERE person_id = $1`, d.Haddad)
	about := d.withdrew(t, d.topic(t))
	garcia, ctx := person(d.Tilleuls, d.Garcia), t.Context()
	if err := d.cases.TellGuardians(ctx, garcia, about); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("before it is confirmed: %v", err)
	}
	if n := d.toldOf(t, moderation.ToldGuardiansWait, d.Garcia); n != 0 {
		t.Errorf("the director is told %d times before it is", n)
	}
	d.waitOnDesk(t, about, false)
	d.final(t)
	d.waitOnDesk(t, about, true)
	if n := d.toldOf(t, moderation.ToldGuardiansWait, d.Garcia); n != 1 {
		t.Errorf("the director is told %d times", n)
	}
	for name, c := range map[string]struct {
		tenant id.Tenant
		who    id.Person
		want   error
	}{
		"a delegate": {d.Tilleuls, d.Petit, directory.ErrForbidden}, "the owner": {d.Tilleuls, d.Martin, directory.ErrNotFound},
		"the author": {d.Tilleuls, d.Lina, directory.ErrNotFound}, "another house": {d.Platanes, d.Roche, directory.ErrNotFound},
	} {
		if err := d.cases.TellGuardians(ctx, person(c.tenant, c.who), about); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var refusal *directory.Refusal
	if err := d.cases.TellGuardians(ctx, person(d.Tilleuls, d.Petit), about); !errors.As(err, &refusal) || refusal.Rule != "R52" {
		t.Errorf("a delegate: %v", err)
	}
	if v := d.seeCase(t, d.Garcia, about).Guardians; v == nil || !v.MayTell() || v.Due.IsZero() || v.Late || len(v.Persons) != 1 {
		t.Fatalf("to tell: %+v", v)
	}
	if v := d.seeCase(t, d.Petit, about).Guardians; v == nil || v.MayTell() || v.MayHold() {
		t.Errorf("a delegate sees %+v", v)
	}
	d.tellAtOnce(t, about)
	d.work(t)
	d.waitOnDesk(t, about, false)
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'child_decided'`); n != 1 || d.toldOf(t, moderation.ToldChildDecided, d.Haddad) != 1 {
		t.Fatalf("%d notices", n)
	}
	if n := d.count(t, `SELECT count(*) FROM letter_item WHERE kind = 'child_decided' AND person_id = $1`, d.Haddad); n != 1 {
		t.Errorf("%d mails", n)
	}
	d.readByGuardian(t, about)
	if n := d.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'tell_guardians' AND rule = 'R52'`); n != 1 {
		t.Errorf("in the trail %d times", n)
	}
	d.pass(400 * 24 * time.Hour)
	if n, err := d.cases.Forget(ctx, d.Tilleuls); err != nil || n != 1 {
		t.Fatalf("forgot %d, %v", n, err)
	}
	if n := d.count(t, `SELECT (SELECT count(*) FROM guardian_act) + (SELECT count(*) FROM notice WHERE kind = 'child_decided')`); n != 0 {
		t.Errorf("after the purge %d rows are left", n)
	}
}

// tellAtOnce has the director press twice at once.
func (d *desk) tellAtOnce(t *testing.T, about id.Case) {
	t.Helper()
	results := make([]error, 2)
	var both sync.WaitGroup
	for i := range results {
		both.Go(func() { results[i] = d.cases.TellGuardians(t.Context(), person(d.Tilleuls, d.Garcia), about) })
	}
	both.Wait()
	if (results[0] == nil) == (results[1] == nil) || !errors.Is(errors.Join(results...), workflow.ErrImpossible) {
		t.Errorf("twice at once: %v", results)
	}
}

// readByGuardian has Lina's mother read what she was told, which is nothing of the text, and looks
// whether that is on record.
func (d *desk) readByGuardian(t *testing.T, about id.Case) {
	t.Helper()
	haddad := person(d.Tilleuls, d.Haddad)
	page, err := d.mod.Notices(t.Context(), haddad, "", 0)
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("notices %+v, %v", page, err)
	}
	n := page.Items[0]
	if n.Title != "Lina" || n.Reason != "" || !n.Case.IsZero() || !n.Contribution.IsZero() || !n.Space.IsZero() {
		t.Errorf("R44, R52: the notice is %+v", n)
	}
	told := func() []moderation.GuardianTold { return d.seeCase(t, d.Garcia, about).Guardians.Told }
	if got := told(); len(got) != 1 || !got[0].ReadAt.IsZero() || !strings.Contains(got[0].Name, "Haddad") {
		t.Errorf("told: %+v", got)
	}
	if err := d.mod.MarkRead(t.Context(), haddad); err != nil {
		t.Fatal(err)
	}
	if got := told(); len(got) != 1 || got[0].ReadAt.IsZero() {
		t.Errorf("read: %+v", got)
	}
}

// Where it would put the child at risk the head holds it, with the reason, and may change their
// mind; while it is held nobody is told, and nobody is late.
func TestGuardiansAreHeld(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	about := d.withdrew(t, d.topic(t))
	garcia, ctx := person(d.Tilleuls, d.Garcia), t.Context()
	var fault *directory.FieldError
	if err := d.cases.HoldGuardians(ctx, garcia, about, " "); !errors.As(err, &fault) {
		t.Errorf("held without a reason: %v", err)
	}
	if err := d.cases.ReleaseGuardians(ctx, garcia, about, "Rien."); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("released what is not held: %v", err)
	}
	if err := d.cases.HoldGuardians(ctx, garcia, about, "Craint des coups."); err != nil {
		t.Fatal(err)
	}
	d.final(t)
	d.pass(5 * 24 * time.Hour)
	d.work(t)
	d.waitOnDesk(t, about, false)
	if err := d.cases.TellGuardians(ctx, garcia, about); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("told while it is held: %v", err)
	}
	if n := d.toldOf(t, moderation.ToldGuardiansWait, d.Garcia) + d.toldOf(t, moderation.ToldGuardiansLate, d.Garcia); n != 0 {
		t.Errorf("the director is pressed %d times while it is held", n)
	}
	if err := d.cases.ReleaseGuardians(ctx, garcia, about, "L'assistante sociale a vu la famille."); err != nil {
		t.Fatal(err)
	}
	d.waitOnDesk(t, about, true)
	v := d.seeCase(t, d.Garcia, about).Guardians
	if len(v.Acts) != 2 || v.Held || !v.Late || v.Acts[0].Reason != "Craint des coups." {
		t.Errorf("released: %+v", v)
	}
	if err := d.cases.TellGuardians(ctx, garcia, about); err != nil {
		t.Error(err)
	}
	d.work(t)
	if n := d.toldOf(t, moderation.ToldChildDecided, d.Haddad); n != 1 {
		t.Errorf("told %d times", n)
	}
	if err := d.cases.HoldGuardians(ctx, garcia, about, "Trop tard."); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("held after they were told: %v", err)
	}
}

// Two days after it was confirmed the director is told that nobody was; where the appeal was
// dismissed it is confirmed by that.
func TestGuardiansLate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	about := d.withdrew(t, d.topic(t))
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	lina := person(d.Tilleuls, d.Lina)
	if err := d.cases.AppealCase(t.Context(), lina, d.toldAs(t, about), d.authorReads(t, about).Version, "C'était pour rire."); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	d.mustOn(t, d.Tilleuls, d.Petit, about, moderation.CaseCommand{Action: workflow.Dismiss, Reason: "La décision était juste."})
	if n := d.toldOf(t, moderation.ToldGuardiansWait, d.Garcia); n != 1 {
		t.Errorf("R45: after the appeal was dismissed the director is told %d times", n)
	}
	d.waitOnDesk(t, about, true)
	d.pass(48*time.Hour + time.Minute)
	d.work(t)
	d.waitOnDesk(t, about, true)
	if n := d.toldOf(t, moderation.ToldGuardiansLate, d.Garcia); n != 1 {
		t.Errorf("late: told %d times", n)
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'child_decided'`); n != 0 {
		t.Errorf("R52: %d guardians were told by the machine", n)
	}
}

// Of an adult's breach, and where nothing was withdrawn, nobody is told anything.
func TestGuardiansOfNobody(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(d *desk) id.Case{
		"an adult": func(d *desk) id.Case {
			d.exec(t, `UPDATE person SET birth_date = '1990-01-01' WHERE person_id = $1`, d.Lina)
			return d.withdrew(t, d.topic(t))
		},
		"kept": func(d *desk) id.Case {
			d.report(t, d.Noe, d.topic(t), "DEF")
			d.mustOn(t, d.Tilleuls, d.Garcia, d.only(t), moderation.CaseCommand{Action: workflow.Examine})
			d.mustOn(t, d.Tilleuls, d.Garcia, d.only(t), moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien à redire."})
			return d.only(t)
		},
	} {
		d := newDesk(t)
		about := begin(d)
		d.final(t)
		if err := d.cases.TellGuardians(t.Context(), person(d.Tilleuls, d.Garcia), about); !errors.Is(err, workflow.ErrImpossible) {
			t.Errorf("%s: %v", name, err)
		}
		if v := d.seeCase(t, d.Garcia, about).Guardians; v != nil {
			t.Errorf("%s: %+v", name, v)
		}
		d.waitOnDesk(t, about, false)
		if n := d.count(t, `SELECT count(*) FROM notice WHERE kind IN ('child_decided', 'guardians_wait', 'guardians_late')`); n != 0 {
			t.Errorf("%s: %d are told", name, n)
		}
	}
}

// Of what was decided to be sealed the author was told nothing (R50), nor is anybody else.
func TestGuardiansOfWhatIsSealed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.report(t, d.Noe, d.topic(t), "DEF")
	about, sealed := d.only(t), withdrawal
	sealed.Sealed, sealed.Ground = true, "CSAM"
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Garcia, about, sealed)
	d.final(t)
	d.waitOnDesk(t, about, false)
}
