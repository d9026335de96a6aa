package postgres_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// unapproved counts what is against invariant 2: visible, judged in PRE, and not
// approved in its exact text by somebody who neither wrote nor suggested it.
const unapproved = `SELECT count(*) FROM contribution c JOIN revision r ON r.revision_id = c.live_id
	WHERE r.mode = 'PRE' AND NOT EXISTS (
		SELECT 1 FROM decision d WHERE d.revision_id = r.revision_id AND d.action = 'approve' AND d.hash = r.hash
			AND d.person_id <> r.author_id AND NOT EXISTS (SELECT 1 FROM revision s
				WHERE s.contribution_id = r.contribution_id AND s.suggested_by = d.person_id AND s.html = r.html AND s.title = r.title
				AND s.attributions = r.attributions AND s.updated_at <= r.submitted_at))`

// TestNothingUnapprovedIsLive has everybody do anything, in any order, through the
// services, and holds invariant 2 after every step (R12, R19).
func TestNothingUnapprovedIsLive(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.moderators(t, 1)
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 2))
	people := []id.Person{d.Lina, d.Noe, d.Martin, d.Diallo, d.Garcia}
	var written []id.Contribution
	for _, who := range []id.Person{d.Lina, d.Martin} {
		written = append(written, d.write(t, who, d.Blog, publication.Article, "Un texte", "<p>Le début.</p>"))
	}
	d.mustJudge(t, d.Martin, written[0], workflow.Approve)
	d.work(t)
	const visible = `SELECT count(*) FROM contribution WHERE live_id IS NOT NULL`
	live := d.count(t, visible) // some walks take that down, and nobody approves anything anew
	for step := range 150 {
		if step%25 == 24 { // some have come to their end
			written = append(written, d.write(t, people[dice.IntN(3)], d.Blog, publication.Article, "Un texte", fmt.Sprintf("<p>Texte %d.</p>", step)))
		}
		c, who := written[dice.IntN(len(written))], person(d.Tilleuls, people[dice.IntN(len(people))])
		what, err := d.anything(t, dice, who, c, step)
		if err != nil && !expected(err) {
			t.Fatalf("seed %d, step %d: %s by %s: %v", seed, step, what, who.Person, err)
		}
		if dice.IntN(3) > 0 {
			d.work(t)
		}
		if n := d.count(t, unapproved); n != 0 {
			t.Fatalf("invariant 2, seed %d, step %d: %s by %s left %d unapproved texts live", seed, step, what, who.Person, n)
		}
		live += d.count(t, visible)
	}
	if live == 0 {
		t.Errorf("seed %d: nothing was ever live", seed)
	}
}

// anything does something at random, allowed or not.
func (d *desk) anything(t *testing.T, dice *rand.Rand, who actor.Actor, c id.Contribution, step int) (string, error) {
	t.Helper()
	item, err := d.mod.Item(t.Context(), who, c)
	if err != nil {
		return "item", err
	}
	text := publication.Input{Title: "Un texte", Body: fmt.Sprintf("<p>Version %d.</p>", step)}
	switch dice.IntN(9) {
	case 0:
		return "save", second(d.publish.SaveDraft(t.Context(), who, c, draftVersion(item.Draft), text))
	case 1:
		return "suggest", second(d.publish.Suggest(t.Context(), who, c, draftVersion(item.Suggestion), text))
	case 2:
		return "claim", second(d.mod.Claim(t.Context(), who, c))
	}
	actions := workflow.AllActions()
	action := actions[dice.IntN(len(actions))]
	if len(item.Offers) > 0 && dice.IntN(4) > 0 { // mostly what is offered
		action = item.Offers[dice.IntN(len(item.Offers))].Action
	}
	if action == workflow.Purge {
		return "nothing", nil
	}
	return string(action), d.mod.Act(t.Context(), who, c, publication.Command{
		Action: action, Version: item.Contribution.Version, Revision: d.named(dice, item),
		Reason: workflow.Reason{Ground: "PURP", Text: "Parce que.", Reference: "N° 1"},
	})
}

func draftVersion(r *publication.Revision) int64 {
	if r == nil {
		return 0
	}
	return r.Version
}

// named is, now and then, a revision that a command names: any, fitting or not.
func (d *desk) named(dice *rand.Rand, item moderation.Item) id.Revision {
	list := item.Revisions()
	if len(list) == 0 || dice.IntN(3) > 0 {
		return item.Contribution.Live
	}
	if dice.IntN(2) > 0 {
		return id.Revision{}
	}
	return list[dice.IntN(len(list))].ID
}

// expected reports whether an error is an answer that the rules give.
func expected(err error) bool {
	var refusal *workflow.Refusal
	var claimed *moderation.ClaimedError
	var field *publication.FieldError
	return errors.As(err, &refusal) || errors.As(err, &claimed) || errors.As(err, &field) ||
		errors.Is(err, directory.ErrNotFound) || errors.Is(err, workflow.ErrStale)
}
