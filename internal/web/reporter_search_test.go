package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// walked are all pages that somebody comes to by links, from where they begin, with what is on them.
// Nothing is sent but GET.
func (br *browser) walked(from ...string) map[string][]byte {
	br.t.Helper()
	const most = 250
	found := map[string][]byte{}
	for waiting := from; len(waiting) > 0 && len(found) < most; {
		path := waiting[0]
		waiting = waiting[1:]
		if _, seen := found[path]; seen || strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/logout") {
			continue
		}
		br.open(path)
		found[path] = append([]byte(br.at.String()+"\n"), br.raw...)
		br.page.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
			target, _, _ := strings.Cut(a.AttrOr("href", ""), "#")
			if target = strings.TrimPrefix(target, br.b.url); strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "//") {
				waiting = append(waiting, target)
			}
		})
	}
	return found
}

// writtenTo is what was ever written to somebody: notices, letters of cases and by mail.
func (b *bundle) writtenTo(t *testing.T, who ...id.Person) []byte {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var all string
	err = conn.QueryRow(t.Context(), `SELECT concat_ws(E'\n', (SELECT string_agg(concat_ws(' ', n.kind, n.title, n.reason, n.told_as), E'\n') FROM notice n WHERE n.person_id = ANY ($1)),
		(SELECT string_agg(concat_ws(E'\n', l.subject, l.body), E'\n') FROM case_letter l WHERE l.person_id = ANY ($1)),
		(SELECT string_agg(concat_ws(E'\n', l.subject, l.body), E'\n') FROM letter l WHERE l.person_id = ANY ($1)))`, who).Scan(&all)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(all)
}

// hushed is another text of Lina's that is blocked by an order of which its authority wants silence; what
// would tell that is searched for with the reporter (R48).
func (b *bundle) hushed(t *testing.T, reporter *dbtest.Reporter) {
	t.Helper()
	text := b.sent(t, "lina", tilleuls, b.Blog.String(), "Le gymnase", "On y joue au ballon.")
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	garcia := actor.Actor{Kind: actor.KindPerson, Person: b.Garcia, Tenant: b.Tilleuls, Via: "test"}
	order, err := b.cases.RecordOrder(t.Context(), garcia, moderation.OrderInput{
		Location: desk + text, Ground: "HATE", Authority: "Tribunal de Popocatépetl", LegalBasis: "LCEN, art. 6-3", Reference: "POPO/2026/7",
		OrderedOn: dbtest.Now.AddDate(0, 0, -1), Reasons: "Popocatépetl.", SilentUntil: dbtest.Now.AddDate(0, 1, 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	for version, c := range []moderation.CaseCommand{
		{Action: workflow.Authenticate, Means: "called_back", Text: "Rappelé."}, {Action: workflow.ExecuteOrder}, {Action: workflow.AnswerOrder, Means: "mail", Text: "Fait."},
	} {
		c.Version = int64(version) + 1
		if err := b.cases.ActOn(t.Context(), garcia, order, c); err != nil {
			t.Fatal(err)
		}
	}
	b.work(t)
	reporter.Besides("Popocatépetl", "POPO/2026", order.String(), "est bloqué sur ordre", ">Bloqué<")
}

// A reporter is searched for in all that the other side can come to: every page by every link, and
// every route with their text's names in it; what was written to them. So is an order of which nobody
// is to be told. A leak that is planted of either is found (R44, R48, invariant 12).
func TestAReporterIsSearchedFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.sent(t, "lina", tilleuls, b.Blog.String(), "Le vestiaire", "Je me moque des chaussures de Tom.")
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	reporter := b.NewReporter(t)
	b.hushed(t, reporter)
	about, err := id.Parse[id.Contribution](text)
	if err != nil {
		t.Fatal(err)
	}
	signed := actor.Actor{Kind: actor.KindPerson, Person: reporter.Person, Tenant: b.Tilleuls, Via: "test"}
	in := moderation.ReportInput{Contribution: about, Ground: "INJ", Explanation: reporter.Words, Name: reporter.Name, Email: reporter.Email, GoodFaith: true}
	located := in
	located.Contribution, located.Location = id.Contribution{}, desk+text
	for _, one := range []struct {
		who actor.Actor
		in  moderation.ReportInput
	}{{signed, located}, {actor.Anonymous(b.Tilleuls, "test"), in}} {
		if _, err := b.cases.Report(t.Context(), one.who, one.in); err != nil {
			t.Fatal(err)
		}
	}
	b.work(t)
	reporter.Reported(t, b.School)
	b.dossier, b.report = b.latestCase(t)
	b.search(t, reporter, text, "reported")

	martin := b.as(t, "martin")
	martin.open(desk + "cases/" + b.dossier).expect(http.StatusOK)
	b.decides(t, martin, "withdraw")
	b.work(t)
	if pages := b.search(t, reporter, text, "decided"); !slices.ContainsFunc(pages, func(path string) bool { return strings.Contains(path, "/decisions/") }) {
		t.Errorf("the author comes to no decision: %v", pages)
	}
	lina := b.as(t, "lina")
	lina.open(desk + "notices").click(`main article:contains("Une décision") a[href*="/decisions/"]`).expect(http.StatusOK)
	lina.fill(`form[action$="/appeal"] button`, map[string]string{"text": "C'était pour rire."}).expect(http.StatusOK)
	b.work(t)
	b.search(t, reporter, text, "appealed")

	b.exec(t, `UPDATE authority_order SET told_at = now()`)
	b.exec(t, `UPDATE case_letter SET body = body || ' Quetzalcoat' WHERE party = 'author'`)
	_, found := b.traced(t, reporter, text)
	for _, trace := range []string{"Quetzalcoat", "est bloqué sur ordre"} {
		if !slices.Contains(slices.Collect(maps.Values(found)), trace) {
			t.Errorf("a leak of %q that is planted is not found: %v", trace, found)
		}
	}
}

// search looks for the reporter, and gives the addresses that the author has come to.
func (b *bundle) search(t *testing.T, reporter *dbtest.Reporter, text, when string) []string {
	t.Helper()
	pages, found := b.traced(t, reporter, text)
	for where, trace := range found {
		t.Errorf("R44, %s: %q is in %s", when, trace, where)
	}
	return pages
}

// traced walks as the author, a guardian of theirs, another reader and anybody.
func (b *bundle) traced(t *testing.T, reporter *dbtest.Reporter, text string) (pages []string, found map[string]string) {
	t.Helper()
	found = map[string]string{}
	from := []string{"/", desk + "texts", desk + "texts/" + text, desk + "texts/" + text + "/history", desk + "notices", desk + text}
	for _, route := range b.routes(t) {
		if method, path := b.addressed(route, tilleuls, text); method == http.MethodGet && !strings.Contains(path, b.dossier) && !strings.Contains(path, b.report) {
			from = append(from, path)
		}
	}
	for who, br := range map[string]*browser{"lina": b.as(t, "lina"), "haddad-1": b.as(t, "haddad-1"), "noe": b.as(t, "noe"), "anybody": b.visitor(t)} {
		for path, read := range br.walked(from...) {
			if trace := reporter.Found(read); trace != "" {
				found[who+" "+path] = trace
			}
			if who == "lina" {
				pages = append(pages, path)
			}
		}
	}
	if trace := reporter.Found(b.writtenTo(t, b.Lina, b.Haddad, b.Noe)); trace != "" {
		found["what was written to them"] = trace
	}
	return pages, found
}
