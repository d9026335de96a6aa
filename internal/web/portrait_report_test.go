package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"imprimatur/internal/postgres"
)

// Who sees a portrait of a trombinoscope reports it in three taps; it is evidence, is hidden while
// somebody looks, and is withdrawn by a decision. To whoever does not see it there is nothing.
func TestAPortraitIsReported(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.portrayed(t, b.Lina, "")
	consent := b.consentTo(t, b.Lina)
	b.accepts(t, "lina", consent, 1)
	b.accepts(t, "haddad-1", consent, 1)
	b.exec(t, `INSERT INTO group_member (tenant_id, group_id, person_id, capacity) VALUES ($1, $2, $3, 'staff')`, b.Tilleuls, b.Class, b.Diallo)
	at, address := b.classPath(photo, "report"), b.classPath(photo, "standard")
	for _, who := range []string{"lina", "noe", "haddad-1", "roche", "zoe"} {
		br := b.as(t, who)
		br.open(at).expect(http.StatusNotFound)
		br.send(http.MethodPost, at, url.Values{"ground": {"IMG"}}, nil).expect(http.StatusNotFound)
	}
	diallo := b.as(t, "diallo")
	diallo.open(b.classPath(uuid.NewString(), "report")).expect(http.StatusNotFound)
	diallo.open(b.classPath()).click(`.face .report-link a`).expect(http.StatusOK)
	if got := diallo.text("main"); !strings.Contains(got, "Portrait de Lina Haddad") {
		t.Errorf("the form says %s", got)
	}
	diallo.send(http.MethodPost, at, url.Values{}, nil).expect(http.StatusUnprocessableEntity)
	diallo.fill(`form[action="`+at+`"] button`, map[string]string{"ground": "IMG"}).expect(http.StatusOK)
	if got := diallo.text("main"); !strings.Contains(got, "bien arrivé") {
		t.Errorf("the receipt says %s", got)
	}
	b.as(t, "martin").send(http.MethodPost, at, url.Values{"ground": {"PRIV"}}, nil).expect(http.StatusOK)
	b.work(t)
	if n := b.count(t, `SELECT count(*) FROM case_file f WHERE photo_id = $1 AND contribution_id IS NULL AND (SELECT count(*) FROM report r WHERE r.case_id = f.case_id) = 2
		AND EXISTS (SELECT 1 FROM evidence e WHERE e.case_id = f.case_id AND $1 = ANY (e.photos))
		AND EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = f.case_id AND c.person_id = $2 AND c.cause = 'depicted')`, photo, b.Lina); n != 1 {
		t.Fatalf("%d cases with two reports, the evidence and whom it concerns", n)
	}

	garcia := b.as(t, "garcia")
	garcia.open(desk + "cases").click(`table a`).expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "Trombinoscope") || strings.Contains(got, "ne mène à aucun contenu") || garcia.page.Find(`main .prose img`).Length() != 1 {
		t.Errorf("who examines reads %s", got)
	}
	diallo.open(address).expect(http.StatusOK)
	garcia.fill(`form:has([value="mask_case"]) button`, nil).expect(http.StatusOK)
	diallo.open(address).expect(http.StatusNotFound)
	diallo.open(at).expect(http.StatusNotFound)
	garcia.open(desk + "cases").click(`table a`)
	garcia.click(`a[href*="do=decide"]`).expect(http.StatusOK)
	if verdicts := garcia.page.Find(`input[name="verdict"]`).Length(); verdicts != 2 {
		t.Errorf("%d verdicts for a picture without a text", verdicts)
	}
	decision := map[string]string{"verdict": "withdraw_picture", "ground": "IMG", "facts": "Le portrait a été pris hors de la classe.", "reason": "Ce portrait est à refaire.", "answer": "Le portrait est retiré."}
	garcia.fill(`button[value="send"], button[value="preview"]`, decision).expect(http.StatusOK)
	if garcia.page.Find(`button[value="send"]`).Length() > 0 {
		garcia.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	}
	b.work(t)
	if n := b.count(t, `SELECT count(*) FROM hold WHERE photo_id = $1 AND kind = 'withdraw' AND status = 'open' AND case_id IS NOT NULL`, photo); n != 1 {
		t.Errorf("%d holds withdraw it", n)
	}
	martin := b.as(t, "martin") // who has brought it
	martin.open(desk + "notices").click(`main a[href*="/decisions/"]`).expect(http.StatusOK)
	if got := martin.text("main"); !strings.Contains(got, "Ce portrait est à refaire.") || strings.Contains(got, "Diallo") {
		t.Errorf("who has brought it reads %s", got)
	}
	if v, err := b.db.Verify(t.Context(), postgres.VerifyConfig{}); err != nil || len(v.Violations) > 0 {
		t.Errorf("verify: %v, %v", v.Violations, err)
	}
	diallo.open(b.classPath()).expect(http.StatusOK)
	if diallo.page.Find(".face img").Length() != 0 || !strings.Contains(diallo.text("main"), "Lina HADDAD") {
		t.Errorf("R35: the name is left: %s", diallo.text("main"))
	}
}
