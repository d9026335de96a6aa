package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// R52: on the page of a confirmed case the director holds the notice to the guardians with a reason,
// releases it and has them told; the owner is offered nothing of it, and a guardian reads no word of the text.
func TestTheHeadTellsGuardians(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opens(t, b.publishedByNoe(t, "Le match", "Les filles de 5B sont des quiches."))
	b.exec(t, `INSERT INTO guardianship (pupil_id, guardian_id, parental_authority) VALUES ($1, $2, true)`, b.Noe, b.Haddad)
	martin := b.as(t, "martin")
	martin.open(desk + "cases/" + b.dossier).expect(http.StatusOK)
	b.decides(t, martin, "withdraw")
	b.exec(t, `UPDATE case_file SET appeal_until = '2026-11-24 09:00Z'`)
	b.exec(t, `UPDATE outbox SET due_at = $1 WHERE note = 'guardians_wait' AND status = 'waiting'`, b.now())
	b.work(t)
	if martin.open(desk + "cases/" + b.dossier); martin.page.Find("#guardians").Length() != 0 {
		t.Errorf("the owner reads %s", martin.text("main"))
	}
	garcia := b.as(t, "garcia")
	if waits := garcia.open(desk + "desk").page.Find(`section[aria-labelledby="guardians"] a[href$="/` + b.dossier + `#guardians"]`); waits.Length() != 1 {
		t.Errorf("on the desk: %s", garcia.text("main"))
	}
	garcia.open(desk + "cases/" + b.dossier).expect(http.StatusOK)
	hold := `form:has(input[value="hold_guardians"]) button`
	garcia.fill(hold, map[string]string{"reason": " "}).expect(http.StatusUnprocessableEntity)
	if garcia.text("#guardians-fault") == "" {
		t.Errorf("held without a reason: %s", garcia.text("main"))
	}
	garcia.fill(hold, map[string]string{"reason": "Une éducatrice le voit demain."}).expect(http.StatusOK)
	if got := garcia.text(`section[aria-labelledby="guardians"]`); !strings.Contains(got, "éducatrice") || garcia.page.Find(`input[value="tell_guardians"]`).Length() != 0 {
		t.Errorf("held: %s", got)
	}
	garcia.fill(`form:has(input[value="release_guardians"]) button`, map[string]string{"reason": "Elle l'a vu."}).expect(http.StatusOK)
	garcia.click(`form:has(input[value="tell_guardians"]) button`).expect(http.StatusOK)
	b.work(t)
	haddad := b.as(t, "haddad-1")
	got := haddad.open(desk + "notices").text("main")
	if !strings.Contains(got, "Noé") || strings.Contains(got, "quiches") || strings.Contains(got, "Le match") || strings.Contains(got, "Aubert") {
		t.Errorf("the guardian reads %s", got)
	}
	if got := garcia.open(desk + "cases/" + b.dossier).text(`section[aria-labelledby="guardians"]`); !strings.Contains(got, "Haddad : prévenu") {
		t.Errorf("on record: %s", got)
	}
}

// R47: on the page of a case that was kept whoever judges finds a report manifestly unfounded, and
// cannot lift that; who made it reads of the warning, and how it is contested, in the letter.
func TestAReportIsFoundUnfounded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.publishedByNoe(t, "Le match", "Bravo aux filles de 5B.")
	lina := b.as(t, "lina")
	lina.open(desk + "report/" + text).expect(http.StatusOK)
	lina.fill(`form[action*="/report/"] button`, map[string]string{"ground": "INJ", "text": "Bof."}).expect(http.StatusOK)
	b.work(t)
	b.dossier, b.report = b.latestCase(t)
	martin := b.as(t, "martin")
	martin.open(desk + "cases/" + b.dossier).expect(http.StatusOK)
	if martin.page.Find(`form[action$="/unfounded"]`).Length() != 0 {
		t.Error("the owner may find a report unfounded")
	}
	b.decides(t, martin, "keep")
	garcia := b.as(t, "garcia")
	garcia.open(desk + "cases/" + b.dossier).expect(http.StatusOK)
	garcia.fill(`form[action$="/unfounded"] button`, map[string]string{"reason": "Rien d'injurieux."}).expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "manifestement infondé") || strings.Contains(got, "Lina") || garcia.page.Find(`form[action$="/unfounded"]`).Length() != 0 {
		t.Errorf("R44: who marks reads %s", got)
	}
	if got := lina.open(desk + "notices").text("main"); !strings.Contains(got, "manifestement infondé") {
		t.Errorf("who reported is told %s", got)
	}
	lina.open(desk + "reports").click(`main article a`).expect(http.StatusOK)
	if got := lina.text("main"); !strings.Contains(got, "avertissement") || !strings.Contains(got, "recours") {
		t.Errorf("who reported reads %s", got)
	}
	if got := b.as(t, "noe").open(desk + "notices").text("main"); strings.Contains(got, "infondé") {
		t.Errorf("the author reads %s", got)
	}
}
