package main

import (
	"fmt"
	"net/http"

	"imprimatur/internal/api"
	"imprimatur/internal/auth"
	"imprimatur/internal/config"
	"imprimatur/internal/demo"
	"imprimatur/internal/server"
	"imprimatur/internal/web"
	"imprimatur/internal/web/assets"
)

// door is everything that answers requests. The address is the one that readers
// see.
func (p process) door(c config.Serve, address string, h *house, health *server.Health) (http.Handler, error) {
	gate, err := p.newGate(c, h)
	if err != nil {
		return nil, err
	}
	calls, err := api.New(api.Config{
		Gate: gate, Writer: h.publication, Desk: h.moderation, Reader: h.reader, Repeats: h.db, Clock: now, BaseURL: address, Spaces: h.spaces,
		Directory: h.directory, Authorisations: h.authorisations, Photos: h.photos, Pictures: h.pictures, Consents: h.consents, Legal: h.legal,
		Reports: h.cases, Replies: h.cases, FollowUps: h.cases, Cases: h.cases, AuthorCases: h.cases, Figures: h.figures, Attachments: h.attachments, Stops: h.stops,
	})
	if err != nil {
		return nil, fmt.Errorf("the API: %w", err)
	}
	site, err := newSite(c, address, h, gate)
	if err != nil {
		return nil, err
	}
	ancestors := make([]string, len(c.FrameAncestors))
	for i, origin := range c.FrameAncestors {
		ancestors[i] = string(origin)
	}
	return server.New(server.Config{
		API: calls, Pages: site, Health: health, Log: p.log, Clock: now, Measure: h.measure(),
		Denied: h.directory.Denied,
		Secure: c.BaseURL.Secure(), TrustedProxies: c.TrustedProxies, FrameAncestors: ancestors,
		Limits: server.Limits{
			AddressPerSecond: c.Limits.Address, AddressBurst: c.Limits.AddressBurst,
			CallerPerSecond: c.Limits.Person, CallerBurst: c.Limits.PersonBurst,
		},
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

// newSite makes the pages, with their assets.
func newSite(c config.Serve, address string, h *house, gate *auth.Service) (*web.Site, error) {
	set, err := assets.Load()
	if err != nil {
		return nil, err
	}
	site, err := web.New(web.Config{
		Sessions: gate, Reader: h.reader, Writer: h.publication, Reviewer: h.moderation, Directory: h.directory, Spaces: h.spaces,
		Authorisations: h.authorisations, Photos: h.photos, Pictures: h.pictures, Consents: h.consents, Post: h.post,
		Trombinoscopes: h.trombinoscopes, Legal: h.legal, Cases: h.cases, Figures: h.figures, Stops: h.stops, Attachments: h.attachments, FormKey: h.forms,
		Assets: set.Serve, Asset: set.URL, Address: server.Address(c.TrustedProxies), Clock: now, BaseURL: address,
	})
	if err != nil {
		return nil, fmt.Errorf("the pages: %w", err)
	}
	return site, nil
}
