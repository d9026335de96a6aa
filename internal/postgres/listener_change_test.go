package postgres_test

import (
	"testing"
	"time"

	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// edit has another version of Lina's article published.
func (b *bundle) edit(t *testing.T, c id.Contribution, title string) {
	t.Helper()
	b.rewrite(t, c, publication.Input{Title: title, Body: "<p>Un autre texte.</p>"})
	b.step(t, c, workflow.Publish)
}

// rewrite has Lina write another version of her article, and Martin approve it.
func (b *bundle) rewrite(t *testing.T, c id.Contribution, in publication.Input) {
	t.Helper()
	if _, err := b.publish.SaveDraft(t.Context(), person(b.Tilleuls, b.Lina), c, 0, in); err != nil {
		t.Fatal(err)
	}
	if err := b.act(t, c, b.Lina, publication.Command{Action: workflow.Submit}); err != nil {
		t.Fatal(err)
	}
	b.step(t, c, workflow.Pass)
	if err := b.act(t, c, b.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
}

// shows waits until the process's reader gives what it should. The page in the
// cache lives for a minute: within the patience only an announcement takes it out.
func (p *process) shows(t *testing.T, what string, met func() (bool, error)) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		ok, err := met()
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the other process never shows %s", what)
		}
	}
}

// A text that another took the place of is announced by the transaction that
// published the other, and so is a revert: what is killed just after still tells.
func TestSecondProcessForgetsWhatWasSuperseded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.live(t, "Le musée")
	second := b.process(t, nil)
	v := b.viewer(t, second.reader, b.Noe)
	titled := func(title string) func() (bool, error) {
		return func() (bool, error) {
			page, err := second.reader.Contribution(t.Context(), v, c)
			list, listed := second.reader.Space(t.Context(), v, "blog-5a", "")
			if err != nil || listed != nil {
				return false, err
			}
			return page.Published.Title == title && list.Items[0].Title == title, nil
		}
	}
	second.shows(t, "the first version", titled("Le musée"))
	b.edit(t, c, "Le musée, corrigé")
	second.shows(t, "the edit", titled("Le musée, corrigé"))
	revert := publication.Command{Action: workflow.Revert, Reason: workflow.Reason{Ground: "PURP", Text: "Hors sujet."}}
	if err := b.act(t, c, b.Martin, revert); err != nil {
		t.Fatal(err)
	}
	second.shows(t, "the version before", titled("Le musée"))
}

// What is only new is left to the herald: nothing is announced inside the
// transaction of a first publication.
func TestAFirstPublicationAnnouncesNothingItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := newHeard()
	b.process(t, h)
	c := b.live(t, "Le musée")
	b.withdraw(t, c)
	h.await(t, "the withdrawal is heard", func() bool { return len(h.changes) > 0 })
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.changes) != 1 {
		t.Errorf("heard %v", h.changes)
	}
}
