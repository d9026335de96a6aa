package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// replying is what somebody without an account asks to have inserted.
func replying(c thing) thing {
	return thing{
		"location": "https://ent.example/e/0310000Z/club-lecture/" + c.text("id") + "-le-mammouth", "designated": "Le message me nomme.",
		"passages": "Noé est un tricheur.", "text": "Je n'ai <i>jamais</i> triché.", "name": "Noé Blanc", "email": "noe@exemple.fr", "good_faith": true,
	}
}

// Anyone asks, the director inserts, readers get it with the message and nobody takes it away
// by itself; the secret is given once.
func TestAReplyByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.topic(t)
	once := map[string]string{"Idempotency-Key": "reply-1"}
	receipt := b.anyone(t, "POST", "/replies", replying(c), once).want(http.StatusAccepted).thing()
	if again := b.anyone(t, "POST", "/replies", replying(c), once).want(http.StatusAccepted).thing(); again.text("secret") != "" || again.text("reference") != receipt.text("reference") {
		t.Errorf("repeated: %v", again)
	}
	b.work(t)
	file := b.firstCase(t, "garcia").text("id")
	view := b.do(t, request{as: "garcia", method: "GET", path: "/cases/" + file}).want(http.StatusOK).thing()
	reply := thing(view["reply"].(map[string]any))
	if view.text("kind") != "reply" || reply.text("text") != "Je n'ai <i>jamais</i> triché." || reply["late"] != false || reply.number("message_lines") != 2 {
		t.Errorf("R55: case %v", view)
	}
	act := func(who string, body thing) response {
		body["version"] = view["version"]
		return b.do(t, request{as: who, method: "POST", path: "/cases/" + file + "/actions", body: body, header: map[string]string{"If-Match": "*"}})
	}
	act("garcia", thing{"action": "refuse_reply", "reason": thing{"text": "Non."}}).problem(http.StatusUnprocessableEntity, "invalid", "R56")
	act("martin", thing{"action": "insert_reply"}).problem(http.StatusNotFound, "not-found", "")
	view = act("garcia", thing{"action": "insert_reply"}).want(http.StatusOK).thing()
	b.work(t)
	page := b.do(t, request{as: "noe", method: "GET", path: "/published/0310000Z/club-lecture/" + c.text("id")}).want(http.StatusOK).thing()
	inserted := thing(page["contribution"].(map[string]any))["inserted"].([]any)
	if len(inserted) != 1 || thing(inserted[0].(map[string]any)).text("text") != "Je n'ai <i>jamais</i> triché." {
		t.Errorf("R57: readers get %v", page)
	}
	if feed := b.do(t, request{as: "noe", method: "GET", path: "/published/0310000Z/feed.atom"}).want(http.StatusOK); !strings.Contains(string(feed.body), "Noé Blanc") {
		t.Errorf("R57: the feed is %s", feed.body)
	}
	act("garcia", thing{"action": "end_reply"}).problem(http.StatusUnprocessableEntity, "unmet", "R57")
	seen := b.anyone(t, "GET", "/follow-ups/"+receipt.text("secret"), nil, nil).want(http.StatusOK).thing()
	if letters := seen["letters"].([]any); seen.text("stage") != "decided" || len(letters) != 2 {
		t.Errorf("R56: follow-up %v", seen)
	}
	own := thing(seen["reply"].(map[string]any))
	if own.text("text") != "Je n'ai <i>jamais</i> triché." || own.text("verdict") != "inserted" || own.text("shown_from") == "" || own["shown_until"] != nil {
		t.Errorf("R55: their reply %v", own)
	}
}

// What R55 asks for is said field by field; who does not judge records nothing.
func TestWhatAReplyHasToSay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anyone(t, "POST", "/replies", thing{"location": "https://ent.example/e/0310000Z/"}, nil).problem(http.StatusUnprocessableEntity, "invalid", "R55")
	b.anyone(t, "POST", "/replies", thing{"location": "la page d'accueil"}, nil).problem(http.StatusBadRequest, "which-establishment", "")
	body := replying(b.topic(t))
	body["recorded"] = true
	b.do(t, request{as: "martin", method: "POST", path: "/replies", body: body}).problem(http.StatusForbidden, "forbidden", "R55")
}
