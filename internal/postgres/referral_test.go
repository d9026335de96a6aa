package postgres_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// R49: of what is grave a draft is there at once, with no name in it; a human sends it, and what
// they sent is kept, or why they did not; meanwhile nothing is purged (R63) before the director
// lifts that, with the reason.
func TestAReferral(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	c := d.topic(t)
	d.report(t, d.Noe, c, "HAR")
	about := d.only(t)
	view := d.seeCase(t, d.Garcia, about)
	if r := view.Referral; r == nil || r.Due.IsZero() || r.Late || !strings.Contains(r.Draft, view.Reference) || !strings.Contains(r.Draft, "222-33-2-2") {
		t.Fatalf("to refer: %+v", r)
	}
	for _, name := range []string{"Lina", "Haddad", "Noé", "Garcia"} {
		if strings.Contains(view.Referral.Draft, name) {
			t.Errorf("the draft names %s: %s", name, view.Referral.Draft)
		}
	}
	refer := func(who id.Person, to moderation.Recipient, body string) error {
		return d.cases.Refer(t.Context(), person(d.Tilleuls, who), about, to, body)
	}
	var fault *directory.FieldError
	if err := refer(d.Garcia, moderation.ToNobody, " "); !errors.As(err, &fault) || fault.Code != "refer_or_say_why" || fault.Rule != "R49" {
		t.Errorf("neither referred nor said why: %v", err)
	}
	if err := refer(d.Garcia, "press", "Bonjour."); !errors.As(err, &fault) || fault.Field != "recipient" {
		t.Errorf("to somebody else: %v", err)
	}
	if err := refer(d.Martin, moderation.ToPharos, "Bonjour."); err == nil {
		t.Error("referred by who does not judge")
	}
	if err := refer(d.Garcia, moderation.To3018, "Le texte ci-joint."); err != nil {
		t.Fatal(err)
	}
	d.exec(t, `UPDATE case_file SET status = 'closed', closed_at = $2 WHERE case_id = $1`, about, d.clock().AddDate(-3, 0, 0))
	kept := func() bool { return d.dossier(t, c, d.Garcia).Kept }
	if !kept() {
		t.Error("R63: what was referred may be purged")
	}
	made := d.seeCase(t, d.Garcia, about).Referral.Made
	if len(made) != 1 || made[0].Body != "Le texte ci-joint." || made[0].Name == "" {
		t.Fatalf("made: %+v", made)
	}
	if err := d.cases.LiftReferral(t.Context(), person(d.Tilleuls, d.Petit), about, made[0].ID, "Classé."); !errors.Is(err, directory.ErrForbidden) || !kept() {
		t.Errorf("lifted by a delegate: %v", err)
	}
	if err := d.cases.LiftReferral(t.Context(), person(d.Tilleuls, d.Garcia), about, made[0].ID, " "); !errors.As(err, &fault) || !kept() {
		t.Errorf("lifted without a reason: %v", err)
	}
	if err := d.cases.LiftReferral(t.Context(), person(d.Tilleuls, d.Garcia), about, made[0].ID, "Classé sans suite."); err != nil || kept() {
		t.Errorf("lifted: %v, kept %t", err, kept())
	}
}

// Whoever judges is told once when the time is over, unless it was referred or said why not.
func TestALateReferral(t *testing.T) {
	t.Parallel()
	for name, abstains := range map[string]bool{"late": false, "said why not": true} {
		d := newDesk(t)
		d.report(t, d.Noe, d.topic(t), "HAR")
		if abstains {
			if err := d.cases.Refer(t.Context(), person(d.Tilleuls, d.Garcia), d.only(t), moderation.ToNobody, "Une dispute, réglée en classe."); err != nil {
				t.Fatal(err)
			}
		}
		d.pass(24*time.Hour + time.Minute)
		d.work(t)
		d.work(t)
		want := 1
		if abstains {
			want = 0
		}
		if n := d.count(t, `SELECT count(*) FROM notice WHERE kind = 'case_unreferred' AND person_id = $1`, d.Garcia); n != want {
			t.Errorf("%s: told %d times", name, n)
		}
	}
}

// R51: the steps are kept with who took them, once; other cases of the same author are shown to
// who judges; and the export has nobody's name in it, nor anything of who reported (invariant 12).
func TestAHarassmentCase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.said(t, "<p>Noé Martel pue. Lina Haddad le sait, et LINA rit.</p>")
	second := d.topic(t)
	d.report(t, d.Diallo, second, "DEF")
	d.file(t, person(d.Tilleuls, d.Noe), moderation.ReportInput{Contribution: first, Ground: "HAR", Explanation: "Je suis Noé, aidez-moi."})
	d.file(t, anonymous(d.Tilleuls), anyone(first, "HAR")) // Jeanne Perrin, who has no account
	d.work(t)
	var about id.Case
	if err := d.admin.QueryRow(t.Context(), `SELECT case_id FROM case_file WHERE ground = 'HAR'`).Scan(&about); err != nil {
		t.Fatal(err)
	}
	garcia := person(d.Tilleuls, d.Garcia)
	for range 2 {
		if err := d.cases.TakeCareStep(t.Context(), garcia, about, moderation.StepHear, "Lina HADDAD a été entendue avec Mme Diallo, puis Noe et Mme Perrin ; Jeanne P. sait tout."); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'take_step' AND subject_id = $1`, about); n != 1 {
		t.Errorf("R51: the step is %d times in the trail", n)
	}
	for who, want := range map[id.Person]error{d.Martin: directory.ErrNotFound, d.Noe: directory.ErrNotFound, d.Lina: directory.ErrNotFound} {
		if err := d.cases.TakeCareStep(t.Context(), person(d.Tilleuls, who), about, moderation.StepProtect, ""); !errors.Is(err, want) {
			t.Errorf("R51: taken by somebody who may not examine: %v", err)
		}
	}
	var fault *directory.FieldError
	if err := d.cases.TakeCareStep(t.Context(), garcia, about, "party", ""); !errors.As(err, &fault) || fault.Rule != "R51" {
		t.Errorf("a step that is none: %v", err)
	}
	view := d.seeCase(t, d.Garcia, about)
	if view.Care == nil || len(view.Care.Steps) != 1 || len(view.Care.Related) != 1 || !view.Care.Related[0].Author {
		t.Fatalf("the path: %+v", view.Care)
	}
	d.exec(t, `UPDATE report SET person_id = NULL, known_ids = ARRAY[$1]::uuid[], proved_at = reported_at WHERE ground = 'DEF'`, d.Garcia)
	if view := d.seeCase(t, d.Garcia, about); len(view.Care.Related) != 0 {
		t.Errorf("R46: a case that they reported by their address is shown: %+v", view.Care.Related)
	}
	text, err := d.cases.ExportCase(t.Context(), garcia, about)
	if err != nil || !strings.Contains(text, "L.H.") || !strings.Contains(text, view.Reference) {
		t.Fatalf("exported: %s, %v", text, err)
	}
	for _, name := range []string{"lina", "haddad", "noé", "noe", "diallo", "garcia", "perrin", "jeanne", "aidez-moi"} {
		if strings.Contains(strings.ToLower(text), name) {
			t.Errorf("invariant 12: %q is in the export:\n%s", name, text)
		}
	}
	if _, err := d.cases.ExportCase(t.Context(), person(d.Platanes, d.Roche), about); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("exported from elsewhere: %v", err)
	}
}
