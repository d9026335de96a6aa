package server

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/api"
	"imprimatur/internal/web/i18n"
)

// problems answers whatever handlers return as an error.
type problems struct {
	pages    Pages
	messages *i18n.Catalogue
	log      *slog.Logger
	clock    func() time.Time
	// denied keeps refusals; nil for none.
	denied Denied
}

// handle writes the answer: problem+json below /api, a page elsewhere. A fault of
// ours is logged in full, and told as a request id alone; that whoever asked has
// left is no fault.
func (p problems) handle(err error, c echo.Context) {
	if c.Response().Committed {
		p.log.ErrorContext(c.Request().Context(), "request failed after its answer", "request", idOf(c), "route", c.Path(), "error", err)
		return
	}
	problem := p.explain(c, err)
	if wait := retryAfter(err, p.clock()); wait > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	if problem.Status == http.StatusUnauthorized && isAPI(c) {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, "Bearer")
	}
	var failed error
	if isAPI(c) || p.pages == nil {
		failed = problem.Write(c.Response())
	} else {
		failed = p.pages.Problem(c, problem.Status, err)
	}
	if failed != nil && !c.Response().Committed {
		p.log.ErrorContext(c.Request().Context(), "problem page failed", "request", problem.RequestID, "error", failed)
		_ = problem.Write(c.Response()) // nothing is left to say it with
	}
	if problem.Status == http.StatusForbidden {
		p.deny(c, err, problem.Rule)
	}
}

// explain makes an error a problem, in the language of the request. A fault of ours is
// logged in full.
func (p problems) explain(c echo.Context, err error) api.Problem {
	problem := problemOf(err, idOf(c), p.printer(c))
	if problem.Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		p.log.ErrorContext(c.Request().Context(), "request failed", "request", problem.RequestID, "route", c.Path(), "error", err)
	}
	return problem
}

// printer speaks the language that a request asks for.
func (p problems) printer(c echo.Context) *i18n.Printer {
	return p.messages.Printer(p.messages.Choose("", c.Request().Header.Get("Accept-Language")), time.UTC)
}
