package web_test

import (
	"net/http"

	"imprimatur/internal/web/assets"
)

// scripts are the built assets, or where they would be: pages do without.
type scripts interface {
	URL(name string) (string, error)
	Serve(w http.ResponseWriter, r *http.Request) bool
}

func built() scripts {
	set, err := assets.Load()
	if err != nil {
		return unbuilt{}
	}
	return set
}

type unbuilt struct{}

func (unbuilt) URL(name string) (string, error) { return assets.Prefix + name, nil }

func (unbuilt) Serve(http.ResponseWriter, *http.Request) bool { return false }
