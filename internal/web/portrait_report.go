package web

import (
	"net/url"
	"slices"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/publication"
)

// newPortraitReport is where somebody who sees a portrait of a trombinoscope reports it.
func (s *Site) newPortraitReport(v *visit) error {
	page, err := v.portraitReportPage(url.Values{})
	if err != nil {
		return err
	}
	return v.render(page)
}

// portraitReportPage is the form of a report, of a portrait that the visitor sees.
func (v *visit) portraitReportPage(form url.Values) (*ReportPage, error) {
	group, err := v.group()
	if err != nil {
		return nil, err
	}
	photo, err := photoOf(v.Param("photo"))
	if err != nil {
		return nil, err
	}
	read, err := v.site.cfg.Reader.Trombinoscope(v.Request().Context(), v.viewer(), group)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(read.Members, func(f publication.Face) bool { return !photo.IsZero() && f.Photo == photo })
	if at < 0 {
		return nil, directory.ErrNotFound
	}
	base, err := v.base(v.Text("report.title"))
	if err != nil {
		return nil, err
	}
	base.Path = v.house.class(group, photo.String(), "report")
	page := v.reportForm(base, form)
	page.About = v.Text("trombinoscope.reported", "Name", read.Members[at].GivenName+" "+read.Members[at].FamilyName, "Class", read.Name)
	page.Crumbs = []Crumb{{v.house.desk("classes"), v.Text("trombinoscope.list")}, {v.house.class(group), v.Text("trombinoscope.of", "Name", read.Name)}}
	return page, nil
}

// reportPortrait takes a report of a portrait, by its address.
func (s *Site) reportPortrait(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	again := func() (*ReportPage, error) { return v.portraitReportPage(form) }
	if _, err := again(); err != nil { // it is nothing that they see
		return err
	}
	group, err := v.group()
	if err != nil {
		return err
	}
	in := v.reportInput(form)
	in.Location = s.cfg.BaseURL + v.house.class(group, v.Param("photo"), string(imageconsent.Standard))
	return v.sendReport(in, again)
}
