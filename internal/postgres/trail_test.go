package postgres_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
)

// look answers one question as the superuser, behind the walls.
func look[T any](t *testing.T, school *dbtest.School, sql string, args ...any) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), school.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	value, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return value
}

func TestPlainActsLeaveATrail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	who := person(b.Tilleuls, b.Garcia).As(actor.NewRoles(actor.Director, actor.Staff))
	err := b.db.InTx(t.Context(), b.Tilleuls, func(tx *postgres.Tx) error {
		e := audit.Act(who, "set_setting", audit.Subject{Kind: "setting", ID: b.Tilleuls.UUID}, "R20", dbtest.Now)
		e.From, e.To = "20", "10"
		return tx.Record(t.Context(), e)
	})
	if err != nil {
		t.Fatal(err)
	}
	const told = `SELECT concat_ws(' ', e.tenant_id = $1, p.person_id = $2, actor_kind, roles, via, action, subject_kind, status_from, status_to, rule, hash IS NULL,
		entry_hash = audit_hash(e)) FROM audit_entry e JOIN audit_pseudonym p USING (pseudonym)`
	want := "t t person director,staff test set_setting setting 20 10 R20 t t"
	if diff := cmp.Diff(want, look[string](t, b.School, told, b.Tilleuls, b.Garcia)); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmittedMessageWakesTheRelayOnCommitAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var heard []int
	b.db.AfterCommit(func(c postgres.Committed) { heard = append(heard, c.Messages) })
	failed := errors.New("the act failed")
	for _, outcome := range []error{failed, nil} {
		err := b.db.InTx(t.Context(), b.Tilleuls, func(tx *postgres.Tx) error {
			m := outbox.Message{Kind: outbox.CheckClearance, Subject: id.New[id.Revision]().UUID, Version: 3, Due: dbtest.Now}
			if err := tx.Emit(t.Context(), m); err != nil {
				return err
			}
			return outcome
		})
		if !errors.Is(err, outcome) {
			t.Fatalf("got %v, want %v", err, outcome)
		}
	}
	if diff := cmp.Diff([]int{1}, heard); diff != "" {
		t.Error(diff)
	}
	row := look[string](t, b.School, `SELECT concat_ws(' ', kind, queue, version, status, tenant_id = $1) FROM outbox`, b.Tilleuls)
	if diff := cmp.Diff("publication:cleared publication 3 waiting t", row); diff != "" {
		t.Error(diff)
	}
}
