package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// written lists the tables that a commit writes.
var written = []string{"contribution", "revision", "snapshot", "hold", "case_file", "audit_entry", "decision", "outbox"}

func (b *bundle) admin(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// content is everything in the tables that a commit writes, as text.
func content(t *testing.T, conn *pgx.Conn) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range written {
		var text string
		query := fmt.Sprintf(`SELECT coalesce(string_agg(x::text, E'\n' ORDER BY x::text), '') FROM %s x`, table)
		if err := conn.QueryRow(t.Context(), query).Scan(&text); err != nil {
			t.Fatal(err)
		}
		all[table] = text
	}
	return all
}

func execute(t *testing.T, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// written by hand: an article of Lina's on its way, so that the act under test
// is the next one.
func (b *bundle) submitted(t *testing.T, space id.Space, kind publication.Kind) id.Contribution {
	t.Helper()
	c, err := b.publish.Create(t.Context(), person(b.Tilleuls, b.Lina), publication.New{
		Space: space, Kind: kind, Input: publication.Input{Title: "Le mammouth", Body: "<p>Il est grand.</p>"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.act(t, c, b.Lina, publication.Command{Action: workflow.Submit}); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEachWriteOfACommitFailsInTurnAndNothingRemains(t *testing.T) {
	t.Parallel()
	b := setup(t)
	conn := b.admin(t)
	execute(t, conn, `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'made to fail'; END $$`)
	c := b.submitted(t, b.Blog, publication.Article)
	b.step(t, c, workflow.Pass)
	acts := []struct {
		name   string
		who    id.Person
		c      publication.Command
		tables []string
	}{
		{"approve", b.Martin, publication.Command{Action: workflow.Approve}, []string{"contribution", "revision", "audit_entry", "decision", "outbox"}},
		{"publish", id.Person{}, publication.Command{Action: workflow.Publish}, []string{"contribution", "revision", "snapshot", "audit_entry", "outbox"}},
		{"mask", b.Martin, publication.Command{Action: workflow.Mask, Reason: workflow.Reason{Ground: "PRIV", Text: "À vérifier."}}, []string{"contribution", "hold", "audit_entry", "outbox"}},
		{"restore", b.Garcia, publication.Command{Action: workflow.Restore, Reason: workflow.Reason{Text: "Rien à redire."}}, []string{"contribution", "hold", "audit_entry", "outbox"}},
		{"revert", b.Martin, publication.Command{Action: workflow.Revert, Reason: workflow.Reason{Ground: "PURP", Text: "Hors sujet."}}, []string{"contribution", "revision", "snapshot", "audit_entry", "decision", "outbox"}},
	}
	for _, act := range acts {
		do := func() error {
			if act.who.IsZero() {
				return b.tryStep(t, c, act.c.Action)
			}
			command := act.c
			if act.c.Action == workflow.Restore {
				command.Revision = b.dossier(t, c, act.who).Contribution.Live
			}
			return b.act(t, c, act.who, command)
		}
		for _, table := range act.tables {
			before := content(t, conn)
			execute(t, conn, `CREATE TRIGGER made_to_fail BEFORE INSERT OR UPDATE OR DELETE ON `+table+` FOR EACH ROW EXECUTE FUNCTION fail()`)
			if err := do(); err == nil {
				t.Errorf("%s succeeded although %s could not be written", act.name, table)
			}
			execute(t, conn, `DROP TRIGGER made_to_fail ON `+table)
			if diff := cmp.Diff(before, content(t, conn)); diff != "" {
				t.Errorf("%s left something behind when %s failed: %s", act.name, table, diff)
			}
		}
		if err := do(); err != nil {
			t.Fatalf("%s: %v", act.name, err)
		}
	}
}

func TestTwentyModeratorsOneWinner(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.submitted(t, b.Blog, publication.Article)
	b.step(t, c, workflow.Pass)
	version := b.dossier(t, c, b.Martin).Contribution.Version
	verdicts := []publication.Command{
		{Action: workflow.Approve},
		{Action: workflow.Reject, Reason: workflow.Reason{Ground: "PURP", Text: "Hors sujet."}},
		{Action: workflow.RequestChanges, Reason: workflow.Reason{Text: "Ajoute une date."}},
	}
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			who := []id.Person{b.Martin, b.Diallo, b.Garcia}[i%3]
			command := verdicts[i%len(verdicts)]
			command.Version = version
			err := b.publish.Act(t.Context(), person(b.Tilleuls, who), c, command)
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, workflow.ErrStale):
				t.Errorf("moderator %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	var decisions int
	if err := b.admin(t).QueryRow(t.Context(), `SELECT count(*) FROM decision WHERE action IN ('approve', 'reject', 'request_changes')`).Scan(&decisions); err != nil {
		t.Fatal(err)
	}
	if won.Load() != 1 || decisions != 1 {
		t.Errorf("%d moderators won and %d decisions are on record, want one", won.Load(), decisions)
	}
}

func TestTrailRefusesChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.submitted(t, b.Blog, publication.Article)
	conn := b.admin(t) // not even the superuser, short of dropping the trigger
	for _, sql := range []string{`UPDATE audit_entry SET action = 'x'`, `DELETE FROM audit_entry`, `TRUNCATE audit_entry`} {
		if _, err := conn.Exec(t.Context(), sql); err == nil {
			t.Errorf("R58: %s succeeded", sql)
		}
	}
	var forged int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry e WHERE entry_hash <> audit_hash(e)`).Scan(&forged); err != nil || forged != 0 {
		t.Errorf("%d entries do not match their hash, %v", forged, err)
	}
}

func TestSealedTextNeverChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.submitted(t, b.Blog, publication.Article)
	conn := b.admin(t)
	for _, column := range []string{"title", "html", "plain", "language"} {
		if _, err := conn.Exec(t.Context(), `UPDATE revision SET `+column+` = 'x'`); err == nil {
			t.Errorf("R19: %s of a submitted revision was changed", column)
		}
	}
}
