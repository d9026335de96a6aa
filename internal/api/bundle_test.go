package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/jackc/pgx/v5"
	"github.com/labstack/echo/v4"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/api"
	"imprimatur/internal/auth"
	"imprimatur/internal/blob"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/internal/server"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// bundle is a school with the whole API over it, and its document to hold every
// answer against.
type bundle struct {
	*dbtest.School
	api     *api.API
	handler http.Handler
	router  routers.Router
	db      *postgres.DB
	desk    *moderation.Service
	writer  *publication.Service
	photos  *imageconsent.Photos
	consent *imageconsent.Consents
	cases   *moderation.Cases
	faulty  bool // a fault of ours is expected
}

// A feed is text to the validator, and so is a picture.
func init() {
	openapi3filter.RegisterBodyDecoder("application/atom+xml", openapi3filter.PlainBodyDecoder)
	for _, media := range []string{"image/jpeg", "image/png", "audio/wav", "application/octet-stream"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.PlainBodyDecoder)
	}
}

// demoKey opens both schools with every scope.
const demoKey = "imprimatur-test-key"

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{School: dbtest.NewSchool(t)}
	clock := func() time.Time { return dbtest.Now }
	db, err := postgres.Open(t.Context(), postgres.Config{URL: b.URL("imprimatur"), MaxConns: 8, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	b.db = db
	b.key(t, demoKey, auth.AllScopes()...)
	gate, err := auth.NewService(auth.Config{Store: db.Accounts(), Clock: clock, OnError: func(http.ResponseWriter, *http.Request, error) {}})
	if err != nil {
		t.Fatal(err)
	}
	b.writer = publication.NewService(publication.Config{InTx: postgres.Transactions[publication.Tx](db), Clock: clock})
	b.desk = moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](db), Clock: clock})
	files, err := blob.Open(t.Context(), blob.Config{URL: t.TempDir(), Key: blob.Key{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	b.photos = imageconsent.NewPhotos(imageconsent.PhotosConfig{
		InTx: postgres.Transactions[imageconsent.PhotoTx](db), Files: files, Imaging: imageconsent.NewDeveloper(2), Clock: clock,
	})
	b.consent = imageconsent.NewConsents(imageconsent.ConsentsConfig{
		InTx: postgres.Transactions[imageconsent.ConsentTx](db), Files: files, Links: db, Clock: clock,
	})
	b.cases = moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](db), Finder: db, Clock: clock})
	a, err := api.New(api.Config{
		Reports: b.cases, Replies: b.cases, FollowUps: b.cases, Cases: b.cases, AuthorCases: b.cases,
		Figures: moderation.NewFigures(moderation.FiguresConfig{InTx: postgres.Transactions[moderation.FiguresTx](db), Tenants: db.Tenants, Clock: clock}), Attachments: moderation.NewAttachments(moderation.AttachmentsConfig{Cases: b.cases, Files: files}),
		Photos: b.photos, Pictures: files, Consents: b.consent, Stops: publication.NewStops(postgres.Transactions[publication.StopTx](db), clock),
		Legal: publication.NewLegalPages(postgres.Transactions[publication.LegalTx](db), clock),
		Gate:  gate, Writer: b.writer, Desk: b.desk, Repeats: db, Clock: clock, BaseURL: "https://ent.example",
		Spaces:         publication.NewSpaces(postgres.Transactions[publication.SpaceTx](db), clock),
		Directory:      directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](db), Clock: clock}),
		Authorisations: publication.NewAuthorisations(postgres.Transactions[publication.AuthorisationTx](db), clock),
		Reader:         publication.NewReader(publication.ReaderConfig{Store: db.Door(), Clock: clock}),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.api = a
	b.handler, err = server.New(server.Config{
		API: a, Pages: noPages{}, Health: server.NewHealth(server.HealthConfig{Log: quiet}), Log: testLog(b, t), Clock: clock,
		Limits: server.Limits{CallerPerSecond: 1e6, CallerBurst: 1e6, AddressPerSecond: 1e6, AddressBurst: 1e6},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.router = b.document(t)
	return b
}

var quiet = slog.New(slog.DiscardHandler)

// testLog fails the test that finds a fault of ours, unless it looks for one.
func testLog(b *bundle, t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(testWriter{b, t}, &slog.HandlerOptions{Level: slog.LevelError}))
}

type testWriter struct {
	b *bundle
	t *testing.T
}

func (w testWriter) Write(p []byte) (int, error) {
	if !w.b.faulty {
		w.t.Error(strings.TrimSpace(string(p)))
	}
	return len(p), nil
}

type noPages struct{}

func (noPages) Mount(*echo.Echo, func(echo.Context, string) error) {}

func (noPages) Problem(c echo.Context, status int, _ error) error { return c.String(status, "page") }

// key adds an API key for both schools.
func (b *bundle) key(t *testing.T, key string, scopes ...auth.Scope) {
	t.Helper()
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope)
	}
	sum := sha256.Sum256([]byte(key))
	b.exec(t, `INSERT INTO api_key (api_key_id, name, hash, tenants, scopes, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		id.New[id.APIKey](), "test", sum[:], []string{b.Tilleuls.String(), b.Platanes.String()}, names, dbtest.Now)
}

// admin is a way to the database behind the API's back.
func (b *bundle) admin(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func (b *bundle) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := b.admin(t).Exec(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// document loads what the API says of itself.
func (b *bundle) document(t *testing.T) routers.Router {
	t.Helper()
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/openapi.json", nil))
	document, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes())
	if err != nil {
		t.Fatalf("the document: %v", err)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Fatalf("the document: %v", err)
	}
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

// request is one call to be made.
type request struct {
	as     string // external id; empty for nobody
	key    string // the demo's unless told; "-" for none
	method string
	path   string // below /api/v1
	body   any    // a string is sent as it is
	header map[string]string
}

// form is a body that brings files: bytes are files, texts are fields.
type form []part

type part struct {
	field, file string // without a file's name it is a field
	data        []byte
}

func (f form) encode(t *testing.T) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range f {
		begin := w.CreateFormField
		if p.file != "" {
			begin = func(field string) (io.Writer, error) { return w.CreateFormFile(field, p.file) }
		}
		to, err := begin(p.field)
		if err == nil {
			_, err = to.Write(p.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &body, w.FormDataContentType()
}

// response is what came back.
type response struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// do makes a call, and holds the answer against the document.
func (b *bundle) do(t *testing.T, q request) response {
	t.Helper()
	r := q.http(t)
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	answer := response{t, w.Code, w.Header(), w.Body.Bytes()}
	b.hold(t, r, answer)
	return answer
}

func (q request) http(t *testing.T) *http.Request {
	t.Helper()
	var body io.Reader
	media := "application/json"
	switch sent := q.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(sent)
	case form:
		body, media = sent.encode(t)
	default:
		text, err := json.Marshal(sent)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	r := httptest.NewRequestWithContext(t.Context(), q.method, "/api/v1"+q.path, body)
	if body != nil {
		r.Header.Set("Content-Type", media)
	}
	if key := q.key; key != "-" {
		if key == "" {
			key = demoKey
		}
		r.Header.Set("Authorization", "Bearer "+key)
	}
	if q.as != "" {
		r.Header.Set("X-On-Behalf-Of", q.as)
	}
	for name, value := range q.header {
		r.Header.Set(name, value)
	}
	return r
}

// hold checks an answer's status, headers and body against the document. What no
// route answers is not in it.
func (b *bundle) hold(t *testing.T, r *http.Request, answer response) {
	t.Helper()
	route, params, err := b.router.FindRoute(r)
	if err != nil {
		if answer.status != http.StatusNotFound && answer.status != http.StatusMethodNotAllowed {
			t.Errorf("%s %s answers %d and is not in the document: %v", r.Method, r.URL, answer.status, err)
		}
		return
	}
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 answer.status, Header: answer.header, Body: io.NopCloser(bytes.NewReader(answer.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		t.Errorf("%s %s answers %d otherwise than the document says: %v\n%s", r.Method, r.URL, answer.status, err, answer.body)
	}
}

// want fails unless the status is that, and gives the answer on.
func (r response) want(status int) response {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

// problem checks the type and the rule of a refusal.
func (r response) problem(status int, word, rule string) api.Problem {
	r.t.Helper()
	r.want(status)
	var p api.Problem
	r.into(&p)
	if p.Type != api.ProblemType+word || p.Rule != rule || p.Status != status || p.RequestID != r.header.Get("X-Request-Id") {
		r.t.Errorf("problem %+v, want %s %q", p, word, rule)
	}
	return p
}

func (r response) into(target any) {
	r.t.Helper()
	if err := json.Unmarshal(r.body, target); err != nil {
		r.t.Fatalf("%v: %s", err, r.body)
	}
}

// thing is a JSON object that a test looks into.
type thing map[string]any

func (r response) thing() thing {
	r.t.Helper()
	var out thing
	r.into(&out)
	return out
}

func (o thing) text(name string) string {
	s, _ := o[name].(string)
	return s
}

func (o thing) number(name string) int64 {
	n, _ := o[name].(float64)
	return int64(n)
}

func (o thing) items() []thing {
	list, _ := o["items"].([]any)
	out := make([]thing, len(list))
	for i, item := range list {
		out[i] = thing(item.(map[string]any))
	}
	return out
}

// work does what the worker would: every open message of the kinds that move a
// text or a case, until none is left. Letters stay where they are.
func (b *bundle) work(t *testing.T) {
	t.Helper()
	for range 20 {
		if !b.workOnce(t) {
			return
		}
	}
	t.Fatal("the worker finds no end")
}

func (b *bundle) workOnce(t *testing.T) bool {
	t.Helper()
	rows, err := b.admin(t).Query(t.Context(), `SELECT message_id, tenant_id, kind, subject_id, version, note FROM outbox
		WHERE status <> 'done' AND due_at <= $1 AND kind <> $2 ORDER BY message_id`, dbtest.Now, outbox.SendMail)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m outbox.Message, err error) {
		err = row.Scan(&m.ID, &m.Tenant, &m.Kind, &m.Subject, &m.Version, &m.Note)
		return m, err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if err := b.handle(t, m); err != nil {
			t.Fatalf("%s: %v", m.Kind, err)
		}
	}
	return len(messages) > 0
}

func (b *bundle) handle(t *testing.T, m outbox.Message) error {
	t.Helper()
	switch m.Kind {
	case outbox.ScreenRevision:
		return b.desk.Screen(t.Context(), m)
	case outbox.PublishRevision:
		return b.writer.Publish(t.Context(), m)
	case outbox.CheckClearance:
		return b.writer.Cleared(t.Context(), m)
	case outbox.PreparePhoto:
		return b.photos.Prepare(t.Context(), m)
	case outbox.ReviewPhoto:
		return b.photos.Review(t.Context(), m)
	case outbox.ReviewConsent:
		return b.consent.Review(t.Context(), m)
	case outbox.ConsentMoved:
		return b.consent.Moved(t.Context(), m)
	case outbox.ReceiveCase, outbox.JoinCase, outbox.RouteCase, outbox.CaseDue, outbox.CarryCase, outbox.CaseLetters, outbox.NoticeCase, outbox.WarnAbove:
		return b.cases.Step(t.Context(), m)
	}
	return b.desk.Notify(t.Context(), m)
}

// write creates a contribution by the API.
func (b *bundle) write(t *testing.T, as string, space id.Space, body thing) thing {
	t.Helper()
	return b.do(t, request{as: as, method: "POST", path: "/spaces/" + space.String() + "/contributions", body: body}).want(http.StatusCreated).thing()
}

// act acts on a contribution at its version.
func (b *bundle) act(t *testing.T, as string, c thing, action workflow.Action, more thing) response {
	t.Helper()
	body := thing{"action": action, "version": c.number("version")}
	for name, value := range more {
		body[name] = value
	}
	return b.do(t, request{as: as, method: "POST", path: "/contributions/" + c.text("id") + "/actions", body: body})
}
