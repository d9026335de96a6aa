package demo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/blob"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/demo"
	"imprimatur/internal/postgres"
	"imprimatur/workflow"
)

func setup(t *testing.T) (*postgres.DB, *pgx.Conn) {
	t.Helper()
	d := dbtest.New(t)
	db, err := postgres.Open(t.Context(), postgres.Config{URL: d.URL("imprimatur"), MaxConns: 4, Clock: func() time.Time { return time.Now().UTC() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	conn, err := pgx.Connect(t.Context(), d.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return db, conn
}

func load(t *testing.T, db *postgres.DB) error {
	t.Helper()
	return demo.Load(t.Context(), demo.Config{DB: db, Files: files(t), Now: time.Now().UTC()})
}

// files is a store in a folder of the test's own.
func files(t *testing.T) imageconsent.Files {
	t.Helper()
	store, err := blob.Open(t.Context(), blob.Config{URL: t.TempDir(), Key: blob.Key{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// census counts what the script leaves behind.
func census(t *testing.T, conn *pgx.Conn) map[string]int {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT status, count(*)::int FROM revision GROUP BY status
		UNION ALL SELECT 'hold ' || kind || ' ' || status, count(*)::int FROM hold GROUP BY 1
		UNION ALL SELECT 'person', count(*)::int FROM person UNION ALL SELECT 'space', count(*)::int FROM space
		UNION ALL SELECT 'photo ' || status, count(*)::int FROM photo GROUP BY 1 UNION ALL SELECT 'consent ' || status, count(*)::int FROM consent GROUP BY 1
		UNION ALL SELECT 'named face', count(*)::int FROM depiction WHERE outcome = 'person' AND found AND width > 0.08
		UNION ALL SELECT 'cover', count(*)::int FROM consent_cover WHERE ended_at IS NULL UNION ALL SELECT 'paper', count(*)::int FROM consent_paper
		UNION ALL SELECT 'case ' || status, count(*)::int FROM case_file GROUP BY 1 UNION ALL SELECT 'report', count(*)::int FROM report
		UNION ALL SELECT 'ruling', count(*)::int FROM case_ruling UNION ALL SELECT 'letter to ' || party, count(*)::int FROM case_letter GROUP BY 1
		UNION ALL SELECT 'authorisation', count(*)::int FROM work_authorisation UNION ALL SELECT 'standing', count(*)::int FROM standing
		UNION ALL SELECT 'word list', count(*)::int FROM word_list UNION ALL SELECT 'entry', count(*)::int FROM audit_entry UNION ALL SELECT 'contribution', count(*)::int FROM contribution`)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	var what string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&what, &n}, func() error { counts[what] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	return counts
}

// A school takes its time to load: the whole one is looked at from all sides, and another one, of which the
// loading was interrupted, beside it.
func TestTheSchool(t *testing.T) {
	t.Parallel()
	db, conn := setup(t)
	if err := load(t, db); err != nil {
		t.Fatal(err)
	}
	counts := census(t, conn)
	t.Run("has every status and holds the invariants", func(t *testing.T) { everyStatus(t, db, conn, counts) })
	t.Run("has cases of every sort", func(t *testing.T) { everyCase(t, conn) })
	t.Run("goes on after it was interrupted", func(t *testing.T) { interrupted(t, counts) })
	t.Run("is loaded once", func(t *testing.T) { loadedOnce(t, db, conn, counts) })
}

func everyStatus(t *testing.T, db *postgres.DB, conn *pgx.Conn, counts map[string]int) {
	t.Helper()
	for _, status := range workflow.Editorials() {
		// Submitted is over in a moment.
		if counts[string(status)] == 0 && status != workflow.Submitted {
			t.Errorf("nothing in the demo is %s", status)
		}
	}
	for what, want := range map[string]int{
		"photo identified": 12, "consent granted": 7, "consent refused": 2, "consent asked": 11, "cover": 8, "paper": 1, "named face": 11,
	} {
		if counts[what] != want {
			t.Errorf("%s: %d, want %d", what, counts[what], want)
		}
	}
	for title, want := range map[string]string{
		"En route pour le planétarium": "live", "Le signal du planétarium": "live", "Sortie au planétarium": "awaiting_consent",
		"La chorale prépare Noël": "live", "Venir au collège à vélo": "awaiting_consent",
		"Sophie Leroy": "live", "Daniel Okafor": "awaiting_consent",
	} {
		var status string
		if err := conn.QueryRow(t.Context(), `SELECT status FROM revision WHERE title = $1`, title).Scan(&status); err != nil || status != want {
			t.Errorf("%s is %s (%v), want %s", title, status, err, want)
		}
	}
	var held string
	if err := conn.QueryRow(t.Context(), `SELECT r.status FROM revision r WHERE r.plain LIKE 'Pardon encore%'`).Scan(&held); err != nil || held != "in_review" {
		t.Errorf("what Enzo writes under supervision is %s (%v)", held, err)
	}
	v, err := db.Verify(t.Context(), postgres.VerifyConfig{})
	if err != nil || len(v.Violations) > 0 {
		t.Errorf("verify: %v, %v", v.Violations, err)
	}
}

// loadedOnce loads it again, which changes nothing, and leaves to the worker what is the worker's.
func loadedOnce(t *testing.T, db *postgres.DB, conn *pgx.Conn, counts map[string]int) {
	t.Helper()
	var promised string
	err := conn.QueryRow(t.Context(), `UPDATE outbox SET status = 'waiting', done_at = NULL WHERE message_id = (SELECT min(message_id::text)::uuid FROM outbox WHERE status = 'done') RETURNING message_id`).Scan(&promised)
	if err != nil {
		t.Fatal(err)
	}
	if err := load(t, db); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(counts, census(t, conn)); diff != "" {
		t.Errorf("loading twice is not loading once: %s", diff)
	}
	var status string
	if err := conn.QueryRow(t.Context(), `SELECT status FROM outbox WHERE message_id = $1`, promised).Scan(&status); err != nil || status != "waiting" {
		t.Errorf("a start of a whole school did what is the worker's: %s, %v", status, err)
	}
}

// interrupted kills the start at several moments: the next goes on where it stopped.
func interrupted(t *testing.T, counts map[string]int) {
	t.Helper()
	db, conn := setup(t)
	store := files(t)
	for _, after := range []time.Duration{50 * time.Millisecond, 150 * time.Millisecond, 400 * time.Millisecond, 900 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		_ = demo.Load(ctx, demo.Config{DB: db, Files: store, Now: time.Now().UTC()}) // interrupted
		cancel()
	}
	if err := load(t, db); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(counts, census(t, conn)); diff != "" {
		t.Errorf("an interrupted school differs from a whole one: %s", diff)
	}
}

// everyCase looks at how the cases stand. Which are late depends on the
// days of the week; what was decided does not.
func everyCase(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT t.kind || ' ' || f.status || ' ' || f.verdict, count(*)::int FROM case_file f JOIN tenant t USING (tenant_id) GROUP BY 1 ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	var how string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&how, &n}, func() error { got[how] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	for how, least := range map[string]int{
		"establishment appealed withdraw": 1, "establishment decided withdraw": 2, "establishment decided keep": 2, "establishment decided ask_edit": 1,
		"establishment closed keep": 1, "establishment merged ": 1, "establishment inquiring ": 1, "establishment assigned ": 2, "authority assigned ": 1,
		"establishment decided inserted": 1,
	} {
		if got[how] < least {
			t.Errorf("%s: %d of %v", how, got[how], got)
		}
	}
	for what, query := range map[string]string{
		"a private message with what was said around it": `SELECT count(*) FROM evidence WHERE jsonb_array_length(document::jsonb->'messages') = 3`,
		"a reply that was reported":                      `SELECT count(*) FROM evidence WHERE jsonb_array_length(document::jsonb->'replies') = 1`,
		"a file of somebody without an account":          `SELECT count(*) FROM attachment JOIN report USING (report_id) WHERE person_id IS NULL`,
		"somebody who reports less":                      `SELECT count(*) / 3 FROM unfounded u JOIN report r USING (report_id) JOIN person p USING (person_id) WHERE p.external_id = 'tom'`,
		"somebody who was warned":                        `SELECT count(*) FROM unfounded u JOIN report r USING (report_id) JOIN person p USING (person_id) WHERE p.external_id = 'noe'`,
		"guardians who were told":                        `SELECT count(*) FROM notice JOIN person USING (person_id) WHERE kind = 'child_decided' AND external_id = 'haddad-1'`,
		"guardians who are to be told":                   `SELECT count(DISTINCT case_id) FROM notice JOIN person USING (person_id) WHERE kind = 'guardians_wait' AND external_id = 'garcia' AND case_id NOT IN (SELECT case_id FROM guardian_act)`,
		"something masked by hand":                       `SELECT count(*) FROM case_file WHERE interim = 'masked'`,
		"a suspension that runs":                         `SELECT count(*) FROM standing WHERE kind = 'suspended' AND upper(during) > now()`,
		"a suspension that ended":                        `SELECT count(*) FROM standing WHERE kind = 'suspended' AND upper(during) < now()`,
		"a pupil who directs a paper":                    `SELECT count(*) FROM space JOIN person ON person_id = press_director_id WHERE slug = 'la-gazette' AND external_id = 'zoe'`,
		"a report that anybody reads":                    `SELECT count(*) FROM transparency_report`,
		"something stopped at once":                      `SELECT least(count(*), 1) FROM hold WHERE until IS NOT NULL AND status = 'open' AND case_id IS NULL AND kind = 'mask'`,
	} {
		var n int
		if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil || n != 1 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
	var sealed, restored int
	err = conn.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE sealed AND kind = 'withdraw' AND status = 'open'), count(*) FILTER (WHERE kind = 'withdraw' AND status = 'released') FROM hold
		WHERE case_id IS NOT NULL`).Scan(&sealed, &restored)
	if err != nil || sealed != 1 || restored != 1 {
		t.Errorf("%d sealed, %d restored, %v", sealed, restored, err)
	}
}

func TestSomebodyElsesDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	s := dbtest.NewSchool(t)
	db, err := postgres.Open(t.Context(), postgres.Config{URL: s.URL("imprimatur"), MaxConns: 4, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := load(t, db); !errors.Is(err, demo.ErrOccupied) {
		t.Errorf("loaded over another school: %v", err)
	}
}
