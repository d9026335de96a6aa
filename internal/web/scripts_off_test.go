package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
)

// TestTripInTheBrowser's way, all of it in a browser whose scripts are off: Lina
// writes on the class blog, Martin asks for changes, she writes it again, he
// approves, and a classmate reads it.
func TestTripInABrowserWithScriptsOff(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	home := b.url + "/e/" + tilleuls + "/"
	do(t, ctx, emulation.SetScriptExecutionDisabled(true))

	b.enter(t, ctx, "lina")
	do(t, ctx, chromedp.Navigate(home), press(`a[href$="/blog-5a/"]`), press(`a[role="button"][href*="/-/write/"]`),
		absent(".ProseMirror"), chromedp.SendKeys(`#title`, "La sortie au musée"), chromedp.SendKeys(`#text`, "Nous avons vu un mamouth."),
		press(`button[value="submit"]`), reads(".notice-success", "Texte envoyé."))
	b.work(t)

	b.enter(t, ctx, "martin")
	do(t, ctx, chromedp.Navigate(home), press(`a[href$="/-/review"]`), press(`form[action$="/review/next"] button`), reads(".prose", "mamouth"),
		chromedp.Evaluate(`document.querySelectorAll('details').forEach((d) => { d.open = true })`, nil), // a click each, by hand
		chromedp.SendKeys(`form:has(input[value="request_changes"]) textarea`, "Mammouth prend deux m."),
		press(`form:has(input[value="request_changes"]) button`))
	b.work(t)

	b.enter(t, ctx, "lina")
	do(t, ctx, chromedp.Navigate(home+"-/notices"), press(`main a[href*="/-/texts/"]`), reads(".notice-warning", "Mammouth prend deux m."),
		press(`main a[href$="/edit"]`), chromedp.SetValue(`#text`, "Nous avons vu un mammouth.", chromedp.ByQuery), press(`button[value="submit"]`))
	b.work(t)

	b.enter(t, ctx, "martin")
	do(t, ctx, chromedp.Navigate(home+"-/review"), press(`form[action$="/review/next"] button`), press(`form:has(input[value="approve"]) button`))
	b.work(t)

	b.enter(t, ctx, "noe")
	do(t, ctx, chromedp.Navigate(home+"blog-5a/"), press(`.card a`), reads(".prose", "Nous avons vu un mammouth."), reads("h1", "La sortie au musée"))
	htmltest.Quiet(t, ctx)
}

// reads waits for an element, and fails where it does not say the words.
func reads(selector, words string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var text string
		if err := chromedp.Text(selector, &text, chromedp.ByQuery, chromedp.NodeVisible).Do(ctx); err != nil {
			return err
		}
		if !strings.Contains(text, words) {
			return fmt.Errorf("%s says %q, not %q", selector, text, words)
		}
		return nil
	})
}

// absent fails where an element is there.
func absent(selector string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var there bool
		if err := chromedp.Evaluate(`document.querySelector('`+selector+`') !== null`, &there).Do(ctx); err != nil {
			return err
		}
		if there {
			return fmt.Errorf("%s is there", selector)
		}
		return nil
	})
}
