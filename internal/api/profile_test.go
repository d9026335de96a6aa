package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// A profile by the API alone: two portraits are refused by their field and rule; with one
// it is reviewed first where articles appear at once, waits for whom it shows, is read with
// its portrait before the words, and without it once the family no longer agrees.
func TestAProfileShowsItsPortraitAsLongAsEverybodyAgrees(t *testing.T) {
	t.Parallel()
	b := setup(t)
	with := things{}
	b.pictured(t, with)
	b.exec(t, `UPDATE space SET mode = 'POST' WHERE space_id = $1`, b.Blog)
	other := b.uploaded(t, "lina", "rocket.jpg")
	body := thing{
		"kind": "profile", "title": "Lina, déléguée", "body": "<p>J'aime les fusées.</p>", "submit": true,
		"photos": []thing{{"id": with["photo"], "alt": "Lina"}, {"id": other, "alt": "Une fusée"}},
	}
	write := request{as: "lina", method: "POST", path: "/spaces/" + b.Blog.String() + "/contributions", body: body}
	p := b.do(t, write).problem(422, "invalid", "R20")
	if len(p.Errors) != 1 || p.Errors[0].Field != "photos" || p.Errors[0].Code != "one_portrait" || !strings.Contains(p.Errors[0].Text, "un seul portrait") {
		t.Errorf("two portraits: %+v", p.Errors)
	}
	if n := b.count(t, `SELECT count(*) FROM contribution`); n != 0 {
		t.Errorf("%d profiles are left", n)
	}
	body["photos"] = []thing{{"id": with["photo"], "alt": "Lina"}}
	c := b.write(t, "lina", b.Blog, body)
	b.work(t)
	waiting := b.do(t, request{as: "martin", method: "GET", path: "/review-queue?kind=profile", header: tilleuls}).want(http.StatusOK).thing().items()
	if len(waiting) != 1 || waiting[0].text("title") != "Lina, déléguée" {
		t.Fatalf("in review: %v", waiting)
	}
	at := "/published/0310000Z/blog-5a/" + c.text("id")
	seen := at + "/photos/" + with["photo"]
	b.do(t, request{as: "noe", method: "GET", path: at}).problem(404, "not-found", "")
	c = b.do(t, request{as: "martin", method: "GET", path: "/contributions/" + c.text("id")}).want(http.StatusOK).thing()
	if c = b.act(t, "martin", c, "approve", nil).want(http.StatusOK).thing(); c.text("editorial") != "awaiting_consent" {
		t.Errorf("approved, it is %s", c.text("editorial"))
	}
	b.do(t, request{as: "noe", method: "GET", path: at}).problem(404, "not-found", "")
	for _, signer := range []string{"lina", "haddad-1"} {
		b.answer(t, signer, with["consents"], thing{"action": "grant"}).want(http.StatusOK)
	}
	b.work(t)
	published := thing(b.do(t, request{as: "noe", method: "GET", path: at}).want(http.StatusOK).thing()["contribution"].(map[string]any))
	frame := thing(published["photos"].([]any)[0].(map[string]any))
	if published.text("kind") != "profile" || frame.text("link") != "/api/v1"+seen || !strings.HasPrefix(published.text("html"), "<img src=\"/photos/"+with["photo"]) {
		t.Errorf("published as %v", published)
	}
	b.do(t, request{as: "noe", method: "GET", path: seen}).want(http.StatusOK)
	for _, address := range []string{at, seen, "/contributions/" + c.text("id")} {
		b.do(t, request{as: "zoe", method: "GET", path: address}).problem(404, "not-found", "")
	}
	b.answer(t, "haddad-1", with["consents"], thing{"action": "revoke"}).want(http.StatusOK)
	b.do(t, request{as: "noe", method: "GET", path: seen}).problem(404, "not-found", "")
	still := thing(b.do(t, request{as: "noe", method: "GET", path: at}).want(http.StatusOK).thing()["contribution"].(map[string]any))
	if !strings.Contains(still.text("html"), "J'aime les fusées.") && !strings.Contains(still.text("html"), "J&#39;aime les fusées.") {
		t.Errorf("the text: %v", still)
	}
}
