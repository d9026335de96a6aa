package web_test

import (
	"bytes"
	"io"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/ledongthuc/pdf"

	"imprimatur/internal/id"
)

// paperOf prints a text as somebody, and reads it back by another library: its words, and
// how many pictures it has.
func (b *bundle) paperOf(t *testing.T, br *browser, address string) (text string, pictures int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := br.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/pdf" || answer.Header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("%s: %d %v %v", address, answer.StatusCode, answer.Header, err)
	}
	read, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= read.NumPage(); n++ {
		words, err := read.Page(n).GetPlainText(nil)
		if err != nil {
			t.Fatal(err)
		}
		text += words
	}
	return strings.Join(strings.Fields(text), " "), bytes.Count(data, []byte("/Subtype /Image"))
}

// printable covers somebody on paper, as their family's answer would.
func (b *bundle) printable(t *testing.T, photo string, who id.Person) {
	t.Helper()
	b.allowed(t, photo, who, b.Web)
	b.exec(t, `ALTER TABLE consent_use DISABLE TRIGGER consent_use_sealed`)
	b.exec(t, `UPDATE consent_use SET audience = 'print', space_id = NULL WHERE audience = 'public_web'`)
	b.exec(t, `ALTER TABLE consent_use ENABLE TRIGGER consent_use_sealed`)
	b.exec(t, `UPDATE consent_cover SET audience = 'print', space_id = NULL WHERE audience = 'public_web'`)
}

// A print of a text has its words, and a picture only while everybody in it agrees both to
// be seen there and to paper (R27).
func TestAPrintObeysPaper(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "martin", tilleuls, astronaut(t))
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	b.allowed(t, photo, b.Lina, b.Blog)
	martin := b.as(t, "martin")
	martin.open(desk+"write/"+b.Blog.String()).fill(`button[value="submit"]`, map[string]string{
		"title": "L'été au musée", "html": `<h2>Première salle</h2><p>Nous y étions.</p><img src="/photos/` + photo + `" alt="Lina">`}).expect(http.StatusOK)
	b.work(t)
	id := path.Base(martin.at.Path)
	b.judged(t, "diallo", tilleuls, id, "approve", nil)
	noe := b.as(t, "noe")
	noe.open(desk + id).expect(http.StatusOK)
	noe.open(noe.find(`.prose img`).AttrOr("src", "")).expect(http.StatusOK)
	address := noe.open(desk+id).find(`a[href$="/print.pdf"]`).AttrOr("href", "")

	text, pictures := b.paperOf(t, noe, address)
	if pictures != 0 || !strings.Contains(text, "Photo non imprimée") || !strings.Contains(text, "L'été au musée") || !strings.Contains(text, "Nous y étions.") {
		t.Errorf("without a consent to paper: %d pictures, %q", pictures, text)
	}
	b.printable(t, photo, b.Lina)
	if text, pictures = b.paperOf(t, noe, address); pictures != 1 || strings.Contains(text, "Photo non imprimée") {
		t.Errorf("with both: %d pictures, %q", pictures, text)
	}
	b.exec(t, `UPDATE consent_cover SET ended_at = now() WHERE audience = 'group'`)
	if _, pictures = b.paperOf(t, noe, address); pictures != 0 {
		t.Errorf("paper alone, of a text where it may not be seen: %d pictures", pictures)
	}
	b.exec(t, `UPDATE consent_cover SET ended_at = NULL`)
	if _, pictures = b.paperOf(t, noe, address); pictures != 1 {
		t.Errorf("with both again: %d pictures", pictures)
	}
	b.exec(t, `UPDATE consent_cover SET ended_at = now() WHERE audience = 'print'`)
	if _, pictures = b.paperOf(t, noe, address); pictures != 0 {
		t.Errorf("after paper was taken back: %d pictures", pictures)
	}

	for _, who := range []string{"zoe", "roche", ""} {
		br := b.visitor(t)
		if who != "" {
			br = b.as(t, who)
		}
		br.open(address).expect(http.StatusNotFound)
	}
	noe.open(strings.Replace(address, "blog-5a", "site", 1)).expect(http.StatusNotFound)
	b.judged(t, "martin", tilleuls, id, "mask", map[string]string{"ground": "IMG", "text": "Plainte."})
	noe.open(address).expect(http.StatusNotFound)
}
