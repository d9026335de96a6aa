package api_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestTripByAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.write(t, "lina", b.Blog, thing{
		"kind": "article", "title": "La sortie au musée", "body": "<p>Nous avons vu un <b>mammouth</b>.</p>", "submit": true,
	})
	if c.text("editorial") != "submitted" || c.text("exposure") != "unpublished" {
		t.Errorf("created as %s, %s", c.text("editorial"), c.text("exposure"))
	}
	b.work(t)
	queue := b.do(t, request{as: "martin", method: "GET", path: "/review-queue", header: tilleuls}).want(http.StatusOK).thing()
	if items := queue.items(); len(items) != 1 || items[0].text("contribution") != c.text("id") {
		t.Fatalf("the queue: %v", queue)
	}
	claim := b.do(t, request{as: "martin", method: "POST", path: "/review-queue/claims", body: thing{"contribution": c["id"]}, header: tilleuls})
	claim.want(http.StatusOK)
	path := "/contributions/" + c.text("id")
	c = b.do(t, request{as: "martin", method: "GET", path: path}).want(http.StatusOK).thing()
	b.act(t, "lina", c, "approve", nil).problem(http.StatusForbidden, "forbidden", "R09")
	c = b.act(t, "martin", c, "approve", nil).want(http.StatusOK).thing()
	b.work(t)
	published := b.do(t, request{as: "noe", method: "GET", path: "/published/0310000Z/blog-5a/" + c.text("id")}).want(http.StatusOK)
	if !strings.Contains(string(published.body), "mammouth") {
		t.Errorf("published: %s", published.body)
	}
	again := b.do(t, request{as: "noe", method: "GET", path: "/published/0310000Z/blog-5a/" + c.text("id"), header: map[string]string{"If-None-Match": published.header.Get("ETag")}})
	again.want(http.StatusNotModified)
	for _, feed := range []string{"/published/0310000Z/feed.atom", "/published/0310000Z/blog-5a/feed.atom"} {
		if atom := b.do(t, request{as: "noe", method: "GET", path: feed}).want(http.StatusOK); !strings.Contains(string(atom.body), "mammouth") {
			t.Errorf("%s: %s", feed, atom.body)
		}
	}
	history := b.do(t, request{as: "martin", method: "GET", path: path + "/history"}).want(http.StatusOK).thing()
	if len(history.items()) < 4 {
		t.Errorf("history: %v", history)
	}
	notices := b.do(t, request{as: "lina", method: "GET", path: "/notices"}).want(http.StatusOK).thing()
	if len(notices.items()) == 0 {
		t.Errorf("Lina was told nothing")
	}
	b.do(t, request{as: "lina", method: "POST", path: "/notices/read", body: thing{}}).want(http.StatusNoContent)
}

// What a moderator seals is done though nobody may look any more, and is told so
// again to whoever repeats the request (R50).
func TestSealingIsAnswered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.write(t, "lina", b.Blog, thing{"kind": "article", "title": "Non", "body": "<p>À ne pas voir.</p>", "submit": true})
	b.work(t)
	path := "/contributions/" + c.text("id")
	c = b.do(t, request{as: "martin", method: "GET", path: path}).want(http.StatusOK).thing()
	b.act(t, "martin", c, "approve", nil).want(http.StatusOK)
	b.work(t)
	c = b.do(t, request{as: "martin", method: "GET", path: path}).want(http.StatusOK).thing()
	for range 2 {
		b.do(t, request{
			as: "martin", method: "POST", path: path + "/actions", header: map[string]string{"Idempotency-Key": "seal-it-once"},
			body: thing{"action": "mask", "version": c.number("version"), "sealed": true, "reason": thing{"ground": "CSAM", "text": "Transmis."}},
		}).want(http.StatusNoContent)
	}
	b.do(t, request{as: "martin", method: "GET", path: path}).problem(http.StatusNotFound, "not-found", "")
}

// tilleuls names the collège, for whoever belongs to both schools.
var tilleuls = map[string]string{"X-Establishment": "0310000Z"}

// Readers by the API see the establishment's own label too (R13), and are not told
// that nothing has changed when it has.
func TestReadersSeeTheLabel(t *testing.T) {
	t.Parallel()
	b := setup(t)
	read := func(tag string) response {
		return b.do(t, request{as: "noe", method: "GET", path: "/published/0310000Z/club-lecture", header: map[string]string{"If-None-Match": tag}})
	}
	labelOf := func(r response) any {
		space, _ := r.want(http.StatusOK).thing()["space"].(map[string]any)
		return space["label"]
	}
	first := read("")
	if got := labelOf(first); got != "Espace de contributions personnelles" {
		t.Errorf("label %v", got)
	}
	read(first.header.Get("ETag")).want(http.StatusNotModified)
	b.do(t, request{
		as: "garcia", method: "PATCH", path: "/settings", body: thing{"personal_label": "Paroles d'élèves"}, header: map[string]string{"If-Match": `"1"`},
	}).want(http.StatusOK)
	if got := labelOf(read(first.header.Get("ETag"))); got != "Paroles d'élèves" {
		t.Errorf("label %v", got)
	}
	blog := b.do(t, request{as: "noe", method: "GET", path: "/published/0310000Z/blog-5a"})
	if got := labelOf(blog); got != nil {
		t.Errorf("the blog is labelled %v", got)
	}
}
