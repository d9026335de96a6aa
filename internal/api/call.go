package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// ActorKey is where a handler leaves the actor.Actor of a request, for the access
// log alone.
const ActorKey = "actor"

// call is one request whose caller, establishment, query and body are known good.
type call struct {
	echo.Context
	identity auth.Identity
	who      actor.Actor
	query    url.Values
	body     []byte
	boundary string // of the parts of a body that brings files
	release  func() // the room that body takes
	kept     []byte // what is remembered of the answer in place of what is sent
}

// answer is what a handler gives back.
type answer struct {
	status   int    // 0 means the route's own
	body     any    // nil for none
	version  int64  // the ETag; 0 for none
	tag      string // the ETag of what has no version
	location string
	raw      []byte // in place of body, of this type
	media    string
	file     *file // in place of body
	kept     any   // what an Idempotency-Key remembers in place of body: without what is given once
}

// serve prepares a call of the route, and sends what its handler answers.
func (a *API) serve(r route, limit Limit) echo.HandlerFunc {
	return func(ctx echo.Context) error {
		c := &call{Context: ctx, release: func() {}}
		err := a.admit(c, r, limit)
		if err != nil {
			return err
		}
		defer func() { c.release() }()
		if err := a.read(c, r); err != nil {
			return err
		}
		if r.place != nil {
			if c.who, err = r.place(c); err != nil {
				return err
			}
			c.Set(ActorKey, c.who)
		}
		run := func() error {
			given, err := r.handle(c)
			if err != nil {
				return err
			}
			return c.send(r, given)
		}
		if r.method == http.MethodPost {
			return a.once(c, run)
		}
		return run()
	}
}

// admit finds out who calls, whether they may call this, and in which one
// establishment.
func (a *API) admit(c *call, r route, limit Limit) error {
	var err error
	if c.identity, err = a.cfg.Gate.Key(c.Request()); err != nil {
		return err
	}
	if c.identity.Kind != actor.KindAnonymous { // whoever is nobody is counted by their address alone
		if err := limit(c, c.caller()); err != nil {
			return err
		}
	}
	if !r.open {
		if err := c.identity.RequireLogin(); err != nil {
			return err
		}
	}
	if err := allowed(c.identity, r.scopes); err != nil {
		return err
	}
	if !r.open && c.identity.Kind != actor.KindPerson {
		return wrong(ErrPerson, auth.HeaderOnBehalfOf, "required")
	}
	if r.free {
		return nil
	}
	named, err := a.locate(c, r)
	if err != nil {
		return err
	}
	if c.who, err = c.identity.Actor(named); err != nil {
		return err
	}
	c.Set(ActorKey, c.who)
	return nil
}

// allowed passes a key that has any of the scopes. Whoever has no key is held by
// the routes that need one.
func allowed(who auth.Identity, scopes []auth.Scope) error {
	var err error
	for _, scope := range scopes {
		if err = who.Allows(scope); err == nil {
			return nil
		}
	}
	return err
}

// locate gives the establishment of the resource that the path names; none where
// it names none.
func (a *API) locate(c *call, r route) (id.Tenant, error) {
	if !strings.Contains(r.path, "{id}") {
		return id.Tenant{}, nil
	}
	resource, err := parseID[id.ID[any]](c.Param("id"))
	if err != nil {
		return id.Tenant{}, directory.ErrNotFound
	}
	return a.cfg.Gate.Locate(c.Request().Context(), c.identity, resource.UUID)
}

// read takes the query and the body. What is no text names nothing.
func (a *API) read(c *call, r route) error {
	for _, value := range c.ParamValues() {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return directory.ErrNotFound
		}
	}
	var err error
	if c.query, err = parseQuery(c.Request().URL.RawQuery, r.query); err != nil {
		return err
	}
	switch {
	case r.files:
		err = a.rooms.readForm(c)
	case r.body != nil:
		c.body, err = readBody(c.Response(), c.Request())
	}
	return err
}

// caller names who calls and for whom: requests are counted and remembered by it.
func (c *call) caller() string {
	switch {
	case c.identity.Kind == actor.KindAnonymous:
		return "anonymous " + c.RealIP()
	case c.identity.Person.ID.IsZero():
		return c.identity.Via
	}
	return c.identity.Via + " " + c.identity.Person.ID.String()
}

// send writes an answer. Whoever has it already is told so.
func (c *call) send(r route, given answer) error {
	defer given.file.close()
	header := c.Response().Header()
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Vary", "Authorization, X-On-Behalf-Of, X-Establishment")
	if given.location != "" {
		header.Set("Location", given.location)
	}
	if given.version > 0 {
		header.Set("ETag", etag(given.version))
	}
	if given.tag != "" {
		tag := `"` + given.tag + `"`
		header.Set("ETag", tag)
		if slices.Contains(strings.Split(c.Request().Header.Get("If-None-Match"), ", "), tag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	status := given.status
	if status == 0 {
		status = r.status
	}
	switch {
	case given.file != nil:
		return given.file.send(c, status)
	case given.raw != nil:
		return c.Blob(status, given.media, given.raw)
	case given.body == nil:
		return c.NoContent(status)
	}
	body, err := json.Marshal(given.body, json.Deterministic(true))
	if err == nil && given.kept != nil {
		c.kept, err = json.Marshal(given.kept, json.Deterministic(true))
	}
	if err != nil {
		return err
	}
	return c.Blob(status, media, body)
}

// parseID reads an id in its canonical form alone: lower case, so that a thing has
// one address.
func parseID[T ~struct{ uuid.UUID }](text string) (T, error) {
	read, err := id.Parse[T](text)
	if err == nil && struct{ uuid.UUID }(read).String() != text {
		err = directory.ErrNotFound
	}
	return read, err
}
