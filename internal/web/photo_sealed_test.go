package web_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"
)

// Who judges a text looks at its pictures as they were sealed with it, whatever has been
// blurred since, and is told so (R19).
func TestPicturesAsTheyWereSent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.as(t, "lina")
	lina.open(desk + "write/" + b.Blog.String()).expect(http.StatusOK)
	lina.attach(lina.at.String(), url.Values{"title": {"La sortie"}, "text": {"Une fusée."}, "language": {"fr"}, "version": {"0"}, "photo_alt": {"Une astronaute"}, "do": {"photo"}},
		nil, file{"sortie.png", astronaut(t)}).expect(http.StatusOK)
	b.work(t)
	lina.fill(`button[value="submit"]`, nil).expect(http.StatusOK)
	b.work(t)
	text := path.Base(lina.at.Path)
	sealed := lina.open(desk+"texts/"+text).find(`.prose img`).AttrOr("src", "")
	current, _, named := strings.Cut(sealed, "&rendition=")
	if !named {
		t.Fatalf("the author's picture is %s", sealed)
	}
	photo := strings.TrimPrefix(strings.Split(current, "?")[0], "/photos/")
	before := lina.open(sealed).header.Get("ETag")

	b.as(t, "martin").open(desk+"photos/"+photo).fill(`button[value="declare"]`, map[string]string{"p0-outcome": "blur"}).expect(http.StatusOK)
	b.work(t)
	diallo := b.as(t, "diallo")
	if after := diallo.open(current).header.Get("ETag"); after == before || after == "" {
		t.Fatalf("blurred, it is %s as before", after)
	}
	for who, br := range map[string]*browser{"who judges": diallo, "the author": lina} {
		at := desk + "review/" + text
		if br == lina {
			at = desk + "texts/" + text
		}
		br.open(at).expect(http.StatusOK)
		for _, address := range []string{br.find(`.prose img`).AttrOr("src", ""), strings.Replace(sealed, "standard", "thumbnail", 1)} {
			if br.open(address).expect(http.StatusOK); address == sealed && br.header.Get("ETag") != before {
				t.Errorf("%s sees another picture than was sent", who)
			}
		}
		if got := br.open(at).find(`.prose img`).AttrOr("src", ""); got != sealed {
			t.Errorf("%s is shown %s, want %s", who, got, sealed)
		}
		if got := br.text(".pictures-list"); !strings.Contains(got, "floutée autrement") {
			t.Errorf("%s is not told: %q", who, got)
		}
	}
	for _, who := range []string{"noe", "haddad-1", "zoe", "roche"} {
		b.as(t, who).open(sealed).expect(http.StatusNotFound)
	}
	lina.open(current + "&rendition=" + photo).expect(http.StatusNotFound) // no rendition
	lina.open(current + "&rendition=all").expect(http.StatusNotFound)
}
