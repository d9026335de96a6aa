package web_test

import (
	"net/http"
	"path"
	"strings"
	"testing"
)

// The head writes a reason of the school's own, and whoever decides takes it and may change it.
func TestTheSchoolsOwnReasons(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia")
	garcia.open(desk+"reasons").fill(`form[action$="/reasons"] button`, map[string]string{"title": ""}).expect(http.StatusUnprocessableEntity)
	garcia.fill(`form[action$="/reasons"] button`, map[string]string{"title": "Moquerie", "to_author": "On ne se moque pas, ici.", "to_reporter": "C'est traité."}).expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "Moquerie") {
		t.Fatalf("the page says %s", got)
	}
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	b.requested(t, desk+text, complaint())
	b.work(t)
	martin := b.as(t, "martin")
	martin.open(desk + "cases").click(`table a`).expect(http.StatusOK)
	martin.click(`.actions a[role="button"]`).expect(http.StatusOK)
	own := martin.find(`#own option:contains("Moquerie")`).AttrOr("value", "")
	martin.fill(`button[value="draft"]`, map[string]string{"verdict": "ask_edit", "own": own}).expect(http.StatusOK)
	if got := martin.find("#reason").Text(); got != "On ne se moque pas, ici." {
		t.Errorf("proposed %q", got)
	}
	martin.open(desk + "reasons").expect(http.StatusNotFound)
	garcia.open(desk+"reasons").fill(`form[action$="/drop"] button`, nil).expect(http.StatusOK)
	if got := garcia.text("main"); strings.Contains(got, "Moquerie") {
		t.Errorf("it is still there: %s", got)
	}
}

// Each photo of a text is reported from the text: who belongs here comes to the form with it
// chosen, by what it shows.
func TestEachPhotoIsReported(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "martin", tilleuls, astronaut(t))
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	b.allowed(t, photo, b.Lina, b.Blog)
	martin := b.as(t, "martin")
	martin.open(desk+"write/"+b.Blog.String()).fill(`button[value="submit"]`, map[string]string{
		"title": "Le musée", "html": `<p>Nous y étions.</p><img src="/photos/` + photo + `" alt="Lina">`}).expect(http.StatusOK)
	b.work(t)
	text := path.Base(martin.at.Path)
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	b.work(t)
	lina := b.as(t, "lina")
	lina.open(desk + text).expect(http.StatusOK)
	link := lina.find(`a[href*="photo=` + photo + `"]`)
	if !strings.Contains(link.Text(), "Lina") {
		t.Errorf("the link says %q", link.Text())
	}
	lina.click(`a[href*="photo=` + photo + `"]`).expect(http.StatusOK)
	if got := lina.find(`input[name="photo"][checked]`).AttrOr("value", ""); got != photo {
		t.Errorf("chosen is %s", got)
	}
}
