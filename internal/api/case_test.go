package api_test

import (
	"net/http"
	"strings"
	"testing"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
)

// topic is a text of Lina's that everybody of the collège reads, and what it is about.
func (b *bundle) topic(t *testing.T) thing {
	t.Helper()
	c := b.write(t, "lina", b.Forum, thing{"kind": "topic", "title": "Le mammouth", "body": "<p>Noé est un tricheur.</p>", "submit": true})
	b.work(t)
	return c
}

// takedown is what somebody without an account asks for.
func takedown(c thing, ground string) thing {
	return thing{
		"location": "https://ent.example/e/0310000Z/club-lecture/" + c.text("id") + "-le-mammouth", "ground": ground, "name": "Jeanne Perrin",
		"email": "jeanne@exemple.fr", "explanation": "C'est faux, et cela le blesse.", "good_faith": true,
	}
}

// anyone makes a call without a key.
func (b *bundle) anyone(t *testing.T, method, path string, body any, header map[string]string) response {
	t.Helper()
	return b.do(t, request{key: "-", method: method, path: path, body: body, header: header})
}

// lend lends Petit the power to judge, so that there is somebody besides Garcia.
func (b *bundle) lend(t *testing.T) {
	t.Helper()
	b.exec(t, `INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during) VALUES ($1, $2, $3, $4, 'judge', tstzrange($5, $6))`,
		id.New[id.Delegation](), b.Tilleuls, b.Garcia, b.Petit, dbtest.Now.AddDate(0, -1, 0), dbtest.Now.AddDate(0, 11, 0))
}

// onCase acts on a case as it is.
func (b *bundle) onCase(t *testing.T, as, file string, more thing) response {
	t.Helper()
	body := thing{"version": b.do(t, request{as: as, method: "GET", path: "/cases/" + file}).want(http.StatusOK).thing().number("version")}
	for name, value := range more {
		body[name] = value
	}
	return b.do(t, request{as: as, method: "POST", path: "/cases/" + file + "/actions", body: body})
}

// firstCase is the first in somebody's list.
func (b *bundle) firstCase(t *testing.T, as string) thing {
	t.Helper()
	items := b.do(t, request{as: as, method: "GET", path: "/cases"}).want(http.StatusOK).thing().items()
	if len(items) == 0 {
		t.Fatalf("%s has no case", as)
	}
	return items[0]
}

// The whole way by the API alone: anyone asks for a removal and follows it by its secret
// address, the director withdraws, the author appeals, somebody else restores.
func TestACaseByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.lend(t)
	c := b.topic(t)
	receipt := b.anyone(t, "POST", "/takedown-requests", takedown(c, "HAR"), nil).want(http.StatusAccepted).thing()
	if !strings.HasPrefix(receipt.text("reference"), "S-") || receipt.text("follow_up") != "https://ent.example/s/"+receipt.text("secret") {
		t.Errorf("receipt %v", receipt)
	}
	b.work(t)
	follow := "/follow-ups/" + receipt.text("secret")
	seen := b.anyone(t, "GET", follow, nil, nil).want(http.StatusOK).thing()
	if seen.text("stage") != "received" || seen.text("title") != "" || len(seen["letters"].([]any)) != 1 {
		t.Errorf("R39: follow-up %v", seen)
	}

	line := b.firstCase(t, "garcia")
	file := line.text("id")
	if line.text("title") != "Le mammouth" || line.number("severity") != 3 || line["masked"] != true || line.number("reports") != 1 {
		t.Errorf("R42: line %v", line)
	}
	view := b.do(t, request{as: "garcia", method: "GET", path: "/cases/" + file}).want(http.StatusOK)
	if view.header.Get("ETag") == "" || view.thing().text("status") != "examining" || strings.Contains(string(view.body), "Jeanne Perrin") {
		t.Errorf("case %s", view.body)
	}
	if named := b.do(t, request{as: "garcia", method: "GET", path: "/cases/" + file + "?reporters=true"}).want(http.StatusOK); !strings.Contains(string(named.body), "Jeanne Perrin") {
		t.Errorf("R44: who reported is not named to whoever judges and asks: %s", named.body)
	}
	for query, want := range map[string]int{"ground=HAR&status=examining": 1, "ground=DEF": 0, "status=inquiring": 0} {
		if items := b.do(t, request{as: "garcia", method: "GET", path: "/cases?" + query}).want(http.StatusOK).thing().items(); len(items) != want {
			t.Errorf("%s: %d cases", query, len(items))
		}
	}
	evidence := b.do(t, request{as: "garcia", method: "GET", path: "/cases/" + file + "/evidence"}).want(http.StatusOK).thing().items()
	if len(evidence) != 1 || thing(evidence[0]["exhibit"].(map[string]any)).text("html") != "<p>Noé est un tricheur.</p>" {
		t.Errorf("evidence %v", evidence)
	}

	b.onCase(t, "garcia", file, thing{"action": "inquire", "reason": thing{"text": "Connaissez-vous l'élève ?"}}).want(http.StatusOK)
	b.work(t)
	asked := b.anyone(t, "GET", follow, nil, nil).want(http.StatusOK).thing()
	reply := thing{"action": "respond", "version": asked.number("version"), "reason": thing{"text": "C'est mon neveu."}}
	b.anyone(t, "POST", follow+"/actions", reply, nil).want(http.StatusOK)
	b.anyone(t, "POST", follow+"/actions", reply, nil).problem(http.StatusConflict, "stale", "R19")

	decision := thing{
		"action": "decide", "verdict": "withdraw", "reason": thing{"ground": "DEF", "text": "Tu accuses un camarade de tricher, sans preuve."},
		"facts": "Le sujet dit d'un élève nommé qu'il triche.", "answer": "Le texte visait une personne.",
	}
	decision["version"] = b.do(t, request{as: "garcia", method: "GET", path: "/cases/" + file}).thing().number("version")
	preview := b.do(t, request{as: "garcia", method: "POST", path: "/cases/" + file + "/preview", body: decision}).want(http.StatusOK).thing()
	toAuthor, toReporter := thing(preview["to_author"].(map[string]any)).text("body"), thing(preview["to_reporter"].(map[string]any)).text("body")
	if strings.Contains(toAuthor, "Perrin") || strings.Contains(toReporter, "Lina") || !strings.Contains(toAuthor, "sans preuve") || !strings.Contains(toReporter, "visait une personne") {
		t.Errorf("R44: letters\n%s\n%s", toAuthor, toReporter)
	}
	b.do(t, request{as: "garcia", method: "POST", path: "/cases/" + file + "/actions", body: decision}).want(http.StatusOK)
	b.do(t, request{as: "garcia", method: "POST", path: "/cases/" + file + "/actions", body: decision}).problem(http.StatusConflict, "stale", "R19")
	b.work(t)
	if got := b.do(t, request{as: "garcia", method: "GET", path: "/contributions/" + c.text("id")}).thing().text("exposure"); got != "withdrawn" {
		t.Errorf("it is %s", got)
	}
	done := b.anyone(t, "GET", follow, nil, nil).want(http.StatusOK).thing()
	if done.text("stage") != "decided" || len(done["allowed_actions"].([]any)) != 0 {
		t.Errorf("R45: what went their way is not theirs to appeal: %v", done)
	}

	b.appealed(t, c, file)
}

// appealed has Lina appeal what was decided of her text, and Petit restore it.
func (b *bundle) appealed(t *testing.T, c thing, file string) {
	t.Helper()
	about := b.do(t, request{as: "lina", method: "GET", path: "/contributions/" + c.text("id") + "/cases"}).want(http.StatusOK)
	mine := about.thing().items()
	if len(mine) != 1 || mine[0].text("id") == file || mine[0].text("verdict") != "withdraw" || strings.Contains(string(about.body), "Perrin") || !strings.Contains(string(about.body), "sans preuve") {
		t.Fatalf("R43, R44: for the author: %s", about.body)
	}
	version := mine[0].number("version")
	b.do(t, request{as: "noe", method: "GET", path: "/contributions/" + c.text("id") + "/cases"}).problem(http.StatusNotFound, "not-found", "")
	appeal := request{as: "lina", method: "POST", path: "/contributions/" + c.text("id") + "/actions", body: thing{
		"action": "appeal", "version": version, "case": mine[0].text("id"), "reason": thing{"text": "Je parlais du jeu des tricheurs."},
	}}
	b.do(t, request{as: "noe", method: "POST", path: appeal.path, body: appeal.body}).problem(http.StatusNotFound, "not-found", "")
	decision := "/decisions/" + mine[0].text("id") // without naming what it is about, as a notice does
	if seen := b.do(t, request{as: "lina", method: "GET", path: decision}).want(http.StatusOK).thing(); seen.text("reference") != mine[0].text("reference") || seen.number("version") != version {
		t.Errorf("R43: %v", seen)
	}
	spoken := thing{"action": "appeal", "version": version, "reason": thing{"text": "Je parlais du jeu des tricheurs."}}
	for _, somebody := range []string{"noe", "garcia"} {
		b.do(t, request{as: somebody, method: "GET", path: decision}).problem(http.StatusNotFound, "not-found", "")
		b.do(t, request{as: somebody, method: "POST", path: decision + "/actions", body: spoken}).problem(http.StatusNotFound, "not-found", "")
	}
	b.do(t, request{as: "lina", method: "POST", path: decision + "/actions", body: thing{"action": "respond", "version": version, "reason": thing{"text": "x"}}}).problem(http.StatusUnprocessableEntity, "invalid", "")
	b.do(t, request{as: "lina", method: "POST", path: decision + "/actions", body: spoken}).want(http.StatusOK)
	b.work(t)
	overturn := thing{"action": "overturn", "verdict": "keep", "reason": thing{"text": "C'était un jeu : ton texte revient."}}
	b.onCase(t, "garcia", file, overturn).problem(http.StatusUnprocessableEntity, "unmet", "R45")
	b.onCase(t, "petit", file, overturn).want(http.StatusOK)
	b.work(t)
	if got := b.do(t, request{as: "lina", method: "GET", path: "/contributions/" + c.text("id")}).thing(); got.text("exposure") != "visible" {
		t.Errorf("it is %s", got.text("exposure"))
	}
}

// A decision that no case came before is appealed too: by its hold, or as the rejected text.
func TestAnAuthorAppealsAWithdrawalWithoutACase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.lend(t)
	c := b.topic(t)
	c = b.do(t, request{as: "diallo", method: "GET", path: "/contributions/" + c.text("id")}).want(http.StatusOK).thing()
	b.act(t, "diallo", c, "withdraw", thing{"reason": thing{"ground": "INJ", "text": "Tu te moques d'un camarade."}}).want(http.StatusOK)
	b.work(t)
	c = b.do(t, request{as: "lina", method: "GET", path: "/contributions/" + c.text("id")}).want(http.StatusOK).thing()
	hold := thing(c["holds"].([]any)[0].(map[string]any)).text("id")
	b.act(t, "lina", c, "appeal", thing{"hold": hold, "reason": thing{"text": ""}}).problem(http.StatusUnprocessableEntity, "invalid", "R43")
	b.act(t, "lina", c, "appeal", thing{"hold": hold, "reason": thing{"text": "C'est une blague entre nous."}}).want(http.StatusOK)
	b.act(t, "lina", c, "appeal", thing{"hold": hold, "reason": thing{"text": "Encore."}}).problem(http.StatusUnprocessableEntity, "unmet", "R45")
	b.work(t)
	if line := b.firstCase(t, "garcia"); line.text("kind") != "appeal" || line.text("contribution") != c.text("id") {
		t.Errorf("line %v", line)
	}
}

// A reply has no title of its own: its case is named by what it answers.
func TestACaseOfAReplyHasAName(t *testing.T) {
	t.Parallel()
	b := setup(t)
	reply := b.write(t, "noe", b.Forum, thing{"kind": "reply", "parent": b.topic(t).text("id"), "body": "<p>Non.</p>", "submit": true})
	b.work(t)
	b.do(t, request{as: "lina", method: "POST", path: "/reports", body: thing{"contribution": reply.text("id"), "ground": "INJ"}}).want(http.StatusAccepted)
	b.work(t)
	if line := b.firstCase(t, "diallo"); line.text("title") != "Le mammouth" || line.text("contribution") != reply.text("id") {
		t.Errorf("line %v", line)
	}
}

// What R38 asks for is said field by field, and who has an account needs a ground alone.
func TestWhatATakedownRequestHasToSay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.topic(t)
	p := b.anyone(t, "POST", "/takedown-requests", thing{"location": "https://ent.example/e/0310000Z/", "ground": "DEF"}, nil).problem(http.StatusUnprocessableEntity, "invalid", "R38")
	var fields []string
	for _, fault := range p.Errors {
		fields = append(fields, fault.Field)
	}
	if got := strings.Join(fields, " "); got != "explanation name email good_faith" {
		t.Errorf("fields %s", got)
	}
	b.anyone(t, "POST", "/takedown-requests", thing{"location": "la page d'accueil", "ground": "DEF"}, nil).problem(http.StatusBadRequest, "which-establishment", "")
	b.anyone(t, "POST", "/takedown-requests", thing{"location": "la page d'accueil", "ground": "HAR", "explanation": "x", "good_faith": true}, tilleuls).want(http.StatusAccepted)
	b.anyone(t, "POST", "/reports", thing{"contribution": c["id"], "ground": "DEF"}, nil).problem(http.StatusUnauthorized, "login", "")
	mine := b.do(t, request{as: "noe", method: "POST", path: "/reports", body: thing{"contribution": c["id"], "ground": "DEF"}}).want(http.StatusAccepted).thing()
	b.work(t)
	list := b.do(t, request{as: "noe", method: "GET", path: "/reports"}).want(http.StatusOK).thing().items()
	if len(list) != 1 || list[0].text("report") != mine.text("report") || list[0].text("title") != "Le mammouth" {
		t.Errorf("reports of Noé: %v", list)
	}
	b.do(t, request{as: "noe", method: "GET", path: "/reports/" + mine.text("report")}).want(http.StatusOK)
	b.do(t, request{as: "lina", method: "GET", path: "/reports/" + mine.text("report")}).problem(http.StatusNotFound, "not-found", "")
}

// A secret is given once. What is remembered for an Idempotency-Key is without it, and a
// secret that opens nothing tells nothing.
func TestTheFollowUpSecretIsKeptNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.topic(t)
	once := map[string]string{"Idempotency-Key": "retrait-1"}
	first := b.anyone(t, "POST", "/takedown-requests", takedown(c, "DEF"), once).want(http.StatusAccepted).thing()
	again := b.anyone(t, "POST", "/takedown-requests", takedown(c, "DEF"), once).want(http.StatusAccepted)
	if again.header.Get("Idempotency-Replayed") != "true" || again.thing().text("reference") != first.text("reference") || again.thing().text("secret") != "" {
		t.Errorf("repeated: %s", again.body)
	}
	var kept int
	if err := b.admin(t).QueryRow(t.Context(), `SELECT count(*) FROM idempotency WHERE position(convert_to($1, 'UTF8') IN body) > 0`, first.text("secret")).Scan(&kept); err != nil || kept != 0 {
		t.Errorf("the secret is kept %d times, %v", kept, err)
	}
	for _, secret := range []string{"x", strings.Repeat("A", 43), first.text("secret") + "A", first.text("reference"), first.text("report")} {
		b.anyone(t, "GET", "/follow-ups/"+secret, nil, nil).problem(http.StatusNotFound, "not-found", "")
		b.anyone(t, "POST", "/follow-ups/"+secret+"/actions", thing{"action": "appeal", "version": 1, "reason": thing{"text": "x"}}, nil).problem(http.StatusNotFound, "not-found", "")
	}
}

// The owner of a space examines without learning who reported (R44); the author finds no case.
func TestWhoSeesWhatOfACase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.topic(t)
	b.anyone(t, "POST", "/takedown-requests", takedown(c, "DEF"), nil).want(http.StatusAccepted)
	b.work(t)
	file := b.firstCase(t, "diallo").text("id")
	read := b.do(t, request{as: "diallo", method: "GET", path: "/cases/" + file}).want(http.StatusOK)
	if strings.Contains(string(read.body), "Jeanne") || strings.Contains(string(read.body), "jeanne") {
		t.Errorf("R44: the owner reads who reported: %s", read.body)
	}
	b.do(t, request{as: "diallo", method: "POST", path: "/cases/" + file + "/notes", body: thing{"text": "J'appelle la famille."}}).want(http.StatusNoContent)
	for _, somebody := range []string{"lina", "noe", "martin", "roche", "zoe"} {
		header := map[string]string{}
		if somebody == "martin" {
			header = tilleuls
		}
		for _, path := range []string{"/cases/" + file, "/cases/" + file + "/evidence"} {
			b.do(t, request{as: somebody, method: "GET", path: path, header: header}).problem(http.StatusNotFound, "not-found", "")
		}
		if items := b.do(t, request{as: somebody, method: "GET", path: "/cases", header: header}).want(http.StatusOK).thing().items(); len(items) != 0 {
			t.Errorf("%s lists %v", somebody, items)
		}
	}
}

// Whoever comes by a mailed secret says whether they reported; who only reads has said nothing (R46).
func TestAReportIsClaimedByTheAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	receipt := b.anyone(t, "POST", "/takedown-requests", takedown(b.topic(t), "DEF"), nil).want(http.StatusAccepted).thing()
	b.work(t)
	report, err := id.Parse[id.Report](receipt.text("report"))
	if err != nil {
		t.Fatal(err)
	}
	secret, err := b.cases.FollowLink(t.Context(), b.Tilleuls, report)
	if err != nil {
		t.Fatal(err)
	}
	asked := func(secret string) bool {
		return b.anyone(t, "GET", "/follow-ups/"+secret, nil, nil).want(http.StatusOK).thing()["unclaimed"] == true
	}
	if asked(receipt.text("secret")) || !asked(secret) || !asked(secret) {
		t.Error("asked are others than who comes by the mailed secret")
	}
	claim := "/follow-ups/" + secret + "/claim"
	b.anyone(t, "POST", claim, thing{}, nil).problem(http.StatusUnprocessableEntity, "invalid", "")
	b.anyone(t, "POST", "/follow-ups/x/claim", thing{"mine": true}, nil).problem(http.StatusNotFound, "not-found", "")
	if got := b.anyone(t, "POST", claim, thing{"mine": true}, nil).want(http.StatusOK).thing(); got["unclaimed"] != false || asked(secret) {
		t.Errorf("asked again: %v", got)
	}
}
