package server

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// uploadTime is what a form that brings files may take: 25 MiB by a slow telephone.
const uploadTime = 10 * time.Minute

// patient bounds what a handler may take; for whoever brings files with a session or a
// key, their sending is not cut off after the time of an ordinary request.
func patient(ordinary time.Duration) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			limit := ordinary
			if bringsFiles(c.Request()) && credentialOf(c.Request()) != "" {
				limit = max(ordinary, uploadTime)
				until := time.Now().Add(limit)
				control := http.NewResponseController(c.Response())
				// A connection that knows no deadline has none that would cut it off.
				_, _ = control.SetReadDeadline(until), control.SetWriteDeadline(until)
			}
			ctx, cancel := context.WithTimeout(c.Request().Context(), limit)
			defer cancel()
			c.SetRequest(c.Request().WithContext(ctx))
			return next(c)
		}
	}
}

func bringsFiles(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	return err == nil && kind == echo.MIMEMultipartForm
}
