package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/htmltest"
)

// reads asks the database for one word, behind the walls.
func (b *bundle) reads(t *testing.T, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var word string
	if err := conn.QueryRow(t.Context(), sql).Scan(&word); err != nil {
		t.Fatal(err)
	}
	return word
}

// Whoever directs begins at their desk; nobody else does, and whoever has none finds none.
func TestTheHeadBeginsAtTheDesk(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia").expect(http.StatusOK)
	if first := garcia.page.Find("header nav ul").Eq(1).Find("a").First(); garcia.at.Path != desk+"desk" || first.AttrOr("href", "") != desk+"desk" {
		t.Errorf("the head is at %s, and the first way leads to %s", garcia.at, first.AttrOr("href", ""))
	}
	if got := garcia.text("main"); !strings.Contains(got, "Aucune page n'attend votre signature") || !strings.Contains(got, "du 19 décembre 2026 au 3 janvier 2027") ||
		!strings.Contains(got, "Personne d'autre que vous ne peut signer les pages publiques, décider des dossiers") {
		t.Errorf("the desk says %s", got)
	}
	for _, at := range []string{"figures", "stops", "standings", "orders/new", "reply/record"} {
		b.as(t, "garcia").open(desk + "desk").click(`main nav a[href$="/-/` + at + `"]`).expect(http.StatusOK)
	}
	for _, who := range []string{"martin", "lina"} {
		br := b.as(t, who)
		if br.page.Find(`a[href$="/-/desk"]`).Length() != 0 {
			t.Errorf("%s is led to a desk", who)
		}
		br.open(desk + "desk").expect(http.StatusNotFound)
		br.open(desk + "desk/acts").expect(http.StatusNotFound)
	}
}

// Powers are lent for whole days, the last included; what is wrong is said beside the field, and
// what was filled in is kept.
func TestLendingPowers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia")
	garcia.click(`a[href*="/delegations?"]`).expect(http.StatusOK)
	if from, boxes := garcia.page.Find("#from").AttrOr("value", ""), garcia.page.Find(`input[name="powers"][checked]`).Length(); from != "2026-12-19" || boxes != 5 {
		t.Errorf("from %q with %d powers", from, boxes)
	}
	send := func(br *browser, form url.Values) *browser { br.send("POST", desk+"delegations", form, nil); return br }
	send(garcia, url.Values{"powers": {"judge"}, "from": {"hier"}, "until": {"2026-12-25"}}).expect(http.StatusUnprocessableEntity)
	if garcia.text("#from-fault") == "" || garcia.page.Find(`input[value="judge"][checked]`).Length() != 1 {
		t.Errorf("%s", garcia.text("main"))
	}
	send(garcia, url.Values{"until": {"2026-11-23"}}).expect(http.StatusUnprocessableEntity)
	for _, field := range []string{"#powers-fault", "#to-fault", "#until-fault"} {
		if garcia.text(field) == "" {
			t.Errorf("nothing is said at %s", field)
		}
	}
	petit := b.as(t, "petit")
	send(petit, url.Values{"powers": {"judge"}, "to": {b.Martin.String()}, "until": {"2026-12-25"}}).expect(http.StatusForbidden)
	send(garcia, url.Values{"powers": {"judge", "signatory"}, "to": {b.Petit.String()}, "from": {"2026-11-24"}, "until": {"2026-12-25"}}).expect(http.StatusOK)
	const last = `SELECT to_char(upper(during) AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD HH24:MI') FROM delegation WHERE power = 'judge'`
	if got := b.reads(t, last); got != "2026-12-26 00:00" {
		t.Errorf("the last day ends at %s", got)
	}
	petit.open(desk + "desk").expect(http.StatusOK)
	if got := petit.text("main"); !strings.Contains(got, "Décider des dossiers") || !strings.Contains(got, "Inès Garcia") || strings.Contains(got, "Fait en votre nom") {
		t.Errorf("the delegate reads %s", got)
	}
	petit.open(desk + "delegations").expect(http.StatusOK)
	if petit.page.Find(`#lend`).Length() != 0 || petit.page.Find(`form[action$="/end"]`).Length() != 2 {
		t.Errorf("the delegate may %s", petit.text("main"))
	}
	petit.fill(`form[action$="/end"] button`, nil).expect(http.StatusOK)
	if n := b.reads(t, `SELECT count(*)::text FROM delegation WHERE upper(during) > '`+dbtest.Now.Format("2006-01-02 15:04:05Z07:00")+`'`); n != "1" {
		t.Errorf("%s hold after one was returned", n)
	}
}

// An authority sees who directs below it, and records who stands in where nobody does.
func TestAnAuthorityAppointsOnItsPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `WITH above AS (INSERT INTO tenant (tenant_id, uai, name, kind, time_zone) VALUES (gen_random_uuid(), '0310010H', 'Académie', 'authority', 'Europe/Paris') RETURNING tenant_id),
		moved AS (UPDATE membership m SET tenant_id = above.tenant_id, profile = 'authority' FROM above WHERE m.person_id = $1),
		head AS (INSERT INTO director (tenant_id, person_id, capacity, during) SELECT tenant_id, $1, 'head', '[2024-09-01,)' FROM above)
		UPDATE tenant t SET parent_id = above.tenant_id FROM above WHERE t.tenant_id = $2`, b.Zoe, b.Tilleuls)
	zoe := b.as(t, "zoe")
	zoe.open("/e/0310010H/-/establishments").expect(http.StatusOK)
	if got := zoe.text("main"); !strings.Contains(got, "Inès Garcia") || strings.Contains(got, "Les Platanes") {
		t.Errorf("%s", got)
	}
	form := map[string]string{"person": b.Petit.String(), "until": "2026-12-24", "reference": "Arrêté 2026-118"}
	zoe.open("/e/0310010H/-/establishments/0310000Z").fill(`form[action$="/0310000Z"] button`, form).expect(http.StatusUnprocessableEntity)
	if got := zoe.text("#from-fault"); !strings.Contains(got, "en fonction") {
		t.Errorf("a head is in office, and it says %q", got)
	}
	b.exec(t, `UPDATE director SET during = '[2024-09-01,2026-11-01)' WHERE tenant_id = $1`, b.Tilleuls)
	zoe.open("/e/0310010H/-/establishments/0310000Z").fill(`form[action$="/0310000Z"] button`, form).expect(http.StatusOK)
	if got := zoe.text("main"); !strings.Contains(got, "Marc Petit") || !strings.Contains(got, "Arrêté 2026-118") {
		t.Errorf("%s", got)
	}
	if petit := b.as(t, "petit"); petit.at.Path != desk+"desk" {
		t.Errorf("the acting head begins at %s", petit.at)
	}
	zoe.fill(`form[action$="/end"] button`, nil).expect(http.StatusOK)
	b.as(t, "petit").open(desk + "desk").expect(http.StatusNotFound)
	b.as(t, "garcia").open("/e/0310010H/-/establishments").expect(http.StatusNotFound)
	zoe.open("/e/0310010H/-/establishments/0310001Y").expect(http.StatusNotFound)
}

// Through the browser, on a phone and with the keyboard alone: the head lends powers for the
// holidays; the delegate decides a case; the head finds that on the desk.
func TestTheDeskInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	speakFrench(t, ctx)
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches.")
	lina := b.as(t, "lina")
	lina.open(desk+"report/"+text).fill(`form[action*="/report/"] button`, map[string]string{"ground": "INJ"}).expect(http.StatusOK)
	b.work(t)

	b.enter(t, ctx, "garcia")
	var at string
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Evaluate(`location.pathname`, &at))
	if at != desk+"desk" {
		t.Fatalf("the head begins at %s", at)
	}
	accessible(t, ctx, "desk")
	enter := chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := chromedp.RunResponse(ctx, chromedp.KeyEvent(kb.Enter))
		return err
	})
	do(t, ctx, chromedp.Focus(`a[href*="/delegations?"]`, chromedp.ByQuery), enter, chromedp.Focus(`#to`, chromedp.ByQuery), chromedp.KeyEvent("Marc"))
	do(t, ctx, chromedp.Evaluate(`document.querySelector("#from").value = ""`, nil), // the holidays begin later than this test ends
		chromedp.KeyEvent(kb.Tab), chromedp.Focus(`main form.stack button`, chromedp.ByQuery), enter)
	if got := worded(t, ctx, "main"); !strings.Contains(got, "Les pouvoirs sont prêtés") || !strings.Contains(got, "Décider des dossiers – Marc Petit") {
		t.Fatalf("after lending: %s", got)
	}
	accessible(t, ctx, "delegations")

	b.enter(t, ctx, "petit")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"desk"), press(`section[aria-labelledby="cases"] li a`))
	accessible(t, ctx, "case of the delegate")
	do(t, ctx, press(`a[href*="do=decide"], form:has(input[value="examine"]) button`))
	dossier, _ := b.latestCase(t)
	petit := b.as(t, "petit")
	petit.open(desk + "cases/" + dossier).expect(http.StatusOK)
	b.decides(t, petit, "keep")
	b.work(t)

	b.enter(t, ctx, "garcia")
	do(t, ctx, chromedp.ActionFunc(phone), chromedp.Navigate(b.url+desk+"desk"))
	if got := worded(t, ctx, `section[aria-labelledby="acts"]`); !strings.Contains(got, "Marc Petit") || !strings.Contains(got, "Décision prise") {
		t.Errorf("in the head's name: %s", got)
	}
	do(t, ctx, press(`section[aria-labelledby="acts"] > p > a`))
	accessible(t, ctx, "acts of delegates")
	htmltest.Quiet(t, ctx)
}
