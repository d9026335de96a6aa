package web_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
)

// sentProfile is the id of a profile that somebody wrote with a portrait and sent, and the
// id of the portrait.
func (b *bundle) sentProfile(t *testing.T, who, space, name string) (text, photo string) {
	t.Helper()
	br := b.as(t, who)
	br.open(desk + "write/" + space + "?kind=profile").expect(http.StatusOK)
	fields := url.Values{"title": {name}, "text": {"J'aime les fusées."}, "version": {"0"}, "photo_alt": {"Une dame en combinaison"}, "do": {"photo"}}
	br.attachAs("photo", br.at.String(), fields, nil, file{"portrait.png", astronaut(t)}).expect(http.StatusOK)
	b.work(t)
	photo = br.find(`#portrait input[name="picture"]`).AttrOr("value", "")
	br.fill(`button[value="submit"]`, nil).expect(http.StatusOK)
	b.work(t)
	return path.Base(br.at.Path), photo
}

// The trip of a profile: even where texts appear before they are reviewed it is reviewed
// first; it waits for its portrait's family, shows it before the words, on paper too when
// paper is agreed to, and leaves its place empty from the moment that they no longer agree.
func TestTripOfAProfile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `UPDATE space SET mode = 'POST' WHERE space_id = $1`, b.Blog)
	text, photo := b.sentProfile(t, "lina", b.Blog.String(), "Lina, déléguée")
	noe := b.as(t, "noe")
	noe.open(desk + text).expect(http.StatusNotFound)
	martin := b.as(t, "martin")
	martin.open(desk + "review/" + text).expect(http.StatusOK)
	if got := martin.text("main"); !strings.Contains(got, "Présentation") || martin.page.Find(`.profile > img:first-child`).Length() != 1 {
		t.Errorf("who reviews sees %q", got)
	}
	martin.open(desk + "review?kind=profile").expect(http.StatusOK)
	if got := martin.text("table"); !strings.Contains(got, "Lina, déléguée") || strings.Contains(got, "Une dame en combinaison J'aime") {
		t.Errorf("the queue shows %q", got)
	}
	b.judged(t, "martin", tilleuls, text, "approve", nil)
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	noe.open(desk + text).expect(http.StatusNotFound)
	b.allowed(t, photo, b.Lina, b.Blog)
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	noe.open(desk + text).expect(http.StatusOK)
	portrait := noe.find(`.profile > img:first-child`)
	if portrait.AttrOr("alt", "") != "Une dame en combinaison" || portrait.AttrOr("width", "") == "" || noe.text("h1") != "Lina, déléguée" || noe.page.Find(`form:has([name="text"])`).Length() > 0 {
		t.Errorf("it reads %q", noe.text("main"))
	}
	seen := portrait.AttrOr("src", "")
	noe.open(seen).expect(http.StatusOK)
	noe.open(atTilleuls + "blog-5a/").expect(http.StatusOK)
	if got := noe.text(".card"); !strings.Contains(got, "Lina, déléguée") || !strings.Contains(got, "J'aime les fusées.") || strings.Contains(got, "Une dame") {
		t.Errorf("the space lists %q", got)
	}
	noe.open(atTilleuls + "blog-5a/feed.atom").expect(http.StatusOK)
	if got := string(noe.raw); !strings.Contains(got, "Lina, déléguée") || strings.Index(got, seen) > strings.LastIndex(got, "fusées") {
		t.Errorf("the feed: %s", got)
	}
	sheet := noe.open(desk+text).find(`a[href$="/print.pdf"]`).AttrOr("href", "")
	if words, pictures := b.paperOf(t, noe, sheet); pictures != 0 || !strings.Contains(words, "Photo non imprimée") || !strings.Contains(words, "J'aime les fusées.") {
		t.Errorf("on paper, without a consent to it: %d pictures, %q", pictures, words)
	}
	for _, stranger := range []string{"zoe", ""} {
		br := b.visitor(t)
		if stranger != "" {
			br = b.as(t, stranger)
		}
		for _, address := range []string{desk + text, seen, sheet, atPlatanes + "-/" + text, atPlatanes + "-/texts/" + text + "/edit"} {
			if br.open(address); br.status != http.StatusNotFound && stranger != "" || br.status == http.StatusOK && br.at.Path != "/login" {
				t.Errorf("%q has %s: %d", stranger, address, br.status)
			}
		}
	}
	b.exec(t, `UPDATE consent_cover SET ended_at = now()`)
	noe.open(seen).expect(http.StatusNotFound)
	noe.open(desk + text).expect(http.StatusOK)
	if got := noe.text(".profile"); !strings.Contains(got, "J'aime les fusées.") || noe.find(`.profile > img`).AttrOr("src", "") != seen {
		t.Errorf("after the withdrawal it reads %q", got)
	}
}

// A portrait is one photo: two are refused beside their field, with the rule and nothing
// lost; another takes the place of the first; it can be taken out; and a profile without
// one appears.
func TestAProfileHasOnePortraitOrNone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	martin.open(atTilleuls + "blog-5a/").click(`a[href$="?kind=profile"]`).expect(http.StatusOK)
	write := martin.at.String()
	fields := func(more url.Values) url.Values {
		all := url.Values{"title": {"Paul Martin"}, "text": {"Professeur de sciences."}, "version": {"0"}, "do": {"photo"}}
		for name, values := range more {
			all[name] = values
		}
		return all
	}
	martin.attachAs("photo", write, fields(nil), nil, file{"un.png", astronaut(t)}, file{"deux.jpg", rocket(t)}).expect(http.StatusUnprocessableEntity)
	if got := martin.text("#photo-fault"); !strings.Contains(got, "un seul portrait (R20)") || martin.find("#title").AttrOr("value", "") != "Paul Martin" || martin.page.Find(`[name="picture"]`).Length() != 2 {
		t.Fatalf("two portraits: %q in %q", got, martin.text("main"))
	}
	sent := martin.page.Find(`[name="picture"]`).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
	b.work(t)
	martin.fill(`button[value="save"]`, map[string]string{"drop": sent[0]}).expect(http.StatusOK)
	if got := martin.find(`[name="picture"]`).AttrOr("value", ""); got != sent[1] || martin.page.Find(`[name="picture"]`).Length() != 1 {
		t.Fatalf("of %v there is left %q", sent, got)
	}
	martin.attachAs("photo", martin.at.String(), fields(url.Values{"version": {"1"}, "picture": {sent[1]}}), nil, file{"trois.png", astronaut(t)}).expect(http.StatusOK)
	if got := martin.find(`[name="picture"]`).AttrOr("value", ""); got == sent[1] || martin.page.Find(`[name="picture"]`).Length() != 1 {
		t.Errorf("in the place of %q stands %q", sent[1], got)
	}
	third := martin.find(`[name="picture"]`).AttrOr("value", "")
	if area := martin.find("textarea[data-editor]"); strings.Contains(area.AttrOr("data-html", ""), "<img") || area.AttrOr("data-photos", "none") != "none" {
		t.Errorf("the editor has %q", area.AttrOr("data-html", ""))
	}
	edit := martin.at.Path
	martin.send(http.MethodPut, path.Dir(edit)+"/draft", url.Values{"title": {"Paul Martin"}, "html": {"<p>Professeur de <strong>sciences</strong>.</p>"}, "picture": {third}, "alt-" + third: {"Paul Martin"}}, map[string]string{"If-Match": `"2"`}).expect(http.StatusNoContent)
	martin.open(edit).expect(http.StatusOK)
	if got := martin.find(`#alt-`+third).AttrOr("value", ""); got != "Paul Martin" {
		t.Errorf("the editor, saving by itself, leaves the portrait %q", got)
	}
	martin.fill(`button[value="submit"]`, map[string]string{"drop": third}).expect(http.StatusOK)
	b.work(t)
	text := path.Base(martin.at.Path)
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	noe := b.as(t, "noe")
	noe.open(desk + text).expect(http.StatusOK)
	if got := noe.text(".profile"); got != "Professeur de sciences." || noe.page.Find(`.profile img`).Length() > 0 {
		t.Errorf("without a portrait it reads %q", got)
	}
	martin.open(desk+"write/"+b.Forum.String()+"?kind=profile").fill(`button[value="save"]`, map[string]string{"title": "Paul", "text": "Bonjour."}).expect(http.StatusUnprocessableEntity)
}

// A pupil's profile read further than the class waits for its authorisation, and its author
// is named as they chose (R36).
func TestAPupilsProfileIsAWork(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.widened(t)
	lina := b.as(t, "lina")
	lina.open(desk+"write/"+b.Blog.String()+"?kind=profile").fill(`button[value="submit"]`, map[string]string{"title": "La déléguée de 5A", "text": "J'aime les fusées."}).expect(http.StatusOK)
	b.work(t)
	text := path.Base(lina.at.Path)
	b.judged(t, "martin", tilleuls, text, "approve", nil)
	noe := b.as(t, "noe")
	noe.open(desk + text).expect(http.StatusNotFound)
	martin := b.as(t, "martin")
	martin.open(desk+"review/"+text).fill(`form[action$="/authorisations"] button`, map[string]string{
		"reference": "Classeur 5A", "guardian": b.Haddad.String(), "naming": "first_name",
	}).expect(http.StatusOK)
	b.work(t)
	noe.open(desk + text).expect(http.StatusOK)
	if got := noe.text("article .meta"); !strings.HasPrefix(got, "Lina ·") {
		t.Errorf("its author is named %q", got)
	}
}

// A suggestion keeps the portrait, which is the author's (R18); and whoever may not be seen
// is left out of a profile that appears without (R32).
func TestAProfileGoesOnWithoutItsPortrait(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text, photo := b.sentProfile(t, "martin", b.Blog.String(), "Lina, notre déléguée")
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	diallo := b.as(t, "diallo")
	diallo.open(desk + "review/" + text + "/suggest").expect(http.StatusOK)
	if diallo.page.Find(`input[type="file"]`).Length() > 0 || diallo.find(`[name="picture"]`).AttrOr("value", "") != photo {
		t.Errorf("who suggests has %q", diallo.text("#portrait"))
	}
	diallo.fill(`button[value="suggest"]`, map[string]string{"text": "Elle aime les fusées."}).expect(http.StatusOK)
	diallo.click(`form[action$="/release"] button`).expect(http.StatusOK)
	martin := b.as(t, "martin")
	martin.open(desk+"texts/"+text).fill(`form:has(input[value="accept"]) button`, nil).expect(http.StatusOK)
	b.work(t)
	b.judged(t, "garcia", tilleuls, text, "approve", nil)
	noe := b.as(t, "noe")
	noe.open(desk + text).expect(http.StatusNotFound)
	martin.open(desk+"texts/"+text).fill(`form:has(input[value="omit_photo"]) button`, nil).expect(http.StatusOK)
	b.work(t)
	noe.open(desk + text).expect(http.StatusOK)
	if got := noe.text(".profile"); got != "Elle aime les fusées." || noe.page.Find(".profile img").Length() > 0 {
		t.Errorf("without the portrait it reads %q", got)
	}
	noe.open(desk + "seen/" + text + "/" + photo + "/standard").expect(http.StatusNotFound)
}

// With the editor the words are the editor's and the portrait has its own fields: neither is
// lost when the other is kept.
func TestAProfileIsWrittenInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.enter(t, ctx, "martin")
	do(t, ctx, chromedp.Navigate(b.url+desk+"write/"+b.Blog.String()+"?kind=profile"), chromedp.WaitVisible(`.ProseMirror`),
		chromedp.SendKeys(`#title`, "Paul Martin"), chromedp.SendKeys(`.ProseMirror`, "Professeur de sciences."),
		chromedp.SetUploadFiles(`#photo`, []string{kept(t, "portrait.png", astronaut(t))}), chromedp.SendKeys(`#photo_alt`, "Paul Martin sourit"),
		press(`#portrait button[value="photo"]`), chromedp.WaitVisible(`.ProseMirror`))
	b.work(t)
	accessible(t, ctx, "a profile with its portrait")
	do(t, ctx, chromedp.SendKeys(`.ProseMirror`, " Et de photo."), until(`document.querySelector('.editor-status').textContent.includes('Enregistré')`),
		chromedp.Reload(), chromedp.WaitVisible(`.ProseMirror`))
	var words, about string
	var pictures int
	do(t, ctx, chromedp.Text(`.ProseMirror`, &words), chromedp.Value(`#portrait [id^="alt-"]`, &about), chromedp.Evaluate(`document.querySelectorAll('.ProseMirror img').length`, &pictures))
	if !strings.Contains(words, "Professeur de sciences.") || !strings.Contains(words, "Et de photo.") || about != "Paul Martin sourit" || pictures != 0 {
		t.Errorf("kept are %q, %q and %d pictures among the words", words, about, pictures)
	}
	htmltest.Quiet(t, ctx)
	do(t, ctx, press(`button[value="submit"]`), chromedp.WaitVisible(`.profile img`))
}

// playProfile presents Lina, whose portrait readers see.
func (s *scene) playProfile(t *testing.T) {
	t.Helper()
	text, photo := s.sentProfile(t, "martin", s.Blog.String(), "Lina, notre déléguée")
	s.profile = text
	s.allowed(t, photo, s.Lina, s.Blog)
	s.judged(t, "diallo", tilleuls, text, "approve", nil)
	s.named(t, "martin", tilleuls, photo, "Lina Haddad")
}
