package postgres_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// masking and showing are the words of whoever examines.
var (
	masking = moderation.CaseCommand{Action: workflow.MaskCase}
	showing = moderation.CaseCommand{Action: workflow.ShowCase, Text: "Rien de grave à première lecture."}
)

// underway is a case in the hands of the space's owner, who has opened it.
func (d *desk) underway(t *testing.T, ground workflow.Ground) (id.Contribution, id.Case) {
	t.Helper()
	c := d.topic(t)
	d.report(t, d.Noe, c, ground)
	about := d.only(t)
	in := d.inHand(t, about)
	if _, err := d.cases.Case(t.Context(), person(in.Tenant, in.Assignee), about); err != nil {
		t.Fatal(err)
	}
	return c, about
}

// Whoever examines hides what is not grave enough for the machine, and shows it again (R42): its
// author is told of both, and neither by whom nor why.
func TestAHumanMasksUntilItIsDecided(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c, about := d.underway(t, "DEF")
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Fatalf("R42: the machine masks what is of severity 2: %s", got)
	}
	d.mustOn(t, d.Tilleuls, d.Diallo, about, masking)
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Fatalf("R42: %s", got)
	}
	view, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Lina), d.toldAs(t, about))
	if err != nil || !view.Masked {
		t.Errorf("R42: the author sees %+v, %v", view, err)
	}
	examiner, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Diallo), about)
	if err != nil || offers(examiner, workflow.MaskCase) || !offers(examiner, workflow.ShowCase) {
		t.Errorf("R42: what is masked is offered to be, or not to be shown: %v", err)
	}
	if !hasClock(examiner, moderation.ClockMask, d.clock().Add(48*time.Hour)) {
		t.Errorf("R42: its clock: %+v", examiner.Clocks)
	}
	d.report(t, d.Martin, c, "DEF") // one more report neither shows nor masks
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("R42: after another report: %s", got)
	}
	d.mustOn(t, d.Tilleuls, d.Diallo, about, showing)
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("R42: shown again: %s", got)
	}
	for kind, want := range map[string]int{"masked": 1, "restored": 1} {
		if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = $1 AND person_id = $2`, kind, d.Lina); n != want {
			t.Errorf("the author is told %d times: %s", n, kind)
		}
	}
	if _, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Lina), d.toldAs(t, about)); err != nil {
		t.Errorf("what the author was told of is gone: %v", err)
	}
	if n := d.count(t, `SELECT count(*) FROM case_entry WHERE kind = 'note' AND said = $1`, showing.Text); n != 1 {
		t.Errorf("why it was shown is kept %d times", n)
	}
	d.mustOn(t, d.Tilleuls, d.Diallo, about, masking)
	d.mustOn(t, d.Tilleuls, d.Diallo, about, withdrawal)
	if n := d.count(t, `SELECT count(*) FROM hold WHERE case_id = $1 AND status = 'open'`, about); n != 1 || d.exposed(t, c) != workflow.Withdrawn {
		t.Errorf("R43: decided, %d holds: %s", n, d.exposed(t, c))
	}
	if v, err := d.verify(t); err != nil || len(v) != 0 {
		t.Errorf("%v, %v", v, err)
	}
}

func hasClock(v moderation.CaseView, kind moderation.ClockKind, due time.Time) bool {
	for _, c := range v.Clocks {
		if c.Kind == kind && c.Due.Equal(due) {
			return true
		}
	}
	return false
}

// What a human has shown the machine does not mask again for what is as grave (R42); for what is of
// severity 4 it always does, whatever a human had said before.
func TestWhatAHumanHasShownStaysUntilSomethingGraverComes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c, about := d.underway(t, "HAR")
	examiner := d.inHand(t, about).Assignee
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Fatalf("R42: of severity 3: %s", got)
	}
	d.mustOn(t, d.Tilleuls, examiner, about, showing)
	d.report(t, d.Martin, c, "HAR")
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("R42: masked again for what a human has looked at: %s", got)
	}
	d.file(t, anonymous(d.Tilleuls), anyone(c, "SUI"))
	d.work(t)
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("R42: of severity 4: %s", got)
	}
	d.mustOn(t, d.Tilleuls, examiner, about, showing)
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("R42: looked at again, shown again: %s", got)
	}
}

// The clock of a mask is that of the last one (R42): what was shown has none.
func TestAMaskThatWasShownHasNoClock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.set(t, "mask_review", "10 HOURS")
	_, about := d.underway(t, "DEF")
	d.mustOn(t, d.Tilleuls, d.Diallo, about, masking)
	d.mustOn(t, d.Tilleuls, d.Diallo, about, showing)
	d.pass(9 * time.Hour)
	d.mustOn(t, d.Tilleuls, d.Diallo, about, masking)
	d.pass(time.Hour)
	d.work(t)
	if got := d.inHand(t, about); got.Assignee != d.Diallo {
		t.Errorf("R42: a mask of one hour is late: %+v", got)
	}
	d.pass(9 * time.Hour)
	d.work(t)
	if got := d.inHand(t, about); got.Assignee == d.Diallo {
		t.Errorf("R42: a mask of ten hours is not late: %+v", got)
	}
}

// What is sealed is shown by who directs alone (R50), and what an order blocks by nobody (R48).
func TestWhatIsSealedOrBlockedIsNotShown(t *testing.T) {
	t.Parallel()
	t.Run("sealed", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
		c, about := d.underway(t, "INTIM")
		refusedFor(t, d.on(t, d.Tilleuls, d.Petit, about, showing), "R50")
		if got := d.exposed(t, c); got == workflow.Visible {
			t.Errorf("R50: %s", got)
		}
		d.mustOn(t, d.Tilleuls, d.Garcia, about, showing)
		if got := d.exposed(t, c); got != workflow.Visible {
			t.Errorf("R50: by who directs: %s", got)
		}
		if n := d.count(t, `SELECT count(*) FROM notice WHERE person_id = $1 AND kind IN ('masked', 'restored')`, d.Lina); n != 0 {
			t.Errorf("R50: the author is told of what was sealed: %d", n)
		}
	})
	t.Run("blocked", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		c, about := d.underway(t, "DEF")
		d.mustOn(t, d.Tilleuls, d.Diallo, about, masking)
		d.mustJudge(t, d.Garcia, c, workflow.Block, workflow.Reason{Reference: "TJ 26/1", Text: "Sur ordre."})
		refusedFor(t, d.on(t, d.Tilleuls, d.Diallo, about, showing), "R48")
		if got := d.exposed(t, c); got != workflow.Blocked {
			t.Errorf("R48: %s", got)
		}
	})
}

// refusedFor holds that a refusal is by a rule.
func refusedFor(t *testing.T, err error, rule string) {
	t.Helper()
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) || refusal.Rule != rule {
		t.Errorf("%s: %v", rule, err)
	}
}

// Nobody but whoever examines has a word on it: not its author, not who reported it, nobody of
// another house; and it is a sentence that shows it, not a tap.
func TestNobodyElseMasks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c, about := d.underway(t, "DEF")
	for name, who := range map[string]struct {
		tenant id.Tenant
		person id.Person
	}{"its author": {d.Tilleuls, d.Lina}, "who reported": {d.Tilleuls, d.Noe}, "another's": {d.Platanes, d.Diallo}, "who has nothing to do with it": {d.Tilleuls, d.Martin}} {
		if err := d.on(t, who.tenant, who.person, about, masking); !errors.Is(err, directory.ErrNotFound) && !errors.Is(err, directory.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.mustOn(t, d.Tilleuls, d.Diallo, about, masking)
	mute := showing
	mute.Text = " "
	if err := d.on(t, d.Tilleuls, d.Diallo, about, mute); !errors.Is(err, workflow.ErrReason) {
		t.Errorf("shown without a word: %v", err)
	}
	refusedFor(t, d.on(t, d.Tilleuls, d.Diallo, about, masking), "R42")
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("%s", got)
	}
}

// A mask and a decision at once: the decision holds, whoever comes first (R43).
func TestAMaskRacesADecision(t *testing.T) {
	t.Parallel()
	for range 4 {
		d := newDesk(t)
		c, about := d.underway(t, "DEF")
		keep := withdrawal
		keep.Verdict, keep.Ground = workflow.Keep, ""
		keep.Version = d.inHand(t, about).Version
		mask := masking
		mask.Version = keep.Version
		errs := [2]error{}
		var both sync.WaitGroup
		for i, command := range []moderation.CaseCommand{mask, keep} {
			both.Go(func() { errs[i] = d.cases.ActOn(t.Context(), person(d.Tilleuls, d.Diallo), about, command) })
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both, or neither: %v, %v", errs[0], errs[1])
		}
		want := workflow.Visible
		if errs[0] == nil {
			want = workflow.Masked
		}
		if got := d.exposed(t, c); got != want {
			t.Errorf("%s, %v, %v", got, errs[0], errs[1])
		}
	}
}

// From which severity the machine masks the establishment of the content decides, whoever has the case in
// hand (R42): at once, and where one report is credible.
func TestTheHouseDecidesWhatIsMaskedAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key, value string
		ground     workflow.Ground
		authority  bool
		want       workflow.Exposure
	}{
		"as it comes":                 {"", "", "DEF", false, workflow.Visible},
		"what is less grave":          {"mask_at_once", "2", "DEF", false, workflow.Masked},
		"likewise, by an authority":   {"mask_at_once", "2", "DEF", true, workflow.Masked},
		"one credible report":         {"mask_when_credible", "2", "DEF", false, workflow.Masked},
		"of what is grave, not":       {"mask_when_credible", "4", "HATE", false, workflow.Visible},
		"nor by an authority":         {"mask_when_credible", "4", "HATE", true, workflow.Visible},
		"what is the gravest, always": {"mask_when_credible", "4", "GROOM", false, workflow.Masked},
	} {
		d := newDesk(t)
		d.académie(t)
		if c.key != "" {
			d.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, $2, $3::jsonb, now())`, d.Tilleuls, c.key, c.value)
		}
		text := d.topic(t)
		in := anyone(text, c.ground)
		in.Authority = c.authority
		d.file(t, anonymous(d.Tilleuls), in)
		d.work(t)
		if got := d.exposed(t, text); got != c.want {
			t.Errorf("R42: %s: %s, want %s", name, got, c.want)
		}
	}
}

// An authority that has the case in hand masks, and shows, what is in the establishment (R40, R42).
func TestAnAuthorityMasksWhatIsElsewhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	c := d.topic(t)
	in := anyone(c, "DEF")
	in.Authority = true
	d.file(t, anonymous(d.Tilleuls), in)
	d.work(t)
	about := d.only(t)
	d.mustOn(t, above.Tenant, above.Recteur, about, masking)
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("R42: %s", got)
	}
	refusedFor(t, d.on(t, above.Tenant, above.Recteur, about, masking), "R42")
	d.mustOn(t, above.Tenant, above.Recteur, about, showing)
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("R42: %s", got)
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'restored' AND person_id = $1 AND tenant_id = $2`, d.Lina, d.Tilleuls); n != 1 {
		t.Errorf("the author is told %d times that it is there again", n)
	}
}

// Pupils' press is hidden by who directs alone, and for none but the grounds of the law (R14).
func TestPressIsMaskedByTheLawAlone(t *testing.T) {
	t.Parallel()
	for ground, want := range map[workflow.Ground]int{"SPAM": 0, "DEF": 1} {
		t.Run(string(ground), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			c, about := d.underway(t, ground)
			d.exec(t, `UPDATE space SET mode = 'PUPIL_PRESS' WHERE space_id = $1`, d.Forum)
			refusedFor(t, d.on(t, d.Tilleuls, d.Diallo, about, masking), "R14")
			err := d.on(t, d.Tilleuls, d.Garcia, about, masking)
			if want == 0 {
				refusedFor(t, err, "R14")
			} else if err != nil {
				t.Error(err)
			}
			if n := d.count(t, `SELECT count(*) FROM hold WHERE contribution_id = $1 AND status = 'open'`, c); n != want {
				t.Errorf("R14: %d holds", n)
			}
		})
	}
}
