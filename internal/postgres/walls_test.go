package postgres_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/publication"
	"imprimatur/workflow"
)

// workers names the tables that cross-tenant jobs may read. Another one is a hole
// in the wall until somebody says here why it is needed.
var workers = []string{
	"tenant", "ent", "ent_member", "person", "membership", "guardianship", "groups", "group_member", "director", "delegation", // import
	"standing", "briefing", "setting", "space", "space_role", // import, scopes, idle times
	"credential", "api_key", "sessions", "login_attempt", // sign-in
	"outbox", "idempotency", "claim", "denial", "vacancy", "public_pause", // relay, sweeper, upkeep
	"consent_link",                         // who comes by a link, before their establishment is known
	"case_file", "report", "report_secret", // who comes by a follow-up address, and who appeals what another house decides, likewise
}

// TestNoRoleSeesAnotherSchool asks every table and every view by raw SQL, as each
// role, from the lycée, for what belongs to the collège.
func TestNoRoleSeesAnotherSchool(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, space := range []struct {
		kind publication.Kind
		open bool
	}{{publication.Article, true}, {publication.Article, false}} {
		c := b.submitted(t, b.Blog, space.kind)
		b.step(t, c, workflow.Pass)
		if space.open {
			if err := b.act(t, c, b.Martin, publication.Command{Action: workflow.Approve}); err != nil {
				t.Fatal(err)
			}
			b.step(t, c, workflow.Publish)
		}
	}
	conn := b.admin(t)
	relations := b.relations(t, conn)
	if len(relations) < 30 {
		t.Fatalf("only %v", relations)
	}
	for _, role := range []string{"imprimatur_app", "imprimatur_reader", "imprimatur_worker"} {
		for _, relation := range relations {
			seen, err := b.seenAs(t, conn, role, relation)
			if err != nil {
				continue // no right at all: nothing is seen
			}
			if relation == "reading_house" || (role == "imprimatur_worker" && slices.Contains(workers, relation)) {
				continue // anyone may know that a school is there, and what it is called
			}
			if seen > 0 {
				t.Errorf("%s sees %d rows of the collège in %s from the lycée", role, seen, relation)
			}
		}
	}
}

// relations are the tables and views that say whose a row is.
func (b *bundle) relations(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'p', 'm') AND a.attname = 'tenant_id' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	relations, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return relations
}

// seenAs counts the collège's rows that the role sees while it says it is at the lycée.
func (b *bundle) seenAs(t *testing.T, conn *pgx.Conn, role, relation string) (int, error) {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	scopes := fmt.Sprintf("public_web,establishment:%s,ent:%s", b.Platanes, b.ENT)
	if _, err := tx.Exec(t.Context(), `SELECT set_config('imprimatur.tenant', $1, true), set_config('imprimatur.scopes', $2, true)`, b.Platanes.String(), scopes); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `SET LOCAL ROLE `+role); err != nil {
		t.Fatal(err)
	}
	var seen int
	err = tx.QueryRow(t.Context(), `SELECT count(*) FROM `+pgx.Identifier{relation}.Sanitize()+` WHERE tenant_id = $1`, b.Tilleuls).Scan(&seen)
	return seen, err
}

// TestEveryTableStandsBehindAWall finds the table that was forgotten: without
// row-level security, forced, whoever may read it reads all of it.
func TestEveryTableStandsBehindAWall(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rows, err := b.admin(t).Query(t.Context(), `SELECT c.relname::text FROM pg_class c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
		AND (has_table_privilege('imprimatur_app', c.oid, 'SELECT') OR has_table_privilege('imprimatur_reader', c.oid, 'SELECT')) ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	open, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(open, []string{"ent", "goose_db_version"}) { // names of ENTs and the schema's version are nobody's
		t.Errorf("without a wall: %v", open)
	}
}
