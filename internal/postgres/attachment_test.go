package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// drawer is a store of files in memory.
type drawer map[string][]byte

func (d drawer) Put(_ context.Context, name string, data io.Reader) (err error) {
	d[name], err = io.ReadAll(data)
	return err
}

func (d drawer) Get(_ context.Context, name string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(d[name])), nil
}

func (d drawer) Delete(_ context.Context, name string) error {
	delete(d, name)
	return nil
}

// wary is a scanner that finds something in what says "virus".
type wary struct{}

func (wary) Scan(_ context.Context, r io.Reader) (string, error) {
	data, err := io.ReadAll(r)
	if bytes.Contains(data, []byte("virus")) {
		return "Eicar", err
	}
	return "", err
}

func png(more string) moderation.AttachedFile {
	return moderation.AttachedFile{Name: `C:\photos\capture.png`, Data: []byte("\x89PNG\r\n\x1a\n" + more)}
}

func (d *desk) attachments() (*moderation.Attachments, drawer) {
	files := drawer{}
	return moderation.NewAttachments(moderation.AttachmentsConfig{Cases: d.cases, Files: files, Scanner: wary{}}), files
}

// What whoever reported attaches is kept once, for those who examine, who leave a trace; what is
// refused leaves no file behind.
func TestAttach(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s, files := d.attachments()
	receipt := d.file(t, anonymous(d.Tilleuls), anyone(d.topic(t), "DEF"))
	d.work(t)
	by := moderation.Follower{Secret: receipt.Secret}
	if err := s.Attach(t.Context(), by, []moderation.AttachedFile{png("a"), png("b")}); err != nil {
		t.Fatal(err)
	}
	large := png(string(make([]byte, 10<<20)))
	for code, sent := range map[string][]moderation.AttachedFile{
		"too_many": {png("c"), png("d")}, "too_large": {large}, "infected": {png("virus")}, "required": nil,
		"file_type": {{Name: "a.png", Data: []byte("MZ\x90")}},
	} {
		field := new(directory.FieldError)
		if err := s.Attach(t.Context(), by, sent); !errors.As(err, &field) || field.Code != code || field.Rule != "R20" {
			t.Errorf("R20, %s: %v", code, err)
		}
	}
	if err := s.Attach(t.Context(), moderation.Follower{Secret: "x"}, []moderation.AttachedFile{png("c")}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("with another's secret: %v", err)
	}
	if len(files) != 2 || d.count(t, `SELECT count(*) FROM attachment`) != 2 {
		t.Errorf("%d files kept", len(files))
	}
	c := d.only(t)
	d.mustOn(t, d.Tilleuls, d.Garcia, c, moderation.CaseCommand{Action: workflow.Escalate})
	view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), c)
	if err != nil || len(view.Attachments) != 2 || view.Attachments[0].Name != "capture.png" {
		t.Fatalf("view %+v, %v", view.Attachments, err)
	}
	one := view.Attachments[0].ID
	_, data, err := s.Open(t.Context(), person(d.Tilleuls, d.Garcia), c, one)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(data); !bytes.HasSuffix(got, []byte("a")) {
		t.Errorf("opened %q", got)
	}
	if n := d.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'read_attachment'`); n != 1 {
		t.Errorf("%d traces", n)
	}
	for name, who := range map[string]struct {
		tenant id.Tenant
		person id.Person
	}{"the author": {d.Tilleuls, d.Lina}, "a teacher": {d.Tilleuls, d.Martin}, "another school's head": {d.Platanes, d.Roche}} {
		if _, _, err := s.Open(t.Context(), person(who.tenant, who.person), c, one); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s opens it: %v", name, err)
		}
	}
	d.exec(t, `DELETE FROM report_secret`)
	d.exec(t, `DELETE FROM case_letter`)
	d.exec(t, `UPDATE letter SET report_id = NULL, person_id = (SELECT person_id FROM person LIMIT 1) WHERE report_id IS NOT NULL`)
	d.exec(t, `DELETE FROM letter_item`)
	d.exec(t, `DELETE FROM report`)
	if names, err := d.db.UnspokenFiles(t.Context(), []string{view.Attachments[0].File}); err != nil || len(names) != 1 {
		t.Errorf("R63: when the report goes, its files are orphans: %v, %v", names, err)
	}
}

// R50: of what is sealed nothing is taken, and what was attached before is shown to nobody.
func TestNothingOfWhatIsSealedIsAttached(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s, files := d.attachments()
	c := d.topic(t)
	first := d.file(t, anonymous(d.Tilleuls), anyone(c, "DEF"))
	if err := s.Attach(t.Context(), moderation.Follower{Secret: first.Secret}, []moderation.AttachedFile{png("a")}); err != nil {
		t.Fatal(err)
	}
	second := d.file(t, anonymous(d.Tilleuls), anyone(c, "CSAM"))
	d.work(t)
	field := new(directory.FieldError)
	err := s.Attach(t.Context(), moderation.Follower{Secret: second.Secret}, []moderation.AttachedFile{png("b")})
	if !errors.As(err, &field) || field.Rule != "R50" || len(files) != 1 {
		t.Errorf("R50: %v, %d files", err, len(files))
	}
	about := d.only(t)
	view, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about)
	if err != nil || len(view.Attachments) != 0 {
		t.Errorf("R50: shown %v, %v", view.Attachments, err)
	}
	var one id.Attachment
	if err := d.admin.QueryRow(t.Context(), `SELECT attachment_id FROM attachment`).Scan(&one); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Open(t.Context(), person(d.Tilleuls, d.Garcia), about, one); !barred(err, "R50") {
		t.Errorf("R50: opened: %v", err)
	}
}

// What another reports of the same shows on no page but theirs: a file is taken from who reported it
// for another ground as before (R44).
func TestAFileBoxTellsNothingOfAnother(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s, _ := d.attachments()
	text := d.topic(t)
	first := d.file(t, anonymous(d.Tilleuls), anyone(text, "DEF"))
	d.work(t)
	grave := d.file(t, anonymous(d.Tilleuls), anyone(text, "INTIM"))
	d.work(t)
	if !d.followed(t, first.Secret).MayAttach || d.followed(t, grave.Secret).MayAttach {
		t.Error("R44, R50: a file is taken from who reports INTIM, or not from who reports DEF beside them")
	}
	if err := s.Attach(t.Context(), moderation.Follower{Secret: first.Secret}, []moderation.AttachedFile{png("a")}); err != nil {
		t.Errorf("R44: %v", err)
	}
}

// An answer comes with its files or not at all: a file that is refused sends no answer, and an answer
// that is refused keeps no file.
func TestAnAnswerComesWithItsFiles(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s, files := d.attachments()
	receipt := d.file(t, anonymous(d.Tilleuls), anyone(d.topic(t), "DEF"))
	d.work(t)
	c := d.only(t)
	d.inquire(t, c, "Qui est visé ?")
	by := moderation.Follower{Secret: receipt.Secret}
	version := d.followed(t, receipt.Secret).Version
	one := []moderation.AttachedFile{png("a")}
	for name, err := range map[string]error{
		"a virus":        s.Respond(t.Context(), by, version, "Moi.", []moderation.AttachedFile{png("virus")}),
		"no words":       s.Respond(t.Context(), by, version, " ", one),
		"a page of then": s.Respond(t.Context(), by, version+1, "Moi.", one),
	} {
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if view := d.followed(t, receipt.Secret); len(files) != 0 || len(view.Attached) != 0 || len(view.Thread) != 1 || !view.MayRespond {
		t.Errorf("of what was refused %d files are kept, of %+v", len(files), view.Thread)
	}
	if err := s.Respond(t.Context(), by, version, "Moi.", one); err != nil {
		t.Fatal(err)
	}
	if view := d.followed(t, receipt.Secret); len(files) != 1 || len(view.Attached) != 1 || len(view.Thread) != 2 || view.MayRespond {
		t.Errorf("answered with %d files: %+v", len(files), view.Thread)
	}
	if err := s.Respond(t.Context(), by, d.followed(t, receipt.Secret).Version, "Moi.", one); !errors.Is(err, workflow.ErrUnmet) || len(files) != 1 {
		t.Errorf("answered twice: %v, %d files", err, len(files))
	}
}

// People without an account cannot fill the store; whoever is signed in is not kept from reporting
// by them.
func TestStrangersCannotFillTheStore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s, _ := d.attachments()
	c := d.topic(t)
	stranger := d.file(t, anonymous(d.Tilleuls), anyone(c, "DEF"))
	known := d.file(t, person(d.Tilleuls, d.Noe), moderation.ReportInput{Contribution: c, Ground: "DEF"})
	d.exec(t, `INSERT INTO attachment (attachment_id, tenant_id, case_id, report_id, name, media, bytes, hash, file, added_at)
		SELECT gen_random_uuid(), tenant_id, case_id, report_id, 'x', 'image/png', 1 << 30, sha256('x'), 'attached/x', $1 FROM report WHERE person_id IS NULL`, d.clock())
	field := new(directory.FieldError)
	if err := s.Attach(t.Context(), moderation.Follower{Secret: stranger.Secret}, []moderation.AttachedFile{png("a")}); !errors.As(err, &field) || field.Code != "enough" {
		t.Errorf("a stranger fills the store: %v", err)
	}
	if err := s.Attach(t.Context(), moderation.Follower{Secret: known.Secret}, []moderation.AttachedFile{png("a")}); err != nil {
		t.Errorf("whoever is known: %v", err)
	}
}
