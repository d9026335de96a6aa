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
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/api"
	"imprimatur/internal/auth"
	"imprimatur/internal/postgres"
	"imprimatur/internal/server"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// benchKey is the key of the ENT in whose name the forum is read.
const benchKey = "imprimatur-bench"

// request is what a client sends again and again.
type request struct {
	path   string
	header map[string]string
}

// articleRequest is for a public page, by a stranger.
func articleRequest() request {
	return request{path: fmt.Sprintf("/api/v1/published/%s/site/%s", uai(0), nthPage(0).Contribution)}
}

// threadRequest is for a page of a forum, on behalf of a pupil.
func threadRequest(n int) request {
	return request{
		path:   fmt.Sprintf("/api/v1/published/%s/forum/%s", uai(0), nthTopic(n)),
		header: map[string]string{echo.HeaderAuthorization: "Bearer " + benchKey, auth.HeaderOnBehalfOf: "pupil-0"},
	}
}

// newHandler assembles the real server over a reader. Its log is written, and
// nobody keeps it; nobody asks too often.
func newHandler(db *postgres.DB, reader *publication.Reader) (http.Handler, error) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	fault := func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
	gate, err := auth.NewService(auth.Config{Store: db.Accounts(), Clock: now, OnError: fault})
	if err != nil {
		return nil, err
	}
	calls, err := api.New(api.Config{
		Gate: gate, Reader: reader, Repeats: db, Clock: now, BaseURL: "http://localhost",
		Writer: publication.NewService(publication.Config{InTx: postgres.Transactions[publication.Tx](db), Clock: now}),
		Desk:   moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](db), Clock: now}),
		Spaces: publication.NewSpaces(postgres.Transactions[publication.SpaceTx](db), now),
	})
	if err != nil {
		return nil, err
	}
	const unlimited = 1 << 30
	return server.New(server.Config{
		API: calls, Pages: noPages{}, Health: server.NewHealth(server.HealthConfig{Log: log}), Log: log, Clock: now,
		Limits: server.Limits{AddressPerSecond: unlimited, AddressBurst: unlimited, CallerPerSecond: unlimited, CallerBurst: unlimited},
	})
}

// noPages is a server without pages.
type noPages struct{}

func (noPages) Mount(*echo.Echo) {}

func (noPages) Problem(c echo.Context, status int, _ error) error { return c.NoContent(status) }

// answerOf asks a handler without a network.
func answerOf(ctx context.Context, h http.Handler, q request) (*httptest.ResponseRecorder, error) {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, q.path, http.NoBody)
	for name, value := range q.header {
		r.Header.Set(name, value)
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
type Addresses struct{ Cached, Uncached, Bare string }

// pageServer is the house's HTTP side: the real server, once with its cache and
// once without, and the bare one.
type pageServer struct {
	Addresses
	servers []*http.Server
}

func openPages(ctx context.Context, db *postgres.DB, reader *publication.Reader) (*pageServer, error) {
	cached, err := newHandler(db, reader)
	if err != nil {
		return nil, err
	}
	// Nobody ever tells this reader to trust its cache.
	uncached, err := newHandler(db, publication.NewReader(publication.ReaderConfig{Store: db.Door(), Clock: now}))
	if err != nil {
		return nil, err
	}
	given, err := answerOf(ctx, cached, articleRequest())
	if err != nil {
		return nil, err
	}
	p := &pageServer{}
	for address, handler := range map[*string]http.Handler{
		&p.Cached: cached, &p.Uncached: uncached, &p.Bare: bareHandler(articleRequest().path, given),
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
	for name, value := range q.header {
		fmt.Fprintf(&b, "%s: %s\r\n", name, value)
	}
	b.WriteString("\r\n")
	return b.String()
}
