package directory_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// denied has somebody refused so many times.
func (b *bundle) denied(t *testing.T, who id.Person, times int) {
	t.Helper()
	for range times {
		if err := b.dir.Denied(t.Context(), b.at(who), "space:freeze", "R09"); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(time.Second)
	}
}

// alerts counts what was promised to administrators, each with its entry in the trail.
func (b *bundle) alerts(t *testing.T) int {
	t.Helper()
	return look[int](t, b, `SELECT count(*) FROM outbox o JOIN audit_entry e ON e.subject_id = o.subject_id AND e.action = o.note
		WHERE o.kind = 'notification:denials' AND e.action = 'alert_denials' AND e.rule = 'R09' AND e.actor_kind = 'system'`)
}

// TestFiveDenialsInTenMinutesRaiseOneAlert: and what follows without a pause of ten
// minutes belongs to it (R09).
func TestFiveDenialsInTenMinutesRaiseOneAlert(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.denied(t, b.Lina, 4)
	b.denied(t, b.Noe, 4)
	if n := b.alerts(t); n != 0 {
		t.Fatalf("%d alerts of four refusals each", n)
	}
	b.denied(t, b.Lina, 1)
	if n := b.alerts(t); n != 1 {
		t.Fatalf("%d alerts of five refusals", n)
	}
	for range 20 { // one every nine minutes, for three hours
		b.now = b.now.Add(9 * time.Minute)
		b.denied(t, b.Lina, 1)
	}
	if n := b.alerts(t); n != 1 {
		t.Errorf("%d alerts of one burst", n)
	}
	b.now = b.now.Add(10 * time.Minute)
	b.denied(t, b.Lina, 5)
	if n := b.alerts(t); n != 2 {
		t.Errorf("%d alerts of two bursts", n)
	}
	if n := look[int](t, b, `SELECT count(*) FROM denial WHERE person_id = $1`, b.Lina); n != 30 {
		t.Errorf("%d of 30 refusals on record", n)
	}
}

func TestDenialsFarApartRaiseNoAlert(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 12 {
		b.denied(t, b.Lina, 1)
		b.now = b.now.Add(150 * time.Second)
	}
	if n := b.alerts(t); n != 0 {
		t.Errorf("%d alerts of refusals of which no five are within ten minutes", n)
	}
}

// The numbers are the establishment's.
func TestDenialsAlertByTheEstablishmentsNumbers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_ = look[bool](t, b, `WITH x AS (INSERT INTO setting (tenant_id, key, value, changed_at)
		VALUES ($1, 'denial_limit', '2', now()), ($1, 'denial_window', '"1m"', now())) SELECT true`, b.Tilleuls)
	b.denied(t, b.Lina, 1)
	b.now = b.now.Add(time.Minute)
	b.denied(t, b.Lina, 1)
	if n := b.alerts(t); n != 0 {
		t.Errorf("%d alerts", n)
	}
	b.denied(t, b.Lina, 1)
	if n := b.alerts(t); n != 1 {
		t.Errorf("%d alerts", n)
	}
}

// TestDenialsAtOnceRaiseOneAlert: whoever tries by many hands at once is one.
func TestDenialsAtOnceRaiseOneAlert(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var all sync.WaitGroup
	errs := make([]error, 12)
	for i := range errs {
		all.Go(func() { errs[i] = b.dir.Denied(t.Context(), b.at(b.Lina), "x", "R09") })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if n, kept := b.alerts(t), look[int](t, b, `SELECT count(*) FROM denial`); n != 1 || kept != len(errs) {
		t.Errorf("%d alerts, %d of %d on record", n, kept, len(errs))
	}
}

// TestTheLogOfDenialsIsForWhoRunsTheHouse: nobody else reads it, and nobody from
// another house.
func TestTheLogOfDenialsIsForWhoRunsTheHouse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.denied(t, b.Lina, 3)
	for _, who := range []id.Person{b.Lina, b.Martin, b.Diallo, b.Haddad} {
		if _, err := b.dir.Denials(t.Context(), b.at(who), directory.Security, id.Denial{}, 10); !errors.Is(err, directory.ErrForbidden) {
			t.Errorf("%s reads the log: %v", who, err)
		}
	}
	_, err := b.dir.Denials(t.Context(), b.at(b.Roche), directory.Security, id.Denial{}, 10)
	wantErr(t, err, directory.ErrNotFound)
	elsewhere := b.at(b.Roche)
	elsewhere.Tenant = b.Platanes
	if list, err := b.dir.Denials(t.Context(), elsewhere, directory.Security, id.Denial{}, 10); err != nil || len(list) != 0 {
		t.Errorf("the lycée reads %v, %v", list, err)
	}
	_ = look[bool](t, b, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1 RETURNING true`, b.Diallo)
	for _, who := range []id.Person{b.Garcia, b.Diallo} {
		list, err := b.dir.Denials(t.Context(), b.at(who), directory.Security, id.Denial{}, 2)
		if err != nil || len(list) != 2 || list[0].Person != b.Lina || list[0].Name != "Lina Haddad" || list[0].Action != "space:freeze" || list[0].Rule != "R09" {
			t.Fatalf("%s reads %+v, %v", who, list, err)
		}
		rest, err := b.dir.Denials(t.Context(), b.at(who), directory.Security, list[1].ID, 2)
		if err != nil || len(rest) != 1 {
			t.Errorf("%s reads on %+v, %v", who, rest, err)
		}
	}
}

// A refusal that tells who has reported something is not kept (R44).
func TestNoDenialTellsWhoHasReported(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, rule := range []string{"R46", "R47", "R09"} {
		if err := b.dir.Denied(t.Context(), b.at(b.Noe), "examine", rule); err != nil {
			t.Fatal(err)
		}
	}
	if got := look[string](t, b, `SELECT string_agg(rule, ' ') FROM denial`); got != "R09" {
		t.Errorf("R44: kept are %s", got)
	}
}
