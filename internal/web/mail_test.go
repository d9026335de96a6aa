package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/dbtest"
)

// mailed has a family with an address asked, and the letter written an hour later.
func (b *bundle) mailed(t *testing.T) (consent string) {
	t.Helper()
	b.exec(t, `UPDATE person SET email = 'samia@example.org' WHERE person_id = $1`, b.Haddad)
	consent = b.askedOf(t, b.Lina)
	b.exec(t, `UPDATE outbox SET due_at = $1 WHERE kind = 'notification:mail'`, dbtest.Now)
	b.work(t)
	return consent
}

// count answers a question that has a number for an answer.
func (b *bundle) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// Who runs or directs the house sees what was mailed; nobody else does. Where families'
// links are shown, one can be tried from there.
func TestMailbox(t *testing.T) {
	t.Parallel()
	b := setup(t)
	consent := b.mailed(t)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "consents").click(`a[href$="/-/mail"]`).expect(http.StatusOK)
	if got := garcia.text("article"); !strings.Contains(got, "Samia Haddad, samia@example.org") || !strings.Contains(got, "Non envoyé") || strings.Contains(got, "Lina") {
		t.Errorf("the mailbox: %q", got)
	}
	link := garcia.find(`article a[href^="/c/"]`).AttrOr("href", "")
	b.visitor(t).open(link).expect(http.StatusOK)
	if got := garcia.open(desk + "consents/" + consent).text("#resend"); !strings.Contains(got, "Samia Haddad (responsable légal) · courriel non envoyé : aucun serveur") ||
		!strings.Contains(got, "Lina Haddad (la personne elle-même) · avis dans l'application, pas encore lu") {
		t.Errorf("how they were reached: %q", got)
	}
	for who, want := range map[string]int{"martin": http.StatusForbidden, "lina": http.StatusForbidden, "haddad-1": http.StatusForbidden, "roche": http.StatusNotFound} {
		if br := b.as(t, who).open(desk + "mail"); br.status != want {
			t.Errorf("%s: %d, want %d", who, br.status, want)
		}
	}
	b.exec(t, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1 AND tenant_id = $2`, b.Petit, b.Tilleuls)
	b.as(t, "petit").open(atTilleuls).click(`nav a[href$="/-/mail"]`).expect(http.StatusOK)

	b.post.Shown = false // as in production
	b.exec(t, `UPDATE person SET email = 'autre@example.org' WHERE person_id = $1`, b.Haddad)
	links := b.count(t, `SELECT count(*) FROM consent_link`)
	garcia.open(desk + "consents/" + consent).click(`#resend form button`).expect(http.StatusOK)
	b.work(t)
	garcia.open(desk + "mail").expect(http.StatusOK)
	if got := garcia.page.Find("article").First(); got.Find("a").Length() > 0 || !strings.Contains(got.Text(), "donné à son destinataire seul") {
		t.Errorf("a link is shown: %s", got.Text())
	}
	if got := b.count(t, `SELECT count(*) FROM consent_link`); got != links {
		t.Errorf("%d links were made that nobody has", got-links)
	}
}

// Who looks after a consent sends a link again, within bounds, to one whose answer is
// missing and whose address is known.
func TestALinkIsSentAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	consent := b.mailed(t)
	at := desk + "consents/" + consent
	martin := b.as(t, "martin")
	martin.open(at).click(`#resend form button`).expect(http.StatusOK)
	if got := martin.text(".notice-success"); !strings.Contains(got, "part de nouveau") {
		t.Errorf("done: %q", got)
	}
	martin.click(`#resend form button`).expect(http.StatusUnprocessableEntity)
	if got := martin.text("#resend-fault"); !strings.Contains(got, "une fois par heure") {
		t.Errorf("at once again: %q", got)
	}
	b.work(t)
	if got := b.count(t, `SELECT count(*) FROM letter WHERE state = 'kept'`); got != 2 {
		t.Errorf("%d letters", got)
	}
	resend := func(who, signatory string) int {
		return b.as(t, who).send(http.MethodPost, at+"/resend", url.Values{"signatory": {signatory}}, nil).status
	}
	for who, want := range map[string]int{"haddad-1": http.StatusForbidden, "noe": http.StatusNotFound, "roche": http.StatusNotFound} {
		if got := resend(who, b.Haddad.String()); got != want {
			t.Errorf("%s: %d, want %d", who, got, want)
		}
	}
	for name, signatory := range map[string]string{"a minor": b.Lina.String(), "nobody of the family": b.Noe.String()} {
		if got := resend("martin", signatory); got != http.StatusUnprocessableEntity {
			t.Errorf("to %s: %d", name, got)
		}
	}
	b.exec(t, `UPDATE person SET email = '' WHERE person_id = $1`, b.Haddad)
	if got := martin.open(at).text("#resend"); !strings.Contains(got, "pas d'adresse : sur papier") || martin.page.Find("#resend form").Length() > 0 {
		t.Errorf("without an address: %q", got)
	}
}

// A parent opens the link of the mail on a telephone, and answers.
func TestAParentAnswersOnAPhone(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	b := setup(t)
	b.mailed(t)
	link := b.as(t, "garcia").open(desk+"mail").find(`article a[href^="/c/"]`).AttrOr("href", "")
	speakFrench(t, ctx)
	var width int64
	var thanks string
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+link),
		chromedp.Click(`.uses input`, chromedp.ByQuery), chromedp.Evaluate(`document.documentElement.scrollWidth`, &width))
	if width > 390 {
		t.Errorf("the page is %d px wide", width)
	}
	do(t, ctx, press(`button[value="answer"]`), chromedp.Text(`.notice-success`, &thanks, chromedp.ByQuery))
	if !strings.Contains(thanks, "votre réponse est enregistrée") {
		t.Errorf("thanks: %q", thanks)
	}
	if got := b.count(t, `SELECT count(*) FROM consent_answer WHERE via LIKE 'link:%' AND signatory_id = $1`, b.Haddad); got != 1 {
		t.Errorf("%d answers", got)
	}
	b.visitor(t).open(link).expect(http.StatusNotFound)
}

// What letters said is forgotten after a while.
func TestMailIsForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.mailed(t)
	garcia := b.as(t, "garcia")
	for _, test := range []struct {
		before time.Time
		texts  int
		all    int
	}{{dbtest.Now.Add(-time.Hour), 1, 1}, {dbtest.Now.Add(time.Hour), 0, 1}, {dbtest.Now.AddDate(1, 0, 1), 0, 0}} {
		if _, err := b.db.ForgetMail(t.Context(), test.before); err != nil {
			t.Fatal(err)
		}
		garcia.open(desk + "mail").expect(http.StatusOK)
		if texts, all := garcia.page.Find("article details").Length(), garcia.page.Find("article").Length(); texts != test.texts || all != test.all {
			t.Errorf("%s: %d of %d letters have their text", test.before, texts, all)
		}
	}
}

// Who has answered by a link is mailed a receipt at once: its link shows what they said and
// withdraws it, and does nothing else, until it has, the address changes or the consent ends
// (R33).
func TestAReceiptWithdraws(t *testing.T) {
	t.Parallel()
	b := setup(t)
	consent := b.mailed(t)
	garcia := b.as(t, "garcia")
	latest := func() string {
		b.work(t)
		return garcia.open(desk+"mail").expect(http.StatusOK).find(`article a[href^="/c/"]`).First().AttrOr("href", "")
	}
	asked := latest()
	family := b.visitor(t)
	answer := func(link string) {
		t.Helper()
		family.open(link).expect(http.StatusOK)
		use := family.find(`.uses input`).First().AttrOr("value", "")
		family.fill(`button[value="answer"]`, map[string]string{"use": use}).expect(http.StatusOK)
		if got := family.text("main"); !strings.Contains(got, "un reçu part à samia@example.org") || !strings.Contains(got, "à tout moment") {
			t.Errorf("after answering: %q", got)
		}
	}
	answer(asked)
	receipt := latest()
	if got := garcia.text("article:first-of-type"); receipt == asked || !strings.Contains(got, "Votre réponse est enregistrée") || strings.Contains(got, "Lina") {
		t.Fatalf("the receipt: %q", got)
	}
	for range 2 { // it is looked at as often as one likes
		family.open(receipt).expect(http.StatusOK)
		if got := family.text("main"); !strings.Contains(got, "La sortie au musée") || family.page.Find(`form[action$="/answer"], main img`).Length() > 0 {
			t.Errorf("it shows %q", got)
		}
	}
	family.send(http.MethodPost, receipt+"/answer", url.Values{"do": {"refuse"}, "version": {"2"}}, nil).expect(http.StatusNotFound)
	b.exec(t, `UPDATE person SET email = 'autre@example.org' WHERE person_id = $1`, b.Haddad)
	family.open(receipt).expect(http.StatusNotFound)
	b.exec(t, `UPDATE person SET email = 'samia@example.org' WHERE person_id = $1`, b.Haddad)
	family.open(receipt).fill(`form[action$="/revoke"] button`, nil).expect(http.StatusOK)
	if status := b.as(t, "martin").open(desk + "consents/" + consent).text("main"); !strings.Contains(status, "Retirée") {
		t.Errorf("withdrawn: %q", status)
	}
	family.open(receipt).expect(http.StatusNotFound)
	family.send(http.MethodPost, receipt+"/revoke", url.Values{}, nil).expect(http.StatusNotFound)
}
