package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// commandment is an order about a text.
func commandment(c thing) thing {
	return thing{
		"location": "https://ent.example/e/0310000Z/club-lecture/" + c.text("id"), "ground": "HATE", "authority": "Tribunal judiciaire de Toulouse",
		"legal_basis": "LCEN, art. 6-3", "reference": "TJ-31/2026/1187", "ordered_on": "2026-11-20T00:00:00Z", "reasons": "Le texte appelle à la haine.",
	}
}

// ordered is the order of a case.
func ordered(c thing) thing {
	order, _ := c["order"].(map[string]any)
	return order
}

// The order path by the API alone (R48): recorded, its sender made sure of, executed, answered,
// and lifted by the director alone.
func TestAnOrderByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.lend(t)
	c := b.topic(t)
	order := b.do(t, request{as: "petit", method: "POST", path: "/orders", body: commandment(c)}).want(http.StatusOK).thing()
	file := order.text("id")
	if order.text("kind") != "order" || order.text("status") != "ordered" || ordered(order).text("authority") == "" {
		t.Errorf("recorded: %v", order)
	}
	b.onCase(t, "petit", file, thing{"action": "execute"}).problem(http.StatusUnprocessableEntity, "unmet", "R48")
	b.onCase(t, "petit", file, thing{"action": "authenticate", "means": "x", "reason": thing{"text": "Rappelé."}}).problem(http.StatusUnprocessableEntity, "invalid", "R48")
	b.onCase(t, "petit", file, thing{"action": "authenticate", "means": "called_back", "reason": thing{"text": "Rappelé."}}).want(http.StatusOK)
	executed := b.onCase(t, "petit", file, thing{"action": "execute"}).want(http.StatusOK).thing()
	if draft := ordered(executed).text("draft"); !strings.Contains(draft, "TJ-31/2026/1187") {
		t.Errorf("the draft is %q", draft)
	}
	if seen := b.do(t, request{as: "martin", method: "GET", path: "/contributions/" + c.text("id"), header: tilleuls}).want(http.StatusOK).thing(); seen.text("exposure") != "blocked" {
		t.Errorf("executed, and %s", seen.text("exposure"))
	}
	b.onCase(t, "petit", file, thing{"action": "answer_order", "means": "mail", "reason": thing{"text": "C'est bloqué."}}).want(http.StatusOK)
	lift := thing{"action": "lift_order", "reason": thing{"text": "Rapporté.", "reference": "TJ-31/2026/1201"}}
	b.onCase(t, "petit", file, lift).problem(http.StatusForbidden, "forbidden", "R48")
	b.onCase(t, "garcia", file, thing{"action": "lift_order", "reason": thing{"text": "Rapporté."}}).problem(http.StatusUnprocessableEntity, "reason", "R48")
	if lifted := b.onCase(t, "garcia", file, lift).want(http.StatusOK).thing(); lifted.text("status") != "closed" || ordered(lifted).text("lift_reference") == "" {
		t.Errorf("lifted: %v", lifted)
	}
}

// What an order must say, and who records one.
func TestWhoRecordsOrders(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.topic(t)
	b.do(t, request{as: "lina", method: "POST", path: "/orders", body: commandment(c)}).problem(http.StatusForbidden, "forbidden", "R48")
	nowhere := commandment(c)
	nowhere["location"] = "https://ent.example/e/0310000Z/nulle-part/x"
	b.do(t, request{as: "garcia", method: "POST", path: "/orders", body: nowhere}).problem(http.StatusUnprocessableEntity, "invalid", "R48")
}
