package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
)

// Who has proved who they are is counted by name. A reader without a key is not, for
// a school's readers are many behind one address; nor is whoever makes a key up.
func TestWhoIsCountedByName(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var counted []string
	e := echo.New()
	b.api.Mount(e.Group("/api"), func(_ echo.Context, caller string) error {
		counted = append(counted, caller)
		return nil
	}, nil)
	ask := func(header ...string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/published/0310000Z", nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		e.ServeHTTP(httptest.NewRecorder(), r)
	}
	ask()
	ask("Authorization", "Bearer made-up")
	ask("Authorization", "Bearer "+demoKey, "X-On-Behalf-Of", "nobody")
	ask("Authorization", "Bearer "+demoKey)
	ask("Authorization", "Bearer "+demoKey, "X-On-Behalf-Of", "lina")
	ask("Authorization", "Bearer "+demoKey, "X-On-Behalf-Of", "noe")
	if len(counted) != 3 {
		t.Fatalf("counted %q", counted)
	}
	want := []string{counted[0], counted[0] + " " + b.Lina.String(), counted[0] + " " + b.Noe.String()}
	if diff := cmp.Diff(want, counted); diff != "" {
		t.Error(diff)
	}
}
