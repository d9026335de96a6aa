package bench

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestSurferReadsAnswersAway(t *testing.T) {
	t.Parallel()
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/short":
			_, _ = w.Write([]byte("bonjour"))
		case "/chunked":
			for range 3 {
				_, _ = w.Write([]byte(strings.Repeat("x", 5000)))
				_ = http.NewResponseController(w).Flush()
			}
		default:
			http.NotFound(w, r)
		}
	})
	s, err := dial(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer s.conn.Close()
	for range 2 { // on one connection, in any order
		for path, want := range map[string]int{"/short": 7, "/chunked": 15000} {
			got, err := s.get(request{path: path}.wire(address))
			if err != nil || got != want {
				t.Fatalf("%s: %d bytes, want %d, %v", path, got, want, err)
			}
		}
	}
	if _, err := s.get(request{path: "/nothing"}.wire(address)); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a page that is not there: %v", err)
	}
}

func TestSurfCountsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(echo.HeaderCookie) != "a=b" {
			t.Errorf("cookie %q", r.Header.Get(echo.HeaderCookie))
		}
		asked.Add(1)
		_, _ = w.Write([]byte("ok"))
	})
	wire := request{path: "/", cookie: "a=b"}.wire(address)
	got, err := surf(t.Context(), address, 3, 50*time.Millisecond, func(int) string { return wire })
	if err != nil {
		t.Fatal(err)
	}
	if got.Count == 0 || int64(got.Count) != asked.Load() || got.Took < 50*time.Millisecond {
		t.Errorf("%+v, and %d were asked for", got, asked.Load())
	}
}

func TestBareHandlerWritesTheSame(t *testing.T) {
	t.Parallel()
	original := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("ETag", `"x"`)
		_, _ = w.Write([]byte("<p>Bonjour</p>"))
	})
	q := request{path: "/page"}
	want, err := answerOf(t.Context(), original, q)
	if err != nil {
		t.Fatal(err)
	}
	got, err := answerOf(t.Context(), bareHandler(q.path, want), q)
	if err != nil {
		t.Fatal(err)
	}
	if got.Body.String() != want.Body.String() {
		t.Errorf("body %q", got.Body)
	}
	for name := range want.Header() {
		if got.Header().Get(name) != want.Header().Get(name) {
			t.Errorf("%s: %q, want %q", name, got.Header().Get(name), want.Header().Get(name))
		}
	}
	if _, err := answerOf(t.Context(), http.NotFoundHandler(), q); err == nil {
		t.Error("a page that is not there is no error")
	}
}
