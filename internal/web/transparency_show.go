package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"imprimatur/moderation"
)

// TransparencyPage is the transparency report of a year: for whoever directs, judges or runs the
// house and, once it is published, for anybody.
type TransparencyPage struct {
	Base
	Year      string // empty where there is no report yet
	Years     []Crumb
	Blank     bool // nothing happened in the year
	Hidden    string
	Table     string // address of the report as a table
	Monthly   string // the figures of the month; empty for anybody
	Published string // since when anybody reads it, in words; empty where nobody does
	Public    string // where; empty on that page itself
	Publish   string // where it is published; empty for who may not
	Charts    []Chart
}

// Template names the page's file.
func (*TransparencyPage) Template() string { return "transparency" }

func (s *Site) showTransparency(v *visit) error {
	year, err := moderation.ParseYear(v.QueryParam("year"))
	if err != nil {
		return err
	}
	page, err := v.transparencyPage(year)
	if err != nil {
		return err
	}
	return v.render(page)
}

// transparencyPage is the report of a year at the desk, of the latest where none is named.
func (v *visit) transparencyPage(year int) (*TransparencyPage, error) {
	r, err := v.site.cfg.Figures.ReportOn(v.Request().Context(), v.actor(), year)
	if err != nil {
		return nil, err
	}
	page := &TransparencyPage{Monthly: v.house.desk("figures")}
	if r.Year == 0 {
		return page, page.begin(v, v.Text("transparency.none"))
	}
	v.tell(page, r)
	page.Table = v.house.desk("transparency.csv") + "?year=" + page.Year
	for _, year := range r.Years {
		page.Years = append(page.Years, Crumb{v.house.desk("transparency") + "?year=" + strconv.Itoa(year), strconv.Itoa(year)})
	}
	switch {
	case !r.PublishedAt.IsZero():
		page.Published, page.Public = v.Text("transparency.published", "Day", v.Day(r.PublishedAt)), v.house.desk("transparency", page.Year)
	case v.directs() && !v.house.above:
		page.Publish = v.house.desk("transparency", "publish")
	}
	return page, page.begin(v, v.Text("transparency.title", "Year", page.Year))
}

// tell puts into a page what a report tells.
func (v *visit) tell(page *TransparencyPage, r moderation.YearReport) {
	page.Year, page.Hidden, page.Blank = strconv.Itoa(r.Year), v.Text("figures.hidden", "Least", v.Number(r.Least)), r.Empty
	page.Charts = v.yearCharts(r)
}

// begin gives the page its head.
func (p *TransparencyPage) begin(v *visit, title string) error {
	var err error
	p.Base, err = v.base(title)
	p.Wide = true
	return err
}

func (v *visit) yearCharts(r moderation.YearReport) []Chart {
	charts := []Chart{
		v.breakdown("notices", r.Notices, r.Least, true, v.statementWord("category")),
		v.breakdown("cases", r.Cases, r.Least, false, v.kindWord),
		v.timing("rulings", r.Median),
		v.breakdown("verdicts", r.Verdicts, r.Least, false, v.verdictWord),
		v.appealChart(r.Appeals, r.Answered, r.Least),
	}
	for _, b := range r.Statements {
		charts = append(charts, v.breakdown(string(b.Measure), b, r.Least, true, v.statementWord(b.Measure)))
	}
	return append(charts,
		v.breakdown("screened", r.Screened, r.Least, true, v.screenedWord),
		v.breakdown("masked", r.Masked, r.Least, true, v.maskedWord),
		v.breakdown("texts", r.Texts, r.Least, false, v.standingWord),
	)
}

// statementWord words the vocabulary of a field of the statement of reasons.
func (v *visit) statementWord(field moderation.Measure) func(code string) string {
	return func(code string) string { return v.Text("statement." + string(field) + "_" + code) }
}

func (v *visit) screenedWord(code string) string {
	screening, standing, _ := strings.Cut(code, "_")
	return v.Text("figures.screened_"+screening, "Standing", v.standingWord(standing))
}

func (v *visit) maskedWord(code string) string {
	if code == moderation.Undecided {
		return v.Text("figures.undecided")
	}
	return v.verdictWord(code)
}

// exportTransparency gives the report as a table for a spreadsheet, as French ones read it. Every
// word in it is of a closed vocabulary: no cell begins a formula.
func (s *Site) exportTransparency(v *visit) error {
	year, err := moderation.ParseYear(v.QueryParam("year"))
	if err != nil {
		return err
	}
	r, err := s.cfg.Figures.ReportOn(v.Request().Context(), v.actor(), year)
	if err != nil {
		return err
	}
	return v.reportTable(r)
}

func (v *visit) reportTable(r moderation.YearReport) error {
	rows := [][]string{{"year", "measure", "code", "value"}}
	for _, line := range r.Lines() {
		rows = append(rows, []string{strconv.Itoa(r.Year), string(line.Measure), line.Code, line.Value})
	}
	return v.spreadsheet("transparence-"+strconv.Itoa(r.Year)+".csv", rows)
}

// spreadsheet answers with a table for a spreadsheet: with semicolons and a mark of its encoding, as
// French ones want it.
func (v *visit) spreadsheet(name string, rows [][]string) error {
	var table bytes.Buffer
	table.WriteString("\ufeff")
	w := csv.NewWriter(&table)
	w.Comma, w.UseCRLF = ';', true
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	header := v.Response().Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	header.Set("Content-Length", strconv.Itoa(table.Len()))
	return v.Blob(http.StatusOK, "text/csv; charset=utf-8", table.Bytes())
}
