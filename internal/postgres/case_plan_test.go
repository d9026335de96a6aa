package postgres_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
)

// cabinet writes cases of the collège, as the superuser: half of them are done.
func (d *desk) cabinet(t *testing.T, n int) {
	t.Helper()
	d.exec(t, `SET session_replication_role = replica`)
	d.exec(t, `INSERT INTO case_file (case_id, tenant_id, place_id, kind, status, version, reference, location, ground, severity, assignee_id, space_id,
			assigned_as, opened_at, due_at, escalate_at, closed_at)
		SELECT gen_random_uuid(), $1, $1, 'report', CASE n % 2 WHEN 0 THEN 'assigned' ELSE 'closed' END, 3, 'D-' || n, '/là', 'DEF', 2,
			CASE n % 500 WHEN 0 THEN $2::uuid ELSE $3::uuid END, CASE n % 500 WHEN 0 THEN $6::uuid ELSE $7::uuid END, 'owner', $4, $4::timestamptz + n * interval '1 minute', $4, CASE n % 2 WHEN 1 THEN $4::timestamptz END
		FROM generate_series(1, $5::integer) n`, d.Tilleuls, d.Diallo, d.Martin, dbtest.Now, n, d.Forum, d.Blog)
	d.exec(t, `INSERT INTO report (report_id, tenant_id, case_id, reference, ground, good_faith, reported_at)
		SELECT gen_random_uuid(), tenant_id, case_id, reference, 'DEF', true, opened_at FROM case_file`)
	d.exec(t, `SET session_replication_role = origin`)
	d.exec(t, `ANALYZE`)
}

// TestTheListOfCasesReadsItsIndex holds that a page of the cases, and their count in every header,
// costs what it shows, however many there are.
func TestTheListOfCasesReadsItsIndex(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.cabinet(t, 60_000)
	begin := time.Unix(0, 0).UTC()
	for name, statement := range map[string]struct {
		plans, sql string
		args       []any
	}{
		"head":       {postgres.OrderedPlans, postgres.CaseListSQL, []any{d.Garcia, true, false, "", begin, uuid.Nil, 26, "", "", true}},
		"deep down":  {postgres.OrderedPlans, postgres.CaseListSQL, []any{d.Garcia, true, false, "", dbtest.Now.AddDate(0, 0, 30), uuid.Nil, 26, "", "", true}},
		"owner":      {postgres.OrderedPlans, postgres.CaseListSQL, []any{d.Diallo, false, false, "", begin, uuid.Nil, 26, "", "", false}},
		"done":       {postgres.OrderedPlans, postgres.CaseListSQL, []any{d.Garcia, true, true, "", begin, uuid.Max, 26, "", "", true}},
		"owner done": {postgres.OrderedPlans, postgres.CaseListSQL, []any{d.Martin, false, true, "", begin, uuid.Max, 26, "", "", false}},
		"count":      {"", postgres.CaseCountSQL, []any{d.Garcia, true, moderation.CountCap}},
		"desk":       {postgres.OrderedPlans, postgres.DeskSQL, []any{d.Garcia, dbtest.Now, true, true, true, true, 6, moderation.CountCap, dbtest.Now.AddDate(0, 0, -7), moderation.GuardiansCap}},
		"own count":  {"", postgres.CaseCountSQL, []any{d.Diallo, false, moderation.CountCap}},
	} {
		plan := d.explain(t, statement.plans, statement.sql, statement.args...)
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "Seq Scan on case_file") && !strings.Contains(line, "never executed") {
				t.Errorf("%s does not read by its index:\n%s", name, plan)
			}
		}
		if got, _ := strconv.Atoi(buffers.FindStringSubmatch(plan)[1]); got > mostPages {
			t.Errorf("%s touches %d pages, want %d at most:\n%s", name, got, mostPages, plan)
		}
	}
}
