package postgres_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/postgres"
)

// A month under way costs what happened in it, however many years are behind: each part of the
// statement reads the range of an index.
func TestAMonthReadsItsIndexes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill(t, 5_000)
	first := time.Date(2023, 1, 10, 0, 0, 0, 0, time.UTC)
	for m := range 40 {
		d.reported(t, d.Tilleuls, "INJ", 150, first.AddDate(0, m, 0))
	}
	d.exec(t, `UPDATE revision SET submitted_at = $1::timestamptz + number * interval '1 minute' + (ctid::text::point)[0]::int % 40 * interval '30 days'`, first)
	d.exec(t, `INSERT INTO case_ruling (ruling_id, tenant_id, case_id, verdict, appeal, person_id, reason, answer, decided_at)
		SELECT gen_random_uuid(), tenant_id, case_id, 'keep', false, $1, '', '', opened_at FROM case_file`, d.Garcia)
	d.exec(t, `ANALYZE`)
	from := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	plan := d.explain(t, "", postgres.FigureMonthSQL, from, from.AddDate(0, 1, 0))
	for _, table := range []string{"report r", "case_file ", "revision ", "case_ruling "} {
		if strings.Contains(plan, "Seq Scan on "+table) {
			t.Errorf("all of %s is read:\n%s", table, plan)
		}
	}
	if got, _ := strconv.Atoi(buffers.FindStringSubmatch(plan)[1]); got > 3000 { // some five for each of what happened
		t.Errorf("it touches %d pages:\n%s", got, plan)
	}
}
