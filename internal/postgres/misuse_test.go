package postgres_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// kept has somebody report one more text of Lina's, and the director keep it.
func (d *desk) kept(t *testing.T, who id.Person) (id.Case, moderation.Receipt) {
	t.Helper()
	receipt := d.report(t, who, d.topic(t), "DEF")
	var about id.Case
	if err := d.admin.QueryRow(t.Context(), `SELECT case_id FROM report WHERE report_id = $1`, receipt.Report).Scan(&about); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien à redire."})
	return about, receipt
}

// unfounded has somebody's report be found so.
func (d *desk) unfounded(t *testing.T, who id.Person) (id.Case, id.Report) {
	t.Helper()
	about, receipt := d.kept(t, who)
	if err := d.cases.MarkUnfounded(t.Context(), person(d.Tilleuls, d.Garcia), about, receipt.Report, "Aucun propos de ce genre."); err != nil {
		t.Fatal(err)
	}
	d.pass(time.Hour + time.Minute)
	return about, receipt.Report
}

// R47: the first is a warning, the third limits for thirty days what is not grave; what is grave is
// never kept from being reported; a mark that somebody else lifts frees.
func TestMisuseIsWarnedThenLimited(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	noe, ctx := person(d.Tilleuls, d.Noe), t.Context()
	tries := func(ground workflow.Ground) error {
		_, err := d.cases.Report(ctx, noe, moderation.ReportInput{Contribution: d.topic(t), Ground: ground})
		return err
	}
	d.unfounded(t, d.Noe)
	if n := d.toldOf(t, moderation.ToldUnfounded, d.Noe); n != 1 {
		t.Errorf("warned %d times", n)
	}
	d.unfounded(t, d.Noe)
	if err := tries("DEF"); err != nil {
		t.Errorf("after two: %v", err)
	}
	about, report := d.unfounded(t, d.Noe)
	var refusal *directory.Refusal
	if err := tries("DEF"); !errors.As(err, &refusal) || refusal.Rule != "R47" || refusal.Until.Before(d.clock().AddDate(0, 0, 29)) {
		t.Errorf("after three: %v", err)
	}
	if err := tries("HAR"); err != nil {
		t.Errorf("R47: what is grave: %v", err)
	}
	if until, err := d.cases.LimitedUntil(ctx, noe); err != nil || !until.Equal(refusal.Until) {
		t.Errorf("they read until %s, %v", until, err)
	}
	if _, err := d.cases.Report(ctx, person(d.Tilleuls, d.Diallo), moderation.ReportInput{Contribution: d.topic(t), Ground: "DEF"}); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	if err := d.cases.LiftUnfounded(ctx, person(d.Tilleuls, d.Garcia), about, report, "Finalement."); !errors.Is(err, directory.ErrForbidden) {
		t.Errorf("R45: lifted by who marked it: %v", err)
	}
	if err := d.cases.LiftUnfounded(ctx, person(d.Tilleuls, d.Petit), about, report, "Le doute était permis."); err != nil {
		t.Fatal(err)
	}
	if err := tries("DEF"); err != nil {
		t.Errorf("freed: %v", err)
	}
	if n := d.count(t, `SELECT count(*) FROM denial WHERE rule = 'R47'`); n != 0 {
		t.Errorf("R44: the log of refusals tells %d times who has reported", n)
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'report_unfounded' AND person_id <> $1`, d.Noe); n != 0 {
		t.Errorf("%d others are told", n)
	}
}

// R44: whoever marks a report does not learn whose it is; who may not judge may not mark, and nothing
// is marked that was not decided, or twice.
func TestWhoMarksLearnsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	receipt := d.report(t, d.Noe, d.topic(t), "DEF")
	open, ctx := d.only(t), t.Context()
	if err := d.cases.MarkUnfounded(ctx, person(d.Tilleuls, d.Garcia), open, receipt.Report, "Faux."); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("before it is decided: %v", err)
	}
	about, receipt := d.kept(t, d.Noe)
	for who, want := range map[id.Person]error{d.Lina: directory.ErrNotFound, d.Martin: directory.ErrNotFound, d.Noe: directory.ErrNotFound} {
		if err := d.cases.MarkUnfounded(ctx, person(d.Tilleuls, who), about, receipt.Report, "Faux."); !errors.Is(err, want) {
			t.Errorf("%s: %v", who, err)
		}
	}
	garcia := person(d.Tilleuls, d.Garcia)
	if err := d.cases.MarkUnfounded(ctx, garcia, open, receipt.Report, "Faux."); err == nil {
		t.Error("a report of another case")
	}
	var fault *directory.FieldError
	if err := d.cases.MarkUnfounded(ctx, garcia, about, receipt.Report, " "); !errors.As(err, &fault) || fault.Rule != "R47" {
		t.Errorf("without a reason: %v", err)
	}
	if err := d.cases.MarkUnfounded(ctx, garcia, about, receipt.Report, "Faux."); err != nil {
		t.Fatal(err)
	}
	if err := d.cases.MarkUnfounded(ctx, garcia, about, receipt.Report, "Faux."); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("twice: %v", err)
	}
	view := d.seeCase(t, d.Garcia, about)
	if len(view.Unfounded) != 1 || !view.Reports[0].Person.IsZero() || view.Reports[0].Name != "" {
		t.Errorf("R44: who marks sees %+v", view.Reports)
	}
	for _, l := range view.Letters {
		if l.To == moderation.TheReporter && (!l.Person.IsZero() || strings.Contains(l.Body, "Noé")) {
			t.Errorf("R44: the letter names them: %+v", l)
		}
		if l.To == moderation.TheAuthor && strings.Contains(l.Body, "infondé") {
			t.Errorf("the author is told: %s", l.Body)
		}
	}
}
