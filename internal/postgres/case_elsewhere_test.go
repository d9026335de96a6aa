package postgres_test

import (
	"testing"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// wentUp is a case of a topic of Lina's that somebody without an account wants the authority to examine.
func (d *desk) wentUp(t *testing.T, ground workflow.Ground) (id.Contribution, id.Case) {
	t.Helper()
	c := d.topic(t)
	in := anyone(c, ground)
	in.Authority = true
	d.file(t, anonymous(d.Tilleuls), in)
	d.work(t)
	return c, d.only(t)
}

// What the law lets nobody do of pupils' press but who directs, and for few grounds, an authority does not
// either: it is told so when it decides, and not after the letters are written (R14).
func TestAnAuthorityHidesPressByTheLawAlone(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		ground   workflow.Ground
		delegate bool
		want     workflow.Exposure
	}{
		"a ground of the charter":    {"SPAM", false, workflow.Visible},
		"whom the power was lent to": {"DEF", true, workflow.Visible},
		"who directs, by the law":    {"DEF", false, workflow.Withdrawn},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			above := d.académie(t)
			c, about := d.wentUp(t, tt.ground)
			d.exec(t, `UPDATE space SET mode = 'PUPIL_PRESS' WHERE space_id = $1`, d.Forum)
			judge := above.Recteur
			if tt.delegate {
				judge = above.Legrand
			}
			d.mustOn(t, above.Tenant, judge, about, moderation.CaseCommand{Action: workflow.Examine})
			ruling := withdrawal
			ruling.Ground = tt.ground
			masked, decided := d.on(t, above.Tenant, judge, about, masking), d.on(t, above.Tenant, judge, about, ruling)
			if tt.want == workflow.Visible {
				refusedFor(t, masked, "R14")
				refusedFor(t, decided, "R14")
			} else if masked != nil || decided != nil {
				t.Errorf("R14: %v, %v", masked, decided)
			}
			d.work(t)
			if got := d.exposed(t, c); got != tt.want {
				t.Errorf("R14: %s", got)
			}
			if n := d.count(t, `SELECT count(*) FROM case_letter WHERE party = 'author'`); (n == 0) != (tt.want == workflow.Visible) {
				t.Errorf("R43: the author is written %d letters, and it is %s", n, d.exposed(t, c))
			}
			if n := d.count(t, `SELECT count(*) FROM outbox WHERE status <> 'done' AND kind = 'case:carried'`); n != 0 {
				t.Errorf("%d messages are never carried out", n)
			}
		})
	}
}

// Whoever hears the appeal of what who directs an authority has withdrawn, with nobody above, may let it stand
// and give it back, though they direct nothing: else nobody could (R45).
func TestAnAppealOfPressInAnAuthorityIsHeard(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		command moderation.CaseCommand
		want    workflow.Exposure
	}{
		"dismissed": {moderation.CaseCommand{Action: workflow.Dismiss, Reason: "La décision était juste."}, workflow.Withdrawn},
		"upheld":    {moderation.CaseCommand{Action: workflow.Overturn, Verdict: workflow.Keep, Reason: "Le texte n'accuse personne."}, workflow.Visible},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			above := d.académie(t)
			c, about := d.wentUp(t, "DEF")
			d.exec(t, `UPDATE space SET mode = 'PUPIL_PRESS' WHERE space_id = $1`, d.Forum)
			d.mustOn(t, above.Tenant, above.Recteur, about, moderation.CaseCommand{Action: workflow.Examine})
			d.mustOn(t, above.Tenant, above.Recteur, about, withdrawal)
			if err := d.cases.AppealCase(t.Context(), person(d.Tilleuls, d.Lina), d.toldAs(t, about), d.authorReads(t, about).Version, "C'est vrai."); err != nil {
				t.Fatal(err)
			}
			d.work(t)
			if got := d.inHand(t, about); got.Assignee != above.Legrand {
				t.Fatalf("R45: %+v", got)
			}
			d.mustOn(t, above.Tenant, above.Legrand, about, tt.command)
			if got := d.exposed(t, c); got != tt.want {
				t.Errorf("R45: %s, want %s", got, tt.want)
			}
		})
	}
}

// Who lends a power does not lend the lifting of seals, in an authority either (R50).
func TestAnAuthoritysDelegateLiftsNoSeal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	c, about := d.wentUp(t, "INTIM")
	keep := moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien."}
	if got := d.inHand(t, about); got.Assignee != above.Recteur {
		t.Fatalf("R50: %+v", got)
	}
	d.mustOn(t, above.Tenant, above.Recteur, about, moderation.CaseCommand{Action: workflow.Examine})
	refusedFor(t, d.on(t, above.Tenant, above.Legrand, about, keep), "R50")
	view, err := d.cases.Case(t.Context(), person(above.Tenant, above.Legrand), about)
	if err != nil || offers(view, workflow.DecideCase) || len(view.Answerers) != 1 {
		t.Errorf("R50: offered to decide: %t, to be given to %v, %v", offers(view, workflow.DecideCase), view.Answerers, err)
	}
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("R50: %s", got)
	}
	d.mustOn(t, above.Tenant, above.Recteur, about, keep)
	d.work(t)
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("who directs: %s", got)
	}
}
