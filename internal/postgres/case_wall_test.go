package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// A case that the authority has in hand is nowhere in the head's view: no method of the
// service, no list, no notice, no row.
func TestACaseLeavesTheHeadsView(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	c := d.said(t, "<p>Madame Garcia est injuste.</p>")
	d.file(t, anonymous(d.Tilleuls), anyone(c, "HAR"))
	d.work(t)
	about := d.only(t)
	ctx := t.Context()
	for name, who := range map[string]id.Person{"the head": d.Garcia, "the owner": d.Diallo, "the backup": d.Martin, "a teacher": d.Petit} {
		who := person(d.Tilleuls, who)
		for call, err := range map[string]error{
			"case":    second(d.cases.Case(ctx, who, about)),
			"act":     d.cases.ActOn(ctx, who, about, moderation.CaseCommand{Action: workflow.Examine, Version: 3}),
			"note":    d.cases.AddNote(ctx, who, about, "Moi aussi."),
			"preview": second(d.cases.PreviewDecision(ctx, who, about, withdrawal)),
			"author":  second(d.cases.AuthorView(ctx, who, d.toldAs(t, about))),
			"appeal":  d.cases.AppealCase(ctx, who, d.toldAs(t, about), 3, "Moi."),
			"there":   second(d.cases.Case(ctx, person(above.Tenant, who.Person), about)),
		} {
			if !errors.Is(err, directory.ErrNotFound) {
				t.Errorf("R46: %s, %s: %v", name, call, err)
			}
		}
		for _, f := range []moderation.CaseFilter{{}, {Done: true}, {Mine: true}} {
			if page, err := d.cases.Cases(ctx, who, f); err != nil || len(page.Items) != 0 {
				t.Errorf("R46: %s lists %+v, %v", name, page.Items, err)
			}
		}
		if n, err := d.cases.CountCases(ctx, who); err != nil || n != 0 {
			t.Errorf("R46: %s counts %d, %v", name, n, err)
		}
	}
	for _, table := range []string{"case_file", "report", "report_secret", "evidence", "case_concern", "case_letter", "case_entry", "case_ruling"} {
		if n := d.count(t, `SELECT count(*) FROM `+table+` WHERE tenant_id = $1`, d.Tilleuls); n != 0 {
			t.Errorf("%d rows of %s are still the establishment's", n, table)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE case_id = $1 AND person_id IN ($2, $3, $4)`, about, d.Garcia, d.Diallo, d.Martin); n != 0 {
		t.Errorf("%d notices of it in the establishment", n)
	}

	// The authority decides, and the establishment's readers have it so; the author reads why.
	recteur := person(above.Tenant, above.Recteur)
	if view, err := d.cases.Case(ctx, recteur, about); err != nil || view.Status != workflow.CaseExamining || view.Current != nil || view.PlaceName != "Collège Les Tilleuls" {
		t.Fatalf("for the authority %+v, %v", view, err)
	}
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("R42: %s", got)
	}
	d.mustOn(t, above.Tenant, above.Recteur, about, withdrawal)
	if got := d.exposed(t, c); got != workflow.Withdrawn {
		t.Errorf("decided above: %s", got)
	}
	lina := person(d.Tilleuls, d.Lina)
	view, err := d.cases.AuthorView(ctx, lina, d.toldAs(t, about))
	if err != nil || len(view.Letters) != 1 || view.Handler != "Académie de Toulouse" {
		t.Fatalf("for the author %+v, %v", view, err)
	}
	if err := d.cases.AppealCase(ctx, lina, d.toldAs(t, about), view.Version, "Ce n'est pas juste."); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	if got := d.inHand(t, about); got.Assignee != above.Legrand {
		t.Errorf("R45: %+v", got)
	}
	d.mustOn(t, above.Tenant, above.Legrand, about, moderation.CaseCommand{Action: workflow.Overturn, Verdict: workflow.Keep, Reason: "C'est une opinion."})
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("restored above: %s", got)
	}
	d.wantSound(t)
}

// Guessed, another's, cut, or of a person: what a secret does not open is not found, and what
// it opens is one report, for reading, answering and appealing.
func TestAFollowUpSecretOpensOneReport(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	first := d.file(t, anonymous(d.Tilleuls), anyone(c, "DEF"))
	other := d.file(t, anonymous(d.Tilleuls), moderation.ReportInput{Location: "/ailleurs", Ground: "PURP", Explanation: "Hors sujet.", Name: "Luc", Email: "luc@exemple.fr", GoodFaith: true})
	d.work(t)
	ctx := t.Context()
	for name, secret := range map[string]string{
		"none": "", "cut": first.Secret[:42], "longer": first.Secret + "A", "guessed": strings.Repeat("A", 43), "not of the alphabet": strings.Repeat("é", 43),
		"its reference": first.Reference, "blank": " " + first.Secret[1:],
	} {
		f := moderation.Follower{Secret: secret}
		for call, err := range map[string]error{
			"follow": second(d.cases.Follow(ctx, f)), "respond": d.cases.Respond(ctx, f, 1, "Oui."), "appeal": d.cases.AppealReport(ctx, f, 1, "Non."),
		} {
			if !errors.Is(err, directory.ErrNotFound) {
				t.Errorf("%s, %s: %v", name, call, err)
			}
		}
	}
	var report id.Report
	if err := d.admin.QueryRow(ctx, `SELECT report_id FROM report WHERE reference = $1`, first.Reference).Scan(&report); err != nil {
		t.Fatal(err)
	}
	for name, who := range map[string]id.Person{"the author": d.Lina, "the head": d.Garcia} {
		if _, err := d.cases.Follow(ctx, moderation.Follower{Who: person(d.Tilleuls, who), Report: report}); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s follows another's report: %v", name, err)
		}
	}
	view, err := d.cases.Follow(ctx, moderation.Follower{Secret: other.Secret})
	if err != nil || view.Report.Reference != other.Reference {
		t.Errorf("another's opens %+v, %v", view.Report, err)
	}
	if err := d.cases.Respond(ctx, moderation.Follower{Secret: first.Secret}, d.followed(t, first.Secret).Version, "Personne ne demande."); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("nothing is asked: %v", err)
	}
	if n := d.count(t, `SELECT count(*) FROM report_secret s JOIN report r USING (report_id) WHERE s.secret = convert_to($1, 'UTF8') OR r::text LIKE '%' || $1 || '%'`, first.Secret); n != 0 {
		t.Error("a secret is kept in the clear")
	}
}

// Asked and answered: only whom the question is for reads it and answers it.
func TestAQuestionIsForOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	asked, other := d.file(t, anonymous(d.Tilleuls), anyone(c, "DEF")), d.file(t, anonymous(d.Tilleuls), anyone(c, "DEF"))
	d.work(t)
	about, ctx := d.only(t), t.Context()
	if _, err := d.cases.Case(ctx, person(d.Tilleuls, d.Diallo), about); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, d.Diallo, about, moderation.CaseCommand{Action: workflow.Inquire, Text: "De quel jour parlez-vous ?"})
	view, err := d.cases.Follow(ctx, moderation.Follower{Secret: asked.Secret})
	if err != nil || view.Stage != moderation.StageAsked || !view.MayRespond || len(view.Thread) != 1 || view.Thread[0].Name != "" {
		t.Errorf("who is asked: %+v, %v", view, err)
	}
	aside, err := d.cases.Follow(ctx, moderation.Follower{Secret: other.Secret})
	if err != nil || aside.MayRespond || len(aside.Thread) != 0 || aside.Stage != moderation.StageExamining {
		t.Errorf("who is not: %+v, %v", aside, err)
	}
	if err := d.cases.Respond(ctx, moderation.Follower{Secret: other.Secret}, aside.Version, "Lundi."); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("another answers: %v", err)
	}
	if err := d.cases.Respond(ctx, moderation.Follower{Secret: asked.Secret}, view.Version, "De mardi."); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	if got := d.inHand(t, about); got.Status != "examining" {
		t.Errorf("answered: %+v", got)
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'case_answered' AND person_id = $1`, d.Diallo); n != 1 {
		t.Errorf("%d notices to who asked", n)
	}
}

// The one who reported is nowhere in what the author can read, nor in what somebody reads who
// examines without judging (R44, invariant 12).
func TestWhoReportedIsNotTheAuthorsToKnow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	noe, ctx := person(d.Tilleuls, d.Noe), t.Context()
	d.file(t, noe, moderation.ReportInput{Contribution: c, Ground: "DEF", Explanation: "Moi, Zoroastre."})
	d.file(t, anonymous(d.Tilleuls), anyone(c, "DEF"))
	d.work(t)
	about := d.only(t)
	owner, err := d.cases.Case(ctx, person(d.Tilleuls, d.Diallo), about)
	if err != nil || owner.Identities {
		t.Fatalf("the owner: %+v, %v", owner, err)
	}
	d.mustOn(t, d.Tilleuls, d.Diallo, about, withdrawal)
	lina := person(d.Tilleuls, d.Lina)
	author, err := d.cases.AuthorView(ctx, lina, d.toldAs(t, about))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cases.AppealCase(ctx, lina, d.toldAs(t, about), author.Version, "Non."); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	again, err := d.cases.AuthorView(ctx, lina, d.toldAs(t, about))
	if err != nil {
		t.Fatal(err)
	}
	item, err := d.mod.Item(ctx, lina, c)
	if err != nil {
		t.Fatal(err)
	}
	item.Dossier.Author.Person, item.Dossier.Values, item.Dossier.Calendar = directory.Person{}, d.dossier(t, c, d.Lina).Values, nil
	notices, err := d.mod.Notices(ctx, lina, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	history, err := d.mod.History(ctx, lina, c, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	mailbox, err := d.post().Mailbox(ctx, person(d.Tilleuls, d.Garcia), "")
	if err != nil {
		t.Fatal(err)
	}
	for what, shown := range map[string]any{
		"owner's case": owner, "author's case": author, "author's case, appealed": again, "item": item.Holds, "notices": notices, "history": history, "mailbox": mailbox,
	} {
		text := []byte(fmt.Sprintf("%+v", shown))
		for _, secret := range []string{d.Noe.String(), "Perrin", "jeanne@", "Jeanne"} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("R44: the %s tells %q: %s", what, secret, text)
			}
		}
		if strings.HasPrefix(what, "author") && bytes.Contains(text, []byte("Zoroastre")) {
			t.Errorf("R44: the %s tells what was reported", what)
		}
	}
	before := d.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'read_reporters'`)
	if plain, err := d.cases.Case(ctx, person(d.Tilleuls, d.Garcia), about); err != nil || plain.Identities || !plain.Reports[0].Person.IsZero() || plain.Reports[0].Name != "" {
		t.Errorf("R44: the head sees who reported without asking: %+v, %v", plain.Reports, err)
	}
	head, err := d.cases.CaseNaming(ctx, person(d.Tilleuls, d.Garcia), about)
	if err != nil || head.Reports[0].Name != "Noé Perrin" || !head.Identities || head.Reports[0].Person != d.Noe {
		t.Errorf("R44: the head: %+v, %v", head.Reports, err)
	}
	if n := d.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'read_reporters'`); n != before+1 {
		t.Error("R44: that it was read is in no log")
	}
	if n := d.count(t, `SELECT count(*) FROM audit_entry e JOIN audit_pseudonym q USING (pseudonym) WHERE q.person_id = $1 AND e.subject_kind = 'case'`, d.Noe); n != 0 {
		t.Error("R44: the trail names who reported")
	}
}

// What was reported stays as evidence: an edit, a withdrawal, an attempt to purge and time do
// not touch it (R63, invariant 9).
func TestEvidenceSurvives(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.report(t, d.Noe, c, "DEF")
	about, lina := d.only(t), person(d.Tilleuls, d.Lina)
	if _, err := d.publish.SaveDraft(t.Context(), lina, c, 0, publication.Input{Title: "Le mammouth", Body: "<p>Noé est gentil.</p>"}); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Lina, c, workflow.Submit)
	d.work(t)
	purge := func() error { return d.judge(t, d.Garcia, c, workflow.Purge, workflow.Reason{Text: "Effacer."}) }
	kept := func(when string) {
		t.Helper()
		view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about)
		if err != nil || len(view.Evidence) != 1 || !strings.Contains(view.Evidence[0].Exhibit.HTML, "tricheur") {
			t.Errorf("%s: %+v, %v", when, view.Evidence, err)
		}
		if view.Current != nil && !view.Current.Changed {
			t.Errorf("%s: it is told that nothing has changed", when)
		}
	}
	kept("edited")
	d.mustJudge(t, d.Lina, c, workflow.Archive)
	if err := purge(); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R63: purged while a case is open: %v", err)
	}
	kept("archived")
	d.mustOn(t, d.Tilleuls, d.Diallo, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Diallo, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien à redire."})
	d.pass(200 * 24 * time.Hour)
	d.work(t)
	if got := d.inHand(t, about); got.Status != "closed" {
		t.Fatalf("%+v", got)
	}
	if err := purge(); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R63: purged within the retention of the case: %v", err)
	}
	d.pass(366 * 24 * time.Hour)
	if err := purge(); err != nil {
		t.Errorf("R63: after the retention: %v", err)
	}
	kept("purged")
}

// What verify finds, of what must not be.
func TestVerifyFindsCasesThatMustNotBe(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.report(t, d.Noe, c, "HAR")
	about := d.only(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Garcia, about, withdrawal)
	if v, err := d.verify(t); err != nil || len(v) != 0 {
		t.Fatalf("nothing is wrong yet: %v, %v", v, err)
	}
	ctx := context.WithoutCancel(t.Context())
	for check, sql := range map[string]string{
		"invariant 11": `UPDATE case_ruling SET person_id = (SELECT author_id FROM case_file LIMIT 1)`,
		"invariant 5":  `UPDATE case_ruling SET statement = statement - 'decision_facts'`,
		"R45":          `INSERT INTO case_concern SELECT case_id, tenant_id, person_id, 'judged' FROM case_ruling`,
		"R42":          `UPDATE case_file SET verdict = 'keep'`,
		"R63":          `UPDATE evidence SET document = replace(document, 'tricheur', 'gentil')`,
	} {
		for _, statement := range []string{`CREATE TABLE saved_file AS TABLE case_file`, `CREATE TABLE saved_ruling AS TABLE case_ruling`, `CREATE TABLE saved_evidence AS TABLE evidence`, sql} {
			d.exec(t, statement)
		}
		found, err := d.verify(t)
		if err != nil || len(found) == 0 || !strings.HasPrefix(found[0].Check, check) {
			t.Errorf("%s: %v, %v", check, found, err)
		}
		for _, statement := range []string{
			`DELETE FROM case_concern WHERE cause = 'judged'`,
			`UPDATE case_file f SET verdict = s.verdict FROM saved_file s WHERE s.case_id = f.case_id`,
			`UPDATE case_ruling u SET person_id = s.person_id, statement = s.statement FROM saved_ruling s WHERE s.ruling_id = u.ruling_id`,
			`UPDATE evidence e SET document = s.document FROM saved_evidence s WHERE s.evidence_id = e.evidence_id`,
			`DROP TABLE saved_file, saved_ruling, saved_evidence`,
		} {
			if _, err := d.admin.Exec(ctx, statement); err != nil {
				t.Fatalf("%v: %s", err, statement)
			}
		}
	}
}
