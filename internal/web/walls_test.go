package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"imprimatur/internal/server"
)

const platanes = "0310001Y"

// Zoé of the lycée finds nothing of the collège: not its spaces, not its texts, not
// its desk. What is open to everybody is open to her too.
func TestWalls(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.written(t, "lina", b.Blog, tilleuls, "La sortie", "Nous avons vu un mammouth.")
	text := lina.at.Path[strings.LastIndex(lina.at.Path, "/")+1:]
	zoe := b.as(t, "zoe")
	desk := "/e/" + tilleuls + "/-/"
	for _, path := range []string{
		"/e/" + tilleuls + "/blog-5a/", "/e/" + tilleuls + "/club-lecture/", "/e/" + tilleuls + "/blog-5a/feed.atom", "/e/" + tilleuls + "/blog-5a/" + text,
		desk + text, desk + "texts", desk + "texts/" + text, desk + "texts/" + text + "/edit", desk + "texts/" + text + "/history",
		desk + "write/" + b.Blog.String(), desk + "review", desk + "review/" + text, desk + "review/" + text + "/suggest",
		desk + "authorisations", desk + "notices", desk + "denials", desk + "briefing", desk + "spaces", desk + "spaces/new", desk + "spaces/" + b.Blog.String(), desk + "settings", parameter("idle_pupil"),
		desk + "legal/edit", desk + "charter/edit", desk + "stops", desk + "standings",
		desk + "cases", desk + "reports", desk + "report/" + text,
		// The same ids by way of her own establishment.
		"/e/" + platanes + "/-/texts/" + text, "/e/" + platanes + "/-/review/" + text, "/e/" + platanes + "/-/write/" + b.Blog.String(),
		"/e/" + platanes + "/-/" + text, "/e/" + platanes + "/-/spaces/" + b.Blog.String(), "/e/" + platanes + "/gazette/" + text,
	} {
		if zoe.open(path).status != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, zoe.status)
		}
	}
	for path, form := range map[string]url.Values{
		desk + "texts/" + text + "/act":  {"action": {"abandon"}, "version": {"2"}},
		desk + "texts/" + text + "/edit": {"title": {"x"}, "text": {"y"}},
		desk + "review/" + text + "/act": {"action": {"approve"}, "version": {"2"}}, desk + "review/" + text + "/claim": {},
		desk + "review/next": {}, desk + "write/" + b.Blog.String(): {"title": {"x"}, "text": {"y"}},
		desk + "review/" + text + "/authorisations": {"naming": {"unnamed"}, "reference": {"x"}}, desk + "review/" + text + "/authorisations/" + text + "/end": {},
		desk + "stops/text/" + text: {}, desk + "stops/space/" + b.Blog.String(): {}, desk + "stops/" + text + "/release": {"text": {"x"}},
		desk + "standings": {"who": {"Lina"}}, desk + "standings/" + text + "/end": {}, desk + "standings/" + text + "/observe": {"said": {"x"}},
		desk + "halts": {"reason": {"x"}}, desk + "halts/" + text + "/end": {}, "/e/" + platanes + "/-/stops/text/" + text: {}, "/e/" + platanes + "/-/stops/space/" + b.Blog.String(): {},
		desk + "notices": {}, desk + "spaces/new": {"title": {"x"}}, desk + "legal/edit": {"phone": {"x"}}, desk + "charter/edit": {"title": {"x"}}, "/e/" + platanes + "/-/review/" + text + "/act": {"action": {"approve"}, "version": {"2"}},
		desk + "spaces/" + b.Blog.String() + "/act": {"action": {"close"}, "version": {"1"}}, parameter("idle_pupil"): {"value": {"20"}, "unit": {"m"}, "version": {"1"}},
	} {
		if zoe.send(http.MethodPost, path, form, nil).status != http.StatusNotFound {
			t.Errorf("POST %s: %d", path, zoe.status)
		}
	}
	zoe.open("/e/" + tilleuls + "/").expect(http.StatusOK)
	zoe.open("/e/" + tilleuls + "/site/").expect(http.StatusOK)
	if got := zoe.text("main"); strings.Contains(got, "5A") {
		t.Errorf("the collège's home: %s", got)
	}
}

// Somebody who is not signed in is asked to, and comes back to where they were going.
func TestStrangers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.visitor(t)
	br.open("/e/" + tilleuls + "/-/texts").expect(http.StatusOK)
	if br.at.Path != "/login" {
		t.Fatalf("a stranger is at %s", br.at)
	}
	br.click(`form:has(input[value="lina"]) button`).expect(http.StatusOK)
	if br.at.Path != "/e/"+tilleuls+"/-/texts" {
		t.Errorf("after signing in: %s", br.at)
	}
	br.click(`form[action="/logout"] button`)
	br.open("/e/" + tilleuls + "/blog-5a/").expect(http.StatusNotFound)
	br.fill(`a[href^="/login"]`, nil).fill(`form[action="/login"] button`, map[string]string{"login": "lina", "password": "faux"}).expect(http.StatusUnauthorized)
	if got := br.find("#login").AttrOr("value", ""); got != "lina" {
		t.Errorf("the login typed is not kept: %q", got)
	}
	br.open("/e/0319999X/").expect(http.StatusNotFound)
	br.open("/nulle-part").expect(http.StatusNotFound)
	if br.text("h1") != "Cette page n'existe pas" || br.page.Find("main a").Length() == 0 {
		t.Errorf("a dead end: %s", br.text("body"))
	}
}

// An authority has no readers: whoever belongs to one alone begins at its cases, and finds
// nothing else of it.
func TestSomebodyOfAnAuthority(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `WITH above AS (INSERT INTO tenant (tenant_id, uai, name, kind, time_zone) VALUES (gen_random_uuid(), '0310010H', 'Académie', 'authority', 'Europe/Paris') RETURNING tenant_id)
		UPDATE membership m SET tenant_id = above.tenant_id, profile = 'authority' FROM above WHERE m.person_id = $1`, b.Zoe)
	zoe := b.as(t, "zoe").expect(http.StatusOK)
	if got := zoe.text("main"); zoe.at.Path != "/e/0310010H/-/cases" || !strings.Contains(got, "Aucun dossier") || zoe.page.Find(`header a[href$="/texts"]`).Length() != 0 {
		t.Errorf("at %s: %s", zoe.at, got)
	}
	b.as(t, "lina").open("/e/0310010H/-/cases").expect(http.StatusNotFound)
	zoe.open("/e/0310010H/-/notices").expect(http.StatusOK)
	zoe.open("/e/0310010H/-/texts").expect(http.StatusNotFound)
	zoe.open("/e/0310010H/").expect(http.StatusNotFound)
	if got := zoe.text("main"); strings.Contains(got, "connectez-vous") || !strings.Contains(got, "repartez de l'accueil") {
		t.Errorf("signed in, and told %s", got)
	}
}

// What was typed is kept, the sentence stands beside the field, and the status
// is right.
func TestBadInput(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.as(t, "lina")
	form := "/e/" + tilleuls + "/-/write/" + b.Blog.String()
	lina.open(form)
	lina.fill(`button[value="submit"]`, map[string]string{"title": "", "text": "Un texte sans titre."}).expect(http.StatusUnprocessableEntity)
	if lina.text("#title-fault") == "" || !strings.Contains(lina.text("#text"), "Un texte sans titre.") {
		t.Errorf("no title: %s", lina.text("main"))
	}
	if lina.find("#faults").AttrOr("role", "") != "alert" || lina.find(`#faults a[href="#title"]`).Length() != 1 {
		t.Error("the summary does not lead to the field")
	}
	for name, tt := range map[string]struct {
		fields map[string]string
		status int
		beside string
	}{
		"long title":        {map[string]string{"title": strings.Repeat("a", 1000), "text": "x"}, http.StatusUnprocessableEntity, "#title-fault"},
		"NUL":               {map[string]string{"title": "a\x00b", "text": "x"}, http.StatusUnprocessableEntity, "#title-fault"},
		"invalid UTF-8":     {map[string]string{"title": "a\xff", "text": "x"}, http.StatusUnprocessableEntity, "#title-fault"},
		"NUL in the text":   {map[string]string{"title": "a", "text": "x\x00y"}, http.StatusUnprocessableEntity, "#text-fault"},
		"a date":            {map[string]string{"title": "a", "text": "x", "publish_at": "demain"}, http.StatusUnprocessableEntity, "#publish_at-fault"},
		"a language":        {map[string]string{"title": "a", "text": "x", "language": "klingon!"}, http.StatusUnprocessableEntity, "#language-fault"},
		"half a credit":     {map[string]string{"title": "a", "text": "x", "credit-0-authors": "Nadar"}, http.StatusUnprocessableEntity, "#credit-0-authors-fault"},
		"a 2 MB text":       {map[string]string{"title": "a", "text": strings.Repeat("a", 2<<20)}, http.StatusUnprocessableEntity, "#text-fault"},
		"a 5 MB paste":      {map[string]string{"title": "a", "text": strings.Repeat("a", 5<<20)}, http.StatusRequestEntityTooLarge, "main"},
		"10,000 lists deep": {map[string]string{"title": "Des listes", "html": strings.Repeat("<ul><li>", 10_000), "do": "save"}, http.StatusOK, "main"},
	} {
		lina.open(form).fill(`button[value="submit"]`, tt.fields)
		if lina.status != tt.status || lina.text(tt.beside) == "" {
			t.Errorf("%s: status %d, want %d; %s says %q", name, lina.status, tt.status, tt.beside, lina.text(tt.beside))
		}
		if body := lina.text("body"); strings.Contains(body, "SQL") || strings.Contains(body, "goroutine") || strings.Contains(body, "publication.") {
			t.Errorf("%s shows the machine: %.200s", name, body)
		}
	}
	for _, path := range []string{"/e/" + tilleuls + "/blog-5a/?after=invente", "/e/" + tilleuls + "/-/texts?after=invente", "/e/" + tilleuls + "/-/review?after=invente"} {
		if lina.open(path).status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, lina.status)
		}
	}
	before := b.content(t)
	for _, media := range []string{"application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; =", "?"} {
		lina.send(http.MethodPost, form, url.Values{"do": {"save"}, "title": {"x"}, "text": {"y"}}, map[string]string{"Content-Type": media}).expect(http.StatusBadRequest)
	}
	if after := b.content(t); after != before { // an empty draft, which nobody asked for
		t.Errorf("what is no form was written: %s, before %s", after, before)
	}
	lina.send(http.MethodPost, form, url.Values{"do": {"save"}, "title": {"x"}, "text": {"y"}}, map[string]string{"Sec-Fetch-Site": "cross-site"}).expect(http.StatusForbidden)
}

// A person who asks too often is told so on a page, in whichever of their sessions;
// whoever else is behind the same address goes on.
func TestAPersonWhoAsksTooOften(t *testing.T) {
	t.Parallel()
	b := setupWithin(t, server.Limits{CallerPerSecond: 1, CallerBurst: 12, AddressPerSecond: 1e6, AddressBurst: 1e6})
	mine := "/e/" + tilleuls + "/-/texts"
	first, second, noe := b.as(t, "lina"), b.as(t, "lina"), b.as(t, "noe")
	for n := 0; second.status != http.StatusTooManyRequests; n++ {
		if n > 12 {
			t.Fatal("Lina is never refused")
		}
		first.open(mine)
		second.open(mine)
	}
	if got := second.text("h1"); got != "Un peu trop vite" || second.header.Get("Retry-After") == "" {
		t.Errorf("told %q, %v", got, second.header)
	}
	noe.open(mine).expect(http.StatusOK)
}
