package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"
	"golang.org/x/net/html"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/api"
	"imprimatur/internal/auth"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/notify"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/internal/server"
	"imprimatur/internal/web"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// bundle is a school with its pages on a server.
type bundle struct {
	*dbtest.School
	url        string
	now        func() time.Time
	db         *postgres.DB
	reader     *publication.Reader
	site       *web.Site
	moderation *moderation.Service
	publish    *publication.Service
	photos     *imageconsent.Photos
	consents   *imageconsent.Consents
	post       *notify.Service
	cases      *moderation.Cases
	figures    *moderation.Figures
	stops      *publication.Stops
	shelf      *shelf
	photo      string // one of the collège, where a test has any
	consent    string // likewise
	dossier    string // of a case, likewise
	known      string // the same, as its author knows it
	report     string // in it
}

var personas = []string{"lina", "noe", "martin", "diallo", "garcia", "petit", "haddad-1", "roche", "zoe"}

func clock() time.Time { return dbtest.Now }

// formKey signs forms for anybody.
var formKey = []byte("a key of forms")

// unlimited are limits that no test meets.
var unlimited = server.Limits{CallerPerSecond: 1e6, CallerBurst: 1e6, AddressPerSecond: 1e6, AddressBurst: 1e6}

func setup(t *testing.T) *bundle {
	t.Helper()
	return setupWithin(t, unlimited)
}

func setupWithin(t *testing.T, limits server.Limits) *bundle {
	t.Helper()
	b := &bundle{School: dbtest.NewSchool(t), shelf: &shelf{files: map[string][]byte{}}, now: clock}
	b.start(t, imageconsent.NewDeveloper(2), limits)
	return b
}

// start is one process: pools, services and a server, on the school's database and files.
func (b *bundle) start(t *testing.T, imaging imageconsent.Imaging, limits server.Limits) {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{URL: b.URL("imprimatur"), MaxConns: 6, Clock: b.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	b.db = db
	b.publish = publication.NewService(publication.Config{InTx: postgres.Transactions[publication.Tx](db), Clock: b.now})
	b.moderation = moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](db), Clock: b.now})
	b.photos = imageconsent.NewPhotos(imageconsent.PhotosConfig{
		InTx: postgres.Transactions[imageconsent.PhotoTx](db), Files: b.shelf, Imaging: imaging, Clock: b.now,
	})
	b.consents = imageconsent.NewConsents(imageconsent.ConsentsConfig{
		InTx: postgres.Transactions[imageconsent.ConsentTx](db), Clock: b.now, Links: db, Files: b.shelf,
	})
	b.stops = publication.NewStops(postgres.Transactions[publication.StopTx](db), b.now)
	b.cases = moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](db), Finder: db, Clock: b.now})
	b.figures = moderation.NewFigures(moderation.FiguresConfig{InTx: postgres.Transactions[moderation.FiguresTx](db), Tenants: db.Tenants, Clock: b.now})
	b.post = notify.NewService(notify.Config{InTx: postgres.Transactions[notify.Tx](db), Links: b.consents, Follow: b.cases, Shown: true, Clock: b.now})
	// Nobody is signed out because a test lets days pass.
	sessions, err := auth.NewService(auth.Config{
		Store: db.Accounts(), Clock: clock, Demo: auth.Demo{Source: "test", Personas: personas},
		Password: argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		OnError: func(_ http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() == nil { // a browser that goes on to another page waits for no picture of this one
				t.Errorf("%s: %v", r.URL, err)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.serve(t, db, sessions, limits)
}

// serve puts the pages on the real server, behind all that guards them.
func (b *bundle) serve(t *testing.T, db *postgres.DB, sessions *auth.Service, limits server.Limits) {
	t.Helper()
	frame := httptest.NewUnstartedServer(nil)
	b.url = "http://" + frame.Listener.Addr().String()
	b.post.BaseURL = b.url
	reader := publication.NewReader(publication.ReaderConfig{Store: db.Door(), Clock: b.now})
	b.reader = reader
	spaces := publication.NewSpaces(postgres.Transactions[publication.SpaceTx](db), b.now)
	house := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](db), Clock: b.now})
	papers := publication.NewAuthorisations(postgres.Transactions[publication.AuthorisationTx](db), b.now)
	scripts := built()
	site, err := web.New(web.Config{
		Sessions: sessions, Reader: reader, Writer: b.publish, Reviewer: b.moderation, Directory: house, Spaces: spaces,
		Authorisations: papers, Photos: b.photos, Pictures: imageconsent.Remember(b.shelf, 1<<20), Consents: b.consents, Post: b.post,
		Trombinoscopes: imageconsent.NewTrombinoscopes(imageconsent.TrombinoscopesConfig{
			InTx: postgres.Transactions[imageconsent.TrombinoscopeTx](db), Photos: b.photos, Consents: b.consents, Clock: b.now,
		}),
		Legal: publication.NewLegalPages(postgres.Transactions[publication.LegalTx](db), b.now),
		Cases: b.cases, Figures: b.figures, Stops: b.stops, Attachments: moderation.NewAttachments(moderation.AttachmentsConfig{Cases: b.cases, Files: b.shelf}), FormKey: formKey,
		Asset: scripts.URL, Assets: scripts.Serve, Address: server.Address(nil), Clock: b.now, BaseURL: b.url,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.site = site
	calls, err := api.New(api.Config{
		Gate: sessions, Writer: b.publish, Desk: b.moderation, Spaces: spaces, Reader: reader, Directory: house, Repeats: db, Clock: b.now, BaseURL: b.url,
	})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(faults{t}, &slog.HandlerOptions{Level: slog.LevelError}))
	frame.Config.Handler, err = server.New(server.Config{
		API: calls, Pages: site, Health: server.NewHealth(server.HealthConfig{Log: log}), Log: log, Clock: b.now,
		Limits: limits,
	})
	if err != nil {
		t.Fatal(err)
	}
	frame.Start()
	t.Cleanup(frame.Close)
}

// listen has the process hear of what others change.
func (b *bundle) listen(t *testing.T) {
	t.Helper()
	listener, err := postgres.Listen(t.Context(), b.db, postgres.ListenerConfig{
		URL: b.URL("imprimatur"), Readings: b.reader, Clock: b.now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(listener.Close)
}

// faults fails the test for every fault of ours that the server logs.
type faults struct{ t *testing.T }

func (f faults) Write(p []byte) (int, error) {
	f.t.Errorf("%s", p)
	return len(p), nil
}

// work does what the worker would, until nothing is left to do.
func (b *bundle) work(t *testing.T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for {
		rows, err := conn.Query(t.Context(),
			`SELECT message_id, tenant_id, kind, subject_id, version, note FROM outbox WHERE status = 'waiting' AND due_at <= $1 ORDER BY message_id`, dbtest.Now)
		if err != nil {
			t.Fatal(err)
		}
		messages, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m outbox.Message, err error) {
			return m, row.Scan(&m.ID, &m.Tenant, &m.Kind, &m.Subject, &m.Version, &m.Note)
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(messages) == 0 {
			return
		}
		for _, m := range messages {
			if err := b.handle(t.Context(), m); err != nil && !b.moved(t, conn, m) {
				t.Fatalf("%s: %v", m.Kind, err)
			}
		}
	}
}

// moved reports whether a message has gone with its case to another house, which does it.
func (b *bundle) moved(t *testing.T, conn *pgx.Conn, m outbox.Message) bool {
	t.Helper()
	var gone bool
	err := conn.QueryRow(t.Context(), `SELECT EXISTS (SELECT 1 FROM outbox WHERE message_id = $1 AND tenant_id <> $2)`, m.ID, m.Tenant).Scan(&gone)
	return err == nil && gone
}

func (b *bundle) handle(ctx context.Context, m outbox.Message) error {
	switch m.Kind {
	case outbox.ScreenRevision:
		return b.moderation.Screen(ctx, m)
	case outbox.RescreenList:
		return b.moderation.Rescreen(ctx, m)
	case outbox.PublishRevision:
		return b.publish.Publish(ctx, m)
	case outbox.ConsentMoved:
		return b.consents.Moved(ctx, m)
	case outbox.ReviewConsent:
		return b.consents.Review(ctx, m)
	case outbox.PreparePhoto:
		return b.photos.Prepare(ctx, m)
	case outbox.ReviewPhoto:
		return b.photos.Review(ctx, m)
	case outbox.SendMail:
		return b.post.Send(ctx, m)
	case outbox.CheckClearance:
		return b.publish.Cleared(ctx, m)
	case outbox.HoldDue:
		return b.stops.Overdue(ctx, m)
	case outbox.HaltDue:
		return b.stops.Lapse(ctx, m)
	case outbox.NoticeRevision, outbox.NoticeHold, outbox.NoticeSpace, outbox.NoticeHandover, outbox.NoticeStanding, outbox.NoticeDenials, outbox.NoticeOffice, outbox.NoticePhoto, outbox.NoticeConsent:
		return b.moderation.Notify(ctx, m)
	case outbox.ReceiveCase, outbox.JoinCase, outbox.RouteCase, outbox.CaseDue, outbox.CarryCase, outbox.CaseLetters, outbox.NoticeCase, outbox.WarnAbove:
		return b.cases.Step(ctx, m)
	}
	return fmt.Errorf("nobody works on %s here", m.Kind)
}

// browser is somebody at a browser without JavaScript.
type browser struct {
	t      *testing.T
	b      *bundle
	client *http.Client
	lang   string
	page   *goquery.Document
	at     *url.URL
	status int
	header http.Header
	raw    []byte // the body
}

// visitor is somebody who is not signed in.
func (b *bundle) visitor(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, b: b, client: &http.Client{Jar: jar}, lang: "fr"}
}

// as is a persona, signed in by one click.
func (b *bundle) as(t *testing.T, persona string) *browser {
	t.Helper()
	br := b.visitor(t)
	br.open("/login")
	br.click(`form:has(input[value="` + persona + `"]) button`)
	if br.at.Path == "/login" {
		t.Fatalf("%s is not let in: %s", persona, br.text("main"))
	}
	return br
}

func (br *browser) open(path string) *browser {
	br.t.Helper()
	return br.send(http.MethodGet, path, nil, nil)
}

func (br *browser) send(method, path string, form url.Values, header map[string]string) *browser {
	br.t.Helper()
	all := map[string]string{}
	if form != nil {
		all["Content-Type"] = "application/x-www-form-urlencoded"
	}
	maps.Copy(all, header)
	return br.request(method, path, strings.NewReader(form.Encode()), all)
}

func (br *browser) request(method, path string, body io.Reader, header map[string]string) *browser {
	br.t.Helper()
	target := path
	if strings.HasPrefix(path, "/") {
		target = br.b.url + path
	}
	r, err := http.NewRequestWithContext(br.t.Context(), method, target, body)
	if err != nil {
		br.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", br.lang)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	answer, err := br.client.Do(r)
	if err != nil {
		br.t.Fatal(err)
	}
	defer answer.Body.Close()
	br.status, br.header, br.at = answer.StatusCode, answer.Header, answer.Request.URL
	if br.raw, err = io.ReadAll(answer.Body); err != nil {
		br.t.Fatal(err)
	}
	root, err := html.ParseWithOptions(bytes.NewReader(br.raw), html.ParseOptionEnableScripting(false))
	if err != nil {
		br.t.Fatal(err)
	}
	br.page = goquery.NewDocumentFromNode(root)
	return br
}

// expect fails the test unless the last answer had the status.
func (br *browser) expect(status int) *browser {
	br.t.Helper()
	if br.status != status {
		br.t.Fatalf("%s: status %d, want %d: %s", br.at, br.status, status, br.text("main"))
	}
	return br
}

// find is what a selector selects, at least one.
func (br *browser) find(selector string) *goquery.Selection {
	br.t.Helper()
	found := br.page.Find(selector)
	if found.Length() == 0 {
		br.t.Fatalf("%s has no %s: %s", br.at, selector, br.text("main"))
	}
	return found
}

// text is the words of an element, on one line and as one types them.
func (br *browser) text(selector string) string { return typed(br.page.Find(selector).Text()) }

// typed is a text without what the printer makes of its spaces and apostrophes.
func typed(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "’", "'")
}

// click follows a link, or sends the form of a button as it stands.
func (br *browser) click(selector string) *browser {
	br.t.Helper()
	return br.fill(selector, nil)
}

// fill sends the form of a button, with some fields changed.
func (br *browser) fill(selector string, fields map[string]string) *browser {
	br.t.Helper()
	target := br.find(selector).First()
	if href, ok := target.Attr("href"); ok {
		return br.open(br.resolve(href))
	}
	form := target.Closest("form")
	values := sent(form)
	if name, ok := target.Attr("name"); ok {
		values.Set(name, target.AttrOr("value", ""))
	}
	for name, value := range fields {
		values.Set(name, value)
	}
	action := br.resolve(form.AttrOr("action", br.at.String()))
	if strings.EqualFold(form.AttrOr("method", "get"), "post") {
		return br.send(http.MethodPost, action, values, nil)
	}
	return br.open(action + "?" + values.Encode())
}

func (br *browser) resolve(address string) string {
	u, err := br.at.Parse(address)
	if err != nil {
		br.t.Fatal(err)
	}
	return u.String()
}

// sent is what a browser would send of a form that nobody touched.
func sent(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input[name], textarea[name]").Each(func(_ int, field *goquery.Selection) {
		name := field.AttrOr("name", "")
		switch field.AttrOr("type", "text") {
		case "checkbox", "radio":
			if _, checked := field.Attr("checked"); checked {
				values.Add(name, field.AttrOr("value", "on"))
			}
		default:
			values.Add(name, field.AttrOr("value", field.Text()))
		}
	})
	form.Find("select[name]").Each(func(_ int, field *goquery.Selection) {
		chosen := field.Find("option[selected]")
		if _, many := field.Attr("multiple"); many {
			values[field.AttrOr("name", "")] = chosen.Map(func(_ int, o *goquery.Selection) string { return o.AttrOr("value", "") })
			return
		}
		if chosen.Length() == 0 {
			chosen = field.Find("option").First()
		}
		values.Set(field.AttrOr("name", ""), chosen.AttrOr("value", chosen.Text()))
	})
	return values
}

// written is a text by somebody that has gone as far as the worker takes it.
func (b *bundle) written(t *testing.T, who string, space id.Space, uai, title, text string) *browser {
	t.Helper()
	br := b.as(t, who)
	br.open("/e/" + uai + "/-/write/" + space.String()).expect(http.StatusOK)
	br.fill(`button[value="submit"]`, map[string]string{"title": title, "text": text}).expect(http.StatusOK)
	b.work(t)
	return br
}

// exec changes the database behind the walls.
func (b *bundle) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// content is what the collège is at, in one word: every version of everything
// that an act would move, and how much there is of it.
func (b *bundle) content(t *testing.T) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var word string
	err = conn.QueryRow(t.Context(), `SELECT concat_ws(' ',
		(SELECT count(*) || ':' || sum(version) FROM contribution WHERE tenant_id = $1), (SELECT count(*) || ':' || sum(version) FROM revision WHERE tenant_id = $1),
		(SELECT count(*) || ':' || sum(version) FROM space WHERE tenant_id = $1), (SELECT count(*) FROM hold WHERE tenant_id = $1),
		(SELECT count(*) FROM claim WHERE tenant_id = $1), (SELECT count(*) FROM first_view WHERE tenant_id = $1),
		(SELECT count(*) FROM work_authorisation WHERE tenant_id = $1), (SELECT count(*) FROM audit_entry WHERE tenant_id = $1))`, b.Tilleuls).Scan(&word)
	if err != nil {
		t.Fatal(err)
	}
	return word
}
