package postgres_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
)

// target is what the latest case is about.
func target(t *testing.T, admin *pgx.Conn) (c id.Contribution, photo id.Photo, location string) {
	t.Helper()
	err := admin.QueryRow(t.Context(), `SELECT coalesce(contribution_id, '00000000-0000-0000-0000-000000000000'),
		coalesce(photo_id, '00000000-0000-0000-0000-000000000000'), location FROM case_file ORDER BY case_id DESC LIMIT 1`).Scan(&c, &photo, &location)
	if err != nil {
		t.Fatal(err)
	}
	return c, photo, location
}

// R38: a picture that was edited out of what is live is found in the text that showed it, by its
// address, its id and the text's; one that nobody ever saw there is not.
func TestAPictureThatIsGoneIsStillReported(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	d.blurred(t)
	cases := moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](d.db), Finder: d.db, Clock: d.clock})
	admin := d.admin(t)
	var c id.Contribution
	var photo id.Photo
	var was id.Revision
	if err := admin.QueryRow(t.Context(), `SELECT r.contribution_id, u.photo_id, r.revision_id FROM contribution x JOIN revision r ON r.revision_id = x.live_id
		JOIN revision_photo u ON u.revision_id = r.revision_id`).Scan(&c, &photo, &was); err != nil {
		t.Fatal(err)
	}
	execute(t, admin, `ALTER TABLE revision DISABLE TRIGGER USER`)
	execute(t, admin, `UPDATE revision SET status = 'superseded' WHERE status = 'live'`)
	execute(t, admin, `DO $$ DECLARE columns text := (SELECT string_agg(attname, ', ') FROM pg_attribute
			WHERE attrelid = 'revision'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '');
		BEGIN EXECUTE format('INSERT INTO revision (%1$s) SELECT %1$s FROM (SELECT (jsonb_populate_record(r, %2$L)).* FROM revision r WHERE r.revision_id = %3$L) x',
			columns, jsonb_build_object('revision_id', gen_random_uuid(), 'number', 90, 'status', 'live'), '`+was.String()+`'); END $$`)
	execute(t, admin, `UPDATE contribution c SET live_id = r.revision_id FROM revision r WHERE r.number = 90 AND r.contribution_id = c.contribution_id`)
	noe := person(d.Tilleuls, d.Noe)
	for name, in := range map[string]moderation.ReportInput{
		"by its id":              {Contribution: c, Photo: photo, Ground: "PURP"},
		"by its address":         {Location: "/e/0310000Z/-/seen/" + c.String() + "/" + photo.String() + "/standard", Ground: "PURP"},
		"by the picture's alone": {Location: "https://ent.example/photos/" + photo.String(), Ground: "PURP"},
	} {
		execute(t, admin, `UPDATE case_file SET status = 'closed'`)
		if _, err := cases.Report(t.Context(), noe, in); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if about, shown, _ := target(t, admin); about != c || shown != photo {
			t.Errorf("%s: case about %s, %s", name, about, shown)
		}
	}
	never := id.New[id.Photo]()
	if _, err := cases.Report(t.Context(), noe, moderation.ReportInput{Contribution: c, Photo: never, Ground: "PURP"}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a picture that it never showed: %v", err)
	}
}

// R38: whoever is signed in is told that there is nothing; of whoever is not, what they gave is
// kept, and they learn nothing. A tombstone's reference names what was withdrawn.
func TestWhatCannotBeFoundIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	missing := id.New[id.Contribution]()
	if _, err := d.cases.Report(t.Context(), person(d.Tilleuls, d.Noe), moderation.ReportInput{Contribution: missing, Ground: "DEF"}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("signed in: %v", err)
	}
	d.file(t, anonymous(d.Tilleuls), anyone(missing, "DEF"))
	if c, _, location := target(t, d.admin); !c.IsZero() || location != missing.String() {
		t.Errorf("a case about %s at %q", c, location)
	}
	c := d.topic(t)
	d.report(t, d.Noe, c, "DEF")
	var reference string
	if err := d.admin.QueryRow(t.Context(), `SELECT reference FROM case_file WHERE contribution_id = $1`, c).Scan(&reference); err != nil {
		t.Fatal(err)
	}
	d.exec(t, `UPDATE case_file SET status = 'closed'`)
	in := anyone(id.Contribution{}, "PRIV")
	in.Location = "La page qui dit « Référence " + reference + " »"
	d.file(t, anonymous(d.Tilleuls), in)
	if about, _, _ := target(t, d.admin); about != c {
		t.Errorf("%s names %s", reference, about)
	}
	d.exec(t, `UPDATE case_file SET status = 'closed'`)
	d.file(t, anonymous(d.Platanes), in)
	if about, _, _ := target(t, d.admin); !about.IsZero() {
		t.Errorf("the lycée finds %s of the collège by its reference", about)
	}
}
