package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// shelf is a store of files in memory.
type shelf struct {
	mu    sync.Mutex
	files map[string][]byte
}

func (s *shelf) Put(_ context.Context, name string, data io.Reader) error {
	bytes, err := io.ReadAll(data)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = bytes
	return err
}

func (s *shelf) Get(_ context.Context, name string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.files[name]
	if !ok {
		return nil, directory.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func (s *shelf) Delete(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.files, name)
	return nil
}

// developer stands for what is done to bytes, which internal/imaging tests: a file is
// what it says, its likeness is its first byte, and there are two boxes in each.
type developer struct{}

var boxes = []imageconsent.Box{{X: 0.1, Y: 0.1, Width: 0.2, Height: 0.2}, {X: 0.6, Y: 0.1, Width: 0.2, Height: 0.2}}

func (developer) Inspect(data []byte, maxBytes, _ int) (imageconsent.Seen, error) {
	if len(data) > maxBytes {
		return imageconsent.Seen{}, &imageconsent.ProblemError{Problem: imageconsent.TooManyBytes, Err: io.ErrShortBuffer}
	}
	return imageconsent.Seen{Format: "jpeg", Width: 1600, Height: 1200}, nil
}

func (developer) Prepare(_ context.Context, data []byte, _ int) (imageconsent.Prepared, error) {
	if string(data) == "spoiled" {
		return imageconsent.Prepared{}, &imageconsent.ProblemError{Problem: imageconsent.Damaged, Err: io.ErrUnexpectedEOF}
	}
	return imageconsent.Prepared{Pictures: draw("plain ", data), Boxes: boxes, Likeness: data[:1]}, nil
}

func (developer) Blur(_ context.Context, data []byte, _ int, boxes []imageconsent.Box) ([]imageconsent.Drawn, error) {
	if len(boxes) == 0 {
		return draw("plain ", data), nil
	}
	return draw("blurred ", data), nil
}

func (developer) Alike(a, b []byte) bool { return bytes.Equal(a, b) }

func draw(how string, data []byte) []imageconsent.Drawn {
	return []imageconsent.Drawn{
		{Size: imageconsent.Standard, Width: 1600, Height: 1200, JPEG: append([]byte(how), data...)},
		{Size: imageconsent.Thumbnail, Width: 320, Height: 240, JPEG: append([]byte("small "+how), data...)},
	}
}

// darkroom is a school with photos.
type darkroom struct {
	*bundle
	photos *imageconsent.Photos
	shelf  *shelf
}

func newDarkroom(t *testing.T) *darkroom {
	t.Helper()
	b := setup(t)
	d := &darkroom{bundle: b, shelf: &shelf{files: map[string][]byte{}}}
	d.photos = imageconsent.NewPhotos(imageconsent.PhotosConfig{
		InTx: postgres.Transactions[imageconsent.PhotoTx](b.db), Files: d.shelf, Imaging: developer{}, Clock: b.clock,
	})
	return d
}

// upload has somebody bring a photo, and the worker prepare it.
func (d *darkroom) upload(t *testing.T, who id.Person, data string) id.Photo {
	t.Helper()
	photo, err := d.photos.Upload(t.Context(), person(d.Tilleuls, who), imageconsent.Upload{Name: "a.jpg", Data: []byte(data)})
	if err != nil {
		t.Fatal(err)
	}
	d.work(t, photo)
	return photo
}

// work does what was promised of a photo, as the worker would.
func (d *darkroom) work(t *testing.T, photo id.Photo) {
	t.Helper()
	if err := d.attempt(t, photo); err != nil {
		t.Fatal(err)
	}
}

// attempt is work that may fail.
func (d *darkroom) attempt(t *testing.T, photo id.Photo) error {
	t.Helper()
	rows, err := d.connect(t, d.AdminURL()).Query(t.Context(),
		`SELECT message_id, kind, version FROM outbox WHERE subject_id = $1 AND status <> 'done' ORDER BY message_id`, photo)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (outbox.Message, error) {
		m := outbox.Message{Tenant: d.Tilleuls, Subject: photo.UUID}
		err := row.Scan(&m.ID, &m.Kind, &m.Version)
		return m, err
	})
	for _, m := range messages {
		do := d.photos.Review
		if m.Kind == outbox.PreparePhoto {
			do = d.photos.Prepare
		}
		err = errors.Join(err, do(t.Context(), m))
	}
	return err
}

func (d *darkroom) photo(t *testing.T, who id.Person, photo id.Photo) imageconsent.PhotoDossier {
	t.Helper()
	read, err := d.photos.Photo(t.Context(), person(d.Tilleuls, who), photo)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// identify has somebody say that Lina is in the first box, and what the second is.
func (d *darkroom) identify(t *testing.T, who id.Person, photo id.Photo, second imageconsent.Outcome) {
	t.Helper()
	read := d.photo(t, who, photo)
	err := d.photos.Identify(t.Context(), person(d.Tilleuls, who), photo, imageconsent.Identification{
		Version: read.Photo.Version, Complete: true, People: []imageconsent.Described{
			{ID: read.Depictions[0].ID, Box: read.Depictions[0].Box, Outcome: imageconsent.IsPerson, Person: d.Lina},
			{ID: read.Depictions[1].ID, Box: read.Depictions[1].Box, Outcome: second},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	d.work(t, photo)
}

// write has Lina submit an article with the photo, and screening pass it.
func (d *darkroom) write(t *testing.T, photo id.Photo) id.Contribution {
	t.Helper()
	c, err := d.publish.Create(t.Context(), person(d.Tilleuls, d.Lina), publication.New{
		Space: d.Blog, Kind: publication.Article, Submit: true, Input: publication.Input{
			Title: "La sortie au planétarium", Body: `<p>Nous y étions.</p><img src="/photos/` + photo.String() + `" alt="La classe">`,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	d.step(t, c, workflow.Pass)
	return c
}

// cover writes what a consent of Lina's resolves into, for the blog's audience.
func (d *darkroom) cover(t *testing.T, photo id.Photo) {
	t.Helper()
	admin := d.connect(t, d.AdminURL())
	request, use, consent := uuid.New(), uuid.New(), uuid.New()
	for _, statement := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO consent_request VALUES ($1, $2, 'Planétarium', 'Collège', 'Photographies', 'Rendre compte', 'Toulouse', '2026-11-02', '2026-11-02',
			'{show}', 'France', tstzrange('2026-09-01', '2027-09-01'), false, 'texte', sha256('texte'), $4, $3, '2026-11-02')`,
			[]any{request, d.Tilleuls, d.Martin, request.String()[:8]}},
		{`INSERT INTO consent_use SELECT $1, $2, $3, 1, 'image', audience, audience_group, audience_ent, space_id FROM space WHERE space_id = $4`,
			[]any{use, d.Tilleuls, request, d.Blog}},
		{`INSERT INTO request_photo VALUES ($1, $2, $3)`, []any{request, photo, d.Tilleuls}},
		{`INSERT INTO consent (consent_id, tenant_id, request_id, person_id, status, version, asked_at) VALUES ($1, $2, $3, $4, 'granted', 1, '2026-11-02')`,
			[]any{consent, d.Tilleuls, request, d.Lina}},
		{`INSERT INTO consent_answer (answer_id, tenant_id, consent_id, signatory_id, capacity, accepted, via, text_hash, answered_at)
			VALUES (gen_random_uuid(), $1, $2, $3, 'depicted', ARRAY[$4::uuid], 'test', sha256('texte'), '2026-11-02')`, []any{d.Tilleuls, consent, d.Lina, use}},
		{`INSERT INTO audit_entry (entry_id, tenant_id, at, actor_kind, roles, via, action, subject_kind, subject_id, version, status_from, status_to, entry_hash)
			VALUES (gen_random_uuid(), $1, '2026-11-02', 'person', 'depicted', 'test', 'grant', 'consent', $2, 1, '', 'granted', '')`, []any{d.Tilleuls, consent}},
		{`INSERT INTO consent_cover SELECT gen_random_uuid(), $1, $2, $3, $4, $5, 'image', audience, audience_group, audience_ent, space_id,
			tstzrange('2026-09-01', '2027-09-01'), '{}', '2026-11-02' FROM space WHERE space_id = $6`,
			[]any{d.Tilleuls, consent, request, use, d.Lina, d.Blog}},
	} {
		if _, err := admin.Exec(t.Context(), statement.sql, statement.args...); err != nil {
			t.Fatal(err)
		}
	}
}

// seen asks the reading door for the photo, as Noé of Lina's class.
func (d *darkroom) seen(t *testing.T, c id.Contribution, photo id.Photo) (string, error) {
	t.Helper()
	reader := publication.NewReader(publication.ReaderConfig{Store: d.db.Door(), Clock: d.clock})
	viewer, err := reader.Viewer(t.Context(), d.Tilleuls, d.Noe)
	if err != nil {
		t.Fatal(err)
	}
	file, err := reader.Photo(t.Context(), viewer, c, photo, imageconsent.Double)
	if err != nil {
		return "", err
	}
	return string(d.shelf.files[file.Name]), nil
}

// clear asks Clearance what the door was asked.
func (d *darkroom) clear(t *testing.T, c id.Contribution) bool {
	t.Helper()
	dossier := d.dossier(t, c, d.Lina)
	verdicts := dossier.Clearances(dossier.Live, d.clock())
	return len(verdicts) == 1 && verdicts[0].Clear()
}

func TestAPictureAppearsWithConsentAndGoesWithIt(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Lina, "photo")
	c := d.write(t, photo)
	d.identify(t, d.Martin, photo, imageconsent.NotAFace)
	if err := d.act(t, c, d.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
	if status := d.dossier(t, c, d.Lina).Open.Status; status != workflow.AwaitingConsent {
		t.Fatalf("approved without consent: %s", status)
	}
	if err := d.tryStep(t, c, workflow.ConsentCleared); err != nil || d.dossier(t, c, d.Lina).Open.Status != workflow.AwaitingConsent {
		t.Fatalf("cleared without consent: %v", err)
	}
	d.cover(t, photo)
	d.step(t, c, workflow.ConsentCleared)
	d.step(t, c, workflow.Publish)
	if picture, err := d.seen(t, c, photo); err != nil || picture != "plain photo" || !d.clear(t, c) {
		t.Errorf("consented: %q, %v, clear %v", picture, err, d.clear(t, c))
	}
	admin := d.connect(t, d.AdminURL())
	if _, err := admin.Exec(t.Context(), `UPDATE consent_cover SET ended_at = now()`); err != nil {
		t.Fatal(err)
	}
	if picture, err := d.seen(t, c, photo); !errors.Is(err, directory.ErrNotFound) || d.clear(t, c) {
		t.Errorf("withdrawn: %q, %v, clear %v", picture, err, d.clear(t, c))
	}
	if d.dossier(t, c, d.Lina).Exposure() != workflow.Visible {
		t.Error("the text went with the picture")
	}
}

// What the author may do when an answer is no: the approval of the text carries over.
func TestAPictureIsLeftOutOrBlurred(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	for action, second := range map[workflow.Action]imageconsent.Outcome{workflow.OmitPhoto: imageconsent.NotAFace, workflow.BlurPhoto: imageconsent.ToBlur} {
		photo := d.upload(t, d.Lina, string(action))
		c := d.write(t, photo)
		if action == workflow.BlurPhoto { // Lina agrees; the other is to be blurred
			d.cover(t, photo)
		}
		d.identify(t, d.Martin, photo, second)
		if err := d.act(t, c, d.Martin, publication.Command{Action: workflow.Approve}); err != nil {
			t.Fatal(err)
		}
		before := d.dossier(t, c, d.Lina).Open
		if err := d.act(t, c, d.Martin, publication.Command{Action: action}); !errors.Is(err, workflow.ErrForbidden) {
			t.Errorf("%s by the moderator: %v", action, err)
		}
		if err := d.act(t, c, d.Lina, publication.Command{Action: action}); err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		after := d.dossier(t, c, d.Lina).Open
		if after.Status != workflow.Scheduled || after.BasedOn != before.ID || after.Derivation != action || after.Hash == before.Hash || after.Title != before.Title {
			t.Fatalf("%s: %+v", action, after)
		}
		d.step(t, c, workflow.Publish)
		picture, err := d.seen(t, c, photo)
		if action == workflow.OmitPhoto {
			if !errors.Is(err, directory.ErrNotFound) || len(after.Pictures) != 0 || len(publication.PhotoIDs(after.HTML)) != 0 {
				t.Errorf("left out: %q, %v, %s", picture, err, after.HTML)
			}
		} else if err != nil || picture != "blurred "+string(action) {
			t.Errorf("blurred: %q, %v", picture, err)
		}
	}
	if violations, err := d.db.Verify(t.Context(), postgres.VerifyConfig{}); err != nil || len(violations.Violations) > 0 {
		t.Errorf("verify: %v, %v", violations.Violations, err)
	}
}

// An author may let the text appear at once: the picture's place is held empty.
func TestATextNeedNotWaitForItsPicture(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Lina, "photo")
	c := d.write(t, photo)
	if err := d.publish.WaitForPhotos(t.Context(), person(d.Tilleuls, d.Lina), c, false); err != nil {
		t.Fatal(err)
	}
	if err := d.act(t, c, d.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
	d.step(t, c, workflow.Publish)
	if _, err := d.seen(t, c, photo); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("nobody has said who is in it: %v", err)
	}
	d.identify(t, d.Martin, photo, imageconsent.NotAFace)
	d.cover(t, photo)
	if picture, err := d.seen(t, c, photo); err != nil || picture != "plain photo" {
		t.Errorf("%q, %v", picture, err)
	}
}

// A hold on a picture reaches it wherever it is used, and its copies.
func TestAPictureIsHeldWithItsCopies(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Lina, "photo")
	c := d.write(t, photo)
	d.cover(t, photo)
	d.identify(t, d.Martin, photo, imageconsent.NotAFace)
	if err := d.act(t, c, d.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
	d.step(t, c, workflow.Publish)
	earlier := d.upload(t, d.Noe, "photo again")
	withdraw := imageconsent.PhotoCommand{
		Action: workflow.Withdraw, Version: d.photo(t, d.Martin, photo).Photo.Version, Reason: workflow.Reason{Ground: "IMG", Text: "On la reconnaît."},
	}
	if err := d.photos.Act(t.Context(), person(d.Tilleuls, d.Martin), photo, withdraw); err != nil {
		t.Fatal(err)
	}
	if _, err := d.seen(t, c, photo); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("withdrawn and seen: %v", err)
	}
	d.work(t, photo)
	later := d.upload(t, d.Noe, "photo a third time")
	other := d.upload(t, d.Noe, "another")
	for copied, held := range map[id.Photo]int{earlier: 1, later: 1, other: 0} {
		if holds := d.photo(t, d.Noe, copied).Holds; len(holds) != held {
			t.Errorf("%d holds, want %d", len(holds), held)
		}
	}
}

// Whoever has no business with a photo does not learn of it; its original is its
// uploader's and the consent officers'.
func TestAPhotoIsShownToThoseConcerned(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	photo := d.upload(t, d.Lina, "photo")
	ctx := t.Context()
	for name, who := range map[string]struct {
		tenant id.Tenant
		person id.Person
		sees   bool
	}{
		"uploader":                    {d.Tilleuls, d.Lina, true},
		"classmate":                   {d.Tilleuls, d.Noe, false},
		"teacher, text not submitted": {d.Tilleuls, d.Martin, false},
		"head":                        {d.Tilleuls, d.Garcia, true},
		"head of another school":      {d.Platanes, d.Roche, false},
	} {
		act := person(who.tenant, who.person)
		_, err := d.photos.Photo(ctx, act, photo)
		_, file, opened := d.photos.Open(ctx, act, imageconsent.Shown{Photo: photo}, imageconsent.Thumbnail)
		if (err == nil) != who.sees || (opened == nil) != who.sees || (!who.sees && !errors.Is(err, directory.ErrNotFound)) {
			t.Errorf("%s: %v, %v", name, err, opened)
		}
		if opened == nil {
			_ = file.Close()
		}
		_, original, err := d.photos.Original(ctx, act, photo)
		if (err == nil) != (who.person == d.Lina) {
			t.Errorf("%s and the original: %v", name, err)
		}
		if err == nil {
			_ = original.Close()
		}
	}
	if _, err := d.photos.Upload(ctx, person(d.Tilleuls, d.Lina), imageconsent.Upload{Data: make([]byte, 26<<20)}); err == nil {
		t.Error("26 MiB were taken")
	}
	if len(d.shelf.files) != 3 {
		t.Errorf("%d files after a refusal", len(d.shelf.files))
	}
	if err := d.photos.Act(ctx, person(d.Tilleuls, d.Lina), photo, imageconsent.PhotoCommand{Action: workflow.Erase, Version: d.photo(t, d.Lina, photo).Photo.Version}); err != nil {
		t.Error(err)
	}
	if len(d.shelf.files) != 0 {
		t.Errorf("erased, and %d files are left", len(d.shelf.files))
	}
	spoiled := d.upload(t, d.Lina, "spoiled")
	if p := d.photo(t, d.Lina, spoiled).Photo; p.Status != workflow.Spoiled || p.Problem != imageconsent.Damaged {
		t.Errorf("a damaged file: %s, %q", p.Status, p.Problem)
	}
}
