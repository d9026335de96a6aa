package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// decided is a case of a topic of Lina's that two people have reported, decided by its owner.
func (d *desk) decided(t *testing.T, verdict workflow.Verdict, in ...moderation.ReportInput) (id.Case, []moderation.Receipt) {
	t.Helper()
	c := d.topic(t)
	var receipts []moderation.Receipt
	for _, report := range in {
		report.Contribution = c
		receipts = append(receipts, d.file(t, anonymous(d.Tilleuls), report))
	}
	d.work(t)
	about := d.only(t)
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Diallo), about); err != nil {
		t.Fatal(err)
	}
	ruling := withdrawal
	ruling.Verdict = verdict
	d.mustOn(t, d.Tilleuls, d.Diallo, about, ruling)
	return about, receipts
}

// Each who reported appeals once, for themselves: one that comes while another is examined joins it,
// and takes nothing from anybody (R45).
func TestEachWhoReportedAppealsOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	about, receipts := d.decided(t, workflow.Keep, anyone(id.Contribution{}, "DEF"), anyone(id.Contribution{}, "DEF"), anyone(id.Contribution{}, "DEF"))
	ctx := t.Context()
	appeal := func(receipt moderation.Receipt) error {
		return d.cases.AppealReport(ctx, moderation.Follower{Secret: receipt.Secret}, d.followed(t, receipt.Secret).Version, "C'est faux.")
	}
	may := func(receipt moderation.Receipt) bool {
		view, err := d.cases.Follow(ctx, moderation.Follower{Secret: receipt.Secret})
		return err == nil && view.MayAppeal
	}
	if err := appeal(receipts[0]); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	judge, due := d.inHand(t, about).Assignee, d.count(t, `SELECT extract(epoch FROM due_at)::bigint FROM case_file`)
	d.pass(time.Hour)
	if err := appeal(receipts[0]); !errors.Is(err, workflow.ErrUnmet) || may(receipts[0]) {
		t.Errorf("R45: twice: %v", err)
	}
	if !may(receipts[1]) {
		t.Error("R45: another's appeal has used up theirs")
	}
	if err := appeal(receipts[1]); err != nil {
		t.Fatalf("R45: it does not join: %v", err)
	}
	d.work(t)
	if got := d.inHand(t, about); got.Status != "appealed" || got.Assignee != judge || d.count(t, `SELECT extract(epoch FROM due_at)::bigint FROM case_file`) != due {
		t.Errorf("R45: joined: %+v", got)
	}
	if n := d.count(t, `SELECT count(*) FROM case_entry WHERE kind = 'appeal'`); n != 2 {
		t.Errorf("%d appeals are heard", n)
	}
	d.mustOn(t, d.Tilleuls, judge, about, moderation.CaseCommand{Action: workflow.Dismiss, Reason: "La décision est juste."})
	if may(receipts[0]) || may(receipts[1]) || !may(receipts[2]) {
		t.Errorf("R45: after the answer: %t %t %t", may(receipts[0]), may(receipts[1]), may(receipts[2]))
	}
	d.pass(200 * 24 * time.Hour)
	if err := appeal(receipts[2]); !errors.Is(err, workflow.ErrUnmet) || may(receipts[2]) {
		t.Errorf("R45: out of time: %v", err)
	}
}

// A question is told to whom it is for, and to no other who reported.
func TestAQuestionIsToldToNobodyElse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	for name, ask := range map[string]func(t *testing.T, c id.Contribution) (id.Tenant, id.Person){
		"here": func(t *testing.T, c id.Contribution) (id.Tenant, id.Person) { return d.Tilleuls, d.Diallo },
		"above": func(t *testing.T, c id.Contribution) (id.Tenant, id.Person) {
			d.exec(t, `UPDATE case_file SET authority = true WHERE contribution_id = $1`, c)
			return above.Tenant, above.Recteur
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := d.topic(t)
			d.file(t, person(d.Tilleuls, d.Noe), moderation.ReportInput{Contribution: c, Ground: "DEF"})
			d.file(t, person(d.Tilleuls, d.Haddad), moderation.ReportInput{Contribution: c, Ground: "DEF"})
			tenant, judge := ask(t, c)
			d.work(t)
			var about id.Case
			if err := d.admin.QueryRow(t.Context(), `SELECT case_id FROM case_file WHERE contribution_id = $1`, c).Scan(&about); err != nil {
				t.Fatal(err)
			}
			if _, err := d.cases.Case(t.Context(), person(tenant, judge), about); err != nil {
				t.Fatal(err)
			}
			var report id.Report
			if err := d.admin.QueryRow(t.Context(), `SELECT report_id FROM report WHERE case_id = $1 AND person_id = $2`, about, d.Haddad).Scan(&report); err != nil {
				t.Fatal(err)
			}
			d.mustOn(t, tenant, judge, about, moderation.CaseCommand{Action: workflow.Inquire, Text: "Quand ?", Report: report})
			if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'report_asked' AND contribution_id = $1 AND person_id = $2`, c, d.Haddad); n != 1 {
				t.Errorf("R44: %d notices to who is asked", n)
			}
			if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'report_asked' AND contribution_id = $1 AND person_id <> $2`, c, d.Haddad); n != 0 {
				t.Errorf("R44: %d notices to others", n)
			}
		})
	}
}

// A receipt says that something is hidden only where it is, and never to somebody without an
// account: they would learn what is at an address. Nor is the author told of a mask that is none.
func TestAReceiptSaysOnlyWhatIsSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	for name, test := range map[string]struct {
		signed bool
		tenant id.Tenant
		who    id.Person
		in     moderation.ReportInput
		want   bool
	}{
		"signed in":               {true, d.Tilleuls, d.Noe, moderation.ReportInput{Contribution: c, Ground: "HAR"}, true},
		"signed in, of nothing":   {true, d.Tilleuls, d.Noe, moderation.ReportInput{Location: "ailleurs", Ground: "SUI"}, false},
		"anyone":                  {false, d.Tilleuls, id.Person{}, anyone(c, "HAR"), false},
		"anyone, of nothing":      {false, d.Tilleuls, id.Person{}, anyone(id.New[id.Contribution](), "HAR"), false},
		"joined, signed in":       {true, d.Tilleuls, d.Haddad, moderation.ReportInput{Contribution: c, Ground: "HAR"}, true},
		"joined, without account": {false, d.Tilleuls, id.Person{}, anyone(c, "SUI"), false},
	} {
		who := anonymous(test.tenant)
		if test.signed {
			who = person(test.tenant, test.who)
		}
		receipt := d.file(t, who, test.in)
		d.work(t)
		view, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: receipt.Secret})
		if err != nil || len(view.Letters) != 1 {
			t.Fatalf("%s: %+v, %v", name, view, err)
		}
		if got := strings.Contains(view.Letters[0].Body, "n’est plus visible"); got != test.want {
			t.Errorf("R44, %s: hidden %t:\n%s", name, got, view.Letters[0].Body)
		}
	}
}

// Of pupils' press the machine lets be what the law does not let it hide (R14): the receipt says that it is
// hidden where it is, and nowhere else; kept, the answer says nothing else either.
func TestAReceiptOfPressSaysWhatIsSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(t, `UPDATE space SET mode = 'PUPIL_PRESS' WHERE space_id = $1`, d.Forum)
	outcomes := map[bool]int{}
	for _, ground := range []workflow.Ground{"PURP", "NEUT-POL", "INJ", "DEF", "HAR", "HATE", "MINPROV"} {
		d.pass(3 * time.Hour) // nobody writes so much at once
		c := d.said(t, "<p>De la rubrique "+string(ground)+".</p>")
		receipt := d.report(t, d.Noe, c, ground)
		hidden := d.exposed(t, c) == workflow.Masked
		outcomes[hidden]++
		view := d.followed(t, receipt.Secret)
		if got := len(view.Letters) == 1 && strings.Contains(view.Letters[0].Body, "n’est plus visible"); got != hidden {
			t.Errorf("R14, %s: hidden %t, and the receipt says %t", ground, hidden, got)
		}
		if hidden {
			continue
		}
		about := d.caseOf(t, receipt)
		d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Examine})
		d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien d'illicite.", Answer: "Le texte reste."})
		if view = d.followed(t, receipt.Secret); d.exposed(t, c) != workflow.Visible || len(view.Letters) != 2 || strings.Contains(letters(view.Letters), "n’est plus visible") {
			t.Errorf("R14, %s: kept, and answered %s", ground, letters(view.Letters))
		}
	}
	if outcomes[true] == 0 || outcomes[false] == 0 {
		t.Errorf("all are the same: %v", outcomes)
	}
	if _, err := d.admin.Exec(t.Context(), `UPDATE case_file SET kind = 'reply', status = 'appealed'`); err == nil {
		t.Error("R55: a reply is appealed")
	}
}

// Of what is sealed those who reported learn that it has been dealt with, and no more; its author
// nothing (R50).
func TestWhoReportedWhatIsSealedIsAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.report(t, d.Noe, c, "INTIM")
	about := d.only(t)
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.WithdrawAll, Ground: "INTIM", Reason: "Image intime.", Facts: "Une image intime."})
	notices, err := d.mod.Notices(t.Context(), person(d.Tilleuls, d.Noe), "", 10)
	if err != nil || len(notices.Items) != 1 || notices.Items[0].Kind != moderation.ToldReportDecided || notices.Items[0].Title != "" || !notices.Items[0].Contribution.IsZero() {
		t.Errorf("who reported: %+v, %v", notices.Items, err)
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE person_id = $1 AND (told_as IS NOT NULL OR case_id IS NOT NULL)`, d.Lina); n != 0 {
		t.Errorf("R50: the author is told %d times", n)
	}
	if n := d.count(t, `SELECT count(*) FROM letter_item WHERE person_id = $1`, d.Lina); n != 0 {
		t.Errorf("R50: the author is written to %d times", n)
	}
}

// An author knows a case by a name that does not tell since when it is, and no time before it is
// decided; a day where an appeal is to be answered.
func TestAnAuthorDoesNotLearnWhen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.report(t, d.Noe, c, "HAR")
	lina, about := person(d.Tilleuls, d.Lina), d.only(t)
	if _, err := d.cases.AuthorView(t.Context(), lina, id.AuthorCase(about)); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("R44: by its id: %v", err)
	}
	work, err := d.cases.AboutWork(t.Context(), lina, c)
	views := work.Items
	if err != nil || len(views) != 1 || !views[0].Masked || !views[0].DueOn.IsZero() || views[0].Case.Version() != 4 {
		t.Fatalf("masked: %+v, %v", views, err)
	}
	notices, err := d.mod.Notices(t.Context(), lina, "", 10)
	if err != nil || len(notices.Items) == 0 || slices.ContainsFunc(notices.Items, func(n moderation.Notice) bool { return !n.Case.IsZero() }) {
		t.Errorf("R44: notices %+v, %v", notices.Items, err)
	}
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, about, withdrawal)
	d.pass(7 * time.Hour) // 2026-11-24 17:30 in Paris
	if err := d.cases.AppealCase(t.Context(), lina, views[0].Case, d.authorReads(t, about).Version, "Non."); err != nil {
		t.Fatal(err)
	}
	view, err := d.cases.AuthorView(t.Context(), lina, views[0].Case)
	if err != nil || !view.DueOn.Equal(d.clock().AddDate(0, 0, 15).Truncate(24*time.Hour)) {
		t.Errorf("R44: due on %v, %v", view.DueOn, err)
	}
}

// Who cannot be given a case is not told apart: whether they have reported it, are named in it or
// have judged it.
func TestWhyNobodyIsSuitableIsNotTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	c := d.said(t, "<p>Monsieur Petit a dit non.</p>")
	d.mustJudge(t, d.Diallo, c, workflow.Review)
	d.report(t, d.Garcia, c, "DEF")
	about := d.only(t)
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Martin), about); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, who := range []id.Person{d.Garcia, d.Petit, d.Diallo, d.Noe} {
		var field *directory.FieldError
		err := d.on(t, d.Tilleuls, d.Martin, about, moderation.CaseCommand{Action: workflow.Reassign, Assignee: who, Text: "À vous."})
		if !errors.As(err, &field) {
			t.Fatalf("R46: %v", err)
		}
		said[field.Code+" "+field.Rule] = true
	}
	if len(said) != 1 {
		t.Errorf("R44: told apart: %v", said)
	}
}

// A follow-up secret opens its own report wherever the case goes, and nothing of another's: after it
// was handed over, and used again (R44).
func TestAFollowUpSecretGoesWithItsCase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	in := anyone(d.said(t, "<p>Madame Garcia est injuste.</p>"), "DEF")
	first := d.file(t, anonymous(d.Tilleuls), in)
	in.Name, in.Explanation = "Luc Morel", "Moi aussi."
	other := d.file(t, anonymous(d.Tilleuls), in)
	d.work(t)
	about := d.only(t)
	if got := d.inHand(t, about); got.Tenant != above.Tenant {
		t.Fatalf("R46: %+v", got)
	}
	for range 2 {
		view, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: first.Secret})
		if err != nil || view.Report.Reference != first.Reference || view.Handler != "Académie de Toulouse" || strings.Contains(letters(view.Letters), other.Reference) {
			t.Errorf("R44: %+v, %v", view, err)
		}
	}
	d.mustOn(t, above.Tenant, above.Recteur, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, above.Tenant, above.Recteur, about, moderation.CaseCommand{Action: workflow.Inquire, Text: "Quand ?"})
	if err := d.respond(t, other, "Hier."); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R44: another's secret answers: %v", err)
	}
	if err := d.respond(t, first, "Hier."); err != nil {
		t.Errorf("after the hand-over: %v", err)
	}
}

// An author whose appeal was upheld appeals anew what is then withdrawn for who reported: another decision,
// which says how it is appealed (R45, invariant 5). What comes of that they do not appeal again.
func TestWhatIsWithdrawnAnewIsAppealedAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.académie(t)
	about, receipts := d.decided(t, workflow.WithdrawAll, anyone(id.Contribution{}, "DEF"))
	lina, told := person(d.Tilleuls, d.Lina), d.toldAs(t, about)
	appeal := func() error {
		err := d.cases.AppealCase(t.Context(), lina, told, d.authorReads(t, about).Version, "C'était un jeu.")
		d.work(t)
		return err
	}
	overturn := func(ruling moderation.CaseCommand) {
		t.Helper()
		ruling.Action = workflow.Overturn
		judge := d.inHand(t, about)
		d.mustOn(t, judge.Tenant, judge.Assignee, about, ruling)
		d.work(t)
		d.pass(time.Hour)
	}
	if err := appeal(); err != nil {
		t.Fatal(err)
	}
	overturn(moderation.CaseCommand{Verdict: workflow.Keep, Reason: "Il revient."})
	if d.authorReads(t, about).MayAppeal {
		t.Error("R45: they appeal what was decided for them")
	}
	if err := d.cases.AppealReport(t.Context(), moderation.Follower{Secret: receipts[0].Secret}, d.followed(t, receipts[0].Secret).Version, "Non."); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	overturn(withdrawal)
	if view := d.authorReads(t, about); !view.MayAppeal || !strings.Contains(view.Letters[len(view.Letters)-1].Body, "vous pouvez demander") {
		t.Errorf("R45: may appeal %t: %s", view.MayAppeal, letters(view.Letters))
	}
	if err := appeal(); err != nil {
		t.Fatal(err)
	}
	judge := d.inHand(t, about)
	d.mustOn(t, judge.Tenant, judge.Assignee, about, moderation.CaseCommand{Action: workflow.Dismiss, Reason: "Il reste retiré."})
	if err := appeal(); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R45: twice: %v", err)
	}
}

// A receipt says how to reach whoever has the case in hand, as far as they have said it (R39).
func TestAReceiptSaysHowToReachThem(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	told := func() string {
		t.Helper()
		d.pass(3 * time.Hour)
		return letters(d.followed(t, d.report(t, d.Noe, d.topic(t), "DEF").Secret).Letters)
	}
	if got := told(); !strings.Contains(got, "en donnant la référence : accueil@college.example, 05 36 49 00 01.") {
		t.Errorf("R39: %s", got)
	}
	d.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'contact_mail', '"dossiers@college.example"', now())`, d.Tilleuls)
	if got := told(); !strings.Contains(got, ": dossiers@college.example, 05 36 49 00 01.") {
		t.Errorf("R39: %s", got)
	}
	d.exec(t, `DELETE FROM legal WHERE tenant_id = $1`, d.Tilleuls)
	d.exec(t, `DELETE FROM setting WHERE tenant_id = $1`, d.Tilleuls)
	if got := told(); strings.Contains(got, "en donnant la référence") {
		t.Errorf("R39: %s", got)
	}
}
