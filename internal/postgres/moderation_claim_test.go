package postgres_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// moderators adds teachers who moderate the class blog.
func (d *desk) moderators(t *testing.T, n int) []id.Person {
	t.Helper()
	list := make([]id.Person, n)
	for i := range list {
		list[i] = id.New[id.Person]()
		d.exec(t, `INSERT INTO person (person_id, source, external_id, given_name, family_name) VALUES ($1, 'test', $2, 'Modérateur', $2)`, list[i], list[i].String())
		d.exec(t, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES ($1, $2, $3, 'teacher')`, id.New[id.Membership](), d.Tilleuls, list[i])
		d.exec(t, `INSERT INTO space_role (tenant_id, space_id, person_id, role) VALUES ($1, $2, $3, 'moderator')`, d.Tilleuls, d.Blog, list[i])
	}
	return list
}

func TestAClaimKeepsOthersAway(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other := d.moderators(t, 1)[0]
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le musée", "<p>Un mammouth.</p>")
	martin, another := person(d.Tilleuls, d.Martin), person(d.Tilleuls, other)
	claim, err := d.mod.Claim(t.Context(), martin, c)
	if err != nil || claim.Person != d.Martin || !claim.Expires.Equal(dbtest.Now.Add(15*time.Minute)) {
		t.Fatalf("claim %+v, %v", claim, err)
	}
	var claimed *moderation.ClaimedError
	if _, err := d.mod.Claim(t.Context(), another, c); !errors.As(err, &claimed) || claimed.Claim.Name != "Paul Martin" {
		t.Errorf("a second claim: %v", err)
	}
	item, err := d.mod.Open(t.Context(), another, c)
	if err != nil || item.Claim == nil || item.Claim.Person != d.Martin || item.Dossier.Open == nil {
		t.Errorf("it cannot be read: %+v, %v", item.Claim, err)
	}
	if entries := d.queue(t, other, moderation.Filter{}); len(entries) != 1 || entries[0].Claim == nil || entries[0].Claim.Person != d.Martin {
		t.Errorf("the queue does not tell: %+v", entries)
	}
	if err := d.judge(t, other, c, workflow.Approve); !errors.As(err, &claimed) {
		t.Errorf("another approves: %v", err)
	}
	if _, err := d.mod.Next(t.Context(), another, id.Contribution{}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("it is offered to another: %v", err)
	}
	d.pass(16 * time.Minute)
	if claim, err := d.mod.Claim(t.Context(), another, c); err != nil || claim.Person != other {
		t.Errorf("after it has expired: %+v, %v", claim, err)
	}
	if err := d.judge(t, d.Martin, c, workflow.Approve); !errors.As(err, &claimed) {
		t.Errorf("the former holder approves: %v", err)
	}
	if err := d.mod.Release(t.Context(), another, c); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Martin, c, workflow.Approve)
	if n := d.count(t, `SELECT count(*) FROM claim`); n != 0 {
		t.Errorf("%d claims are left", n)
	}
	if n := d.count(t, `SELECT count(*) FROM first_view WHERE person_id = $1 AND viewed_at = $2`, d.Martin, dbtest.Now); n != 1 {
		t.Error("R12: the first human view is not Martin's")
	}
}

func TestAClaimIsForWhatWaits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le musée", "<p>Un mammouth.</p>")
	var refusal *workflow.Refusal
	if _, err := d.mod.Claim(t.Context(), person(d.Tilleuls, d.Lina), c); !errors.As(err, &refusal) || refusal.Rule != "R12" {
		t.Errorf("R12: the author claims: %v", err)
	}
	if n := d.count(t, `SELECT count(*) FROM first_view`); n != 0 {
		t.Error("R12: the author's view counts as the first human view")
	}
	d.mustJudge(t, d.Martin, c, workflow.RequestChanges, workflow.Reason{Text: "Relis-toi."})
	if _, err := d.mod.Claim(t.Context(), person(d.Tilleuls, d.Martin), c); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("what waits for the author is claimed: %v", err)
	}
	item, err := d.mod.Open(t.Context(), person(d.Tilleuls, d.Martin), c)
	if err != nil || item.Waits != nil || item.Claim != nil {
		t.Errorf("opening it claims it: %+v, %v", item.Claim, err)
	}
}

func TestTheNextIsTheFirstThatNobodyHas(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other := person(d.Tilleuls, d.moderators(t, 1)[0])
	martin := person(d.Tilleuls, d.Martin)
	var written []id.Contribution
	for _, title := range []string{"Un", "Deux", "Trois"} {
		written = append(written, d.write(t, d.Lina, d.Blog, publication.Article, title, "<p>"+title+"</p>"))
		d.pass(2 * time.Minute)
	}
	if _, err := d.mod.Claim(t.Context(), other, written[0]); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[id.Contribution]id.Contribution{{}: written[1], written[1]: written[2], written[2]: written[1]} {
		if next, err := d.mod.Next(t.Context(), martin, after); err != nil || next != want {
			t.Errorf("after %s comes %s, want %s, %v", after, next, want, err)
		}
	}
	if next, err := d.mod.Next(t.Context(), other, id.Contribution{}); err != nil || next != written[0] {
		t.Errorf("one's own claim comes first: %s, %v", next, err)
	}
}

// TestTwentyClaimsOneHolder races for a claim, and then for the decision.
func TestTwentyClaimsOneHolder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	crowd := d.moderators(t, 20)
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le musée", "<p>Un mammouth.</p>")
	version := int64(d.count(t, `SELECT version FROM contribution WHERE contribution_id = $1`, c))
	race := func(do func(actor.Actor) error) (won []int, errs []error) {
		errs = make([]error, len(crowd))
		var wg sync.WaitGroup
		for i, who := range crowd {
			wg.Go(func() { errs[i] = do(person(d.Tilleuls, who)) })
		}
		wg.Wait()
		for i, err := range errs {
			if err == nil {
				won = append(won, i)
			}
		}
		return won, errs
	}
	won, errs := race(func(who actor.Actor) error { return second(d.mod.Claim(t.Context(), who, c)) })
	if len(won) != 1 {
		t.Fatalf("%d won the claim: %v", len(won), errs)
	}
	var claimed *moderation.ClaimedError
	for i, err := range errs {
		if i != won[0] && !errors.As(err, &claimed) {
			t.Errorf("a loser of the claim: %v", err)
		}
	}
	if err := d.mod.Release(t.Context(), person(d.Tilleuls, crowd[won[0]]), c); err != nil {
		t.Fatal(err)
	}
	won, errs = race(func(who actor.Actor) error {
		return d.mod.Act(t.Context(), who, c, publication.Command{Action: workflow.Approve, Version: version})
	})
	if len(won) != 1 {
		t.Errorf("%d approved: %v", len(won), errs)
	}
	for i, err := range errs {
		if i != won[0] && !errors.Is(err, workflow.ErrStale) {
			t.Errorf("a loser of the decision: %v", err)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM decision WHERE contribution_id = $1 AND action = 'approve'`, c); n != 1 {
		t.Errorf("%d decisions", n)
	}
}

func TestTheFirstHumanViewIsTheFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Forum, publication.Topic, "Momo", "<p>Qui a lu Momo ?</p>")
	for _, who := range []id.Person{d.Lina, d.Garcia, d.Diallo} { // its author; the director, whom nothing waits for; the owner
		item, err := d.mod.Open(t.Context(), person(d.Tilleuls, who), c)
		if err != nil {
			t.Fatal(err)
		}
		if seen := item.FirstView; who != d.Lina && (seen == nil || seen.Person != d.Garcia || seen.Name != "Inès Garcia" || !seen.At.Equal(dbtest.Now.Add(time.Minute))) {
			t.Errorf("R13: %s is told that %+v saw it first", who, seen)
		}
		d.pass(time.Minute)
	}
	if n := d.count(t, `SELECT count(*) FROM first_view WHERE person_id = $1`, d.Garcia); n != 1 {
		t.Errorf("%d views by the director", n)
	}
}

// Whoever judges a text has looked at it, though no page of it was opened: the view
// is the judge's, and never the author's (R12).
func TestJudgingIsAView(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := func(c id.Contribution) string {
		t.Helper()
		var seen string
		err := d.admin.QueryRow(t.Context(), `SELECT coalesce(string_agg(v.person_id::text, ' '), '') FROM first_view v JOIN revision r USING (revision_id)
			WHERE r.contribution_id = $1`, c).Scan(&seen)
		if err != nil {
			t.Fatal(err)
		}
		return seen
	}
	act := func(c id.Contribution, who id.Person, action workflow.Action) {
		t.Helper()
		version := d.dossier(t, c, who).Contribution.Version
		err := d.mod.Act(t.Context(), person(d.Tilleuls, who), c, publication.Command{Action: action, Version: version, Reason: workflow.Reason{Text: "Quand ?"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	article := d.write(t, d.Lina, d.Blog, publication.Article, "Le mammouth", "<p>Il est grand.</p>")
	act(article, d.Martin, workflow.Approve)
	if seen := first(article); seen != d.Martin.String() {
		t.Errorf("approved without being opened: seen by %q", seen)
	}
	topic := d.write(t, d.Lina, d.Forum, publication.Topic, "Momo", "<p>Qui a lu Momo ?</p>")
	act(topic, d.Diallo, workflow.Review)
	if seen := first(topic); seen != d.Diallo.String() {
		t.Errorf("looked at without being opened: seen by %q", seen)
	}
	left := d.write(t, d.Lina, d.Blog, publication.Article, "Le tigre", "<p>Il est petit.</p>")
	act(left, d.Lina, workflow.Abandon)
	if seen := first(left); seen != "" {
		t.Errorf("abandoned by its author: seen by %q", seen)
	}
}
