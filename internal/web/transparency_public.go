package web

import (
	"net/http"
	"strconv"

	"imprimatur/internal/directory"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// publishReport has anybody read the transparency report of a year from now on: a deliberate act, for
// who directs.
func (s *Site) publishReport(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	year, err := moderation.ParseYear(form.Get("year"))
	if err == nil && form.Get("read") == "" {
		err = &directory.FieldError{Field: "read", Code: "required", Rule: "R67"}
	}
	if err == nil {
		err = s.cfg.Figures.Publish(v.Request().Context(), v.actor(), year)
	}
	if err == nil {
		return v.done("did.publish_report", v.house.desk("transparency")+"?year="+strconv.Itoa(year))
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.transparencyPage(year)
	if failed != nil {
		return failed
	}
	page.Faults = v.faults(err, nil)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// publicReport reads the report that the path names, where it is published.
func (s *Site) publicReport(v *visit) (publication.PublicReport, moderation.YearReport, error) {
	year, err := strconv.Atoi(v.Param("year"))
	if err != nil || year < 1 || year > 9999 {
		return publication.PublicReport{}, moderation.YearReport{}, directory.ErrNotFound
	}
	said, err := s.cfg.Reader.Transparency(v.Request().Context(), v.viewer(), year)
	if err != nil {
		return said, moderation.YearReport{}, err
	}
	r, err := moderation.ReadReport(said.Document)
	return said, r, err
}

// showPublicReport shows a published report to anybody, as it was published.
func (s *Site) showPublicReport(v *visit) error {
	said, r, err := s.publicReport(v)
	if err != nil {
		return err
	}
	return v.reading(http.StatusOK, said.Sheet, func() (Page, error) {
		page := &TransparencyPage{Published: v.Text("transparency.published", "Day", v.Day(said.PublishedAt))}
		v.tell(page, r)
		page.Table = v.house.desk("transparency", page.Year, "table.csv")
		return page, page.begin(v, v.Text("transparency.title", "Year", page.Year))
	})
}

// exportPublicReport gives it as a table.
func (s *Site) exportPublicReport(v *visit) error {
	_, r, err := s.publicReport(v)
	if err != nil {
		return err
	}
	return v.reportTable(r)
}

// publicReports lead to what an establishment has published, from its information pages; nothing where
// that is nothing.
func (v *visit) publicReports(years []int) []Section {
	if len(years) == 0 {
		return nil
	}
	section := Section{ID: "transparency", Title: v.Text("transparency.section"), Texts: []string{v.Text("transparency.section_about")}}
	for _, year := range years {
		text := strconv.Itoa(year)
		section.Links = append(section.Links, Crumb{v.house.desk("transparency", text), v.Text("transparency.title", "Year", text)})
	}
	return []Section{section}
}
