package server

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/api"
	"imprimatur/internal/web/i18n"
)

// Pages are the house as people see it.
type Pages interface {
	// Mount adds the pages' routes. limit refuses a person who asks too often, and is
	// told of nobody else.
	Mount(e *echo.Echo, limit func(c echo.Context, caller string) error)
	// Problem answers a page's request that failed with the status.
	Problem(c echo.Context, status int, err error) error
}

// Measure takes one answered request: the pattern of its route, never its address.
type Measure func(method, route string, status int, took time.Duration)

// Config is what the server is made of. API, Pages, Health, Log and Clock are
// required.
type Config struct {
	API    *api.API
	Pages  Pages
	Health *Health
	Log    *slog.Logger
	Clock  func() time.Time

	Measure        Measure        // nil for none
	Denied         Denied         // keeps refusals (R09); nil for none
	Secure         bool           // readers come by TLS: HSTS is sent
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	FrameAncestors []string       // origins of the ENT that may show pages in a frame
	Limits         Limits
	RequestTime    time.Duration // what a handler may take; 0 means 30 s
}

// The prefix of the API; everything else is pages, and their scripts and styles.
const (
	apiPrefix    = "/api/"
	assetsPrefix = "/assets/"
)

// New assembles pages, API, health and what guards them into one handler. The error
// is a fault of the build.
func New(cfg Config) (http.Handler, error) {
	if cfg.RequestTime == 0 {
		cfg.RequestTime = 30 * time.Second
	}
	messages, err := i18n.Load()
	if err != nil {
		return nil, fmt.Errorf("new server: %w", err)
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(discard{})
	e.IPExtractor = extractor(cfg.TrustedProxies)
	problems := problems{cfg.Pages, messages, cfg.Log, cfg.Clock, cfg.Denied}
	e.HTTPErrorHandler = problems.handle
	e.OnAddRouteHandler = alsoHead(e)
	limits := newLimiter(cfg.Limits, cfg.Clock)

	// The outermost first: whatever happens inside has its id, its line in the log
	// and its headers.
	e.Pre(drained)
	e.Pre(requestID)
	e.Pre(accessLog(cfg.Log, cfg.Measure))
	e.Pre(headers(cfg))
	e.Pre(recovered)
	e.Pre(legible)
	e.Use(limits.guard)
	e.Use(sameOrigin())
	e.Use(patient(cfg.RequestTime))
	e.Use(compressed())

	e.GET("/healthz", echo.WrapHandler(http.HandlerFunc(cfg.Health.Alive)))
	e.GET("/readyz", echo.WrapHandler(http.HandlerFunc(cfg.Health.Ready)))
	cfg.API.Mount(e.Group("/api"), limits.ByCaller, problems.explain)
	cfg.Pages.Mount(e, limits.ByCaller)
	return e, nil
}

// alsoHead adds HEAD beside each GET, with the same handler: net/http sends no body
// to whoever asks so.
func alsoHead(e *echo.Echo) func(host string, r echo.Route, h echo.HandlerFunc, m []echo.MiddlewareFunc) {
	return func(_ string, r echo.Route, h echo.HandlerFunc, m []echo.MiddlewareFunc) {
		if r.Method == http.MethodGet {
			e.HEAD(r.Path, h, m...)
		}
	}
}

func isAPI(c echo.Context) bool { return isAPIPath(c.Request().URL.Path) }

func isAPIPath(path string) bool { return strings.HasPrefix(path, apiPrefix) }

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// extractor finds the client's address. X-Forwarded-For is read only as far as
// trusted proxies wrote it; with none configured the connection's own counts.
func extractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, prefix := range trusted {
		bits := prefix.Addr().BitLen()
		options = append(options, echo.TrustIPRange(&net.IPNet{IP: prefix.Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), bits)}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// Address gives the client's address by the same rules, for pages that count
// attempts. It is the zero address when the connection has none.
func Address(trusted []netip.Prefix) func(*http.Request) netip.Addr {
	extract := extractor(trusted)
	return func(r *http.Request) netip.Addr {
		address, err := netip.ParseAddr(extract(r))
		if err != nil {
			return netip.Addr{}
		}
		return address.Unmap()
	}
}
