package web_test

import (
	"net/http"
	"strings"
	"testing"
)

const tilleuls = "0310000Z"

// Lina writes on the class blog, Martin asks for changes, she revises, he approves,
// it appears: all of it by forms and links, without JavaScript.
func TestTripWithoutJavaScript(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina, martin := b.as(t, "lina"), b.as(t, "martin")

	lina.open("/e/" + tilleuls + "/").expect(http.StatusOK)
	lina.click(`a[href$="/blog-5a/"]`).expect(http.StatusOK)
	lina.click(`a[role="button"][href*="/-/write/"]`).expect(http.StatusOK)
	lina.fill(`button[value="submit"]`, map[string]string{"title": "La sortie au musée", "text": "Nous avons vu un mamouth.\n\nIl était grand."}).expect(http.StatusOK)
	if got := lina.text(".notice-success"); got != "Texte envoyé." {
		t.Errorf("after sending: %q", got)
	}
	b.work(t)

	martin.open("/e/" + tilleuls + "/").expect(http.StatusOK)
	if got := martin.text(`a[href$="/-/review"]`); !strings.Contains(got, "1 texte en attente") {
		t.Errorf("header: %q", got)
	}
	martin.click(`a[href$="/-/review"]`).click(`form[action$="/review/next"] button`).expect(http.StatusOK)
	if got := martin.text(".prose"); !strings.Contains(got, "mamouth") {
		t.Errorf("item: %q", got)
	}
	martin.fill(`form:has(input[value="request_changes"]) button`, map[string]string{"text": "Mammouth prend deux m."}).expect(http.StatusOK)

	b.work(t)
	lina.open("/e/" + tilleuls + "/-/notices").expect(http.StatusOK)
	lina.click(`main a[href*="/-/texts/"]`).expect(http.StatusOK)
	if got := lina.text(".notice-warning"); !strings.Contains(got, "Mammouth prend deux m.") {
		t.Errorf("reason: %q", got)
	}
	lina.click(`a[href$="/edit"]`).expect(http.StatusOK)
	lina.fill(`button[value="submit"]`, map[string]string{"text": "Nous avons vu un mammouth.\n\nIl était grand."}).expect(http.StatusOK)
	b.work(t)

	martin.open("/e/" + tilleuls + "/-/review").click(`form[action$="/review/next"] button`).expect(http.StatusOK)
	martin.click(`form:has(input[value="approve"]) button`).expect(http.StatusOK)
	if got := martin.text(".notice-success"); !strings.Contains(got, "Texte approuvé.") || !strings.Contains(got, "Tout est relu") {
		t.Errorf("after approval: %q", got)
	}
	b.work(t)

	noe := b.as(t, "noe")
	noe.open("/e/" + tilleuls + "/blog-5a/").click(`.card a`).expect(http.StatusOK)
	if got := noe.text("article h1") + noe.text(".prose"); !strings.Contains(got, "La sortie au muséeNous avons vu un mammouth.") {
		t.Errorf("article: %q", got)
	}
	if got := noe.text("article .meta"); !strings.Contains(got, "Lina H.") || !strings.Contains(got, "mardi 24 novembre 2026 à 10 h 30") {
		t.Errorf("byline: %q", got)
	}
}

// A form in which nothing was written is refused with its faults, and leaves no draft; what
// was written in one that is refused is kept.
func TestABlankTextLeavesNoDraft(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.as(t, "lina")
	drafts := func() int { return lina.open(desk + "texts").expect(http.StatusOK).page.Find("main .card").Length() }
	before := drafts()
	for _, html := range []string{"", "<p> </p>"} {
		lina.open(desk+"write/"+b.Blog.String()).fill(`button[value="submit"]`, map[string]string{"title": " ", "html": html}).expect(http.StatusUnprocessableEntity)
		for _, field := range []string{"title", "text"} {
			if lina.text("#"+field+"-fault") == "" {
				t.Errorf("nothing is said beside %s", field)
			}
		}
	}
	if got := drafts(); got != before {
		t.Errorf("%d texts, and %d before", got, before)
	}
	lina.open(desk+"write/"+b.Blog.String()).fill(`button[value="submit"]`, map[string]string{"title": "Le musée"}).expect(http.StatusUnprocessableEntity)
	if got := drafts(); got != before+1 {
		t.Errorf("%d texts after one with a title, and %d before", got, before)
	}
}

// Who does not review is told whose page it is, and not that all is reviewed.
func TestReviewIsForModerators(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, who := range []string{"lina", "haddad-1"} {
		if got := b.as(t, who).open(desk + "review").expect(http.StatusOK).text("main"); !strings.Contains(got, "pour les modérateurs") || strings.Contains(got, "Tout est relu") {
			t.Errorf("%s reads %q", who, got)
		}
	}
	if got := b.as(t, "martin").open(desk + "review").expect(http.StatusOK).text("main"); !strings.Contains(got, "Tout est relu") {
		t.Errorf("a moderator reads %q", got)
	}
}
