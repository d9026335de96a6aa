package postgres_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// A picture that an authority has withdrawn by itself comes back where the author's appeal is upheld (R45):
// it is carried out there after it was decided, and knows which picture that was.
func TestAPictureThatAnAuthorityWithdrewComesBack(t *testing.T) {
	t.Parallel()
	for _, mode := range []workflow.Mode{workflow.Pre, workflow.PupilPress} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			comesBack(t, mode)
		})
	}
}

// comesBack is the trip of such a picture in a space of that mode. Of pupils' press it is withdrawn alone,
// on any ground, while the text is not (R14), which stays when the report was about the picture.
func comesBack(t *testing.T, mode workflow.Mode) {
	t.Helper()
	d := newDarkroom(t)
	d.blurred(t)
	cases := moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](d.db), Finder: d.db, Clock: d.clock})
	admin := d.admin(t)
	exec := func(statement string, args ...any) {
		t.Helper()
		if _, err := admin.Exec(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	above, recteur, legrand := id.New[id.Tenant](), id.New[id.Person](), id.New[id.Person]()
	exec(`INSERT INTO tenant (tenant_id, uai, name, kind, level, city) VALUES ($1, '0310100A', 'Académie de Toulouse', 'authority', '', 'Toulouse')`, above)
	exec(`UPDATE tenant SET parent_id = $1 WHERE tenant_id = $2`, above, d.Tilleuls)
	for person, name := range map[id.Person]string{recteur: "Faure", legrand: "Legrand"} {
		exec(`INSERT INTO person (person_id, source, external_id, given_name, family_name, birth_date) VALUES ($1, 'test', $2, 'Anne', $2, '1970-01-01')`, person, name)
		exec(`INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES ($1, $2, $3, 'authority')`, id.New[id.Membership](), above, person)
	}
	exec(`INSERT INTO director (tenant_id, person_id, capacity, during) VALUES ($1, $2, 'head', tstzrange($3, NULL))`, above, recteur, dbtest.Now.AddDate(-1, 0, 0))
	exec(`INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during) VALUES ($1, $2, $3, $4, 'judge', tstzrange($5, $6))`,
		id.New[id.Delegation](), above, recteur, legrand, dbtest.Now.AddDate(0, -1, 0), dbtest.Now.AddDate(0, 11, 0))
	var c id.Contribution
	var author id.Person
	var photo id.Photo
	if err := admin.QueryRow(t.Context(), `SELECT r.contribution_id, x.author_id, u.photo_id FROM contribution x JOIN revision r ON r.revision_id = x.live_id
		JOIN revision_photo u ON u.revision_id = r.revision_id`).Scan(&c, &author, &photo); err != nil {
		t.Fatal(err)
	}
	work := func() {
		t.Helper()
		for range 4 {
			rows, err := admin.Query(t.Context(), `SELECT message_id, tenant_id, kind, subject_id, version, note FROM outbox WHERE status <> 'done' AND due_at <= $1
			AND (kind LIKE 'case:%' OR kind = 'notification:case') ORDER BY message_id`, d.clock())
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
	}
	held := func() int {
		t.Helper()
		var seen imageconsent.PhotoDossier
		err := d.db.InTx(t.Context(), d.Tilleuls, func(tx *postgres.Tx) (err error) {
			seen, err = tx.PhotoDossier(t.Context(), photo, d.Garcia, d.clock())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(seen.Holds)
	}
	exec(`UPDATE space SET mode = $1 WHERE space_id = (SELECT space_id FROM contribution WHERE contribution_id = $2)`, string(mode), c)
	if _, err := cases.Report(t.Context(), person(d.Tilleuls, d.Noe), moderation.ReportInput{Contribution: c, Photo: photo, Ground: "IMG", Authority: true}); err != nil {
		t.Fatal(err)
	}
	work()
	var about id.Case
	var told id.AuthorCase
	if err := admin.QueryRow(t.Context(), `SELECT case_id, told_as FROM case_file WHERE contribution_id = $1`, c).Scan(&about, &told); err != nil {
		t.Fatal(err)
	}
	try := func(who id.Person, command moderation.CaseCommand) error {
		t.Helper()
		if err := admin.QueryRow(t.Context(), `SELECT version FROM case_file WHERE case_id = $1`, about).Scan(&command.Version); err != nil {
			t.Fatal(err)
		}
		return cases.ActOn(t.Context(), person(above, who), about, command)
	}
	on := func(who id.Person, command moderation.CaseCommand) {
		t.Helper()
		if err := try(who, command); err != nil {
			t.Fatal(err)
		}
		work()
	}
	on(recteur, moderation.CaseCommand{Action: workflow.Examine})
	if mode == workflow.PupilPress {
		all := withdrawal
		all.Ground = "SPAM"
		refusedFor(t, try(recteur, all), "R14")
	}
	on(recteur, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.WithdrawPicture, Ground: "IMG", Photo: photo, Reason: "On le reconnaît."})
	if held() != 1 {
		t.Fatalf("R43: %d holds", held())
	}
	view, err := cases.AuthorView(t.Context(), person(d.Tilleuls, author), told)
	if err != nil {
		t.Fatal(err)
	}
	if err := cases.AppealCase(t.Context(), person(d.Tilleuls, author), told, view.Version, "Il est d'accord."); err != nil {
		t.Fatal(err)
	}
	work()
	on(legrand, moderation.CaseCommand{Action: workflow.Overturn, Verdict: workflow.Keep, Reason: "Elle revient."})
	if held() != 0 {
		t.Errorf("R45: the appeal is upheld, and the picture has %d holds", held())
	}
}
