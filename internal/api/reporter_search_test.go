package api_test

import (
	"strings"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// A reporter is searched for in all that the other side reads by the API: every GET of the document,
// with what is theirs in it, before a decision and after. A leak that is planted is found (R44,
// invariant 12).
func TestAReporterIsSearchedFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.topic(t)
	about, err := id.Parse[id.Contribution](c.text("id"))
	if err != nil {
		t.Fatal(err)
	}
	reporter := b.NewReporter(t)
	signed := actor.Actor{Kind: actor.KindPerson, Person: reporter.Person, Tenant: b.Tilleuls, Via: "test"}
	if _, err := b.cases.Report(t.Context(), signed, moderation.ReportInput{Contribution: about, Ground: "DEF", Explanation: reporter.Words}); err != nil {
		t.Fatal(err)
	}
	in := moderation.ReportInput{Contribution: about, Ground: "DEF", Explanation: reporter.Words, Name: reporter.Name, Email: reporter.Email, GoodFaith: true}
	if _, err := b.cases.Report(t.Context(), actor.Anonymous(b.Tilleuls, "test"), in); err != nil {
		t.Fatal(err)
	}
	b.work(t)
	reporter.Reported(t, b.School)
	b.search(t, reporter, c, "reported")
	file := b.firstCase(t, "diallo").text("id")
	b.onCase(t, "diallo", file, thing{"action": "decide", "verdict": "withdraw", "reason": thing{"ground": "DEF", "text": "Une accusation sans preuve."}, "facts": "Le sujet accuse.", "answer": "Retiré."}).want(200)
	b.work(t)
	b.search(t, reporter, c, "decided")
	cases := b.do(t, request{as: "lina", method: "GET", path: "/contributions/" + c.text("id") + "/cases"}).thing().items()
	appeal := thing{"action": "appeal", "version": cases[0].number("version"), "case": cases[0].text("id"), "reason": thing{"text": "C'était pour rire."}}
	b.do(t, request{as: "lina", method: "POST", path: "/contributions/" + c.text("id") + "/actions", body: appeal}).want(200)
	b.work(t)
	b.search(t, reporter, c, "appealed")

	hushed := b.hushed(t, reporter)
	b.search(t, reporter, hushed, "hushed")
	b.exec(t, `UPDATE authority_order SET told_at = now()`)
	if found := b.traced(t, reporter, hushed); len(found) == 0 {
		t.Error("an order of which nobody is to be told is not found where it shows")
	}
	b.exec(t, `UPDATE case_letter SET body = body || ' xylophone' WHERE party = 'author'`)
	if found := b.traced(t, reporter, c); len(found) == 0 {
		t.Error("a leak that is planted is not found")
	}
}

// hushed is a text that is blocked by an order of which its authority wants silence; what would tell that is
// searched for with the reporter (R48).
func (b *bundle) hushed(t *testing.T, reporter *dbtest.Reporter) thing {
	t.Helper()
	c := b.topic(t)
	garcia := actor.Actor{Kind: actor.KindPerson, Person: b.Garcia, Tenant: b.Tilleuls, Via: "test"}
	order, err := b.cases.RecordOrder(t.Context(), garcia, moderation.OrderInput{
		Location: c.text("id"), Ground: "HATE", Authority: "Tribunal de Popocatépetl", LegalBasis: "LCEN, art. 6-3", Reference: "POPO/2026/7",
		OrderedOn: dbtest.Now.AddDate(0, 0, -1), Reasons: "Popocatépetl.", SilentUntil: dbtest.Now.AddDate(0, 1, 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	for version, c := range []moderation.CaseCommand{{Action: workflow.Authenticate, Means: "called_back", Text: "Rappelé."}, {Action: workflow.ExecuteOrder}} {
		c.Version = int64(version) + 1
		if err := b.cases.ActOn(t.Context(), garcia, order, c); err != nil {
			t.Fatal(err)
		}
	}
	b.work(t)
	reporter.Besides("Popocatépetl", "POPO/2026", order.String(), `"exposure":"blocked"`, `"kind":"block"`, `"action":"block"`, `"blocked":true`, "bloqué")
	return c
}

func (b *bundle) search(t *testing.T, reporter *dbtest.Reporter, c thing, when string) {
	t.Helper()
	for where, trace := range b.traced(t, reporter, c) {
		t.Errorf("R44, %s: %q is in %s", when, trace, where)
	}
}

// traced reads all that there is to read, as the author, a guardian of theirs and another reader.
func (b *bundle) traced(t *testing.T, reporter *dbtest.Reporter, c thing) map[string]string {
	t.Helper()
	with := b.ours()
	with["contributions"], with["contribution"], with["space"], with["spaces"] = c.text("id"), c.text("id"), "club-lecture", b.Forum.String()
	found := map[string]string{}
	paths, _ := document(t, b.handler)
	for path, operations := range paths {
		if _, reads := operations["get"]; !reads {
			continue
		}
		for _, who := range []string{"lina", "haddad-1", "noe"} {
			answer := b.do(t, request{as: who, method: "GET", path: strings.TrimPrefix(b.filled(path, with), "/api/v1")})
			if trace := reporter.Found(answer.body); trace != "" {
				found[who+" "+path] = trace
			}
		}
	}
	return found
}
