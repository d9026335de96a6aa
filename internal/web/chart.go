package web

import (
	"strings"

	"imprimatur/internal/web/i18n"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// Chart is a chart of bars, drawn on the server, with the table behind it. It is as wide as a
// telephone, so that its words are as large as the page's there.
type Chart struct {
	*i18n.Printer
	ID, Title, About string // about: what is counted, in a sentence
	What, Number     string // heads of the table's columns
	Bars             []Bar
	Nothing          string // in place of a chart without any bar that says something
	Notes            []string
}

// Bar is a line of a chart: its words above, the bar below them.
type Bar struct {
	Label, Value string
	Code         string // the word of a vocabulary that the label stands for; empty for none
	Hidden       bool   // the number is not told: there is no length to draw
	Top, Length  int    // in the chart's own units
}

// longestLabel is how much of a label is drawn; the table has all of it.
const longestLabel = 50

// Drawn is the label as the chart has room for it.
func (b Bar) Drawn() string {
	if runes := []rune(b.Label); len(runes) > longestLabel {
		return strings.TrimSpace(string(runes[:longestLabel-1])) + "…"
	}
	return b.Label
}

// The chart's own units.
const (
	chartWidth = 340
	chartBar   = 180 // the length of the longest bar; its number stands behind it, « 11 heures 50 minutes » at the longest
	chartLine  = 46  // from one bar's words to the next
	chartLeast = 2   // the length of the shortest bar
)

// Width is the chart's width.
func (Chart) Width() int { return chartWidth }

// Longest is the length of the longest bar.
func (Chart) Longest() int { return chartBar }

// Height is the chart's height.
func (c Chart) Height() int { return len(c.Bars) * chartLine }

// Words says every bar, for whoever does not see the chart.
func (c Chart) Words() string {
	parts := make([]string, len(c.Bars))
	for i, bar := range c.Bars {
		parts[i] = c.Text("figures.bar", "Label", bar.Label, "Value", bar.Value)
	}
	return strings.Join(parts, " ; ")
}

// amount is what a bar stands for.
type amount struct {
	label, value string
	n            int
	hidden       bool
	code         string
}

// draw gives amounts their bars.
func (c Chart) draw(amounts []amount) Chart {
	most := 1
	for _, a := range amounts {
		most = max(most, a.n)
	}
	for i, a := range amounts {
		bar := Bar{Label: a.label, Value: a.value, Code: a.code, Hidden: a.hidden, Top: i * chartLine}
		if a.n > 0 {
			bar.Length = max(chartLeast, a.n*chartBar/most)
		}
		c.Bars = append(c.Bars, bar)
	}
	return c
}

// chart begins a chart by its key in the catalogue.
func (v *visit) chart(key string) Chart {
	return Chart{
		Printer: v.Printer, ID: "chart-" + key, Title: v.Text("figures.chart_" + key), About: v.Text("figures.about_" + key),
		What: v.Text("figures.what"), Number: v.Text("figures.number"),
	}
}

// cell is a number of a statistic in words.
func (v *visit) cell(c moderation.Cell, least int) string {
	switch c.Hiding {
	case moderation.Told:
		return v.Number(c.N)
	case moderation.Small:
		return v.Text("figures.small", "Least", v.Number(least))
	case moderation.Withheld:
		if c.To > 0 {
			return v.Text("figures.nearly", "From", v.Number(c.From), "To", v.Number(c.To))
		}
	}
	return v.Text("figures.withheld")
}

// cellAmount is a number of a statistic as a bar.
func (v *visit) cellAmount(label string, c moderation.Cell, least int) amount {
	return amount{label: label, value: v.cell(c, least), n: max(c.N, c.From), hidden: c.Hiding != moderation.Told && c.To == 0}
}

// breakdown is a chart of what there is of one thing. Codes of which there is nothing are left
// out where brief.
func (v *visit) breakdown(key string, b moderation.Breakdown, least int, brief bool, label func(code string) string) Chart {
	c := v.chart(key)
	if b.Empty() {
		c.Nothing = v.Text("figures.nothing")
		return c
	}
	var amounts []amount
	for _, cell := range b.Cells {
		if brief && cell.N == 0 && cell.Hiding == moderation.Told {
			continue
		}
		a := v.cellAmount(label(cell.Code), cell, least)
		if workflow.StatementWords(string(b.Measure)) != nil || key == "notices" {
			a.code = cell.Code
		}
		amounts = append(amounts, a)
	}
	c = c.draw(amounts)
	c.Notes = []string{v.Text("figures.total", "Total", v.cell(b.Total, least))}
	return c
}
