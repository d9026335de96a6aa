package web_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// The trip of a picture without JavaScript: Lina adds it to her text, an adult says who is
// on it, her family allows it, and the class sees it; when the answer is taken back it is
// gone at once, and the text stays.
func TestTripOfAPicture(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.as(t, "lina")
	lina.open(desk + "write/" + b.Blog.String()).expect(http.StatusOK)
	lina.attach(lina.at.String(), url.Values{"title": {"La sortie"}, "text": {"Nous avons vu une fusée."}, "language": {"fr"}, "version": {"0"}, "photo_alt": {"Une astronaute"}, "do": {"photo"}},
		nil, file{"sortie.png", astronaut(t)}).expect(http.StatusOK)
	if got := lina.find(`.pictures-list input[name^="alt-"]`).AttrOr("value", ""); got != "Une astronaute" || !strings.Contains(lina.text("textarea"), "fusée") {
		t.Fatalf("the text with its picture: %q, %q", got, lina.text("main"))
	}
	lina.fill(`button[value="submit"]`, nil).expect(http.StatusUnprocessableEntity)
	if got := lina.text("#text-fault"); !strings.Contains(got, "en préparation") {
		t.Errorf("sent too early: %q", got)
	}
	b.work(t)
	lina.fill(`button[value="submit"]`, map[string]string{"text": "Nous avons vu une grande fusée."}).expect(http.StatusOK)
	b.work(t)
	text := path.Base(lina.at.Path)
	photo := path.Base(strings.Split(lina.find(`.prose img`).AttrOr("src", ""), "?")[0])
	if got := lina.open(desk + "texts/" + text).text("#pictures ~ ul"); !strings.Contains(got, "Un adulte doit indiquer") {
		t.Errorf("what the picture lacks: %q", got)
	}
	b.judged(t, "martin", tilleuls, text, "approve", nil)
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	if got := lina.open(desk + "texts/" + text).text("#pictures ~ ul"); !strings.Contains(got, "Lina Haddad (son image) : l'autorisation n'a pas été demandée") {
		t.Errorf("what the picture lacks once it is said who is on it: %q", got)
	}
	b.allowed(t, photo, b.Lina, b.Blog)
	b.named(t, "martin", tilleuls, photo, "Lina Haddad") // and so it is judged anew
	noe := b.as(t, "noe")
	noe.open(desk + text).expect(http.StatusOK)
	address := noe.find(`.prose img`).AttrOr("src", "")
	if noe.find(`.prose img`).AttrOr("width", "") == "" || noe.find(`.prose img`).AttrOr("alt", "") != "Une astronaute" {
		t.Errorf("the picture keeps no place: %s", address)
	}
	b.seen(t, noe, address)
	b.exec(t, `UPDATE consent_cover SET ended_at = now()`)
	noe.open(address).expect(http.StatusNotFound)
	if kind := noe.header.Get("Content-Type"); kind != "image/svg+xml" || !strings.Contains(noe.page.Text(), "Photo non affichée") {
		t.Errorf("what stands in its place: %s %q", kind, noe.page.Text())
	}
	noe.open(desk + text).expect(http.StatusOK)
}

// seen looks at a picture that may be seen: how it is sent, and that what a browser has
// already is not opened again.
func (b *bundle) seen(t *testing.T, br *browser, address string) {
	t.Helper()
	br.open(address).expect(http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "image/jpeg", "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff", "Content-Disposition": "inline",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
	} {
		if got := br.header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	before := b.shelf.opened
	br.send(http.MethodGet, address, nil, map[string]string{"If-None-Match": br.header.Get("ETag")}).expect(http.StatusNotModified)
	br.open(address).expect(http.StatusOK)
	if b.shelf.opened != before {
		t.Errorf("the file was opened %d times again", b.shelf.opened-before)
	}
}

// What is no picture is refused in words, and leaves nothing behind.
func TestFilesThatAreNoPictures(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'photo_bytes', '1', now())`, b.Tilleuls)
	large := append(rocket(t), make([]byte, 1<<20)...)
	script := map[string]string{"Accept": "application/json, application/problem+json"}
	for name, tt := range map[string]struct {
		file file
		want string
	}{
		"words":     {file{"a.jpg", []byte("GIF of nothing")}, "n'est pas une photo"},
		"a page":    {file{"a.png", []byte("<!DOCTYPE html><script>alert(1)</script>")}, "n'est pas une photo"},
		"too large": {file{"a.jpg", large}, "1 Mio au plus"},
		"cut off":   {file{"a.jpg", rocket(t)[:2000]}, "abîmé"},
		"nothing":   {file{"a.jpg", nil}, "n'est pas une photo"},
		"signs":     {file{"a\u202eb.jpg", []byte("x")}, "n'est pas une photo"},
	} {
		t.Run(name, func(t *testing.T) {
			martin := b.as(t, "martin")
			martin.attach(desk+"photos", nil, nil, tt.file).expect(http.StatusUnprocessableEntity)
			if got := martin.text("#photo-fault"); !strings.Contains(got, tt.want) {
				t.Errorf("it says %q", got)
			}
			martin.attach(desk+"photos", nil, script, tt.file).expect(http.StatusUnprocessableEntity)
			if got := typed(martin.page.Text()); !strings.Contains(got, tt.want) {
				t.Errorf("a script is told %q", got)
			}
		})
	}
	b.as(t, "martin").attach(desk+"photos", nil, nil, file{"a\x00.jpg", rocket(t)}).expect(http.StatusBadRequest)
	if len(b.shelf.files) > 0 {
		t.Errorf("%d files are left", len(b.shelf.files))
	}
}

// A picture of the collège is nothing to the lycée, by any route, nor to a pupil who has
// nothing to do with it.
func TestPicturesBehindTheWalls(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "martin", tilleuls, rocket(t))
	for who, uai := range map[string]string{"zoe": platanes, "roche": platanes, "lina": tilleuls, "haddad-1": tilleuls} {
		br := b.as(t, who)
		at := "/e/" + uai + "/-/photos/" + photo
		for _, address := range []string{at, at + "/state", at + "/original", "/photos/" + photo, "/photos/" + photo + "?size=thumbnail"} {
			br.open(address).expect(http.StatusNotFound)
		}
		for _, address := range []string{at, at + "/act"} {
			br.send(http.MethodPost, address, url.Values{"action": {"mask"}, "version": {"2"}, "do": {"declare"}, "nobody": {"yes"}}, nil).expect(http.StatusNotFound)
		}
	}
	b.as(t, "martin").open("/photos/" + photo + "?size=thumbnail").expect(http.StatusOK)
	b.as(t, "garcia").open("/photos/" + photo).expect(http.StatusOK)
	b.as(t, "garcia").open("/photos/" + photo + "?size=huge").expect(http.StatusNotFound)
	b.as(t, "diallo").open(desk + "photos/" + photo + "/original").expect(http.StatusNotFound)
	martin := b.as(t, "martin")
	martin.open(desk + "photos/" + photo + "/original").expect(http.StatusOK)
	if got := martin.header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") || martin.header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the original is sent as %s", got)
	}
}

// Names that several bear are asked about; what is said is kept.
func TestWhoIsOnAPicture(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "martin", tilleuls, astronaut(t))
	martin := b.as(t, "martin")
	at := desk + "photos/" + photo
	martin.open(at).expect(http.StatusOK)
	if got := martin.find(`.photo-boxes rect`).Length(); got != 1 {
		t.Errorf("%d boxes are drawn", got)
	}
	martin.fill(`button[value="declare"]`, nil).expect(http.StatusUnprocessableEntity)
	if got := martin.text("#faults"); !strings.Contains(got, "R27") {
		t.Errorf("declared without a word: %q", got)
	}
	martin.open(at).fill(`button[value="declare"]`, map[string]string{"p0-who": "haddad"}).expect(http.StatusUnprocessableEntity)
	if got := martin.find(`#p0 input[type="radio"]`).Length(); got != 2 {
		t.Errorf("%d people are called so", got)
	}
	if got := martin.find(`#p0-who`).AttrOr("value", ""); got != "haddad" {
		t.Errorf("what was typed has become %q", got)
	}
	martin.fill(`button[value="save"]`, map[string]string{"p0-person": b.Haddad.String(), "p1-outcome": "outsider", "p1-given": "Ada", "p1-family": "Lovelace", "p1-email": "ada"}).
		expect(http.StatusUnprocessableEntity)
	if got := martin.text("#p1-email-fault"); got == "" {
		t.Errorf("an address that is none: %q", martin.text("main"))
	}
	martin.fill(`button[value="declare"]`, map[string]string{"p1-email": "ada@example.org"}).expect(http.StatusOK)
	b.work(t)
	if got := martin.open(at).text(".badge"); !strings.Contains(got, "Tout le monde est indiqué") {
		t.Errorf("it is %q", got)
	}
	if got := martin.find(`#p1-who`).AttrOr("value", ""); got != "Ada Lovelace" {
		t.Errorf("the outsider is %q", got)
	}
	garcia := b.as(t, "garcia")
	garcia.open(at).fill(`form:has(input[value="mask"]) button`, map[string]string{"ground": "IMG", "text": "À regarder."}).expect(http.StatusOK)
	if got := garcia.text(".notice-warning"); !strings.Contains(got, "masquée partout") {
		t.Errorf("held: %q", got)
	}
}

// An outing's pictures: one gesture puts the same people on many.
func TestSeries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	martin.open(desk+"photos").fill(`form[action$="/series"] button`, map[string]string{"title": "La sortie"}).expect(http.StatusOK)
	series := martin.at.Query().Get("series")
	martin.attach(desk+"photos", url.Values{"series": {series}}, nil, file{"1.jpg", rocket(t)}, file{"2.png", astronaut(t)}).expect(http.StatusOK)
	b.work(t)
	martin.open(martin.at.String())
	boxes := martin.find(`input[name="chosen"]`)
	if martin.text("h1") != "La sortie" || boxes.Length() != 2 {
		t.Fatalf("%s with %d pictures", martin.text("h1"), boxes.Length())
	}
	form := url.Values{"series": {series}, "who": {"Lina Haddad · 5A ; Noé Perrin"}, "chosen": {boxes.Eq(0).AttrOr("value", ""), boxes.Eq(1).AttrOr("value", "")}}
	martin.send(http.MethodPost, desk+"photos/same", form, nil).expect(http.StatusOK)
	martin.open(desk + "photos/" + boxes.Eq(0).AttrOr("value", "")).expect(http.StatusOK)
	got := martin.find(`.people-rows input[name$="-who"]`).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
	if !strings.Contains(strings.Join(got, ","), "Lina Haddad,Noé Perrin") {
		t.Errorf("on it: %q", got)
	}
}
