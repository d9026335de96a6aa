package postgres_test

import (
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// came opens a link to a consent for somebody.
func (h *household) came(t *testing.T, consent id.Consent, who id.Person) (actor.Actor, string) {
	t.Helper()
	mailed, err := h.consents().MakeLink(t.Context(), h.Tilleuls, consent, who)
	if err != nil {
		t.Fatal(err)
	}
	visitor, opened, err := h.consents().OpenLink(t.Context(), mailed.Token)
	if err != nil || opened != consent {
		t.Fatalf("opened %s: %v", opened, err)
	}
	return visitor, mailed.Token
}

// A link opens one consent of one child to one guardian, once.
func TestALinkOpensOneConsent(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	both := h.picture(t, h.Lina, h.Noe)
	h.guardian(t, h.Noe, h.Haddad, true) // of both children
	_, asked := h.ask(t, h.outing(both))
	visitor, token := h.came(t, asked[h.Lina], h.Haddad)
	sheet, err := h.consents().Sheet(t.Context(), visitor, asked[h.Lina])
	if err != nil || !sheet.Signs || sheet.Keeps || len(sheet.Lines) != 3 {
		t.Fatalf("%+v %v", sheet, err)
	}
	line := imageconsent.AnswerInput{Accepted: []id.Use{sheet.Lines[0].ID}}
	if _, err := h.consents().Sheet(t.Context(), visitor, asked[h.Noe]); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("another child's sheet: %v", err)
	}
	if _, err := h.consents().Answer(t.Context(), visitor, asked[h.Noe], 1, imageconsent.AnswerInput{}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("answers for another child: %v", err)
	}
	if err := h.consents().Revoke(t.Context(), visitor, asked[h.Noe], imageconsent.RevokeInput{}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("withdraws for another child: %v", err)
	}
	if _, err := h.consents().Mine(t.Context(), visitor); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("lists all: %v", err)
	}
	if _, err := h.consents().Register(t.Context(), visitor, imageconsent.RegisterFilter{}, ""); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("reads the register: %v", err)
	}
	other := visitor
	other.Person = h.karim
	if _, err := h.consents().Answer(t.Context(), other, asked[h.Lina], 1, line); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("as somebody else: %v", err)
	}
	if _, err := h.consents().Answer(t.Context(), visitor, asked[h.Lina], 1, line); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.consents().OpenLink(t.Context(), token); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a used link opens: %v", err)
	}
	if _, err := h.consents().Answer(t.Context(), visitor, asked[h.Lina], 2, line); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("answers twice: %v", err)
	}
	h.wantStands(t, "answered", asked[h.Lina], "asked; lina")
	if n := h.count(t, `SELECT count(*) FROM audit_entry WHERE actor_kind = 'link' AND action = 'grant'`); n != 1 {
		t.Errorf("%d answers by a link in the trail", n)
	}
}

// A receipt is for one whose answer stands; it shows it and withdraws it, of that child alone,
// and dies with the consent (R33).
func TestAReceiptIsForAnAnswerThatStands(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	both := h.picture(t, h.Lina, h.Noe)
	h.guardian(t, h.Noe, h.Haddad, true) // of both children
	_, asked := h.ask(t, h.outing(both))
	receipt := func() (actor.Actor, error) {
		mailed, err := h.consents().MakeReceipt(t.Context(), h.Tilleuls, asked[h.Lina], h.Haddad)
		if err != nil {
			return actor.Actor{}, err
		}
		visitor, _, err := h.consents().OpenLink(t.Context(), mailed.Token)
		return visitor, err
	}
	if _, err := receipt(); !errors.Is(err, directory.ErrNotFound) {
		t.Fatalf("before any answer: %v", err)
	}
	h.mustAnswer(t, h.Haddad, asked[h.Lina], imageconsent.ToGroup)
	visitor, err := receipt()
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := h.consents().Sheet(t.Context(), visitor, asked[h.Lina])
	if err != nil || sheet.Signs || !sheet.Revokes || len(sheet.Photos) > 0 || sheet.Mine == nil {
		t.Errorf("%+v %v", sheet, err)
	}
	for name, err := range map[string]error{
		"answers":               second(h.consents().Answer(t.Context(), visitor, asked[h.Lina], sheet.Consent.Version, imageconsent.AnswerInput{})),
		"another child's sheet": second(h.consents().Sheet(t.Context(), visitor, asked[h.Noe])),
		"withdraws for another": h.consents().Revoke(t.Context(), visitor, asked[h.Noe], imageconsent.RevokeInput{}),
	} {
		if !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, err := receipt()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.consents().Revoke(t.Context(), visitor, asked[h.Lina], imageconsent.RevokeInput{}); err != nil {
		t.Fatal(err)
	}
	if err := h.consents().Revoke(t.Context(), other, asked[h.Lina], imageconsent.RevokeInput{}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("of a consent that has ended: %v", err)
	}
	if _, err := receipt(); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("after it was withdrawn: %v", err)
	}
}

// Every link that does not open looks the same.
func TestLinksThatDoNotOpen(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, h *household, token string) string{
		"expired": func(_ *testing.T, h *household, token string) string { h.pass(14 * 24 * time.Hour); return token },
		"the address changed": func(t *testing.T, h *household, token string) string {
			h.exec(t, `UPDATE person SET email = 'x@example.org'`)
			return token
		},
		"the address went": func(t *testing.T, h *household, token string) string {
			h.exec(t, `UPDATE person SET email = ''`)
			return token
		},
		"authority taken away": func(t *testing.T, h *household, token string) string {
			h.guardian(t, h.Lina, h.Haddad, false)
			return token
		},
		"one bit": func(_ *testing.T, _ *household, token string) string {
			secret, _ := base64.RawURLEncoding.DecodeString(token)
			secret[7] ^= 1
			return base64.RawURLEncoding.EncodeToString(secret)
		},
		"cut":         func(_ *testing.T, _ *household, token string) string { return token[:len(token)-1] },
		"longer":      func(_ *testing.T, _ *household, token string) string { return token + "A" },
		"with a line": func(_ *testing.T, _ *household, token string) string { return token[:20] + "\n" + token[20:] },
		"empty":       func(*testing.T, *household, string) string { return "" },
		"nonsense":    func(*testing.T, *household, string) string { return strings.Repeat("é", 43) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHousehold(t)
			_, asked := h.ask(t, h.outing(h.photo))
			visitor, token := h.came(t, asked[h.Lina], h.Haddad)
			changed := spoil(t, h, token)
			who, consent, err := h.consents().OpenLink(t.Context(), changed)
			if err == nil { // a door that let in what it should not: the service still asks
				_, err = h.consents().Sheet(t.Context(), who, consent)
			}
			if !errors.Is(err, directory.ErrNotFound) {
				t.Errorf("%v", err)
			}
			if changed == token {
				if _, err := h.consents().Answer(t.Context(), visitor, asked[h.Lina], 1, imageconsent.AnswerInput{}); !errors.Is(err, directory.ErrNotFound) {
					t.Errorf("whoever came before: %v", err)
				}
			}
		})
	}
	h := newHousehold(t)
	_, asked := h.ask(t, h.outing(h.photo))
	h.exec(t, `UPDATE person SET email = '' WHERE person_id = $1`, h.karim)
	for name, who := range map[string]id.Person{"without authority": h.uncle, "a teacher": h.Martin, "a classmate": h.Noe, "without an address": h.karim} {
		if _, err := h.consents().MakeLink(t.Context(), h.Tilleuls, asked[h.Lina], who); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("a link for %s: %v", name, err)
		}
	}
	if n := h.count(t, `SELECT count(*) FROM consent_link WHERE length(token) <> 32`); n != 0 {
		t.Errorf("%d tokens are kept", n)
	}
}

func scanned() io.Reader { return strings.NewReader("%PDF-1.7 …") }

// R29: paper counts when two of the staff have seen it, neither of whom signed it.
func TestPaper(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	r, asked := h.ask(t, h.outing(h.photo))
	lina := asked[h.Lina]
	accepted := []id.Use{r.Lines[0].ID, r.Lines[1].ID, r.Lines[2].ID}
	record := func(by, signatory id.Person, scan string, uses ...id.Use) (id.Paper, error) {
		return h.consents().RecordPaper(t.Context(), person(h.Tilleuls, by), lina, imageconsent.PaperInput{Signatory: signatory, Accepted: uses, SignedOn: h.clock(), Scan: strings.NewReader(scan)})
	}
	const pdf = "%PDF-1.7 …"
	for name, c := range map[string]struct {
		by, signatory id.Person
		scan          string
		use           id.Use
		want          string
	}{
		"a pupil records":               {h.Noe, h.Haddad, pdf, r.Lines[0].ID, "not found"},
		"the family records":            {h.Haddad, h.Haddad, pdf, r.Lines[0].ID, "the actor's roles do not allow this action"},
		"signed without authority":      {h.Martin, h.uncle, pdf, r.Lines[0].ID, "signatory no_parental_authority R29"},
		"signed by the one who records": {h.Martin, h.Martin, pdf, r.Lines[0].ID, "the actor's roles do not allow this action"},
		"no scan":                       {h.Martin, h.Haddad, "", r.Lines[0].ID, "scan required R29"},
		"a program":                     {h.Martin, h.Haddad, "MZ\x90\x00", r.Lines[0].ID, "scan file_type R20"},
		"too large":                     {h.Martin, h.Haddad, pdf + strings.Repeat("x", 10<<20), r.Lines[0].ID, "scan too_large R20"},
		"another request's line":        {h.Martin, h.Haddad, pdf, id.New[id.Use](), "accepted unknown R28"},
	} {
		_, err := record(c.by, c.signatory, c.scan, c.use)
		if got := strings.Join(askFaults(err), ", "); err == nil || got != c.want && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(h.scans.files); n != 0 {
		t.Errorf("%d files are left behind", n)
	}
	h.exec(t, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES (gen_random_uuid(), $1, $2, 'teacher')`, h.Tilleuls, h.karim)
	if _, err := record(h.karim, h.Haddad, pdf, accepted...); !errors.Is(err, directory.ErrForbidden) {
		t.Errorf("a guardian records what the other signed: %v", err)
	}
	h.mustAnswer(t, h.Lina, lina, allAudiences...)
	paper, err := record(h.Martin, h.Haddad, pdf, accepted...)
	if err != nil {
		t.Fatal(err)
	}
	h.wantStands(t, "recorded by one", lina, "asked; haddad-2 haddad-1")
	for name, who := range map[string]id.Person{
		"who recorded it": h.Martin, "who signed it": h.Haddad, "the pupil": h.Lina, "a guardian who works here": h.karim,
	} {
		if _, err := h.consents().ConfirmPaper(t.Context(), person(h.Tilleuls, who), paper); !errors.Is(err, directory.ErrForbidden) {
			t.Errorf("%s confirms: %v", name, err)
		}
	}
	if _, err := h.consents().ConfirmPaper(t.Context(), person(h.Platanes, h.Roche), paper); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a neighbour confirms: %v", err)
	}
	scan, err := h.consents().Scan(t.Context(), person(h.Tilleuls, h.Diallo), paper)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(scan); err != nil || string(text) != pdf {
		t.Errorf("%q %v", text, err)
	}
	if _, err := h.consents().Scan(t.Context(), person(h.Tilleuls, h.Lina), paper); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("the pupil opens it: %v", err)
	}
	if _, err := h.consents().ConfirmPaper(t.Context(), person(h.Tilleuls, h.Diallo), paper); err != nil {
		t.Fatal(err)
	}
	h.wantStands(t, "confirmed by another", lina, "granted; group; haddad-2")
	if _, err := h.consents().ConfirmPaper(t.Context(), person(h.Tilleuls, h.Garcia), paper); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("confirmed twice: %v", err)
	}
	late, err := record(h.Diallo, h.Haddad, pdf, accepted...)
	if err != nil {
		t.Fatal(err)
	}
	h.pass(time.Minute)
	if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, h.Haddad), lina, imageconsent.RevokeInput{}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.consents().ConfirmPaper(t.Context(), person(h.Tilleuls, h.Garcia), late); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("a paper from before the withdrawal: %v", err)
	}
	if err := h.consents().DismissPaper(t.Context(), person(h.Tilleuls, h.Garcia), late); err != nil {
		t.Error(err)
	}
	h.wantStands(t, "withdrawn", lina, "revoked")
	h.work(t)
	h.wantVerified(t)
}

// Those concerned are told, each once.
func TestWhoIsToldOfAConsent(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	c := h.write(t, h.Lina, h.Blog, "article", "Au muséum", "<p>Une sortie.</p>")
	h.mustJudge(t, h.Martin, c, workflow.Approve)
	h.work(t)
	h.exec(t, `INSERT INTO revision_photo (revision_id, tenant_id, ordinal, photo_id, rendition_id)
		SELECT n.revision_id, n.tenant_id, 1, r.photo_id, r.rendition_id FROM snapshot n, rendition r`)
	_, asked := h.ask(t, h.outing(h.photo))
	h.work(t)
	told := func(who id.Person, kind string) bool { return slices.Contains(h.told(t, who), kind) }
	for _, who := range []id.Person{h.Lina, h.Haddad, h.karim} {
		if !told(who, "consent_asked") {
			t.Errorf("not told that they are asked: %v", h.told(t, who))
		}
	}
	if told(h.uncle, "consent_asked") || told(h.Martin, "consent_asked") {
		t.Error("others are told too")
	}
	for _, who := range []id.Person{h.Lina, h.Haddad, h.karim} {
		h.mustAnswer(t, who, asked[h.Lina], allAudiences...)
	}
	h.work(t)
	if !told(h.Martin, "consent_granted") {
		t.Errorf("who asked was told %v", h.told(t, h.Martin))
	}
	mine, err := h.consents().Mine(t.Context(), person(h.Tilleuls, h.Haddad))
	if err != nil || len(mine) != 1 || len(mine[0].Shown) != 1 || mine[0].Shown[0].Contribution != c || mine[0].Mine == nil {
		t.Errorf("what a guardian has agreed to: %+v %v", mine, err)
	}
	for _, who := range []id.Person{h.uncle, h.Noe} {
		if mine, err := h.consents().Mine(t.Context(), person(h.Tilleuls, who)); err != nil || len(mine) != 0 {
			t.Errorf("somebody else's list: %+v %v", mine, err)
		}
	}
	if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, h.karim), asked[h.Lina], imageconsent.RevokeInput{}); err != nil {
		t.Fatal(err)
	}
	h.work(t)
	if !told(h.Lina, "picture_gone") || !told(h.Martin, "picture_gone") { // author; owner of the space
		t.Errorf("the author was told %v, the owner %v", h.told(t, h.Lina), h.told(t, h.Martin))
	}
}

// R33: a family is reminded once in three days, and three times at most.
func TestRemind(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	r, _ := h.ask(t, h.outing(h.photo))
	remind := func(want int) {
		t.Helper()
		n, err := h.consents().Remind(t.Context(), person(h.Tilleuls, h.Martin), r.ID)
		if err != nil || n != want {
			t.Errorf("%d reminded, want %d: %v", n, want, err)
		}
	}
	remind(0) // asked a moment ago
	for range 3 {
		h.pass(3 * 24 * time.Hour)
		remind(1)
		remind(0)
	}
	h.pass(30 * 24 * time.Hour)
	remind(0)
	if _, err := h.consents().Remind(t.Context(), person(h.Tilleuls, h.Diallo), r.ID); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a colleague reminds: %v", err)
	}
	h.work(t)
	if told := h.told(t, h.karim); len(told) != 4 {
		t.Errorf("told %v", told)
	}
}

// The register shows all to who keeps it, and to the staff what they asked for.
func TestRegister(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	in := h.outing()
	in.Title, in.ToCome, in.Group = "=cmd|' /C calc'!A0", true, h.Class
	r, asked := h.ask(t, in)
	h.mustAnswer(t, h.Haddad, asked[h.Lina])
	list := func(who id.Person, f imageconsent.RegisterFilter) (list []string) {
		t.Helper()
		page, err := h.consents().Register(t.Context(), person(h.Tilleuls, who), f, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Items {
			list = append(list, e.Person+" "+e.Class+" "+string(e.Consent.Status))
		}
		slices.Sort(list)
		return list
	}
	lina, noe := "Lina Haddad 5A refused", "Noé Perrin 5A asked"
	for name, c := range map[string]struct {
		who  id.Person
		f    imageconsent.RegisterFilter
		want []string
	}{
		"the director":  {h.Garcia, imageconsent.RegisterFilter{}, []string{lina, noe}},
		"who asked":     {h.Martin, imageconsent.RegisterFilter{}, []string{lina, noe}},
		"a colleague":   {h.Diallo, imageconsent.RegisterFilter{AskedBy: h.Martin}, nil},
		"unanswered":    {h.Garcia, imageconsent.RegisterFilter{Unanswered: true}, []string{noe}},
		"by status":     {h.Garcia, imageconsent.RegisterFilter{Status: workflow.Refused}, []string{lina}},
		"by person":     {h.Garcia, imageconsent.RegisterFilter{Person: h.Noe}, []string{noe}},
		"by class":      {h.Garcia, imageconsent.RegisterFilter{Group: h.Class}, []string{lina, noe}},
		"another class": {h.Garcia, imageconsent.RegisterFilter{Group: h.ClassOfPlatanes}, nil},
		"by request":    {h.Garcia, imageconsent.RegisterFilter{Request: r.ID}, []string{lina, noe}},
	} {
		if diff := cmp.Diff(c.want, list(c.who, c.f)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if _, err := h.consents().Register(t.Context(), person(h.Tilleuls, h.Haddad), imageconsent.RegisterFilter{}, ""); !errors.Is(err, directory.ErrForbidden) {
		t.Errorf("a guardian reads it: %v", err)
	}
	if _, err := h.consents().Export(t.Context(), person(h.Tilleuls, h.Martin), imageconsent.RegisterFilter{}); !errors.Is(err, directory.ErrForbidden) {
		t.Errorf("one of the staff exports it: %v", err)
	}
	rows, err := h.consents().Export(t.Context(), person(h.Tilleuls, h.Garcia), imageconsent.RegisterFilter{})
	if n := h.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'export_register' AND tenant_id = $1`, h.Tilleuls); n != 1 {
		t.Errorf("the trail tells of %d exports", n)
	}
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v %v", rows, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula: %s", cell)
			}
		}
	}
}

// A later request for the same takes the place of one that nobody has answered; pictures
// that are taken later join the request of their project, and what waits for them goes on.
func TestLaterRequestsAndPictures(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	_, first := h.ask(t, h.outing(h.photo))
	_, second := h.ask(t, h.outing(h.photo))
	h.wantStands(t, "the first", first[h.Lina], "superseded")
	h.wantStands(t, "the second", second[h.Lina], "asked; lina haddad-2 haddad-1")
	h.mustAnswer(t, h.Lina, second[h.Lina], allAudiences...)
	h.mustAnswer(t, h.Haddad, second[h.Lina], allAudiences...)
	_, third := h.ask(t, h.outing(h.photo))
	h.wantStands(t, "what is granted stays", second[h.Lina], "granted; group; haddad-2")
	h.wantStands(t, "the third", third[h.Lina], "asked; lina haddad-2 haddad-1")
	in := h.outing()
	in.ToCome, in.Group = true, h.Class
	class, asked := h.ask(t, in)
	if len(asked) != 2 {
		t.Errorf("asked %v", asked)
	}
	if err := h.consents().AddPhotos(t.Context(), person(h.Tilleuls, h.Martin), class.ID, []id.Photo{h.photo}); err != nil {
		t.Error(err)
	}
	named, _ := h.ask(t, h.outing(h.picture(t, h.Noe)))
	if err := h.consents().AddPhotos(t.Context(), person(h.Tilleuls, h.Martin), named.ID, []id.Photo{h.photo}); !errors.Is(err, workflow.ErrImpossible) {
		t.Errorf("a picture joins a request that names its pictures: %v", err)
	}
	h.work(t)
	c := h.write(t, h.Lina, h.Blog, "article", "Au muséum", "<p>Une sortie.</p>")
	h.exec(t, `UPDATE revision SET status = 'awaiting_consent' WHERE contribution_id = $1`, c)
	h.exec(t, `INSERT INTO revision_photo (revision_id, tenant_id, ordinal, photo_id, rendition_id)
		SELECT v.revision_id, v.tenant_id, 1, r.photo_id, r.rendition_id FROM revision v, rendition r WHERE v.contribution_id = $1 AND r.photo_id = $2`, c, h.photo)
	h.mustAnswer(t, h.Lina, asked[h.Lina], allAudiences...)
	for _, m := range h.open(t) {
		if m.Kind == outbox.ConsentMoved {
			if err := h.consents().Moved(t.Context(), m); err != nil {
				t.Error(err)
			}
		}
	}
	checks := 0
	for _, m := range h.open(t) {
		if m.Kind == outbox.CheckClearance {
			checks++
		}
	}
	if checks != 1 {
		t.Errorf("%d texts are looked at again", checks)
	}
}
