package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/dbtest"
)

func TestAskingSaysEveryFault(t *testing.T) {
	t.Parallel()
	b := setup(t)
	post := func(as string, body thing) response {
		return b.do(t, request{as: as, method: "POST", path: "/consent-requests", body: body, header: tilleuls})
	}
	p := post("martin", thing{
		"title": "Toutes les photos de l'année", "nature": "", "purpose": "x", "place": "y", "taken_from": "2026-11-20", "taken_to": "2026-11-19",
		"operations": []string{}, "territory": "France", "until": "2036-01-01", "uses": []thing{{"media": []string{"smell"}}},
	}).problem(422, "invalid", "R31")
	got := map[string]string{}
	for _, fault := range p.Errors {
		got[fault.Field] = fault.Code
		if fault.Text == "" {
			t.Errorf("%s says nothing", fault.Code)
		}
	}
	want := map[string]string{
		"title": "blanket", "nature": "required", "operations": "required", "taken": "order", "uses.0.space": "required", "photos": "required", "until": "too_late",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	asked := asking(b, nil)
	asked["to_come"], asked["group"] = true, b.Class
	asked["taken_from"] = "20/11/2026"
	if p := post("martin", asked).problem(422, "invalid", ""); p.Errors[0].Field != "taken_from" || p.Errors[0].Code != "wrong_type" {
		t.Errorf("%+v", p.Errors)
	}
	asked["taken_from"] = "2026-11-20"
	post("lina", asked).problem(403, "forbidden", "R09")
	asked["group"] = b.ClassOfPlatanes
	post("martin", asked).problem(422, "invalid", "")
}

func TestAClassIsAskedAndReminded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	asked := asking(b, nil)
	asked["to_come"], asked["group"] = true, b.Class
	do := func(as, method, path string, body any) response {
		return b.do(t, request{as: as, method: method, path: path, body: body, header: tilleuls})
	}
	preview := do("martin", "POST", "/consent-requests/preview", asked).want(http.StatusOK).thing()
	if len(preview["persons"].([]any)) != 2 || !strings.Contains(preview.text("body"), "planétarium") {
		t.Errorf("%v", preview)
	}
	do("martin", "GET", "/consent-requests/"+preview.text("id"), nil).problem(404, "not-found", "")
	sent := do("martin", "POST", "/consent-requests", asked).want(http.StatusCreated)
	path := strings.TrimPrefix(sent.header.Get("Location"), "/api/v1")
	if read := do("martin", "GET", path, nil).want(http.StatusOK).thing(); read.text("hash") != sent.thing().text("hash") {
		t.Errorf("%v", read)
	}
	do("diallo", "GET", path, nil).problem(404, "not-found", "") // asked by another of the staff
	register := func(as, query string) []thing {
		return do(as, "GET", "/consents"+query, nil).want(http.StatusOK).thing().items()
	}
	for query, want := range map[string]int{"": 2, "?unanswered=true": 2, "?status=granted": 0, "?person=" + b.Lina.String(): 1, "?group=" + b.Class.String(): 2, "?limit=1": 1} {
		if got := register("martin", query); len(got) != want {
			t.Errorf("%q: %d items", query, len(got))
		}
	}
	if got := register("diallo", ""); len(got) != 0 {
		t.Errorf("another sees %v", got)
	}
	do("lina", "GET", "/consents", nil).problem(403, "forbidden", "R09")
	for _, query := range []string{"?unanswered=perhaps", "?status=lost", "?group=5A", "?mine=1"} {
		do("martin", "GET", "/consents"+query, nil).problem(400, "invalid-parameter", "")
	}
	do("martin", "GET", "/consents?after=x", nil).problem(400, "invalid-cursor", "")
	for as, want := range map[string]int{"lina": 1, "haddad-1": 1, "martin": 0} {
		if got := register(as, "?mine=true"); len(got) != want || want == 1 && got[0].number("missing") != 1 { // their own, and of no other
			t.Errorf("%s has %v", as, got)
		}
	}
	do("martin", "POST", path+"/photos", thing{"photos": []string{}}).problem(422, "invalid", "")
	photo := b.uploaded(t, "martin", "rocket.jpg")
	if more := do("martin", "POST", path+"/photos", thing{"photos": []string{photo}}).want(http.StatusOK).thing(); len(more["photos"].([]any)) != 1 {
		t.Errorf("%v", more)
	}
	do("martin", "POST", path+"/reminders", nil).want(http.StatusOK)
	do("diallo", "POST", path+"/reminders", nil).problem(404, "not-found", "")
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	with := things{}
	b.pictured(t, with)
	consent := with["consents"]
	b.answer(t, "lina", consent, thing{"action": "grant", "version": 99}).problem(409, "stale", "R19")
	b.answer(t, "lina", consent, thing{"action": "grant", "uses": []string{}}).problem(422, "invalid", "R28")
	b.answer(t, "lina", consent, thing{"action": "grant", "uses": []string{b.Blog.String()}}).problem(422, "invalid", "R28")
	b.answer(t, "lina", consent, thing{"action": "refuse", "uses": []string{b.Blog.String()}}).problem(422, "invalid", "R28")
	b.answer(t, "lina", consent, thing{"action": "bless"}).problem(422, "invalid", "")
	b.answer(t, "lina", consent, thing{"action": "expire"}).problem(409, "impossible", "")
	b.answer(t, "garcia", consent, thing{"action": "grant"}).problem(422, "unmet", "R29") // nobody consents for a family
	b.do(t, request{as: "noe", method: "GET", path: "/consents/" + consent}).problem(404, "not-found", "")
	b.do(t, request{as: "noe", method: "POST", path: "/consents/" + consent + "/actions", body: thing{"action": "revoke"}}).problem(404, "not-found", "")
	granted := b.answer(t, "lina", consent, thing{"action": "grant"}).want(http.StatusOK)
	if sheet := granted.thing(); sheet.text("status") != "asked" || sheet["mine"] == nil || sheet["answers"] != nil || granted.header.Get("ETag") != etagOf(sheet) {
		t.Errorf("%s", granted.body)
	}
	refused := b.answer(t, "haddad-1", consent, thing{"action": "refuse"}).want(http.StatusOK).thing()
	if refused.text("status") != "refused" {
		t.Errorf("%v", refused)
	}
	// One of the staff who does not look after the consent brings the family's word.
	q := request{as: "martin", method: "POST", path: "/consents/" + consent + "/actions", body: thing{"action": "revoke"}}
	if p := b.do(t, q).problem(422, "invalid", "R33"); p.Errors[0].Field != "for" || p.Errors[0].Code != "required" {
		t.Errorf("whose word it is: %+v", p.Errors)
	}
	q.body = thing{"action": "revoke", "for": b.Haddad}
	b.do(t, q).want(http.StatusNoContent)
}

func TestPapers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	with := things{}
	b.pictured(t, with)
	path := "/consents/" + with["consents"] + "/papers"
	sheet := b.do(t, request{as: "garcia", method: "GET", path: "/consents/" + with["consents"]}).want(http.StatusOK).thing()
	line := thing(sheet["lines"].([]any)[0].(map[string]any)).text("id")
	record := func(as string, more ...part) response {
		body := append(form{{"signatory", "", []byte(b.Haddad.String())}, {"accepted", "", []byte(line)}, {"signed_on", "", []byte(dbtest.Now.Format(time.DateOnly))}}, more...)
		return b.do(t, request{as: as, method: "POST", path: path, body: body})
	}
	scan := part{"scan", "signé.pdf", []byte("%PDF-1.4 signé")}
	record("martin").problem(422, "invalid", "R29")
	record("martin", scan, scan).problem(422, "invalid", "")
	record("martin", part{"scan", "a.exe", []byte("MZ")}).problem(422, "invalid", "R20")
	record("lina", scan).problem(403, "forbidden", "R29")
	recorded := record("martin", scan).want(http.StatusCreated)
	address := strings.TrimPrefix(recorded.header.Get("Location"), "/api/v1")
	read := b.do(t, request{as: "diallo", method: "GET", path: address}).want(http.StatusOK)
	if string(read.body) != "%PDF-1.4 signé" || read.header.Get("Content-Disposition") != "attachment" {
		t.Errorf("%v %s", read.header, read.body)
	}
	b.do(t, request{as: "lina", method: "GET", path: address}).problem(404, "not-found", "")
	confirm := strings.TrimSuffix(address, "/scan") + "/confirmation"
	b.do(t, request{as: "martin", method: "POST", path: confirm}).problem(403, "forbidden", "R29") // a second person
	b.do(t, request{as: "garcia", method: "POST", path: confirm}).want(http.StatusOK)
	b.do(t, request{as: "garcia", method: "POST", path: confirm}).problem(409, "impossible", "R29")
	b.do(t, request{as: "garcia", method: "DELETE", path: strings.TrimSuffix(address, "/scan")}).problem(409, "impossible", "R29")
	again := strings.TrimSuffix(strings.TrimPrefix(record("martin", scan).want(http.StatusCreated).header.Get("Location"), "/api/v1"), "/scan")
	b.do(t, request{as: "diallo", method: "DELETE", path: again}).want(http.StatusNoContent)
}

// An author may have the text appear at once, with the picture's place held empty.
func TestATextThatDoesNotWait(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "lina", "astronaut.png")
	c := b.write(t, "lina", b.Blog, thing{
		"kind": "article", "title": "Sans attendre", "body": "<p>Texte</p>", "photos": []thing{{"id": photo}}, "waits_for_photos": true,
	})
	patch := func(as string, body any) response {
		return b.do(t, request{as: as, method: "PATCH", path: "/contributions/" + c.text("id"), body: body})
	}
	patch("lina", thing{"title": "x"}).problem(422, "invalid", "")
	patch("noe", thing{"waits_for_photos": false}).problem(404, "not-found", "")
	c = patch("lina", thing{"waits_for_photos": false}).want(http.StatusOK).thing()
	if c["waits_for_photos"] != false {
		t.Errorf("%v", c)
	}
	c = b.act(t, "lina", c, "submit", nil).want(http.StatusOK).thing()
	b.work(t)
	c = b.do(t, request{as: "martin", method: "GET", path: "/contributions/" + c.text("id")}).want(http.StatusOK).thing()
	b.act(t, "martin", c, "approve", nil).want(http.StatusOK)
	b.work(t)
	read := b.do(t, request{as: "noe", method: "GET", path: "/published/0310000Z/blog-5a/" + c.text("id")}).want(http.StatusOK).thing()
	photos, _ := thing(read["contribution"].(map[string]any))["photos"].([]any)
	if len(photos) != 1 {
		t.Fatalf("%v", read)
	}
	frame := thing(photos[0].(map[string]any))
	if frame.number("width") == 0 {
		t.Errorf("%v", frame)
	}
	b.do(t, request{as: "noe", method: "GET", path: strings.TrimPrefix(frame.text("link"), "/api/v1")}).problem(404, "not-found", "")
}
