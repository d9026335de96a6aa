package assets

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/htmltest"
)

// press clicks a button of the toolbar by its words.
func press(words string) chromedp.Action {
	return chromedp.Click(`//*[@role="toolbar"]/button[normalize-space()="`+words+`"]`, chromedp.BySearch)
}

// enter is the Enter key as a keyboard sends it: a page that handles it keeps the
// browser from typing it as well.
func enter() chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		down := input.DispatchKeyEvent(input.KeyDown).WithKey("Enter").WithCode("Enter").WithText("\r").WithWindowsVirtualKeyCode(13)
		if err := down.Do(ctx); err != nil {
			return err
		}
		return input.DispatchKeyEvent(input.KeyUp).WithKey("Enter").WithCode("Enter").WithWindowsVirtualKeyCode(13).Do(ctx)
	})
}

// write types into what has the focus.
func write(text string) chromedp.Action { return chromedp.KeyEvent(text) }

// until waits for an expression to be true in the page.
func until(expression string) chromedp.Action {
	return chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(time.Minute))
}

func status(says string) chromedp.Action {
	return until(`document.querySelector('.editor-status').textContent.includes('` + says + `')`)
}

// field gives what the form would send.
func field(t testing.TB, ctx context.Context) string {
	t.Helper()
	var html string
	run(t, ctx, chromedp.Evaluate(`document.querySelector('[name=html]').value`, &html))
	return clean(t, html)
}

// TestWriting: what Lina does, with the toolbar and the keyboard.
func TestWriting(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	open(t, ctx, s)
	run(t, ctx, chromedp.Click(`.ProseMirror`),
		press("Titre"), write("Le renard"), enter(), write("Il est "), press("Gras"), write("roux"), press("Gras"),
		enter(), press("Sous-titre"), press("Liste"), write("ruse"), enter(), write("vif"),
	)
	want := `<h2>Le renard</h2><p>Il est <strong>roux</strong></p><ul><li><p>ruse</p></li><li><p>vif</p></li></ul>`
	if diff := cmp.Diff(want, field(t, ctx)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var pressed string
	run(t, ctx, chromedp.AttributeValue(`.editor-button-bulletList`, "aria-pressed", &pressed, nil))
	if pressed != "true" {
		t.Errorf("in a list, the button says aria-pressed=%s", pressed)
	}
	run(t, ctx, press("Annuler"))
	if got := field(t, ctx); got == want {
		t.Error("undo does nothing")
	}
	run(t, ctx, press("Rétablir"))
	if diff := cmp.Diff(want, field(t, ctx)); diff != "" {
		t.Errorf("redo (-want +got):\n%s", diff)
	}
	htmltest.Quiet(t, ctx)
}

// TestWritingLinkAndTable: the dialog completes addresses and refuses the others; the
// buttons of a table come with it.
func TestWritingLinkAndTable(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	open(t, ctx, s)
	var problem string
	run(t, ctx, chromedp.Click(`.ProseMirror`), write("Voir "), press("Lien"),
		write("javascript:alert(1)"), enter(), chromedp.Text(`.editor-link-error`, &problem),
		chromedp.Evaluate(`document.querySelector(".editor-link input").select()`, nil), write("exemple.fr/a"), enter(),
		until(`document.querySelector('.editor-link').hidden`))
	if !strings.Contains(problem, "pas valable") {
		t.Errorf("a wrong address is answered by %q", problem)
	}
	if got, want := field(t, ctx), `<p>Voir <a href="https://exemple.fr/a" rel="nofollow noopener noreferrer ugc">https://exemple.fr/a</a></p>`; got != want {
		t.Errorf("got %s", got)
	}
	var before, after int
	const shown = `document.querySelectorAll('.editor-button:not([hidden])').length`
	run(t, ctx, chromedp.Evaluate(shown, &before), press("Tableau"),
		press("Supprimer la colonne"), press("Ajouter une ligne"), write("Jour"), chromedp.Evaluate(shown, &after))
	if after != before+5 {
		t.Errorf("%d buttons, then %d in a table", before, after)
	}
	if got := field(t, ctx); strings.Count(got, "<tr>") != 4 || strings.Count(got, "<th ") != 2 {
		t.Errorf("the table is %s", got)
	}
	htmltest.Quiet(t, ctx)
}

// TestToolbarByKeyboard: one tab stop, arrows within.
func TestToolbarByKeyboard(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	open(t, ctx, s)
	const focused = `document.activeElement.textContent`
	var first, second, last, outside string
	run(t, ctx, chromedp.Focus(`#title`), chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(focused, &first),
		chromedp.KeyEvent(kb.ArrowRight), chromedp.Evaluate(focused, &second),
		chromedp.KeyEvent(kb.End), chromedp.Evaluate(focused, &last),
		chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(`document.activeElement.getAttribute('role')`, &outside))
	if diff := cmp.Diff([]string{"Titre", "Sous-titre", "Rétablir", "textbox"}, []string{first, second, last, outside}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const copies = `Object.keys(localStorage).length`

// TestAutosave: every few seconds, with the version, and the copy here goes.
func TestAutosave(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	open(t, ctx, s)
	var kept, left int
	var version string
	run(t, ctx, chromedp.SendKeys(`.ProseMirror`, "Bonjour"), chromedp.Evaluate(copies, &kept),
		status("Enregistré à"), chromedp.Evaluate(copies, &left), chromedp.Value(`[name=version]`, &version))
	if diff := cmp.Diff(save{`"1"`, "Le renard", "<p>Bonjour</p>", ""}, s.next(t), cmp.AllowUnexported(save{})); diff != "" {
		t.Errorf("the first save (-want +got):\n%s", diff)
	}
	if kept != 1 || left != 0 || version != "2" {
		t.Errorf("copies: %d while unsaved, %d once saved; version %s", kept, left, version)
	}
	run(t, ctx, chromedp.Focus(`#title`), write(kb.End+" roux"))
	if got := s.next(t); got.version != `"2"` || got.title != "Le renard roux" {
		t.Errorf("the second save: %+v", got)
	}
	htmltest.Quiet(t, ctx)
}

// TestAutosaveConflict: somebody else saved; nothing is overwritten, nothing lost.
func TestAutosaveConflict(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	s.set("<p>Ailleurs</p>", http.StatusPreconditionFailed)
	open(t, ctx, s)
	run(t, ctx, chromedp.SendKeys(`.ProseMirror`, "Ici "), status("modifié ailleurs"))
	open(t, ctx, s)
	run(t, ctx, chromedp.Click(`.editor-copy button`))
	if got := field(t, ctx); !strings.Contains(got, "Ici") {
		t.Errorf("the copy taken up again: %s", got)
	}
}

// TestAutosaveOffline: the network goes and comes back.
func TestAutosaveOffline(t *testing.T) {
	s, ctx := newSite(t), htmltest.Browser(t)
	open(t, ctx, s)
	s.set("", unreachable)
	var kept, left int
	run(t, ctx, chromedp.SendKeys(`.ProseMirror`, "Bonjour"), status("Rien n’est perdu"), chromedp.Evaluate(copies, &kept))
	s.set("", http.StatusNoContent)
	run(t, ctx, chromedp.Evaluate(`dispatchEvent(new Event('online'))`, nil), status("Enregistré à"), chromedp.Evaluate(copies, &left))
	if kept != 1 || left != 0 {
		t.Errorf("copies: %d offline, %d once saved", kept, left)
	}
	if got := s.next(t); got.html != "<p>Bonjour</p>" {
		t.Errorf("saved: %+v", got)
	}
}

// TestAccessible: axe-core finds nothing, wide and narrow, dialogs open.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Skip("axe-core is not installed: npm ci")
	}
	s, ctx := newSite(t), htmltest.Browser(t)
	s.set(clean(t, strings.Join([]string{everyElement["headings"], everyElement["lists"], everyElement["table"], everyElement["links"]}, "")), http.StatusNoContent)
	for _, width := range []int64{1000, 360} {
		var found []string
		var overflow bool
		run(t, ctx, chromedp.EmulateViewport(width, 900))
		open(t, ctx, s)
		run(t, ctx, press("Lien"), chromedp.Evaluate(string(axe)+"; undefined", nil),
			chromedp.Evaluate(`axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))`, &found,
				chromedp.EvalAsValue, awaitPromise),
			chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &overflow))
		for _, f := range found {
			t.Errorf("%d pixels wide: %s", width, f)
		}
		if overflow {
			t.Errorf("%d pixels wide: the page scrolls sideways", width)
		}
		if folder := os.Getenv("SCREENSHOTS"); folder != "" {
			var picture []byte
			run(t, ctx, chromedp.FullScreenshot(&picture, 100))
			if err := os.WriteFile(folder+"/editor-"+map[int64]string{1000: "wide", 360: "narrow"}[width]+".png", picture, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
