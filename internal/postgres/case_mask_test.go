package postgres_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// set changes a parameter of the collège.
func (d *desk) set(t *testing.T, key string, value any) {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	house := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](d.db), Clock: d.clock})
	read, err := house.Parameters(t.Context(), person(d.Tilleuls, d.Garcia))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := house.Configure(t.Context(), person(d.Tilleuls, d.Garcia), read.Version, map[string]json.RawMessage{key: raw}); err != nil {
		t.Fatal(err)
	}
}

// An interim mask has a clock of its own (R42): when it is over the case goes higher though its own
// time is not, those who judge are told once nobody is higher, and the mask stays, however late it is.
func TestAMaskIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	d.set(t, "target_severity_3", "48 HOURS")
	d.set(t, "mask_review", "10 HOURS")
	c := d.topic(t)
	d.report(t, d.Noe, c, "HAR")
	about := d.only(t)
	if got := d.inHand(t, about); got.Assignee != d.Garcia || d.exposed(t, c) != workflow.Masked {
		t.Fatalf("R42: %+v", got)
	}
	d.pass(10*time.Hour - time.Minute)
	d.work(t)
	if got := d.inHand(t, about); got.Tenant != d.Tilleuls {
		t.Fatalf("R42: too soon: %+v", got)
	}
	d.pass(time.Minute)
	d.work(t)
	if got := d.inHand(t, about); got.Tenant != above.Tenant {
		t.Errorf("R42: when the mask's time is over: %+v", got)
	}
	before := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'case_overdue' AND tenant_id = $1`, above.Tenant)
	d.pass(48 * time.Hour)
	d.work(t)
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'case_overdue' AND tenant_id = $1`, above.Tenant); n <= before {
		t.Errorf("R42: nobody above is told: %d notices, then %d", before, n)
	}
	d.pass(100 * 24 * time.Hour)
	d.work(t)
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("R42: a mask ends by time: %s", got)
	}
	d.mustOn(t, above.Tenant, above.Recteur, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, above.Tenant, above.Recteur, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Ce n'est rien."})
	d.pass(100 * time.Hour)
	d.work(t)
	if n := d.count(t, `SELECT count(*) FROM outbox WHERE subject_id = $1 AND note = 'mask' AND status <> 'done'`, about); n != 0 || d.exposed(t, c) != workflow.Visible {
		t.Errorf("R42: decided, its clock goes on: %d, %s", n, d.exposed(t, c))
	}
}

// What was judged and kept is not masked by a message that comes late, though an appeal is examined
// (R42): a human has looked.
func TestALateReportMasksNothingThatWasKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	first := d.file(t, anonymous(d.Tilleuls), anyone(c, "DEF"))
	d.work(t)
	about := d.only(t)
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Diallo), about); err != nil {
		t.Fatal(err)
	}
	d.file(t, person(d.Tilleuls, d.Noe), moderation.ReportInput{Contribution: c, Ground: "HAR"}) // its message waits
	keep := withdrawal
	keep.Verdict = workflow.Keep
	if err := d.on(t, d.Tilleuls, d.Diallo, about, keep); err != nil {
		t.Fatal(err)
	}
	if err := d.cases.AppealReport(t.Context(), moderation.Follower{Secret: first.Secret}, d.followed(t, first.Secret).Version, "Si."); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("R42: %s", got)
	}
	if n := d.count(t, `SELECT count(*) FROM case_letter WHERE kind = 'receipt'`); n != 2 {
		t.Errorf("R39: %d receipts", n)
	}
}

// How long a decision may be appealed is what held when it was taken (R45).
func TestTheTimeToAppealIsThatOfTheDecision(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after string
		pass          time.Duration
		open          bool
	}{
		"shortened since, in time":   {"6 MONTHS", "1 MONTHS", 90 * 24 * time.Hour, true},
		"lengthened since, too late": {"1 MONTHS", "6 MONTHS", 60 * 24 * time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.set(t, "appeal_period", test.before)
			c := d.topic(t)
			d.mustJudge(t, d.Garcia, c, workflow.Withdraw, workflow.Reason{Ground: "INJ", Text: "Une insulte."})
			d.work(t)
			d.set(t, "appeal_period", test.after)
			d.pass(test.pass)
			of := moderation.Contested{Contribution: c, Decision: d.dossier(t, c, d.Lina).Holds[0].ID.UUID}
			if _, _, err := d.cases.Contest(t.Context(), person(d.Tilleuls, d.Lina), of, "Non."); (err == nil) != test.open {
				t.Errorf("R45: %v", err)
			}
		})
	}
}

// Who lends a power does not lend the lifting of seals (R50): a delegate is promised nothing that
// would be refused, and what is sealed is not given to them.
func TestWhatIsSealedIsTheDirectorsToDecide(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	d.report(t, d.Noe, d.topic(t), "INTIM")
	about := d.only(t)
	if got := d.inHand(t, about); got.Assignee != d.Garcia {
		t.Fatalf("R50: %+v", got)
	}
	var field *directory.FieldError
	if err := d.on(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Reassign, Assignee: d.Petit, Text: "À vous."}); !errors.As(err, &field) {
		t.Errorf("R50: given to a delegate: %v", err)
	}
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about); err != nil {
		t.Fatal(err)
	}
	for who, can := range map[id.Person]bool{d.Garcia: true, d.Petit: false} {
		view, err := d.cases.Case(t.Context(), person(d.Tilleuls, who), about)
		if err != nil || offers(view, workflow.DecideCase) != can {
			t.Errorf("R50: offered to decide: %t, %v", offers(view, workflow.DecideCase), err)
		}
	}
}
