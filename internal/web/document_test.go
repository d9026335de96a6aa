package web_test

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	imageconsent "imprimatur/image-consent"
)

// voice is a second of sound, in so many bytes.
func voice() []byte {
	const seconds, rate, head = 1, 8000, 36
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data")
	binary.LittleEndian.PutUint32(b[4:], seconds*rate+head)
	b = binary.LittleEndian.AppendUint32(b, seconds*rate)
	for i := range seconds * rate {
		b = append(b, byte(128+40*(i/16%2)))
	}
	return b
}

// leaflet is a PDF that does nothing.
func leaflet(more string) []byte {
	return []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + more + "\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

// sentDocument is the id of a document that somebody wrote with one file and sent, and
// the id of the file.
func (b *bundle) sentDocument(t *testing.T, who, space, title string, f file) (text, photo string) {
	t.Helper()
	br := b.as(t, who)
	br.open(desk + "write/" + space + "?kind=document").expect(http.StatusOK)
	br.attachAs("document", br.at.String(), url.Values{"title": {title}, "text": {"On y dit bonjour."}, "version": {"0"}, "photo_alt": {"Lina se présente"}, "do": {"photo"}}, nil, f).expect(http.StatusOK)
	b.work(t)
	photo = br.find(`input[name="picture"]`).AttrOr("value", "")
	br.fill(`button[value="submit"]`, nil).expect(http.StatusOK)
	b.work(t)
	return path.Base(br.at.Path), photo
}

// said says of a file that somebody is in it, or nobody, and declares it complete.
func (b *bundle) said(t *testing.T, photo, name string) {
	t.Helper()
	martin := b.as(t, "martin")
	martin.open(desk + "photos/" + photo).expect(http.StatusOK)
	fields := map[string]string{"nobody": "yes"}
	if name != "" {
		fields = map[string]string{"p0-outcome": "person", "p0-who": name}
	}
	martin.fill(`button[value="declare"]`, fields).expect(http.StatusOK)
	b.work(t)
}

// The trip of a voice: even where texts appear before they are reviewed it is reviewed
// first; it is heard when its family allows it, and refused at once when that ends.
func TestTripOfADocument(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `UPDATE space SET mode = 'POST' WHERE space_id = $1`, b.Blog)
	text, photo := b.sentDocument(t, "lina", b.Blog.String(), "Bonjour", file{"bonjour.wav", voice()})
	noe := b.as(t, "noe")
	noe.open(desk + text).expect(http.StatusNotFound)
	lina := b.as(t, "lina")
	if got := lina.open(desk + "texts/" + text).text("main"); !strings.Contains(got, "Un adulte doit indiquer") {
		t.Errorf("what the file lacks: %q", got)
	}
	martin := b.as(t, "martin")
	martin.open(desk + "review/" + text).expect(http.StatusOK)
	if martin.find("audio").AttrOr("src", "") != "/photos/"+photo+"?size=file" {
		t.Errorf("who reviews hears nothing: %q", martin.text("main"))
	}
	b.judged(t, "martin", tilleuls, text, "approve", nil)
	b.said(t, photo, "Lina Haddad")
	address := desk + "seen/" + text + "/" + photo + "/file"
	noe.open(address).expect(http.StatusNotFound)
	b.allowed(t, photo, b.Lina, b.Blog) // her image, which is none of her voice
	b.said(t, photo, "")
	noe.open(desk + text).expect(http.StatusNotFound)
	b.allowedTo(t, photo, b.Lina, b.Blog, imageconsent.Voice)
	b.said(t, photo, "")
	noe.open(desk + text).expect(http.StatusOK)
	if got := noe.find("audio[controls]").AttrOr("src", ""); got != address || noe.find("audio").AttrOr("aria-label", "") != "Lina se présente" {
		t.Fatalf("it is played from %q: %q", got, noe.text("main"))
	}
	b.heard(t, noe, address)
	b.as(t, "zoe").open(address).expect(http.StatusNotFound)
	b.visitor(t).open(address).expect(http.StatusNotFound)
	b.exec(t, `UPDATE consent_cover SET ended_at = now() WHERE medium = 'voice'`)
	noe.open(address).expect(http.StatusNotFound)
	noe.open(desk + text).expect(http.StatusOK)
	if got := noe.text(".file"); !strings.Contains(got, "Fichier non disponible") || noe.page.Find("audio, .file a").Length() > 0 {
		t.Errorf("in its place stands %q", got)
	}
}

// heard asks for a sound as browsers do: all of it, its beginning, its end, and again.
func (b *bundle) heard(t *testing.T, br *browser, address string) {
	t.Helper()
	whole := voice()
	br.open(address).expect(http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "audio/wav", "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff", "Accept-Ranges": "bytes",
		"Content-Disposition": `attachment; filename="document.wav"`, "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
	} {
		if got := br.header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	br.send(http.MethodGet, address, nil, map[string]string{"If-None-Match": br.header.Get("ETag")}).expect(http.StatusNotModified)
	for asked, want := range map[string][]byte{"bytes=0-1": whole[:2], "bytes=44-99": whole[44:100], "bytes=-10": whole[len(whole)-10:], "bytes=8000-": whole[8000:]} {
		br.send(http.MethodGet, address, nil, map[string]string{"Range": asked}).expect(http.StatusPartialContent)
		if got := br.raw; !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, want %d", asked, len(got), len(want))
		}
	}
	br.send(http.MethodGet, address, nil, map[string]string{"Range": "bytes=99999999-"}).expect(http.StatusRequestedRangeNotSatisfiable)
	br.send(http.MethodGet, address, nil, map[string]string{"Range": "bytes=5-6,1-2,9-"}).expect(http.StatusOK)
	if got := br.raw; !bytes.Equal(got, whole) {
		t.Errorf("several parts at once: %d bytes, want all %d", len(got), len(whole))
	}
}

// What acts, lies about itself or is of no type that is taken is refused in words, and
// leaves nothing behind.
func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'paper_bytes', '1', now())`, b.Tilleuls)
	for name, tt := range map[string]struct {
		file file
		want string
	}{
		"a program":     {file{"devoir.pdf", append([]byte("MZ\x90\x00"), make([]byte, 400)...)}, "Type de fichier refusé"},
		"a page":        {file{"devoir.pdf", []byte("<!DOCTYPE html><script>alert(1)</script>")}, "Type de fichier refusé"},
		"a drawing":     {file{"a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)}, "Type de fichier refusé"},
		"an old office": {file{"a.doc", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 900)...)}, "ancien format"},
		"a script":      {file{"a.pdf", leaflet("2 0 obj\n<< /S /JavaScript /JS (x) >>\nendobj")}, "une macro, un programme"},
		"two in one":    {file{"a.pdf", append(leaflet(""), "<html></html>"...)}, "d'une autre sorte"},
		"half of one":   {file{"a.pdf", leaflet("")[:50]}, "abîmé"},
		"a picture":     {file{"a.jpg", rocket(t)}, "C'est une image"},
		"too large":     {file{"a.pdf", leaflet(strings.Repeat("% rien\n", 200_000))}, "1 Mio au plus"},
		"nothing":       {file{"a.pdf", nil}, "Type de fichier refusé"},
	} {
		martin := b.as(t, "martin")
		martin.attachAs("document", desk+"write/"+b.Blog.String()+"?kind=document", url.Values{"title": {"Un document"}, "do": {"photo"}}, nil, tt.file).expect(http.StatusUnprocessableEntity)
		if got := martin.text("#document-fault"); !strings.Contains(got, tt.want) {
			t.Errorf("%s: it says %q", name, got)
		}
		if got := martin.find("#title").AttrOr("value", ""); got != "Un document" {
			t.Errorf("%s: the title has become %q", name, got)
		}
	}
	if len(b.shelf.files) > 0 {
		t.Errorf("%d files are left", len(b.shelf.files))
	}
}

// Files and pictures keep apart, a document has a file, and a file is behind the walls.
func TestWhereFilesBelong(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	write := desk + "write/" + b.Blog.String()
	martin.open(write+"?kind=document").fill(`button[value="submit"]`, map[string]string{"title": "Rien"}).expect(http.StatusUnprocessableEntity)
	if got := martin.text("#document-fault"); !strings.Contains(got, "Joignez au moins un fichier") {
		t.Errorf("without a file: %q", got)
	}
	text, photo := b.sentDocument(t, "martin", b.Blog.String(), "Le règlement", file{"reglement.pdf", leaflet("")})
	image := b.uploaded(t, "martin", tilleuls, rocket(t))
	for address, img := range map[string]string{write: photo, write + "?kind=document": image} {
		martin.send(http.MethodPost, address, url.Values{"title": {"Un titre"}, "text": {"Des mots."}, "picture": {img}, "version": {"0"}, "do": {"submit"}}, nil).expect(http.StatusUnprocessableEntity)
	}
	b.said(t, photo, "")
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	noe := b.as(t, "noe")
	noe.open(desk + text).expect(http.StatusOK)
	if got := noe.find(".file a[download]").AttrOr("href", ""); got != desk+"seen/"+text+"/"+photo+"/file" {
		t.Errorf("it is at %q: %q", got, noe.text("main"))
	}
	noe.open(desk + "seen/" + text + "/" + photo + "/file").expect(http.StatusOK)
	if got := noe.header.Get("Content-Type"); got != "application/pdf" {
		t.Errorf("a PDF is %s", got)
	}
	noe.open(desk + "seen/" + text + "/" + photo + "/standard").expect(http.StatusNotFound)
	noe.open("/photos/" + photo + "?size=file").expect(http.StatusNotFound)
	zoe := b.as(t, "zoe")
	for _, address := range []string{desk + "seen/" + text + "/" + photo + "/file", atPlatanes + "-/seen/" + text + "/" + photo + "/file", "/photos/" + photo + "?size=file", atPlatanes + "-/photos/" + photo} {
		zoe.open(address).expect(http.StatusNotFound)
	}
	martin.open(desk + "photos/" + photo).expect(http.StatusOK)
	if got := martin.page.Find(`option[value="blur"]`).Length(); got > 0 {
		t.Error("a PDF offers to be blurred")
	}
}

// playDocument shares two files, of which readers get one.
func (s *scene) playDocument(t *testing.T) {
	t.Helper()
	martin := s.as(t, "martin")
	martin.open(desk + "write/" + s.Blog.String() + "?kind=document").expect(http.StatusOK)
	fields := url.Values{"title": {"Le signal"}, "text": {"Trois notes."}, "version": {"0"}, "photo_alt": {"Trois notes qui montent"}, "do": {"photo"}}
	martin.attachAs("document", martin.at.String(), fields, nil, file{"signal.wav", voice()}).expect(http.StatusOK)
	s.voice = martin.find(`input[name="picture"]`).AttrOr("value", "")
	fields = url.Values{"title": {"Le signal"}, "text": {"Trois notes."}, "version": {"1"}, "picture": {s.voice}, "alt-" + s.voice: {"Trois notes qui montent"}, "photo_alt": {"La partition"}, "do": {"photo"}}
	martin.attachAs("document", martin.at.String(), fields, nil, file{"partition.pdf", leaflet("")}).expect(http.StatusOK)
	s.work(t)
	martin.fill(`button[value="submit"]`, nil).expect(http.StatusOK)
	s.work(t)
	s.document = path.Base(martin.at.Path)
	s.said(t, s.voice, "")
	s.judged(t, "diallo", tilleuls, s.document, "approve", nil)
	martin.open(desk+"texts/"+s.document).fill(`form[action$="/wait"] button`, nil).expect(http.StatusOK)
	s.work(t)
}
