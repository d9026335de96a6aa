package web_test

import (
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// Every page passes axe, fits a phone, and needs nothing that the policy forbids.
func TestPagesInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	home := "/e/" + tilleuls + "/"
	b.written(t, "lina", b.Blog, tilleuls, "La sortie au musée", "Nous avons vu un mammouth.\n\nIl était grand. Écrivez-nous : musee@example.org.")
	b.written(t, "noe", b.Blog, tilleuls, "Mon poney", "Il s'appelle Éclair et il mange des pommes.")
	b.written(t, "lina", b.Forum, tilleuls, "Quel livre pour Noël ?", "Je cherche une idée de livre.")
	martin := b.as(t, "martin")
	martin.open(home + "-/review")
	martin.click(`th a:contains("poney")`).click(`form:has(input[value="approve"]) button`)
	b.work(t)
	noe := b.as(t, "noe")
	noe.open(home + "blog-5a/").click(".card a")
	article := noe.at.Path
	noe.fill(`button[value="submit"]`, map[string]string{"text": "Une précision : il a cinq ans."})
	noe.open(home + "club-lecture/").click(".card a")
	thread := noe.at.Path
	noe.fill(`button[value="submit"]`, map[string]string{"text": "« Vendredi ou la vie sauvage » !"})
	b.work(t)

	do(t, ctx, chromedp.Navigate(b.url+"/login"))
	look(t, ctx, "login")
	b.enter(t, ctx, "lina")
	for name, path := range map[string]string{
		"home": home, "space": home + "blog-5a/", "forum": home + "club-lecture/", "article": article, "thread": thread,
		"mine": home + "-/texts", "write": home + "-/write/" + b.Blog.String(), "notices": home + "-/notices", "briefing": home + "-/briefing",
		"404": home + "nulle-part/",
	} {
		do(t, ctx, chromedp.Navigate(b.url+path))
		look(t, ctx, name)
	}
	do(t, ctx, chromedp.Navigate(b.url+home+"-/texts"), press(`main .card:last-of-type a`))
	look(t, ctx, "work")
	do(t, ctx, press(`a[href$="/history"]`))
	look(t, ctx, "history")

	b.enter(t, ctx, "martin")
	do(t, ctx, chromedp.Navigate(b.url+"/schools"))
	look(t, ctx, "schools")
	do(t, ctx, chromedp.Navigate(b.url+home+"-/review"))
	look(t, ctx, "queue")
	do(t, ctx, press(`form[action$="/review/next"] button`))
	look(t, ctx, "item")
	do(t, ctx, chromedp.Click(`details:has(input[value="reject"]) summary`), press(`form:has(input[value="reject"]) button`))
	look(t, ctx, "item refused")
	do(t, ctx, press(`a[href$="/suggest"]`))
	look(t, ctx, "suggest")
	do(t, ctx, chromedp.Navigate(b.url+home+"-/spaces"))
	look(t, ctx, "spaces")
	do(t, ctx, press(`main .card a`))
	look(t, ctx, "space settings")
	do(t, ctx, chromedp.Navigate(b.url+home+"-/spaces/new"))
	look(t, ctx, "space new")
}
