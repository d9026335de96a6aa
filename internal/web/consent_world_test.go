package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// sketcher stands for what is done to bytes: a picture tells its original and which boxes
// of it nobody can make out.
type sketcher struct{}

var twoBoxes = []imageconsent.Box{{X: 0.1, Y: 0.1, Width: 0.2, Height: 0.2}, {X: 0.6, Y: 0.1, Width: 0.2, Height: 0.2}}

const blurredAt = " blurred "

func sketch(data []byte, boxes []imageconsent.Box) []imageconsent.Drawn {
	text, _ := json.Marshal(append([]imageconsent.Box{}, boxes...)) // of numbers alone
	jpeg := slices.Concat(data, []byte(blurredAt), text)
	return []imageconsent.Drawn{
		{Size: imageconsent.Standard, Width: 1600, Height: 1200, JPEG: jpeg},
		{Size: imageconsent.Thumbnail, Width: 320, Height: 240, JPEG: slices.Concat([]byte("small "), jpeg)},
	}
}

func (sketcher) Inspect([]byte, int, int) (imageconsent.Seen, error) {
	return imageconsent.Seen{Format: "jpeg", Width: 1600, Height: 1200}, nil
}

func (sketcher) Prepare(_ context.Context, data []byte, _ int) (imageconsent.Prepared, error) {
	return imageconsent.Prepared{Pictures: sketch(data, nil), Boxes: twoBoxes, Likeness: data}, nil
}

func (sketcher) Blur(_ context.Context, data []byte, _ int, boxes []imageconsent.Box) ([]imageconsent.Drawn, error) {
	return sketch(data, boxes), nil
}

func (sketcher) Alike(a, b []byte) bool { return bytes.Equal(a, b) }

// stage is a school on two processes, whose time the test moves.
type stage struct {
	*testing.T
	first, second *bundle
	consents      *imageconsent.Consents
	house         *directory.Service
	spaces        *publication.Spaces
	admin         *pgx.Conn
	readers       []*browser // a pupil of the class, on each process
	strangers     []*browser // nobody

	mu    sync.Mutex
	clock time.Time
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

func (s *stage) set(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = now.Truncate(time.Microsecond).UTC()
}

const islandTime = "Indian/Reunion"

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{T: t, clock: dbtest.Now}
	s.first = &bundle{School: dbtest.NewSchool(t), shelf: &shelf{files: map[string][]byte{}}, now: s.now}
	s.second = &bundle{School: s.first.School, shelf: s.first.shelf, now: s.now}
	s.first.exec(t, `UPDATE tenant SET time_zone = $2, zone = 'reunion' WHERE tenant_id = $1`, s.first.Tilleuls, islandTime)
	for _, b := range []*bundle{s.first, s.second} {
		b.start(t, sketcher{}, unlimited)
		b.listen(t)
		s.readers, s.strangers = append(s.readers, b.as(t, "noe")), append(s.strangers, b.visitor(t))
	}
	db := s.first.db
	s.consents = imageconsent.NewConsents(imageconsent.ConsentsConfig{
		InTx: postgres.Transactions[imageconsent.ConsentTx](db), Clock: s.now, Files: s.first.shelf, Links: db,
	})
	s.house = directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](db), Clock: s.now})
	s.spaces = publication.NewSpaces(postgres.Transactions[publication.SpaceTx](db), s.now)
	admin, err := pgx.Connect(t.Context(), s.first.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close(context.WithoutCancel(t.Context())) })
	s.admin = admin
	return s
}

// by is somebody of the collège who acts.
func (s *stage) by(who id.Person) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: s.first.Tilleuls, Via: "test"}
}

// newcomer is somebody whom the directory loads.
func (s *stage) newcomer(name string, profile directory.Profile, born time.Time) id.Person {
	s.Helper()
	var who id.Person
	err := s.first.db.Load(s.Context(), func(l postgres.Loading) (err error) {
		p := directory.Person{Source: "test", ExternalID: id.New[id.Person]().String(), GivenName: name, FamilyName: "Nouveau", BirthDate: born, Email: name + "@example.org"}
		if who, err = l.Person(s.Context(), p); err != nil {
			return err
		}
		return l.Membership(s.Context(), directory.Membership{Tenant: s.first.Tilleuls, Person: who, Profile: profile})
	})
	if err != nil {
		s.Fatal(err)
	}
	return who
}

// tie has the directory say what a guardian is to a child.
func (s *stage) tie(child, guardian id.Person, t tie) error {
	return s.first.db.Load(s.Context(), func(l postgres.Loading) error {
		return l.Guardianship(s.Context(), directory.Guardianship{Pupil: child, Guardian: guardian, ParentalAuthority: t.authority, During: directory.Period{Until: t.until}})
	})
}

// promised lists what is promised and not done, but for notices, whatever its time: what
// the database promises has the database's.
func (s *stage) promised() []outbox.Message {
	s.Helper()
	rows, err := s.admin.Query(s.Context(), `SELECT message_id, tenant_id, kind, subject_id, version, note FROM outbox
		WHERE status <> 'done' AND kind NOT LIKE 'notification:%' ORDER BY message_id`)
	if err != nil {
		s.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m outbox.Message, err error) {
		return m, row.Scan(&m.ID, &m.Tenant, &m.Kind, &m.Subject, &m.Version, &m.Note)
	})
	if err != nil {
		s.Fatal(err)
	}
	return list
}

func (s *stage) handle(m outbox.Message) error {
	switch m.Kind {
	case outbox.ReviewConsent:
		return s.consents.Review(s.Context(), m)
	case outbox.ConsentMoved:
		return s.consents.Moved(s.Context(), m)
	}
	return s.first.handle(s.Context(), m)
}

// work does all that is promised, and what that promises.
func (s *stage) work() {
	s.Helper()
	for list := s.promised(); len(list) > 0; list = s.promised() {
		for _, m := range list {
			if err := s.handle(m); err != nil {
				s.Fatalf("%s: %v", m.Kind, err)
			}
		}
	}
}

// dossier is a text as the working side knows it.
func (s *stage) dossier(c id.Contribution) publication.Dossier {
	s.Helper()
	var d publication.Dossier
	err := postgres.Transactions[publication.Tx](s.first.db)(s.Context(), s.first.Tilleuls, func(tx publication.Tx) (err error) {
		d, err = tx.Dossier(s.Context(), c, id.Person{}, s.now())
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return d
}

// push takes a text to its readers, as far as it goes.
func (s *stage) push(c id.Contribution) error {
	for {
		s.work()
		d := s.dossier(c)
		who, action := s.first.Diallo, workflow.Approve
		switch {
		case d.Open == nil || d.Open.Status != workflow.InReview && d.Open.Status != workflow.AwaitingSignature:
			return nil
		case d.Open.Status == workflow.AwaitingSignature:
			who, action = s.first.Garcia, workflow.Sign
		}
		err := s.first.moderation.Act(s.Context(), s.by(who), c, publication.Command{Action: action, Version: d.Contribution.Version})
		if err != nil {
			return fmt.Errorf("%s: %w", action, err)
		}
	}
}

// sealed are the bytes of a photo as the text that is live shows it.
func (s *stage) sealed(c id.Contribution, photo id.Photo) string {
	s.Helper()
	var file string
	err := s.admin.QueryRow(s.Context(), `SELECT f.file FROM snapshot n JOIN revision_photo u ON u.revision_id = n.revision_id
		JOIN rendition_file f ON f.rendition_id = u.rendition_id AND f.size = 'standard' WHERE n.contribution_id = $1 AND u.photo_id = $2`, c, photo).Scan(&file)
	if err != nil {
		s.Fatal(err)
	}
	return string(s.first.shelf.files[file])
}

// blurredIn reads from a picture which boxes nobody can make out.
func blurredIn(t *rapid.T, picture string) (boxes []imageconsent.Box) {
	_, text, found := strings.Cut(picture, blurredAt)
	if err := json.Unmarshal([]byte(text), &boxes); !found || err != nil {
		t.Fatalf("no picture: %q", picture)
	}
	return boxes
}

// asks is what a reader is given of a picture: its bytes, or none.
func asks(t rapid.TB, br *browser, c id.Contribution, photo id.Photo, size imageconsent.Size) string {
	r, err := http.NewRequestWithContext(br.t.Context(), http.MethodGet, br.b.url+desk+"seen/"+c.String()+"/"+photo.String()+"/"+string(size), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := br.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return body.String()
	case http.StatusNotFound:
		if strings.Contains(body.String(), blurredAt) {
			t.Fatal("a picture comes with a 404")
		}
		return ""
	}
	t.Fatalf("%s: %d %s", r.URL, answer.StatusCode, body.String())
	return ""
}
