package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"imprimatur/internal/actor"
	"imprimatur/internal/api"
)

// saneID is what is taken over from whoever calls: it lands in logs and headers.
var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestID gives each request a name: the caller's, where it is sane.
func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		name := c.Request().Header.Get(echo.HeaderXRequestID)
		if !saneID.MatchString(name) {
			name = uuid.NewString()
		}
		c.Request().Header.Set(echo.HeaderXRequestID, name)
		c.Response().Header().Set(echo.HeaderXRequestID, name)
		return next(c)
	}
}

func idOf(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// accessLog writes one line per request: what was asked by its route's pattern,
// how it went, and what sort of actor asked. No address, no name, no content.
func accessLog(log *slog.Logger, measure Measure) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			begun := time.Now()
			if err := next(c); err != nil {
				c.Error(err) // so that the status is known
			}
			took, status := time.Since(begun), c.Response().Status
			route := c.Path()
			if route == "" {
				route = "unknown"
			}
			attributes := []slog.Attr{
				slog.String("request", idOf(c)), slog.String("method", method(c.Request().Method)), slog.String("route", route),
				slog.Int("status", status), slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int64("bytes", c.Response().Size),
			}
			if who, ok := c.Get(api.ActorKey).(actor.Actor); ok {
				attributes = append(attributes, slog.String("tenant", who.Tenant.String()), slog.String("actor", string(who.Kind)))
			}
			log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request", attributes...)
			if measure != nil {
				measure(method(c.Request().Method), route, status, took)
			}
			return nil
		}
	}
}

// method keeps what a stranger invents out of logs and labels.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "OTHER"
}

// errPanic is a handler that fell over. The table does not know it: 500.
var errPanic = errors.New("panic")

// recovered turns a panic into an error that is logged with its stack.
func recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { //nolint:errorlint // the value itself is the protocol
				panic(p)
			}
			err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
		}()
		return next(c)
	}
}

// mostDrained is how much of a body that nobody wanted is read all the same.
const mostDrained = 16 << 20

// drained reads what is left of a body that was answered before its end, such as a
// paste of 5 MB: a connection that is closed while the client still writes is reset,
// and the client, a browser above all, never sees why. Whoever waits to be asked for
// the body sends none. The server's read time bounds the slow.
func drained(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		body := c.Request().Body // before a route bounds it
		err := next(c)
		if c.Request().Header.Get("Expect") == "" {
			_, _ = io.CopyN(io.Discard, body, mostDrained) // whether it comes to its end is the client's affair
		}
		return err
	}
}

// legible refuses an address that is no text: nothing is called so, and PostgreSQL
// takes neither NUL nor broken UTF-8.
func legible(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		path, err := url.PathUnescape(c.Request().URL.EscapedPath())
		if err != nil || !isText(path) {
			return echo.ErrNotFound
		}
		query, err := url.QueryUnescape(c.Request().URL.RawQuery)
		if !isAPI(c) && (err != nil || !isText(query)) { // the API names the parameter
			return echo.NewHTTPError(http.StatusBadRequest)
		}
		return next(c)
	}
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// sameOrigin refuses what another site makes a browser send. The API has no
// cookies, and so nothing to protect.
func sameOrigin() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if isAPI(c) {
				return next(c)
			}
			if err := protection.Check(c.Request()); err != nil {
				return fmt.Errorf("%w: %w", echo.NewHTTPError(http.StatusForbidden), err)
			}
			return next(c)
		}
	}
}

// compressed compresses what is the same for everybody. What is somebody's own is
// not: its length would tell what is in it to whoever can make it repeat a guess.
func compressed() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		MinLength: 1024,
		Skipper: func(c echo.Context) bool {
			r := c.Request()
			if strings.HasPrefix(r.URL.Path, assetsPrefix) {
				return true // compressed when they were built
			}
			static := r.URL.Path == "/api/openapi.json"
			personal := r.Header.Get(echo.HeaderCookie) != "" || r.Header.Get(echo.HeaderAuthorization) != ""
			return personal && !static
		},
	})
}
