package postgres_test

import (
	"errors"
	"testing"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// retyped is a text of Lina's in review that Martin had suggested word for word. He
// suggests something else before she submits: what was suggested once stays so.
func (d *desk) retyped(t *testing.T, in publication.Input) id.Contribution {
	t.Helper()
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Le musée", "<p>Un mammout.</p>")
	martin, lina := person(d.Tilleuls, d.Martin), person(d.Tilleuls, d.Lina)
	first, err := d.publish.Suggest(t.Context(), martin, c, 0, publication.Input{Title: "Le musée", Body: "<p>Un mammouth, entièrement gelé.</p>"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.publish.Suggest(t.Context(), martin, c, first.Version, publication.Input{Title: "Le musée", Body: "<p>Autre chose.</p>"}); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Lina, c, workflow.Decline)
	if _, err := d.publish.SaveDraft(t.Context(), lina, c, 0, in); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Lina, c, workflow.Submit)
	d.work(t)
	return c
}

// TestNobodyApprovesTheirOwnWordsByAnothersHand: a suggester is one however the
// words came into the author's draft, and the text falls to somebody else (R12, R18,
// invariant 2). The é of one keyboard is that of another.
func TestNobodyApprovesTheirOwnWordsByAnothersHand(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.retyped(t, publication.Input{Title: " Le musée ", Body: "<p>Un mammouth, entie\u0300rement gele\u0301.</p>"})
	err := d.judge(t, d.Martin, c, workflow.Approve)
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) || !errors.Is(err, workflow.ErrUnmet) || refusal.Unmet[0].Name != "other_person" {
		t.Errorf("Martin approves what he suggested: %v", err)
	}
	if got := d.queue(t, d.Martin, moderation.Filter{}); len(got) != 0 {
		t.Errorf("his own words wait for Martin: %v", got)
	}
	if got := d.queue(t, d.Diallo, moderation.Filter{}); len(got) != 1 || got[0].Contribution != c {
		t.Errorf("they do not fall to the backup: %v", got)
	}
	if counts, err := d.mod.Counts(t.Context(), person(d.Tilleuls, d.Diallo)); err != nil || counts.Review != 1 {
		t.Errorf("the backup counts %+v, %v", counts, err)
	}
	d.mustJudge(t, d.Diallo, c, workflow.Approve)
	d.work(t)
	if got := d.verified(t); got != "" {
		t.Error(got)
	}
}

// TestOneWordMakesItTheAuthorsOwn: what was suggested elsewhere, or otherwise, or
// after the text was submitted, binds nobody.
func TestOneWordMakesItTheAuthorsOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := d.retyped(t, publication.Input{Title: "Le musée", Body: "<p>Un mammouth, entièrement congelé.</p>"})
	d.mustJudge(t, d.Martin, mine, workflow.Approve)
	other := d.write(t, d.Noe, d.Blog, publication.Article, "Le musée", "<p>Un mammouth, entièrement gelé.</p>")
	if _, err := d.publish.Suggest(t.Context(), person(d.Tilleuls, d.Martin), other, 0, publication.Input{Title: "Le musée", Body: "<p>Un mammouth, entièrement gelé.</p>"}); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Martin, other, workflow.Approve)
	d.work(t)
	if got := d.verified(t); got != "" {
		t.Error(got)
	}
}

// TestAnApprovalOfOnesOwnWordsIsFound proves the check of verify that must find it.
func TestAnApprovalOfOnesOwnWordsIsFound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.retyped(t, publication.Input{Title: "Le musée", Body: "<p>Un mammouth, entièrement gelé.</p>"})
	d.mustJudge(t, d.Diallo, c, workflow.Approve)
	d.work(t)
	d.exec(t, `UPDATE decision SET person_id = $2 WHERE contribution_id = $1 AND action = 'approve'`, c, d.Martin)
	if got := d.verified(t); got == "" {
		t.Error("Martin approved his own words, and verify says nothing")
	}
}
