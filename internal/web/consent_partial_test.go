package web_test

import (
	"net/http"
	"path"
	"strings"
	"testing"
)

// museum is a text of Martin's on the class blog with a picture of Lina, approved, and its
// picture.
func (b *bundle) museum(t *testing.T) (text, photo string) {
	t.Helper()
	photo = b.uploaded(t, "martin", tilleuls, astronaut(t))
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	martin := b.as(t, "martin")
	martin.open(desk+"write/"+b.Blog.String()).fill(`button[value="submit"]`, map[string]string{
		"title": "Le musée", "html": `<p>Nous y étions.</p><img src="/photos/` + photo + `" alt="Lina">`}).expect(http.StatusOK)
	b.work(t)
	text = path.Base(martin.at.Path)
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	return text, photo
}

// askFor has Martin ask those in a photo, and gives Lina's consent.
func (b *bundle) askFor(t *testing.T, photo string, more map[string]string) string {
	t.Helper()
	martin := b.as(t, "martin")
	martin.open(desk + "photos/" + photo).click(`a[href*="consents/ask"]`).expect(http.StatusOK)
	fields := b.project(map[string]string{"to_come": ""})
	for name, value := range more {
		fields[name] = value
	}
	martin.fill(`button[value="preview"]`, fields).expect(http.StatusOK)
	martin.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	b.work(t)
	return b.consentAbout(t, martin, b.Lina)
}

// says has somebody accept the lines of a consent that speak of these places, and no others;
// none of them without one.
func (b *bundle) says(t *testing.T, who, consent string, places ...string) {
	t.Helper()
	br := b.as(t, who)
	br.open(desk + "consents/" + consent).expect(http.StatusOK)
	form := br.find(`form:has(button[value="refuse"])`)
	fields := sent(form)
	fields.Set("do", "refuse")
	for _, place := range places {
		fields.Set("do", "answer")
		fields.Add("use", br.find(`.uses label:contains("`+place+`") input`).First().AttrOr("value", ""))
	}
	br.send(http.MethodPost, form.AttrOr("action", ""), fields, nil).expect(http.StatusOK)
	b.work(t)
}

// told reports whether somebody has a notice with these words.
func (b *bundle) told(t *testing.T, who, words string) bool {
	t.Helper()
	return strings.Contains(b.as(t, who).open(desk+"notices").expect(http.StatusOK).text("main"), words)
}

const (
	saidNo   = "Quelqu'un n'a pas donné son accord pour une photo de « Le musée »"
	seenGone = "Une photo de « Le musée » n'est plus montrée"
)

// A no to some uses is a no to the text that waits for one of them: its author reads who has
// refused and not that they are awaited, is told, and may leave the picture out, or blur.
func TestANoToSomeUsesStopsATextThatWaitsForThem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text, photo := b.museum(t)
	consent := b.askFor(t, photo, map[string]string{"use-" + b.Web.String(): "image"})
	b.says(t, "lina", consent, "Blog", "Site")
	work := func() *browser { return b.as(t, "martin").open(desk + "texts/" + text).expect(http.StatusOK) }
	if got := work().text("#pictures ~ ul"); !strings.Contains(got, "demandée") || strings.Contains(got, "refusée") || b.told(t, "martin", saidNo) {
		t.Errorf("while it is awaited: %q", got)
	}
	b.says(t, "haddad-1", consent, "Site") // and not the blog
	if !b.told(t, "martin", saidNo) {
		t.Error("its author is not told")
	}
	got := work()
	if said := got.text("#pictures ~ ul"); !strings.Contains(said, "l'autorisation est refusée") || strings.Contains(said, "attendue") {
		t.Errorf("what is missing: %q", said)
	}
	for _, way := range []string{"omit_photo", "blur_photo"} {
		got.find(`form:has([name="action"][value="` + way + `"])`)
	}
	got.click(`form:has([name="action"][value="blur_photo"]) button`).expect(http.StatusOK)
	b.work(t)
	address := b.as(t, "noe").open(desk+text).expect(http.StatusOK).find(`.prose img`).AttrOr("src", "")
	b.as(t, "noe").open(address).expect(http.StatusOK)
}

// A no to the same use of the same picture in another request counts: what readers saw goes,
// its author is told; and what waits there reads as refused.
func TestANoSaidElsewhereIsToldToTheAuthor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text, photo := b.museum(t)
	first := b.askFor(t, photo, nil)
	for _, who := range []string{"haddad-1", "lina"} {
		b.says(t, who, first, "Blog")
	}
	noe := b.as(t, "noe")
	address := noe.open(desk+text).expect(http.StatusOK).find(`.prose img`).AttrOr("src", "")
	noe.open(address).expect(http.StatusOK)
	second := b.askFor(t, photo, map[string]string{"title": "Le journal du musée"})
	if second == first {
		t.Fatal("nothing else was asked")
	}
	b.says(t, "haddad-1", second)
	noe.open(address).expect(http.StatusNotFound)
	if !b.told(t, "martin", seenGone) {
		t.Error("its author is not told")
	}
	if got := b.as(t, "martin").open(desk + "texts/" + text).expect(http.StatusOK).text("main"); !strings.Contains(got, "l'autorisation est refusée") {
		t.Errorf("what is missing: %q", got)
	}
}
