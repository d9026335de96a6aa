package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestPersonsAndGroups(t *testing.T) {
	t.Parallel()
	b := setup(t)
	found := b.do(t, request{as: "garcia", method: "GET", path: "/persons?q=hadd"}).want(http.StatusOK).thing().items()
	if len(found) != 2 || found[0].text("external_id") == "" {
		t.Errorf("%v", found)
	}
	b.do(t, request{as: "lina", method: "GET", path: "/persons?q=hadd"}).problem(403, "forbidden", "R09")
	b.do(t, request{as: "garcia", method: "GET", path: "/persons?q=" + strings.Repeat("a", 200)}).problem(400, "invalid-parameter", "")
	groups := b.do(t, request{as: "lina", method: "GET", path: "/groups"}).want(http.StatusOK).thing().items()
	if len(groups) != 1 || groups[0].text("name") != "5A" || groups[0]["mine"] != true {
		t.Errorf("%v", groups)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.do(t, request{as: "garcia", method: "GET", path: "/settings"}).want(http.StatusOK)
	read, tag := first.thing().items(), first.header.Get("ETag")
	if tag != `"1"` || first.thing()["version"] != 1.0 {
		t.Errorf("version %v, ETag %s", first.thing()["version"], tag)
	}
	value := func(items []thing, key string) any {
		for _, item := range items {
			if item.text("key") == key {
				return item["value"]
			}
		}
		t.Fatalf("no %s", key)
		return nil
	}
	if value(read, "longest_title") != 200.0 {
		t.Errorf("longest title %v", value(read, "longest_title"))
	}
	patch := func(as string, body any) response {
		now := b.do(t, request{as: "garcia", method: "GET", path: "/settings"}).header.Get("ETag")
		return b.do(t, request{as: as, method: "PATCH", path: "/settings", body: body, header: map[string]string{"If-Match": now}})
	}
	changed := patch("garcia", thing{"longest_title": 100}).want(http.StatusOK).thing().items()
	if value(changed, "longest_title") != 100.0 {
		t.Errorf("longest title %v", value(changed, "longest_title"))
	}
	back := patch("garcia", thing{"longest_title": nil}).want(http.StatusOK).thing().items()
	if value(back, "longest_title") != 200.0 {
		t.Errorf("longest title %v", value(back, "longest_title"))
	}
	for _, item := range back {
		by, _ := item["changed_by"].(map[string]any)
		if changed := item.text("key") == "longest_title"; changed != (by["name"] == "Inès Garcia") || changed != (item.text("changed_at") != "") {
			t.Errorf("%s was changed at %s by %v", item.text("key"), item.text("changed_at"), by)
		}
		if item.text("key") == "idle_pupil" && fmt.Sprintf("%v %v %v", item["sources"], item["form"], item["theme"]) != "[A2 B5-2-2] clock accounts" {
			t.Errorf("from %v, %v of %v", item["sources"], item["form"], item["theme"])
		}
	}
	patch("lina", thing{"longest_title": 100}).problem(403, "forbidden", "R09")
	p := patch("garcia", thing{"longest_title": 7, "nothing": 1, "audience_cap_forum": "public_web"})
	if p.status != 422 {
		t.Fatalf("%d %s", p.status, p.body)
	}
	var codes []string
	errors, _ := p.thing()["errors"].([]any)
	for _, fault := range errors {
		f := thing(fault.(map[string]any))
		codes = append(codes, f.text("field")+" "+f.text("code"))
	}
	if got := strings.Join(codes, ", "); got != "audience_cap_forum weaker, longest_title invalid, nothing unknown" {
		t.Errorf("%s", got)
	}
	patch("garcia", `{"longest_title":1,"longest_title":2}`).problem(400, "malformed", "")
	patch("garcia", `[]`).problem(422, "invalid", "")
}
