package assets

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func example() fstest.MapFS {
	return fstest.MapFS{
		"manifest.json":   {Data: []byte(`{"app.css":"app-1234.css"}`)},
		"app-1234.css":    {Data: []byte("plain")},
		"app-1234.css.gz": {Data: []byte("gzip")},
		"app-1234.css.br": {Data: []byte("brotli")},
		"icon-1234.svg":   {Data: []byte("<svg/>")},
		".keep":           {Data: nil},
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	s, err := load(example())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.URL("app.css"); got != "/assets/app-1234.css" || err != nil {
		t.Errorf("URL = %q, %v", got, err)
	}
	if got, err := s.URL("other.css"); err == nil {
		t.Errorf("an unknown asset has the address %q", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	if _, err := load(fstest.MapFS{".keep": {}}); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("not built: %v", err)
	}
	if _, err := load(fstest.MapFS{"manifest.json": {Data: []byte("{")}}); err == nil || errors.Is(err, ErrNotBuilt) {
		t.Errorf("broken manifest: %v", err)
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	s, err := load(example())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, method, path, accept string
		status                     int
		body, encoding, kind       string
	}{
		{"plain", "GET", "/assets/app-1234.css", "", 200, "plain", "", "text/css; charset=utf-8"},
		{"brotli", "GET", "/assets/app-1234.css", "gzip, deflate, br", 200, "brotli", "br", "text/css; charset=utf-8"},
		{"gzip", "GET", "/assets/app-1234.css", "br;q=0, GZIP;q=0.5", 200, "gzip", "gzip", "text/css; charset=utf-8"},
		{"no compressed form", "GET", "/assets/icon-1234.svg", "br", 200, "<svg/>", "", "image/svg+xml"},
		{"head", "HEAD", "/assets/app-1234.css", "", 200, "", "", "text/css; charset=utf-8"},
		{"unknown", "GET", "/assets/nothing.css", "", 404, "", "", ""},
		{"manifest", "GET", "/assets/manifest.json", "", 404, "", "", ""},
		{"folder", "GET", "/assets/", "", 404, "", "", ""},
		{"outside", "GET", "/assets/../assets.go", "", 404, "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(tt.method, tt.path, nil)
			r.Header.Set("Accept-Encoding", tt.accept)
			w := httptest.NewRecorder()
			if !s.Serve(w, r) {
				w.WriteHeader(http.StatusNotFound)
			}
			if w.Code != tt.status {
				t.Fatalf("status %d, want %d", w.Code, tt.status)
			}
			if tt.status != http.StatusOK {
				if w.Header().Get("Cache-Control") != "" {
					t.Error("a refusal may be kept")
				}
				return
			}
			h := w.Header()
			if w.Body.String() != tt.body || h.Get("Content-Encoding") != tt.encoding || h.Get("Content-Type") != tt.kind {
				t.Errorf("got %q, %v", w.Body, h)
			}
			if !strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Vary") != "Accept-Encoding" {
				t.Errorf("caching: %v", h)
			}
		})
	}
}

// built loads the real assets. Where they are not built the test is skipped; in CI it
// fails.
func built(t testing.TB) *Set {
	t.Helper()
	s, err := Load()
	if errors.Is(err, ErrNotBuilt) && os.Getenv("TESTDB") != "required" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBuilt(t *testing.T) {
	t.Parallel()
	s := built(t)
	for _, name := range []string{"app.js", "editor.js", "app.css"} {
		address, err := s.URL(name)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^/assets/\w+-[0-9A-Z]{8}\.(js|css)$`).MatchString(address) {
			t.Errorf("%s is at %s", name, address)
		}
	}
}

// TestStyleSheetNamesOnlyUs: the content security policy would refuse the rest.
func TestStyleSheetNamesOnlyUs(t *testing.T) {
	t.Parallel()
	s := built(t)
	address, err := s.URL("app.css")
	if err != nil {
		t.Fatal(err)
	}
	css, _, err := s.read(strings.TrimPrefix(address, Prefix), "")
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`url\(["']?([^"')]*)`).FindAllStringSubmatch(string(css), -1)
	if len(links) == 0 {
		t.Fatal("no address found: the test looks for the wrong thing")
	}
	for _, m := range links {
		if !strings.HasPrefix(m[1], Prefix) {
			t.Errorf("the style sheet wants %s", m[1])
		} else if _, _, err := s.read(strings.TrimPrefix(m[1], Prefix), ""); err != nil {
			t.Errorf("the style sheet wants %s: %v", m[1], err)
		}
	}
}

// TestLockFile: the lock file names no host, and fixes every package by its hash.
func TestLockFile(t *testing.T) {
	t.Parallel()
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(lock), `"resolved"`) {
		t.Error("package-lock.json says where packages come from")
	}
	if n, m := strings.Count(string(lock), `"integrity"`), strings.Count(string(lock), `"version"`); n < m-1 {
		t.Errorf("%d of %d packages have a hash", n, m)
	}
}
