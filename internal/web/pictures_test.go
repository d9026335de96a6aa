package web_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// shelf is a store of files in memory. It counts how often a file is opened.
type shelf struct {
	mu     sync.Mutex
	files  map[string][]byte
	opened int
}

func (s *shelf) Put(_ context.Context, name string, data io.Reader) error {
	content, err := io.ReadAll(data)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = content
	return err
}

func (s *shelf) Get(_ context.Context, name string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened++
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

// astronaut is a picture with one face on it.
func astronaut(t *testing.T) []byte { return sample(t, "astronaut.png") }

// rocket is a picture with nobody on it.
func rocket(t *testing.T) []byte { return sample(t, "rocket.jpg") }

func sample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../demo/pictures/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// file is one that a form brings.
type file struct {
	name string
	data []byte
}

// attach sends a form with files in it, as a browser does.
func (br *browser) attach(address string, fields url.Values, header map[string]string, files ...file) *browser {
	br.t.Helper()
	return br.attachAs("photo", address, fields, header, files...)
}

func (br *browser) attachAs(field, address string, fields url.Values, header map[string]string, files ...file) *browser {
	br.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range fields {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				br.t.Fatal(err)
			}
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(field, f.name)
		if err == nil {
			_, err = part.Write(f.data)
		}
		if err != nil {
			br.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		br.t.Fatal(err)
	}
	if header == nil {
		header = map[string]string{}
	}
	header["Content-Type"] = w.FormDataContentType()
	return br.request(http.MethodPost, address, &body, header)
}

// uploaded is the id of a picture that somebody has sent and that the worker has prepared.
func (b *bundle) uploaded(t *testing.T, who, uai string, data []byte) string {
	t.Helper()
	br := b.as(t, who)
	br.attach("/e/"+uai+"/-/photos", nil, nil, file{"photo.jpg", data}).expect(http.StatusOK)
	b.work(t)
	return path.Base(br.find(`.album a`).First().AttrOr("href", ""))
}

// named says of a picture with one face who that is, and declares it complete.
func (b *bundle) named(t *testing.T, who, uai, photo, name string) *browser {
	t.Helper()
	br := b.as(t, who)
	br.open("/e/" + uai + "/-/photos/" + photo).expect(http.StatusOK)
	fields := map[string]string{}
	if name == "" {
		fields["nobody"] = "yes"
	}
	br.page.Find(`.people-rows > li[data-boxed]`).Each(func(_ int, row *goquery.Selection) {
		fields[row.AttrOr("data-row", "")+"-outcome"] = "person"
		fields[row.AttrOr("data-row", "")+"-who"] = name
	})
	br.fill(`button[value="declare"]`, fields).expect(http.StatusOK)
	b.work(t)
	return br
}

// allowed covers somebody on a picture in a space, as their family's answer would.
func (b *bundle) allowed(t *testing.T, photo string, who id.Person, space id.Space) {
	t.Helper()
	b.allowedTo(t, photo, who, space, imageconsent.Image)
}

// allowedTo is allowed for one medium.
func (b *bundle) allowedTo(t *testing.T, photo string, who id.Person, space id.Space, medium imageconsent.Medium) {
	t.Helper()
	request, use, consent := uuid.New(), uuid.New(), uuid.New()
	b.exec(t, `INSERT INTO consent_request (request_id, tenant_id, title, beneficiary, nature, purpose, place, taken_from, taken_to, operations, territory, valid, to_come, body, hash, reference, asked_by, asked_at)
		VALUES ($1, $2, 'La sortie', 'Le collège', 'Photos', 'Le blog', 'Toulouse', '2026-11-20', '2026-11-20', '{show}', 'France', '[2026-09-01,2027-09-01)', false, 'Texte', sha256('Texte'), $4, $3, '2026-11-02')`,
		request, b.Tilleuls, b.Martin, request.String()[:8])
	b.exec(t, `INSERT INTO consent_use SELECT $1, $2, $3, 1, $5, audience, audience_group, audience_ent, space_id FROM space WHERE space_id = $4`, use, b.Tilleuls, request, space, medium)
	b.exec(t, `INSERT INTO request_photo (request_id, photo_id, tenant_id) VALUES ($1, $2, $3)`, request, photo, b.Tilleuls)
	b.exec(t, `INSERT INTO consent (consent_id, tenant_id, request_id, person_id, status, asked_at) VALUES ($1, $2, $3, $4, 'granted', '2026-11-02')`, consent, b.Tilleuls, request, who)
	b.exec(t, `INSERT INTO consent_cover SELECT gen_random_uuid(), $1, $2, $3, $4, $5, $7, audience, audience_group, audience_ent, space_id,
		tstzrange('2026-09-01', '2027-09-01'), '{}', '2026-11-02' FROM space WHERE space_id = $6`, b.Tilleuls, consent, request, use, who, space, medium)
}
