package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// R53: the head suspends a pupil for a few days and no more; she reads until when and why, says
// what she thinks of it, cannot publish, and reports as before. Nobody else may look or decide.
func TestTheHeadSuspendsSomebody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.sent(t, "noe", tilleuls, b.Forum.String(), "Le mammouth", "Il est au musée.")
	b.work(t)
	garcia, lina, martin := b.as(t, "garcia"), b.as(t, "lina"), b.as(t, "martin")
	decide := map[string]string{"who": "Lina Haddad · 5A", "kind": "suspended", "days": "30", "reason": "Insultes répétées.", "reference": "Conseil 2026-12"}
	garcia.open(desk+"standings").fill(`form[action$="/standings"] button`, decide).expect(http.StatusUnprocessableEntity)
	if got := garcia.find("#who").AttrOr("value", ""); got != decide["who"] || garcia.find("#days-fault").Length() != 1 {
		t.Errorf("a month: %q, %s", got, garcia.text("main .notice"))
	}
	decide["days"] = "5"
	garcia.fill(`form[action$="/standings"] button`, decide).expect(http.StatusOK)
	b.work(t)
	if got := lina.open(desk + "standings").text("main .card"); !strings.Contains(got, "Insultes répétées.") || !strings.Contains(got, "29 novembre 2026") {
		t.Errorf("she reads %q", got)
	}
	lina.fill(`form[action$="/observe"] button`, map[string]string{"said": ""}).expect(http.StatusUnprocessableEntity)
	lina.fill(`form[action$="/observe"] button`, map[string]string{"said": "On m'a poussée à bout."}).expect(http.StatusOK)
	if got := garcia.open(desk + "standings").text("main .card"); !strings.Contains(got, "poussée à bout") || !strings.Contains(got, "Conseil 2026-12") {
		t.Errorf("the head reads %q", got)
	}
	written := lina.send(http.MethodPost, desk+"write/"+b.Forum.String(), url.Values{"title": {"Un"}, "text": {"Deux"}, "do": {"submit"}}, nil)
	if !strings.Contains(written.text("main"), "suspendu jusqu'au") {
		t.Errorf("she writes: %d %s", written.status, written.text("main"))
	}
	lina.open(desk + "report/" + text).expect(http.StatusOK)
	measure := garcia.open(desk+"standings").find(`form[action$="/end"]`).AttrOr("action", "")
	for name, br := range map[string]*browser{"teacher": martin, "herself": lina} {
		if br.send(http.MethodPost, measure, url.Values{}, nil).status != http.StatusForbidden {
			t.Errorf("%s ends it: %d", name, br.status)
		}
		if br.send(http.MethodPost, desk+"standings", url.Values{"who": {"Noé"}}, nil).status != http.StatusForbidden {
			t.Errorf("%s decides: %d", name, br.status)
		}
	}
	if martin.send(http.MethodPost, strings.Replace(measure, "/end", "/observe", 1), url.Values{"said": {"x"}}, nil).status != http.StatusNotFound {
		t.Errorf("a teacher says something of it: %d", martin.status)
	}
	if got := martin.open(desk + "standings").text("main"); strings.Contains(got, "Insultes") {
		t.Errorf("a teacher reads %s", got)
	}
	if got := b.as(t, "haddad-1").open(desk + "notices").text("main"); !strings.Contains(got, "droit de publier de votre enfant est suspendu") || strings.Contains(got, "poussée") {
		t.Errorf("her guardian reads %s", got)
	}
	garcia.open(desk+"standings").fill(`form[action$="/end"] button`, nil).expect(http.StatusOK)
	if got := lina.open(desk + "standings").text("main .card"); strings.Contains(got, "En cours") {
		t.Errorf("after its end: %s", got)
	}
}
