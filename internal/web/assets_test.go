package web_test

import (
	"net/http"
	"strings"
	"testing"

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

// Pages name their icon, and who asks for one by its old name finds it.
func TestIcon(t *testing.T) {
	t.Parallel()
	b := setup(t)
	visitor := b.visitor(t)
	icon := visitor.open("/login").expect(http.StatusOK).find(`link[rel="icon"]`).AttrOr("href", "")
	if _, missing := built().(unbuilt); missing {
		t.Skip("page assets are not built")
	}
	for _, address := range []string{icon, "/favicon.ico"} {
		visitor.open(address).expect(http.StatusOK)
		if got := visitor.header.Get("Content-Type"); got != "image/svg+xml" || !strings.HasPrefix(visitor.at.Path, assets.Prefix) {
			t.Errorf("%s: %s at %s", address, got, visitor.at.Path)
		}
	}
}
