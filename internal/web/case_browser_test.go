package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
	"imprimatur/internal/id"
)

// worded reads the words of an element.
func worded(t *testing.T, ctx context.Context, selector string) string {
	t.Helper()
	var text string
	do(t, ctx, chromedp.Text(selector, &text, chromedp.ByQuery))
	return text
}

// brokenWords are those of when letters were sent that stand on two lines.
const brokenWords = `[...document.querySelectorAll('[aria-labelledby="letters"] summary .meta')].flatMap(e => [...e.firstChild.data.matchAll(/\S+/g)].filter(w => {
	const r = document.createRange(); r.setStart(e.firstChild, w.index); r.setEnd(e.firstChild, w.index + w[0].length); return r.getClientRects().length > 1;
}).map(w => w[0]))`

// Through the browser, on a phone: somebody without an account reports an article, its
// space's owner masks it, then decides by the texts that are proposed, both letters are read, the author
// appeals, and the head lets the article come back.
func TestACaseInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	speakFrench(t, ctx)
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	form := `form[action$="/takedown"] button`
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"takedown?at="+desk+text),
		chromedp.Click(`#ground-INJ`), chromedp.SendKeys(`#explanation`, "On y insulte ma fille."), chromedp.SendKeys(`#name`, "Jeanne Aubert"),
		chromedp.SendKeys(`#email`, "jeanne.aubert@example.org"), chromedp.Click(`#good_faith`), press(form), press(form)) // the clock stands: nobody types so fast
	var follow, address string
	do(t, ctx, chromedp.Evaluate(`location.pathname`, &follow), chromedp.Value(`#address`, &address))
	if got := worded(t, ctx, "main"); !strings.HasPrefix(follow, "/s/") || address != b.url+follow || !strings.Contains(got, "bien arrivé") {
		t.Fatalf("at %s: %s", follow, got)
	}
	accessible(t, ctx, "receipt")
	b.work(t)
	_, report := b.latestCase(t)
	about, err := id.Parse[id.Report](report)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := b.cases.FollowLink(t.Context(), b.Tilleuls, about)
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate(b.url+"/s/"+secret))
	accessible(t, ctx, "asked whether it was they")
	do(t, ctx, press(`form[action$="/claim"] button[value="false"]`))
	accessible(t, ctx, "it was not they")

	b.enter(t, ctx, "martin")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"cases"), press(`table a`), press(`form:has([value="mask_case"]) button`))
	accessible(t, ctx, "a case that is masked")
	if got := worded(t, ctx, "main"); !strings.Contains(got, "Rendre visible en attendant la décision") || !strings.Contains(got, "Masqué") {
		t.Errorf("R42: masked by hand: %s", got)
	}
	do(t, ctx, press(`a[href*="do=decide"]`), chromedp.Click(`#verdict-withdraw`),
		press(`button[value="draft"]`), press(`button[value="preview"]`))
	accessible(t, ctx, "both letters")
	if toAuthor, toReporter := worded(t, ctx, `[aria-labelledby="to-author"]`), worded(t, ctx, `[aria-labelledby="to-reporter"]`); strings.Contains(toAuthor, "Aubert") ||
		strings.Contains(toReporter, "Noé") || !strings.Contains(toAuthor, "Une insulte blesse") || !strings.Contains(toReporter, "retiré") {
		t.Errorf("to the author: %s; to who reported: %s", toAuthor, toReporter)
	}
	do(t, ctx, press(`button[value="send"]`))
	b.work(t)

	b.enter(t, ctx, "noe")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"notices"), press(`main a[href*="/decisions/"]`))
	if got := worded(t, ctx, ".letter"); !strings.Contains(got, "Une insulte blesse") || strings.Contains(got, "Aubert") {
		t.Errorf("the author reads %s", got)
	}
	do(t, ctx, chromedp.SendKeys(`#appeal`, "Une quiche, c'est bon."), press(`form[action$="/appeal"] button`))
	b.work(t)

	b.enter(t, ctx, "garcia")
	var broken []string
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"cases"), press(`table a`), chromedp.Evaluate(brokenWords, &broken))
	if len(broken) > 0 {
		t.Errorf("on a phone, words of the letters are broken in two: %q", broken)
	}
	do(t, ctx, press(`a[href*="do=overturn"]`), chromedp.Click(`#verdict-keep`),
		press(`button[value="draft"]`), press(`button[value="preview"]`), press(`button[value="send"]`))
	b.work(t)
	b.enter(t, ctx, "lina")
	do(t, ctx, chromedp.Navigate(b.url+desk+text))
	if got := worded(t, ctx, "article"); !strings.Contains(got, "quiches") || !strings.Contains(got, "novembre 2026 à 10") {
		t.Errorf("the article is %s", got)
	}
	do(t, ctx, chromedp.Navigate(b.url+follow))
	if got := worded(t, ctx, "main"); strings.Contains(got, "Noé") || !strings.Contains(got, "Réponse au recours") {
		t.Errorf("who reported reads %s", got)
	}
	htmltest.Quiet(t, ctx)
}
