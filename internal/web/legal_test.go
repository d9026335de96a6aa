package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
)

// informationPages are what an establishment owes to everybody (R66).
var informationPages = []string{"legal", "privacy", "checks", "charter", "accessibility"}

// words is what an element says, with a space between the cells of a table and the terms
// of a list.
func (br *browser) words(selector string) string {
	br.t.Helper()
	br.find(selector + " *").AfterHtml(" ")
	return strings.ReplaceAll(br.text(selector), "\u00a0", " ")
}

// Anybody reads the information pages, one link away from every page of the establishment,
// without a cookie: who publishes, who directs, who answers, who hosts.
func TestInformationPagesAreForEverybody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.visitor(t)
	b.exec(t, `UPDATE person SET email = 'samia@example.org' WHERE person_id = $1`, b.Haddad)
	consent, err := id.Parse[id.Consent](b.askedOf(t, b.Lina))
	if err != nil {
		t.Fatal(err)
	}
	link, err := b.consents.MakeLink(t.Context(), b.Tilleuls, consent, b.Haddad)
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{atTilleuls, atTilleuls + "site/", atTilleuls + "nulle-part/", desk + "legal", desk + "texts", "/c/" + link.Token} {
		br.open(from)
		for _, page := range informationPages {
			if br.page.Find(`footer a[href="`+desk+page+`"]`).Length() != 1 {
				t.Errorf("%s does not lead to %s", from, page)
			}
		}
	}
	for page, words := range map[string][]string{
		"legal": {"Collège Les Tilleuls", "1 rue des Essais 31000 Toulouse", "accueil@college.example", "05 36 49 00 01", "Inès Garcia", "Marc Petit", "redaction@college.example",
			"Hébergeur d'essai", "05 36 49 00 02", "Entre membres, pour apprendre."},
		"privacy":       {"Inès Garcia", "dpd@academie.example", "12 mois R59", "31 août R31", "trois mois au plus", "CNIL"},
		"checks":        {"Paraît d'abord, est relu ensuite.", "2 jours de classe R12", "1 jour de classe, et 72 heures au plus R41", "aucune empreinte de visage"},
		"charter":       {"Charte d'essai", "Adoptée le 30 juin 2026", "Respectons-nous.", "version 1"},
		"accessibility": {"n'est pas déclaré conforme", "Les anciens PDF.", "Défenseur des droits"},
	} {
		got := br.open(desk + page).expect(http.StatusOK).words("main")
		for _, want := range words {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not say %q: %s", page, want, got)
			}
		}
		if br.header.Get("Set-Cookie") != "" || br.page.Find(".notice-warning").Length() != 0 || br.page.Find(`main a[href$="/edit"]`).Length() != 0 {
			t.Errorf("%s: %v, %s", page, br.header, got)
		}
		br.send(http.MethodGet, desk+page, nil, map[string]string{"If-None-Match": br.header.Get("ETag")}).expect(http.StatusNotModified)
	}
	br.lang = "en"
	if got := br.open(desk + "privacy").words("main"); !strings.Contains(got, "12 months") || !strings.Contains(got, "31 August") {
		t.Errorf("in English: %s", got)
	}
}

// What is set is what the pages tell, from the moment on that it is set, in a process that
// keeps its pages.
func TestInformationPagesTellTheLiveSettings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.listen(t)
	br := b.visitor(t)
	if got := br.open(desk + "privacy").text("#retention ~ table"); !strings.Contains(got, "12 mois") {
		t.Fatal(got)
	}
	house := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](b.db), Clock: b.now})
	garcia := actor.Actor{Kind: actor.KindPerson, Person: b.Garcia, Tenant: b.Tilleuls, Via: "test"}
	if _, err := house.Configure(t.Context(), garcia, 1, map[string]json.RawMessage{
		"access_log_retention": json.RawMessage(`"7 MONTHS"`), "consent_ends": json.RawMessage(`"07-14"`), "idle_pupil": json.RawMessage(`"20m"`),
		"auto_mask_severity_4": json.RawMessage(`false`), "document_review": json.RawMessage(`false`),
	}); err != nil {
		t.Fatal(err)
	}
	got := br.open(desk + "privacy").words("main")
	for _, want := range []string{"7 mois", "14 juillet", "20 minutes"} {
		if !strings.Contains(got, want) {
			t.Errorf("the privacy page does not say %s: %s", want, got)
		}
	}
	got = br.open(desk + "checks").words("main")
	if strings.Contains(got, "Une seule exception") || !strings.Contains(got, "Comme les autres textes de l'espace.") {
		t.Errorf("what is checked: %s", got)
	}
	b.exec(t, `UPDATE director SET during = '[2024-09-01,2026-11-01)' WHERE tenant_id = $1`, b.Tilleuls)
	b.exec(t, `INSERT INTO director (tenant_id, person_id, capacity, during) VALUES ($1, $2, 'acting', '[2026-11-01,)')`, b.Tilleuls, b.Petit)
	b.reader.Forget()
	if got := br.open(desk + "legal").text("main"); !strings.Contains(got, "Marc Petit, par intérim") || strings.Contains(got, "Inès Garcia") {
		t.Errorf("who directs: %s", got)
	}
}

// R66: while the information pages lack something, whoever comes from outside does not find what is public, in
// a process that keeps its pages either; who belongs there reads it and sees why; and whoever completes the pages
// gives it back with the same act.
func TestWhatIsPublicWaitsForTheLegalNotice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.listen(t)
	visitor, lina, garcia := b.visitor(t), b.as(t, "lina"), b.as(t, "garcia")
	outside := func() int {
		t.Helper()
		lina.open(atTilleuls + "site/").expect(http.StatusOK) // what is kept for her is for nobody outside
		visitor.open(atTilleuls + "site/")
		return visitor.status
	}
	if outside() != http.StatusOK {
		t.Fatalf("the public site: %d", visitor.status)
	}
	b.exec(t, `UPDATE legal SET facts = jsonb_set(facts, '{protection}', '""') WHERE tenant_id = $1`, b.Tilleuls) // as a later version asks for one fact more
	pages := publication.NewLegalPages(postgres.Transactions[publication.LegalTx](b.db), b.now)
	if did, err := pages.Tend(t.Context(), b.Tilleuls); err != nil || !did {
		t.Fatal(did, err)
	}
	b.work(t)
	if outside() != http.StatusNotFound {
		t.Errorf("R66: whoever comes from outside: %d", visitor.status)
	}
	if got := lina.text("main"); !strings.Contains(got, "mentions légales") {
		t.Errorf("R66: who belongs there reads %s", got)
	}
	if got := garcia.open(desk + "notices").text("main"); !strings.Contains(got, "R66") {
		t.Errorf("R66: the director is told %s", got)
	}
	if got := garcia.open(desk + "legal/edit").text(".notice-warning"); !strings.Contains(got, "R66") {
		t.Errorf("R66: the page of the information pages says %q", got)
	}
	garcia.fill(`main form button`, map[string]string{"protection": "La déléguée à la protection des données, 05 36 49 00 05."}).expect(http.StatusOK)
	if outside() != http.StatusOK {
		t.Errorf("R66: once they are complete whoever comes from outside: %d", visitor.status)
	}
	if got := lina.text("main"); strings.Contains(got, "mentions légales") {
		t.Errorf("R66: who belongs there still reads %s", got)
	}
}

// The cookies that signing in leaves are those that the privacy page names.
func TestThePrivacyPageNamesEveryCookie(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := b.as(t, "lina")
	told := lina.open(desk + "privacy").expect(http.StatusOK).text("main")
	at, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	cookies := lina.client.Jar.Cookies(at)
	if len(cookies) == 0 {
		t.Fatal("no cookie")
	}
	for _, cookie := range cookies {
		if !strings.Contains(told, cookie.Name) {
			t.Errorf("%s is not told of", cookie.Name)
		}
	}
}

// The director writes what the directory does not know; what is wrong is said beside its
// field, who changed what is kept, and nobody else may.
func TestTheLegalNoticeIsWritten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "legal").click(`main a[href$="/legal/edit"]`).expect(http.StatusOK)
	garcia.fill(`main form button`, map[string]string{"phone": "au secrétariat", "email": "accueil", "reuse": strings.Repeat("a", 5001), "host_name": "Deux\nlignes"}).expect(http.StatusUnprocessableEntity)
	for _, field := range []string{"phone", "email", "reuse", "host_name"} {
		if garcia.text("#"+field+"-fault") == "" || garcia.page.Find(`#faults a[href="#`+field+`"]`).Length() != 1 {
			t.Errorf("nothing is said beside %s", field)
		}
	}
	if got := garcia.find("#phone").AttrOr("value", ""); got != "au secrétariat" {
		t.Errorf("what was typed is gone: %q", got)
	}
	// While a space is public nothing may be emptied.
	garcia.open(desk+"legal/edit").fill(`main form button`, map[string]string{"host_phone": "  "}).expect(http.StatusUnprocessableEntity)
	if got := garcia.text("#host_phone-fault"); !strings.Contains(got, "R66") {
		t.Errorf("emptied: %q", got)
	}
	old := b.as(t, "garcia").open(desk + "legal/edit")
	garcia.open(desk+"legal/edit").fill(`main form button`, map[string]string{"phone": "+33 5 36 49 12 34", "reply_name": "Awa Diallo"}).expect(http.StatusOK)
	if got := garcia.text("main"); garcia.at.Path != desk+"legal" || !strings.Contains(got, "+33 5 36 49 12 34") || !strings.Contains(got, "Awa Diallo") {
		t.Errorf("at %s: %s", garcia.at, got)
	}
	versions := garcia.open(desk + "legal/edit").words("ol.timeline")
	if !strings.Contains(versions, "Inès Garcia 24 novembre 2026 à 10 h 30 2 informations changées Téléphone +33 5 36 49 12 34") {
		t.Errorf("versions: %s", versions)
	}
	// Whoever looked at an older version is told, keeps what they typed, and may go on.
	old.fill(`main form button`, map[string]string{"address": "3 rue Neuve\n31000 Toulouse"}).expect(http.StatusConflict)
	if got := old.text("main .notice-warning"); !strings.Contains(got, "entre-temps") || !strings.Contains(old.text("#address"), "3 rue Neuve") {
		t.Errorf("a conflict: %s", old.text("main"))
	}
	old.click(`main form button`).expect(http.StatusOK)
	for _, who := range []string{"martin", "lina"} {
		br := b.as(t, who)
		if got := br.open(desk + "legal").text("main"); strings.Contains(got, "Compléter") {
			t.Errorf("%s is led to the form", who)
		}
		br.open(desk + "legal/edit").expect(http.StatusForbidden)
		br.send(http.MethodPost, desk+"legal/edit", url.Values{"version": {"3"}, "phone": {"05 36 49 00 09"}}, nil).expect(http.StatusForbidden)
		if got := br.text("main"); !strings.Contains(got, "R09") {
			t.Errorf("%s is told %s", who, got)
		}
		br.send(http.MethodPost, desk+"charter/edit", url.Values{"version": {"1"}, "title": {"x"}}, nil).expect(http.StatusForbidden)
	}
}

// The charter is written with its date, shown without what could act, and each version stays.
func TestTheCharterIsWritten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia")
	form := func() *browser { return garcia.open(desk + "charter/edit").expect(http.StatusOK) }
	for field, typed := range map[string]map[string]string{
		"title": {"title": " "}, "text": {"text": " \n "}, "adopted_on": {"adopted_on": "demain"},
	} {
		form().fill(`main form button`, typed).expect(http.StatusUnprocessableEntity)
		if garcia.text("#"+field+"-fault") == "" {
			t.Errorf("nothing is said beside %s: %s", field, garcia.text("main"))
		}
	}
	garcia.send(http.MethodPost, desk+"charter/edit", url.Values{"version": {"1"}, "title": {"Charte"}, "adopted_on": {"2026-09-01"},
		"html": {`<p>Avec une image</p><img src="/photos/0199c000-0000-7000-8000-000000000000" alt="x">`}}, nil).expect(http.StatusUnprocessableEntity)
	garcia.send(http.MethodPost, desk+"charter/edit", url.Values{"version": {"1"}, "title": {"Charte 2026"}, "adopted_on": {"2026-09-01"},
		"html": {`<h2>Respect</h2><p onclick="x()">Chacun compte.</p><script>alert(1)</script>`}}, nil).expect(http.StatusOK)
	if got := b.visitor(t).open(desk + "charter").text("main"); !strings.Contains(got, "Charte 2026 Adoptée le 1er septembre 2026 · version 2") || strings.Contains(got, "alert") {
		t.Errorf("the charter: %s", got)
	}
	if got := form().words("ol.timeline"); !strings.Contains(got, "Charte 2026") || !strings.Contains(got, "Charte d'essai") {
		t.Errorf("versions: %s", got)
	}
	// Nothing changed, nothing written: an acceptance goes on holding (R01).
	form().click(`main form button`).expect(http.StatusOK)
	if got := b.visitor(t).open(desk + "charter").text("main"); !strings.Contains(got, "version 2") {
		t.Errorf("the same again: %s", got)
	}
}

// A space is open to the public web only where the information pages are complete; the
// refusal names what is missing, and once it is said the space opens (R66).
func TestAPublicSpaceNeedsInformationPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `UPDATE space SET audience = 'establishment' WHERE audience = 'public_web'`)
	b.exec(t, `UPDATE legal SET facts = facts - 'host_phone' - 'address' WHERE tenant_id = $1`, b.Tilleuls)
	b.exec(t, `DELETE FROM charter WHERE tenant_id = $1`, b.Tilleuls)
	if got := b.visitor(t).open(desk + "legal").words("main .notice-warning"); got != "Mentions légales incomplètes. Il manque : Adresse postale Téléphone de l'hébergeur Charte" {
		t.Errorf("the notice: %q", got)
	}
	space := map[string]string{"title": "Le club", "kind": "web", "mode": "PRE", "audience": "public_web", "owner": b.Petit.String(), "backup": b.Diallo.String()}
	petit := b.as(t, "petit")
	create := func() *browser { return petit.open(desk+"spaces/new").fill(`main form button`, space) }
	create().expect(http.StatusUnprocessableEntity)
	faults := petit.words("#faults")
	for _, want := range []string{"Mentions légales incomplètes : adresse postale.", "Mentions légales incomplètes : téléphone de l'hébergeur.", "Mentions légales incomplètes : charte.", "(R66)"} {
		if !strings.Contains(faults, want) {
			t.Errorf("no %q in %s", want, faults)
		}
	}
	if petit.page.Find(`#faults a[href="#audience"]`).Length() != 4 {
		t.Errorf("the summary does not lead to the field: %s", faults)
	}
	// The same for a space that is there already; and inside the establishment nothing is needed.
	petit.open(desk+"spaces/"+b.Web.String()).fill(`main form button`, map[string]string{"audience": "public_web"}).expect(http.StatusUnprocessableEntity)
	space["audience"] = "establishment"
	create().expect(http.StatusOK)
	space["audience"], space["title"] = "public_web", "Le site du club"
	garcia := b.as(t, "garcia")
	garcia.open(desk+"legal/edit").fill(`main form button`, map[string]string{"host_phone": "05 36 49 00 02", "address": "1 rue des Essais"}).expect(http.StatusOK)
	garcia.open(desk+"charter/edit").fill(`main form button`, map[string]string{"title": "Charte", "adopted_on": "2026-09-01", "text": "Respect."}).expect(http.StatusOK)
	create().expect(http.StatusOK)
	// Nobody directs any more: what is public may still be looked after, and nothing else becomes public.
	b.exec(t, `UPDATE director SET during = '[2024-09-01,2026-11-01)' WHERE tenant_id = $1`, b.Tilleuls)
	petit.fill(`main form button`, map[string]string{"title": "Le site du club de lecture"}).expect(http.StatusOK)
	space["title"] = "Encore un"
	create().expect(http.StatusUnprocessableEntity)
	if got := petit.text("#faults"); !strings.Contains(got, "directeur de la publication") {
		t.Errorf("without a director: %s", got)
	}
}
