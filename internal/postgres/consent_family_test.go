package postgres_test

import (
	"errors"
	"slices"
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// R46: whoever asks, keeps the register or directs the house, and is of the family, sees of
// its consent what the family sees, and nothing of what the other parent said.
func TestAnOfficeIsNoWayIntoOnesOwnFamily(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	h.guardian(t, h.Lina, h.Martin, true)  // who teaches here, and asks
	h.guardian(t, h.Lina, h.Garcia, false) // who directs, and holds no authority
	h.exec(t, `UPDATE guardianship SET during = daterange(NULL, '2026-01-01') WHERE guardian_id = $1`, h.Garcia)
	h.exec(t, `UPDATE membership SET roles = '{officer}' WHERE person_id = $1`, h.Diallo)
	r, asked := h.ask(t, h.outing(h.photo, h.picture(t, h.Noe)))
	lina, noe := asked[h.Lina], asked[h.Noe]
	paper, err := h.consents().RecordPaper(t.Context(), person(h.Tilleuls, h.Diallo), lina, imageconsent.PaperInput{Signatory: h.karim, SignedOn: h.clock(), Scan: scanned()})
	if err != nil {
		t.Fatal(err)
	}
	h.mustAnswer(t, h.Martin, lina, allAudiences...)
	h.mustAnswer(t, h.Haddad, lina, imageconsent.ToGroup)

	sheet := func(who id.Person, consent id.Consent) imageconsent.Sheet {
		t.Helper()
		s, err := h.consents().Sheet(t.Context(), person(h.Tilleuls, who), consent)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := sheet(h.Martin, lina); s.Keeps || !s.Signs || s.Mine == nil || len(s.Answers)+len(s.Waiting)+len(s.Consent.Waiting)+len(s.Papers)+len(s.Family) > 0 || len(s.History) != 2 {
		t.Errorf("a father who asked sees %+v", s)
	}
	if s := sheet(h.Martin, noe); !s.Keeps || len(s.Waiting) == 0 {
		t.Errorf("of others he sees %+v", s)
	}
	if s := sheet(h.Diallo, lina); !s.Keeps || len(s.Answers) != 2 || len(s.Waiting) != 1 || len(s.Papers) != 1 {
		t.Errorf("an officer sees %+v", s)
	}
	martin, garcia := person(h.Tilleuls, h.Martin), person(h.Tilleuls, h.Garcia)
	if _, err := h.consents().Sheet(t.Context(), garcia, lina); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a director who was a guardian, while a paper waits: %v", err)
	}
	for name, err := range map[string]error{
		"scan, by the father":      second(h.consents().Scan(t.Context(), martin, paper)),
		"scan, by the director":    second(h.consents().Scan(t.Context(), garcia, paper)),
		"confirm, by the director": second(h.consents().ConfirmPaper(t.Context(), garcia, paper)),
		"dismiss, by the director": h.consents().DismissPaper(t.Context(), garcia, paper),
		"proof, by the director":   h.consents().RecordSole(t.Context(), garcia, lina, "jugement"),
		"resend, by the father":    h.consents().Resend(t.Context(), martin, lina, h.karim),
	} {
		if !errors.Is(err, directory.ErrNotFound) && !errors.Is(err, directory.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}

	waiting := func(who id.Person, f imageconsent.RegisterFilter) map[string][]string {
		t.Helper()
		page, err := h.consents().Register(t.Context(), person(h.Tilleuls, who), f, "")
		if err != nil {
			t.Fatal(err)
		}
		list := map[string][]string{}
		for _, e := range page.Items {
			if list[e.Person] = e.WaitingNames(); len(e.Consent.Waiting) != len(e.Waiting) {
				t.Errorf("%s of %s: %v", who, e.Person, e.Consent.Waiting)
			}
		}
		return list
	}
	whole := imageconsent.RegisterFilter{Request: r.ID}
	for name, c := range map[string]struct {
		who  id.Person
		of   int // others of Lina's family who are named
		more imageconsent.RegisterFilter
		rows int
	}{
		"the father":            {h.Martin, 0, whole, 2},
		"the director":          {h.Garcia, 0, whole, 2},
		"an officer":            {h.Diallo, 1, whole, 2},
		"the father, of open":   {h.Martin, 0, imageconsent.RegisterFilter{Request: r.ID, Unanswered: true}, 1},
		"an officer, of open":   {h.Diallo, 1, imageconsent.RegisterFilter{Request: r.ID, Unanswered: true}, 2},
		"the director, of hers": {h.Garcia, 0, imageconsent.RegisterFilter{Request: r.ID, Person: h.Lina}, 1},
	} {
		if got := waiting(c.who, c.more); len(got) != c.rows || len(got["Lina Haddad"]) != c.of || c.rows == 2 && len(got["Noé Perrin"]) == 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	rows, err := h.consents().Export(t.Context(), garcia, whole)
	if err != nil || slices.ContainsFunc(rows, func(row []string) bool { return row[2] == "Lina Haddad" && row[7] != "" }) {
		t.Errorf("exported %v, %v", rows, err)
	}
	mine, err := h.consents().Mine(t.Context(), martin)
	if err != nil || len(mine) != 1 || len(mine[0].Consent.Waiting) > 0 {
		t.Errorf("his own list: %+v, %v", mine, err)
	}
}

// R46: nor is what a picture lacks, said to who works here.
func TestWhatAPictureLacksIsNoWayIntoOnesOwnFamily(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	h.guardian(t, h.Lina, h.Diallo, true)
	_, asked := h.ask(t, h.outing(h.photo))
	h.mustAnswer(t, h.Diallo, asked[h.Lina], allAudiences...)
	var found []imageconsent.Picture
	err := postgres.Transactions[publication.Tx](h.db)(t.Context(), h.Tilleuls, func(tx publication.Tx) (err error) {
		found, err = tx.Pictures(t.Context(), []imageconsent.Shown{{Photo: h.photo}})
		return err
	})
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	missing := imageconsent.Clearance(found[0], imageconsent.Use{Audience: imageconsent.ToGroup, Group: h.Class, Space: h.Blog}, h.clock()).Missing
	at := slices.IndexFunc(missing, func(m imageconsent.Missing) bool { return m.Lack == imageconsent.LacksConsent })
	if at < 0 || missing[at].Status != workflow.Asked {
		t.Fatalf("missing %+v", missing)
	}
	for who, want := range map[id.Person]int{h.Martin: 3, h.Diallo: 0, h.karim: 1} { // the pupil's and two guardians'
		if got := missing[at].Awaited(who); len(got) != want {
			t.Errorf("%s is told of %v", who, got)
		}
	}
}
