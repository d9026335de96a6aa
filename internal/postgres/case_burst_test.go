package postgres_test

import (
	"sync"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// Two hundred who report one thing at once, while the worker does its work: one case, one
// mask, two hundred receipts and letters, and nothing lost.
func TestABurstOfReportsIsOneCase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	const crowd = 200
	receipts := make([]moderation.Receipt, crowd)
	errs := make([]error, crowd)
	grounds := []workflow.Ground{"PURP", "DEF", "HAR", "SUI"} // from slight to grave
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() {
			receipts[i], errs[i] = d.cases.Report(t.Context(), actor.Anonymous(d.Tilleuls, "test"), anyone(c, grounds[i%len(grounds)]))
		})
	}
	all.Go(func() { d.work(t) })
	all.Wait()
	d.work(t)
	seen := map[string]bool{}
	for i, err := range errs {
		if err != nil {
			t.Fatalf("report %d: %v", i, err)
		}
		seen[receipts[i].Reference] = true
		if i%50 == 0 {
			if view, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: receipts[i].Secret}); err != nil || len(view.Letters) != 1 {
				t.Errorf("follow-up %d: %+v, %v", i, view, err)
			}
		}
	}
	about := d.only(t) // there is one
	for question, want := range map[string]int{
		`SELECT count(*) FROM report WHERE case_id = $1`:                                                      crowd,
		`SELECT count(*) FROM case_letter WHERE case_id = $1 AND kind = 'receipt'`:                            crowd,
		`SELECT count(*) FROM letter WHERE state = 'kept' AND report_id IS NOT NULL AND $1::uuid IS NOT NULL`: crowd,
		`SELECT count(*) FROM hold WHERE case_id = $1 AND kind = 'mask'`:                                      1,
		`SELECT count(*) FROM case_file WHERE case_id = $1 AND severity = 4`:                                  1,
		`SELECT count(*) FROM outbox WHERE status <> 'done' AND kind <> 'case:due' AND $1::uuid IS NOT NULL`:  0,
	} {
		if got := d.count(t, question, about); got != want {
			t.Errorf("%d, want %d: %s", got, want, question)
		}
	}
	if len(seen) != crowd {
		t.Errorf("%d references", len(seen))
	}
}

// Who reports while a decision waits for the case is in it when it is decided, and is answered like whoever
// reported before: also where the server that took their report has a clock that is ahead (R43). Whoever
// reports afterwards begins a case of their own.
func TestWhoReportsWhileItIsDecidedIsAnswered(t *testing.T) {
	t.Parallel()
	for name, ahead := range map[string]time.Duration{"a moment later": time.Millisecond, "by a clock that is ahead": 90 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			text := d.topic(t)
			receipts := []moderation.Receipt{d.file(t, anonymous(d.Tilleuls), anyone(text, "DEF"))}
			d.work(t)
			c := d.only(t)
			d.mustOn(t, d.Tilleuls, d.Garcia, c, moderation.CaseCommand{Action: workflow.Escalate})
			d.mustOn(t, d.Tilleuls, d.Garcia, c, moderation.CaseCommand{Action: workflow.Examine})
			var meanwhile sync.Once
			slow := moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](d.db), Finder: d.db, Clock: func() time.Time {
				now := d.clock()
				meanwhile.Do(func() { // before it has the lock of the case
					d.pass(ahead)
					receipts = append(receipts, d.file(t, anonymous(d.Tilleuls), anyone(text, "DEF")))
					d.pass(-ahead)
				})
				return now
			}})
			decide := withdrawal
			decide.Version = d.inHand(t, c).Version
			if err := slow.ActOn(t.Context(), person(d.Tilleuls, d.Garcia), c, decide); err != nil {
				t.Fatal(err)
			}
			d.pass(time.Hour)
			d.work(t)
			for i, receipt := range receipts {
				if view := d.followed(t, receipt.Secret); len(view.Letters) != 2 || view.Stage != moderation.StageDecided {
					t.Errorf("R43: report %d of %d: %s, %d letters", i+1, len(receipts), view.Stage, len(view.Letters))
				}
			}
			after := d.file(t, anonymous(d.Tilleuls), anyone(text, "DEF"))
			d.work(t)
			if view := d.followed(t, after.Secret); len(view.Letters) != 1 || d.count(t, `SELECT count(*) FROM case_file`) != 2 {
				t.Errorf("whoever reports afterwards: %s, %d letters", view.Stage, len(view.Letters))
			}
			d.wantSound(t)
		})
	}
}

// Who falls to whom (R40), past those whom the case concerns (R46) and those who have judged
// the text (R45).
func TestACaseFallsToWhomItDoesNotConcern(t *testing.T) {
	t.Parallel()
	type world struct {
		*desk
		above académie
	}
	for _, test := range []struct {
		name   string
		lone   bool // no authority is above
		before func(t *testing.T, w *world) (reporter id.Person, in moderation.ReportInput)
		want   func(w *world) (id.Tenant, id.Person, string)
	}{
		{"first the owner", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Noe, moderation.ReportInput{Contribution: w.topic(t), Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Diallo, "owner" }},
		{"the owner has reported it: the backup", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Diallo, moderation.ReportInput{Contribution: w.topic(t), Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Martin, "backup" }},
		{"the owner let this text stand: the backup", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			c := w.topic(t)
			w.mustJudge(t, w.Diallo, c, workflow.Review)
			return w.Noe, moderation.ReportInput{Contribution: c, Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Martin, "backup" }},
		{"the text names the owner: the backup", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Noe, moderation.ReportInput{Contribution: w.said(t, "<p>Mme Diallo est nulle.</p>"), Ground: "INJ"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Martin, "backup" }},
		{"grave: the director", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Noe, moderation.ReportInput{Contribution: w.topic(t), Ground: "HAR"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Garcia, "director" }},
		{"somebody wants the authority", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Noe, moderation.ReportInput{Contribution: w.topic(t), Ground: "DEF", Authority: true}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.above.Tenant, w.above.Recteur, "authority" }},
		{"it names the head: the authority", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Noe, moderation.ReportInput{Contribution: w.said(t, "<p>Madame Garcia est injuste.</p>"), Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.above.Tenant, w.above.Recteur, "authority" }},
		{"the head has reported it: the owner, as else", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Garcia, moderation.ReportInput{Contribution: w.topic(t), Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Diallo, "owner" }},
		{"the head has reported what is grave: whom they lent the power to", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			w.lend(t, w.Tilleuls, w.Garcia, w.Petit)
			return w.Garcia, moderation.ReportInput{Contribution: w.topic(t), Ground: "HAR"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Petit, "delegate" }},
		{"the head has reported what is grave, and nobody stands in: the backup", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Garcia, moderation.ReportInput{Contribution: w.topic(t), Ground: "HAR"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Martin, "backup" }},
		{"the head has reported, and nobody is left: the authority", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Garcia, moderation.ReportInput{Contribution: w.said(t, "<p>Mme Diallo et Paul Martin trichent.</p>"), Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.above.Tenant, w.above.Recteur, "authority" }},
		{"the head has reported a text that names them: the authority", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Garcia, moderation.ReportInput{Contribution: w.said(t, "<p>Madame Garcia est injuste.</p>"), Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.above.Tenant, w.above.Recteur, "authority" }},
		{"it names the head, and nobody is above: whom they lent the power to", true, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			w.lend(t, w.Tilleuls, w.Garcia, w.Petit)
			return w.Noe, moderation.ReportInput{Contribution: w.said(t, "<p>Madame Garcia est injuste.</p>"), Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Petit, "delegate" }},
		{"it names the head, and nobody is above or lent the power: the backup", true, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Noe, moderation.ReportInput{Contribution: w.said(t, "<p>Madame Garcia est injuste.</p>"), Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Martin, "backup" }},
		{"a place that names nothing: the director", false, func(t *testing.T, w *world) (id.Person, moderation.ReportInput) {
			return w.Noe, moderation.ReportInput{Location: "le blog, je ne sais plus où", Ground: "DEF"}
		}, func(w *world) (id.Tenant, id.Person, string) { return w.Tilleuls, w.Garcia, "director" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := &world{desk: newDesk(t)}
			if !test.lone {
				w.above = w.académie(t)
			}
			reporter, in := test.before(t, w)
			w.file(t, person(w.Tilleuls, reporter), in)
			w.work(t)
			tenant, assignee, as := test.want(w)
			if got := w.inHand(t, w.only(t)); got.Tenant != tenant || got.Assignee != assignee || got.As != as || got.Status != "assigned" {
				t.Errorf("%+v, want %s of %s as %s", got, assignee, tenant, as)
			}
		})
	}
}
