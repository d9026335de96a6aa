package web_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"imprimatur/internal/htmltest"
	"imprimatur/internal/id"
)

// staff adds colleagues, so many that a list of them is long.
func (b *bundle) staff(t *testing.T) {
	t.Helper()
	for n, name := range []string{"Ferré", "Évrard", "Noël", "Bâ", "Dupont", "Lefèvre", "Nguyen", "Ortiz", "Roux", "Zidane"} {
		person := id.New[id.Person]()
		b.exec(t, `INSERT INTO person (person_id, source, external_id, given_name, family_name) VALUES ($1, 'test', $2, 'Anne', $3)`, person, fmt.Sprintf("c%d", n), name)
		b.exec(t, `INSERT INTO membership (membership_id, person_id, tenant_id, profile, during) VALUES ($1, $2, $3, 'teacher', '[2024-09-01,)')`, id.New[id.Membership](), person, b.Tilleuls)
	}
}

// seen lists the names in a list of boxes that are shown.
const seen = `[...document.querySelectorAll('#moderators li')].filter((row) => row.checkVisibility()).map((row) => row.innerText.trim())`

// The boxes are searched by the keyboard alone: typed, emptied by Escape, left by
// the arrow, ticked by the space bar. Enter does not send the form, what is ticked
// stays to be seen, and the form is sent as it was ticked.
func TestChoosingModeratorsByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.staff(t)
	b.enter(t, ctx, "martin")
	form := b.url + "/e/" + tilleuls + "/-/spaces/" + b.Blog.String()
	do(t, ctx, chromedp.Navigate(form))
	for _, size := range [][2]int64{{1280, 900}, {390, 844}} {
		do(t, ctx, emulation.SetDeviceMetricsOverride(size[0], size[1], 1, false))
		accessible(t, ctx, fmt.Sprintf("the form at %d", size[0]))
		shot(t, ctx, fmt.Sprintf("space-form-%d.png", size[0]))
	}
	var all, found, emptied []string
	var at, focus, status, ticked string
	do(t, ctx,
		chromedp.Evaluate(seen, &all), chromedp.Focus(`#moderators-filter`), chromedp.KeyEvent("evr"),
		chromedp.Evaluate(seen, &found), chromedp.Text(`#moderators-found`, &status),
		chromedp.KeyEvent(kb.Enter), chromedp.Location(&at), chromedp.KeyEvent(kb.Escape), chromedp.Evaluate(seen, &emptied),
		chromedp.KeyEvent("evrard"), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" "),
		chromedp.Evaluate(`document.activeElement.closest('li')?.innerText.trim() ?? document.activeElement.outerHTML`, &focus),
	)
	if len(all) < 14 || len(emptied) != len(all) {
		t.Errorf("of %d names there are %d after emptying", len(all), len(emptied))
	}
	// Martin is ticked already.
	if len(found) != 3 || status == "" || at != form {
		t.Errorf("found %v, told %q, at %s", found, status, at)
	}
	accessible(t, ctx, "the filtered form")
	htmltest.Quiet(t, ctx)
	do(t, ctx, press(`main form > button`), chromedp.Navigate(form),
		chromedp.Evaluate(`[...document.querySelectorAll('#moderators input:checked')].map((box) => box.closest('li').innerText.trim()).sort().join(', ')`, &ticked),
	)
	if focus != "Anne Évrard" || ticked != "Anne Évrard, Paul Martin" {
		t.Errorf("ticked %q, having been at %q", ticked, focus)
	}
}

// Without scripts there is no field to search with, and the whole list.
func TestChoosingWithoutScripts(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.staff(t)
	b.enter(t, ctx, "martin")
	var boxes, filters int
	do(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(b.url+"/e/"+tilleuls+"/-/spaces/new"), emulation.SetScriptExecutionDisabled(false),
		chromedp.Evaluate(`document.querySelectorAll('#moderators li input').length`, &boxes), chromedp.Evaluate(`document.querySelectorAll('input[type=search]').length`, &filters))
	if boxes < 14 || filters != 0 {
		t.Errorf("%d boxes, %d fields to search", boxes, filters)
	}
}

// shot keeps a picture of the page in the folder that SHOTS names.
func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("SHOTS")
	if folder == "" {
		return
	}
	var picture []byte
	do(t, ctx, chromedp.FullScreenshot(&picture, 100))
	if err := os.WriteFile(folder+"/"+name, picture, 0o600); err != nil {
		t.Fatal(err)
	}
}
