package web_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
)

func (b *bundle) classPath(parts ...string) string {
	return desk + path.Join(append([]string{"classes", b.Class.String(), "trombinoscope"}, parts...)...)
}

// portrayed has Martin ask everybody of the class, bring a portrait of somebody, and
// confirm that it shows them alone. It gives the photo's id.
func (b *bundle) portrayed(t *testing.T, who id.Person, paper string) string {
	t.Helper()
	martin := b.as(t, "martin")
	martin.open(b.classPath("make")).expect(http.StatusOK)
	if martin.page.Find(`button[value="ask"]`).Length() > 0 {
		martin.fill(`button[value="ask"]`, map[string]string{"print": paper}).expect(http.StatusOK)
	}
	martin.attachAs("portrait-"+who.String(), b.classPath("make"), url.Values{"do": {"take"}}, nil, file{"portrait.png", astronaut(t)}).expect(http.StatusOK)
	b.work(t)
	martin.open(b.classPath("make")).expect(http.StatusOK)
	photo := martin.find(`.face input[name="photo"]`).First().AttrOr("value", "")
	martin.fill(`button[value="confirm"]`, map[string]string{"photo": photo}).expect(http.StatusOK)
	b.work(t)
	return photo
}

// asked is the id of somebody's consent to the trombinoscope.
func (b *bundle) consentTo(t *testing.T, who id.Person) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var consent string
	err = conn.QueryRow(t.Context(), `SELECT c.consent_id::text FROM consent c JOIN consent_use u ON u.request_id = c.request_id
		WHERE c.person_id = $1 AND u.audience = 'class_staff' ORDER BY c.asked_at DESC, c.consent_id DESC LIMIT 1`, who).Scan(&consent)
	if err != nil {
		t.Fatal(err)
	}
	return consent
}

// accepts has somebody agree to as many lines of a consent as are named, from the first.
func (b *bundle) accepts(t *testing.T, who, consent string, lines int) {
	t.Helper()
	br := b.as(t, who)
	br.open(desk + "consents/" + consent).expect(http.StatusOK)
	form := url.Values{"do": {"answer"}, "version": {br.find(`input[name="version"]`).First().AttrOr("value", "")}}
	boxes := br.find(`.uses input[name="use"]`)
	for i := range lines {
		form.Add("use", boxes.Eq(i).AttrOr("value", ""))
	}
	br.send(http.MethodPost, desk+"consents/"+consent+"/answer", form, nil).expect(http.StatusOK)
	b.work(t)
}

// A class by its names, and by the portraits of those who agreed to exactly that: asked in
// one gesture, brought and checked in another, and gone at once when somebody says so (R35).
func TestTripOfATrombinoscope(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.portrayed(t, b.Lina, "yes")
	address := b.classPath(photo, "standard")
	martin := b.as(t, "martin")
	martin.open(b.classPath()).expect(http.StatusOK)
	if got := martin.text("main"); strings.Count(got, "Photo non autorisée.") != 3 || !strings.Contains(got, "Lina HADDAD") || !strings.Contains(got, "Paul MARTIN") {
		t.Errorf("before anybody has agreed: %q", got)
	}
	martin.open(address).expect(http.StatusNotFound)

	consent := b.consentTo(t, b.Lina)
	if got := b.as(t, "haddad-1").open(desk + "consents/" + consent).text("main"); !strings.Contains(got, "Son portrait, dans le trombinoscope de") || !strings.Contains(got, "vu par les adultes qui travaillent avec cette classe") {
		t.Errorf("the family reads %q", got)
	}
	b.accepts(t, "lina", consent, 1)
	martin.open(address).expect(http.StatusNotFound)
	b.accepts(t, "haddad-1", consent, 1)
	martin.open(b.classPath()).expect(http.StatusOK)
	if got := martin.find(`.face img`).First(); got.AttrOr("src", "") != address || !got.HasClass("no-print") || martin.page.Find(".face img").Length() != 1 {
		t.Errorf("the portrait, on the screen alone: %s", martin.text("main"))
	}
	b.seen(t, martin, address)
	for _, who := range []string{"diallo", "lina", "noe", "haddad-1", "roche", "zoe", ""} {
		br := b.visitor(t)
		if who != "" {
			br = b.as(t, who)
		}
		for _, at := range []string{address, b.classPath(), b.classPath("make")} {
			if br.open(at); br.status != http.StatusNotFound && br.at.Path != "/login" {
				t.Errorf("%s opens %s: %d", who, at, br.status)
			}
		}
	}
	b.as(t, "garcia").open(address).expect(http.StatusOK)

	b.accepts(t, "haddad-1", consent, 2) // paper needs two guardians, and one is known
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'guardians_print', '1', now())`, b.Tilleuls)
	b.work(t)
	b.accepts(t, "lina", consent, 2)
	if got := martin.open(b.classPath()).find(`.face img`); got.HasClass("no-print") {
		t.Errorf("the portrait is not for paper: %s", martin.text("main"))
	}

	b.as(t, "haddad-1").send(http.MethodPost, desk+"consents/"+consent+"/revoke", url.Values{}, nil).expect(http.StatusOK)
	martin.open(address).expect(http.StatusNotFound)
	if got := martin.open(b.classPath()).text("main"); martin.page.Find(".face img").Length() != 0 || !strings.Contains(got, "Lina HADDAD") {
		t.Errorf("after the family took it back: %q", got)
	}
}

// A portrait of other days than a family was asked for is not put to their answer; they are
// asked anew, and shown it (R31).
func TestAPortraitOfAnotherDayIsAskedForAnew(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	martin.open(b.classPath("make")).fill(`button[value="ask"]`, nil).expect(http.StatusOK)
	first := b.consentTo(t, b.Lina)
	martin.attachAs("portrait-"+b.Lina.String(), b.classPath("make"), url.Values{"do": {"take"}}, nil, file{"portrait.png", astronaut(t)}).expect(http.StatusOK)
	b.work(t)
	b.exec(t, `UPDATE photo SET created_at = created_at - interval '2 days'`)
	photo := martin.open(b.classPath("make")).find(`.face input[name="photo"]`).First().AttrOr("value", "")
	martin.fill(`button[value="confirm"]`, map[string]string{"photo": photo}).expect(http.StatusOK)
	b.work(t)
	b.accepts(t, "lina", first, 1)
	b.accepts(t, "haddad-1", first, 1)
	martin.open(b.classPath(photo, "standard")).expect(http.StatusNotFound)

	martin.open(b.classPath("make")).fill(`button[value="ask"]`, nil).expect(http.StatusOK)
	b.work(t)
	second := b.consentTo(t, b.Lina)
	if got := b.as(t, "haddad-1").open(desk + "consents/" + second).find(`.whole img`).Length(); second == first || got != 1 {
		t.Errorf("asked anew, %t, the family sees %d pictures", second != first, got)
	}
	b.accepts(t, "lina", second, 1)
	b.accepts(t, "haddad-1", second, 1)
	martin.open(b.classPath(photo, "standard")).expect(http.StatusOK)
	if martin.open(b.classPath("make")).page.Find(`button[value="ask"]`).Length() != 0 {
		t.Error("whoever was asked for their portrait is to be asked again")
	}
}

// No other consent opens a trombinoscope, and a trombinoscope's opens nothing else (R35).
func TestATrombinoscopeIsAPurposeOfItsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.portrayed(t, b.Lina, "")
	address := b.classPath(photo, "standard")
	martin := b.as(t, "martin")
	b.allowed(t, photo, b.Lina, b.Blog)
	b.allowed(t, photo, b.Lina, b.Web)
	martin.open(address).expect(http.StatusNotFound)
	b.exec(t, `UPDATE consent_cover SET ended_at = now()`)

	consent := b.consentTo(t, b.Lina)
	b.accepts(t, "lina", consent, 1)
	b.accepts(t, "haddad-1", consent, 1)
	martin.open(address).expect(http.StatusOK)
	martin.open(desk+"write/"+b.Blog.String()).fill(`button[value="submit"]`, map[string]string{
		"title": "Le portrait", "html": `<p>La voici.</p><img src="/photos/` + photo + `" alt="Lina">`}).expect(http.StatusOK)
	b.work(t)
	text := path.Base(martin.at.Path)
	martin.send(http.MethodPost, desk+"texts/"+text+"/wait", url.Values{"waits": {"no"}}, nil).expect(http.StatusOK)
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	martin.open(desk + "seen/" + text + "/" + photo + "/standard").expect(http.StatusNotFound)
	martin.open(desk + text).expect(http.StatusOK)

	for name, fact := range map[string]struct{ change, back string }{
		"a hold": {
			`INSERT INTO hold (hold_id, tenant_id, photo_id, kind, status, version, placed_at, ground, reason, placed_by) SELECT gen_random_uuid(), tenant_id, photo_id, 'mask', 'open', 1, now(), 'IMG', 'x', uploader_id FROM photo`,
			`UPDATE hold SET status = 'released', released_at = now()`},
		"somebody else in it": {
			`INSERT INTO depiction (depiction_id, tenant_id, photo_id, found, outcome, reason) SELECT gen_random_uuid(), tenant_id, photo_id, false, 'unrecognisable', 'de dos' FROM photo`,
			`DELETE FROM depiction WHERE outcome = 'unrecognisable'`},
		"a box that nobody has spoken of": {
			`INSERT INTO depiction (depiction_id, tenant_id, photo_id, found, x, y, width, height) SELECT gen_random_uuid(), tenant_id, photo_id, true, 0.1, 0.1, 0.1, 0.1 FROM photo`,
			`DELETE FROM depiction WHERE outcome = ''`},
		"another audience": {
			`INSERT INTO setting (tenant_id, key, value, changed_at) SELECT tenant_id, 'trombinoscope_readers', '"school_staff"', now() FROM tenant WHERE uai = '0310000Z'`,
			`DELETE FROM setting`},
		"no longer of the class": {
			`UPDATE group_member SET capacity = 'guardian' WHERE capacity = 'pupil'`, `UPDATE group_member SET capacity = 'pupil' WHERE capacity = 'guardian'`},
		"no longer of the collège": {
			`UPDATE membership SET during = daterange('2020-01-01', '2026-01-01') WHERE profile = 'pupil'`, `UPDATE membership SET during = daterange('2020-01-01', NULL) WHERE profile = 'pupil'`},
	} {
		martin.open(address).expect(http.StatusOK)
		b.exec(t, fact.change)
		if martin.open(address); martin.status != http.StatusNotFound {
			t.Errorf("%s: the portrait answers %d", name, martin.status)
		}
		b.exec(t, fact.back)
	}
	martin.open(address).expect(http.StatusOK)
}
