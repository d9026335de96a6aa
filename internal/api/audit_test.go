package api_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAudit(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.write(t, "lina", b.Blog, thing{"kind": "article", "title": "Titre secret", "body": "<p>Texte secret</p>", "submit": true})
	b.work(t)
	read := func(as, query string) response {
		return b.do(t, request{as: as, method: "GET", path: "/audit" + query})
	}
	whole := read("garcia", "?reason=offence").want(http.StatusOK)
	if items := whole.thing().items(); len(items) < 2 || items[len(items)-1].text("action") != "submit" {
		t.Errorf("%s", whole.body)
	}
	for _, personal := range []string{"secret", "Lina", "Haddad", b.Lina.String()} {
		if strings.Contains(string(whole.body), personal) {
			t.Errorf("the trail tells %s", personal)
		}
	}
	if items := read("garcia", "?reason=offence&action=submit&subject="+c.text("id")).want(http.StatusOK).thing().items(); len(items) != 1 || items[0].text("hash") == "" {
		t.Errorf("%v", items)
	}
	first := read("garcia", "?reason=offence&limit=1").want(http.StatusOK).thing()
	second := read("garcia", "?reason=offence&limit=1&after="+first.text("next")).want(http.StatusOK).thing()
	if first.items()[0].text("id") <= second.items()[0].text("id") {
		t.Errorf("%v, then %v", first, second)
	}
	for _, other := range []string{"lina", "diallo"} {
		read(other, "").problem(403, "forbidden", "R09")
	}
	read("garcia", "").problem(422, "invalid", "R60")
	read("garcia", "?after=x").problem(400, "invalid-cursor", "")
	read("garcia", "?subject=x").problem(400, "invalid-parameter", "")
}

func TestAuthorisations(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `INSERT INTO space_role (tenant_id, space_id, person_id, role) VALUES ($1, $2, $3, 'contributor')`, b.Tilleuls, b.Web, b.Lina)
	c := b.write(t, "lina", b.Web, thing{"kind": "page", "title": "Ma page", "body": "<p>Ma page pour tous.</p>", "submit": true})
	path := "/contributions/" + c.text("id") + "/authorisations"
	paper := thing{"guardian": b.Haddad, "naming": "first_name", "reference": "classeur 5A, feuille 12"}
	record := func(as string, body any) response {
		return b.do(t, request{as: as, method: "POST", path: path, body: body, header: tilleuls})
	}
	record("lina", paper).problem(403, "forbidden", "R36")
	record("diallo", thing{"naming": "nickname", "reference": ""}).want(422)
	list := record("diallo", paper).want(http.StatusOK).thing().items()
	if len(list) != 1 || list[0].text("guardian") != b.Haddad.String() {
		t.Fatalf("%v", list)
	}
	end := request{as: "diallo", method: "DELETE", path: path + "/" + list[0].text("id")}
	b.do(t, end).want(http.StatusNoContent)
	list = b.do(t, request{as: "diallo", method: "GET", path: path}).want(http.StatusOK).thing().items()
	if len(list) != 1 || list[0].text("ended_at") == "" {
		t.Errorf("%v", list)
	}
}

func TestACollectiveWork(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.write(t, "martin", b.Blog, thing{"kind": "article", "title": "Notre sortie", "body": "<p>Écrit à vingt-cinq.</p>", "submit": true})
	path := "/contributions/" + c.text("id") + "/collective"
	decision := thing{"contributors": []thing{{"person": b.Lina}, {"person": b.Noe, "naming": "first_name"}}, "justification": "Écrit ensemble, sous ma direction, pendant la sortie."}
	put := func(as string, body any) response {
		return b.do(t, request{as: as, method: "PUT", path: path, body: body})
	}
	put("martin", decision).problem(409, "impossible", "R37")
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'collective_works', 'true', now())`, b.Tilleuls)
	put("noe", decision).want(http.StatusNotFound)
	put("martin", thing{"contributors": []thing{{"name": "Lina H."}}, "justification": "Voilà."}).want(http.StatusUnprocessableEntity)
	if got := put("martin", decision).want(http.StatusOK).thing().text("id"); got == "" {
		t.Error("the decision has no id")
	}
	end := request{as: "diallo", method: "DELETE", path: path}
	b.do(t, end).want(http.StatusNoContent)
	b.do(t, end).want(http.StatusNotFound)
}
