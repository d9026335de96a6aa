package api_test

import (
	"net/http"
	"testing"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
)

// The log of denials tells ids and codes, a page at a time, to whoever runs the house.
func TestDenials(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 3 {
		b.exec(t, `INSERT INTO denial (denial_id, tenant_id, person_id, action, rule, at) VALUES ($1, $2, $3, 'space:freeze', 'R26', $4)`,
			id.New[id.Denial](), b.Tilleuls, b.Lina, dbtest.Now)
	}
	read := func(as, query string) response {
		return b.do(t, request{as: as, method: "GET", path: "/denials" + query})
	}
	first := read("garcia", "?reason=security&limit=2").want(http.StatusOK).thing()
	if items := first.items(); len(items) != 2 || items[0].text("person") != b.Lina.String() || items[0].text("action") != "space:freeze" || items[0].text("rule") != "R26" {
		t.Errorf("%v", first)
	}
	if rest := read("garcia", "?reason=security&limit=2&after="+first.text("next")).want(http.StatusOK).thing(); len(rest.items()) != 1 || rest.text("next") != "" {
		t.Errorf("%v", rest)
	}
	read("garcia", "").problem(422, "invalid", "R60")
	read("garcia", "?reason=curiosity").problem(422, "invalid", "R60")
	if n := b.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'read_denials' AND ground = 'security'`); n != 2 {
		t.Errorf("%d of 2 readings are in the trail", n)
	}
	read("lina", "").problem(403, "forbidden", "R09")
	read("diallo", "").problem(403, "forbidden", "R09")
	read("garcia", "?after=x").problem(400, "invalid-cursor", "")
}

// A suspended author's refusal says until when (R53).
func TestASuspendedAuthorIsToldUntilWhen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `INSERT INTO standing (standing_id, tenant_id, person_id, kind, during, reason)
		VALUES (gen_random_uuid(), $1, $2, 'suspended', '[2020-01-01,2099-01-02 10:00Z)', 'x')`, b.Tilleuls, b.Lina)
	answer := b.do(t, request{as: "lina", method: "POST", path: "/spaces/" + b.Blog.String() + "/contributions",
		body: thing{"kind": "article", "title": "Un", "body": "<p>Texte</p>", "submit": true}}).want(http.StatusUnprocessableEntity).thing()
	fault := answer["errors"].([]any)[0].(map[string]any)
	if fault["rule"] != "R53" || fault["until"] != "2099-01-02T10:00:00Z" {
		t.Errorf("refused %v", answer)
	}
}
