package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/dbtest"
)

// at calls something of the collège's.
func (b *bundle) at(t *testing.T, as, method, path string, body any) response {
	t.Helper()
	return b.do(t, request{as: as, method: method, path: path, body: body, header: tilleuls})
}

// The stop button by the API (R26): with one call a text is hidden, waits in a list, and is released by
// whoever has looked at it.
func TestTheStopButtonByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.topic(t).text("id")
	b.at(t, "lina", "POST", "/stops", thing{"contribution": c}).problem(http.StatusForbidden, "forbidden", "R09")
	b.at(t, "garcia", "POST", "/stops", thing{}).problem(http.StatusUnprocessableEntity, "invalid", "")
	b.at(t, "garcia", "POST", "/stops", thing{"contribution": c, "space": b.Forum}).problem(http.StatusUnprocessableEntity, "invalid", "")
	b.at(t, "garcia", "POST", "/stops", thing{"contribution": uuid.NewString()}).problem(http.StatusNotFound, "not-found", "")
	for range 2 { // one review is enough
		b.at(t, "garcia", "POST", "/stops", thing{"contribution": c, "text": "Une bagarre se prépare."}).want(http.StatusNoContent)
	}
	b.at(t, "garcia", "POST", "/stops", thing{"space": b.Forum}).want(http.StatusNoContent)
	stops := b.at(t, "garcia", "GET", "/stops", nil).want(http.StatusOK).thing().items()
	if len(stops) != 2 {
		t.Fatalf("%d are stopped: %v", len(stops), stops)
	}
	if page := b.at(t, "garcia", "GET", "/stops?limit=1", nil).want(http.StatusOK).thing(); len(page.items()) != 1 || page.text("next") == "" {
		t.Errorf("a page is %v", page)
	}
	if none := b.at(t, "lina", "GET", "/stops", nil).want(http.StatusOK).thing().items(); len(none) != 0 {
		t.Errorf("a pupil is told of %v", none)
	}
	for _, stop := range stops {
		release := "/stops/" + stop.text("id") + "/release"
		if stop.text("contribution") != "" {
			b.at(t, "garcia", "POST", release, thing{"text": "Vu."}).problem(http.StatusUnprocessableEntity, "unmet", "R19")
		}
		b.at(t, "lina", "POST", release, thing{"text": "Vu."}).problem(http.StatusNotFound, "not-found", "")
		seen := thing{"text": "Vu : rien de grave."}
		if revision := stop.text("revision"); revision != "" {
			seen["revision"] = revision
		}
		b.at(t, "garcia", "POST", release, seen).want(http.StatusNoContent)
		b.at(t, "garcia", "POST", release, seen).problem(http.StatusConflict, "impossible", "")
	}
	if left := b.at(t, "garcia", "GET", "/stops", nil).want(http.StatusOK).thing().items(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// A photo that is masked waits for a look too (R42): the list names it, and offers no release of it, since
// there is none but by an act on the photo.
func TestAStoppedPhotoByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "lina", "rocket.jpg")
	b.do(t, request{as: "garcia", method: "POST", path: "/photos/" + photo + "/actions", body: thing{
		"action": "mask", "version": b.photo(t, "lina", photo).number("version"), "reason": thing{"ground": "IMG", "text": "À vérifier."}}}).want(http.StatusOK)
	stops := b.at(t, "garcia", "GET", "/stops", nil).want(http.StatusOK).thing().items()
	if len(stops) != 1 {
		t.Fatalf("stopped: %v", stops)
	}
	stop := stops[0]
	if _, space := stop["space"]; stop.text("photo") != photo || space || stop["reviews"] != false {
		t.Errorf("R42: %v", stop)
	}
	b.at(t, "garcia", "POST", "/stops/"+stop.text("id")+"/release", thing{"text": "Vu."}).problem(http.StatusNotFound, "not-found", "")
	held := b.photo(t, "garcia", photo)
	b.do(t, request{as: "garcia", method: "POST", path: "/photos/" + photo + "/actions", body: thing{
		"action": "restore", "version": held.number("version"), "reason": thing{"text": "Vérifié."}}}).want(http.StatusOK)
	if left := b.at(t, "garcia", "GET", "/stops", nil).want(http.StatusOK).thing().items(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// An emergency stop by the API (R54): the director's, for the whole establishment or a space.
func TestAnEmergencyStopByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, who := range []string{"martin", "lina"} {
		b.at(t, who, "POST", "/halts", thing{"reason": "Panne"}).problem(http.StatusForbidden, "forbidden", "R09")
		b.at(t, who, "GET", "/halts", nil).problem(http.StatusForbidden, "forbidden", "R09")
	}
	b.at(t, "garcia", "POST", "/halts", thing{"reason": " "}).problem(http.StatusUnprocessableEntity, "invalid", "R54")
	b.at(t, "garcia", "POST", "/halts", thing{"reason": "Panne", "space": uuid.NewString()}).problem(http.StatusNotFound, "not-found", "")
	halt := b.at(t, "garcia", "POST", "/halts", thing{"reason": "Incident technique"}).want(http.StatusCreated).thing()
	if halt.text("id") == "" || halt.text("reason") != "Incident technique" || halt.text("space") != "" || halt.text("ended_at") != "" {
		t.Errorf("decided: %v", halt)
	}
	b.do(t, request{as: "lina", method: "POST", path: "/spaces/" + b.Blog.String() + "/contributions", body: thing{"kind": "article", "title": "x", "body": "<p>x</p>", "submit": true}}).problem(http.StatusUnprocessableEntity, "unmet", "R26")
	b.at(t, "martin", "DELETE", "/halts/"+halt.text("id"), nil).problem(http.StatusForbidden, "forbidden", "R09")
	b.at(t, "garcia", "DELETE", "/halts/"+halt.text("id"), nil).want(http.StatusNoContent)
	b.at(t, "garcia", "DELETE", "/halts/"+halt.text("id"), nil).problem(http.StatusNotFound, "not-found", "")
	if all := b.at(t, "garcia", "GET", "/halts", nil).want(http.StatusOK).thing().items(); len(all) != 1 || all[0].text("ended_by") == "" {
		t.Errorf("afterwards: %v", all)
	}
}

// Measures on the right to publish by the API (R53): decided by who directs, read by whom they concern.
func TestStandingsByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	measure := func(days int) thing {
		return thing{"person": b.Lina, "kind": "suspended", "until": dbtest.Now.AddDate(0, 0, days).Format(time.RFC3339), "reason": "Deux publicités en une semaine."}
	}
	b.at(t, "martin", "POST", "/standings", measure(3)).problem(http.StatusForbidden, "forbidden", "R09")
	b.at(t, "garcia", "POST", "/standings", measure(30)).problem(http.StatusUnprocessableEntity, "invalid", "R53")
	b.at(t, "garcia", "POST", "/standings", thing{"person": b.Zoe, "kind": "suspended", "until": measure(3)["until"], "reason": "x"}).problem(http.StatusNotFound, "not-found", "")
	made := b.at(t, "garcia", "POST", "/standings", measure(3)).want(http.StatusCreated).thing()
	if made.text("id") == "" || made.text("kind") != "suspended" {
		t.Errorf("decided: %v", made)
	}
	at := "/standings/" + made.text("id")
	for who, want := range map[string]int{"garcia": 1, "lina": 1, "noe": 0, "martin": 0} {
		if list := b.at(t, who, "GET", "/standings", nil).want(http.StatusOK).thing().items(); len(list) != want {
			t.Errorf("%s reads %v", who, list)
		}
	}
	b.at(t, "lina", "POST", at+"/observations", thing{"text": ""}).problem(http.StatusUnprocessableEntity, "invalid", "R53")
	b.at(t, "noe", "POST", at+"/observations", thing{"text": "x"}).problem(http.StatusNotFound, "not-found", "")
	b.at(t, "lina", "POST", at+"/observations", thing{"text": "Je ne savais pas."}).want(http.StatusNoContent)
	list := b.at(t, "lina", "GET", "/standings", nil).want(http.StatusOK).thing().items()
	if said := list[0]["observations"].([]any); len(said) != 1 || said[0].(map[string]any)["text"] != "Je ne savais pas." {
		t.Errorf("said: %v", said)
	}
	b.at(t, "lina", "DELETE", at, nil).problem(http.StatusForbidden, "forbidden", "R09")
	b.at(t, "garcia", "DELETE", at, nil).want(http.StatusNoContent)
	b.at(t, "garcia", "DELETE", at, nil).problem(http.StatusNotFound, "not-found", "")
}

// What is grave is referred by the API, or it is said why not (R49), and a harassment case has its
// steps (R51).
func TestReferralAndCareByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	mild, grave := b.topic(t), b.topic(t)
	b.anyone(t, "POST", "/takedown-requests", takedown(grave, "HAR"), nil).want(http.StatusAccepted)
	b.work(t)
	file := "/cases/" + b.firstCase(t, "garcia").text("id")
	b.at(t, "lina", "GET", file+"/referral", nil).problem(http.StatusNotFound, "not-found", "")
	before := b.at(t, "garcia", "GET", file+"/referral", nil).want(http.StatusOK).thing()
	if draft := before.text("draft"); !strings.Contains(draft, "masqué à titre conservatoire") || strings.Contains(draft, "est retiré") {
		t.Errorf("what is only masked is told as %s", draft)
	}
	if before.text("due") == "" || len(before["made"].([]any)) != 0 {
		t.Errorf("before: %v", before)
	}
	b.at(t, "garcia", "POST", file+"/referrals", thing{"recipient": "prosecutor"}).problem(http.StatusUnprocessableEntity, "invalid", "R49")
	b.at(t, "garcia", "POST", file+"/referrals", thing{"recipient": "mayor", "text": "x"}).problem(http.StatusUnprocessableEntity, "invalid", "R49")
	b.at(t, "garcia", "POST", file+"/referrals", thing{"text": "Réglé entre les familles, reçues le jour même."}).want(http.StatusCreated)
	after := b.at(t, "garcia", "POST", file+"/referrals", thing{"recipient": "3018", "text": "Signalement envoyé."}).want(http.StatusCreated).thing()
	made := after["made"].([]any)
	if len(made) != 2 || after.text("due") != "" || thing(made[0].(map[string]any)).text("recipient") != "" || thing(made[1].(map[string]any)).text("recipient") != "3018" {
		t.Fatalf("after: %v", after)
	}
	lift := file + "/referrals/" + thing(made[1].(map[string]any)).text("id") + "/lift"
	b.at(t, "garcia", "POST", lift, thing{"text": ""}).problem(http.StatusUnprocessableEntity, "invalid", "R43")
	b.at(t, "garcia", "POST", lift, thing{"text": "Le 3018 a répondu."}).want(http.StatusOK)
	b.at(t, "garcia", "POST", file+"/referrals/"+uuid.NewString()+"/lift", thing{"text": "x"}).problem(http.StatusNotFound, "not-found", "")

	b.at(t, "garcia", "POST", file+"/care", thing{"step": "punish"}).problem(http.StatusUnprocessableEntity, "invalid", "R51")
	b.at(t, "garcia", "POST", file+"/care", thing{"step": "protect", "note": "Place changée en classe."}).want(http.StatusOK)
	care := b.at(t, "garcia", "GET", file+"/care", nil).want(http.StatusOK).thing()
	steps := care["steps"].([]any)
	if first := thing(steps[0].(map[string]any)); len(steps) != 5 || first.text("step") != "protect" || first.text("note") != "Place changée en classe." || thing(steps[1].(map[string]any)).text("at") != "" {
		t.Errorf("steps: %v", steps)
	}

	b.at(t, "lina", "POST", "/reports", thing{"contribution": mild.text("id"), "ground": "PURP"}).want(http.StatusAccepted)
	b.work(t)
	for _, c := range b.at(t, "garcia", "GET", "/cases?ground=PURP", nil).want(http.StatusOK).thing().items() {
		other := "/cases/" + c.text("id")
		b.at(t, "garcia", "GET", other+"/referral", nil).problem(http.StatusNotFound, "not-found", "")
		b.at(t, "garcia", "GET", other+"/care", nil).problem(http.StatusNotFound, "not-found", "")
		b.at(t, "garcia", "POST", other+"/referrals", thing{"text": "x"}).problem(http.StatusConflict, "impossible", "R49")
		b.at(t, "garcia", "POST", other+"/care", thing{"step": "protect"}).problem(http.StatusConflict, "impossible", "R51")
		return
	}
	t.Error("no mild case")
}
