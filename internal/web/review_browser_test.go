package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"imprimatur/internal/actor"
	"imprimatur/internal/htmltest"
	"imprimatur/moderation"
)

// lists has the collège hold what contains a word of a list, as of a severity.
func (b *bundle) lists(t *testing.T, word string, severity int) {
	t.Helper()
	head := actor.Actor{Kind: actor.KindPerson, Person: b.Garcia, Tenant: b.Tilleuls, Via: "web"}
	list := moderation.WordList{Name: word, Ground: "THREAT", Severity: 3, Action: moderation.Hold, Words: []string{word}}
	if severity == 1 {
		list.Ground, list.Severity, list.Action = "PURP", 1, moderation.Flag
	}
	if _, err := b.moderation.CreateWordList(t.Context(), head, list); err != nil {
		t.Fatal(err)
	}
}

// phone is as narrow as phones are.
func phone(ctx context.Context) error {
	return emulation.SetDeviceMetricsOverride(390, 844, 1, true).Do(ctx)
}

// look of an element, as it is drawn.
func drawn(selector, property string, into *string) chromedp.Action {
	return chromedp.Evaluate(`getComputedStyle(document.querySelector('`+selector+`')).`+property, into)
}

// A threat is seen at once where it is judged: the gravest severity stands beside the
// title, its finding has the colour of danger, and no button invites to approve by
// habit. A trifle has neither badge nor colour, and approving stands out.
func TestASevereFindingStandsOut(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.lists(t, "frapper", 3)
	b.lists(t, "console", 1)
	threat := b.sent(t, "lina", tilleuls, b.Blog.String(), "Le match", "La console ! Je vais te frapper.")
	trifle := b.sent(t, "lina", tilleuls, b.Blog.String(), "Le jeu", "J'ai reçu une console.")
	b.enter(t, ctx, "martin")
	const danger, approve = "rgb(163, 22, 31)", `form:has(input[value="approve"]) button`
	for _, tt := range []struct {
		text, badges, finding, edge, class string
	}{
		{threat, "Gravité 3", ".finding.severity-3", danger, "secondary"},
		{trifle, "", ".finding.severity-1", "rgb(138, 147, 161)", ""},
	} {
		var badges []string
		var edge, class string
		do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"review/"+tt.text),
			chromedp.Evaluate(`[...document.querySelectorAll('h1 ~ .row .badge-urgent')].filter((e) => e.checkVisibility()).map((e) => e.innerText)`, &badges),
			drawn(tt.finding, "borderLeftColor", &edge), chromedp.Evaluate(`document.querySelector('`+approve+`').className`, &class))
		if got := strings.Join(badges, ", "); got != tt.badges || edge != tt.edge || class != tt.class {
			t.Errorf("%s: badges %q, edge %s, approving looks %q", tt.finding, got, edge, class)
		}
		accessible(t, ctx, tt.finding)
		htmltest.Quiet(t, ctx)
	}
}

// What is sensitive is put under seal by ticking a box. On another ground than the
// gravest that is refused, and all that was typed, chosen and ticked is still there;
// on such a ground the text is gone for everybody, without a tombstone (R50).
func TestSealingByABox(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	text := b.sent(t, "noe", tilleuls, b.Blog.String(), "Le secret", "Ce que personne ne doit voir.")
	b.judged(t, "martin", tilleuls, text, "approve", nil)
	b.enter(t, ctx, "martin")
	const form = `details:has(input[value="mask"])`
	var ground, typed, told string
	var ticked, open bool
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"review/"+text), unfold(form),
		chromedp.SetValue(`#act-mask-ground`, "PRIV"), chromedp.SendKeys(`#act-mask-text`, "Ne pas montrer."),
		chromedp.Click(`label[for="act-mask-sealed"]`), press(form+` button`),
		chromedp.Value(`#act-mask-ground`, &ground), chromedp.Value(`#act-mask-text`, &typed), chromedp.Text(`#faults`, &told),
		chromedp.Evaluate(`document.querySelector('#act-mask-sealed').checked`, &ticked), chromedp.Evaluate(`document.querySelector('`+form+`').open`, &open))
	if ground != "PRIV" || typed != "Ne pas montrer." || !ticked || !open || !strings.Contains(told, "R50") || !strings.Contains(told, "décochez la case") {
		t.Errorf("sealed on a slight ground: told %q; kept %s, %q, ticked %v, open %v", told, ground, typed, ticked, open)
	}
	if noe := b.as(t, "noe"); noe.open(desk+text).status != http.StatusOK {
		t.Errorf("what was refused hides the text: %d", noe.status)
	}
	accessible(t, ctx, "a seal refused")
	do(t, ctx, chromedp.SetValue(`#act-mask-ground`, "CSAM"), press(form+` button`))
	htmltest.Quiet(t, ctx)
	for _, who := range []string{"lina", "noe", "martin"} {
		br := b.as(t, who)
		if br.open(desk+text).status != http.StatusNotFound || strings.Contains(br.text("body"), "masqué") {
			t.Errorf("%s finds %d: %s", who, br.status, br.text("main"))
		}
	}
}

// « Mes textes » leads to the form of each space that takes the visitor's texts, and
// of no other: not of one that is closed, nor of one where only others write.
func TestMineLeadsToWriting(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	const ways = `[...document.querySelectorAll('main a[role="button"]')].filter((a) => a.checkVisibility() && a.getBoundingClientRect().height >= 44).map((a) => a.innerText)`
	offered := func(who string) (list []string) {
		b.enter(t, ctx, who)
		do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"texts"), chromedp.Evaluate(ways, &list))
		slices.Sort(list)
		return list
	}
	if got := offered("lina"); len(got) != 2 || !strings.Contains(got[0], "Club lecture") || !strings.Contains(got[1], "Le blog de la 5A") {
		t.Errorf("Lina is led to %q", got)
	}
	var title, at string
	do(t, ctx, press(`main a[role="button"][href$="`+b.Blog.String()+`"]`), chromedp.Text(`h1`, &title), chromedp.Location(&at))
	if title != "Écrire un billet" || !strings.HasSuffix(at, "/-/write/"+b.Blog.String()) {
		t.Errorf("Lina is at %s: %s", at, title)
	}
	b.exec(t, `UPDATE space SET status = 'closed' WHERE space_id = $1`, b.Blog)
	if got := offered("lina"); len(got) != 1 || !strings.Contains(got[0], "Club lecture") {
		t.Errorf("with the blog closed Lina is led to %q", got)
	}
	b.exec(t, `DELETE FROM space_role WHERE tenant_id = $1 AND role = 'contributor'`, b.Tilleuls)
	var said string
	if got := offered("noe"); len(got) != 0 {
		t.Errorf("Noé, who may write nowhere, is led to %q", got)
	}
	do(t, ctx, chromedp.Text(`main`, &said))
	if !strings.Contains(said, "La personne responsable d’un espace peut vous y ajouter.") {
		t.Errorf("Noé is told %q", said)
	}
	htmltest.Quiet(t, ctx)
}

// A form that is refused loses nothing: what was typed in the editor is there, also
// what it looks like, and the page leads to what is missing.
func TestARefusedFormKeepsItsText(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.exec(t, `DELETE FROM briefing WHERE person_id = $1`, b.Noe)
	b.enter(t, ctx, "noe")
	write := b.url + desk + "write/" + b.Blog.String()
	kept := func(where string, wantTitle string) {
		var title, html string
		do(t, ctx, chromedp.WaitVisible(`.ProseMirror`), chromedp.Value(`#title`, &title), chromedp.InnerHTML(`.ProseMirror`, &html))
		if title != wantTitle || html != "<p>Il s'appelle <strong>Éclair</strong>.</p>" {
			t.Errorf("%s: kept %q, %q", where, title, html)
		}
	}
	var told string
	do(t, ctx, chromedp.Navigate(write), chromedp.WaitVisible(`.ProseMirror`),
		chromedp.Evaluate(`document.querySelector('.ProseMirror').editor.commands.setContent("<p>Il s'appelle <strong>Éclair</strong>.</p>", {emitUpdate: true})`, nil),
		press(`button[value="submit"]`), chromedp.Text(`#title-fault`, &told))
	if told != "Donnez un titre à votre texte." {
		t.Errorf("without a title: %q", told)
	}
	kept("without a title", "")
	do(t, ctx, chromedp.SendKeys(`#title`, "Mon poney"), press(`button[value="submit"]`), chromedp.Text(`.notice-warning`, &told))
	if !strings.Contains(told, "R16") || !strings.Contains(told, "Votre brouillon est enregistré") {
		t.Errorf("with the briefing unread: %q", told)
	}
	kept("with the briefing unread", "Mon poney")
	do(t, ctx, press(`.notice-warning a`))
	var path string
	do(t, ctx, chromedp.Evaluate(`location.pathname`, &path))
	if path != desk+"briefing" {
		t.Errorf("led to %s", path)
	}
	htmltest.Quiet(t, ctx)
}
