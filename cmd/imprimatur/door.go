package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/api"
	"imprimatur/internal/auth"
	"imprimatur/internal/config"
	"imprimatur/internal/demo"
	"imprimatur/internal/postgres"
	"imprimatur/internal/server"
	"imprimatur/internal/web"
	"imprimatur/internal/web/assets"
	"imprimatur/publication"
)

// door is everything that answers requests. The address is the one that readers
// see.
func (p process) door(c config.Serve, address string, h *house, health *server.Health) (http.Handler, error) {
	gate, err := p.newGate(c, h)
	if err != nil {
		return nil, err
	}
	calls, err := api.New(api.Config{
		Gate: gate, Writer: h.publication, Desk: h.moderation, Reader: h.reader, Repeats: h.db, Clock: now, BaseURL: address,
		Spaces: publication.NewSpaces(postgres.Transactions[publication.SpaceTx](h.db), now),
	})
	if err != nil {
		return nil, fmt.Errorf("the API: %w", err)
	}
	pages, err := newPages(c, address, h, gate)
	if err != nil {
		return nil, err
	}
	ancestors := make([]string, len(c.FrameAncestors))
	for i, origin := range c.FrameAncestors {
		ancestors[i] = string(origin)
	}
	return server.New(server.Config{
		API: calls, Pages: pages, Health: health, Log: p.log, Clock: now, Metrics: h.openMetrics(c.HTTP), Measure: h.measure(),
		Secure: c.BaseURL.Secure(), TrustedProxies: c.TrustedProxies, FrameAncestors: ancestors,
	})
}

// newGate says who is calling. In demo mode anyone may become a persona.
func (p process) newGate(c config.Serve, h *house) (*auth.Service, error) {
	cfg := auth.Config{
		Store: h.db.Accounts(), Clock: now, Secure: c.BaseURL.Secure(),
		OnError: func(w http.ResponseWriter, _ *http.Request, err error) {
			p.log.Error("a session could not be read or written", "error", err)
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		},
	}
	if c.Demo {
		cfg.Demo = demo.Personas()
	}
	return auth.NewService(cfg)
}

// pages are the site with its sessions before it and its assets beside it.
type pages struct {
	*web.Site
	gate   *auth.Service
	assets *assets.Set
}

func newPages(c config.Serve, address string, h *house, gate *auth.Service) (pages, error) {
	set, err := assets.Load()
	if err != nil {
		return pages{}, err
	}
	site, err := web.New(web.Config{
		Sessions: gate, Reader: h.reader, Writer: h.publication, Reviewer: h.moderation, Asset: set.URL, Status: server.Status,
		Address: server.Address(c.TrustedProxies), Clock: now, BaseURL: address,
	})
	if err != nil {
		return pages{}, fmt.Errorf("the pages: %w", err)
	}
	return pages{site, gate, set}, nil
}

// Mount adds pages and assets. Sessions are for pages alone: the API has keys.
func (p pages) Mount(e *echo.Echo) {
	sessions := echo.WrapMiddleware(p.gate.Middleware)
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		known := sessions(next)
		return func(c echo.Context) error {
			if sessionless(c.Request().URL.Path) {
				return next(c)
			}
			return known(c)
		}
	})
	e.GET(assets.Prefix+"*", echo.WrapHandler(p.assets.Handler()))
	p.Register(e)
}

// sessionless reports whether a path is none of a page's.
func sessionless(path string) bool {
	for _, prefix := range []string{"/api/", assets.Prefix} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return path == "/healthz" || path == "/readyz" || path == "/metrics"
}
