package postgres_test

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
)

// fill writes contributions with a live revision each, as the superuser: one in
// fifty of them still waits for a look.
func (d *desk) fill(t *testing.T, n int) {
	t.Helper()
	d.exec(t, `SET session_replication_role = replica`)
	d.exec(t, `CREATE TEMPORARY TABLE fresh AS SELECT n, gen_random_uuid() AS c, gen_random_uuid() AS r,
		CASE n % 3 WHEN 0 THEN $1::uuid WHEN 1 THEN $2::uuid ELSE $3::uuid END AS space FROM generate_series(1, $4::integer) n`, d.Forum, d.Blog, d.Web, n)
	d.exec(t, `INSERT INTO person (person_id, source, external_id, given_name, family_name) SELECT r, 'test', 'extra-' || n, 'Élève', 'Numéro ' || n FROM fresh WHERE n <= 500`)
	d.exec(t, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) SELECT c, $1, r, 'pupil' FROM fresh WHERE n <= 500`, d.Tilleuls)
	d.exec(t, `INSERT INTO contribution (contribution_id, tenant_id, space_id, kind, author_id, byline, slug, number, live_id, published_at, created_at)
		SELECT f.c, $1, f.space, 'topic', a.r, 'Élève', 'sujet', 1, f.r, $2::timestamptz - f.n * interval '1 minute', $2
		FROM fresh f JOIN fresh a ON a.n = f.n / 7 % 500 + 1`, d.Tilleuls, dbtest.Now)
	d.exec(t, `INSERT INTO revision (revision_id, tenant_id, contribution_id, space_id, author_id, status, number, title, html, plain, language,
			sanitiser, hash, mode, updated_at, submitted_at, decided_at, reviewed_at, severity, target_at, reach)
		SELECT f.r, $1, f.c, f.space, a.r, 'live', 1, 'Sujet ' || f.n, '<p>Texte</p>', 'Texte', 'fr', '1', sha256(f.n::text::bytea), 'POST', $2, $2, $2,
			CASE WHEN f.n % 50 > 2 THEN $2::timestamptz END, f.n % 5, $2::timestamptz + f.n * interval '1 second', f.n % 4
		FROM fresh f JOIN fresh a ON a.n = f.n / 7 % 500 + 1`, d.Tilleuls, dbtest.Now)
	d.exec(t, `INSERT INTO revision_suggester (revision_id, person_id, tenant_id) 
		SELECT f.r, a.r, $1 FROM fresh f JOIN fresh a ON a.n = f.n % 500 + 1 WHERE f.n % 7 = 0`, d.Tilleuls)
	d.exec(t, `SET session_replication_role = origin`)
	d.exec(t, `ANALYZE`)
}

// explain runs a statement as the application does, with its plan settings, and gives its plan.
func (d *desk) explain(t *testing.T, plans, sql string, args ...any) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.URL("imprimatur_app"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	places := make([]string, len(args))
	for n := range args {
		places[n] = "$" + strconv.Itoa(n+1)
	}
	if _, err := conn.Exec(t.Context(), `BEGIN; SELECT set_config('imprimatur.tenant', '`+d.Tilleuls.String()+`', true); `+plans+`; PREPARE explained AS `+sql); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for range 2 { // the first run also reads catalogues, for the plans of functions
		rows, err := conn.Query(t.Context(), `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE explained(`+strings.Join(places, ", ")+`)`,
			append([]any{pgx.QueryExecModeSimpleProtocol}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		if lines, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(lines, "\n")
}

// mostPages is what a page of the queue, or the counts of a header, may touch: a
// few for each entry, and a few for each space.
const mostPages = 1500

var buffers = regexp.MustCompile(`Buffers: shared hit=(\d+)`)

// TestTheQueueReadsItsIndex holds that a page costs what it shows, however much
// waits and however much does not.
func TestTheQueueReadsItsIndex(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill(t, 30_000)
	zero := id.Revision{}
	for name, statement := range map[string]struct {
		plans, sql string
		args       []any
	}{
		"owner":      {postgres.OrderedPlans, postgres.QueueSQL, []any{d.Diallo, dbtest.Now, nil, "", "", -32768, "-infinity", -32768, zero, false, nil, 26}},
		"deep down":  {postgres.OrderedPlans, postgres.QueueSQL, []any{d.Diallo, dbtest.Now, nil, "", "", 2, dbtest.Now, 2, zero, false, nil, 26}},
		"in turn":    {postgres.OrderedPlans, postgres.QueueSQL, []any{d.Martin, dbtest.Now, nil, "", "", -32768, "-infinity", -32768, zero, true, nil, 26}},
		"director":   {postgres.OrderedPlans, postgres.QueueSQL, []any{d.Garcia, dbtest.Now, nil, "", "", -32768, "-infinity", -32768, zero, false, nil, 26}},
		"one reason": {postgres.OrderedPlans, postgres.QueueSQL, []any{d.Diallo, dbtest.Now, d.Forum, "topic", "look", -32768, "-infinity", -32768, zero, false, nil, 26}},
		"counts":     {"", postgres.WaitingSQL, []any{d.Diallo, dbtest.Now, moderation.CountCap}},
		"last turn":  {"", postgres.WaitingSQL, []any{d.Garcia, dbtest.Now, moderation.CountCap}},
	} {
		plan := d.explain(t, statement.plans, statement.sql, statement.args...)
		if strings.Contains(plan, "Seq Scan on revision r") || strings.Contains(plan, "Seq Scan on contribution") {
			t.Errorf("%s does not read by the index of the queue:\n%s", name, plan)
		}
		if got, _ := strconv.Atoi(buffers.FindStringSubmatch(plan)[1]); got > mostPages {
			t.Errorf("%s touches %d pages, want %d at most:\n%s", name, got, mostPages, plan)
		}
	}
}
