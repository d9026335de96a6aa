package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// académie is the authority above the collège, with who directs it and who judges for them.
type académie struct {
	id.Tenant
	Recteur, Legrand id.Person
}

func (d *desk) académie(t *testing.T) académie {
	t.Helper()
	return newAcadémie(t, d.admin, d.Tilleuls)
}

func newAcadémie(t *testing.T, admin *pgx.Conn, below id.Tenant) académie {
	t.Helper()
	a := académie{Tenant: id.New[id.Tenant](), Recteur: id.New[id.Person](), Legrand: id.New[id.Person]()}
	execute(t, admin, `INSERT INTO tenant (tenant_id, uai, name, kind, level, city) VALUES ($1, '0310100A', 'Académie de Toulouse', 'authority', '', 'Toulouse')`, a.Tenant)
	execute(t, admin, `UPDATE tenant SET parent_id = $1 WHERE tenant_id = $2`, a.Tenant, below)
	for person, name := range map[id.Person]string{a.Recteur: "Faure", a.Legrand: "Legrand"} {
		execute(t, admin, `INSERT INTO person (person_id, source, external_id, given_name, family_name, birth_date) VALUES ($1, 'test', $2, 'Anne', $2, '1970-01-01')`, person, name)
		execute(t, admin, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES ($1, $2, $3, 'authority')`, id.New[id.Membership](), a.Tenant, person)
	}
	execute(t, admin, `INSERT INTO director (tenant_id, person_id, capacity, during) VALUES ($1, $2, 'head', tstzrange($3, NULL))`, a.Tenant, a.Recteur, dbtest.Now.AddDate(-1, 0, 0))
	lend(t, admin, a.Tenant, a.Recteur, a.Legrand)
	return a
}

// lend lends somebody the power to judge.
func (d *desk) lend(t *testing.T, tenant id.Tenant, from, to id.Person) {
	t.Helper()
	lend(t, d.admin, tenant, from, to)
}

func lend(t *testing.T, admin *pgx.Conn, tenant id.Tenant, from, to id.Person) {
	t.Helper()
	execute(t, admin, `INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during) VALUES ($1, $2, $3, $4, 'judge', tstzrange($5, $6))`,
		id.New[id.Delegation](), tenant, from, to, dbtest.Now.AddDate(0, -1, 0), dbtest.Now.AddDate(0, 11, 0))
}

// stepCases does once what is due of cases, in a world without a worker.
func stepCases(t *testing.T, admin *pgx.Conn, cases *moderation.Cases, now time.Time) {
	t.Helper()
	rows, err := admin.Query(t.Context(), `SELECT message_id, tenant_id, kind, subject_id, version, note FROM outbox WHERE status <> 'done' AND due_at <= $1
		AND (kind LIKE 'case:%' OR kind = 'notification:case') ORDER BY message_id`, now)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m outbox.Message, err error) {
		err = row.Scan(&m.ID, &m.Tenant, &m.Kind, &m.Subject, &m.Version, &m.Note)
		return m, err
	})
	for _, m := range list {
		err = errors.Join(err, cases.Step(t.Context(), m))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// topic is a text of Lina's that everybody of the collège reads.
func (d *desk) topic(t *testing.T) id.Contribution {
	t.Helper()
	return d.write(t, d.Lina, d.Forum, publication.Topic, "Le mammouth", "<p>Noé est un tricheur.</p>")
}

// report has somebody signed in report something, and the worker do its work.
func (d *desk) report(t *testing.T, who id.Person, c id.Contribution, ground workflow.Ground) moderation.Receipt {
	t.Helper()
	receipt := d.file(t, person(d.Tilleuls, who), moderation.ReportInput{Contribution: c, Ground: ground})
	d.work(t)
	return receipt
}

func (d *desk) file(t *testing.T, who actor.Actor, in moderation.ReportInput) moderation.Receipt {
	t.Helper()
	receipt, err := d.cases.Report(t.Context(), who, in)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// anyone reports without an account.
func anyone(c id.Contribution, ground workflow.Ground) moderation.ReportInput {
	return moderation.ReportInput{
		Contribution: c, Ground: ground, Explanation: "C'est faux, et cela me blesse.", Name: "Jeanne Perrin", Email: "jeanne@exemple.fr", GoodFaith: true,
	}
}

// only is the one case that there is.
func (d *desk) only(t *testing.T) id.Case {
	t.Helper()
	var c id.Case
	if err := d.admin.QueryRow(t.Context(), `SELECT case_id FROM case_file`).Scan(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// toldAs is how the author of what it is about knows a case.
func (d *desk) toldAs(t *testing.T, c id.Case) (told id.AuthorCase) {
	t.Helper()
	if err := d.admin.QueryRow(t.Context(), `SELECT told_as FROM case_file WHERE case_id = $1`, c).Scan(&told); err != nil {
		t.Fatal(err)
	}
	return told
}

// authorReads is what the author of what it is about reads of a case.
func (d *desk) authorReads(t *testing.T, c id.Case) moderation.AuthorView {
	t.Helper()
	view, err := d.cases.AuthorView(t.Context(), person(d.Tilleuls, d.Lina), d.toldAs(t, c))
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// begunAs is the case that an author knows so.
func (d *desk) begunAs(t *testing.T, told id.AuthorCase) (c id.Case) {
	t.Helper()
	if err := d.admin.QueryRow(t.Context(), `SELECT case_id FROM case_file WHERE told_as = $1`, told).Scan(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// caseStands is how a case stands, behind the walls.
type caseStands struct {
	Tenant   id.Tenant
	Status   string
	Version  int64
	Assignee id.Person
	As       string
}

func (d *desk) inHand(t *testing.T, c id.Case) (s caseStands) {
	t.Helper()
	err := d.admin.QueryRow(t.Context(), `SELECT tenant_id, status, version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'), assigned_as
		FROM case_file WHERE case_id = $1`, c).Scan(&s.Tenant, &s.Status, &s.Version, &s.Assignee, &s.As)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// on acts on a case as it is.
func (d *desk) on(t *testing.T, tenant id.Tenant, who id.Person, c id.Case, command moderation.CaseCommand) error {
	t.Helper()
	command.Version = d.inHand(t, c).Version
	return d.cases.ActOn(t.Context(), person(tenant, who), c, command)
}

func (d *desk) mustOn(t *testing.T, tenant id.Tenant, who id.Person, c id.Case, command moderation.CaseCommand) {
	t.Helper()
	if err := d.on(t, tenant, who, c, command); err != nil {
		t.Fatalf("%s: %v", command.Action, err)
	}
	d.work(t)
}

// withdrawal is a decision that takes everything down.
var withdrawal = moderation.CaseCommand{
	Action: workflow.DecideCase, Verdict: workflow.WithdrawAll, Ground: "DEF", Reason: "Tu accuses un camarade de tricher, sans preuve.",
	Answer: "Le texte visait une personne.", Facts: "Le sujet dit d'un élève nommé qu'il triche.",
}

// exposed is what readers have of a contribution.
func (d *desk) exposed(t *testing.T, c id.Contribution) workflow.Exposure {
	t.Helper()
	return d.dossier(t, c, d.Garcia).Exposure()
}

// anonymous is anyone, without a login.
func anonymous(tenant id.Tenant) actor.Actor { return actor.Anonymous(tenant, "test") }

// verify looks for what must not be in the database.
func (d *desk) verify(t *testing.T) ([]postgres.Violation, error) {
	t.Helper()
	v, err := d.db.Verify(t.Context(), postgres.VerifyConfig{})
	return v.Violations, err
}

// wantSound fails the test where the checks find anything, in however many houses.
func (d *desk) wantSound(t *testing.T) {
	t.Helper()
	if v, err := d.verify(t); err != nil || len(v) != 0 {
		t.Errorf("verify: %+v, %v", v, err)
	}
}

// said is a topic of Lina's.
func (d *desk) said(t *testing.T, body string) id.Contribution {
	t.Helper()
	return d.write(t, d.Lina, d.Forum, publication.Topic, "Le règlement", body)
}
