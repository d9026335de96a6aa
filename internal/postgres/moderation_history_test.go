package postgres_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func TestHistoryTellsWhoDidWhat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le musée", "<p>Un mammouth.</p>")
	d.pass(1)
	d.mustJudge(t, d.Martin, c, workflow.RequestChanges, workflow.Reason{Text: "Relis-toi."})
	lina := person(d.Tilleuls, d.Lina)
	if _, err := d.publish.SaveDraft(t.Context(), lina, c, 0, publication.Input{Title: "Le musée", Body: "<p>Deux mammouths.</p>"}); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Lina, c, workflow.Submit)
	d.work(t)
	d.mustJudge(t, d.Martin, c, workflow.Approve)
	d.work(t)
	d.mustJudge(t, d.Garcia, c, workflow.Mask, workflow.Reason{Ground: "PRIV", Text: "Un nom."})
	page, err := d.mod.History(t.Context(), lina, c, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range page.Items {
		line := string(e.Action) + " " + e.To
		if e.Name != "" {
			line += " by " + e.Name
		}
		if e.Number > 0 {
			line += " on " + string(rune('0'+e.Number))
		}
		got = append(got, strings.TrimSpace(line+" "+e.Reason))
		if e.Machine == "revision" && e.Number > 0 && len(e.Hash) != 32 && e.Action != workflow.Submit {
			t.Errorf("%s is of no exact text", line)
		}
	}
	want := []string{
		"mask open by Inès Garcia Un nom.",
		"publish live on 2",
		"approve scheduled by Paul Martin on 2",
		"pass in_review on 2",
		"replace replaced by Lina Haddad on 1",
		"submit submitted by Lina Haddad on 2",
		"request_changes changes_requested by Paul Martin on 1 Relis-toi.",
		"pass in_review on 1",
		"submit submitted by Lina Haddad on 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !bytes.Equal(page.Items[1].Hash, page.Items[2].Hash) {
		t.Error("R19: what is live is not what was approved")
	}
	d.walkHistory(t, c, page)
}

// walkHistory holds that pages of three give the same as one.
func (d *desk) walkHistory(t *testing.T, c id.Contribution, whole moderation.HistoryPage) {
	t.Helper()
	var walked []moderation.Event
	for after := ""; ; {
		page, err := d.mod.History(t.Context(), person(d.Tilleuls, d.Martin), c, after, 3)
		if err != nil || len(page.Items) > 3 {
			t.Fatalf("after %q: %d, %v", after, len(page.Items), err)
		}
		walked = append(walked, page.Items...)
		if after = page.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff(whole.Items, walked); diff != "" {
		t.Errorf("walked (-whole +walked)\n%s", diff)
	}
	if _, err := d.mod.History(t.Context(), person(d.Tilleuls, d.Martin), c, "?", 3); !errors.Is(err, publication.ErrCursor) {
		t.Errorf("a cursor made up: %v", err)
	}
}

func TestHistoryForgetsWhoHasGone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le musée", "<p>Un mammouth.</p>")
	d.mustJudge(t, d.Martin, c, workflow.Reject, workflow.Reason{Ground: "PURP", Text: "Hors sujet."})
	d.exec(t, `DELETE FROM audit_pseudonym WHERE person_id = $1`, d.Martin)
	page, err := d.mod.History(t.Context(), person(d.Tilleuls, d.Garcia), c, "", 1)
	if err != nil || len(page.Items) != 1 {
		t.Fatal(err)
	}
	if e := page.Items[0]; e.Action != workflow.Reject || e.Name != "" || !e.Person.IsZero() || e.Reason != "Hors sujet." || len(e.Roles) == 0 {
		t.Errorf("%+v", e)
	}
}
