package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
)

const forum = "/e/" + tilleuls + "/club-lecture/"

// On a phone, a teacher stops a space with one tap. Its pupils read that it is frozen and may
// not write, by the rule; its owner looks at it, and lets them write again (R26).
func TestATeacherStopsASpaceWithOneTap(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.enter(t, ctx, "martin")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+forum), press(`form[action*="/stops/space/"] button`))
	accessible(t, ctx, "what is stopped")
	htmltest.Quiet(t, ctx)
	lina := b.as(t, "lina")
	if got := lina.open(forum).text("main .notice-warning"); !strings.Contains(got, "momentanément gelé") {
		t.Errorf("a reader reads %q", got)
	}
	if lina.page.Find(`main a[role="button"]`).Length() > 0 {
		t.Error("a pupil is offered to write")
	}
	written := lina.send(http.MethodPost, desk+"write/"+b.Forum.String(), url.Values{"title": {"Un"}, "text": {"Deux"}, "do": {"submit"}}, nil)
	if written.status != http.StatusUnprocessableEntity && written.status != http.StatusConflict && written.status != http.StatusForbidden || !strings.Contains(written.text("main"), "gelé") {
		t.Errorf("a pupil writes: %d %s", written.status, written.text("main"))
	}
	diallo := b.as(t, "diallo")
	diallo.open(desk+"stops").fill(`form[action$="/release"] button`, map[string]string{"text": ""}).expect(http.StatusUnprocessableEntity)
	diallo.fill(`form[action$="/release"] button`, map[string]string{"text": "Rien de grave."}).expect(http.StatusOK)
	if got := diallo.text("main .notice-success"); !strings.Contains(got, "arrêt est levé") {
		t.Errorf("the owner reads %q", got)
	}
	if lina.open(forum).page.Find(`main a[role="button"]`).Length() == 0 {
		t.Error("nobody is offered to write again")
	}
}

// A text is stopped from where it is read, by whoever may; to others the button is not there,
// nor what it leads to.
func TestATextIsStoppedFromItsPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.sent(t, "lina", tilleuls, b.Forum.String(), "Le mammouth", "Il est au musée.")
	b.work(t)
	lina, diallo := b.as(t, "lina"), b.as(t, "diallo")
	if lina.open(desk+text).expect(http.StatusOK).page.Find(`form[action*="/stops/"]`).Length() > 0 {
		t.Error("a pupil has the button")
	}
	if lina.send(http.MethodPost, desk+"stops/text/"+text, url.Values{}, nil).status != http.StatusForbidden {
		t.Errorf("a pupil stops it: %d", lina.status)
	}
	diallo.open(desk+text).fill(`form[action*="/stops/text/"] button`, nil).expect(http.StatusOK)
	if got := diallo.text("main .card"); !strings.Contains(got, "Le mammouth") {
		t.Errorf("what is stopped: %q", got)
	}
	if lina.open(forum+text).status != http.StatusNotFound {
		t.Errorf("it is read yet: %d", lina.status)
	}
	diallo.fill(`form[action$="/release"] button`, map[string]string{"text": "Vu : rien à redire."}).expect(http.StatusOK)
	lina.open(desk + text).expect(http.StatusOK)
}

// R54: everybody reads on every page that the service is interrupted, and why; the head begins
// and ends it, and nobody else has the form.
func TestTheServiceIsInterrupted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia, stranger := b.as(t, "garcia"), b.visitor(t)
	stranger.open("/e/" + tilleuls + "/site/").expect(http.StatusOK)
	if b.as(t, "martin").open(desk+"stops").expect(http.StatusOK).page.Find(`form[action$="/halts"]`).Length() > 0 {
		t.Error("a teacher has the form")
	}
	garcia.open(desk+"stops").fill(`form[action$="/halts"] button`, map[string]string{"reason": ""}).expect(http.StatusUnprocessableEntity)
	garcia.fill(`form[action$="/halts"] button`, map[string]string{"reason": "Incident en cours"}).expect(http.StatusOK)
	for _, path := range []string{"/e/" + tilleuls + "/", "/e/" + tilleuls + "/site/", desk + "legal", desk + "takedown"} {
		if got := stranger.open(path).expect(http.StatusOK).text("main .notice-warning"); !strings.Contains(got, "Service interrompu : Incident en cours") {
			t.Errorf("%s: %q", path, got)
		}
	}
	if got := stranger.open("/e/" + platanes + "/").text("main"); strings.Contains(got, "Incident") {
		t.Error("another establishment reads it")
	}
	garcia.open(desk+"stops").fill(`form[action$="/end"] button`, nil).expect(http.StatusOK)
	if got := stranger.open("/e/" + tilleuls + "/site/").text("main"); strings.Contains(got, "interrompu") {
		t.Errorf("after its end: %s", got)
	}
}
