package server

import (
	"strings"

	"github.com/labstack/echo/v4"
)

// What a browser may do with a page: load our own files, and nothing else; no
// inline script or style. Pictures may be data because the style sheet draws its
// small signs that way.
const (
	pagePolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "
	dataPolicy = "default-src 'none'; frame-ancestors 'none'"
	twoYears   = "max-age=63072000; includeSubDomains"
	abilities  = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), browsing-topics=()"
)

// headers sets what every answer carries, errors included.
func headers(cfg Config) echo.MiddlewareFunc {
	ancestors := "'none'"
	if len(cfg.FrameAncestors) > 0 {
		ancestors = "'self' " + strings.Join(cfg.FrameAncestors, " ")
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Permissions-Policy", abilities)
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			if cfg.Secure {
				h.Set("Strict-Transport-Security", twoYears)
			}
			if isAPI(c) {
				h.Set("Content-Security-Policy", dataPolicy)
				return next(c)
			}
			h.Set("Content-Security-Policy", pagePolicy+ancestors)
			if len(cfg.FrameAncestors) == 0 {
				h.Set("X-Frame-Options", "DENY")
			}
			return next(c)
		}
	}
}
