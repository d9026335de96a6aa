package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
)

// answerable is what Mr Roux types into the form of R55.
func answerable() map[string]string {
	return map[string]string{
		"designated": "Le texte cite mon nom.", "passages": "Le gardien dort.", "text": "Je ne dors <b>pas</b>.", "name": "Paul Roux", "email": "paul@example.org",
		"sincere": "1",
	}
}

const (
	sendReply   = `form[action$="/reply"] button`
	answerReply = `form[action$="/reply"] button[value="preview"]`
)

// replied is somebody without an account who asks for a reply to be inserted; they are at its
// follow-up page then.
func (b *bundle) replied(t *testing.T, at string, fields map[string]string) *browser {
	t.Helper()
	br := b.visitor(t)
	br.open(desk + "reply?" + url.Values{"at": {at}}.Encode()).expect(http.StatusOK)
	br.fill(sendReply, fields).expect(http.StatusUnprocessableEntity) // the clock stands: nobody types so fast
	return br.fill(sendReply, nil)
}

// Without scripts: anybody asks, the head reads both side by side, sees the letter and inserts;
// readers see the reply to the letter on the page, on paper and in the feed.
func TestAReplyFromTheFormToThePage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "La loge", "Monsieur Roux, le gardien, dort.")
	br := b.replied(t, desk+text, answerable()).expect(http.StatusOK)
	if got := br.text("main"); !strings.HasPrefix(br.at.Path, "/s/") || !strings.Contains(got, "bien arrivée") || !strings.Contains(got, "vacances et jours fériés compris") {
		t.Fatalf("the receipt at %s: %s", br.at, got)
	}
	follow := br.at.Path
	b.work(t)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "cases?kind=reply").click("table a").expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "Échéance légale dans 72 h.") || !strings.Contains(got, "le gardien, dort") || !strings.Contains(got, "Je ne dors <b>pas</b>.") {
		t.Errorf("side by side: %s", got)
	}
	dossier := garcia.at.Path
	garcia.click(`a[href$="/reply"]`).expect(http.StatusOK)
	garcia.fill(answerReply, nil).expect(http.StatusUnprocessableEntity)
	garcia.fill(answerReply, map[string]string{"action": "refuse_reply", "reason": "Non."}).expect(http.StatusUnprocessableEntity)
	if garcia.text("#grounds-fault") == "" {
		t.Errorf("refused without a ground: %s", garcia.text("main"))
	}
	garcia.fill(answerReply, map[string]string{"action": "insert_reply"}).expect(http.StatusOK)
	if got := garcia.text(".letter"); !strings.Contains(got, "a inséré votre réponse") {
		t.Errorf("the letter: %s", got)
	}
	garcia.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	b.work(t)

	lina := b.as(t, "lina")
	lina.open(desk + text).expect(http.StatusOK)
	if got := lina.text(`[aria-label="Droit de réponse de Paul Roux"]`); !strings.Contains(got, "Je ne dors <b>pas</b>.") {
		t.Errorf("R57: readers see %s", lina.text("article"))
	}
	if page, _ := b.paperOf(t, lina, lina.find(`a[href$="/print.pdf"]`).AttrOr("href", "")); !strings.Contains(page, "Paul Roux") {
		t.Errorf("R57: on paper: %s", page)
	}
	if lina.open("/e/" + tilleuls + "/blog-5a/feed.atom"); !strings.Contains(string(lina.raw), "Je ne dors &amp;lt;b&amp;gt;pas") {
		t.Errorf("R57: the feed: %s", lina.raw)
	}
	if got := garcia.open(dossier).text(`[aria-labelledby="actions"]`); !strings.Contains(got, "Une réponse publiée ne peut être retirée seule") {
		t.Errorf("R57: %s", got)
	}
	if br.open(follow); !strings.Contains(br.text("main"), "Affichée sous le message") || strings.Contains(br.text("main"), "gardien") {
		t.Errorf("who replies reads %s", br.text("main"))
	}
}

// The form keeps all that was typed, names R55 beside each field and stops machines; what is
// said of an address is the same whether there is something or not.
func TestTheFormOfReplies(t *testing.T) {
	t.Parallel()
	b := setup(t)
	br := b.visitor(t)
	br.open(desk + "legal").click(`footer a[href$="/-/reply"]`).expect(http.StatusOK)
	br.fill(sendReply, map[string]string{"website": "https://spam.example", "text": "Non."}).expect(http.StatusUnprocessableEntity)
	if br.page.Find("#again").Length() != 1 || br.text("#text") != "Non." {
		t.Errorf("a filled trap: %s", br.text("main"))
	}
	br.fill(sendReply, map[string]string{"text": ""}).expect(http.StatusUnprocessableEntity)
	for _, field := range []string{"message", "designated", "passages", "text", "name", "contact", "sincere"} {
		if br.text("#"+field+"-fault") == "" || br.page.Find(`#faults a[href="#`+field+`"]`).Length() != 1 {
			t.Errorf("nothing is said of %s: %s", field, br.text("#faults"))
		}
	}
	b.replied(t, "https://ailleurs.example/", answerable()).expect(http.StatusOK)
}

// A reply is with whoever directs where its message is, whichever establishment's form was at hand: its time
// begins there (R55, R56). The form for removals leads to that one's.
func TestAReplyGoesToWhereItsMessageIs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "La loge", "Monsieur Roux, le gardien, dort.")
	message := b.url + "/e/" + tilleuls + "/blog-5a/" + text
	br := b.visitor(t)
	br.open("/e/" + platanes + "/-/takedown?" + url.Values{"at": {message}}.Encode()).expect(http.StatusOK)
	if got := br.find(`main a[href*="/-/reply"]`).AttrOr("href", ""); !strings.HasPrefix(got, desk+"reply?") {
		t.Errorf("the form for removals leads to %s", got)
	}
	fields := answerable()
	fields["message"] = message
	br.open("/e/" + platanes + "/-/reply").expect(http.StatusOK)
	br.fill(sendReply, fields).expect(http.StatusUnprocessableEntity)
	br.fill(sendReply, nil).expect(http.StatusOK)
	b.work(t)
	if got := b.as(t, "garcia").open(desk + "cases?kind=reply").click("table a").expect(http.StatusOK).text("main"); !strings.Contains(got, "Échéance légale dans 72 h.") || !strings.Contains(got, "le gardien, dort") {
		t.Errorf("whoever directs there reads %s", got)
	}
}

// What came by post is recorded by who judges, as of when it came.
func TestTheOfficeRecordsByItsForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "La loge", "Monsieur Roux, le gardien, dort.")
	b.as(t, "martin").open(desk + "reply/record").expect(http.StatusForbidden)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "cases").click(`a[href$="/reply/record"]`).expect(http.StatusOK)
	fields := answerable()
	fields["message"], fields["received"] = desk+text, "bientôt"
	garcia.fill(`form[action$="/record"] button`, fields).expect(http.StatusUnprocessableEntity)
	if garcia.text("#received-fault") == "" {
		t.Errorf("a day that is none: %s", garcia.text("main"))
	}
	fields["received"] = "2026-11-23T08:00"
	garcia.fill(`form[action$="/record"] button`, fields).expect(http.StatusOK)
	b.work(t)
	if n := b.count(t, `SELECT count(*) FROM reply WHERE received_at < now() AND recorded_by = $1`, b.Garcia); n != 1 {
		t.Errorf("%d recorded", n)
	}
}

// Through the browser: the public form, the head inserts, the author edits the message, and the
// reply still stands.
func TestAReplyInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	speakFrench(t, ctx)
	b := setup(t)
	text := b.publishedByNoe(t, "La loge", "Monsieur Roux, le gardien, dort.")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"reply?at="+desk+text),
		chromedp.SendKeys(`#designated`, "Le texte cite mon nom."), chromedp.SendKeys(`#passages`, "Le gardien dort."), chromedp.SendKeys(`#text`, "Je ne dors pas."),
		chromedp.SendKeys(`#name`, "Paul Roux"), chromedp.SendKeys(`#contact`, "paul@example.org"), chromedp.Click(`#sincere`), press(sendReply), press(sendReply))
	accessible(t, ctx, "receipt of a reply")
	b.work(t)
	b.enter(t, ctx, "garcia")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"cases?kind=reply"), press(`table a`))
	accessible(t, ctx, "case of a reply")
	do(t, ctx, press(`a[href$="/reply"]`))
	accessible(t, ctx, "answer to a reply")
	do(t, ctx, chromedp.Click(`#insert`), press(answerReply))
	accessible(t, ctx, "letter of a reply")
	do(t, ctx, press(`button[value="send"]`))
	b.work(t)
	b.as(t, "noe").open(desk+"texts/"+text+"/edit").fill(`button[value="submit"]`, map[string]string{"text": "Monsieur Roux veille."}).expect(http.StatusOK)
	b.work(t)
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	b.work(t)
	b.enter(t, ctx, "lina")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+text))
	accessible(t, ctx, "message with a reply")
	if got := worded(t, ctx, "article"); !strings.Contains(got, "Monsieur Roux veille.") || !strings.Contains(got, "Je ne dors pas.") {
		t.Errorf("R57: readers see %s", got)
	}
	htmltest.Quiet(t, ctx)
}
