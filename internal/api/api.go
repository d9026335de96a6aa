package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"imprimatur/internal/auth"
	"imprimatur/internal/id"
)

// Gate says who calls, and to which establishment a resource belongs. auth.Service
// is one.
type Gate interface {
	Key(r *http.Request) (auth.Identity, error)
	Locate(ctx context.Context, who auth.Identity, resource uuid.UUID) (id.Tenant, error)
}

// Config is what an API is made of. Every field is required.
type Config struct {
	Gate           Gate
	Writer         Writer
	Desk           Desk
	Spaces         Spaces
	Reader         Reader
	Directory      Directory
	Authorisations Authorisations
	Photos         Photos
	Pictures       Pictures
	Consents       Consents
	Legal          LegalPages
	Reports        Reports
	Replies        Replies
	FollowUps      FollowUps
	Cases          Cases
	AuthorCases    AuthorCases
	Figures        Figures
	Attachments    Attachments
	Stops          Stops
	Repeats        Repeats
	Clock          func() time.Time
	BaseURL        string // of the pages, for links; without a slash at its end
}

// API answers the calls of routes.go.
type API struct {
	cfg      Config
	document []byte
	rooms    rooms
	explain  func(echo.Context, error) Problem
}

// New returns an API with its document. The error is a fault of the build: a call
// that the document cannot describe.
func New(cfg Config) (*API, error) {
	a := &API{cfg: cfg, rooms: newRooms()}
	var err error
	a.document, err = a.describe()
	return a, err
}

// Limit refuses a caller that asks too often. It is told of whoever has proved who
// they are, by the request that it is given.
type Limit func(c echo.Context, caller string) error

// Mount adds the calls to the group, which stands at /api. limit refuses a caller
// that asks too often; explain words an error where an answer holds several.
func (a *API) Mount(g *echo.Group, limit Limit, explain func(echo.Context, error) Problem) {
	a.explain = explain
	g.GET("/openapi.json", a.serveDocument)
	for _, r := range a.routes() {
		g.Add(r.method, "/v1"+r.echoPath(), a.serve(r, limit))
	}
}

// serveDocument answers with the description of the API, to anyone.
func (a *API) serveDocument(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "public, max-age=300")
	return c.Blob(http.StatusOK, "application/json", a.document)
}
