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
