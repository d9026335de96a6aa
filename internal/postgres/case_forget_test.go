package postgres_test

import (
	"errors"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

const day = 24 * time.Hour

// closed is a case that was decided, and closed by itself when nobody could appeal any more.
func (d *desk) closed(t *testing.T, c id.Contribution) (id.Case, moderation.Receipt) {
	t.Helper()
	receipt := d.file(t, anonymous(d.Tilleuls), anyone(c, "DEF"))
	d.work(t)
	about := d.caseOf(t, receipt)
	d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Examine})
	d.mustOn(t, d.Tilleuls, d.Garcia, about, withdrawal)
	d.pass(200 * day)
	d.work(t)
	if got := d.inHand(t, about); got.Status != "closed" {
		t.Fatalf("%+v", got)
	}
	return about, receipt
}

// forget has the collège forget what it may.
func (d *desk) forget(t *testing.T) int {
	t.Helper()
	houses, err := d.db.CaseHouses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for _, tenant := range houses {
		n, err := d.cases.Forget(t.Context(), tenant)
		if err != nil {
			t.Fatal(err)
		}
		all += n
	}
	return all
}

// A closed case is kept for a year, to the day; then nobody is in it any more, no secret opens it,
// and its figures stay (R63).
func TestAClosedCaseIsForgotten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	about, receipt := d.closed(t, c)
	var closed time.Time
	if err := d.admin.QueryRow(t.Context(), `SELECT closed_at FROM case_file WHERE case_id = $1`, about).Scan(&closed); err != nil {
		t.Fatal(err)
	}
	until := closed.AddDate(1, 0, 0)
	d.pass(until.Sub(d.clock()) - 25*time.Hour)
	if n := d.forget(t); n != 0 {
		t.Fatalf("R63: %d forgotten a day before its time", n)
	}
	if _, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: receipt.Secret}); err != nil {
		t.Errorf("until then it is followed: %v", err)
	}
	d.pass(26 * time.Hour)
	if n := d.forget(t); n != 1 {
		t.Fatalf("R63: %d forgotten when its time is over", n)
	}
	if n := d.forget(t); n != 0 {
		t.Errorf("%d forgotten again", n)
	}
	for _, table := range []string{"report", "report_secret", "evidence", "case_entry", "case_letter", "case_concern", "notice"} {
		if n := d.count(t, `SELECT count(*) FROM `+table+` WHERE case_id = $1`, about); n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM letter WHERE report_id IS NOT NULL`); n != 0 {
		t.Errorf("%d letters to who reported are left", n)
	}
	if n := d.count(t, `SELECT count(*) FROM case_file f JOIN case_ruling u USING (case_id) WHERE f.case_id = $1 AND f.ground = 'DEF' AND f.verdict = 'withdraw'
		AND u.statement ->> 'category' <> '' AND NOT u.statement ? 'decision_facts' AND u.reason = '' AND u.person_id IS NULL`, about); n != 1 {
		t.Error("R67: its figures are not left, or more than they")
	}
	ctx := t.Context()
	for call, err := range map[string]error{
		"follow": second(d.cases.Follow(ctx, moderation.Follower{Secret: receipt.Secret})),
		"case":   second(d.cases.Case(ctx, person(d.Tilleuls, d.Garcia), about)),
		"author": second(d.cases.AuthorView(ctx, person(d.Tilleuls, d.Lina), d.toldAs(t, about))),
		"act":    d.on(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.ReopenCase, Text: "Encore."}),
	} {
		if !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s: %v", call, err)
		}
	}
	if page, err := d.cases.Cases(ctx, person(d.Tilleuls, d.Garcia), moderation.CaseFilter{Done: true}); err != nil || len(page.Items) != 0 {
		t.Errorf("the list shows %+v, %v", page.Items, err)
	}
	if n := d.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'purge_case' AND subject_id = $1`, about); n != 1 {
		t.Error("that it was forgotten is in no trail")
	}
	if got := d.exposed(t, c); got != workflow.Withdrawn {
		t.Errorf("what it has withdrawn is %s", got)
	}
	d.wantSound(t)
	d.exec(t, `UPDATE case_file SET title = 'Le mammouth' WHERE case_id = $1`, about)
	if v, err := d.verify(t); err != nil || len(v) != 1 {
		t.Errorf("verify finds %v, %v", v, err)
	}
}

// What is blocked is not forgotten, nor what an open case is linked to, nor what is open (R63,
// invariant 9); and the evidence of a merged case is kept as long as the one that went on with it.
func TestWhatKeepsACase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	about, _ := d.closed(t, c)
	d.pass(400 * day)
	open := d.elsewhere(t, "PURP")
	if err := d.cases.Link(t.Context(), person(d.Tilleuls, d.Garcia), about, open, "Même élève."); err != nil {
		t.Fatal(err)
	}
	if n := d.forget(t); n != 0 {
		t.Errorf("R63: %d forgotten while an open case is linked to it", n)
	}
	if err := d.cases.Unlink(t.Context(), person(d.Tilleuls, d.Garcia), about, open); err != nil {
		t.Fatal(err)
	}
	d.exec(t, `INSERT INTO hold SELECT (jsonb_populate_record(h, jsonb_build_object('hold_id', new_id(now()), 'kind', 'block', 'case_id', NULL))).* FROM hold h
		WHERE h.contribution_id = $1 AND h.status = 'open' LIMIT 1`, c)
	if n := d.forget(t); n != 0 {
		t.Errorf("invariant 9: %d forgotten under a block", n)
	}
	d.exec(t, `DELETE FROM hold WHERE kind = 'block'`)
	if n := d.forget(t); n != 1 {
		t.Errorf("%d forgotten when nothing keeps it", n)
	}
}

func TestTheEvidenceOfAMergedCaseIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known, vague := d.pair(t, "DEF", "DEF")
	var c id.Contribution
	if err := d.admin.QueryRow(t.Context(), `SELECT contribution_id FROM case_file WHERE case_id = $1`, known).Scan(&c); err != nil {
		t.Fatal(err)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, known, merge(vague))
	d.mustJudge(t, d.Lina, c, workflow.Archive)
	d.pass(500 * day)
	if err := d.judge(t, d.Garcia, c, workflow.Purge, workflow.Reason{Text: "Effacer."}); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("R63: purged while the case that goes on with it is open: %v", err)
	}
}

// A purged case names nobody, in whatever table has to do with it: every row that has its id is looked
// through for the id of every person, whatever the column is called (R63).
func TestAPurgedCaseNamesNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	d.exec(t, `UPDATE person SET email = person_id || '@exemple.fr'`) // so that letters are written
	about, _ := d.closed(t, d.topic(t))
	order := d.executed(t, d.topic(t))
	d.mustOn(t, d.Tilleuls, d.Garcia, order, answer)
	d.mustOn(t, d.Tilleuls, d.Garcia, order, lifting)
	d.exec(t, `UPDATE case_file SET interim = 'masked', interim_by = $2, interim_at = opened_at WHERE case_id = $1`, about, d.Petit)
	d.exec(t, `INSERT INTO case_step (case_id, tenant_id, step, person_id, done_at) VALUES ($1, $2, 'hear', $3, now())`, about, d.Tilleuls, d.Petit)
	d.exec(t, `INSERT INTO guardian_act (act_id, tenant_id, case_id, act, person_id, at) VALUES (gen_random_uuid(), $2, $1, 'tell_guardians', $3, now())`, about, d.Tilleuls, d.Garcia)

	tables, seen := d.caseTables(t), 0
	for _, table := range tables {
		seen += len(d.naming(t, table, about, order))
	}
	if seen < 12 {
		t.Fatalf("before it is purged only %d columns name somebody", seen)
	}
	d.pass(800 * day)
	if n := d.forget(t); n != 2 {
		t.Fatalf("%d forgotten", n)
	}
	outlives := map[string]string{"hold": "what was withdrawn stays so, by whom it was: it is the content's"}
	for _, table := range tables {
		for _, column := range d.naming(t, table, about, order) {
			if outlives[table] == "" {
				t.Errorf("R63: %s.%s still names somebody", table, column)
			}
		}
	}
	d.wantSound(t)
}

// caseTables are the tables that have the id of a case in them.
func (d *desk) caseTables(t *testing.T) (tables []string) {
	t.Helper()
	err := d.admin.QueryRow(t.Context(), `SELECT array_agg(DISTINCT c.table_name::text) FROM information_schema.columns c
		JOIN information_schema.tables x USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND x.table_type = 'BASE TABLE' AND c.column_name = 'case_id'`).Scan(&tables)
	if err != nil || len(tables) < 15 {
		t.Fatalf("%v, %v", tables, err)
	}
	return tables
}

// naming are the columns in which rows of a table that are of cases have the id of a person.
func (d *desk) naming(t *testing.T, table string, cases ...id.Case) (columns []string) {
	t.Helper()
	err := d.admin.QueryRow(t.Context(), `SELECT coalesce(array_agg(DISTINCT j.key), '{}') FROM `+table+` x CROSS JOIN LATERAL jsonb_each_text(to_jsonb(x)) j
		JOIN person p ON position(p.person_id::text IN j.value) > 0 WHERE x.case_id = ANY ($1)`, cases).Scan(&columns)
	if err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	return columns
}
