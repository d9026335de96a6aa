package api_test

import (
	"bytes"
	"net/http"
	"testing"
)

// A trombinoscope by the API: asked for by itself, seen by the staff of the class while the
// family agrees to exactly that, by name whatever they say (R35).
func TestATrombinoscopeByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "martin", "astronaut.png")
	b.exec(t, `UPDATE membership SET roles = '{officer}' WHERE person_id = $1`, b.Garcia)
	b.named(t, photo, b.Lina).want(http.StatusOK)
	ask := asking(b, []string{photo})
	portrait := thing{"trombinoscope": b.Class, "media": []string{"image"}}
	ask["uses"] = []any{portrait, thing{"space": b.Blog, "media": []string{"image"}}}
	b.do(t, request{as: "garcia", method: "POST", path: "/consent-requests", body: ask}).problem(422, "invalid", "R35")
	ask["uses"] = []any{thing{"trombinoscope": b.Class, "media": []string{"image", "name"}}}
	b.do(t, request{as: "garcia", method: "POST", path: "/consent-requests", body: ask}).problem(422, "invalid", "R35")
	ask["uses"] = []any{portrait, thing{"trombinoscope": b.Class, "print": true, "media": []string{"image"}}}
	sent := b.do(t, request{as: "garcia", method: "POST", path: "/consent-requests", body: ask}).want(http.StatusCreated).thing()
	b.work(t)
	consent := thing(sent["persons"].([]any)[0].(map[string]any)).text("consent")

	at := "/groups/" + b.Class.String() + "/trombinoscope"
	face := func() thing {
		page := b.do(t, request{as: "martin", method: "GET", path: at}).want(http.StatusOK).thing()
		if len(page.items()) != 3 || page.items()[0].text("name") != "Lina Haddad" {
			t.Fatalf("%v", page)
		}
		return page.items()[0]
	}
	if face()["portrait"] != nil {
		t.Errorf("seen before anybody has agreed: %v", face())
	}
	for _, signer := range []string{"lina", "haddad-1"} {
		b.answer(t, signer, consent, thing{"action": "grant"}).want(http.StatusOK)
	}
	shown, _ := face()["portrait"].(map[string]any)
	if shown == nil || shown["printable"] != false { // on paper two guardians are needed
		t.Fatalf("%v", face())
	}
	read := b.do(t, request{as: "martin", method: "GET", path: at + "/" + photo}).want(http.StatusOK)
	if !bytes.HasPrefix(read.body, []byte("\xff\xd8")) || read.header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%v", read.header)
	}
	for _, who := range []string{"lina", "haddad-1", "diallo", "zoe", "roche"} {
		b.do(t, request{as: who, method: "GET", path: at}).problem(404, "not-found", "")
		b.do(t, request{as: who, method: "GET", path: at + "/" + photo}).problem(404, "not-found", "")
	}
	b.answer(t, "lina", consent, thing{"action": "revoke"}).want(http.StatusOK)
	b.do(t, request{as: "martin", method: "GET", path: at + "/" + photo}).problem(404, "not-found", "")
	if face()["portrait"] != nil {
		t.Errorf("seen after it was taken back: %v", face())
	}
}
