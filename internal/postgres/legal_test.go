package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
)

func (d *desk) legal() *publication.LegalPages {
	return publication.NewLegalPages(postgres.Transactions[publication.LegalTx](d.db), d.clock)
}

// TestNothingIsEmptiedWhileASpaceBecomesPublic: whoever opens a space to the public web and
// whoever empties an information page at that moment do not both succeed (R66). The space is
// kept waiting half way, by another of its name that is never committed.
func TestNothingIsEmptiedWhileASpaceBecomesPublic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(t, `UPDATE space SET audience = 'establishment' WHERE audience = 'public_web'`)
	twin, err := d.admin.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = twin.Exec(t.Context(), `INSERT INTO space (space_id, tenant_id, slug, title, kind, mode, audience, owner_id, backup_id, status, version, created_at)
		VALUES (gen_random_uuid(), $1, 'le-club', 'Le club', 'web', 'PRE', 'establishment', $2, $3, 'open', 1, now())`, d.Tilleuls, d.Petit, d.Diallo)
	if err != nil {
		t.Fatal(err)
	}
	opened, emptied := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := d.spaces().Create(t.Context(), person(d.Tilleuls, d.Petit), publication.SpaceInput{
			Title: "Le club", Kind: publication.Web, Mode: "PRE", Audience: publication.Audience{Kind: publication.ToPublicWeb}, Owner: d.Petit, Backup: d.Diallo,
		})
		opened <- err
	}()
	d.waits(t, "INSERT INTO")
	file, err := d.legal().File(t.Context(), person(d.Tilleuls, d.Garcia))
	if err != nil {
		t.Fatal(err)
	}
	facts := file.Facts
	facts.HostPhone = ""
	go func() {
		_, err := d.legal().Write(t.Context(), person(d.Tilleuls, d.Garcia), file.Version, facts)
		emptied <- err
	}()
	d.waits(t, "advisory")
	if err := errors.Join(twin.Rollback(t.Context()), <-opened); err != nil {
		t.Fatalf("open the space: %v", err)
	}
	if field := new(directory.FieldError); !errors.As(<-emptied, &field) || field.Field != "host_phone" || field.Code != "still_public" {
		t.Errorf("emptied beneath a public space: %v", field)
	}
}

// waits returns once somebody waits for a lock in a statement that says so.
func (d *desk) waits(t *testing.T, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn := d.superuser(t)
	for waiting := false; !waiting; {
		err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%')`, statement).Scan(&waiting)
		if err != nil {
			t.Fatalf("nobody waits in %q: %v", statement, err)
		}
	}
}

// TestTwoWriteTheLegalNotice: of two who looked at the same version one is told so, and
// every version stays as it was.
func TestTwoWriteTheLegalNotice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	garcia := person(d.Tilleuls, d.Garcia)
	file, err := d.legal().File(t.Context(), garcia)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 2)
	for _, phone := range []string{"05 36 49 00 03", "05 36 49 00 04"} {
		facts := file.Facts
		facts.Phone = phone
		go func() {
			_, err := d.legal().Write(t.Context(), garcia, file.Version, facts)
			done <- err
		}()
	}
	first, second := <-done, <-done
	if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), directory.ErrStale) {
		t.Errorf("%v; %v", first, second)
	}
	after, err := d.legal().File(t.Context(), garcia)
	if err != nil || len(after.Versions) != 2 || after.Versions[1].Facts != file.Facts || after.Versions[0].By != d.Garcia || after.Versions[0].ByName != "Inès Garcia" {
		t.Errorf("%+v, %v", after.Versions, err)
	}
	var trail int
	err = d.admin.QueryRow(t.Context(), `SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND action = 'write_legal' AND rule = 'R66' AND version = 2`, d.Tilleuls).Scan(&trail)
	if err != nil || trail != 1 {
		t.Errorf("%d entries in the trail, %v", trail, err)
	}
	for _, statement := range []string{`UPDATE legal SET facts = '{}'`, `DELETE FROM legal`, `UPDATE charter SET title = 'x'`, `DELETE FROM charter`} {
		if _, err := d.asIn(t, "imprimatur_app", d.Tilleuls.String(), statement); !denied(err) {
			t.Errorf("the application may %s: %v", statement, err)
		}
	}
	// Another establishment's director writes their own, and finds nothing here.
	if _, err := d.legal().File(t.Context(), person(d.Tilleuls, d.Roche)); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("the head of the lycée: %v", err)
	}
	if _, err := d.legal().Write(t.Context(), person(d.Tilleuls, id.Person{}), 2, publication.LegalFacts{}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}
