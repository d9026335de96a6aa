package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/api"
	"imprimatur/internal/auth"
	"imprimatur/workflow"
)

// operation is what the tests need of the document.
type operation struct {
	Security   []map[string][]string
	Parameters []struct{ Name, In string }
	Responses  map[string]json.RawMessage
}

func document(t *testing.T, handler http.Handler) (paths map[string]map[string]operation, whole map[string]any) {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/openapi.json", nil))
	var d struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &whole); err != nil {
		t.Fatal(err)
	}
	return d.Paths, whole
}

// mounted is the API alone on a router.
func mounted(t *testing.T) *echo.Echo {
	t.Helper()
	a, err := api.New(api.Config{})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	a.Mount(e.Group("/api"), func(echo.Context, string) error { return nil }, nil)
	return e
}

func TestDocumentAndRouterSayTheSame(t *testing.T) {
	t.Parallel()
	e := mounted(t)
	paths, _ := document(t, e)
	described := map[string]bool{}
	for path, operations := range paths {
		for method := range operations {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, route := range e.Routes() {
		if !strings.HasPrefix(route.Path, "/api/v1") {
			continue
		}
		var parts []string
		for part := range strings.SplitSeq(route.Path, "/") {
			if name, ok := strings.CutPrefix(part, ":"); ok {
				part = "{" + name + "}"
			}
			parts = append(parts, part)
		}
		name := route.Method + " " + strings.Join(parts, "/")
		if !described[name] {
			t.Errorf("%s is not in the document", name)
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("%s is in the document and leads nowhere", name)
	}
}

func TestEveryCallNamesItsScope(t *testing.T) {
	t.Parallel()
	paths, _ := document(t, mounted(t))
	for path, operations := range paths {
		for method, op := range operations {
			if len(op.Security) == 0 {
				t.Errorf("%s %s asks for no scope", method, path)
			}
			for _, one := range op.Security {
				for _, scope := range one["key"] {
					if !slices.Contains(auth.AllScopes(), auth.Scope(scope)) {
						t.Errorf("%s %s asks for %q", method, path, scope)
					}
				}
			}
			if _, ok := op.Responses["404"]; !ok {
				t.Errorf("%s %s never answers 404", method, path)
			}
		}
	}
}

func TestActionsAreAClosedList(t *testing.T) {
	t.Parallel()
	_, whole := document(t, mounted(t))
	at := func(path ...string) any {
		var here any = whole
		for _, name := range path {
			here = here.(map[string]any)[name]
		}
		return here
	}
	var listed []workflow.Action
	for _, action := range at("components", "schemas", "Action", "properties", "action", "enum").([]any) {
		listed = append(listed, workflow.Action(action.(string)))
	}
	if !slices.Equal(listed, workflow.AllActions()) {
		t.Errorf("listed %v", listed)
	}
	if version := at("openapi"); version != "3.1.0" {
		t.Errorf("OpenAPI %v", version)
	}
}

// TestKeysOpenWhatTheirScopesSay tries every call with a key that has every scope
// but those of the call.
func TestKeysOpenWhatTheirScopesSay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	paths, _ := document(t, b.handler)
	for path, operations := range paths {
		for method, op := range operations {
			var needed, others []auth.Scope
			for _, one := range op.Security {
				for _, scope := range one["key"] {
					needed = append(needed, auth.Scope(scope))
				}
			}
			for _, scope := range auth.AllScopes() {
				if !slices.Contains(needed, scope) {
					others = append(others, scope)
				}
			}
			key := "without " + method + " " + path
			b.key(t, strings.ReplaceAll(key, " ", "-"), others...)
			q := request{
				as: "martin", key: strings.ReplaceAll(key, " ", "-"), method: strings.ToUpper(method),
				path: strings.TrimPrefix(b.filled(path, b.ours()), "/api/v1"), body: "{}", header: tilleuls,
			}
			b.do(t, q).problem(http.StatusForbidden, "scope", "")
		}
	}
}

func TestActionsNeedScopesOfTheirOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.key(t, "writing", auth.ContributionsWrite, auth.ContributionsRead, auth.SpacesWrite)
	c := b.write(t, "lina", b.Blog, thing{"kind": "article", "title": "Titre", "body": "<p>Texte</p>", "submit": true})
	for _, action := range []workflow.Action{workflow.Approve, workflow.Withdraw, workflow.Sign, workflow.Purge} {
		q := request{as: "martin", key: "writing", method: "POST", path: "/contributions/" + c.text("id") + "/actions", body: thing{"action": action, "version": 1}}
		b.do(t, q).problem(http.StatusForbidden, "scope", "")
	}
}
