package web

import (
	"net/http"
	"net/url"
	"time"

	"imprimatur/internal/directory"
)

// BriefingPage is what everybody reads before their first text, and yearly (R16).
type BriefingPage struct {
	Base
	Version, Next string
	ReadAt        time.Time
	Points        []BriefingPoint
	Checks        []BriefingCheck
}

// Template names the page's file.
func (*BriefingPage) Template() string { return "briefing" }

// BriefingPoint is one thing to know.
type BriefingPoint struct{ Title, Text string }

// BriefingCheck is one thing to confirm.
type BriefingCheck struct {
	ID, Text string
	Checked  bool
}

func (s *Site) showBriefing(v *visit) error {
	page, err := v.briefingPage(nil, v.QueryParam("next"))
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) briefingPage(checked url.Values, next string) (*BriefingPage, error) {
	briefing, err := v.site.cfg.Directory.Briefing(v.Request().Context(), v.actor())
	if err != nil {
		return nil, err
	}
	base, err := v.base(v.Text("briefing.title"))
	if err != nil {
		return nil, err
	}
	page := &BriefingPage{Base: base, Version: briefing.Version, ReadAt: briefing.ReadAt, Next: within(next)}
	page.Path = v.house.desk("briefing")
	for _, point := range briefing.Checklist {
		page.Points = append(page.Points, BriefingPoint{v.Text("briefing." + point + ".title"), v.Text("briefing." + point + ".text")})
		page.Checks = append(page.Checks, BriefingCheck{point, v.Text("briefing." + point + ".check"), checked.Get(point) != ""})
	}
	return page, nil
}

// readBriefing records that the visitor has read and confirmed every point.
func (s *Site) readBriefing(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	answers, ids := map[string]bool{}, map[string]string{}
	for _, point := range directory.Checklist() {
		answers[point], ids["answers."+point] = form.Get(point) != "", point
	}
	err = s.cfg.Directory.ReadBriefing(v.Request().Context(), v.actor(), form.Get("version"), answers)
	if err == nil {
		next := within(form.Get("next"))
		if next == "/" {
			next = v.house.desk("texts")
		}
		return v.done("did.briefed", next)
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.briefingPage(form, form.Get("next"))
	if failed != nil {
		return failed
	}
	page.Faults = v.faults(err, ids)
	for i, fault := range page.Faults {
		if form.Get("version") == page.Version && !answers[fault.Field] {
			page.Faults[i].Text = v.Text("briefing.unchecked")
		}
	}
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}
