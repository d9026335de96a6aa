package web_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/actor"
	"imprimatur/moderation"
)

// requested is somebody without an account who asks for the removal of what is at an address,
// by the form; they are at its follow-up page then.
func (b *bundle) requested(t *testing.T, at string, fields map[string]string) *browser {
	t.Helper()
	br := b.visitor(t)
	br.open(desk + "takedown?" + url.Values{"at": {at}}.Encode()).expect(http.StatusOK)
	br.fill(`form[action$="/takedown"] button`, fields).expect(http.StatusUnprocessableEntity) // the clock stands: nobody types so fast
	if br.page.Find("#again").Length() == 1 {
		br.fill(`form[action$="/takedown"] button`, nil)
	}
	return br
}

// complaint is a request of Ms Aubert's.
func complaint() map[string]string {
	return map[string]string{
		"ground": "INJ", "explanation": "On y insulte ma fille.", "name": "Jeanne Aubert", "email": "jeanne.aubert@example.org", "good_faith": "1",
	}
}

// publishedByNoe is a text of Noé's on the blog, let in by Diallo who is its backup, so that its
// owner has fresh eyes.
func (b *bundle) publishedByNoe(t *testing.T, title, text string) string {
	t.Helper()
	c := b.sent(t, "noe", tilleuls, b.Blog.String(), title, text)
	b.judged(t, "diallo", tilleuls, c, "approve", nil)
	return c
}

// A person without an account has a text taken down: from the form to the letters, the
// appeal and the restoring. Neither letter tells one side of the other.
func TestFromTheFormToTheAppeal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	br := b.requested(t, desk+text, complaint()).expect(http.StatusOK)
	if !strings.HasPrefix(br.at.Path, "/s/") || !strings.Contains(br.text("main"), "bien arrivé") || br.header.Get("Referrer-Policy") != "no-referrer" ||
		br.header.Get("Cache-Control") != "no-store" || !strings.Contains(br.header.Get("X-Robots-Tag"), "noindex") {
		t.Fatalf("the receipt at %s, %v: %s", br.at, br.header, br.text("main"))
	}
	follow := br.at.Path
	if got := br.find("#address").AttrOr("value", ""); got != b.url+follow {
		t.Errorf("the address to keep is %s", got)
	}
	b.work(t)
	martin := b.as(t, "martin")
	martin.open(desk + "cases").expect(http.StatusOK)
	if !strings.Contains(martin.text("header"), "Dossiers : 1") {
		t.Errorf("the header says %s", martin.text("header"))
	}
	for query, found := range map[string]int{"mine=1&kind=takedown&status=assigned&ground=INJ": 1, "ground=DEF": 0, "kind=report": 0, "status=appealed": 0, "over=1": 0} {
		if got := martin.open(desk + "cases?" + query).page.Find("table a").Length(); got != found {
			t.Errorf("%s finds %d cases", query, got)
		}
	}
	martin.open(desk + "cases").click(`table a`).expect(http.StatusOK)
	if got := martin.text("main"); !strings.Contains(got, "quiches") || !strings.Contains(got, "On y insulte ma fille") || strings.Contains(got, "Aubert") {
		t.Errorf("the owner reads %s", got)
	}
	dossier := martin.at.Path
	b.decides(t, martin, "withdraw")
	b.work(t)

	if br := b.as(t, "lina").open(desk + text); br.status != http.StatusGone || strings.Contains(br.text("body"), "quiches") {
		t.Errorf("readers find %d: %s", br.status, br.text("main"))
	}
	if got := b.as(t, "lina").open(desk + text).text("main"); !strings.Contains(got, "Référence D-") {
		t.Errorf("the tombstone says %s", got)
	}
	br.open(follow).expect(http.StatusOK)
	if got := br.text(".letter"); !strings.Contains(got, "le contenu est retiré") || strings.Contains(got, "Noé") || strings.Contains(got, "Perrin") || strings.Contains(got, "Martin") {
		t.Errorf("who reported reads %s", got)
	}
	noe := b.as(t, "noe")
	noe.open(desk + "notices").click(`main a[href*="/decisions/"]`).expect(http.StatusOK)
	if got := noe.text("main"); !strings.Contains(got, "Ce contenu a été retiré") || strings.Contains(noe.text("body"), "Aubert") || strings.Contains(noe.text("body"), "example.org") || strings.Contains(got, "Martin") {
		t.Errorf("the author reads %s", got)
	}
	mine := noe.at.Path
	if noe.open(desk + "texts/" + text); noe.page.Find(`main a[href="`+mine+`"]`).Length() != 1 {
		t.Errorf("the text does not lead to its decision: %s", noe.text("main"))
	}
	noe.open(mine)
	noe.fill(`form[action$="/appeal"] button`, map[string]string{"text": " "}).expect(http.StatusUnprocessableEntity)
	if noe.text("#appeal-fault") == "" {
		t.Errorf("an appeal without a word: %s", noe.text("main"))
	}
	noe.fill(`form[action$="/appeal"] button`, map[string]string{"text": "Une quiche, c'est bon."}).expect(http.StatusOK)
	b.work(t)
	if noe.open(mine); noe.page.Find(`form[action$="/appeal"]`).Length() != 0 {
		t.Error("a second appeal is offered")
	}
	martin.open(dossier)
	if martin.page.Find(`a[href*="do=overturn"]`).Length() != 0 {
		t.Errorf("who decided may judge the appeal: %s", martin.text("main"))
	}

	garcia := b.as(t, "garcia")
	garcia.open(dossier).expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "Une quiche, c'est bon.") || strings.Contains(got, "Aubert") {
		t.Errorf("the head reads %s", got)
	}
	if got := garcia.click(`form[action$="/reporters"] button`).expect(http.StatusOK).text("main"); !strings.Contains(got, "Jeanne Aubert") || !strings.Contains(got, "journal (R44)") || garcia.header.Get("Cache-Control") != "no-store" {
		t.Errorf("asked, the head reads %s", got)
	}
	martin.send(http.MethodPost, dossier+"/reporters", nil, map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	if got := martin.text("body"); strings.Contains(got, "Aubert") {
		t.Errorf("the owner asks, and reads %s", got)
	}
	garcia.open(dossier)
	garcia.click(`a[href*="do=overturn"]`).expect(http.StatusOK)
	garcia.fill(`button[value="preview"]`, map[string]string{"verdict": "keep", "reason": "C'est un mot pour rire.", "answer": "Le mot n'est pas une insulte ici."}).expect(http.StatusOK)
	garcia.click(`button[value="send"]`).expect(http.StatusOK)
	b.work(t)
	b.as(t, "lina").open(desk + text).expect(http.StatusOK)
	if noe.open(mine); !strings.Contains(noe.text("main"), "C'est un mot pour rire.") {
		t.Errorf("after the appeal: %s", noe.text("main"))
	}
}

// opens opens a case about a text, by a request of Ms Aubert's.
func (b *bundle) opens(t *testing.T, text string) {
	t.Helper()
	b.requested(t, desk+text, complaint()).expect(http.StatusOK)
	b.work(t)
	b.dossier, b.report = b.latestCase(t)
	b.known = b.toldAs(t, b.dossier)
}

// latestCase is the id of the case that was opened last, and of the last report in it.
func (b *bundle) latestCase(t *testing.T) (dossier, report string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	err = conn.QueryRow(t.Context(), `SELECT case_id::text, report_id::text FROM report ORDER BY case_id DESC, report_id DESC LIMIT 1`).Scan(&dossier, &report)
	if err != nil {
		t.Fatal(err)
	}
	return dossier, report
}

// toldAs is how the author of what it is about knows a case.
func (b *bundle) toldAs(t *testing.T, dossier string) (told string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `SELECT told_as::text FROM case_file WHERE case_id = $1`, dossier).Scan(&told); err != nil {
		t.Fatal(err)
	}
	return told
}

// decides decides the case that somebody has opened, with the texts that are proposed.
func (b *bundle) decides(t *testing.T, br *browser, verdict string) {
	t.Helper()
	br.click(`a[href*="do=decide"]`).expect(http.StatusOK)
	br.fill(`button[value="draft"]`, map[string]string{"verdict": verdict, "ground": "INJ"}).expect(http.StatusOK)
	if br.text("#reason") == "" || br.text("#answer") == "" || br.page.Find("#drafted").Length() != 1 {
		t.Errorf("nothing is proposed: %s", br.text("main"))
	}
	br.click(`button[value="preview"]`).expect(http.StatusOK)
	if br.page.Find(".letters .letter").Length() != 2 {
		t.Errorf("not both letters: %s", br.text("main"))
	}
	br.click(`button[value="edit"]`).expect(http.StatusOK)
	br.click(`button[value="preview"]`).click(`button[value="send"]`).expect(http.StatusOK)
	if !strings.Contains(br.text("[role=status]"), "Les deux lettres sont parties") {
		t.Errorf("told %s", br.text("main"))
	}
}

// What is refused without a case is appealed on the text's own page: once, with words, and
// from then on it is a case that its author follows.
func TestAnAuthorAppealsARejection(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.sent(t, "noe", tilleuls, b.Blog.String(), "Le poème", "Ô rage, ô désespoir.")
	b.judged(t, "martin", tilleuls, text, "reject", map[string]string{"ground": "PURP", "text": "Ce n'est pas de toi."})
	noe := b.as(t, "noe")
	noe.open(desk + "texts/" + text).expect(http.StatusOK)
	noe.fill(`form[action$="/appeal"] button`, nil).expect(http.StatusUnprocessableEntity)
	if !strings.Contains(noe.text("#appeal-fault"), "R45") {
		t.Errorf("without a word: %s", noe.text("main"))
	}
	noe.fill(`form[action$="/appeal"] button`, map[string]string{"text": "C'est une citation."}).expect(http.StatusOK)
	if !strings.Contains(noe.at.Path, "/-/decisions/") || !strings.Contains(noe.text("main"), "C'est une citation.") {
		t.Errorf("at %s: %s", noe.at, noe.text("main"))
	}
	b.work(t)
	noe.open(desk + "texts/" + text)
	noe.fill(`form[action$="/appeal"] button`, map[string]string{"text": "Encore."}).expect(http.StatusUnprocessableEntity)
	if !strings.Contains(noe.text("#faults"), "un recours a déjà été fait") {
		t.Errorf("a second time: %s", noe.text("main"))
	}
	if martin := b.as(t, "martin"); martin.open(desk+"cases").page.Find("table a").Length() != 0 {
		t.Errorf("who rejected it finds the appeal: %s", martin.text("main"))
	}
	garcia := b.as(t, "garcia")
	garcia.open(desk + "cases").click("table a").expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "C'est une citation.") || !strings.Contains(got, "Recours") {
		t.Errorf("the head reads %s", got)
	}
	garcia.click(`a[href*="do=decide"]`).expect(http.StatusOK)
	if got := garcia.text("#verdict"); !strings.Contains(got, "Accepter le recours") || !strings.Contains(got, "Maintenir la décision") || garcia.page.Find("#verdict li").Length() != 2 {
		t.Errorf("to choose from: %s", got)
	}
	garcia.fill(`button[value="draft"]`, map[string]string{"verdict": "keep"}).click(`button[value="preview"]`).expect(http.StatusOK)
	garcia.click(`button[value="send"]`).expect(http.StatusOK)
	b.work(t)
	if noe.open(desk + "texts/" + text).click(`main a[href*="/decisions/"]`); !strings.Contains(noe.text("main"), "Votre recours est accepté") {
		t.Errorf("the author reads %s", noe.text("main"))
	}
}

// A report takes a ground and no more; its reporter follows it on a page of their own, answers
// what is asked there, and nobody else finds it.
func TestAReportInThreeTaps(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	lina := b.as(t, "lina")
	lina.open(desk + text).click(`.report-link a`).expect(http.StatusOK)
	lina.fill(`form[action*="/report/"] button`, map[string]string{"text": "Je n'ai rien choisi."}).expect(http.StatusUnprocessableEntity)
	if !strings.Contains(lina.text("#ground-fault"), "R38") || lina.text("#text") != "Je n'ai rien choisi." {
		t.Errorf("without a ground: %s", lina.text("main"))
	}
	lina.fill(`form[action*="/report/"] button`, map[string]string{"ground": "INJ"}).expect(http.StatusOK)
	mine := lina.at.Path
	if !strings.Contains(mine, "/-/reports/") || !strings.Contains(lina.text("[role=status]"), "bien arrivé") || !strings.Contains(lina.text("main"), "Collège Les Tilleuls") {
		t.Fatalf("the receipt at %s: %s", lina.at, lina.text("main"))
	}
	b.work(t)
	for _, other := range []string{"noe", "martin", "garcia", "zoe"} {
		b.as(t, other).open(mine).expect(http.StatusNotFound)
	}
	martin := b.as(t, "martin")
	martin.open(desk + "cases").click("table a").expect(http.StatusOK)
	if strings.Contains(martin.text("body"), "Lina") {
		t.Errorf("the owner learns who reported: %s", martin.text("main"))
	}
	martin.fill(`form:has(input[value="inquire"]) button`, map[string]string{"text": "Qui est visé ?"}).expect(http.StatusOK)
	b.work(t)
	lina.open(desk + "notices").click(`main a[href$="/reports"]`).click("main .card a").expect(http.StatusOK)
	lina.fill(`form[action$="/respond"] button`, map[string]string{"text": "Moi."}).expect(http.StatusOK)
	b.work(t)
	if martin.open(desk + "cases").click("table a"); !strings.Contains(martin.text("#thread ~ .timeline"), "Moi.") || strings.Contains(martin.text("body"), "Lina") {
		t.Errorf("the answer: %s", martin.text("main"))
	}
	b.as(t, "zoe").open(martin.at.Path).expect(http.StatusNotFound)
	if noe := b.as(t, "noe"); strings.Contains(noe.open(desk+"notices").text("body"), "Lina") || noe.open(martin.at.Path).status != http.StatusNotFound {
		t.Errorf("the author finds %d: %s", noe.status, noe.text("main"))
	}
}

// The form for anybody keeps all that was typed, names R38 beside each field, and lets through
// whoever presses again, slow, quick or helped by their browser.
func TestTheFormForAnybody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.visitor(t)
	br.open("/e/" + tilleuls + "/site/").click(`footer a[href*="/takedown"]`).expect(http.StatusOK)
	if got := br.find("#location").AttrOr("value", ""); got != b.url+"/e/"+tilleuls+"/site/" {
		t.Errorf("the place is %q", got)
	}
	trap := br.find("#website")
	if trap.AttrOr("tabindex", "") != "-1" || trap.AttrOr("autocomplete", "") != "off" || trap.Closest(`[aria-hidden="true"]`).Length() != 1 {
		t.Error("people come upon the field that is for machines")
	}
	br.fill(`form[action$="/takedown"] button`, map[string]string{"website": "https://spam.example", "explanation": "C'est moi sur la photo."}).expect(http.StatusUnprocessableEntity)
	if br.page.Find("#again").Length() != 1 || br.text("#explanation") != "C'est moi sur la photo." {
		t.Errorf("a filled trap: %s", br.text("main"))
	}
	br.fill(`form[action$="/takedown"] button`, nil).expect(http.StatusUnprocessableEntity)
	for _, field := range []string{"ground", "name", "email", "good_faith"} {
		if br.text("#"+field+"-fault") == "" || br.page.Find(`#faults a[href="#`+field+`"]`).Length() != 1 {
			t.Errorf("nothing is said of %s: %s", field, br.text("#faults"))
		}
	}
	br.fill(`form[action$="/takedown"] button`, map[string]string{"ground": "HAR", "good_faith": "1"}).expect(http.StatusOK) // R38: no name is needed for that
	if !strings.HasPrefix(br.at.Path, "/s/") || br.page.Find(`a[href="tel:3018"]`).Length() != 1 {
		t.Errorf("at %s: %s", br.at, br.text("main"))
	}
	secret := br.at.Path
	br.open(secret[:len(secret)-1] + "_").expect(http.StatusNotFound)
	if got := br.text("body"); strings.Contains(br.page.Find("a").Text(), secret) || !strings.Contains(got, "n'existe pas") || br.header.Get("Cache-Control") != "no-store" {
		t.Errorf("a wrong secret: %v %s", br.header, got)
	}
	br.open("/takedown?at=" + url.QueryEscape(b.url+"/e/"+tilleuls+"/site/")).expect(http.StatusOK)
	if !strings.HasSuffix(br.at.Path, "/-/takedown") {
		t.Errorf("led to %s", br.at)
	}
	br.open("/takedown?at=ailleurs").expect(http.StatusUnprocessableEntity)
}

// Who examines sees the pictures as they were reported.
func TestACaseShowsItsPictures(t *testing.T) {
	t.Parallel()
	b := setup(t)
	nobody := b.uploaded(t, "martin", tilleuls, rocket(t))
	b.named(t, "martin", tilleuls, nobody, "")
	martin := b.as(t, "martin")
	martin.open(desk + "write/" + b.Blog.String()).expect(http.StatusOK)
	martin.fill(`button[value="submit"]`, map[string]string{"title": "La fusée", "html": `<p>Elle décolle.</p><img src="/photos/` + nobody + `" alt="Une fusée">`}).expect(http.StatusOK)
	b.work(t)
	text := path.Base(martin.at.Path)
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	lina := b.as(t, "lina")
	lina.open(desk + "report/" + text).expect(http.StatusOK)
	if lina.find(`.choices img`).Length() != 1 {
		t.Errorf("no picture to choose: %s", lina.text("main"))
	}
	lina.fill(`form[action*="/report/"] button`, map[string]string{"ground": "IMG"}).expect(http.StatusOK)
	b.work(t)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "cases").click("table a").expect(http.StatusOK)
	picture := garcia.find(`#exhibit-1 ~ .prose img`).AttrOr("src", "")
	if garcia.open(picture).expect(http.StatusOK); garcia.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%s is %s", picture, garcia.header.Get("Content-Type"))
	}
}

// What somebody asks the authority to examine leaves the establishment's lists, the head's too;
// it is decided on the authority's own pages, and carried out where the content is.
func TestTheAuthorityDecides(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `WITH above AS (INSERT INTO tenant (tenant_id, uai, name, kind, time_zone) VALUES (gen_random_uuid(), '0310010H', 'Académie', 'authority', 'Europe/Paris') RETURNING tenant_id),
		moved AS (UPDATE membership m SET tenant_id = above.tenant_id, profile = 'authority' FROM above WHERE m.person_id = $1),
		heads AS (INSERT INTO director (tenant_id, person_id, capacity, during) SELECT tenant_id, $1, 'head', '[2024-09-01,)' FROM above)
		UPDATE tenant SET parent_id = above.tenant_id FROM above WHERE tenant.tenant_id = $2`, b.Zoe, b.Tilleuls)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	lina := b.as(t, "lina")
	lina.open(desk+"report/"+text).fill(`form[action*="/report/"] button`, map[string]string{"ground": "INJ", "authority": "1"}).expect(http.StatusOK)
	b.work(t)
	dossier, _ := b.latestCase(t)
	for _, who := range []string{"garcia", "martin"} {
		br := b.as(t, who)
		if br.open(desk+"cases").page.Find("table a").Length() != 0 || br.open(desk+"cases/"+dossier).status != http.StatusNotFound {
			t.Errorf("%s still finds it: %d", who, br.status)
		}
	}
	zoe := b.as(t, "zoe")
	if zoe.at.Path != "/e/0310010H/-/cases" || !strings.Contains(zoe.text("table"), "Collège Les Tilleuls") {
		t.Fatalf("at %s: %s", zoe.at, zoe.text("main"))
	}
	zoe.click("table a").expect(http.StatusOK)
	if form := zoe.page.Find(`form:has(input[value="examine"]) button`); form.Length() == 1 {
		zoe.click(`form:has(input[value="examine"]) button`).expect(http.StatusOK)
	}
	b.decides(t, zoe, "withdraw")
	b.work(t)
	if br := b.as(t, "lina").open(desk + text); br.status != http.StatusGone {
		t.Errorf("readers find %d", br.status)
	}
	noe := b.as(t, "noe")
	noe.open(desk + "notices").click(`main a[href*="/decisions/"]`).expect(http.StatusOK)
	if got := noe.text("main"); !strings.Contains(got, "Académie") || strings.Contains(noe.text("body"), "Lina") {
		t.Errorf("the author reads %s", got)
	}
}

// R38: whoever writes from the form of one establishment about a page of another reaches that other.
func TestATakedownGoesWhereItsAddressSays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	br := b.visitor(t)
	br.open("/e/0310001Y/-/takedown").expect(http.StatusOK)
	fields := complaint()
	fields["location"] = b.url + desk + text
	br.fill(`form[action$="/takedown"] button`, fields)
	br.fill(`form[action$="/takedown"] button`, nil).expect(http.StatusOK)
	b.work(t)
	if got := b.as(t, "martin").open(desk + "cases").page.Find("table a").Length(); got != 1 {
		t.Errorf("the establishment of the page has %d cases", got)
	}
}

// Whoever comes by a mailed address is asked whether they reported, once; who only looks has said nothing,
// and a form without an answer neither (R46).
func TestWhoComesByAMailedAddressIsAsked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	br := b.requested(t, desk+text, complaint()).expect(http.StatusOK)
	b.work(t)
	const mine, other = `form[action$="/claim"] button[value="true"]`, `form[action$="/claim"] button[value="false"]`
	if br.open(br.at.Path); br.page.Find(mine).Length() != 0 {
		t.Error("who has the receipt is asked")
	}
	for button, said := range map[string]string{mine: "", other: "ce n'est pas vous"} {
		receipt, err := b.cases.Report(t.Context(), actor.Anonymous(b.Tilleuls, "test"), moderation.ReportInput{
			Location: b.url + desk + text, Ground: "INJ", Explanation: "On y insulte ma fille.", Name: "Jeanne Aubert", Email: "jeanne.aubert@example.org", GoodFaith: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		b.work(t)
		secret, err := b.cases.FollowLink(t.Context(), b.Tilleuls, receipt.Report)
		if err != nil {
			t.Fatal(err)
		}
		path := "/s/" + secret
		if status, _ := b.posted(t, path+"/claim", url.Values{}); status != http.StatusBadRequest {
			t.Errorf("a form without an answer: %d", status)
		}
		for range 2 {
			br.open(path).expect(http.StatusOK)
		}
		br.click(button).expect(http.StatusOK)
		if got := br.text("main"); br.at.Path != path || br.page.Find(`form[action$="/claim"]`).Length() != 0 || !strings.Contains(got, said) {
			t.Errorf("at %s: %s", br.at.Path, got)
		}
		if mailed := strings.Contains(br.text("main"), "jeanne.aubert@example.org"); mailed != (said == "") {
			t.Errorf("who was not it is still written to: %s", br.text("main"))
		}
	}
}
