package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/htmltest"
	"imprimatur/internal/id"
)

// lends lends somebody the director's power to judge.
func (b *bundle) lends(t *testing.T, to id.Person) {
	t.Helper()
	b.exec(t, `INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during) VALUES ($1, $2, $3, $4, 'judge', tstzrange($5, $6))`,
		id.New[id.Delegation](), b.Tilleuls, b.Garcia, to, dbtest.Now.AddDate(0, -1, 0), dbtest.Now.AddDate(0, 11, 0))
}

// Through the browser, on a phone: a delegate records an order, makes sure of its sender and
// executes it; readers see nothing at once; the answer is noted; the delegate has no way to lift,
// the director lifts by a reference, and the article is there with its original date (R48).
func TestAnOrderInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	speakFrench(t, ctx)
	b := setup(t)
	b.lends(t, b.Petit)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	b.enter(t, ctx, "petit")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"cases"), press(`main a[href$="/orders/new"]`),
		chromedp.SendKeys(`#location`, b.url+desk+text), chromedp.SendKeys(`#authority`, "Tribunal judiciaire de Toulouse"), chromedp.SendKeys(`#reference`, "TJ-31/2026/1187"),
		chromedp.SendKeys(`#legal_basis`, "LCEN, art. 6-3"), chromedp.SetValue(`#ordered_on`, "2026-11-20"), chromedp.Click(`#ground-HATE`),
		chromedp.SendKeys(`#reasons`, "Le texte appelle à la haine."), press(`form[action$="/orders"] button`))
	if got := worded(t, ctx, "main"); !strings.Contains(got, "jamais suspendu") || !strings.Contains(got, "Pas encore authentifié") {
		t.Fatalf("recorded: %s", got)
	}
	accessible(t, ctx, "order")
	do(t, ctx, unfold(`details:has(#act-authenticate-text)`), chromedp.SetValue(`#act-authenticate-choice`, "called_back"),
		chromedp.SendKeys(`#act-authenticate-text`, "Greffe rappelé."), press(`details:has(#act-authenticate-text) form button`), press(`form:has(input[value="execute"]) button`))
	if got := worded(t, ctx, "main"); !strings.Contains(got, "Contenu bloqué par") {
		t.Fatalf("executed: %s", got)
	}
	accessible(t, ctx, "order executed")
	do(t, ctx, unfold(`details:has(#act-answer_order-text)`), chromedp.SetValue(`#act-answer_order-choice`, "mail"),
		press(`details:has(#act-answer_order-text) form button`))
	if got := worded(t, ctx, "main"); !strings.Contains(got, "Envoyée par courriel") || strings.Contains(got, "Lever le blocage") {
		t.Errorf("answered, by a delegate: %s", got)
	}
	var address string
	do(t, ctx, chromedp.Evaluate(`location.pathname`, &address))

	b.enter(t, ctx, "lina")
	var page string
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+text), chromedp.Evaluate(`document.body.innerText`, &page))
	if page == "" || strings.Contains(page, "quiches") {
		t.Errorf("blocked, and read: %s", page)
	}
	b.work(t)
	b.enter(t, ctx, "noe")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"notices"), press(`main a[href*="/decisions/"]`))
	if got := worded(t, ctx, "main"); !strings.Contains(got, "Tribunal judiciaire de Toulouse") || !strings.Contains(got, "contester") {
		t.Errorf("the author reads %s", got)
	}
	accessible(t, ctx, "letter of an order")

	b.enter(t, ctx, "garcia")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+address), unfold(`details:has(#act-lift_order-text)`),
		chromedp.SendKeys(`#act-lift_order-text`, "L'ordre est rapporté."), press(`details:has(#act-lift_order-text) form button`))
	if got := worded(t, ctx, "main"); !strings.Contains(got, "déblocage interdit sans référence") {
		t.Errorf("lifted without a reference: %s", got)
	}
	do(t, ctx, chromedp.SendKeys(`#act-lift_order-reference`, "TJ-31/2026/1201"), press(`details:has(#act-lift_order-text) form button`))
	b.work(t)
	b.enter(t, ctx, "lina")
	do(t, ctx, chromedp.Navigate(b.url+desk+text))
	if got := worded(t, ctx, "article"); !strings.Contains(got, "quiches") || !strings.Contains(got, "novembre 2026 à 10") {
		t.Errorf("the article is %s", got)
	}
	htmltest.Quiet(t, ctx)
}
