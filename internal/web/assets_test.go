package web_test

import (
	"github.com/labstack/echo/v4"

	"imprimatur/internal/web/assets"
)

// asset names the built assets, or where they would be: pages do without.
func asset(name string) (string, error) {
	set, err := assets.Load()
	if err != nil {
		return assets.Prefix + name, nil //nolint:nilerr // nothing was built: pages are to be tested all the same
	}
	return set.URL(name)
}

func serveAssets(e *echo.Echo) {
	if set, err := assets.Load(); err == nil {
		e.GET(assets.Prefix+"*", echo.WrapHandler(set.Handler()))
	}
}
