package auth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/auth"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
)

// cheap is a cost for tests that do not measure.
var cheap = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// clock is a time that tests move on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bundle is a school with somebody at its door.
type bundle struct {
	*dbtest.School
	*clock
	auth  *auth.Service
	store postgres.Accounts
}

func setup(t *testing.T, options ...func(*auth.Config)) *bundle {
	t.Helper()
	b := &bundle{School: dbtest.NewSchool(t), clock: &clock{now: dbtest.Now}}
	db, err := postgres.Open(t.Context(), postgres.Config{URL: b.URL("imprimatur"), MaxConns: 4, Clock: b.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	b.store = db.Accounts()
	cfg := auth.Config{
		Store: b.store, Clock: b.Now, Password: cheap, Demo: auth.Demo{Source: "test", Personas: []string{"lina", "martin"}},
		OnError: func(_ http.ResponseWriter, r *http.Request, err error) { t.Errorf("%s: %v", r.URL, err) },
	}
	for _, option := range options {
		option(&cfg)
	}
	b.auth, err = auth.NewService(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return b
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
		t.Fatalf("%v\n%s", err, sql)
	}
}

// password gives somebody a login.
func (b *bundle) password(t *testing.T, who id.Person, login, password string, cost argon2id.Params) {
	t.Helper()
	hash, err := auth.HashPassword(password, cost)
	if err != nil {
		t.Fatal(err)
	}
	b.exec(t, `INSERT INTO credential (person_id, login, hash, changed_at) VALUES ($1, $2, $3, $4)`, who, login, hash, dbtest.Now.AddDate(0, -1, 0))
}

// browser keeps the cookies that it is given, as browsers do.
type browser struct {
	b       *bundle
	cookie  *http.Cookie // of the session
	devices *http.Cookie // of those who have signed in here
}

func (b *bundle) browser() *browser { return &browser{b: b} }

// visit makes one request, in which do runs behind the middleware.
func (br *browser) visit(t *testing.T, do func(context.Context, *http.Request) error) error {
	t.Helper()
	return br.answer(t, func(_ http.ResponseWriter, r *http.Request) error { return do(r.Context(), r) })
}

// answer is visit for what answers with more than a session.
func (br *browser) answer(t *testing.T, do func(http.ResponseWriter, *http.Request) error) error {
	t.Helper()
	var answered error
	handler := br.b.auth.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answered = do(w, r)
		_, _ = io.WriteString(w, "ok")
	}))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", strings.NewReader(""))
	for _, cookie := range []*http.Cookie{br.cookie, br.devices} {
		if cookie != nil {
			r.AddCookie(cookie)
		}
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		switch {
		case strings.HasSuffix(cookie.Name, "_device"):
			br.devices = cookie
		case cookie.MaxAge < 0:
			br.cookie = nil
		default:
			br.cookie = cookie
		}
	}
	return answered
}

func (br *browser) become(t *testing.T, persona string) {
	t.Helper()
	err := br.visit(t, func(ctx context.Context, _ *http.Request) error { return br.b.auth.Become(ctx, persona) })
	if err != nil {
		t.Fatalf("become %s: %v", persona, err)
	}
}

func (br *browser) login(t *testing.T, login, password string) error {
	t.Helper()
	return br.loginFrom(t, "192.0.2.7", login, password)
}

func (br *browser) loginFrom(t *testing.T, address, login, password string) error {
	t.Helper()
	return br.answer(t, func(w http.ResponseWriter, r *http.Request) error {
		return br.b.auth.Login(w, r, login, password, netip.MustParseAddr(address))
	})
}

// who asks whose session the browser is in.
func (br *browser) who(t *testing.T) auth.Identity {
	t.Helper()
	var who auth.Identity
	err := br.visit(t, func(_ context.Context, r *http.Request) (err error) {
		who, err = br.b.auth.Session(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
