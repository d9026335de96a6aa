package api_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"imprimatur/internal/id"
)

// R14: a paper's director is named, shown and taken back by the API; a refusal names the field and the
// rule. Readers are given a byline, on the paper's own page.
func TestWhoDirectsAPaper(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lycee := map[string]string{"X-Establishment": "0310001Y"}
	body := thing{
		"title": "Le Canard", "kind": "blog", "mode": "PUPIL_PRESS", "audience": thing{"kind": "establishment"}, "owner": b.Martin, "backup": b.Roche, "press_director": b.Lina,
	}
	refused := func(r response, code string) {
		t.Helper()
		p := r.problem(http.StatusUnprocessableEntity, "invalid", "R14")
		if len(p.Errors) != 1 || p.Errors[0].Field != "press_director" || p.Errors[0].Code != code || p.Errors[0].Rule != "R14" {
			t.Errorf("at fault: %+v, want %s", p.Errors, code)
		}
	}
	create := func() response {
		return b.do(t, request{as: "martin", method: "POST", path: "/spaces", body: body, header: lycee})
	}
	refused(create(), "not_found")
	body["press_director"], body["mode"] = b.Zoe, "PRE"
	refused(create(), "not_expected")
	body["mode"] = "PUPIL_PRESS"
	made := create().want(http.StatusCreated)
	if got := made.thing().text("press_director"); got != b.Zoe.String() {
		t.Errorf("created with %q", got)
	}

	path := "/spaces/" + b.Press.String()
	version := b.do(t, request{as: "martin", method: "GET", path: path, header: lycee}).want(http.StatusOK).header.Get("ETag")
	patch := func(who any) response {
		r := b.do(t, request{as: "martin", method: "PATCH", path: path, body: thing{"press_director": who}, header: map[string]string{"X-Establishment": "0310001Y", "If-Match": version}})
		version = max(version, r.header.Get("ETag"))
		return r
	}
	page := func() string {
		place, _ := b.do(t, request{as: "zoe", method: "GET", path: "/published/0310001Y/gazette"}).want(http.StatusOK).thing()["space"].(map[string]any)
		return thing(place).text("press_director")
	}
	b.exec(t, `UPDATE person SET birth_date = '2010-11-25' WHERE person_id = $1`, b.Zoe)
	refused(patch(b.Zoe), "too_young")
	refused(patch(id.New[id.Person]()), "not_found")
	b.exec(t, `UPDATE person SET birth_date = '2010-11-24' WHERE person_id = $1`, b.Zoe)
	if got := patch(b.Zoe).want(http.StatusOK).thing().text("press_director"); got != b.Zoe.String() || page() != "Zoé L." {
		t.Errorf("named %q, readers see %q", got, page())
	}
	for _, line := range b.do(t, request{as: "zoe", method: "GET", path: "/spaces"}).want(http.StatusOK).thing().items() {
		if line.text("press_director") != b.Zoe.String() {
			t.Errorf("in the list: %v", line)
		}
	}
	if got := patch(uuid.Nil).want(http.StatusOK).thing(); got["press_director"] != nil || page() != "" {
		t.Errorf("taken back: %v, readers see %q", got, page())
	}
}
