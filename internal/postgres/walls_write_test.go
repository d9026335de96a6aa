package postgres_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// lived is a school in which everything has happened that leaves a row.
func lived(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	garcia := person(d.Tilleuls, d.Garcia)
	house := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](d.db), Clock: d.clock})
	d.keepList(t, sample("Insultes", 2, "hold", "sot"))
	c := d.write(t, d.Lina, d.Blog, publication.Article, "Un sot", "<p>Le sot dort.</p>")
	if _, err := d.mod.Open(t.Context(), person(d.Tilleuls, d.Martin), c); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Martin, c, workflow.Approve)
	d.work(t)
	waiting := d.write(t, d.Lina, d.Blog, publication.Article, "Un autre", "<p>Il attend.</p>")
	if _, err := d.mod.Open(t.Context(), person(d.Tilleuls, d.Martin), waiting); err != nil {
		t.Fatal(err)
	}
	paper := publication.AuthorisationInput{Guardian: d.Haddad, Naming: publication.FirstName, Reference: "Classeur 3"}
	_, err := d.authorisations().Record(t.Context(), person(d.Tilleuls, d.Martin), c, paper)
	_, standing := house.SetStanding(t.Context(), garcia, directory.StandingInput{Person: d.Noe, Kind: directory.Supervised, Until: d.clock().Add(time.Hour), Reason: "À revoir."})
	_, delegation := house.Lend(t.Context(), garcia, directory.Loan{To: d.Petit, Powers: []actor.Role{actor.Masker}, During: directory.Period{Until: d.clock().Add(time.Hour)}})
	_, setting := house.Configure(t.Context(), garcia, 1, map[string]json.RawMessage{"longest_title": json.RawMessage("100")})
	_, collectives := house.Configure(t.Context(), garcia, 2, map[string]json.RawMessage{"collective_works": json.RawMessage("true")})
	_, collective := d.authorisations().Qualify(t.Context(), person(d.Tilleuls, d.Martin), waiting, together)
	if err := errors.Join(err, standing, delegation, setting, collectives, collective); err != nil {
		t.Fatal(err)
	}
	d.mustJudge(t, d.Martin, c, workflow.Withdraw, workflow.Reason{Ground: "INJ", Text: "Une insulte."})
	d.work(t)
	d.exec(t, `INSERT INTO idempotency (tenant_id, caller, key, request, created_at) VALUES ($1, 'x', 'x', sha256('x'), now())`, d.Tilleuls)
	d.exec(t, `INSERT INTO vacancy (vacancy_id, tenant_id, space_id, since) VALUES (gen_random_uuid(), $1, $2, now())`, d.Tilleuls, d.Forum)
	d.exec(t, `INSERT INTO observation (observation_id, tenant_id, standing_id, person_id, said, at) SELECT gen_random_uuid(), tenant_id, standing_id, person_id, 'x', now() FROM standing LIMIT 1`)
	d.exec(t, `INSERT INTO halt (halt_id, tenant_id, reason, begins, until, ended_at) VALUES (gen_random_uuid(), $1, 'x', now() - interval '2 days', now() - interval '1 day', now() - interval '1 day')`, d.Tilleuls)
	d.exec(t, `INSERT INTO public_pause (pause_id, tenant_id, since, ended_at) VALUES (gen_random_uuid(), $1, now() - interval '2 days', now() - interval '1 day')`, d.Tilleuls)
	d.exec(t, `INSERT INTO denial (denial_id, tenant_id, person_id, action, rule, at) VALUES (gen_random_uuid(), $1, $2, 'approve', 'R09', now())`, d.Tilleuls, d.Noe)
	d.exec(t, `INSERT INTO suggested_text (contribution_id, fingerprint, person_id, tenant_id) VALUES ($1, sha256('x'), $2, $3)`, c, d.Martin, d.Tilleuls)
	d.exec(t, `INSERT INTO revision_suggester (revision_id, person_id, tenant_id) SELECT revision_id, $1, tenant_id FROM revision LIMIT 1`, d.Martin)
	d.exec(t, `INSERT INTO figure_month (tenant_id, month, counts, kept_at) VALUES ($1, '2026-01-01', '{}', now())`, d.Tilleuls)
	d.exec(t, `INSERT INTO transparency_report (tenant_id, year, report, published_by, published_at) VALUES ($1, 2025, '{}', $2, now())`, d.Tilleuls, d.Garcia)
	d.familiar(t)
	d.examined(t, c)
	d.executed(t, d.topic(t))
	d.exec(t, `INSERT INTO referral (referral_id, tenant_id, case_id, recipient, body, person_id, sent_at) SELECT gen_random_uuid(), $1, case_id, 'pharos', 'x', $2, now() FROM case_file LIMIT 1`, d.Tilleuls, d.Garcia)
	d.exec(t, `INSERT INTO case_step (tenant_id, case_id, step, person_id, done_at) SELECT $1, case_id, 'hear', $2, now() FROM case_file LIMIT 1`, d.Tilleuls, d.Garcia)
	d.exec(t, `INSERT INTO guardian_act (act_id, tenant_id, case_id, act, person_id, at) SELECT gen_random_uuid(), $1, case_id, 'tell_guardians', $2, now() FROM case_file LIMIT 1`, d.Tilleuls, d.Garcia)
	d.exec(t, `INSERT INTO unfounded (report_id, tenant_id, case_id, reason, marked_by, marked_at) SELECT report_id, tenant_id, case_id, 'x', $1, now() FROM report LIMIT 1`, d.Garcia)
	return d
}

// examined has something reported, asked about and decided, so that every table of cases has a row.
func (d *desk) examined(t *testing.T, c id.Contribution) {
	t.Helper()
	d.report(t, d.Noe, c, "DEF")
	about := d.only(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Examine})
	if err := d.cases.AddNote(t.Context(), person(d.Tilleuls, d.Garcia), about, "À voir."); err != nil {
		t.Fatal(err)
	}
	d.exec(t, `INSERT INTO attachment (attachment_id, tenant_id, case_id, report_id, name, media, bytes, hash, file, added_at)
		SELECT gen_random_uuid(), tenant_id, case_id, report_id, 'capture.png', 'image/png', 1, sha256('x'), 'attached/x', now() FROM report`)
	if _, err := d.cases.KeepCanned(t.Context(), person(d.Tilleuls, d.Garcia), moderation.CannedReason{Title: "Conseil", ToAuthor: "Relis la charte."}); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.Keep, Reason: "Rien à redire."})
	if err := d.cases.Link(t.Context(), person(d.Tilleuls, d.Garcia), about, d.elsewhere(t, "DEF"), "Même élève."); err != nil {
		t.Fatal(err)
	}
	_, about = d.asked(t, replying(c))
	d.mustOn(t, d.Tilleuls, d.Garcia, about, insertion)
}

// familiar has a family asked, be written to, answer, sign on paper and come by a link.
func (d *desk) familiar(t *testing.T) {
	t.Helper()
	d.exec(t, `INSERT INTO photo_series (series_id, tenant_id, title, created_by, created_at) VALUES (gen_random_uuid(), $1, 'Sortie', $2, now())`, d.Tilleuls, d.Garcia)
	photo := d.picture(t, d.Lina)
	d.exec(t, `INSERT INTO rendition_file (rendition_id, tenant_id, size, file, bytes, width, height, sha256)
		SELECT rendition_id, tenant_id, 'standard', 'x', 1, 1, 1, sha256('x') FROM rendition LIMIT 1`)
	d.exec(t, `INSERT INTO revision_photo (revision_id, tenant_id, ordinal, photo_id, rendition_id)
		SELECT v.revision_id, r.tenant_id, 1, r.photo_id, r.rendition_id FROM rendition r, revision v LIMIT 1`)
	d.exec(t, `UPDATE person SET email = external_id || '@example.org'`)
	_, asked := d.ask(t, d.outing(photo))
	d.work(t) // the guardian is written to
	paper := imageconsent.PaperInput{Signatory: d.Haddad, SignedOn: d.clock(), Scan: scanned()}
	_, err := d.consents().RecordPaper(t.Context(), person(d.Tilleuls, d.Garcia), asked[d.Lina], paper)
	d.mustAnswer(t, d.Lina, asked[d.Lina], imageconsent.ToGroup)
	d.mustAnswer(t, d.Haddad, asked[d.Lina], imageconsent.ToGroup)
	_, link := d.consents().MakeLink(t.Context(), d.Tilleuls, asked[d.Lina], d.Haddad)
	if err := errors.Join(err, link); err != nil {
		t.Fatal(err)
	}
	d.work(t)
}

// denied reports whether the database refused for want of a right, and not for
// some fault of the question.
func denied(err error) bool {
	var fault *pgconn.PgError
	return errors.As(err, &fault) && fault.Code == "42501"
}

// as runs a statement in a role, from the lycée, and takes it back.
func (d *desk) as(t *testing.T, role, sql string, args ...any) (int64, error) {
	t.Helper()
	tx, err := d.admin.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	scopes := fmt.Sprintf("public_web,establishment:%s,ent:%s", d.Platanes, d.ENT)
	if _, err := tx.Exec(t.Context(), `SELECT set_config('imprimatur.tenant', $1, true), set_config('imprimatur.scopes', $2, true)`, d.Platanes.String(), scopes); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `SET LOCAL ROLE `+role); err != nil {
		t.Fatal(err)
	}
	tag, err := tx.Exec(t.Context(), sql, args...)
	return tag.RowsAffected(), err
}

// TestNoRoleTouchesAnotherSchool asks, changes, deletes and adds rows of the
// collège by raw SQL from the lycée, in every table and as every role. Each table
// has such a row: a wall around nothing proves nothing.
func TestNoRoleTouchesAnotherSchool(t *testing.T) {
	t.Parallel()
	d := lived(t)
	tables := d.tables(t)
	if len(tables) < 20 {
		t.Fatalf("only %v", tables)
	}
	for _, table := range tables {
		name := pgx.Identifier{table}.Sanitize()
		var row []byte
		err := d.admin.QueryRow(t.Context(), `SELECT row_to_json(t) FROM `+name+` t WHERE tenant_id = $1 LIMIT 1`, d.Tilleuls).Scan(&row)
		if err != nil {
			t.Errorf("nothing of the collège is in %s: %v", table, err)
			continue
		}
		columns := d.columns(t, table)
		for _, role := range []string{"imprimatur_app", "imprimatur_reader", "imprimatur_worker"} {
			if role == "imprimatur_worker" && slices.Contains(workers, table) {
				continue
			}
			for what, sql := range map[string]string{
				"sees": `SELECT FROM ` + name + ` WHERE tenant_id = $1`, "deletes": `DELETE FROM ` + name + ` WHERE tenant_id = $1`,
				"changes": `UPDATE ` + name + ` SET tenant_id = tenant_id WHERE tenant_id = $1`,
			} {
				if n, err := d.as(t, role, sql, d.Tilleuls); n > 0 || (err != nil && !denied(err)) {
					t.Errorf("%s %s %d rows of the collège in %s: %v", role, what, n, table, err)
				}
			}
			n, err := d.as(t, role, `INSERT INTO `+name+` (`+columns+`) SELECT `+columns+` FROM json_populate_record(NULL::`+name+`, $1)`, row)
			if n > 0 || !denied(err) {
				t.Errorf("%s adds %d rows to the collège in %s: %v", role, n, table, err)
			}
		}
	}
}

// tables are those that say whose a row is.
func (d *desk) tables(t *testing.T) []string {
	t.Helper()
	rows, err := d.admin.Query(t.Context(), `SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'tenant_id' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// columns are those of a table that can be written.
func (d *desk) columns(t *testing.T, table string) string {
	t.Helper()
	var list string
	err := d.admin.QueryRow(t.Context(), `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`, table).Scan(&list)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestNobodyWithoutASchoolSeesAny: a transaction in which the tenant was not set
// sees nothing, and one that says nonsense fails or sees nothing.
func TestNobodyWithoutASchoolSeesAny(t *testing.T) {
	t.Parallel()
	d := lived(t)
	for _, relation := range d.relations(t, d.admin) {
		for _, tenant := range []string{"", id.New[id.Tenant]().String()} {
			for _, role := range []string{"imprimatur_app", "imprimatur_reader"} {
				n, err := d.asIn(t, role, tenant, `SELECT FROM `+pgx.Identifier{relation}.Sanitize())
				if n > 0 && relation != "reading_house" || (err != nil && !denied(err)) {
					t.Errorf("%s in tenant %q sees %d rows of %s: %v", role, tenant, n, relation, err)
				}
			}
		}
	}
}

func (d *desk) asIn(t *testing.T, role, tenant, sql string) (int64, error) {
	t.Helper()
	tx, err := d.admin.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), `SELECT set_config('imprimatur.tenant', $1, true)`, tenant); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `SET LOCAL ROLE `+role); err != nil {
		t.Fatal(err)
	}
	tag, err := tx.Exec(t.Context(), sql)
	return tag.RowsAffected(), err
}
