package api_test

import (
	"net/http"
	"slices"
	"testing"

	"imprimatur/internal/api"
)

func TestLegal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	get := func(as string) response { return b.do(t, request{as: as, method: "GET", path: "/legal"}) }
	put := func(as, match string, facts thing) response {
		return b.do(t, request{as: as, method: "PUT", path: "/legal", body: facts, header: map[string]string{"If-Match": match}})
	}
	read := get("diallo").want(http.StatusOK)
	facts := thing(read.thing()["facts"].(map[string]any))
	if read.header.Get("ETag") != `"1"` || facts.text("phone") != "05 36 49 00 01" || read.thing()["missing"] == nil {
		t.Errorf("ETag %s: %s", read.header.Get("ETag"), read.body)
	}
	get("lina").problem(403, "forbidden", "R09")
	b.do(t, request{as: "zoe", method: "GET", path: "/legal", header: map[string]string{"X-Establishment": "0310000Z"}}).want(http.StatusNotFound)

	facts["phone"] = "05 36 49 00 03"
	kept := put("garcia", `"1"`, facts).want(http.StatusOK)
	if kept.header.Get("ETag") != `"2"` || kept.thing().number("version") != 2 {
		t.Errorf("ETag %s: %s", kept.header.Get("ETag"), kept.body)
	}
	put("garcia", `"1"`, facts).problem(412, "precondition-failed", "")
	put("diallo", `"2"`, facts).problem(403, "forbidden", "R09")
	b.do(t, request{as: "garcia", method: "PUT", path: "/legal", body: facts}).problem(428, "precondition-required", "")
	b.do(t, request{as: "garcia", method: "PUT", path: "/legal", body: thing{"nothing": "x"}, header: map[string]string{"If-Match": `"2"`}}).want(http.StatusUnprocessableEntity)
	p := put("garcia", `"2"`, thing{"phone": "au secrétariat", "address": "1 rue"}).problem(422, "invalid", "R66")
	at := slices.IndexFunc(p.Errors, func(f api.Fault) bool { return f.Field == "host_phone" })
	if p.Errors[0].Field != "phone" || p.Errors[0].Code != "not_a_phone" || at < 0 || p.Errors[at].Code != "still_public" {
		t.Errorf("%+v", p.Errors)
	}
}

func TestCharter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	read := b.do(t, request{as: "garcia", method: "GET", path: "/charter"}).want(http.StatusOK)
	if read.thing().text("adopted_on") != "2026-06-30" || read.header.Get("ETag") != `"1"` {
		t.Errorf("%s", read.body)
	}
	put := func(as, match string, body thing) response {
		return b.do(t, request{as: as, method: "PUT", path: "/charter", body: body, header: map[string]string{"If-Match": match}})
	}
	in := thing{"title": "Charte 2026", "body": `<p onclick="x()">Respect.</p>`, "adopted_on": "2026-09-01"}
	kept := put("garcia", `"1"`, in).want(http.StatusOK).thing()
	if kept.text("html") != "<p>Respect.</p>" || kept.number("version") != 2 || len(kept.text("hash")) != 64 {
		t.Errorf("%v", kept)
	}
	put("garcia", `"1"`, in).problem(412, "precondition-failed", "")
	put("diallo", `"2"`, in).problem(403, "forbidden", "R09")
	put("garcia", `"2"`, thing{"title": "", "body": "", "adopted_on": "2026-09-01"}).problem(422, "invalid", "R01")
}

// A space cannot be opened to the public web while something is missing; the problem names
// it, and R66.
func TestAPublicSpaceNeedsInformationPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `UPDATE space SET audience = 'establishment', status = 'closed' WHERE space_id = $1`, b.Web)
	b.exec(t, `UPDATE legal SET facts = facts - 'reply_name'`)
	in := thing{"title": "Le club", "kind": "web", "mode": "PRE", "audience": thing{"kind": "public_web"}, "owner": b.Petit, "backup": b.Diallo}
	p := b.do(t, request{as: "petit", method: "POST", path: "/spaces", body: in}).problem(422, "invalid", "R66")
	if !slices.ContainsFunc(p.Errors, func(f api.Fault) bool { return f.Field == "legal_reply_name" && f.Code == "unsaid" && f.Rule == "R66" }) || len(p.Errors) != 2 {
		t.Errorf("%+v", p.Errors)
	}
	if want := "Mentions légales incomplètes\u00a0: responsable de la rédaction."; p.Errors[1].Text != want {
		t.Errorf("%q, want %q", p.Errors[1].Text, want)
	}
	// One that was public when it was closed is not opened again either.
	b.exec(t, `UPDATE space SET audience = 'public_web' WHERE space_id = $1`, b.Web)
	act := request{as: "petit", method: "POST", path: "/spaces/" + b.Web.String() + "/actions", body: thing{"action": "reopen", "version": 1}}
	b.do(t, act).problem(422, "invalid", "R66")
	b.exec(t, `UPDATE legal SET facts = facts || '{"reply_name": "Marc Petit"}'`)
	b.do(t, act).want(http.StatusOK)
	b.do(t, request{as: "petit", method: "POST", path: "/spaces", body: in}).want(http.StatusCreated)
}
