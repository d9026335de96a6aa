package web_test

import (
	"encoding/csv"
	"net/http"
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
