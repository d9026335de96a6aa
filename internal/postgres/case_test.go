package postgres_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/workflow"
)

// reported is a case that is under examination, about a contribution of the school's.
func (b *bundle) reported(t *testing.T, conn *pgx.Conn, c id.Contribution) id.Case {
	t.Helper()
	reported := id.New[id.Case]()
	_, err := conn.Exec(t.Context(), `INSERT INTO case_file (case_id, tenant_id, place_id, kind, status, version, reference, subject_id, contribution_id,
			location, severity, opened_at, due_at, escalate_at)
		VALUES ($1, $2, $2, 'report', 'examining', 4, 'D-7KQ2-M4XW', $3, $3, '/', 2, $4, $4, $4)`, reported, b.Tilleuls, c, dbtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	return reported
}

// judge decides a case as of a version: what it is about is withdrawn with it.
func (b *bundle) judge(t *testing.T, c id.Contribution, about id.Case, version int64) error {
	t.Helper()
	who := person(b.Tilleuls, b.Garcia).As(actor.NewRoles(actor.Examiner, actor.Director))
	d := b.dossier(t, c, b.Garcia)
	statement := workflow.NewStatement(workflow.StatementInput{
		Ground: "DEF", Facts: "Le billet accuse un camarade.", Visibility: "REMOVED", ContentType: []string{"TEXT"}, ContentDate: dbtest.Now,
		At: dbtest.Now, Source: "ARTICLE_16", PUID: "D-7KQ2-M4XW", Redress: "Recours", RedressUntil: dbtest.Now.AddDate(0, 6, 0),
	})
	command := workflow.Command{Action: workflow.DecideCase, Actor: who, Version: version, Reason: workflow.Reason{Ground: "DEF", Text: "Retiré.", Statement: &statement}}
	decided, err := workflow.CaseTable.Decide(
		workflow.Subject[workflow.CaseStatus]{ID: about.UUID, Tenant: b.Tilleuls, Contribution: c, Version: version, Status: workflow.CaseExamining},
		workflow.CaseFacts{Verdict: workflow.WithdrawAll, Unconcerned: true, Fresh: true, CloseAt: dbtest.Now.AddDate(0, 6, 0)}, command, dbtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	command.Action, command.Version = workflow.Withdraw, 0
	withdrawn, err := workflow.HoldTable.Decide(workflow.Subject[workflow.Holding]{ID: uuid.Must(uuid.NewV7()), Tenant: b.Tilleuls, Contribution: c},
		workflow.HoldFacts{On: workflow.OnContribution, Kind: workflow.WithdrawHold}, command, dbtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	placed := workflow.Placed{On: workflow.OnContribution, Target: c.UUID, Kind: workflow.WithdrawHold, Case: about}
	return b.db.InTx(t.Context(), b.Tilleuls, func(tx *postgres.Tx) error {
		return workflow.Commit(t.Context(), tx, new(workflow.Batch).Within(d.Head()).Case(decided).Place(withdrawn, placed))
	})
}

// A case moves with what it withdraws, its trail and its promises, and the hold is its own.
func TestACaseMoves(t *testing.T) {
	t.Parallel()
	b := setup(t)
	conn := b.admin(t)
	c := b.live(t, "Le mammouth")
	about := b.reported(t, conn, c)
	if err := b.judge(t, c, about, 4); err != nil {
		t.Fatal(err)
	}
	const told = `SELECT concat_ws(' ', f.status, f.version, h.kind, h.status,
		(SELECT concat_ws(' ', e.action, e.status_from, e.status_to, e.version, e.ground) FROM audit_entry e WHERE e.subject_kind = 'case' AND e.subject_id = f.case_id),
		(SELECT string_agg(o.kind || ' in ' || date_part('day', o.due_at - $2), ', ' ORDER BY o.kind) FROM outbox o WHERE o.subject_id = f.case_id))
		FROM case_file f JOIN hold h USING (case_id) WHERE f.case_id = $1`
	want := "decided 5 withdraw open decide examining decided 5 DEF case:due in 181, notification:case in 0"
	if diff := cmp.Diff(want, look[string](t, b.School, told, about, dbtest.Now)); diff != "" {
		t.Error(diff)
	}
	if got := b.dossier(t, c, b.Garcia).Exposure(); got != workflow.Withdrawn {
		t.Errorf("exposure %s", got)
	}
}

// A case that moved meanwhile, or is in another's hands, takes nothing with it.
func TestAStaleCaseLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	conn := b.admin(t)
	c := b.live(t, "Le mammouth")
	about := b.reported(t, conn, c)
	for name, moved := range map[string]string{
		"another version": `UPDATE case_file SET version = 5`,
		"another status":  `UPDATE case_file SET status = 'inquiring'`,
		"another tenant":  `UPDATE case_file SET tenant_id = '` + b.Platanes.String() + `'`,
	} {
		execute(t, conn, moved)
		before := content(t, conn)
		if err := b.judge(t, c, about, 4); !errors.Is(err, workflow.ErrStale) {
			t.Errorf("%s: %v, want ErrStale", name, err)
		}
		if diff := cmp.Diff(before, content(t, conn)); diff != "" {
			t.Errorf("%s left something behind: %s", name, diff)
		}
		execute(t, conn, `UPDATE case_file SET version = 4, status = 'examining', tenant_id = place_id`)
	}
}
