package server

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/api"
)

// pages are a few routes that do what a page may do.
type pages struct{}

func (pages) Mount(e *echo.Echo, limit func(echo.Context, string) error) {
	e.GET("/page", func(c echo.Context) error { return c.HTML(http.StatusOK, strings.Repeat("page ", 1000)) })
	e.POST("/page", func(c echo.Context) error { return c.NoContent(http.StatusSeeOther) })
	e.GET("/panic", func(echo.Context) error { panic("secret") })
	e.GET("/fault", func(echo.Context) error { return errors.New("secret of the database") })
	e.GET("/slow", func(c echo.Context) error {
		<-c.Request().Context().Done()
		return fmt.Errorf("query: %w", c.Request().Context().Err())
	})
	e.GET("/assets/app.js", func(c echo.Context) error { return c.String(http.StatusOK, "") })
	e.GET("/signed-in/:person", func(c echo.Context) error {
		if err := limit(c, c.Param("person")); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	})
	e.POST("/e/:uai/-/takedown", func(c echo.Context) error {
		if person := c.Request().Header.Get("Person"); person != "" {
			if err := limit(c, person); err != nil {
				return err
			}
		}
		return c.NoContent(http.StatusSeeOther)
	})
	e.GET("/who", func(c echo.Context) error { return c.String(http.StatusOK, c.RealIP()) })
}

func (pages) Problem(c echo.Context, status int, _ error) error {
	return c.HTML(status, "<p>problem</p>")
}

// house is a server with a log to look into.
type house struct {
	handler http.Handler
	log     *bytes.Buffer
	now     time.Time
}

func newHouse(t *testing.T, change func(*Config)) *house {
	t.Helper()
	a, err := api.New(api.Config{})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{log: new(bytes.Buffer), now: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)}
	log := slog.New(slog.NewJSONHandler(h.log, nil))
	cfg := Config{API: a, Pages: pages{}, Health: NewHealth(HealthConfig{Log: log}), Log: log, Clock: func() time.Time { return h.now }}
	if change != nil {
		change(&cfg)
	}
	if h.handler, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) get(path string, header ...string) *httptest.ResponseRecorder {
	return h.ask(http.MethodGet, path, header...)
}

func (h *house) ask(method, path string, header ...string) *httptest.ResponseRecorder {
	r := asking(path, header...)
	r.Method = method
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

func asking(path string, header ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func TestHeadersOnEveryAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config) { c.Secure = true })
	for _, path := range []string{"/page", "/panic", "/nowhere", "/healthz", "/api/openapi.json", "/api/v1/nowhere"} {
		header := h.get(path).Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": twoYears,
			"Permissions-Policy": abilities,
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		policy := header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") || !strings.HasPrefix(policy, "default-src '") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if header.Get("X-Request-Id") == "" {
			t.Errorf("%s has no request id", path)
		}
	}
}

func TestFramesByTheENTAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config) { c.FrameAncestors = []string{"https://ent.example"} })
	header := h.get("/page").Header()
	if !strings.HasSuffix(header.Get("Content-Security-Policy"), "frame-ancestors 'self' https://ent.example") || header.Get("X-Frame-Options") != "" {
		t.Errorf("%v", header)
	}
	if header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without TLS")
	}
	if policy := h.get("/api/openapi.json").Header().Get("Content-Security-Policy"); policy != dataPolicy {
		t.Errorf("the API's policy is %q", policy)
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	for given, kept := range map[string]bool{
		"trip-2026.11_24": true, "short": false, "": false, strings.Repeat("a", 65): false, "with space here": false, "line\nbreak-here": false,
	} {
		got := h.get("/page", "X-Request-Id", given).Header().Get("X-Request-Id")
		if (got == given) != kept || got == "" {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestFaultsAreLoggedAndNotTold(t *testing.T) {
	t.Parallel()
	for path, inLog := range map[string]string{"/panic": "server_test.go", "/fault": "secret of the database"} {
		h := newHouse(t, nil)
		w := h.get(path)
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if !strings.Contains(h.log.String(), inLog) || !strings.Contains(h.log.String(), w.Header().Get("X-Request-Id")) {
			t.Errorf("%s: log %s", path, h.log)
		}
	}
}

func TestAccessLogHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	var measured []string
	h := newHouse(t, func(c *Config) {
		c.Measure = func(method, route string, status int, _ time.Duration) {
			measured = append(measured, fmt.Sprint(method, " ", route, " ", status))
		}
	})
	h.get("/page?q=Lina", "Cookie", "session=s3cr3t", "User-Agent", "Firefox")
	h.get("/nowhere/Lina")
	h.ask("INVENTED", "/page")
	for _, personal := range []string{"Lina", "s3cr3t", "Firefox", "192.0.2.1"} {
		if strings.Contains(h.log.String(), personal) {
			t.Errorf("the log holds %s: %s", personal, h.log)
		}
	}
	if got := fmt.Sprint(measured); !strings.HasPrefix(got, "[GET /page 200 GET") || !strings.Contains(got, "OTHER") {
		t.Errorf("measured %v", measured)
	}
}

func TestProblemsOfPagesAndOfTheAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	if w := h.get("/nowhere"); w.Code != http.StatusNotFound || w.Body.String() != "<p>problem</p>" {
		t.Errorf("page: %d %s", w.Code, w.Body)
	}
	w := h.get("/api/v1/nowhere")
	if w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != api.MediaProblem {
		t.Errorf("API: %d %v", w.Code, w.Header())
	}
	if w := h.ask(http.MethodDelete, "/api/openapi.json"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
		t.Errorf("method: %d %v", w.Code, w.Header())
	}
}

func TestSlowHandlersAreCutOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config) { c.RequestTime = time.Millisecond })
	if w := h.get("/slow"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d", w.Code)
	}
}

func TestOtherSitesPostNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	tests := map[string]struct {
		header []string
		status int
	}{
		"own page":      {[]string{"Sec-Fetch-Site", "same-origin"}, http.StatusSeeOther},
		"other site":    {[]string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"other origin":  {[]string{"Origin", "https://evil.example"}, http.StatusForbidden},
		"not a browser": {nil, http.StatusSeeOther},
		"sister site":   {[]string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
	}
	for name, test := range tests {
		if w := h.ask(http.MethodPost, "/page", test.header...); w.Code != test.status {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := h.ask(http.MethodPost, "/api/openapi.json", "Sec-Fetch-Site", "cross-site"); w.Code == http.StatusForbidden {
		t.Error("the API has no cookies to protect")
	}
}

func TestClientAddresses(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	tests := map[string]struct {
		trusted   []netip.Prefix
		forwarded string
		want      string
	}{
		"nobody is trusted":            {nil, "203.0.113.9", "192.0.2.1"},
		"the proxy is":                 {proxies, "203.0.113.9", "203.0.113.9"},
		"what the client wrote is not": {proxies, "10.0.0.1, 203.0.113.9", "203.0.113.9"},
		"two proxies":                  {proxies, "203.0.113.9, 2001:db8::1", "203.0.113.9"},
		"no header":                    {proxies, "", "192.0.2.1"},
	}
	for name, test := range tests {
		h := newHouse(t, func(c *Config) { c.TrustedProxies = test.trusted })
		var header []string
		if test.forwarded != "" {
			header = []string{"X-Forwarded-For", test.forwarded}
		}
		if got := h.get("/who", header...).Body.String(); got != test.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if got := Address(proxies)(r); got != netip.MustParseAddr("192.0.2.1") {
		t.Errorf("address %s", got)
	}
}

func TestLimitByAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config) { c.Limits = Limits{AddressPerSecond: 1, AddressBurst: 3} })
	for range 3 {
		if w := h.get("/page"); w.Code != http.StatusOK {
			t.Fatalf("%d", w.Code)
		}
	}
	w := h.get("/page")
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	h.now = h.now.Add(time.Second)
	if w := h.get("/page"); w.Code != http.StatusOK {
		t.Errorf("a second later: %d", w.Code)
	}
}

func TestBucketsAreBoundedAndKeepWhoeverIsBusy(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	b := &buckets{rate: 1, burst: 1, clock: func() time.Time { return now }}
	if err := b.take("busy"); err != nil {
		t.Fatal(err)
	}
	for n := range 3 * mostBuckets {
		_ = b.take(fmt.Sprint(n))
		if n%1000 == 0 {
			if err := b.take("busy"); !errors.Is(err, api.ErrTooMany) {
				t.Fatalf("after %d others, the busy one is let in: %v", n, err)
			}
		}
	}
	if len(b.young)+len(b.older) > 2*mostBuckets {
		t.Errorf("%d buckets", len(b.young)+len(b.older))
	}
	for address, want := range map[string]string{"2001:db8::1": "2001:db8::/64", "192.0.2.1": "192.0.2.1", "": "", "::ffff:192.0.2.1": "::ffff:192.0.2.1"} {
		if got := network(address); got != want {
			t.Errorf("%q counts as %q", address, got)
		}
	}
}

func TestCompressionSparesWhatIsPersonal(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	zipped := func(header ...string) bool {
		return h.get("/page", append(header, "Accept-Encoding", "gzip")...).Header().Get("Content-Encoding") == "gzip"
	}
	if !zipped() || zipped("Cookie", "session=1") || zipped("Authorization", "Bearer x") {
		t.Error("anonymous pages alone are compressed")
	}
	w := h.get("/page", "Accept-Encoding", "gzip")
	r, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || !strings.HasPrefix(string(text), "page page") {
		t.Errorf("%v: %.20s", err, text)
	}
}

// The public address has no metrics, whoever asks: behind a proxy of this machine
// everybody would be from here.
func TestMetricsAreElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	r := asking("/metrics")
	r.RemoteAddr = "127.0.0.1:5000"
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	if w.Code != http.StatusNotFound {
		t.Errorf("/metrics answers %d", w.Code)
	}
}

// What is there says by which methods; what is not there is not there by any.
func TestMethods(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"DELETE", "/page", 405, "OPTIONS, GET, HEAD, POST"},
		{"PROPFIND", "/page", 405, "OPTIONS, GET, HEAD, POST"},
		{"OPTIONS", "/page", 204, "OPTIONS, GET, HEAD, POST"},
		{"POST", "/healthz", 405, "OPTIONS, GET, HEAD"},
		{"DELETE", "/api/v1/spaces", 405, "OPTIONS, GET, HEAD, POST"},
		{"PUT", "/api/openapi.json", 405, "OPTIONS, GET, HEAD"},
		{"DELETE", "/nowhere", 404, ""},
		{"HEAD", "/page", 200, ""},
		{"HEAD", "/healthz", 200, ""},
		{"HEAD", "/api/openapi.json", 200, ""},
		{"HEAD", "/nowhere", 404, ""},
	} {
		w := newHouse(t, nil).ask(test.method, test.path)
		if w.Code != test.status || w.Header().Get("Allow") != test.allow {
			t.Errorf("%s %s: %d, Allow %q", test.method, test.path, w.Code, w.Header().Get("Allow"))
		}
		if isAPIPath(test.path) && test.status == 405 && !strings.Contains(w.Body.String(), "urn:imprimatur:problem:method-not-allowed") {
			t.Errorf("%s %s: %s", test.method, test.path, w.Body)
		}
	}
}

// Over the wire a HEAD has the headers of its GET, and no body.
func TestHeadHasNoBody(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(newHouse(t, nil).handler)
	t.Cleanup(s.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, s.URL+"/page", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || len(body) > 0 || answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") == "" {
		t.Errorf("%d %v: %d bytes, %v", answer.StatusCode, answer.Header, len(body), err)
	}
}

// What is no text names nothing, in whatever form it is sent.
func TestAddressesAreText(t *testing.T) {
	t.Parallel()
	for path, status := range map[string]int{
		"/signed-in/%00": 404, "/signed-in/a%00b": 404, "/signed-in/%ff": 404, "/signed-in/%2f%00": 404, "/signed-in/%c0%af": 404,
		"/page?x=%00": 400, "/page?x=%ff": 400, "/page?%00=x": 400, "/page?x=%zz": 400,
		"/api/v1/published/%00": 404, "/signed-in/%C3%A9": 204, "/page?x=%C3%A9": 200,
	} {
		if w := newHouse(t, nil).get(path); w.Code != status {
			t.Errorf("%s: %d, want %d", path, w.Code, status)
		}
	}
}
