package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// crowd has many more report a case, some of whom gave an address.
func (d *desk) crowd(t *testing.T, c id.Case, n, withAddress int) {
	t.Helper()
	d.exec(t, `INSERT INTO report (report_id, tenant_id, case_id, reference, name, email, language, ground, good_faith, reported_at)
		SELECT new_id(now() + interval '1 hour'), f.tenant_id, f.case_id, 'S-' || n, 'Personne ' || n, CASE WHEN n <= $4 THEN n || '@exemple.fr' ELSE '' END,
			CASE n % 2 WHEN 0 THEN 'fr' ELSE 'en' END, 'DEF', true, $3::timestamptz FROM case_file f, generate_series(1, $2::integer) n WHERE f.case_id = $1`, c, n, d.clock(), withAddress)
}

// A case that many have reported is read and decided like one that a few have: the letters to
// those who reported are written afterwards, some at a time, each once, as they were previewed.
func TestManyReportsAreDecidedLikeAFew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.file(t, anonymous(d.Tilleuls), anyone(d.topic(t), "DEF"))
	d.work(t)
	about, diallo, ctx := d.only(t), person(d.Tilleuls, d.Diallo), t.Context()
	const many, mailed = 1500, 30
	d.crowd(t, about, many, mailed)
	view, err := d.cases.Case(ctx, diallo, about)
	if err != nil || len(view.Reports) != moderation.MostReports || view.Tally.Count != many+1 || len(view.Letters) > moderation.MostReports {
		t.Fatalf("%d reports of %d, %d letters, %v", len(view.Reports), view.Tally.Count, len(view.Letters), err)
	}
	command := withdrawal
	command.Version = view.Version
	preview, err := d.cases.PreviewDecision(ctx, diallo, about, command)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.on(t, d.Tilleuls, d.Diallo, about, withdrawal); err != nil {
		t.Fatal(err)
	}
	answers := `SELECT count(*) FROM case_letter WHERE case_id = $1 AND kind = 'decision' AND party = 'reporter'`
	if n := d.count(t, answers, about); n != 0 {
		t.Errorf("the decision itself writes %d letters to who reported", n)
	}
	if author := d.count(t, `SELECT count(*) FROM case_letter WHERE case_id = $1 AND party = 'author' AND body = $2`, about, preview.ToAuthor.Body); author != 1 {
		t.Error("the author's letter is not with the decision, or not as it was shown")
	}
	d.work(t)
	for question, want := range map[string]int{
		answers: many + 1,
		`SELECT count(DISTINCT report_id) FROM case_letter WHERE case_id = $1 AND kind = 'decision' AND party = 'reporter'`:        many + 1,
		`SELECT count(*) FROM letter_item WHERE case_id = $1 AND kind = 'case_decided' AND report_id IS NOT NULL`:                  mailed + 1,
		`SELECT count(*) FROM outbox WHERE subject_id = $1 AND kind = 'case:letters' AND status <> 'done'`:                         0,
		`SELECT count(*) FROM case_letter WHERE case_id = $1 AND kind = 'receipt' AND report_id IN (SELECT report_id FROM report)`: 1,
	} {
		if got := d.count(t, question, about); got != want {
			t.Errorf("%d, want %d: %s", got, want, question)
		}
	}
	follow, err := d.cases.Follow(ctx, moderation.Follower{Secret: first.Secret})
	if err != nil || len(follow.Letters) != 2 || follow.Letters[1].Body != preview.ToReporter.Body || follow.Letters[1].Subject != preview.ToReporter.Subject {
		t.Errorf("as previewed:\n%s\nas written:\n%+v, %v", preview.ToReporter.Body, follow.Letters, err)
	}
}

// What a decision costs does not grow with how many have reported.
func TestADecisionCostsTheSameForManyReports(t *testing.T) {
	t.Parallel()
	took := func(reports int) time.Duration {
		d := newDesk(t)
		d.report(t, d.Noe, d.topic(t), "DEF")
		about := d.only(t)
		d.crowd(t, about, reports, reports)
		d.exec(t, `ANALYZE report`)
		d.mustOn(t, d.Tilleuls, d.Diallo, about, moderation.CaseCommand{Action: workflow.Examine})
		begin := time.Now()
		if err := d.on(t, d.Tilleuls, d.Diallo, about, withdrawal); err != nil {
			t.Fatal(err)
		}
		return time.Since(begin)
	}
	few, many := took(5), took(5000)
	if many > 4*few+100*time.Millisecond {
		t.Errorf("%s for 5 reports, %s for 5,000", few, many)
	}
}

// Letters are written some at a time, and a message that comes twice writes none twice; what was
// decided since goes on being told as it was decided then.
func TestSlicesOfLettersAreRepeatable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.report(t, d.Noe, d.topic(t), "DEF")
	about := d.only(t)
	d.crowd(t, about, 150, 0)
	d.mustOn(t, d.Tilleuls, d.Diallo, about, moderation.CaseCommand{Action: workflow.Examine})
	if err := d.on(t, d.Tilleuls, d.Diallo, about, withdrawal); err != nil {
		t.Fatal(err)
	}
	answers := `SELECT count(*) FROM case_letter WHERE case_id = $1 AND kind = 'decision' AND party = 'reporter'`
	for _, m := range d.open(t) {
		if m.Kind != "case:letters" {
			continue
		}
		if err := d.cases.Step(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if n := d.count(t, answers, about); n != 100 {
			t.Errorf("one message writes %d letters", n)
		}
		if err := d.cases.Step(t.Context(), m); err == nil {
			t.Error("a message that is done is done again")
		}
	}
	d.work(t)
	if n := d.count(t, answers, about); n != 151 {
		t.Errorf("%d letters to 151 reports", n)
	}
}

// Whoever only wants to know waits for nobody: what a decision or an upload has locked is read
// all the same.
func TestReadingACaseWaitsForNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	noe, lina := person(d.Tilleuls, d.Noe), person(d.Tilleuls, d.Lina)
	receipt := d.file(t, noe, moderation.ReportInput{Contribution: c, Ground: "HAR"})
	d.work(t)
	about := d.only(t)
	tx, err := d.admin.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	for _, lock := range []string{`SELECT 1 FROM contribution FOR UPDATE`, `SELECT 1 FROM case_file FOR UPDATE`, `SELECT 1 FROM report FOR UPDATE`} {
		if _, err := tx.Exec(t.Context(), lock); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for call, err := range map[string]error{
		"follow":     second(d.cases.Follow(ctx, moderation.Follower{Secret: receipt.Secret})),
		"author":     second(d.cases.AuthorView(ctx, lina, about)),
		"about work": second(d.cases.AboutWork(ctx, lina, c)),
		"reports by": second(d.cases.ReportsBy(ctx, noe, "", 0)),
		"list":       second(d.cases.Cases(ctx, person(d.Tilleuls, d.Garcia), moderation.CaseFilter{})),
		"count":      second(d.cases.CountCases(ctx, person(d.Tilleuls, d.Garcia))),
	} {
		if err != nil {
			t.Errorf("%s: %v", call, err)
		}
	}
}

// What somebody has reported is one list, whoever has it in hand, with the stage that they may know.
func TestReportsBySomebodyAreOneList(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	noe := person(d.Tilleuls, d.Noe)
	for _, text := range []string{"<p>Madame Garcia est injuste.</p>", "<p>Diallo triche.</p>"} {
		d.report(t, d.Noe, d.said(t, text), "DEF")
	}
	page, err := d.cases.ReportsBy(t.Context(), noe, "", 1)
	if err != nil || len(page.Items) != 1 || page.Next == "" {
		t.Fatalf("%+v, %v", page, err)
	}
	next, err := d.cases.ReportsBy(t.Context(), noe, page.Next, 1)
	if err != nil || len(next.Items) != 1 || next.Next != "" || next.Items[0].Title != "Le règlement" || next.Items[0].Stage != moderation.StageReceived {
		t.Errorf("%+v, %v", next, err)
	}
	if n := d.count(t, `SELECT count(*) FROM report WHERE tenant_id = $1`, above.Tenant); n != 1 {
		t.Errorf("%d are with the authority", n)
	}
	var local id.Case
	if err := d.admin.QueryRow(t.Context(), `SELECT case_id FROM case_file WHERE tenant_id = $1`, d.Tilleuls).Scan(&local); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, d.Diallo, local, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Diallo, local, moderation.CaseCommand{Action: workflow.Inquire, Text: "Quand ?"})
	asked, err := d.cases.ReportsBy(t.Context(), noe, "", 0)
	if err != nil || asked.Items[0].Stage != moderation.StageAsked || asked.Items[1].Stage != moderation.StageReceived {
		t.Errorf("%+v, %v", asked.Items, err)
	}
	if other, err := d.cases.ReportsBy(t.Context(), person(d.Tilleuls, d.Lina), "", 0); err != nil || len(other.Items) != 0 {
		t.Errorf("another's: %+v, %v", other, err)
	}
}

// A question is for one: only whom it is for is told that something is asked.
func TestAQuestionIsToldToOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.report(t, d.Noe, c, "DEF")
	d.report(t, d.Petit, c, "DEF")
	about := d.only(t)
	d.mustOn(t, d.Tilleuls, d.Diallo, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Diallo, about, moderation.CaseCommand{Action: workflow.Inquire, Text: "Quand ?"})
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'report_asked' AND person_id = $1`, d.Noe); n != 1 {
		t.Errorf("whom it is for has %d notices", n)
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'report_asked'`); n != 1 {
		t.Errorf("%d are told of one question", n)
	}
}

// Of somebody who has nothing to do with an establishment its directory tells nothing: not by an
// id that was made up in raw SQL either.
func TestAReportCopiesNobodysName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.report(t, d.Noe, d.topic(t), "DEF")
	about := d.only(t)
	d.exec(t, `UPDATE person SET email = 'roche@exemple.fr' WHERE person_id = $1`, d.Roche)
	report := id.New[id.Report]()
	d.exec(t, `DO $$ BEGIN PERFORM set_config('imprimatur.tenant', '`+d.Tilleuls.String()+`', false); PERFORM add_report('`+
		fmt.Sprintf(`{"report_id":%q,"case_id":%q,"reference":"S-X","person_id":%q,"name":"","email":"","language":"fr","ground":"DEF","legal_ground":"","explanation":"","prior_contact":"","good_faith":true,"reported_at":"2026-11-24T09:00:00Z"}`,
			report, about, d.Roche)+`', '\x00'); END $$`)
	var told string
	if err := d.admin.QueryRow(t.Context(), `SELECT name || email FROM report WHERE report_id = $1`, report).Scan(&told); err != nil || strings.TrimSpace(told) != "" {
		t.Errorf("the head of another establishment: %q, %v", told, err)
	}
	if n := d.count(t, `SELECT count(*) FROM report WHERE case_id = $1 AND person_id = $2 AND name = 'Noé Perrin'`, about, d.Noe); n != 1 {
		t.Error("somebody of the house has no name")
	}
}
