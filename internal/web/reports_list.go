package web

import (
	"cmp"
	"time"
)

// ReportsPage lists what the visitor has reported while signed in.
type ReportsPage struct {
	Base
	Pager
	Items   []ReportItem
	Limited string // until when the visitor reports only what is grave (R47); empty for no limit
}

// Template names the page's file.
func (*ReportsPage) Template() string { return "reports" }

// ReportItem is one report.
type ReportItem struct {
	URL, Title, Reference string
	Status                Status
	At, Due               time.Time
}

func (s *Site) listReports(v *visit) error {
	filed, err := s.cfg.Cases.ReportsBy(v.Request().Context(), v.actor(), v.QueryParam("after"), 0)
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("reports.title"))
	if err != nil {
		return err
	}
	until, err := s.cfg.Cases.LimitedUntil(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	page := &ReportsPage{Base: base, Pager: v.pager(filed.Next)}
	if !until.IsZero() {
		page.Limited = v.Text("problem.403_reports_until", "Until", v.Day(until))
	}
	for _, f := range filed.Items {
		page.Items = append(page.Items, ReportItem{
			URL: v.house.reported(f.Report), Title: cmp.Or(f.Title, v.Text("case.somewhere")), Reference: f.Reference,
			Status: Status{stageBadges[f.Stage], v.Text("stage." + string(f.Stage))}, At: f.At, Due: f.DueAt,
		})
	}
	return v.render(page)
}
