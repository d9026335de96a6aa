package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/postgres"
	"imprimatur/moderation"
)

// past keeps months of the collège as if they had been: so many reports for an insult in each.
func (b *bundle) past(t *testing.T, year int, reports ...int) {
	t.Helper()
	err := postgres.Transactions[moderation.FiguresTx](b.db)(t.Context(), b.Tilleuls, func(tx moderation.FiguresTx) error {
		for i, n := range reports {
			m := moderation.Month{Year: year, Month: time.Month(i + 1)}
			counts := moderation.Counts{moderation.ReportGround: {"INJ": n, "HAR": 3}, moderation.CaseDecision: {"90": n}, "decision_visibility": {"DISABLED": n}}
			if err := tx.KeepFigures(t.Context(), m, counts, clock()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The head reads a month: charts with their tables, small numbers hidden, and the months beside it.
func TestFiguresOfAMonth(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.past(t, 2026, 20, 30, 40)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "cases").click(`main a[href$="/-/figures"]`).expect(http.StatusOK)
	garcia.open(desk + "figures?month=2026-02").expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "février 2026") || !strings.Contains(got, "ne changent plus") || strings.Contains(got, "figures.") {
		t.Errorf("the head reads %s", got)
	}
	chart := garcia.find("#chart-reports").Parent()
	if got := chart.Find("table td").Map(func(_ int, s *goquery.Selection) string { return s.Text() }); strings.Join(got, "|") != "30|< 10" {
		t.Errorf("the table behind the chart has %q", got)
	}
	svg := chart.Find("svg[role=img]")
	if svg.Find("title").Text() == "" || !strings.Contains(svg.Find("desc").Text(), "30") || svg.Find(".chart-bar").Length() != 1 || svg.Find(".chart-hidden").Length() != 1 {
		t.Errorf("the chart is %s", svg.Text())
	}
	if got := chart.Text(); !strings.Contains(got, "En tout\u00a0: non donné") {
		t.Errorf("the total is told: %s", got)
	}
	garcia.click(`main a[rel=next]`).expect(http.StatusOK)
	if got := garcia.text("h1"); !strings.Contains(got, "mars 2026") {
		t.Errorf("the next month is %s", got)
	}
	if garcia.open(desk + "figures?month=2020-02"); !strings.Contains(garcia.text("main"), "Il ne s'est rien passé") || garcia.page.Find("svg").Length() != 0 {
		t.Errorf("a month of nothing: %s", garcia.text("main"))
	}
	if garcia.open(desk + "figures"); garcia.page.Find(`main a[rel=next]`).Length() != 0 {
		t.Error("a month that has not begun is offered")
	}
}

// What is no month, and one to come, is refused in words; who may not read figures is told so.
func TestFiguresThatAreNone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia")
	for _, path := range []string{
		"figures?month=9999-99", "figures?month=2026-1", "figures?month=2026-00", "figures?month=../../etc", "figures?month=9999-12", "figures?month=0000-01",
		"transparency?year=2026", "transparency?year=x", "transparency?year=99999", "transparency?year=-1", "transparency.csv?year=../x", "transparency.csv?year=2026",
	} {
		garcia.open(desk + path).expect(http.StatusUnprocessableEntity)
		if got := garcia.text("main"); !strings.Contains(got, "R67") && !strings.Contains(got, "2026-11") {
			t.Errorf("%s: %s", path, got)
		}
	}
	for _, path := range []string{"figures", "transparency", "transparency.csv"} {
		b.as(t, "martin").open(desk + path).expect(http.StatusForbidden)
		b.as(t, "roche").open(desk + path).expect(http.StatusNotFound)
	}
}

// The report of a year: what months are too small to tell, in the vocabulary of the statement of
// reasons, as a page and as a table.
func TestTransparencyReport(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := b.as(t, "garcia")
	if garcia.open(desk + "transparency").expect(http.StatusOK); !strings.Contains(garcia.text("main"), "pas encore de rapport") {
		t.Errorf("there is a report: %s", garcia.text("main"))
	}
	b.past(t, 2025, 3, 3, 3, 3, 3, 3, 0, 0, 3, 3, 3, 3)
	garcia.open(desk + "transparency").expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "Rapport de transparence 2025") || !strings.Contains(got, "ILLEGAL_OR_HARMFUL_SPEECH") || strings.Contains(got, "statement.") {
		t.Errorf("the report is %s", got)
	}
	garcia.click(`main a[download]`).expect(http.StatusOK)
	if got := garcia.header.Get("Content-Type") + garcia.header.Get("Cache-Control"); got != "text/csv; charset=utf-8no-store" {
		t.Errorf("the table is %s", got)
	}
	rows, err := tableOf(string(garcia.raw))
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, row := range rows[1:] {
		told[row[1]+" "+row[2]] = row[3]
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				t.Errorf("%q begins a formula", cell)
			}
		}
	}
	for line, want := range map[string]string{
		"report_ground ILLEGAL_OR_HARMFUL_SPEECH": "30", "report_ground CYBER_VIOLENCE": "36", "decision_visibility DISABLED": "30", "decision_visibility REMOVED": "0",
		"case_decision median_minutes": "90", "appeal_lodged all": "0",
	} {
		if told[line] != want {
			t.Errorf("%s is %q, want %q", line, told[line], want)
		}
	}
}

// A report that the head publishes is for anybody, with its table, and changes no more; one that is
// not published is there for nobody else, and neither is another establishment's.
func TestTransparencyReportIsPublished(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.past(t, 2024, 25, 25, 25, 25, 25, 25, 25, 25, 25, 25, 25, 25)
	b.past(t, 2025, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30)
	public := desk + "transparency/2025"
	readers := map[string]*browser{"a visitor": b.visitor(t), "a pupil": b.as(t, "noe"), "a teacher": b.as(t, "martin"), "a head elsewhere": b.as(t, "roche")}
	garcia := b.as(t, "garcia")
	hidden := func(when string) {
		t.Helper()
		for who, reader := range readers {
			for _, path := range []string{public, public + "/table.csv", desk + "transparency/2024", desk + "transparency/2025x", desk + "transparency/99999", desk + "transparency/0"} {
				if reader.open(path); reader.status != http.StatusNotFound {
					t.Errorf("%s: %s opens %s: %d", when, who, path, reader.status)
				}
			}
			if reader.open(desk + "legal").expect(http.StatusOK); strings.Contains(reader.text("main"), "transparence") {
				t.Errorf("%s: %s is told of a report: %s", when, who, reader.text("main"))
			}
		}
	}
	hidden("before")
	publish := desk + "transparency/publish"
	sent := url.Values{"year": {"2025"}, "read": {"1"}}
	b.as(t, "martin").send("POST", publish, sent, nil).expect(http.StatusForbidden)
	b.as(t, "roche").send("POST", publish, sent, nil).expect(http.StatusNotFound)
	b.visitor(t).send("POST", publish, sent, nil)
	garcia.send("POST", publish, url.Values{"year": {"2025"}}, nil).expect(http.StatusUnprocessableEntity)
	if got := garcia.text("main"); !strings.Contains(got, "publier ce rapport est une décision") {
		t.Errorf("without having read it: %s", got)
	}
	garcia.send("POST", publish, url.Values{"year": {"2026"}, "read": {"1"}}, nil).expect(http.StatusUnprocessableEntity)
	hidden("refused")

	garcia.open(desk + "transparency?year=2025").expect(http.StatusOK)
	garcia.fill(`form[action$="/publish"]`, map[string]string{"read": "1"}).expect(http.StatusOK)
	if got := garcia.text("main"); !strings.Contains(got, "Publié le") || garcia.page.Find(`form[action$="/publish"]`).Length() != 0 {
		t.Errorf("at the desk: %s", got)
	}
	garcia.send("POST", publish, sent, nil).expect(http.StatusUnprocessableEntity)
	if got := garcia.text("main"); !strings.Contains(got, "déjà publié") {
		t.Errorf("published twice: %s", got)
	}
	desked := string(garcia.open(desk + "transparency.csv?year=2025").expect(http.StatusOK).raw)
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'smallest_cell', '50', now())`, b.Tilleuls)
	if now := string(garcia.open(desk + "transparency.csv?year=2025").expect(http.StatusOK).raw); now == desked {
		t.Fatal("a setting changes nothing at the desk")
	}
	for who, reader := range readers {
		reader.open(desk + "checks").expect(http.StatusOK)
		reader.open(desk + "legal").click(`main a[href="` + public + `"]`).expect(http.StatusOK)
		got := reader.text("main")
		if !strings.Contains(got, "Rapport de transparence 2025") || !strings.Contains(got, "360") || strings.Contains(got, "Garcia") || strings.Contains(got, "Chiffres du mois") {
			t.Errorf("%s reads %s", who, got)
		}
		if table := string(reader.click(`main a[download]`).expect(http.StatusOK).raw); table != desked {
			t.Errorf("%s: the table has changed: %s", who, table)
		}
		reader.open(desk + "transparency/2024").expect(http.StatusNotFound)
		reader.open("/e/" + platanes + "/-/transparency/2025").expect(http.StatusNotFound)
	}
	if n := b.count(t, `SELECT count(*) FROM audit_entry WHERE action = 'publish_report' AND status_to = '2025' AND rule = 'R67'`); n != 1 {
		t.Errorf("%d acts in the trail", n)
	}
}

func tableOf(body string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma = ';'
	return r.ReadAll()
}

// Whoever reads figures leaves a line in the trail, with the month and nothing else.
func TestReadingFiguresIsInTheTrail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.as(t, "garcia").open(desk + "figures?month=2026-02").expect(http.StatusOK)
	admin, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(t.Context())
	var of string
	if err := admin.QueryRow(t.Context(), `SELECT status_to FROM audit_entry WHERE action = 'read_figures'`).Scan(&of); err != nil || of != "2026-02" {
		t.Errorf("the trail says %q: %v", of, err)
	}
}
