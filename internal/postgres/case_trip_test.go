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

// The whole way: somebody without an account reports, the content is masked, the director
// examines, withdraws and writes to both sides; the author appeals; somebody else restores it,
// with its original date.
func TestACaseFromReportToRestoration(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	c := d.topic(t)
	published := d.dossier(t, c, d.Garcia).Contribution.PublishedAt
	d.pass(time.Hour)
	receipt := d.file(t, anonymous(d.Tilleuls), anyone(c, "HAR"))
	if receipt.Reference == "" || len(receipt.Secret) != 43 || !receipt.DueAt.Equal(d.clock().Add(4*time.Hour)) {
		t.Errorf("R39: receipt %+v", receipt)
	}
	d.work(t)
	about := d.only(t)
	if got := d.exposed(t, c); got != workflow.Masked {
		t.Errorf("R42: %s", got)
	}
	if got := d.inHand(t, about); got.Status != "assigned" || got.Assignee != d.Garcia || got.As != "director" {
		t.Errorf("R40: %+v", got)
	}

	view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about)
	if err != nil || view.Status != workflow.CaseExamining || !view.ViewedAt.Equal(d.clock()) || len(view.Evidence) != 1 {
		t.Fatalf("case %+v, %v", view, err)
	}
	if e := view.Evidence[0]; !strings.Contains(e.Exhibit.HTML, "tricheur") || e.Exhibit.Exposure != workflow.Visible || e.Exhibit.Audience == "" {
		t.Errorf("evidence %+v", e)
	}
	command := withdrawal
	command.Version = view.Version
	preview, err := d.cases.PreviewDecision(t.Context(), person(d.Tilleuls, d.Garcia), about, command)
	if err != nil || preview.ToAuthor == nil || preview.ToReporter == nil || len(preview.Statement.Missing()) > 0 {
		t.Fatalf("preview %+v, %v", preview, err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, about, withdrawal)
	if got := d.exposed(t, c); got != workflow.Withdrawn {
		t.Errorf("decided: %s", got)
	}
	if n := d.count(t, `SELECT count(*) FROM hold WHERE case_id = $1 AND kind = 'mask' AND status = 'open'`, about); n != 0 {
		t.Errorf("the mask stays: %d", n)
	}

	follow, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: receipt.Secret})
	if err != nil || follow.Stage != moderation.StageDecided || len(follow.Letters) != 2 || follow.MayAppeal || follow.Title != "" {
		t.Errorf("follow-up %+v, %v", follow, err)
	}
	if text := letters(follow.Letters); strings.Contains(text, "Lina") || strings.Contains(text, "camarade") || !strings.Contains(text, "visait une personne") {
		t.Errorf("R44: to who reported:\n%s", text)
	}
	lina := person(d.Tilleuls, d.Lina)
	author, err := d.cases.AuthorView(t.Context(), lina, d.toldAs(t, about))
	if err != nil || !author.MayAppeal || len(author.Letters) != 1 || !author.AppealUntil.Equal(time.Date(2027, 5, 24, 9, 30, 0, 0, time.UTC)) {
		t.Fatalf("for the author %+v, %v", author, err)
	}
	if text := letters(author.Letters); strings.Contains(text, "Perrin") || strings.Contains(text, "jeanne") || !strings.Contains(text, "sans preuve") {
		t.Errorf("R44: to the author:\n%s", text)
	}

	d.pass(24 * time.Hour)
	if err := d.cases.AppealCase(t.Context(), lina, d.toldAs(t, about), author.Version, "Je parlais du jeu des tricheurs."); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	if got := d.inHand(t, about); got.Status != "appealed" || got.Assignee != d.Petit || got.As != "delegate" {
		t.Errorf("R45: who decided is not to judge the appeal: %+v", got)
	}
	overturn := moderation.CaseCommand{Action: workflow.Overturn, Verdict: workflow.Keep, Reason: "C'était un jeu : ton texte revient."}
	if err := d.on(t, d.Tilleuls, d.Garcia, about, overturn); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R45: who decided judges the appeal: %v", err)
	}
	d.mustOn(t, d.Tilleuls, d.Petit, about, overturn)
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("restored: %s", got)
	}
	if again := d.dossier(t, c, d.Garcia).Contribution.PublishedAt; !again.Equal(published) {
		t.Errorf("its date is %s, was %s", again, published)
	}
	if err := d.cases.AppealCase(t.Context(), lina, d.toldAs(t, about), d.authorReads(t, about).Version, "Encore."); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R45: the author appeals again: %v", err)
	}
	d.pass(190 * 24 * time.Hour)
	d.work(t)
	if got := d.inHand(t, about); got.Status != "closed" {
		t.Errorf("after the time to appeal: %+v", got)
	}
	d.wantSound(t)
}

func letters(list []moderation.CaseLetter) string {
	var all strings.Builder
	for _, l := range list {
		all.WriteString(l.Subject + "\n" + l.Body + "\n")
	}
	return all.String()
}

// R40: whoever directs has nobody here to hand a case up to: that is neither offered nor done, and does not take
// the case to the authority by another name.
func TestTheHeadHandsNothingToTheHead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.académie(t)
	d.report(t, d.Noe, d.topic(t), "HAR")
	about := d.only(t)
	if got := d.inHand(t, about); got.Assignee != d.Garcia {
		t.Fatalf("R40: %+v", got)
	}
	for _, o := range d.seeCase(t, d.Garcia, about).Offers {
		if o.Action == workflow.Escalate {
			t.Errorf("R40: it is offered: %+v", o)
		}
	}
	if err := d.on(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Escalate, Text: "Pour vous."}); !errors.Is(err, workflow.ErrImpossible) || ruleOf(err) != "R40" {
		t.Errorf("R40: the head hands it to the head: %v", err)
	}
	if got := d.inHand(t, about); got.Tenant != d.Tilleuls || got.Assignee != d.Garcia {
		t.Errorf("R40: then it is with %+v", got)
	}
}

// R39: while whoever reported is not told that it has come, whoever judges is told of that when the hour is
// over, once; and its page says so.
func TestAReportThatNobodyAcknowledges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.file(t, person(d.Tilleuls, d.Noe), moderation.ReportInput{Contribution: c, Ground: "DEF"})
	d.exec(t, `UPDATE outbox SET due_at = due_at + interval '3 hours' WHERE kind = 'case:received'`) // it fails until then
	about := d.only(t)
	told := func() int { return len(d.heard(t, d.Tilleuls, d.Garcia, moderation.ToldUnacknowledged)) }
	receipt := func() (found []moderation.Clock) {
		return slices.DeleteFunc(d.seeCase(t, d.Garcia, about).Clocks, func(c moderation.Clock) bool { return c.Kind != moderation.ClockReceipt })
	}
	due := d.clock().Add(time.Hour)
	d.pass(59 * time.Minute)
	d.work(t)
	if got := receipt(); told() != 0 || len(got) != 1 || !got[0].Due.Equal(due) || got[0].Late {
		t.Errorf("R39: before the hour is over: told %d times, %+v", told(), got)
	}
	d.pass(time.Minute)
	d.work(t)
	if got := receipt(); told() != 1 || len(got) != 1 || !got[0].Late {
		t.Errorf("R39: when the hour is over: told %d times, %+v", told(), got)
	}
	d.pass(2 * time.Hour)
	d.work(t)
	if got := receipt(); told() != 1 || len(got) != 0 || d.inHand(t, about).Status != "assigned" {
		t.Errorf("R39: once it is acknowledged: told %d times, %+v, %+v", told(), got, d.inHand(t, about))
	}

	d.file(t, person(d.Tilleuls, d.Martin), moderation.ReportInput{Contribution: c, Ground: "DEF"})
	d.exec(t, `UPDATE outbox SET due_at = due_at + interval '3 hours' WHERE kind = 'case:joined'`)
	d.pass(time.Hour)
	d.work(t)
	if told() != 2 {
		t.Errorf("R39: who reports besides has no receipt: told %d times", told())
	}
}

// R39, R46: of a report about the head that is not acknowledged nobody in the establishment may know; the
// authority above is told, of the establishment alone.
func TestAReportOfTheHeadThatNobodyAcknowledges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	d.file(t, anonymous(d.Tilleuls), moderation.ReportInput{
		Location: "je ne sais où", Explanation: "Un message de Mme Garcia m'insulte.", Ground: "HAR", Name: "Jeanne Perrin", Email: "jeanne.perrin@exemple.fr", GoodFaith: true,
	})
	d.exec(t, `UPDATE outbox SET due_at = due_at + interval '3 hours' WHERE kind = 'case:received'`)
	d.pass(time.Hour)
	d.work(t)
	if got := d.heard(t, above.Tenant, above.Recteur, moderation.ToldUnacknowledgedBelow); len(got) != 1 {
		t.Errorf("R39: the authority is told %v", got)
	}
	if n := d.count(t, `SELECT count(*) FROM notice WHERE tenant_id = $1`, d.Tilleuls); n != 0 {
		t.Errorf("R46: %d are told in the establishment", n)
	}
}

// The times of a case are promises in the database: a queue that loses everything loses none,
// and a case whose owner does nothing goes to the director, then to the authority.
func TestALateCaseClimbs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	d.report(t, d.Noe, d.topic(t), "DEF")
	about := d.only(t)
	if got := d.inHand(t, about); got.Assignee != d.Diallo || got.As != "owner" {
		t.Errorf("R40: first the owner: %+v", got)
	}
	d.pass(12 * time.Hour) // half of a school day
	d.work(t)
	if got := d.inHand(t, about); got.Assignee != d.Garcia || got.As != "director" {
		t.Errorf("R40: after half of the time: %+v", got)
	}
	d.pass(12 * time.Hour)
	d.work(t)
	if got := d.inHand(t, about); got.Tenant != above.Tenant || got.Assignee != above.Recteur {
		t.Errorf("R41: after all of it: %+v", got)
	}
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("R40: it is still in the director's view: %v", err)
	}
	d.pass(72 * time.Hour)
	d.work(t)
	if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'case_overdue' AND tenant_id = $1`, above.Tenant); n == 0 {
		t.Error("R41: nobody of the authority is told that it is late")
	}
}

// How much of the time is over by then the establishment decides (R40).
func TestACaseClimbsWhenTheHouseWants(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'escalation_share', '25', now())`, d.Tilleuls)
	d.report(t, d.Noe, d.topic(t), "DEF")
	about := d.only(t)
	for hours, want := range []id.Person{4: d.Diallo, 5: d.Diallo, 6: d.Garcia} {
		d.work(t)
		if got := d.inHand(t, about); hours >= 4 && got.Assignee != want {
			t.Errorf("R40: after %d hours of 24: %+v", hours, got)
		}
		d.pass(time.Hour)
	}
}

// A case that its director has given to whom they lent the power to judge goes back to them when it is
// late, and not past them (R41).
func TestALateCaseOfADelegateGoesToTheHead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	d.report(t, d.Noe, d.topic(t), "DEF")
	about := d.only(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Reassign, Assignee: d.Petit, Text: "À vous."})
	d.pass(12 * time.Hour)
	d.work(t)
	if got := d.inHand(t, about); got.Assignee != d.Garcia || got.As != "director" {
		t.Errorf("R41: after half of the time: %+v", got)
	}
	d.pass(12 * time.Hour)
	d.work(t)
	if got := d.inHand(t, about); got.Tenant != above.Tenant {
		t.Errorf("R41: after all of it: %+v", got)
	}
}

// Whoever reports what is examined already chooses the authority as well as who reported first (R40): with
// their receipt, and whoever has it in hand.
func TestWhoJoinsACaseChoosesTheAuthority(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	c := d.topic(t)
	d.report(t, d.Noe, c, "DEF")
	about := d.only(t)
	if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Diallo), about); err != nil {
		t.Fatal(err)
	}
	in := anyone(c, "DEF")
	in.Authority = true
	receipt := d.file(t, anonymous(d.Tilleuls), in)
	d.work(t)
	if got := d.inHand(t, about); got.Tenant != above.Tenant || got.Assignee != above.Recteur {
		t.Errorf("R40: %+v", got)
	}
	if view := d.followed(t, receipt.Secret); len(view.Letters) != 1 || view.Handler != "Académie de Toulouse" {
		t.Errorf("R39: %d letters, of %s", len(view.Letters), view.Handler)
	}
}
