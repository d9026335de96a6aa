package postgres_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/workflow"
)

// agreed is a household in which everybody has agreed to everything.
func agreed(t *testing.T) (*household, id.Consent) {
	t.Helper()
	h := newHousehold(t)
	_, asked := h.ask(t, h.outing(h.photo))
	for _, who := range []id.Person{h.Lina, h.Haddad, h.karim} {
		h.mustAnswer(t, who, asked[h.Lina], allAudiences...)
	}
	h.work(t)
	h.wantStands(t, "agreed", asked[h.Lina], "granted; "+everywhere)
	return h, asked[h.Lina]
}

// R30: when the directory takes a guardian's authority away, nothing rests on them any
// more, in the same transaction; what others have agreed to holds, resolved anew.
func TestAuthorityIsTakenAway(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	undone := errors.New("undone")
	err := h.db.Load(t.Context(), func(l postgres.Loading) error {
		if err := l.Guardianship(t.Context(), directory.Guardianship{Pupil: h.Lina, Guardian: h.karim}); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	h.wantStands(t, "the load is undone", lina, "granted; "+everywhere)
	h.guardian(t, h.Lina, h.karim, false)
	if n := h.count(t, `SELECT count(*) FROM consent_cover WHERE ended_at IS NULL AND $1 = ANY (rests_on)`, h.karim); n != 0 {
		t.Errorf("%d covers rest on who has no authority", n)
	}
	h.hurry(t)
	h.wantStands(t, "looked at again", lina, "granted; group")
	h.guardian(t, h.Lina, h.karim, true)
	h.hurry(t)
	h.wantStands(t, "authority comes back", lina, "granted; "+everywhere)
	h.guardian(t, h.Lina, h.karim, false)
	h.guardian(t, h.Lina, h.Haddad, false)
	h.wantStands(t, "nobody has it", lina, "granted")
	h.hurry(t)
	h.wantStands(t, "nobody has it, looked at again", lina, "asked")
	h.wantVerified(t)
}

// What the directory says again changes nothing, and a correction of the birth date
// closes all until it is looked at.
func TestTheDirectoryIsLoadedAgain(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	h.guardian(t, h.Lina, h.karim, true)
	if n := h.count(t, `SELECT count(*) FROM outbox WHERE kind = 'consent:review' AND status <> 'done'`); n != 0 {
		t.Errorf("%d reviews of nothing", n)
	}
	h.exec(t, `UPDATE person SET birth_date = '2014-03-03' WHERE person_id = $1`, h.Lina)
	h.wantStands(t, "another birth date", lina, "granted")
	h.hurry(t)
	h.wantStands(t, "looked at again", lina, "granted; "+everywhere)
	h.wantVerified(t)
}

// R30: a parameter counts from when it is changed.
func TestHowManyMustSignIsChanged(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	_, asked := h.ask(t, h.outing(h.photo))
	h.mustAnswer(t, h.Lina, asked[h.Lina], allAudiences...)
	h.mustAnswer(t, h.Haddad, asked[h.Lina], allAudiences...)
	h.wantStands(t, "one has agreed", asked[h.Lina], "granted; group; haddad-2")
	house := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](h.db), Clock: h.clock})
	for version, c := range []struct{ key, value, want string }{
		{"guardians_group", "2", "asked; haddad-2"},
		{"guardians_public_web", "1", "granted; public_web; haddad-2"},
		{"guardians_group", "null", "granted; group public_web; haddad-2"},
	} {
		_, err := house.Configure(t.Context(), person(h.Tilleuls, h.Garcia), int64(version+1), map[string]json.RawMessage{c.key: json.RawMessage(c.value)})
		if err != nil {
			t.Fatal(err)
		}
		h.hurry(t)
		h.wantStands(t, c.key+" "+c.value, asked[h.Lina], c.want)
	}
	h.wantVerified(t)
}

// R30: one guardian who is proved to hold authority alone is enough, until another is known.
func TestProofOfSoleAuthority(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	h.guardian(t, h.Lina, h.karim, false)
	_, asked := h.ask(t, h.outing(h.photo))
	lina := asked[h.Lina]
	h.mustAnswer(t, h.Lina, lina, allAudiences...)
	h.mustAnswer(t, h.Haddad, lina, allAudiences...)
	h.wantStands(t, "one is known", lina, "granted; group")
	sheet, err := h.consents().Sheet(t.Context(), person(h.Tilleuls, h.Garcia), lina)
	if err != nil || !sheet.Proof {
		t.Errorf("proof is not asked for: %v", err)
	}
	if err := h.consents().RecordSole(t.Context(), person(h.Tilleuls, h.Martin), lina, "Jugement 26/012"); !errors.Is(err, directory.ErrForbidden) {
		t.Errorf("a teacher records a proof: %v", err)
	}
	if err := h.consents().RecordSole(t.Context(), person(h.Tilleuls, h.Garcia), lina, " "); !slices.Equal(askFaults(err), []string{"proof required R30"}) {
		t.Errorf("no proof: %v", err)
	}
	if err := h.consents().RecordSole(t.Context(), person(h.Tilleuls, h.Garcia), lina, "Jugement 26/012"); err != nil {
		t.Fatal(err)
	}
	h.hurry(t)
	h.wantStands(t, "proved", lina, "granted; "+everywhere)
	h.guardian(t, h.Lina, h.karim, true)
	h.wantStands(t, "another comes to hold it", lina, "granted")
	h.hurry(t)
	h.wantStands(t, "looked at again", lina, "granted; group; haddad-2")
	h.wantVerified(t)
}

// R34: at midnight in Réunion, to the second, what guardians gave is shown no more; the
// clock then asks the person, for what the request's time still allows.
func TestMajorityAtMidnightInReunion(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	h.exec(t, `UPDATE tenant SET time_zone = 'Indian/Reunion' WHERE tenant_id = $1`, h.Tilleuls)
	h.exec(t, `UPDATE person SET birth_date = '2008-12-01' WHERE person_id = $1`, h.Lina)
	reunion, err := time.LoadLocation("Indian/Reunion")
	if err != nil {
		t.Fatal(err)
	}
	midnight := time.Date(2026, 12, 1, 0, 0, 0, 0, reunion)
	_, asked := h.ask(t, h.outing(h.photo))
	lina := asked[h.Lina]
	for _, who := range []id.Person{h.Lina, h.Haddad, h.karim} {
		h.mustAnswer(t, who, lina, allAudiences...)
	}
	h.work(t)
	h.pass(midnight.Sub(h.clock()) - time.Second)
	h.tendConsents(t)
	h.wantStands(t, "a second before", lina, "granted; "+everywhere)
	if err := h.answer(t, h.Haddad, lina, imageconsent.ToGroup, imageconsent.ToPrint); err != nil {
		t.Errorf("a guardian a second before: %v", err)
	}
	h.pass(time.Second)
	h.wantStands(t, "at midnight, before any clock", lina, "granted")
	if err := h.answer(t, h.Haddad, lina, allAudiences...); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a guardian at midnight: %v", err)
	}
	h.tendConsents(t)
	h.wantStands(t, "ended by the clock", lina, "expired")
	anew := h.anew(t, lina)
	h.wantStands(t, "asked anew", anew, "asked; lina")
	h.mustAnswer(t, h.Lina, anew, imageconsent.ToPublicWeb)
	h.wantStands(t, "who is of age answers alone", anew, "granted; public_web")
	h.tendConsents(t)
	h.wantStands(t, "it stays", anew, "granted; public_web")
	h.wantVerified(t)
}

// Who has spoken for themselves since is not asked anew.
func TestWhoAnswersAtMidnightIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	h.exec(t, `UPDATE person SET birth_date = '2008-12-01' WHERE person_id = $1`, h.Lina)
	_, asked := h.ask(t, h.outing(h.photo))
	h.mustAnswer(t, h.Haddad, asked[h.Lina], allAudiences...)
	h.pass(8 * 24 * time.Hour)
	h.mustAnswer(t, h.Lina, asked[h.Lina], allAudiences...)
	h.tendConsents(t)
	h.wantStands(t, "an adult's word", asked[h.Lina], "granted; "+everywhere)
}

// tendConsents runs the clock's job, and what it promises.
func (d *desk) tendConsents(t *testing.T) {
	t.Helper()
	due, err := d.db.LapsingConsents(t.Context(), d.clock())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range due {
		if did, err := d.consents().Tend(t.Context(), c.Tenant, c.Consent); err != nil || !did {
			t.Fatalf("tend %s: %t %v", c.Consent, did, err)
		}
	}
	d.work(t)
	if due, err = d.db.LapsingConsents(t.Context(), d.clock()); err != nil || len(due) > 0 {
		t.Errorf("still due: %v %v", due, err)
	}
}

// anew is the consent that took another's place at majority.
func (d *desk) anew(t *testing.T, consent id.Consent) (next id.Consent) {
	t.Helper()
	err := d.admin.QueryRow(t.Context(), `SELECT n.consent_id FROM consent c JOIN consent n ON n.request_id = c.request_id AND n.person_id = c.person_id
		AND n.generation = c.generation + 1 WHERE c.consent_id = $1`, consent).Scan(&next)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// R31, R34: told once 30 days before, and over at the end to the instant.
func TestAConsentEnds(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	end := time.Date(2027, 8, 31, 22, 0, 0, 0, time.UTC) // midnight in Paris
	warn := func(want int) {
		t.Helper()
		due, err := h.db.EndingConsents(t.Context(), h.clock())
		if err != nil {
			t.Fatal(err)
		}
		did := 0
		for _, c := range due {
			if ok, err := h.consents().Warn(t.Context(), c.Tenant, c.Consent); err != nil {
				t.Fatal(err)
			} else if ok {
				did++
			}
		}
		h.work(t)
		if did != want {
			t.Errorf("at %s: %d warned, want %d", h.clock(), did, want)
		}
	}
	h.pass(end.AddDate(0, 0, -31).Sub(h.clock()))
	warn(0)
	h.pass(24 * time.Hour)
	warn(1)
	warn(0)
	for name, who := range map[string]id.Person{"the pupil": h.Lina, "a guardian": h.Haddad, "who asked": h.Martin} {
		if told := h.told(t, who); !slices.ContainsFunc(told, func(s string) bool { return s == "consent_ending" }) {
			t.Errorf("%s was told %v", name, told)
		}
	}
	h.pass(end.Sub(h.clock()) - time.Microsecond)
	h.wantStands(t, "to the last moment", lina, "granted; "+everywhere)
	h.pass(time.Microsecond)
	h.wantStands(t, "over, before any clock", lina, "granted")
	h.tendConsents(t)
	h.wantStands(t, "over", lina, "expired")
	if n := h.count(t, `SELECT count(*) FROM consent`); n != 1 {
		t.Errorf("%d consents: nobody is asked for what is over", n)
	}
	h.wantVerified(t)
}

// R33: withdrawal by either guardian, the person, or one of the staff who brings their
// word; twice is once; a lost wish to grant comes too late.
func TestRevoke(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]func(h *household) id.Person{
		"the pupil": func(h *household) id.Person { return h.Lina }, "a guardian": func(h *household) id.Person { return h.Haddad },
		"the other": func(h *household) id.Person { return h.karim }, "a colleague": func(h *household) id.Person { return h.Diallo },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, lina := agreed(t)
			for range 2 {
				if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, c(h)), lina, imageconsent.RevokeInput{For: h.Haddad}); err != nil {
					t.Fatal(err)
				}
			}
			h.wantStands(t, "revoked", lina, "revoked")
			if n := h.count(t, `SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = 'revoke'`, lina); n != 1 {
				t.Errorf("%d entries", n)
			}
			for _, who := range []id.Person{h.Lina, h.Haddad, h.karim} {
				if who != c(h) {
					h.mustAnswer(t, who, lina, allAudiences...)
					break
				}
			}
			h.work(t)
			h.wantVerified(t)
		})
	}
	h, lina := agreed(t)
	for name, who := range map[string]id.Person{"a classmate": h.Noe, "without authority": h.uncle} {
		if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, who), lina, imageconsent.RevokeInput{}); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// R33: who said no is who can say yes again. The staff name them; whose word nobody knows
// any more hides at once, and is everybody's who can have said it.
func TestWhoseWordAWithdrawalIs(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	diallo := person(h.Tilleuls, h.Diallo)
	for name, c := range map[string]struct {
		in   imageconsent.RevokeInput
		want string
	}{
		"nobody's":          {imageconsent.RevokeInput{}, "for required R33"},
		"without authority": {imageconsent.RevokeInput{For: h.uncle}, "for no_parental_authority R33"},
		"a classmate's":     {imageconsent.RevokeInput{For: h.Noe}, "for no_parental_authority R33"},
	} {
		err := h.consents().Revoke(t.Context(), diallo, lina, c.in)
		if got := strings.Join(askFaults(err), ", "); got != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	h.wantStands(t, "not said whose", lina, "granted; "+everywhere)
	revoke := func(in imageconsent.RevokeInput) {
		t.Helper()
		if err := h.consents().Revoke(t.Context(), diallo, lina, in); err != nil {
			t.Fatal(err)
		}
		h.wantStands(t, "withdrawn", lina, "revoked")
		h.pass(time.Minute)
	}
	revoke(imageconsent.RevokeInput{For: h.karim})
	h.mustAnswer(t, h.Haddad, lina, allAudiences...)
	h.wantStands(t, "without whoever withdrew", lina, "refused")
	h.mustAnswer(t, h.karim, lina, allAudiences...)
	h.wantStands(t, "who thinks again", lina, "granted; "+everywhere)

	for range 2 {
		revoke(imageconsent.RevokeInput{Unknown: true})
	}
	if n := h.count(t, `SELECT count(*) FROM consent_answer WHERE ended_at IS NULL AND revoked AND via LIKE '% for unknown'`); n != 3 {
		t.Errorf("it is the word of %d", n)
	}
	for who, stands := range map[id.Person]string{h.Lina: "", h.Haddad: ""} {
		h.mustAnswer(t, who, lina, allAudiences...)
		h.wantStands(t, "until all of them have agreed", lina, "refused"+stands)
	}
	h.mustAnswer(t, h.karim, lina, allAudiences...)
	h.wantStands(t, "all of them", lina, "granted; "+everywhere)
	h.work(t)
	h.wantVerified(t)

	grown := h.newcomer(t, "adulte", "Anne", "Roy", directory.Teacher)
	_, asked := h.ask(t, h.outing(h.picture(t, grown)))
	h.mustAnswer(t, grown, asked[grown], allAudiences...)
	if err := h.consents().Revoke(t.Context(), diallo, asked[grown], imageconsent.RevokeInput{}); err != nil {
		t.Errorf("it can be nobody else's: %v", err)
	}
}

// R33: in every status, even where there is nothing to take back.
func TestRevokeInEveryStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []workflow.ConsentStatus{workflow.Asked, workflow.Refused, workflow.ExpiredConsent, workflow.SupersededConsent} {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			h := newHousehold(t)
			_, asked := h.ask(t, h.outing(h.photo))
			h.exec(t, `UPDATE consent SET status = $2 WHERE consent_id = $1`, asked[h.Lina], string(status))
			if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, h.Haddad), asked[h.Lina], imageconsent.RevokeInput{}); err != nil {
				t.Error(err)
			}
			h.wantStands(t, "revoked", asked[h.Lina], "revoked")
		})
	}
}

// R33: twenty withdrawals at once all succeed, and nothing is left covered.
func TestTwentyRevokeAtOnce(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			who := []id.Person{h.Lina, h.Haddad, h.karim, h.Diallo}[i%4]
			if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, who), lina, imageconsent.RevokeInput{For: h.Haddad}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	h.wantStands(t, "after all", lina, "revoked")
	h.work(t)
	h.wantVerified(t)
}

// Whichever of the two comes first, a withdrawal that has succeeded leaves nothing covered.
func TestRevokeRacesGrant(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	for range 10 {
		var all sync.WaitGroup
		all.Go(func() {
			if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, h.Haddad), lina, imageconsent.RevokeInput{}); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() { _ = h.answer(t, h.karim, lina, allAudiences...) }) // may be stale
		all.Wait()
		if n := h.count(t, `SELECT count(*) FROM consent_cover WHERE ended_at IS NULL`); n != 0 {
			t.Fatalf("%d covers after a withdrawal", n)
		}
		h.mustAnswer(t, h.Haddad, lina, allAudiences...)
		h.mustAnswer(t, h.karim, lina, allAudiences...)
		h.wantStands(t, "agreed again", lina, "granted; "+everywhere)
	}
	h.work(t)
	h.wantVerified(t)
}

// Invariant 4: a withdrawal is taken while nothing else works: the files, the queue (which
// no act waits for), readers' listeners, and what the establishment has set.
func TestRevokeNeedsNothingElse(t *testing.T) {
	t.Parallel()
	for name, breaks := range map[string]func(t *testing.T, h *household){
		"the files":           func(_ *testing.T, h *household) { h.scans.broken = errors.New("the disk is full") },
		"the photo is erased": func(t *testing.T, h *household) { h.exec(t, `UPDATE photo SET status = 'erased'`) },
		"the space is closed": func(t *testing.T, h *household) { h.exec(t, `UPDATE space SET status = 'closed'`) },
		"settings make no sense": func(t *testing.T, h *household) {
			h.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'guardians_group', '"x"', now())`, h.Tilleuls)
		},
		"the relay is far behind": func(t *testing.T, h *household) {
			h.exec(t, `UPDATE outbox SET status = 'set_aside' WHERE status <> 'done'`)
		},
		"who asked has gone":  func(t *testing.T, h *household) { h.ended(t, h.Martin) },
		"the group has gone":  func(t *testing.T, h *household) { h.exec(t, `DELETE FROM group_member`) },
		"the request is over": func(_ *testing.T, h *household) { h.pass(5 * 365 * 24 * time.Hour / 3) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, lina := agreed(t)
			breaks(t, h)
			if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, h.Haddad), lina, imageconsent.RevokeInput{}); err != nil {
				t.Error(err)
			}
			h.wantStands(t, name, lina, "revoked")
		})
	}
}

// R33: whoever refused or withdrew a use is not asked for it again for 90 days; for
// another use they are.
func TestNotAskedAgainFor90Days(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, h.Haddad), lina, imageconsent.RevokeInput{}); err != nil {
		t.Fatal(err)
	}
	at := h.clock()
	both := h.picture(t, h.Lina, h.Noe)
	preview := func() string {
		t.Helper()
		p, err := h.consents().Preview(t.Context(), person(h.Tilleuls, h.Martin), h.outing(both))
		if err != nil {
			t.Fatal(err)
		}
		resting := ""
		for _, w := range p.Persons {
			if !w.Resting.IsZero() {
				resting += w.Kin.Person.GivenName + " until " + w.Resting.Format(time.DateTime)
			}
		}
		return resting
	}
	want := "Lina until " + at.AddDate(0, 0, 90).Format(time.DateTime)
	if diff := cmp.Diff(want, preview()); diff != "" {
		t.Error(diff)
	}
	if _, asked := h.ask(t, h.outing(both)); !asked[h.Lina].IsZero() || asked[h.Noe].IsZero() {
		t.Errorf("asked %v", asked)
	}
	if _, err := h.consents().Ask(t.Context(), person(h.Tilleuls, h.Martin), h.outing(h.photo)); !slices.Equal(askFaults(err), []string{"persons resting R33"}) {
		t.Errorf("nobody is left to ask: %v", err)
	}
	forum := h.outing(h.photo)
	forum.Uses = []imageconsent.UseInput{{Space: h.Forum, Media: []imageconsent.Medium{imageconsent.Image}}}
	if _, asked := h.ask(t, forum); asked[h.Lina].IsZero() {
		t.Error("not asked for another use")
	}
	h.pass(90*24*time.Hour - time.Second)
	if preview() != want {
		t.Error("asked a second too early")
	}
	h.pass(time.Second)
	if got := preview(); got != "" {
		t.Errorf("after 90 days: %s", got)
	}
}
