package postgres_test

import (
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
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
	above := newAcadémie(t, admin, d.Tilleuls)
	var c id.Contribution
	var author id.Person
	var photo id.Photo
	if err := admin.QueryRow(t.Context(), `SELECT r.contribution_id, x.author_id, u.photo_id FROM contribution x JOIN revision r ON r.revision_id = x.live_id
		JOIN revision_photo u ON u.revision_id = r.revision_id`).Scan(&c, &author, &photo); err != nil {
		t.Fatal(err)
	}
	work := func() {
		for range 4 {
			stepCases(t, admin, cases, d.clock())
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
	execute(t, admin, `UPDATE space SET mode = $1 WHERE space_id = (SELECT space_id FROM contribution WHERE contribution_id = $2)`, string(mode), c)
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
		return cases.ActOn(t.Context(), person(above.Tenant, who), about, command)
	}
	on := func(who id.Person, command moderation.CaseCommand) {
		t.Helper()
		if err := try(who, command); err != nil {
			t.Fatal(err)
		}
		work()
	}
	on(above.Recteur, moderation.CaseCommand{Action: workflow.Examine})
	if mode == workflow.PupilPress {
		all := withdrawal
		all.Ground = "SPAM"
		refusedFor(t, try(above.Recteur, all), "R14")
	}
	on(above.Recteur, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: workflow.WithdrawPicture, Ground: "IMG", Photo: photo, Reason: "On le reconnaît."})
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
	on(above.Legrand, moderation.CaseCommand{Action: workflow.Overturn, Verdict: workflow.Keep, Reason: "Elle revient."})
	if held() != 0 {
		t.Errorf("R45: the appeal is upheld, and the picture has %d holds", held())
	}
}
