package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"imprimatur/internal/actor"
	"imprimatur/internal/api"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web"
	"imprimatur/workflow"
)

// refusing are pages that refuse, to whoever the test says.
type refusing struct {
	pages
	who actor.Actor
}

func (p refusing) Mount(e *echo.Echo, limit func(echo.Context, string) error) {
	refuse := func(path string, err error) {
		e.GET(path, func(c echo.Context) error {
			c.Set(api.ActorKey, p.who)
			return fmt.Errorf("approve “secret”: %w", err)
		})
	}
	refuse("/act/:what", &workflow.Refusal{Machine: "space", Action: workflow.Freeze, Rule: "R26", Err: workflow.ErrForbidden})
	refuse("/invented", &workflow.Refusal{Machine: "space", Action: "what the caller wrote", Rule: "R09", Err: workflow.ErrForbidden})
	refuse("/plain", &directory.Refusal{Act: "set_standing", Rule: "R53", Err: directory.ErrForbidden})
	refuse("/unmet", &workflow.Refusal{Machine: "space", Action: workflow.Freeze, Rule: "R26", Err: workflow.ErrUnmet})
	refuse("/missing", directory.ErrNotFound)
}

func refusals(t *testing.T, who actor.Actor, denied Denied) *house {
	t.Helper()
	return newHouse(t, func(c *Config) { c.Pages, c.Denied = refusing{who: who}, denied })
}

// TestARefusalOfSomebodyKnownIsKept: what, by which rule, and nothing that a caller
// wrote; what is no 403 is no denial (R09).
func TestARefusalOfSomebodyKnownIsKept(t *testing.T) {
	t.Parallel()
	who := actor.Actor{Kind: actor.KindPerson, Person: id.New[id.Person](), Tenant: id.New[id.Tenant](), Via: "web"}
	var kept []string
	h := refusals(t, who, func(_ context.Context, by actor.Actor, act, rule string) error {
		if by.Person != who.Person || by.Tenant != who.Tenant {
			t.Errorf("kept of %+v", by)
		}
		kept = append(kept, act+" "+rule)
		return nil
	})
	for _, path := range []string{"/act/secret?text=secret", "/invented", "/plain", "/unmet", "/missing", "/page"} {
		h.get(path)
	}
	if diff := cmp.Diff([]string{"space:freeze R26", "GET /invented R09", "set_standing R53"}, kept); diff != "" {
		t.Error(diff)
	}
}

// Nobody known is refused: a stranger, a key that acts for nobody, a request from
// another site.
func TestARefusalOfNobodyIsNotKept(t *testing.T) {
	t.Parallel()
	tenant := id.New[id.Tenant]()
	for name, who := range map[string]actor.Actor{
		"a stranger": actor.Anonymous(tenant, "web"), "a service": {Kind: actor.KindService, Tenant: tenant}, "nobody": {},
	} {
		h := refusals(t, who, func(context.Context, actor.Actor, string, string) error {
			t.Errorf("kept of %s", name)
			return nil
		})
		if got := h.get("/plain").Code; got != http.StatusForbidden {
			t.Errorf("%s: %d", name, got)
		}
		if got := h.ask(http.MethodPost, "/page", "Sec-Fetch-Site", "cross-site").Code; got != http.StatusForbidden {
			t.Errorf("%s from another site: %d", name, got)
		}
	}
}

// TestADenialHarmsNoRequest: the answer is out before anything is kept, who left
// does not stop it, and what cannot be kept is in the log.
func TestADenialHarmsNoRequest(t *testing.T) {
	t.Parallel()
	who := actor.Actor{Kind: actor.KindPerson, Person: id.New[id.Person](), Tenant: id.New[id.Tenant](), Via: "web"}
	w := httptest.NewRecorder()
	asked, leave := context.WithCancel(t.Context())
	h := refusals(t, who, func(ctx context.Context, _ actor.Actor, _, _ string) error {
		if w.Code != http.StatusForbidden || w.Body.String() != "<p>problem</p>" || !w.Flushed {
			t.Errorf("kept before the answer: %d %q", w.Code, w.Body)
		}
		leave()
		if _, bounded := ctx.Deadline(); ctx.Err() != nil || !bounded {
			t.Errorf("who leaves takes the denial along: %v", ctx.Err())
		}
		return errors.New("no connection")
	})
	h.handler.ServeHTTP(w, httptest.NewRequestWithContext(asked, http.MethodGet, "/plain", nil))
	log := h.log.String()
	if w.Code != http.StatusForbidden || w.Body.String() != "<p>problem</p>" {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
	if !strings.Contains(log, "a denial was not recorded") || !strings.Contains(log, who.Person.String()) || !strings.Contains(log, "set_standing") {
		t.Errorf("lost without a word: %s", log)
	}
	if strings.Contains(log, "secret") {
		t.Errorf("the log says what was asked: %s", log)
	}
}

// Pages and API leave the actor in the same place.
func TestPagesAndAPINameTheActorAlike(t *testing.T) {
	t.Parallel()
	if web.ActorKey != api.ActorKey {
		t.Errorf("%q and %q", web.ActorKey, api.ActorKey)
	}
}
