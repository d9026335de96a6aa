package postgres_test

import (
	"slices"
	"testing"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// overdue counts how often somebody was told that nobody has looked in time.
func (d *desk) overdue(t *testing.T, tenant id.Tenant, who id.Person) int {
	t.Helper()
	return len(d.heard(t, tenant, who, moderation.ToldOverdue, moderation.ToldReported))
}

// waitsFor reports whether a text is on the list of what somebody has to look at.
func (d *desk) waitsFor(t *testing.T, who id.Person, c id.Contribution) bool {
	t.Helper()
	return slices.ContainsFunc(d.stopped(t, who), func(s publication.Stopped) bool { return s.Contribution == c })
}

// R42: a mask that no case has placed, a moderator's or the machine's, is looked at in 48 hours: it is on
// the lists, and goes higher when nobody has, without ever ending by time. What a case masks is looked
// at in the case.
func TestAMaskIsReviewed(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(d *desk, c id.Contribution){
		"a moderator's": func(d *desk, c id.Contribution) {
			d.mustJudge(t, d.Diallo, c, workflow.Mask, workflow.Reason{Ground: "INJ", Text: "À examiner."})
		},
		"the machine's": func(d *desk, _ id.Contribution) { d.keepList(t, sample("triche", 4, moderation.Hold, "tricheur")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			above := d.académie(t)
			c := d.topic(t)
			place(d, c)
			d.work(t)
			if got := d.exposed(t, c); got != workflow.Masked || !d.waitsFor(t, d.Diallo, c) {
				t.Fatalf("it is %s, listed %t", got, d.waitsFor(t, d.Diallo, c))
			}
			if desk := d.deskOf(t, d.Tilleuls, d.Garcia); len(desk.Stopped) != 1 || desk.Counts.Stopped != 1 {
				t.Errorf("R42: the desk of who directs has %+v", desk.Stopped)
			}
			d.pass(47 * time.Hour)
			d.work(t)
			if n := d.overdue(t, d.Tilleuls, d.Garcia); n != 0 {
				t.Errorf("told %d times before 48 hours", n)
			}
			d.pass(2 * time.Hour)
			d.work(t)
			if n := d.overdue(t, d.Tilleuls, d.Diallo); n != 1 {
				t.Errorf("R42: who answers for the space is told %d times after 48 hours", n)
			}
			d.pass(49 * time.Hour)
			d.work(t)
			if n := d.overdue(t, above.Tenant, above.Recteur); n != 1 {
				t.Errorf("R42: the authority is told %d times after as much again", n)
			}
			d.pass(60 * 24 * time.Hour)
			d.work(t)
			if got := d.exposed(t, c); got != workflow.Masked {
				t.Errorf("R42: a mask has ended by time: %s", got)
			}
			s := d.stopped(t, d.Diallo)[0]
			if err := d.stops.Release(t.Context(), person(d.Tilleuls, d.Diallo), s.Hold.ID, s.Live, "Rien à redire."); err != nil || d.waitsFor(t, d.Diallo, c) {
				t.Errorf("looked at: %v", err)
			}
			d.wantSound(t)
		})
	}
	t.Run("a case's", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		c := d.topic(t)
		d.report(t, d.Noe, c, "TERR")
		d.pass(49 * time.Hour)
		d.work(t)
		if got := d.exposed(t, c); got != workflow.Masked || d.waitsFor(t, d.Diallo, c) || d.overdue(t, d.Tilleuls, d.Diallo) != 0 {
			t.Errorf("it is %s, listed %t", got, d.waitsFor(t, d.Diallo, c))
		}
		if n := d.count(t, `SELECT count(*) FROM outbox WHERE kind = 'hold:due'`); n != 0 {
			t.Errorf("%d clocks run beside the case's", n)
		}
		if desk := d.deskOf(t, d.Tilleuls, d.Garcia); len(desk.Stopped) != 1 || desk.Stopped[0].Case.IsZero() {
			t.Errorf("the desk has %+v", desk.Stopped)
		}
	})
}

// R14, R26: pupils' press is stopped by the director on a ground, and that is looked at like any stop.
func TestAStopOfThePressIsReviewed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.submit(t, d.Martin, publication.New{Space: d.Press, Kind: publication.Article, Input: publication.Input{Title: "La cantine", Body: "<p>Elle ment.</p>"}})
	d.work(t)
	roche := person(d.Platanes, d.Roche)
	stop := publication.Command{
		Action: workflow.Stop, Version: int64(d.count(t, `SELECT version FROM contribution WHERE contribution_id = $1`, c)), Reason: workflow.Reason{Ground: "DEF", Text: "Une diffamation."},
	}
	if err := d.mod.Act(t.Context(), roche, c, stop); err != nil {
		t.Fatal(err)
	}
	list, err := d.stops.Open(t.Context(), roche)
	if err != nil || len(list) != 1 || list[0].Contribution != c {
		t.Fatalf("R26: what waits for a look: %+v, %v", list, err)
	}
	if desk := d.deskOf(t, d.Platanes, d.Roche); len(desk.Stopped) != 1 {
		t.Errorf("R26: the desk has %+v", desk.Stopped)
	}
	d.pass(5 * 24 * time.Hour)
	d.work(t)
	if n := d.overdue(t, d.Platanes, d.Roche); n != 1 {
		t.Errorf("R26: the director is told %d times", n)
	}
	if err := d.stops.Release(t.Context(), roche, list[0].Hold.ID, list[0].Live, "Vu."); err != nil {
		t.Error(err)
	}
}

// R26: what is withdrawn was looked at, and the stop beneath is overdue for nobody; when the withdrawal
// is over, the stop is to be looked at again, by a clock that has gone on.
func TestAStopBeneathAWithdrawal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	if err := d.stops.Text(t.Context(), d.helper(t), c, ""); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Garcia, c, workflow.Withdraw, workflow.Reason{Ground: "INJ", Text: "Une insulte."})
	d.pass(10 * 24 * time.Hour)
	d.work(t)
	if n := d.overdue(t, d.Tilleuls, d.Diallo); n != 0 || d.waitsFor(t, d.Diallo, c) {
		t.Errorf("beneath a withdrawal: told %d times", n)
	}
	var withdrawal id.Hold
	for _, h := range d.dossier(t, c, d.Garcia).Holds {
		if h.Kind == workflow.WithdrawHold {
			withdrawal = h.ID
		}
	}
	live := d.dossier(t, c, d.Garcia).Contribution
	if err := d.publish.Act(t.Context(), person(d.Tilleuls, d.Garcia), c, publication.Command{
		Action: workflow.Restore, Version: live.Version, Revision: live.Live, Hold: withdrawal, Reason: workflow.Reason{Text: "Réexaminé."},
	}); err != nil {
		t.Fatal(err)
	}
	d.pass(4 * 24 * time.Hour)
	d.work(t)
	if n := d.overdue(t, d.Tilleuls, d.Diallo); n != 1 || !d.waitsFor(t, d.Diallo, c) {
		t.Errorf("R26: after the withdrawal it is told %d times, listed %t", n, d.waitsFor(t, d.Diallo, c))
	}
}

// R42: a photo's mask is who directs' to look at, and leads to the photo's page.
func TestAMaskOfAPhotoIsReviewed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	photo := d.picture(t, d.Lina)
	garcia := person(d.Tilleuls, d.Garcia)
	err := postgres.Transactions[imageconsent.PhotoTx](d.db)(t.Context(), d.Tilleuls, func(tx imageconsent.PhotoTx) error {
		seen, err := tx.PhotoDossier(t.Context(), photo, d.Garcia, d.clock())
		if err != nil {
			return err
		}
		batch, err := seen.Decide(garcia, imageconsent.PhotoCommand{Action: workflow.Mask, Version: seen.Photo.Version, Reason: workflow.Reason{Ground: "IMG", Text: "À voir."}}, d.clock())
		if err != nil {
			return err
		}
		return workflow.Commit(t.Context(), tx, batch)
	})
	if err != nil {
		t.Fatal(err)
	}
	d.work(t)
	list := d.stopped(t, d.Garcia)
	if len(list) != 1 || list[0].Photo != photo || list[0].Title != "x.jpg" {
		t.Fatalf("R42: what waits for a look: %+v", list)
	}
	if len(d.stopped(t, d.Diallo)) != 0 {
		t.Error("who answers for a space looks at a photo of no space")
	}
	d.pass(49 * time.Hour)
	if _, promised := d.promised(t, outbox.HoldDue); !promised {
		t.Error("R42: nobody is to look at it")
	}
	d.work(t)
	if n := d.overdue(t, d.Tilleuls, d.Garcia); n != 1 {
		t.Errorf("R42: who directs is told %d times", n)
	}
}
