package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
)

// forAll are the routes of an establishment that answer anybody: what is public
// of it, through the Reader alone.
var forAll = map[string]bool{
	"GET /e/:uai/": true, "GET /e/:uai/feed.atom": true, "GET /e/:uai/-/takedown": true, "GET /e/:uai/-/reply": true,
	"GET /e/:uai/-/legal": true, "GET /e/:uai/-/privacy": true, "GET /e/:uai/-/checks": true, "GET /e/:uai/-/charter": true, "GET /e/:uai/-/accessibility": true,
}

// ofAnybody are the forms that anybody may send (R38, R55); the walker's say too little.
var ofAnybody = map[string]bool{"POST /e/:uai/-/takedown": true, "POST /e/:uai/-/reply": true}

// everyField is a form that fits every act, so that none is refused for its form
// before the walls are asked.
var everyField = url.Values{
	"action": {"abandon"}, "version": {"2"}, "title": {"Titre"}, "text": {"Texte"}, "html": {"<p>Texte</p>"}, "reason": {"Parce que."}, "do": {"save"},
	"naming": {"unnamed"}, "reference": {"x"}, "kind": {"blog"}, "mode": {"PRE"}, "audience": {"establishment"},
}

// routes are all that the pages answer below an establishment, as "GET /e/…".
func (b *bundle) routes(t *testing.T) []string {
	t.Helper()
	e := echo.New()
	b.site.Mount(e, func(echo.Context, string) error { return nil })
	var list []string
	for _, route := range e.Routes() {
		if strings.HasPrefix(route.Path, "/e/:uai/") {
			list = append(list, route.Method+" "+route.Path)
		}
	}
	if len(list) < 35 {
		t.Fatalf("only %v", list)
	}
	return list
}

// addressed puts names into a route: a space is named by its words where readers
// come, and by its id at the desk.
func (b *bundle) addressed(route, uai, text string) (method, path string) {
	photo, consent, dossier, report := b.photo, b.consent, b.dossier, b.report
	if dossier == "" {
		dossier, report = uuid.NewString(), uuid.NewString()
	}
	if consent == "" {
		consent = uuid.NewString()
	}
	if photo == "" {
		photo = uuid.NewString()
	}
	method, path, _ = strings.Cut(route, " ")
	space := b.Blog.String()
	if strings.HasPrefix(path, "/e/:uai/:space") {
		space = "blog-5a"
	}
	if strings.Contains(path, "/decisions/") && b.known != "" {
		dossier = b.known
	}
	return method, strings.NewReplacer(":uai", uai, ":space", space, ":text", text, ":authorisation", uuid.NewString(), ":photo", photo, ":size", "standard", ":consent", consent, ":group", b.Class.String(), ":paper", uuid.NewString(), ":case", dossier, ":report", report, ":delegation", uuid.NewString(), ":school", tilleuls, ":tenure", uuid.NewString(), ":attachment", uuid.NewString(), ":reason", uuid.NewString(), ":year", "2025").Replace(path)
}

// TestWallsByTheRouter walks every route there is, as a pupil and as the head of
// the lycée, for what is the collège's: by its own address, and by way of theirs.
// A new route is walked without a word here.
func TestWallsByTheRouter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.written(t, "lina", b.Blog, tilleuls, "La sortie", "Nous avons vu un mammouth.")
	b.photo = b.uploaded(t, "martin", tilleuls, rocket(t))
	b.consent = b.askedOf(t, b.Lina)
	text := lina.at.Path[strings.LastIndex(lina.at.Path, "/")+1:]
	b.opens(t, text)
	before := b.content(t)
	for _, who := range []string{"zoe", "roche"} {
		br := b.as(t, who)
		for _, route := range b.routes(t) {
			for _, uai := range []string{tilleuls, platanes} {
				method, path := b.addressed(route, uai, text)
				named := path != strings.Replace(strings.TrimPrefix(route, method+" "), ":uai", uai, 1)
				if uai == platanes && !named {
					continue // their own, and nothing of another in it
				}
				br.send(method, path, fields(method), nil)
				if ofAnybody[route] && br.status == http.StatusUnprocessableEntity {
					continue
				}
				if open := forAll[route]; open != (br.status == http.StatusOK) || (!open && br.status != http.StatusNotFound) {
					t.Errorf("%s %s answers %s with %d", method, path, who, br.status)
				}
				if told := br.page.Text(); strings.Contains(told, "mammouth") || strings.Contains(told, "Haddad") || strings.Contains(told, "La sortie") || strings.Contains(told, "Aubert") {
					t.Errorf("%s %s tells %s: %s", method, path, who, told)
				}
			}
		}
	}
	if after := b.content(t); after != before {
		t.Errorf("something of the collège has changed: %s, before %s", after, before)
	}
}

func fields(method string) url.Values {
	if method == http.MethodGet {
		return nil
	}
	return everyField
}

// TestStrangersByTheRouter walks every route without a login: what is not for
// anybody asks for one or is not there, and nothing is done.
func TestStrangersByTheRouter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.written(t, "lina", b.Blog, tilleuls, "La sortie", "Nous avons vu un mammouth.")
	b.photo = b.uploaded(t, "martin", tilleuls, rocket(t))
	b.consent = b.askedOf(t, b.Lina)
	text := lina.at.Path[strings.LastIndex(lina.at.Path, "/")+1:]
	b.opens(t, text)
	before := b.content(t)
	br := b.visitor(t)
	for _, route := range b.routes(t) {
		method, path := b.addressed(route, tilleuls, text)
		br.send(method, path, fields(method), nil)
		switch asked := br.at.Path == "/login"; {
		case ofAnybody[route] && br.status == http.StatusUnprocessableEntity:
		case forAll[route] && br.status != http.StatusOK, !forAll[route] && !asked && br.status != http.StatusNotFound && br.status != http.StatusUnauthorized:
			t.Errorf("%s %s answers a stranger with %d at %s", method, path, br.status, br.at)
		case strings.Contains(br.page.Text(), "mammouth"): // the demo's personas have names, and the login page tells them
			t.Errorf("%s %s tells a stranger: %s", method, path, br.page.Text())
		}
	}
	if after := b.content(t); after != before {
		t.Errorf("something of the collège has changed: %s, before %s", after, before)
	}
}

// TestOtherSitesActByNoRoute walks every form as the moderator, from a page of
// another site: none is carried out.
func TestOtherSitesActByNoRoute(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.written(t, "lina", b.Blog, tilleuls, "La sortie", "Nous avons vu un mammouth.")
	b.photo = b.uploaded(t, "martin", tilleuls, rocket(t))
	b.consent = b.askedOf(t, b.Lina)
	text := lina.at.Path[strings.LastIndex(lina.at.Path, "/")+1:]
	b.opens(t, text)
	martin := b.as(t, "martin")
	before := b.content(t)
	forms := 0
	for _, route := range b.routes(t) {
		method, path := b.addressed(route, tilleuls, text)
		if method == http.MethodGet {
			continue
		}
		forms++
		martin.send(method, path, everyField, map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://ailleurs.example"})
		if martin.status != http.StatusForbidden {
			t.Errorf("%s %s from another site: %d", method, path, martin.status)
		}
	}
	if after := b.content(t); forms < 15 || after != before {
		t.Errorf("%d forms; after them %s, before %s", forms, after, before)
	}
}
