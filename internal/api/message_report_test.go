package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// A private message goes from the ENT to the director with what was said around it, and what is
// decided comes back under the ENT's own id (R25).
func TestAMessageReportByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := func(name, from, text string) thing {
		return thing{"id": name, "author": thing{"external_id": from}, "sent_at": "2026-11-24T08:00:00Z", "text": text}
	}
	sent := thing{
		"message": message("m-2", "noe", "Tu es <b>nulle</b>."), "recipients": []thing{{"external_id": "lina"}}, "before": []thing{message("m-1", "lina", "Bonjour.")},
		"ground": "INJ", "explanation": "Il recommence.",
	}
	receipt := b.do(t, request{as: "lina", method: "POST", path: "/message-reports", body: sent}).want(http.StatusAccepted).thing()
	if !strings.HasPrefix(receipt.text("reference"), "S-") || receipt.text("secret") == "" {
		t.Errorf("receipt %v", receipt)
	}
	b.work(t)
	line := b.firstCase(t, "garcia")
	if line.text("message") != "m-2" || line.text("title") != "Message privé" || line["masked"] != false {
		t.Errorf("line %v", line)
	}
	evidence := b.do(t, request{as: "garcia", method: "GET", path: "/cases/" + line.text("id") + "/evidence"}).want(http.StatusOK).thing().items()
	messages := evidence[0]["exhibit"].(map[string]any)["messages"].([]any)
	if second := thing(messages[1].(map[string]any)); len(messages) != 2 || second["reported"] != true || second.text("html") != "<p>Tu es &lt;b&gt;nulle&lt;/b&gt;.</p>" {
		t.Errorf("messages %v", messages)
	}
	b.onCase(t, "garcia", line.text("id"), thing{
		"action": "decide", "verdict": "remind", "reason": thing{"ground": "INJ", "text": "On ne s'insulte pas."}, "answer": "Les règles ont été rappelées.",
	}).want(http.StatusOK)
	if got := b.do(t, request{as: "garcia", method: "GET", path: "/cases?done=true"}).want(http.StatusOK).thing().items()[0]; got.text("verdict") != "remind" || got.text("message") != "m-2" {
		t.Errorf("decided %v", got)
	}

	b.do(t, request{as: "diallo", method: "POST", path: "/message-reports", body: sent}).problem(http.StatusForbidden, "forbidden", "R25")
	sent["before"] = []thing{message("a", "lina", "x"), message("b", "lina", "x"), message("c", "lina", "x")}
	b.do(t, request{as: "lina", method: "POST", path: "/message-reports", body: sent}).problem(http.StatusUnprocessableEntity, "invalid", "R25")
	b.anyone(t, "POST", "/message-reports", sent, nil).problem(http.StatusUnauthorized, "login", "")
}
