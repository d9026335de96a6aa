package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

// broken has every insert into the tables fail, until it is mended.
func (d *desk) broken(t *testing.T, tables ...string) (mend func()) {
	t.Helper()
	d.exec(t, `CREATE FUNCTION out_of_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of order: %', TG_TABLE_NAME; END $$`)
	for _, table := range tables {
		d.exec(t, fmt.Sprintf(`CREATE TRIGGER out_of_order BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION out_of_order()`, table))
	}
	return func() { d.exec(t, `DROP FUNCTION out_of_order CASCADE`) }
}

// Invariant 4: while nothing can be promised a withdrawal is taken all the same, with its
// trail, and the clock promises later what follows: texts that wait are looked at again,
// and those concerned are told, once.
func TestRevokeWhileNothingCanBePromised(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	mend := h.broken(t, "outbox")
	if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, h.Haddad), lina, imageconsent.RevokeInput{}); err != nil {
		t.Fatal(err)
	}
	h.wantStands(t, "withdrawn", lina, "revoked")
	h.wantVerified(t)
	if _, found := h.promised(t, outbox.ConsentMoved); found {
		t.Error("promised all the same")
	}
	due, err := h.db.LapsingConsents(t.Context(), h.clock())
	if err != nil || len(due) != 1 || due[0].Consent != lina {
		t.Fatalf("who owes: %v %v", due, err)
	}
	if did, err := h.consents().Tend(t.Context(), h.Tilleuls, lina); err == nil || did {
		t.Errorf("promised while nothing can be: %t %v", did, err)
	}
	mend()
	if did, err := h.consents().Tend(t.Context(), h.Tilleuls, lina); err != nil || !did {
		t.Fatalf("%t %v", did, err)
	}
	if did, err := h.consents().Tend(t.Context(), h.Tilleuls, lina); err != nil || did {
		t.Errorf("promised twice: %t %v", did, err)
	}
	for _, kind := range []outbox.Kind{outbox.ConsentMoved, outbox.NoticeConsent} {
		if _, found := h.promised(t, kind); !found {
			t.Errorf("%s is not promised", kind)
		}
	}
	h.tendConsents(t)
	if told := strings.Count(strings.Join(h.told(t, h.Martin), " "), "consent_revoked"); told != 1 {
		t.Errorf("who asked was told %d times", told)
	}
	h.wantVerified(t)
}

// Invariant 4 before R58: whatever cannot be written, a withdrawal is taken and nothing is
// covered any more; what is owed is written later, once, with the time of the act, and
// verify knows of it meanwhile. Redis is no part of it, and the store of files not either.
func TestRevokeWhateverFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tables  []string
		entries int // of the trail, at once
	}{
		"the trail":           {[]string{"audit_entry"}, 0},
		"promises":            {[]string{"outbox"}, 1},
		"trail and promises":  {[]string{"audit_entry", "outbox"}, 0},
		"notices":             {[]string{"notice"}, 1},
		"all of that":         {[]string{"audit_entry", "outbox", "notice", "decision", "hold", "consent_link"}, 0},
		"nothing but answers": {nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, lina := agreed(t)
			h.scans.broken = errors.New("the disk is full")
			mend := h.broken(t, c.tables...)
			at := h.clock()
			if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, h.Haddad), lina, imageconsent.RevokeInput{}); err != nil {
				t.Fatal(err)
			}
			h.wantStands(t, "withdrawn", lina, "revoked")
			h.wantVerified(t)
			h.wantEntries(t, lina, c.entries)
			if c.entries == 0 {
				if did, err := h.consents().Tend(t.Context(), h.Tilleuls, lina); err == nil || did {
					t.Errorf("made good for while nothing can be: %t %v", did, err)
				}
			}
			mend()
			h.pass(time.Hour)
			h.tendConsents(t)
			h.wantEntries(t, lina, 1)
			if n := h.count(t, `SELECT count(*) FROM audit_entry e JOIN audit_pseudonym p USING (pseudonym) WHERE e.subject_id = $1 AND e.action = 'revoke' AND e.at = $2 AND p.person_id = $3`,
				lina, at, h.Haddad); n != 1 {
				t.Error("the entry does not tell who did it, and when")
			}
			h.work(t)
			if told := strings.Count(strings.Join(h.told(t, h.Martin), " "), "consent_revoked"); told != 1 {
				t.Errorf("who asked was told %d times", told)
			}
			h.wantVerified(t)
		})
	}
}

func (h *household) wantEntries(t *testing.T, consent id.Consent, want int) {
	t.Helper()
	if n := h.count(t, `SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = 'revoke'`, consent); n != want {
		t.Errorf("%d entries of the withdrawal, want %d", n, want)
	}
}

// What cannot be read any more of what is owed is known to verify: an entry that is owed
// and written, or neither.
func TestVerifyKnowsWhatIsOwed(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	mend := h.broken(t, "audit_entry")
	if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, h.Haddad), lina, imageconsent.RevokeInput{}); err != nil {
		t.Fatal(err)
	}
	mend()
	h.exec(t, `CREATE TABLE kept AS SELECT owed FROM consent WHERE consent_id = $1`, lina)
	h.exec(t, `UPDATE consent SET owed = NULL`)
	if found := h.verified(t); !strings.Contains(found, "every consent has its trail") {
		t.Errorf("forgotten: %q", found)
	}
	h.exec(t, `UPDATE consent SET owed = kept.owed FROM kept WHERE consent_id = $1`, lina)
	h.tendConsents(t)
	h.exec(t, `UPDATE consent SET owed = kept.owed FROM kept WHERE consent_id = $1`, lina)
	if found := h.verified(t); !strings.Contains(found, "not written already") {
		t.Errorf("owed and written: %q", found)
	}
}

// Two withdrawals owe both what they promise; what was promised in between stays.
func TestWithdrawalsThatOweAddUp(t *testing.T) {
	t.Parallel()
	h, lina := agreed(t)
	mend := h.broken(t, "outbox")
	for _, who := range []id.Person{h.Haddad, h.karim} {
		if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, who), lina, imageconsent.RevokeInput{}); err != nil {
			t.Fatal(err)
		}
	}
	mend()
	if n := h.count(t, `SELECT count(*) FROM consent, jsonb_array_elements(owed) o, jsonb_array_elements(o -> 'messages') WHERE consent_id = $1`, lina); n != 4 {
		t.Errorf("owes %d messages", n)
	}
	h.mustAnswer(t, h.Haddad, lina, allAudiences...)
	h.tendConsents(t)
	h.wantStands(t, "and the clock has come", lina, "refused")
	h.wantVerified(t)
}

// Invariant 4: what an establishment is said to be keeps nobody from withdrawing, and no
// time zone can be set that would.
func TestRevokeWithoutTheHouse(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"the school calendar is unknown": `UPDATE tenant SET zone = 'Z'`,
		"so is the time zone, to us":     `UPDATE tenant SET time_zone = 'XYZ-3'`,
		"parameters cannot be read":      `REVOKE SELECT ON setting FROM imprimatur_app`,
		"all of that": `UPDATE tenant SET zone = 'Z', time_zone = 'XYZ-3'; REVOKE SELECT ON setting FROM imprimatur_app;
			UPDATE space SET status = 'closed'; UPDATE photo SET status = 'erased'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, lina := agreed(t)
			for _, statement := range strings.Split(sql, ";") {
				h.exec(t, statement)
			}
			h.scans.broken = errors.New("the disk is full")
			h.broken(t, "outbox")
			for _, who := range []id.Person{h.karim, h.Lina, h.Diallo} {
				if err := h.consents().Revoke(t.Context(), person(h.Tilleuls, who), lina, imageconsent.RevokeInput{Unknown: true}); err != nil {
					t.Error(err)
				}
			}
			h.wantStands(t, name, lina, "revoked")
		})
	}
	h := newHousehold(t)
	if _, err := h.admin.Exec(t.Context(), `UPDATE tenant SET time_zone = 'Mars/Phobos'`); err == nil {
		t.Error("a time zone that nobody knows is taken")
	}
}
