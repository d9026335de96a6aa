package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
)

func TestDraftsAreWrittenAtTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.write(t, "lina", b.Blog, thing{"kind": "article", "title": "Un", "body": "<p>Un</p>"})
	put := func(header, value, text string) response {
		q := request{as: "lina", method: "PUT", path: "/contributions/" + c.text("id") + "/draft", body: thing{"title": "Un", "body": text}}
		if header != "" {
			q.header = map[string]string{header: value}
		}
		return b.do(t, q)
	}
	put("", "", "<p>Deux</p>").problem(428, "precondition-required", "")
	for _, wrong := range []string{"1", `W/"1"`, `"one"`, "*", `"1", "2"`, `"-1"`, `"01"`} {
		put("If-Match", wrong, "<p>Deux</p>").problem(400, "invalid-parameter", "")
	}
	first := put("If-Match", `"1"`, "<p>Deux</p>").want(http.StatusOK)
	if first.header.Get("ETag") != `"2"` || first.thing().number("version") != 2 {
		t.Errorf("ETag %s: %s", first.header.Get("ETag"), first.body)
	}
	put("If-Match", `"1"`, "<p>Trois</p>").problem(412, "precondition-failed", "")
	put("If-None-Match", "*", "<p>Trois</p>").problem(412, "precondition-failed", "")
	c = b.do(t, request{as: "lina", method: "GET", path: "/contributions/" + c.text("id")}).want(http.StatusOK).thing()
	c = b.act(t, "lina", c, "submit", nil).want(http.StatusOK).thing()
	fresh := put("If-None-Match", "*", "<p>Quatre</p>").want(http.StatusOK)
	if fresh.header.Get("ETag") != `"1"` {
		t.Errorf("a fresh draft has the ETag %s", fresh.header.Get("ETag"))
	}
}

// Two change the settings as they read them: one wins, the other is told so and
// has changed nothing; having read again, they lose nothing of the first's.
func TestSettingsAreChangedAtTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	patch := func(match string, body thing) response {
		q := request{as: "garcia", method: "PATCH", path: "/settings", body: body}
		if match != "" {
			q.header = map[string]string{"If-Match": match}
		}
		return b.do(t, q)
	}
	read := func() response {
		return b.do(t, request{as: "garcia", method: "GET", path: "/settings"}).want(http.StatusOK)
	}
	patch("", thing{"longest_title": 100}).problem(428, "precondition-required", "")
	patch("*", thing{"longest_title": 100}).problem(400, "invalid-parameter", "")
	looked := read().header.Get("ETag")
	bodies := []thing{{"longest_title": 100}, {"personal_label": "Paroles d'élèves"}}
	answers := make([]response, len(bodies))
	var both sync.WaitGroup
	for i, body := range bodies {
		both.Go(func() { answers[i] = patch(looked, body) })
	}
	both.Wait()
	lost := slices.IndexFunc(answers, func(r response) bool { return r.status == http.StatusPreconditionFailed })
	if lost < 0 {
		t.Fatalf("nobody lost: %d and %d", answers[0].status, answers[1].status)
	}
	answers[lost].problem(412, "precondition-failed", "")
	won := answers[1-lost].want(http.StatusOK)
	if now := read(); won.header.Get("ETag") != `"2"` || now.header.Get("ETag") != `"2"` || now.thing().number("version") != 2 {
		t.Errorf("the winner has %s, then it is %s", won.header.Get("ETag"), now.header.Get("ETag"))
	}
	patch(`"2"`, bodies[lost]).want(http.StatusOK)
	set := map[string]any{}
	for _, item := range read().thing().items() {
		set[item.text("key")] = item["value"]
	}
	if set["longest_title"] != 100.0 || set["personal_label"] != "Paroles d'élèves" {
		t.Errorf("lost: %v, %v", set["longest_title"], set["personal_label"])
	}
}

func TestModeratorsSuggest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.write(t, "lina", b.Blog, thing{"kind": "article", "title": "Faute", "body": "<p>Un mamouth</p>", "submit": true})
	b.work(t)
	path := "/contributions/" + c.text("id")
	suggestion := b.do(t, request{
		as: "martin", method: "PUT", path: path + "/draft", body: thing{"title": "Faute", "body": "<p>Un mammouth</p>"},
		header: map[string]string{"If-None-Match": "*"},
	}).want(http.StatusOK).thing()
	if suggestion.text("suggested_by") != b.Martin.String() {
		t.Errorf("suggested by %s", suggestion.text("suggested_by"))
	}
	c = b.do(t, request{as: "lina", method: "GET", path: path}).want(http.StatusOK).thing()
	if c["suggestion"] == nil {
		t.Fatalf("Lina does not see it: %v", c)
	}
	b.act(t, "lina", c, "accept", nil).want(http.StatusOK)
	b.work(t)
	diff := b.do(t, request{as: "martin", method: "GET", path: path + "/revisions/2/diff"}).want(http.StatusOK).thing()
	if diff["changed"] != true {
		t.Errorf("%v", diff)
	}
	for _, wrong := range []string{"0", "9", "x", "02"} {
		b.do(t, request{as: "martin", method: "GET", path: path + "/revisions/" + wrong + "/diff"}).problem(404, "not-found", "")
	}
	b.do(t, request{as: "martin", method: "GET", path: path + "/revisions/2/diff?from=x"}).problem(400, "invalid-parameter", "")
}

func TestSpaces(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := thing{
		"title": "Le blog du club", "kind": "blog", "mode": "PRE", "audience": thing{"kind": "group", "group": b.Class},
		"owner": b.Martin, "backup": b.Diallo, "grants": []thing{{"role": "contributor", "group": b.Class}},
	}
	made := b.do(t, request{as: "garcia", method: "POST", path: "/spaces", body: body}).want(http.StatusCreated)
	space := made.thing()
	path := "/spaces/" + space.text("id")
	if made.header.Get("Location") != "/api/v1"+path || made.header.Get("ETag") != fmt.Sprintf("%q", fmt.Sprint(space.number("version"))) {
		t.Errorf("%v", made.header)
	}
	b.do(t, request{as: "garcia", method: "POST", path: "/spaces", body: body}).problem(409, "taken", "")
	b.do(t, request{as: "lina", method: "POST", path: "/spaces", body: body}).problem(403, "forbidden", "R09")
	wide := thing{"audience": thing{"kind": "public_web"}}
	patch := func(as, match string, body thing) response {
		return b.do(t, request{as: as, method: "PATCH", path: path, body: body, header: map[string]string{"If-Match": match}})
	}
	patch("garcia", made.header.Get("ETag"), wide).problem(422, "unmet", "R10")
	changed := patch("garcia", made.header.Get("ETag"), thing{"title": "Le journal du club"}).want(http.StatusOK)
	patch("garcia", made.header.Get("ETag"), thing{"title": "Trop tard"}).problem(412, "precondition-failed", "R19")
	patch("lina", changed.header.Get("ETag"), thing{"title": "À moi"}).problem(403, "forbidden", "R09")
	b.do(t, request{as: "garcia", method: "PATCH", path: path, body: wide}).problem(428, "precondition-required", "")
	act := func(as string, action string, version int64) response {
		body := thing{"action": action, "version": version, "reason": thing{"text": "Le club est fini.", "ground": "PURP"}}
		return b.do(t, request{as: as, method: "POST", path: path + "/actions", body: body, header: tilleuls})
	}
	act("lina", "close", changed.thing().number("version")).problem(403, "forbidden", "R09")
	closed := act("martin", "close", changed.thing().number("version")).want(http.StatusOK).thing()
	if closed.text("status") != "closed" {
		t.Errorf("%v", closed)
	}
	write := request{as: "lina", method: "POST", path: path + "/contributions", body: thing{"kind": "article", "title": "Trop tard", "body": ""}}
	b.do(t, write).problem(422, "unmet", "R26")
}

func TestListsAreWalkedPageByPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for n := range 5 {
		b.write(t, []string{"lina", "noe"}[n%2], b.Blog, thing{"kind": "article", "title": fmt.Sprintf("Article %d", n), "body": "<p>Texte numéro</p>", "submit": true})
	}
	b.work(t)
	for path, whole := range map[string]int{"/review-queue": 5, "/spaces": 3, "/notices": 5} {
		seen := map[string]bool{}
		for next, pages := "", 0; pages == 0 || next != ""; pages++ {
			page := b.do(t, request{as: "martin", method: "GET", path: path + "?limit=2&after=" + next, header: tilleuls}).want(http.StatusOK).thing()
			for _, item := range page.items() {
				name := item.text("id") + item.text("contribution")
				if seen[name] || len(page.items()) > 2 {
					t.Errorf("%s shows %s again", path, name)
				}
				seen[name] = true
			}
			next = page.text("next")
		}
		if len(seen) < whole {
			t.Errorf("%s has %d items, want %d", path, len(seen), whole)
		}
	}
}
