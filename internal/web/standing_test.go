package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// A suspended author is told until when, on the page that refuses, with the text
// still there; and in a notice from when to when, why, and how to be heard (R53).
func TestASuspendedAuthorIsToldUntilWhen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `INSERT INTO standing (standing_id, tenant_id, person_id, kind, during, reason)
		VALUES (gen_random_uuid(), $1, $2, 'suspended', '[2020-01-01,2099-01-02 10:00Z)', 'x')`, b.Tilleuls, b.Lina)
	b.exec(t, `INSERT INTO notice (notice_id, tenant_id, person_id, message_id, kind, reason, begins, ends, created_at)
		VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), 'suspended', 'Propos blessants.', '2098-12-25 10:00Z', '2099-01-02 10:00Z', now())`, b.Tilleuls, b.Lina)
	lina := b.as(t, "lina")
	lina.open("/e/" + tilleuls + "/-/write/" + b.Blog.String()).expect(http.StatusOK)
	lina.fill(`button[value="submit"]`, map[string]string{"title": "Un", "text": "Mon texte."}).expect(http.StatusUnprocessableEntity)
	if got := lina.text("main"); !strings.Contains(got, "suspendu jusqu'au vendredi 2 janvier 2099 à 11 h 00") || !strings.Contains(got, "R53") {
		t.Errorf("refused with %s", got)
	}
	lina.open("/e/" + tilleuls + "/-/notices").expect(http.StatusOK)
	got := lina.text("main")
	for _, want := range []string{"25 décembre 2098", "2 janvier 2099", "Propos blessants.", "votre version des faits", "R53"} {
		if !strings.Contains(got, want) {
			t.Errorf("the notice does not say %q: %s", want, got)
		}
	}
}

// The log of refusals is for whoever runs or directs the house.
func TestTheLogOfRefusals(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `INSERT INTO denial (denial_id, tenant_id, person_id, action, rule, at, alert_id)
		SELECT gen_random_uuid(), $1, $2, 'space:freeze', 'R26', now(), gen_random_uuid() FROM generate_series(1, 60)`, b.Tilleuls, b.Noe)
	desk := "/e/" + tilleuls + "/-/denials"
	for _, who := range []string{"lina", "martin"} {
		if br := b.as(t, who); br.open(desk).status != http.StatusForbidden || strings.Contains(br.text("main"), "Perrin") {
			t.Errorf("%s reads it: %d", who, br.status)
		}
	}
	head := b.as(t, "garcia")
	head.open(desk).expect(http.StatusOK)
	if got := head.text("main"); strings.Contains(got, "Noé Perrin") || head.page.Find(".field-error").Length() > 0 {
		t.Errorf("before saying why, the head reads %s", got)
	}
	const read = `form[action$="/denials"] button`
	head.fill(read, nil).expect(http.StatusUnprocessableEntity)
	if got := head.text("#reason-fault"); !strings.HasPrefix(got, "Motif obligatoire") || strings.Contains(head.text("main"), "Noé Perrin") {
		t.Errorf("without a reason the head is told %q", got)
	}
	head.fill(read, map[string]string{"reason": "security"}).expect(http.StatusOK)
	if got := head.text("main"); strings.Count(got, "Noé Perrin") != 50 || !strings.Contains(got, "Geler l'espace · R26") || !strings.Contains(got, "Alerte") {
		t.Errorf("the head reads %s", got)
	}
	head.click(`a[rel="next"]`).expect(http.StatusOK)
	if got := strings.Count(head.text("main"), "Noé Perrin"); got != 10 {
		t.Errorf("the next page has %d of 10 refusals", got)
	}
	head.open(desk + "?after=x").expect(http.StatusBadRequest)
}
