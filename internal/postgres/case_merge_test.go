package postgres_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// pair is two cases of the house that are about different things; of the second it is only known
// where it is.
func (d *desk) pair(t *testing.T, ground, vague workflow.Ground) (known, other id.Case) {
	t.Helper()
	d.file(t, anonymous(d.Tilleuls), anyone(d.topic(t), ground))
	d.work(t)
	known = d.only(t)
	return known, d.elsewhere(t, vague)
}

// elsewhere is one more case, about a place that names nothing.
func (d *desk) elsewhere(t *testing.T, ground workflow.Ground) id.Case {
	t.Helper()
	receipt := d.file(t, anonymous(d.Tilleuls), moderation.ReportInput{
		Location: "le sujet de Lina", Ground: ground, Explanation: "Là.", Name: "Luc", Email: "luc@exemple.fr", GoodFaith: true,
	})
	d.work(t)
	return d.caseOf(t, receipt)
}

// caseOf is the case of a report.
func (d *desk) caseOf(t *testing.T, r moderation.Receipt) id.Case {
	t.Helper()
	var c id.Case
	if err := d.admin.QueryRow(t.Context(), `SELECT case_id FROM report WHERE reference = $1`, r.Reference).Scan(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// merge is a wish to have another case go on with one.
func merge(into id.Case) moderation.CaseCommand {
	return moderation.CaseCommand{Action: workflow.Merge, Into: into, Text: "C'est la même chose."}
}

// The case that goes on is as grave as the graver, as soon due as the sooner, and hides what is
// grave now; what was said and written goes with it; and the page of the merged one leads there.
func TestAMergedCaseMakesTheOtherGraver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known, vague := d.pair(t, "DEF", "SUI")
	garcia := person(d.Tilleuls, d.Garcia)
	if err := d.cases.AddNote(t.Context(), garcia, vague, "Vu avec le CPE."); err != nil {
		t.Fatal(err)
	}
	var due time.Time
	if err := d.admin.QueryRow(t.Context(), `SELECT due_at FROM case_file WHERE case_id = $1`, vague).Scan(&due); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, vague, merge(known))
	view, err := d.cases.Case(t.Context(), garcia, known)
	if err != nil || view.Severity != 4 || view.Ground != "SUI" || !view.DueAt.Equal(due) || view.Tally.Count != 2 {
		t.Errorf("what goes on: severity %d for %s, due %s (want %s), %d reports, %v", view.Severity, view.Ground, view.DueAt, due, view.Tally.Count, err)
	}
	said := map[string]bool{}
	for _, e := range view.Thread {
		said[e.Text] = true
	}
	if !said["Vu avec le CPE."] || !said["C'est la même chose."] {
		t.Errorf("what was said: %+v", view.Thread)
	}
	if n := d.count(t, `SELECT count(*) FROM case_letter WHERE case_id = $1 AND kind = 'receipt'`, known); n != 2 {
		t.Errorf("%d receipts went along", n)
	}
	if got := d.exposed(t, view.Target.Contribution); got != workflow.Masked {
		t.Errorf("R42: what became grave is %s", got)
	}
	if n := d.count(t, `SELECT count(*) FROM evidence WHERE case_id = $1 AND NOT sealed`, known); n != 0 {
		t.Error("R50: its evidence is not sealed")
	}
	merged, err := d.cases.Case(t.Context(), garcia, vague)
	if err != nil || merged.MergedInto != known || merged.GoesOn != view.Reference {
		t.Errorf("the merged one leads to %s (%q), %v", merged.MergedInto, merged.GoesOn, err)
	}
	d.wantSound(t)
}

// Whoever reported just before their case was merged is acknowledged all the same.
func TestAMergeLosesNoReceipt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known, vague := d.pair(t, "DEF", "DEF")
	d.crowd(t, vague, 3, 3) // not acknowledged yet
	d.mustOn(t, d.Tilleuls, d.Garcia, vague, merge(known))
	if n := d.count(t, `SELECT count(*) FROM case_letter WHERE case_id = $1 AND kind = 'receipt'`, known); n != 5 {
		t.Errorf("%d receipts for 5 reports", n)
	}
	if n := d.count(t, `SELECT count(*) FROM letter_item WHERE kind = 'case_received'`); n != 5 {
		t.Errorf("%d mails for 5 reports", n)
	}
}

// A case that the actor may not examine, or that is none, is no case to go on with.
func TestWhatACaseIsMergedInto(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known, vague := d.pair(t, "DEF", "DEF")
	d.mustOn(t, d.Tilleuls, d.Garcia, known, moderation.CaseCommand{Action: workflow.Reassign, Assignee: d.Diallo, Text: "À vous."})
	for name, into := range map[string]id.Case{"one of the head's": vague, "itself": known, "none": id.New[id.Case](), "zero": {}} {
		var fault *directory.FieldError
		if err := d.on(t, d.Tilleuls, d.Diallo, known, merge(into)); !errors.As(err, &fault) || fault.Field != "into" || fault.Code != "unknown" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Two who merge one case into the other at once do not wait for each other in a circle: one of
// them wins, and no report is nowhere.
func TestMergesThatCross(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one, two := d.pair(t, "DEF", "DEF")
	for range 4 {
		var all sync.WaitGroup
		errs := make([]error, 2)
		for i, pair := range [][2]id.Case{{one, two}, {two, one}} {
			command := merge(pair[1])
			command.Version = d.inHand(t, pair[0]).Version
			all.Go(func() { errs[i] = d.cases.ActOn(t.Context(), person(d.Tilleuls, d.Garcia), pair[0], command) })
		}
		all.Wait()
		d.work(t)
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, workflow.ErrUnmet) && !errors.Is(err, workflow.ErrStale) && !errors.Is(err, workflow.ErrImpossible) {
				t.Errorf("who lost: %v", err)
			}
		}
		if won != 1 {
			t.Fatalf("%d of two merges won: %v", won, errs)
		}
		if n := d.count(t, `SELECT count(*) FROM report r JOIN case_file f USING (case_id) WHERE f.status = 'merged'`); n != 0 {
			t.Errorf("%d reports are in a merged case", n)
		}
		if d.inHand(t, one).Status == "merged" {
			one = two
		}
		two = d.elsewhere(t, "DEF")
	}
}

// A case is merged into another while that is decided: then either the reports are answered by the
// decision, or the merge is refused and the case goes on.
func TestAMergeMeetsADecision(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known, _ := d.pair(t, "DEF", "DEF")
	d.mustOn(t, d.Tilleuls, d.Garcia, known, moderation.CaseCommand{Action: workflow.Examine})
	for range 3 {
		vague := d.elsewhere(t, "DEF")
		var all sync.WaitGroup
		var merged, decided error
		joining, deciding := merge(known), withdrawal
		joining.Version, deciding.Version = d.inHand(t, vague).Version, d.inHand(t, known).Version
		garcia := person(d.Tilleuls, d.Garcia)
		all.Go(func() { merged = d.cases.ActOn(t.Context(), garcia, vague, joining) })
		all.Go(func() { decided = d.cases.ActOn(t.Context(), garcia, known, deciding) })
		all.Wait()
		d.work(t)
		if decided != nil {
			t.Fatal(decided)
		}
		if merged != nil && !errors.Is(merged, workflow.ErrUnmet) {
			t.Errorf("the merge: %v", merged)
		}
		if n := d.count(t, `SELECT count(*) FROM report r JOIN case_file f USING (case_id) WHERE f.status IN ('merged', 'decided')
			AND NOT EXISTS (SELECT 1 FROM case_letter l WHERE l.report_id = r.report_id AND l.kind = 'decision')`); n != 0 {
			t.Errorf("%d who reported are answered by nobody", n)
		}
		again := d.file(t, anonymous(d.Tilleuls), anyone(d.topic(t), "DEF"))
		d.work(t)
		known = d.caseOf(t, again)
		d.mustOn(t, d.Tilleuls, d.Garcia, known, moderation.CaseCommand{Action: workflow.Examine})
	}
}

// A closed case is not reopened beside one that runs: the refusal names it (R43).
func TestACaseIsNotReopenedBesideAnother(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.report(t, d.Noe, c, "DEF")
	first := d.only(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, first, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Garcia, first, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien."})
	d.pass(200 * 24 * time.Hour)
	d.work(t)
	second := d.caseOf(t, d.report(t, d.Petit, c, "DEF"))
	again := moderation.CaseCommand{Action: workflow.ReopenCase, Text: "Du nouveau."}
	var reference string
	if err := d.admin.QueryRow(t.Context(), `SELECT reference FROM case_file WHERE case_id = $1`, second).Scan(&reference); err != nil {
		t.Fatal(err)
	}
	var fault *directory.FieldError
	if err := d.on(t, d.Tilleuls, d.Garcia, first, again); !errors.As(err, &fault) || fault.Code != "running" || fault.Rule != "R43" || fault.Named != reference {
		t.Errorf("R43: reopened beside %s: %v", reference, err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, second, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Garcia, second, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien."})
	if err := d.on(t, d.Tilleuls, d.Garcia, first, again); err != nil {
		t.Errorf("alone: %v", err)
	}
}

// What was decided stays with its appeals: a reopened case goes on with no other, another goes on with
// it (R45).
func TestADecidedCaseIsNotMerged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	decided, _ := d.kept(t, d.Noe)
	d.pass(200 * 24 * time.Hour)
	d.work(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, decided, moderation.CaseCommand{Action: workflow.ReopenCase, Text: "Du nouveau."})
	fresh := d.elsewhere(t, "DEF")
	if err := d.on(t, d.Tilleuls, d.Garcia, decided, moderation.CaseCommand{Action: workflow.Merge, Into: fresh}); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("what was decided goes on elsewhere: %v", err)
	}
	view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), decided)
	if err != nil || slices.ContainsFunc(view.Offers, func(o moderation.CaseOffer) bool { return o.Action == workflow.Merge }) {
		t.Errorf("and it is offered: %+v, %v", view.Offers, err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, fresh, moderation.CaseCommand{Action: workflow.Merge, Into: decided})
}

// Two cases of one house are linked by whoever may examine both; each leads to the other.
func TestCasesAreLinked(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one, two := d.pair(t, "DEF", "DEF")
	garcia, ctx := person(d.Tilleuls, d.Garcia), t.Context()
	var fault *directory.FieldError
	if err := d.cases.Link(ctx, garcia, one, two, " "); !errors.As(err, &fault) || fault.Field != "text" {
		t.Errorf("without a reason: %v", err)
	}
	if err := d.cases.Link(ctx, garcia, one, one, "Lui."); !errors.As(err, &fault) || fault.Field != "into" {
		t.Errorf("with itself: %v", err)
	}
	if err := d.cases.Link(ctx, person(d.Tilleuls, d.Noe), one, two, "Moi."); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a pupil: %v", err)
	}
	if err := d.cases.Link(ctx, person(d.Tilleuls, d.Diallo), one, two, "Moi."); !errors.As(err, &fault) || fault.Field != "into" {
		t.Errorf("the owner, with one of the head's: %v", err)
	}
	if err := errors.Join(d.cases.Link(ctx, garcia, two, one, "Même classe."), d.cases.Link(ctx, garcia, one, two, "Même élève.")); err != nil {
		t.Fatal(err)
	}
	for c, other := range map[id.Case]id.Case{one: two, two: one} {
		if view, err := d.cases.Case(ctx, garcia, c); err != nil || len(view.Linked) != 1 || view.Linked[0].Case != other || view.Linked[0].Reason != "Même élève." {
			t.Errorf("%+v, %v", view.Linked, err)
		}
	}
	if view, err := d.cases.Case(ctx, person(d.Tilleuls, d.Diallo), one); err != nil || len(view.Linked) != 0 {
		t.Errorf("R46: whoever may not open the other sees %+v, %v", view.Linked, err)
	}
	if n := d.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'link_case'`); n != 4 {
		t.Errorf("%d entries in the trail", n)
	}
	if err := d.cases.Unlink(ctx, garcia, one, two); err != nil {
		t.Error(err)
	}
	if err := d.cases.Unlink(ctx, garcia, one, two); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("unlinked again: %v", err)
	}
	above := d.académie(t)
	if err := d.cases.Link(ctx, garcia, one, two, "Encore."); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, two, moderation.CaseCommand{Action: workflow.Transfer, Text: "À vous."})
	if got := d.inHand(t, two); got.Tenant != above.Tenant {
		t.Errorf("a linked case is handed over: %+v", got)
	}
	if n := d.count(t, `SELECT count(*) FROM case_link`); n != 0 {
		t.Error("a link leads out of the house")
	}
}

// A letter that is being sent while its case is handed over is sent once, from where it was.
func TestAHandOverSendsNoLetterTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.académie(t)
	d.file(t, anonymous(d.Tilleuls), anyone(d.topic(t), "DEF"))
	d.work(t)
	about := d.only(t)
	d.exec(t, `UPDATE letter SET state = 'sending', busy_until = $1, settled_at = NULL`, d.clock().Add(time.Hour))
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Transfer, Text: "À vous."})
	if n := d.count(t, `SELECT count(*) FROM letter WHERE tenant_id = $1 AND report_id IS NOT NULL`, d.Tilleuls); n != 1 {
		t.Error("the letter that a worker has went along: it cannot settle it, and it goes twice")
	}
}

// Whoever reported a text is told of that, and of no other text that the case goes on with: on its page,
// in their list and in the notices (R44).
func TestAMergedReportKeepsWhatItWasAbout(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	text, noe := d.topic(t), person(d.Tilleuls, d.Noe)
	first := d.file(t, noe, moderation.ReportInput{Contribution: text, Ground: "DEF"})
	d.work(t)
	one := d.only(t)
	hers := d.write(t, d.Lina, d.Forum, publication.Topic, "Un autre titre", "<p>Noé est un tricheur, encore.</p>")
	haddad := person(d.Tilleuls, d.Haddad)
	second := d.file(t, haddad, moderation.ReportInput{Contribution: hers, Ground: "DEF"})
	d.work(t)
	middle := d.caseOf(t, second)
	d.mustOn(t, d.Tilleuls, d.Garcia, one, merge(middle))
	titles := func(when string) {
		t.Helper()
		for _, own := range []struct {
			who    actor.Actor
			report id.Report
			title  string
		}{{noe, first.Report, "Le mammouth"}, {haddad, second.Report, "Un autre titre"}} {
			view, err := d.cases.Follow(t.Context(), moderation.Follower{Who: own.who, Report: own.report})
			if err != nil || view.Title != own.title || d.listed(t, own.who).Title != own.title {
				t.Errorf("R44, %s: who reported %q reads of %q, in their list of %q, %v", when, own.title, view.Title, d.listed(t, own.who).Title, err)
			}
		}
	}
	titles("merged")
	d.mustOn(t, d.Tilleuls, d.Garcia, middle, moderation.CaseCommand{Action: workflow.Escalate})
	d.mustOn(t, d.Tilleuls, d.Garcia, middle, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Garcia, middle, moderation.CaseCommand{Action: workflow.Inquire, Text: "Quand ?", Report: first.Report})
	d.mustOn(t, d.Tilleuls, d.Garcia, middle, moderation.CaseCommand{
		Action: workflow.DecideCase, Verdict: workflow.Keep, Ground: "DEF", Reason: "Rien d'illicite.", Answer: "Le texte reste.",
	})
	told := func(kind string, who id.Person, c id.Contribution, title string) {
		t.Helper()
		if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = $1 AND person_id = $2 AND contribution_id = $3 AND title = $4`, kind, who, c, title); n != 1 {
			t.Errorf("R44: %d notices %s of %q", n, kind, title)
		}
	}
	told("report_asked", d.Noe, text, "Le mammouth")
	told("report_decided", d.Noe, text, "Le mammouth")
	told("report_decided", d.Haddad, hers, "Un autre titre")
	if n := d.count(t, `SELECT count(*) FROM notice WHERE person_id = $1 AND title = 'Un autre titre'`, d.Noe); n != 0 {
		t.Errorf("R44: %d notices of another text", n)
	}
}

// What goes from case to case stays about what it was.
func TestAReportMovedTwiceKeepsWhatItWasAbout(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	noe := person(d.Tilleuls, d.Noe)
	first := d.file(t, noe, moderation.ReportInput{Contribution: d.topic(t), Ground: "DEF"})
	d.work(t)
	one := d.only(t)
	other := d.file(t, anonymous(d.Tilleuls), anyone(d.said(t, "<p>Noé est un tricheur, encore.</p>"), "DEF"))
	d.work(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, one, merge(d.caseOf(t, other)))
	d.mustOn(t, d.Tilleuls, d.Garcia, d.caseOf(t, other), merge(d.elsewhere(t, "DEF")))
	view, err := d.cases.Follow(t.Context(), moderation.Follower{Who: noe, Report: first.Report})
	if err != nil || view.Title != "Le mammouth" || d.listed(t, noe).Title != "Le mammouth" {
		t.Errorf("R44: they read of %q, in their list of %q, %v", view.Title, d.listed(t, noe).Title, err)
	}
}
