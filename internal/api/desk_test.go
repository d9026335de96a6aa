package api_test

import (
	"net/http"
	"testing"
	"time"

	"imprimatur/internal/dbtest"
)

// The head lends powers, the delegate decides by one, and the desk tells the head.
func TestTheDeskByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	call := func(as, method, path string, body any) response {
		return b.do(t, request{as: as, method: method, path: path, body: body, header: tilleuls})
	}
	article := b.write(t, "lina", b.Forum, thing{"kind": "topic", "title": "Le mammouth", "body": "<p>Noé triche.</p>", "submit": true})
	b.work(t)
	call("noe", "POST", "/reports", thing{"contribution": article.text("id"), "ground": "DEF"}).want(http.StatusAccepted)
	b.work(t)
	until := dbtest.Now.Add(48 * time.Hour).Format(time.RFC3339)
	loan := thing{"to": b.Petit, "powers": []string{"judge", "masker"}, "until": until}
	call("petit", "POST", "/delegations", loan).problem(http.StatusForbidden, "forbidden", "R09")
	call("garcia", "POST", "/delegations", thing{"to": b.Roche, "powers": []string{"director"}}).want(http.StatusUnprocessableEntity)
	call("petit", "GET", "/desk", nil).problem(http.StatusNotFound, "not-found", "")
	lent := call("garcia", "POST", "/delegations", loan).want(http.StatusCreated).thing().items()
	if len(lent) != 2 || lent[0].text("power") != "judge" {
		t.Fatalf("%v", lent)
	}
	desk := call("petit", "GET", "/desk", nil).want(http.StatusOK).thing()
	if cases, _ := desk["cases"].([]any); desk["directs"] != false || len(cases) != 1 {
		t.Errorf("the delegate's desk %v", desk)
	}
	about := b.firstCase(t, "petit")
	call("petit", "POST", "/cases/"+about.text("id")+"/actions", thing{
		"action": "reassign", "version": about["version"], "assignee": b.Petit, "reason": thing{"text": "Je m’en charge."},
	}).want(http.StatusOK)
	acts := call("garcia", "GET", "/desk/acts", nil).want(http.StatusOK).thing().items()
	if len(acts) != 1 || acts[0].text("action") != "reassign" || acts[0].text("power") != "judge" || acts[0].text("case") != about.text("id") {
		t.Errorf("in the head's name: %v", acts)
	}
	if desk := call("garcia", "GET", "/desk", nil).want(http.StatusOK).thing(); desk["directs"] != true {
		t.Errorf("the head's desk %v", desk)
	}
	call("petit", "GET", "/desk/acts", nil).problem(http.StatusForbidden, "forbidden", "R09")
	call("garcia", "GET", "/desk/acts?by=x", nil).problem(http.StatusBadRequest, "invalid-parameter", "")
	if list := call("martin", "GET", "/delegations?limit=1", nil).want(http.StatusOK).thing(); len(list.items()) != 1 || list.text("next") == "" {
		t.Errorf("%v", list)
	}
	call("martin", "DELETE", "/delegations/"+lent[0].text("id"), nil).problem(http.StatusForbidden, "forbidden", "R09")
	call("petit", "DELETE", "/delegations/"+lent[0].text("id"), nil).want(http.StatusNoContent)
	call("garcia", "DELETE", "/delegations/"+lent[0].text("id"), nil).problem(http.StatusNotFound, "not-found", "")
}

// An authority records who stands in, of what is below it and nothing else.
func TestActingHeadsByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `WITH above AS (INSERT INTO tenant (tenant_id, uai, name, kind, time_zone) VALUES (gen_random_uuid(), '0310010H', 'Académie', 'authority', 'Europe/Paris') RETURNING tenant_id),
		moved AS (UPDATE membership m SET tenant_id = above.tenant_id, profile = 'authority' FROM above WHERE m.person_id = $1),
		head AS (INSERT INTO director (tenant_id, person_id, capacity, during) SELECT tenant_id, $1, 'head', '[2024-09-01,)' FROM above)
		UPDATE tenant t SET parent_id = above.tenant_id FROM above WHERE t.tenant_id = $2`, b.Zoe, b.Tilleuls)
	b.exec(t, `UPDATE api_key SET tenants = ARRAY(SELECT tenant_id FROM tenant)`)
	call := func(as, method, path string, body any) response {
		return b.do(t, request{as: as, method: method, path: path, body: body})
	}
	head := thing{"person": b.Petit, "until": "2026-12-24T00:00:00Z", "reference": "Arrêté 2026-118"}
	call("zoe", "POST", "/establishments/0310000Z/acting-heads", head).want(http.StatusUnprocessableEntity) // a head is in office
	b.exec(t, `UPDATE director SET during = '[2024-09-01,2026-11-01)' WHERE tenant_id = $1`, b.Tilleuls)
	call("zoe", "POST", "/establishments/0310001Y/acting-heads", head).problem(http.StatusNotFound, "not-found", "")
	call("diallo", "GET", "/establishments", nil).problem(http.StatusNotFound, "not-found", "")
	made := call("zoe", "POST", "/establishments/0310000Z/acting-heads", head).want(http.StatusCreated).thing()
	tenures, _ := made["tenures"].([]any)
	if made["vacant"] != false || len(tenures) != 1 {
		t.Fatalf("%v", made)
	}
	call("petit", "GET", "/desk", nil).want(http.StatusOK)
	tenure, _ := tenures[0].(map[string]any)["id"].(string)
	call("zoe", "DELETE", "/establishments/0310000Z/acting-heads/"+tenure, nil).want(http.StatusNoContent)
	if list := call("zoe", "GET", "/establishments", nil).want(http.StatusOK).thing().items(); len(list) != 1 || list[0]["vacant"] != true {
		t.Errorf("%v", list)
	}
}
