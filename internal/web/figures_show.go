package web

import (
	"time"

	"imprimatur/internal/calendar"
	"imprimatur/internal/settings"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// FiguresPage shows the figures of a month, for whoever directs, judges or runs the house (R67).
type FiguresPage struct {
	Base
	Month          string // in words
	Earlier, Later string // addresses of the months beside it; empty where there is none
	Report         string // the transparency report
	State          string // how far the month's figures are
	Hidden         string // what is not told, and why
	Blank          bool   // nothing happened
	Charts         []Chart
}

// Template names the page's file.
func (*FiguresPage) Template() string { return "figures" }

func (s *Site) showFigures(v *visit) error {
	var month moderation.Month
	if text := v.QueryParam("month"); text != "" {
		var err error
		if month, err = moderation.ParseMonth(text); err != nil {
			return err
		}
	}
	f, err := s.cfg.Figures.Month(v.Request().Context(), v.actor(), month)
	if err != nil {
		return err
	}
	name := v.Month(f.Month.Month) + " " + f.Month.Day().Format("2006")
	base, err := v.base(v.Text("figures.title", "Month", name))
	if err != nil {
		return err
	}
	base.Wide = true
	page := &FiguresPage{
		Base: base, Month: name, Report: v.house.desk("transparency"), Earlier: v.monthly(f.Month.Previous()), Blank: f.Empty,
		State: v.Text("figures.state_" + stateOf(f)), Hidden: v.Text("figures.hidden", "Least", v.Number(f.Least)),
	}
	if f.Over {
		page.Later = v.monthly(f.Month.Next())
	}
	if !f.Empty {
		page.Charts = v.monthCharts(f)
	}
	return v.render(page)
}

func (v *visit) monthly(m moderation.Month) string {
	return v.house.desk("figures") + "?month=" + m.String()
}

// stateOf says how far a month's figures are.
func stateOf(f moderation.MonthFigures) string {
	switch {
	case f.Final:
		return "final"
	case f.Over:
		return "over"
	}
	return "running"
}

func (v *visit) monthCharts(f moderation.MonthFigures) []Chart {
	return []Chart{
		v.breakdown("texts", f.Texts, f.Least, false, v.standingWord),
		v.timing("looks", f.Looks, v.reviewGoals(f.Values)...),
		v.timing("decisions", f.Decisions, v.reviewGoals(f.Values)...),
		v.breakdown("reports", f.Reports, f.Least, true, func(code string) string { return v.plainGround(workflow.Ground(code)) }),
		v.breakdown("cases", f.Cases, f.Least, false, v.kindWord),
		v.timing("opened", f.Opened),
		v.timing("rulings", f.Rulings, v.severityGoals(f.Values)...),
		v.breakdown("verdicts", f.Verdicts, f.Least, false, v.verdictWord),
		v.appealChart(f.Appeals, f.Answered, f.Least),
		v.consentChart(f),
	}
}

func (v *visit) standingWord(code string) string { return v.Text("figures.standing_" + code) }

func (v *visit) kindWord(code string) string { return v.Text("case.kind_" + code) }

func (v *visit) verdictWord(code string) string { return v.Text("decision.decided_" + code) }

// reviewGoals are what the times of a review are held against, before publication and after it
// (R12, R13).
func (v *visit) reviewGoals(values settings.Values) []string {
	return []string{
		v.Text("figures.goal_before", "Term", v.Term(settings.ReviewTarget.Of(values))),
		v.Text("figures.goal_after", "Term", v.Term(settings.PostReviewTarget.Of(values))),
	}
}

// severityGoals are the targets of decisions by severity, the gravest first (R41).
func (v *visit) severityGoals(values settings.Values) []string {
	var goals []string
	for level := 4; level >= 1; level-- {
		goals = append(goals, v.Text("figures.goal_of", "Level", v.Number(level), "Term", v.Term(settings.SeverityTarget(values, level))))
	}
	return goals
}

// timing is a chart of how long something took: what half of them kept within, and nearly all.
func (v *visit) timing(key string, t moderation.Timing, goals ...string) Chart {
	c := v.chart(key)
	c.Number = v.Text("figures.time")
	switch {
	case t.None:
		c.Nothing = v.Text("figures.nothing")
		return c
	case !t.Enough:
		c.Nothing = v.Text("figures.too_few")
		c.Notes = goals
		return c
	}
	amounts := []amount{v.taken("median", t.Median, true), v.taken("p95", t.P95, t.Many)}
	c = c.draw(amounts)
	if t.Kept.Measured {
		share := v.Text("figures.kept_hidden")
		if t.Kept.Told {
			share = v.Text("figures.kept", "Percent", v.Number(t.Kept.Percent))
		}
		c.Notes = append(c.Notes, share)
	}
	c.Notes = append(c.Notes, goals...)
	return c
}

// taken is a time as a bar.
func (v *visit) taken(key string, d time.Duration, told bool) amount {
	if !told {
		return amount{label: v.Text("figures." + key), value: v.Text("figures.withheld"), hidden: true}
	}
	return amount{label: v.Text("figures." + key), value: v.lasted(d), n: int(d / time.Minute)}
}

// lasted words a time about as exactly as it was measured: in hours from two on, and in days.
func (v *visit) lasted(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return v.Span(calendar.Duration{Kind: calendar.CalendarDays, N: int(d.Round(day) / day)})
	case d >= 2*time.Hour:
		return v.Span(calendar.Duration{Kind: calendar.Hours, N: int(d.Round(time.Hour) / time.Hour)})
	}
	return v.Lasting(d)
}

// appealChart shows appeals, and how those that were answered ended (R45).
func (v *visit) appealChart(lodged moderation.Cell, answered moderation.Breakdown, least int) Chart {
	return v.beside("appeals", lodged, answered, least, func(code string) string { return v.Text("figures.appeal_" + code) })
}

func (v *visit) consentChart(f moderation.MonthFigures) Chart {
	return v.beside("consents", f.Asked, f.Consents, f.Least, func(code string) string { return v.Text("figures.consent_" + code) })
}

// beside is a chart of what was begun and, beside it, of what came of such things: those begun
// earlier included, so that the one is not the sum of the others.
func (v *visit) beside(key string, begun moderation.Cell, came moderation.Breakdown, least int, label func(string) string) Chart {
	c := v.chart(key)
	if came.Empty() && begun.N == 0 && begun.Hiding == moderation.Told {
		c.Nothing = v.Text("figures.nothing")
		return c
	}
	amounts := []amount{v.cellAmount(v.Text("figures.begun_"+key), begun, least)}
	for _, cell := range came.Cells {
		amounts = append(amounts, v.cellAmount(label(cell.Code), cell, least))
	}
	return c.draw(amounts)
}
