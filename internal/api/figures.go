package api

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/moderation"
)

// Figures counts what happens, and reports on a year. moderation.Figures is one.
type Figures interface {
	Month(ctx context.Context, who actor.Actor, m moderation.Month) (moderation.MonthFigures, error)
	ReportOn(ctx context.Context, who actor.Actor, year int) (moderation.YearReport, error)
	Publish(ctx context.Context, who actor.Actor, year int) error
}

// figuresJSON are the figures of a month.
type figuresJSON struct {
	Month          string        `json:"month"`
	Least          int           `json:"least" doc:"Numbers from 1 to below it are hidden (R67)."`
	Final          bool          `json:"final" doc:"The month is over and was kept: nothing changes in it any more."`
	Texts          breakdownJSON `json:"texts" doc:"Submitted, by where they stand."`
	Reports        breakdownJSON `json:"reports" doc:"By ground."`
	Cases          breakdownJSON `json:"cases" doc:"Opened, by kind."`
	Verdicts       breakdownJSON `json:"verdicts"`
	Appeals        cellJSON      `json:"appeals"`
	Answered       breakdownJSON `json:"appeals_answered"`
	Asked          cellJSON      `json:"consents_asked"`
	Consents       breakdownJSON `json:"consents" doc:"By what they came to."`
	FirstLook      timingJSON    `json:"first_look" doc:"Until the first human looked at a text (R12, R13)."`
	Decision       timingJSON    `json:"decision" doc:"Until the first human decision on a text."`
	Examination    timingJSON    `json:"examination" doc:"Until a case was examined."`
	CaseResolution timingJSON    `json:"case_decision" doc:"Until a case was decided (R41)."`
}

// breakdownJSON is what there is of one thing, by code.
type breakdownJSON struct {
	Measure moderation.Measure `json:"measure"`
	Cells   []cellJSON         `json:"cells"`
	Total   cellJSON           `json:"total"`
}

// cellJSON is one number. Of a hidden one it is absent.
type cellJSON struct {
	Code   string            `json:"code,omitempty"`
	N      *int              `json:"n,omitempty" doc:"Absent where it is hidden."`
	From   int               `json:"from,omitempty" doc:"Of a year whose months would tell more together: no less than this, as they tell by themselves."`
	To     int               `json:"to,omitempty" doc:"And no more than this."`
	Hidden moderation.Hiding `json:"hidden,omitempty" doc:"small: fewer than are told. withheld: it would tell a small one, by a subtraction."`
}

// timingJSON is how long something took, in two digits.
type timingJSON struct {
	Median  *int `json:"median_minutes,omitempty" doc:"Absent where there are too few."`
	P95     *int `json:"p95_minutes,omitempty" doc:"Absent where there are fewer than twice as many as are told."`
	Percent *int `json:"percent_in_time,omitempty" doc:"Absent where what was late, or what was in time, is few; and where no target was there."`
}

// transparencyJSON is the transparency report of a year.
type transparencyJSON struct {
	Year       int             `json:"year" doc:"0 where there is none yet."`
	Years      []int           `json:"years" doc:"That there is a report on, the latest first."`
	Published  time.Time       `json:"published_at,omitzero" doc:"Since when anybody reads it, as it was told then; absent where nobody does."`
	Least      int             `json:"least" doc:"Numbers from 1 to below it are hidden (R67)."`
	Notices    breakdownJSON   `json:"notices" doc:"By category."`
	Cases      breakdownJSON   `json:"cases" doc:"Opened, by kind."`
	Verdicts   breakdownJSON   `json:"verdicts"`
	Decision   timingJSON      `json:"case_decision"`
	Statements []breakdownJSON `json:"statements" doc:"Of reasons (R43), by each of their fields."`
	Appeals    cellJSON        `json:"appeals"`
	Answered   breakdownJSON   `json:"appeals_answered"`
	Screened   breakdownJSON   `json:"screened" doc:"What a machine flagged or held, by where it stands since."`
	Masked     breakdownJSON   `json:"masked" doc:"What a machine masked, by what was decided since."`
	Texts      breakdownJSON   `json:"texts" doc:"Submitted, by where they stand."`
}

func (a *API) getFigures(c *call) (answer, error) {
	var month moderation.Month
	if text := c.query.Get("month"); text != "" {
		var err error
		if month, err = moderation.ParseMonth(text); err != nil {
			return answer{}, err
		}
	}
	f, err := a.cfg.Figures.Month(c.Request().Context(), c.who, month)
	if err != nil {
		return answer{}, err
	}
	return answer{body: figuresJSON{
		Month: f.Month.String(), Least: f.Least, Final: f.Final, Texts: shownBreakdown(f.Texts), Reports: shownBreakdown(f.Reports),
		Cases: shownBreakdown(f.Cases), Verdicts: shownBreakdown(f.Verdicts), Appeals: shownCell(f.Appeals), Answered: shownBreakdown(f.Answered),
		Asked: shownCell(f.Asked), Consents: shownBreakdown(f.Consents), FirstLook: shownTiming(f.Looks), Decision: shownTiming(f.Decisions),
		Examination: shownTiming(f.Opened), CaseResolution: shownTiming(f.Rulings),
	}}, nil
}

func (a *API) getTransparency(c *call) (answer, error) {
	year, err := moderation.ParseYear(c.query.Get("year"))
	if err != nil {
		return answer{}, err
	}
	return a.transparency(c, year)
}

// publishTransparency has anybody read the report of a year from now on.
func (a *API) publishTransparency(c *call) (answer, error) {
	year, err := moderation.ParseYear(c.Param("year"))
	if err != nil {
		return answer{}, directory.ErrNotFound
	}
	if err := a.cfg.Figures.Publish(c.Request().Context(), c.who, year); err != nil {
		return answer{}, err
	}
	return a.transparency(c, year)
}

func (a *API) transparency(c *call, year int) (answer, error) {
	r, err := a.cfg.Figures.ReportOn(c.Request().Context(), c.who, year)
	if err != nil {
		return answer{}, err
	}
	out := transparencyJSON{
		Year: r.Year, Years: append([]int{}, r.Years...), Published: r.PublishedAt, Least: r.Least, Notices: shownBreakdown(r.Notices), Cases: shownBreakdown(r.Cases),
		Verdicts: shownBreakdown(r.Verdicts), Decision: shownTiming(r.Median), Statements: []breakdownJSON{}, Appeals: shownCell(r.Appeals),
		Answered: shownBreakdown(r.Answered), Screened: shownBreakdown(r.Screened), Masked: shownBreakdown(r.Masked), Texts: shownBreakdown(r.Texts),
	}
	for _, b := range r.Statements {
		out.Statements = append(out.Statements, shownBreakdown(b))
	}
	return answer{body: out}, nil
}

func shownBreakdown(b moderation.Breakdown) breakdownJSON {
	out := breakdownJSON{Measure: b.Measure, Cells: []cellJSON{}, Total: shownCell(b.Total)}
	for _, c := range b.Cells {
		out.Cells = append(out.Cells, shownCell(c))
	}
	return out
}

func shownCell(c moderation.Cell) cellJSON {
	out := cellJSON{Code: c.Code, Hidden: c.Hiding, From: c.From, To: c.To}
	if c.Hiding == moderation.Told {
		out.N = &c.N
	}
	return out
}

func shownTiming(t moderation.Timing) timingJSON {
	return timingJSON{
		Median: told(minutes(t.Median), t.Enough), P95: told(minutes(t.P95), t.Many), Percent: told(t.Kept.Percent, t.Kept.Told),
	}
}

func minutes(d time.Duration) int { return int(d / time.Minute) }

// told is a number, or nothing where it is not to be told.
func told(n int, isTold bool) *int {
	if !isTold {
		return nil
	}
	return &n
}
