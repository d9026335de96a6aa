package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// By telephone or at the office: the staff say whose word they bring, and it is kept (R33).
func TestTheStaffBringAFamilysWord(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "martin", tilleuls, astronaut(t))
	b.named(t, "martin", tilleuls, photo, "Lina Haddad")
	martin := b.as(t, "martin")
	martin.open(desk + "photos/" + photo).click(`a[href*="consents/ask"]`).expect(http.StatusOK)
	martin.fill(`button[value="preview"]`, b.project(map[string]string{"to_come": ""})).expect(http.StatusOK)
	martin.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	b.work(t)
	consent := b.consentAbout(t, martin, b.Lina)
	b.agrees(t, "haddad-1", consent, photo)
	b.agrees(t, "lina", consent, photo)

	at := desk + "consents/" + consent
	if got := b.as(t, "haddad-1").open(at).page.Find(`form[action$="/revoke"] input[name="for"]`).Length(); got != 0 {
		t.Errorf("a guardian is asked whose word theirs is, %d times", got)
	}
	garcia := b.as(t, "garcia")
	if got := garcia.open(at).text(`form[action$="/revoke"]`); !strings.Contains(got, "Lina Haddad (la personne elle-même)") || !strings.Contains(got, "Samia Haddad (responsable légal)") {
		t.Errorf("whose word it may be: %q", got)
	}
	garcia.fill(`form[action$="/revoke"] button`, nil).expect(http.StatusUnprocessableEntity)
	if got := garcia.text("#for-fault"); !strings.Contains(got, "de qui est cette parole") {
		t.Errorf("nobody is named: %q", got)
	}
	garcia.fill(`form[action$="/revoke"] button`, map[string]string{"for": b.Haddad.String()}).expect(http.StatusOK)
	if got := garcia.text("#keeper ~ ul"); !strings.Contains(got, "Samia Haddad a retiré son accord") || !strings.Contains(got, "Demande reçue par l'établissement") {
		t.Errorf("kept: %q", got)
	}
	var said, trail string
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	row := conn.QueryRow(t.Context(), `SELECT a.via, e.via FROM consent_answer a, audit_entry e
		WHERE a.signatory_id = $1 AND a.revoked AND e.subject_id = a.consent_id AND e.action = 'revoke'`, b.Haddad)
	if err := row.Scan(&said, &trail); err != nil || !strings.HasSuffix(said, " for guardian") || trail != said {
		t.Errorf("answer %q, trail %q, %v", said, trail, err)
	}

	b.agrees(t, "haddad-1", consent, photo)
	garcia.open(at).fill(`form[action$="/revoke"] button`, map[string]string{"for": "unknown"}).expect(http.StatusOK)
	if got := garcia.text("#keeper ~ ul"); strings.Count(got, "sans que l'on sache de qui") != 2 {
		t.Errorf("nobody knows whose word it was: %q", got)
	}
	if got := b.as(t, "haddad-1").open(at).text(".notice-info"); !strings.Contains(got, "votre réponse ne compte plus") {
		t.Errorf("a guardian reads %q", got)
	}
}

// A teacher who asked, and is a parent of one of the pupils, reads of that one what a parent
// reads: neither whose answer is missing nor what the other parent said (R46).
func TestAParentWhoAskedReadsAsAParent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `INSERT INTO guardianship (pupil_id, guardian_id, parental_authority) VALUES ($1, $2, true)`, b.Lina, b.Martin)
	at := desk + "consents/" + b.askedOf(t, b.Lina)
	b.as(t, "haddad-1").open(at).fill(`button[value="refuse"]`, nil).expect(http.StatusOK)
	martin := b.as(t, "martin")
	if got := martin.open(at).text("main"); martin.page.Find("#keeper").Length() != 0 || strings.Contains(got, "Samia") {
		t.Errorf("the father reads %q", got)
	}
	rows := martin.open(desk + "consents").find(`.queue tr:contains("Lina Haddad")`)
	if got := rows.Text(); got == "" || strings.Contains(got, "Samia") {
		t.Errorf("in the register: %q", got)
	}
	if got := b.as(t, "garcia").open(at).text("#keeper ~ ul"); !strings.Contains(got, "Samia Haddad a refusé") {
		t.Errorf("the director reads %q", got)
	}
}
