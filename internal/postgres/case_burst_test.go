package postgres_test

import (
	"sync"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
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
