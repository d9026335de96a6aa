package web_test

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"imprimatur/internal/id"
)

// askedOf is the id of somebody's consent to a project of Martin's.
func (b *bundle) askedOf(t *testing.T, who id.Person) string {
	t.Helper()
	martin := b.as(t, "martin")
	martin.open(desk + "consents/ask?group=" + b.Class.String()).expect(http.StatusOK)
	martin.fill(`button[value="preview"]`, b.project(nil)).expect(http.StatusOK)
	martin.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	b.work(t)
	return b.consentAbout(t, martin, who)
}

// project fills in what a request says.
func (b *bundle) project(more map[string]string) map[string]string {
	fields := map[string]string{
		"title": "La sortie au musée", "purpose": "Raconter la sortie aux familles.", "place": "Toulouse", "to_come": "yes",
		"use-" + b.Blog.String(): "image",
	}
	for name, value := range more {
		fields[name] = value
	}
	return fields
}

// consentAbout finds somebody's consent on the register.
func (b *bundle) consentAbout(t *testing.T, br *browser, who id.Person) string {
	t.Helper()
	names := map[id.Person]string{b.Lina: "Lina Haddad", b.Noe: "Noé Perrin"}
	return path.Base(br.find(`.queue tr:contains("`+names[who]+`") th a`).First().AttrOr("href", ""))
}

// From the picture to the family and back: an adult asks everybody in it, the pupil and a
// guardian agree, the class sees it; a guardian takes it back, and it is gone at once.
func TestTripOfAConsent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "martin", tilleuls, astronaut(t))
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	martin := b.as(t, "martin")
	martin.open(desk+"write/"+b.Blog.String()).fill(`button[value="submit"]`, map[string]string{
		"title": "Le musée", "html": `<p>Nous y étions.</p><img src="/photos/` + photo + `" alt="Lina">`}).expect(http.StatusOK)
	b.work(t)
	text := path.Base(martin.at.Path)
	b.judged(t, "diallo", tilleuls, text, "approve", nil)

	martin.open(desk + "photos/" + photo).click(`a[href*="consents/ask"]`).expect(http.StatusOK)
	martin.fill(`button[value="preview"]`, map[string]string{"title": "Tous usages", "use-" + b.Blog.String(): ""}).expect(http.StatusUnprocessableEntity)
	for _, field := range []string{"title", "purpose", "place", "uses"} {
		if martin.text("#"+field+"-fault") == "" {
			t.Errorf("nothing is said beside %s: %s", field, martin.text("#faults"))
		}
	}
	martin.fill(`button[value="preview"]`, b.project(map[string]string{"to_come": ""})).expect(http.StatusOK)
	if got := martin.text("section.card"); !strings.Contains(got, "Répondent : Lina Haddad, Samia Haddad") || !strings.Contains(got, "R29") {
		t.Errorf("who must answer, and why: %q", got)
	}
	martin.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	b.work(t)
	consent := b.consentAbout(t, martin, b.Lina)
	if got := b.as(t, "martin").open(desk + "texts/" + text).text("#pictures ~ ul"); !strings.Contains(got, "Réponse attendue de") || !strings.Contains(got, "Samia Haddad") {
		t.Errorf("from whom it is awaited: %q", got)
	}
	b.agrees(t, "haddad-1", consent, photo)
	haddad := b.as(t, "haddad-1").open(desk + "consents/" + consent)
	if got := haddad.text("main"); !strings.Contains(got, "On attend une autre réponse") || haddad.page.Find(`details:not([open]) .uses`).Length() != 1 {
		t.Errorf("once one of two has answered: %q", got)
	}
	b.agrees(t, "lina", consent, photo)
	noe := b.as(t, "noe")
	address := noe.open(desk+text).expect(http.StatusOK).find(`.prose img`).AttrOr("src", "")
	noe.open(address).expect(http.StatusOK)

	haddad.open(desk + "consents/mine").expect(http.StatusOK)
	if got := haddad.text("main"); !strings.Contains(got, "Visible en ce moment dans : Le musée") {
		t.Errorf("where it is seen: %q", got)
	}
	haddad.click(`form[action$="/revoke"] button`).expect(http.StatusOK)
	noe.open(address).expect(http.StatusNotFound)
	noe.open(desk + text).expect(http.StatusOK)
}

// agrees has somebody who was told of a consent open it, look at the picture and agree to
// the first line.
func (b *bundle) agrees(t *testing.T, who, consent, photo string) {
	t.Helper()
	br := b.as(t, who)
	br.open(desk + "notices").click(`article a[href$="` + consent + `"]`).expect(http.StatusOK)
	if !strings.Contains(br.text("main"), "Refuser n'a aucune conséquence") {
		t.Errorf("%s is not told that refusing has no consequence", who)
	}
	if br.page.Find(`.uses input[checked]`).Length() > 0 {
		t.Errorf("something is ticked already for %s", who)
	}
	br.fill(`button[value="answer"]`, nil).expect(http.StatusUnprocessableEntity)
	use := br.find(`.uses input`).First().AttrOr("value", "")
	br.fill(`button[value="answer"]`, map[string]string{"use": use}).expect(http.StatusOK)
	b.work(t)
	br.open("/photos/" + photo).expect(http.StatusOK)
}

// A link opens one consent of one person, once; nothing else, and never again.
func TestLinksToConsents(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `UPDATE person SET email = 'samia@example.org' WHERE person_id = $1`, b.Haddad)
	consent, err := id.Parse[id.Consent](b.askedOf(t, b.Lina))
	if err != nil {
		t.Fatal(err)
	}
	link := func() string {
		made, err := b.consents.MakeLink(t.Context(), b.Tilleuls, consent, b.Haddad)
		if err != nil {
			t.Fatal(err)
		}
		return "/c/" + made.Token
	}
	address := link()
	br := b.visitor(t)
	br.open(address).expect(http.StatusOK)
	if got := br.header.Get("Referrer-Policy") + br.header.Get("Cache-Control"); got != "no-referrerno-store" {
		t.Errorf("it is sent with %s", got)
	}
	if html, _ := br.page.Find("header").Html(); strings.Contains(html, address) {
		t.Error("the way to sign in tells the link")
	}
	use := br.find(`.uses input`).First().AttrOr("value", "")
	br.fill(`button[value="answer"]`, map[string]string{"use": use}).expect(http.StatusOK)
	if got := br.text(".notice-success"); !strings.Contains(got, "ne sert plus") || br.page.Find("main form").Length() > 0 {
		t.Errorf("answered: %q", br.text("main"))
	}
	for _, dead := range []string{address, address[:len(address)-2] + "AA", "/c/" + strings.Repeat("A", 43), "/c/x"} {
		br.open(dead).expect(http.StatusNotFound)
		br.send(http.MethodPost, dead+"/answer", url.Values{"use": {use}, "version": {"2"}}, nil).expect(http.StatusNotFound)
		br.send(http.MethodPost, dead+"/revoke", url.Values{}, nil).expect(http.StatusNotFound)
	}
	other := link()
	b.exec(t, `UPDATE person SET email = 'autre@example.org' WHERE person_id = $1`, b.Haddad)
	br.open(other).expect(http.StatusNotFound)
	again := link()
	br.open(again + "/photos/" + b.uploaded(t, "martin", tilleuls, rocket(t))).expect(http.StatusNotFound)
	br.open(again).fill(`form[action$="/revoke"] button`, nil).expect(http.StatusOK)
	br.open(again).expect(http.StatusNotFound)
}

// What a family signs on paper counts when a second person has seen it.
func TestConsentOnPaper(t *testing.T) {
	t.Parallel()
	b := setup(t)
	consent := b.askedOf(t, b.Lina)
	at := desk + "consents/" + consent
	martin := b.as(t, "martin")
	martin.open(at + "/print").expect(http.StatusOK)
	if got := martin.text(".paper"); !strings.Contains(got, "Référence") || !strings.Contains(got, "Son image, dans « Le blog de la 5A »") || strings.Contains(got, "[ ]") {
		t.Errorf("the sheet: %q", got)
	}
	use := b.as(t, "haddad-1").open(at).find(`.uses input`).First().AttrOr("value", "")
	form := url.Values{"signatory": {b.Haddad.String()}, "use": {use}, "signed_on": {b.now().Format(time.DateOnly)}}
	martin.attachAs("scan", at+"/papers", form, nil, file{"scan.pdf", []byte("MZ not a scan")}).expect(http.StatusUnprocessableEntity)
	martin.attachAs("scan", at+"/papers", form, nil, file{"scan.pdf", []byte("%PDF-1.4 signé")}).expect(http.StatusOK)
	if martin.page.Find(`form[action$="/confirm"]`).Length() > 0 {
		t.Error("who recorded it may confirm it")
	}
	diallo := b.as(t, "diallo")
	diallo.open(at).expect(http.StatusOK).click(`a[href$="/scan"]`).expect(http.StatusOK)
	if got := diallo.header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("the scan is sent as %s", got)
	}
	diallo.open(at).click(`form[action$="/confirm"] button`)
	if got := b.as(t, "martin").open(at).text("#keeper ~ ul"); !strings.Contains(got, "Samia Haddad a donné son accord") {
		t.Errorf("once it is confirmed: %q", got)
	}
}

// The sheet to sign is one A4.
func TestSheetIsOnePage(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	consent := b.askedOf(t, b.Lina)
	b.enter(t, ctx, "martin")
	var pdf []byte
	do(t, ctx, chromedp.Navigate(b.url+desk+"consents/"+consent+"/print"), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = cdp.PrintToPDF().WithPaperWidth(8.27).WithPaperHeight(11.69).Do(ctx)
		return err
	}))
	if pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); pages != 1 {
		t.Errorf("the sheet takes %d pages", pages)
	}
}

// The register is narrowed, reminded of and exported.
func TestRegisterOfConsents(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.askedOf(t, b.Lina)
	martin := b.as(t, "martin")
	martin.open(desk + "consents?group=" + b.Class.String() + "&unanswered=yes").expect(http.StatusOK)
	if got := martin.find(`.queue tbody tr`).Length(); got != 2 {
		t.Errorf("%d consents of the class", got)
	}
	martin.open(desk + "consents?who=Noé+Perrin").expect(http.StatusOK)
	if got := martin.find(`.queue tbody tr`).Length(); got != 1 {
		t.Errorf("%d consents of Noé", got)
	}
	if got := martin.text(`.queue tbody`); !strings.Contains(got, "Aucun responsable connu") {
		t.Errorf("a pupil without a guardian: %q", got)
	}
	if got := martin.open(desk + "consents/" + b.consentAbout(t, martin, b.Noe)).text("#keeper ~ .notice"); !strings.Contains(got, "R29") {
		t.Errorf("a pupil without a guardian, on the consent: %q", got)
	}
	if got := martin.open(desk + "consents?who=Lina+Haddad").text(`.queue tbody`); strings.Contains(got, "Aucun responsable connu") {
		t.Errorf("a pupil with a guardian: %q", got)
	}
	martin.open(desk + "consents?who=Noé+Perrin")
	martin.click(`td a`).expect(http.StatusOK).click(`form[action$="/remind"] button`).expect(http.StatusOK)
	if martin.open(desk+"consents/export").status != http.StatusForbidden { // the register is for who keeps it
		t.Errorf("who asks for consent takes the register away: %d", martin.status)
	}
	garcia := b.as(t, "garcia")
	garcia.open(desk + "consents/export").expect(http.StatusOK)
	if got := garcia.page.Text(); !strings.Contains(got, "projet;") || !strings.Contains(got, "Noé Perrin") || !strings.Contains(got, "aucun responsable connu") {
		t.Errorf("the export: %q", got)
	}
	for who, uai := range map[string]string{"lina": tilleuls, "zoe": platanes} {
		if br := b.as(t, who).open("/e/" + uai + "/-/consents"); br.status != http.StatusForbidden {
			t.Errorf("%s reads the register: %d", who, br.status)
		}
	}
	b.as(t, "diallo").open(desk + "consents").expect(http.StatusOK)
}
