package postgres_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
	"imprimatur/publication"
)

// However much a space or a thread holds, a page of it is the first rows of one
// index, through the barrier of the views.
func TestPagesGoByOneIndex(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.published(t, b.Blog, publication.Article, id.Contribution{}, 3000)
	topics := b.published(t, b.Forum, publication.Topic, id.Contribution{}, 20)
	for _, topic := range topics[1:] {
		b.published(t, b.Forum, publication.Reply, topic, 10)
	}
	b.published(t, b.Forum, publication.Reply, topics[0], 3000)
	if _, err := b.superuser(t).Exec(t.Context(), `VACUUM ANALYZE snapshot, contribution, hold, space`); err != nil {
		t.Fatal(err)
	}
	conn := b.doorConn(t)
	blog, topic := b.Blog.String(), topics[0].String()
	for name, test := range map[string]struct{ query, arg, index string }{
		"list": {`SELECT * FROM reading_list WHERE space_id = $1 AND (published_at, contribution_id) < ('infinity', '00000000-0000-0000-0000-000000000000') LIMIT 26`,
			blog, "snapshot_space"},
		"below": {`SELECT * FROM reading_below WHERE parent_id = $1 AND (published_at, contribution_id) > ('-infinity', '00000000-0000-0000-0000-000000000000') LIMIT 51`,
			topic, "snapshot_parent"},
		"one": {`SELECT * FROM reading_contribution WHERE contribution_id = $1`, topic, "snapshot_pkey"},
	} {
		plan := explain(t, conn, name, test.query, test.arg)
		if !strings.Contains(plan, "Index Scan using "+test.index+" on snapshot n") {
			t.Errorf("%s does not go by %s:\n%s", name, test.index, plan)
		}
		for _, costly := range []string{"Seq Scan on snapshot", "Sort Key", "hashed SubPlan", "Hash Join"} {
			if strings.Contains(plan, costly) {
				t.Errorf("%s: %s in\n%s", name, costly, plan)
			}
		}
	}
}

// doorConn is a connection as the reading door's pool makes them, for Lina's school and class.
func (b *bundle) doorConn(t testing.TB) *pgx.Conn {
	t.Helper()
	conn := b.connect(t, b.URL("imprimatur_reader"))
	if _, err := conn.Exec(t.Context(), `SET plan_cache_mode = force_generic_plan; SET enable_sort = off; SET enable_bitmapscan = off; SET jit = off`); err != nil {
		t.Fatal(err)
	}
	scopes := strings.Join(b.viewer(t, b.reader(), b.Lina).Scopes, ",")
	if _, err := conn.Exec(t.Context(), `SELECT set_config('imprimatur.tenant', $1, false), set_config('imprimatur.scopes', $2, false)`, b.Tilleuls.String(), scopes); err != nil {
		t.Fatal(err)
	}
	return conn
}

// explain gives the plan that a prepared statement is kept with.
func explain(t *testing.T, conn *pgx.Conn, name, query, arg string) string {
	t.Helper()
	if _, err := conn.Exec(t.Context(), "PREPARE "+name+"(uuid) AS "+query); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), "EXPLAIN EXECUTE "+name+"('"+arg+"')")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// An uncached page of 50 messages, through the door and as its own SQL sent raw.
func BenchmarkThread(b *testing.B) {
	s := setup(b)
	topic := s.published(b, s.Forum, publication.Topic, id.Contribution{}, 1)[0]
	s.published(b, s.Forum, publication.Reply, topic, 200)
	s.published(b, s.Blog, publication.Article, id.Contribution{}, 5000)
	if _, err := s.superuser(b).Exec(b.Context(), `VACUUM ANALYZE`); err != nil {
		b.Fatal(err)
	}
	b.Run("door", func(b *testing.B) {
		r := s.reader()
		v := s.viewer(b, r, s.Lina)
		for b.Loop() {
			if page, err := r.Thread(b.Context(), v, topic, ""); err != nil || len(page.Replies) != 50 {
				b.Fatal(err)
			}
		}
	})
	b.Run("raw", func(b *testing.B) {
		conn := s.doorConn(b)
		for b.Loop() {
			batch := &pgx.Batch{}
			batch.Queue(`SELECT set_config('imprimatur.tenant', $1, true)`, s.Tilleuls.String())
			batch.Queue(`SELECT * FROM reading_contribution WHERE contribution_id = $1`, topic)
			batch.Queue(`SELECT * FROM reading_below WHERE parent_id = $1 LIMIT 51`, topic)
			if err := conn.SendBatch(b.Context(), batch).Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
