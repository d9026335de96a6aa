package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/api"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/postgres"
	"imprimatur/internal/server"
	"imprimatur/internal/web"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// reading is who reads the forum: a pupil, who is signed in.
const reading = "pupil-0"

// request is what a client sends again and again.
type request struct {
	path   string
	cookie string
}

// articleRequest is for a public page, by a stranger.
func articleRequest() request {
	return request{path: fmt.Sprintf("/e/%s/site/%s-page-0", uai(0), nthPage(0).Contribution)}
}

// threadRequest is for a page of a forum, by a pupil.
func threadRequest(n int, cookie string) request {
	return request{path: fmt.Sprintf("/e/%s/forum/%s-sujet-%d", uai(0), nthTopic(n), n%topics), cookie: cookie}
}

// newHandler assembles the real server over a reader. Its log is written, and
// nobody keeps it; nobody asks too often. Scripts and styles are named, and not
// served.
func newHandler(s *services, reader *publication.Reader, files imageconsent.Files) (http.Handler, error) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	gate, err := auth.NewService(auth.Config{
		Store: s.db.Accounts(), Clock: now, Demo: auth.Demo{Source: "bench", Personas: []string{reading}},
		OnError: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		},
	})
	if err != nil {
		return nil, err
	}
	spaces := publication.NewSpaces(postgres.Transactions[publication.SpaceTx](s.db), now)
	people := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](s.db), Clock: now})
	calls, err := api.New(api.Config{
		Gate: gate, Reader: reader, Writer: s.publication, Desk: s.moderation, Spaces: spaces, Directory: people, Repeats: s.db,
		Clock: now, BaseURL: "http://localhost",
	})
	if err != nil {
		return nil, err
	}
	site, err := web.New(web.Config{
		Sessions: gate, Reader: reader, Writer: s.publication, Reviewer: s.moderation, Spaces: spaces, Directory: people,
		Legal:    publication.NewLegalPages(postgres.Transactions[publication.LegalTx](s.db), now),
		Pictures: imageconsent.Remember(files, 32<<20), FormKey: []byte("a key of forms"),
		Stops:   publication.NewStops(postgres.Transactions[publication.StopTx](s.db), now),
		Cases:   moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](s.db), Finder: s.db, Clock: now}),
		Figures: s.figures,
		Assets:  func(http.ResponseWriter, *http.Request) bool { return false }, Asset: func(name string) (string, error) { return "/assets/" + name, nil },
		Address: server.Address(nil), Clock: now, BaseURL: "http://localhost",
	})
	if err != nil {
		return nil, err
	}
	const unlimited = 1 << 30
	return server.New(server.Config{
		API: calls, Pages: site, Health: server.NewHealth(server.HealthConfig{Log: log}), Log: log, Clock: now,
		Limits: server.Limits{AddressPerSecond: unlimited, AddressBurst: unlimited, CallerPerSecond: unlimited, CallerBurst: unlimited},
	})
}

// signIn opens a session, and gives its cookie.
func signIn(ctx context.Context, h http.Handler) (string, error) {
	form := strings.NewReader(url.Values{"persona": {reading}}.Encode())
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/login/demo", form)
	r.Header.Set(echo.HeaderContentType, echo.MIMEApplicationForm)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	cookie, _, found := strings.Cut(w.Header().Get(echo.HeaderSetCookie), ";")
	if !found {
		return "", fmt.Errorf("signing in answers %d: %.200s", w.Code, w.Body)
	}
	return cookie, nil
}

// answerOf asks a handler without a network.
func answerOf(ctx context.Context, h http.Handler, q request) (*httptest.ResponseRecorder, error) {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, q.path, http.NoBody)
	if q.cookie != "" {
		r.Header.Set(echo.HeaderCookie, q.cookie)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return nil, fmt.Errorf("GET %s answers %d: %.200s", q.path, w.Code, w.Body)
	}
	return w, nil
}

// bareHandler is echo with nothing above it, which writes the same bytes and
// headers as another handler did.
func bareHandler(path string, given *httptest.ResponseRecorder) http.Handler {
	body, header := given.Body.Bytes(), given.Header()
	media := header.Get(echo.HeaderContentType)
	e := echo.New()
	e.GET(path, func(c echo.Context) error {
		for name, values := range header {
			if name != echo.HeaderContentType && name != echo.HeaderContentLength {
				c.Response().Header()[name] = values
			}
		}
		return c.Blob(http.StatusOK, media, body)
	})
	return e
}

// Addresses are where the house answers.
type Addresses struct{ Cached, Uncached, Bare, BareFile string }

// pageServer is the house's HTTP side: the real server, once with its cache and
// once without, and the bare one.
type pageServer struct {
	Addresses
	servers []*http.Server
}

func openPages(ctx context.Context, s *services, reader *publication.Reader, files imageconsent.Files, plain string) (*pageServer, error) {
	cached, err := newHandler(s, reader, files)
	if err != nil {
		return nil, err
	}
	// Nobody ever tells this reader to trust its cache.
	uncached, err := newHandler(s, publication.NewReader(publication.ReaderConfig{Store: s.db.Door(), Clock: now}), files)
	if err != nil {
		return nil, err
	}
	given, err := answerOf(ctx, cached, articleRequest())
	if err != nil {
		return nil, err
	}
	p := &pageServer{}
	for address, handler := range map[*string]http.Handler{
		&p.Cached: cached, &p.Uncached: uncached, &p.Bare: bareHandler(articleRequest().path, given), &p.BareFile: bareFile(plain),
	} {
		if *address, err = p.serve(ctx, handler); err != nil {
			p.close()
			return nil, err
		}
	}
	return p, nil
}

func (p *pageServer) serve(ctx context.Context, h http.Handler) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	p.servers = append(p.servers, s)
	go func() { _ = s.Serve(l) }() // it ends by Close
	return l.Addr().String(), nil
}

func (p *pageServer) close() {
	for _, s := range p.servers {
		_ = s.Close() // nobody waits for an answer any more
	}
}

// Pages says where the house answers.
func (h *House) Pages(_ bool, where *Addresses) error {
	if h.pages == nil {
		return errors.New("the house is not open")
	}
	*where = h.pages.Addresses
	return nil
}

// wire is the request as it travels.
func (q request) wire(host string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", q.path, host)
	if q.cookie != "" {
		fmt.Fprintf(&b, "Cookie: %s\r\n", q.cookie)
	}
	b.WriteString("\r\n")
	return b.String()
}
