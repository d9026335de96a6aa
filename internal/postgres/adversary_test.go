package postgres_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// The address of a text is read by everybody: it is made of the text that was
// approved, and of no draft.
func TestTheAddressIsOfWhatWasApproved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Au musée", "<p>Un mammouth.</p>")
	if _, err := d.publish.SaveDraft(t.Context(), person(d.Tilleuls, d.Lina), c, 0, publication.Input{Title: "Noé est un voleur", Body: "<p>Si.</p>"}); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Martin, c, workflow.Approve)
	d.work(t)
	var slug string
	if err := d.admin.QueryRow(t.Context(), `SELECT slug FROM snapshot WHERE contribution_id = $1`, c).Scan(&slug); err != nil || slug != "au-musee" {
		t.Errorf("address %q, %v", slug, err)
	}
}

// What is taken down by a revert leaves no words in the address of what follows.
func TestTheAddressForgetsWhatWasReverted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Forum, publication.Topic, "Noé est un voleur", "<p>Si.</p>")
	d.mustJudge(t, d.Diallo, c, workflow.Revert, workflow.Reason{Ground: "INJ", Text: "Vise un élève."})
	if _, err := d.publish.SaveDraft(t.Context(), person(d.Tilleuls, d.Lina), c, 0, publication.Input{Title: "Un roman", Body: "<p>Bien.</p>"}); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Lina, c, workflow.Submit)
	d.work(t)
	var slug string
	if err := d.admin.QueryRow(t.Context(), `SELECT slug FROM snapshot WHERE contribution_id = $1`, c).Scan(&slug); err != nil || slug != "un-roman" {
		t.Errorf("address %q, %v", slug, err)
	}
}

// configure has the owner change a space.
func (d *desk) configure(t *testing.T, who id.Person, space id.Space, change func(*publication.SpaceInput)) error {
	t.Helper()
	known, _, err := d.spaces().View(t.Context(), person(d.Tilleuls, who), space)
	if err != nil {
		t.Fatal(err)
	}
	s := known.Space
	in := publication.SpaceInput{Title: s.Title, Kind: s.Kind, Mode: s.Mode, Audience: s.Audience, Owner: s.Owner, Backup: s.Backup, Grants: known.Grants}
	change(&in)
	return d.spaces().Configure(t.Context(), person(d.Tilleuls, who), space, s.Version, in)
}

// A text that waits for its hour unseen is seen first where its space has come to
// ask for that.
func TestScheduledUnseenIsReviewedWhereTheSpaceBecameStricter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mode := func(m workflow.Mode) func(*publication.SpaceInput) {
		return func(in *publication.SpaceInput) { in.Mode = m }
	}
	if err := d.configure(t, d.Martin, d.Blog, mode(workflow.Post)); err != nil {
		t.Fatal(err)
	}
	c := d.submit(t, d.Lina, publication.New{Space: d.Blog, Kind: publication.Article, Input: publication.Input{
		Title: "Demain", Body: "<p>Personne ne l'a lu.</p>", PublishAt: d.clock().Add(24 * time.Hour),
	}})
	d.work(t)
	if got := d.status(t, c); got[0] != "scheduled" {
		t.Fatalf("status %v", got)
	}
	if err := d.configure(t, d.Martin, d.Blog, mode(workflow.Pre)); err != nil {
		t.Fatal(err)
	}
	d.pass(25 * time.Hour)
	d.work(t)
	if got := d.status(t, c); got[0] != "in_review" {
		t.Errorf("R12: nobody approved it, and it is %v", got)
	}
}

// internalPage is a page of a space that the establishment alone reads.
func (d *desk) internalPage(t *testing.T, at time.Time) id.Contribution {
	t.Helper()
	if err := d.configure(t, d.Petit, d.Web, toAudience(publication.ToEstablishment)); err != nil {
		t.Fatal(err)
	}
	c := d.submit(t, d.Martin, publication.New{Space: d.Web, Kind: publication.Page, Input: publication.Input{
		Title: "Interne", Body: "<p>Pour nous.</p>", PublishAt: at,
	}})
	d.work(t)
	d.mustJudge(t, d.Diallo, c, workflow.Approve)
	d.work(t)
	return c
}

func toAudience(kind publication.AudienceKind) func(*publication.SpaceInput) {
	return func(in *publication.SpaceInput) { in.Audience = publication.Audience{Kind: kind} }
}

// No page becomes public by a change of its space: each is signed (R11).
func TestUnsignedPagesDoNotBecomePublic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.internalPage(t, time.Time{})
	err := d.configure(t, d.Petit, d.Web, toAudience(publication.ToPublicWeb))
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) || refusal.Rule != "R11" {
		t.Errorf("a page that the director never signed is on the public web: %v", err)
	}
}

// A page that was approved for the house and waits for its hour is signed first
// where its space has become public.
func TestScheduledUnsignedIsSignedWhereTheSpaceBecamePublic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.internalPage(t, d.clock().Add(24*time.Hour))
	if err := d.configure(t, d.Petit, d.Web, toAudience(publication.ToPublicWeb)); err != nil {
		t.Fatal(err)
	}
	d.pass(25 * time.Hour)
	d.work(t)
	if got := d.status(t, c); got[0] != "awaiting_signature" {
		t.Fatalf("R11: unsigned, and it is %v", got)
	}
	d.mustJudge(t, d.Garcia, c, workflow.Sign)
	d.work(t)
	if got := d.status(t, c); got[0] != "live" {
		t.Errorf("signed, and it is %v", got)
	}
}

// An author accepts the suggestion that they read, not one that took its place.
func TestASuggestionThatChangedIsNotAccepted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Forum, publication.Topic, "Un roman", "<p>Bien.</p>")
	diallo := person(d.Tilleuls, d.Diallo)
	first, err := d.publish.Suggest(t.Context(), diallo, c, 0, publication.Input{Title: "Un roman", Body: "<p>Très bien.</p>"})
	if err != nil {
		t.Fatal(err)
	}
	read, err := d.mod.Item(t.Context(), person(d.Tilleuls, d.Lina), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.publish.Suggest(t.Context(), diallo, c, first.Version, publication.Input{Title: "Un roman", Body: "<p>Très mauvais.</p>"}); err != nil {
		t.Fatal(err)
	}
	err = d.mod.Act(t.Context(), person(d.Tilleuls, d.Lina), c, publication.Command{
		Action: workflow.Accept, Version: read.Contribution.Version, Revision: read.Suggestion.ID,
	})
	if !errors.Is(err, workflow.ErrStale) {
		t.Errorf("R18: a text that its author never read is theirs: %v", err)
	}
}

// What is sealed is in no list that somebody was given before (R50), nor is what
// was purged.
func TestNoticesSayNothingOfWhatIsSealedOrPurged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sealed := d.write(t, d.Lina, d.Forum, publication.Topic, "Mots terribles", "<p>Un.</p>")
	purged := d.write(t, d.Lina, d.Forum, publication.Topic, "Mots passés", "<p>Deux.</p>")
	other := d.write(t, d.Lina, d.Forum, publication.Topic, "Un roman", "<p>Trois.</p>")
	version := d.count(t, `SELECT version FROM contribution WHERE contribution_id = $1`, sealed)
	err := d.mod.Act(t.Context(), person(d.Tilleuls, d.Diallo), sealed, publication.Command{
		Action: workflow.Revert, Version: int64(version), Reason: workflow.Reason{Ground: "SUI", Text: "Cite les mots terribles."},
	})
	if err != nil {
		t.Fatal(err)
	}
	d.work(t)
	d.exec(t, `INSERT INTO hold (hold_id, tenant_id, contribution_id, kind, status, sealed, placed_at)
		VALUES (gen_random_uuid(), $1, $2, 'mask', 'open', true, $3)`, d.Tilleuls, sealed, d.clock())
	_, err = d.publish.SaveDraft(t.Context(), person(d.Tilleuls, d.Lina), sealed, 0, publication.Input{Title: "Encore", Body: "<p>Encore.</p>"})
	if !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("R50: the author goes on with what is sealed: %v", err)
	}
	d.mustJudge(t, d.Lina, purged, workflow.Archive)
	d.exec(t, `INSERT INTO idempotency (tenant_id, caller, key, request, status, body, created_at)
		VALUES ($1, 'lina', 'k', sha256('x'), 201, convert_to($2, 'UTF8'), now())`, d.Tilleuls, `{"id":"`+purged.String()+`","html":"<p>Deux.</p>"}`)
	d.mustJudge(t, d.Garcia, purged, workflow.Purge, workflow.Reason{Text: "Demande de l'auteur."})
	page, err := d.mod.Notices(t.Context(), person(d.Tilleuls, d.Lina), "", 50)
	if err != nil || len(page.Items) == 0 {
		t.Fatal(page, err)
	}
	for _, n := range page.Items {
		if strings.Contains(n.Title+n.Reason, "ots ") || (n.Contribution == other && n.Title == "") {
			t.Errorf("%s of %s: %q, %q", n.Kind, n.Contribution, n.Title, n.Reason)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM contribution WHERE contribution_id = $1 AND slug <> ''`, purged) +
		d.count(t, `SELECT count(*) FROM notice WHERE contribution_id = $1 AND title <> ''`, purged) +
		d.count(t, `SELECT count(*) FROM idempotency WHERE $1::uuid IS NOT NULL`, purged); n > 0 {
		t.Errorf("%d rows keep the words of what was purged", n)
	}
	item, err := d.mod.Item(t.Context(), person(d.Tilleuls, d.Diallo), other)
	if err != nil || item.Record == nil {
		t.Fatal(err)
	}
	for _, r := range item.Record.Recent {
		if strings.Contains(r.Title, "terribles") {
			t.Errorf("R50: the author's record says %q", r.Title)
		}
	}
}
