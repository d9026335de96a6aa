package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
)

// The trip again, with the editor: what is typed there is saved by itself, sent,
// judged and read.
func TestTripInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	home := b.url + "/e/" + tilleuls + "/"
	b.enter(t, ctx, "lina")
	do(t, ctx, chromedp.Navigate(home+"-/write/"+b.Blog.String()), chromedp.WaitVisible(`.ProseMirror`),
		chromedp.SendKeys(`#title`, "La sortie au musée"), chromedp.SendKeys(`.ProseMirror`, "Nous avons vu un mamouth."),
		press(`button[value="save"]`), chromedp.WaitVisible(`.ProseMirror`),
		chromedp.SendKeys(`.ProseMirror`, " Il était grand."), chromedp.ActionFunc(saved))
	htmltest.Quiet(t, ctx)
	do(t, ctx, press(`button[value="submit"]`))
	b.work(t)

	martin := b.as(t, "martin")
	martin.open("/e/" + tilleuls + "/-/review").click(`form[action$="/review/next"] button`).expect(http.StatusOK)
	if got := martin.text(".prose"); !strings.Contains(got, "mamouth") || !strings.Contains(got, "Il était grand.") {
		t.Errorf("what was typed: %q", got)
	}
	martin.fill(`form:has(input[value="request_changes"]) button`, map[string]string{"text": "Mammouth prend deux m."}).expect(http.StatusOK)
	b.work(t)

	do(t, ctx, chromedp.Navigate(home+"-/texts"), press(`main .card a`), press(`main a[href$="/edit"]`), chromedp.WaitVisible(`.ProseMirror`))
	do(t, ctx, chromedp.Evaluate(`document.querySelector('.ProseMirror').editor.commands.setContent('<p>Nous avons vu un <strong>mammouth</strong>.</p>', {emitUpdate: true})`, nil),
		press(`button[value="submit"]`))
	htmltest.Quiet(t, ctx)
	b.work(t)

	b.enter(t, ctx, "martin")
	do(t, ctx, chromedp.Navigate(home+"-/review"), press(`form[action$="/review/next"] button`), press(`form:has(input[value="approve"]) button`))
	htmltest.Quiet(t, ctx)
	b.work(t)
	noe := b.as(t, "noe")
	noe.open("/e/" + tilleuls + "/blog-5a/").click(`.card a`).expect(http.StatusOK)
	if got := noe.text(".prose strong"); got != "mammouth" {
		t.Errorf("the article: %q", noe.text("article"))
	}
}

// saved waits until the editor says that it has saved by itself.
func saved(ctx context.Context) error {
	return chromedp.Poll(`document.querySelector('.editor-status').textContent.includes('Enregistré à')`, nil, chromedp.WithPollingTimeout(time.Minute)).Do(ctx)
}
