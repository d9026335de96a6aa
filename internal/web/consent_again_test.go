package web_test

import (
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// ticked are the boxes of a form that are ticked, by name and value.
func ticked(br *browser, selector string) string {
	var list []string
	br.page.Find(selector).Each(func(_ int, box *goquery.Selection) {
		if _, yes := box.Attr("checked"); yes {
			list = append(list, box.AttrOr("name", "")+"="+box.AttrOr("value", ""))
		}
	})
	return strings.Join(list, " ")
}

// What a text waits for is ticked where it waits: of a recording, the voice.
func TestAskingTicksWhatIsMissing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, recording := b.sentDocument(t, "lina", b.Blog.String(), "Bonjour", file{"bonjour.wav", voice()})
	b.said(t, recording, "Lina Haddad")
	_, photo := b.museum(t)
	martin := b.as(t, "martin")
	for chosen, want := range map[string]string{recording: "voice", photo: "image"} {
		martin.open(desk + "consents/ask?chosen=" + chosen).expect(http.StatusOK)
		if got := ticked(martin, `[name^="use-"]`); got != "use-"+b.Blog.String()+"="+want {
			t.Errorf("ticked %q, want %s", got, want)
		}
	}
	b.askFor(t, photo, nil)
	asked := martin.open(desk+"consents").find(`.queue td a`).First().AttrOr("href", "")
	martin.open(asked).click(`a[href*="/ask?again="]`).expect(http.StatusOK)
	if got := ticked(martin, `[name^="use-"]`); got != "use-print=image" {
		t.Errorf("of paper afterwards: ticked %q", got)
	}
	if got := martin.find(`main a[href$="/-/classes"]`).Text(); got != "Les trombinoscopes" {
		t.Errorf("the way to trombinoscopes: %q", got)
	}
}

// Paper is asked for afterwards, for a project that was asked for without it, by a request of
// that use alone, of the same pictures and people; who refused it lately is not asked again
// (R31, R33).
func TestPaperIsAskedForAfterwards(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.askedOf(t, b.Lina)
	martin := b.as(t, "martin")
	project := martin.open(desk+"consents").find(`.queue td a`).First().AttrOr("href", "")
	martin.open(project).click(`a[href*="/ask?again="]`).expect(http.StatusOK)
	if got := ticked(martin, `[name^="use-"]`); got != "use-print=image" {
		t.Errorf("ticked %q", got)
	}
	if got := martin.page.Find(`[name="asked"][checked]`).Length(); got < 2 || martin.find("#title").AttrOr("value", "") != "La sortie au musée" {
		t.Errorf("%d people are asked again", got)
	}
	lina := map[string]string{}
	martin.page.Find(`[name="asked"]`).Each(func(_ int, box *goquery.Selection) {
		if box.AttrOr("value", "") == b.Lina.String() {
			lina["asked"] = b.Lina.String()
		}
	})
	martin.fill(`button[value="preview"]`, lina).expect(http.StatusOK)
	if got := martin.text("section.card"); !strings.Contains(got, "Son image, sur papier") || strings.Contains(got, "Blog") || !strings.Contains(got, "Lina Haddad") || strings.Contains(got, "Noé") {
		t.Errorf("what is sent: %q", got)
	}
	martin.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	b.work(t)
	paper := path.Base(martin.find(`.queue tr:contains("Lina Haddad") th a`).First().AttrOr("href", ""))
	if paper == first {
		t.Fatal("nothing else was asked")
	}
	b.says(t, "haddad-1", paper)
	if got := b.as(t, "martin").open(desk + "consents/" + first).text("main"); strings.Contains(got, "Remplacée") || strings.Contains(got, "Refusée") {
		t.Errorf("what was asked before: %q", got)
	}
	martin.open(project).click(`a[href*="/ask?again="]`).fill(`button[value="preview"]`, lina).expect(http.StatusOK)
	if got := martin.text("section.card"); !strings.Contains(got, "Lina Haddad") || martin.page.Find(`button[value="send"]`).Length() > 0 {
		t.Errorf("who refused lately is asked again: %q", got)
	}
}

// The printed trombinoscope is asked for afterwards too, on the class's page.
func TestThePrintedTrombinoscopeIsAskedForAfterwards(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'guardians_print', '1', now())`, b.Tilleuls)
	b.portrayed(t, b.Lina, "")
	martin := b.as(t, "martin")
	for _, who := range []string{"lina", "haddad-1"} {
		b.accepts(t, who, b.consentTo(t, b.Lina), 1)
	}
	martin.open(b.classPath()).expect(http.StatusOK)
	if martin.page.Find(`.face img.no-print`).Length() != 1 {
		t.Fatal("the portrait is not seen, or is printed already")
	}
	martin.open(b.classPath("make")).fill(`button[value="ask_paper"]`, nil).expect(http.StatusOK)
	b.work(t)
	if martin.page.Find(`button[value="ask_paper"]`).Length() > 0 {
		t.Error("asked for again")
	}
	martin.open(desk + "consents")
	paper := path.Base(martin.find(`.queue tr:contains("Trombinoscope imprimé"):contains("Lina Haddad") th a`).First().AttrOr("href", ""))
	for _, who := range []string{"lina", "haddad-1"} {
		b.accepts(t, who, paper, 1)
	}
	if got := martin.open(b.classPath()).find(`.face img`); got.HasClass("no-print") {
		t.Errorf("the portrait is not for paper: %s", martin.text("main"))
	}
}
