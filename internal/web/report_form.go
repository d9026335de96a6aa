package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// ReportPage is where somebody who belongs to the establishment reports what they read:
// a ground in plain words, and nothing else that must be filled in (R38).
type ReportPage struct {
	Base
	Crumbs    []Crumb
	About     string // what is reported
	Send      string
	Common    []GroundGroup
	Others    []GroundGroup
	OtherOpen bool
	Pictures  []PictureChoice // where it may be about one of them
	Text      string
	Above     bool // there is an authority, which may examine it instead (R40)
	Authority bool // as chosen
}

// Template names the page's file.
func (*ReportPage) Template() string { return "report" }

// PictureChoice is a picture to choose; without an address, none of them.
type PictureChoice struct {
	Option
	Src string
}

func (s *Site) newReport(v *visit) error {
	page, err := v.reportPage(url.Values{"photo": {v.QueryParam("photo")}})
	if err != nil {
		return err
	}
	return v.render(page)
}

// reportPage is the form, with what was chosen and typed.
func (v *visit) reportPage(form url.Values) (*ReportPage, error) {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return nil, err
	}
	read, err := v.site.cfg.Reader.Contribution(v.Request().Context(), v.viewer(), c)
	if err != nil {
		return nil, err
	}
	base, err := v.base(v.Text("report.title"))
	if err != nil {
		return nil, err
	}
	base.Path = v.house.desk("report", c.String())
	p := read.Published
	page := v.reportForm(base, form)
	page.About, page.Pictures = v.reportedAs(p), v.pictureChoices(p, form.Get("photo"))
	page.Crumbs = append(v.crumbs(read.Place), Crumb{v.house.permanent(c), v.titleOf(p)})
	return page, nil
}

// reportForm is the form of whatever is reported, which is sent to where it is.
func (v *visit) reportForm(base Base, form url.Values) *ReportPage {
	chosen := workflow.Ground(form.Get("ground"))
	return &ReportPage{
		Base: base, Send: base.Path, Common: v.plainGrounds(commonGrounds, chosen), Others: v.plainGrounds(otherGrounds, chosen), OtherOpen: among(otherGrounds, chosen),
		Text: form.Get("text"), Authority: form.Get("authority") != "", Above: v.hasAbove(),
	}
}

// reportedAs says what is reported, so that nobody reports another by mistake.
func (v *visit) reportedAs(p publication.Published) string {
	return v.Text("report.about", "Kind", v.Text("kind."+string(p.Kind)), "Title", cmp.Or(p.Title, p.Excerpt, publication.Excerpt(p.HTML, 80)), "Author", p.Byline)
}

// pictureChoices are the pictures of a text, each of which may be what it is about.
func (v *visit) pictureChoices(p publication.Published, chosen string) []PictureChoice {
	var list []PictureChoice
	for _, f := range p.Frames {
		if f.Format == "" {
			list = append(list, PictureChoice{Option{f.Photo.String(), "", f.Photo.String() == chosen}, v.house.seen(p.ID, f.Photo, imageconsent.Thumbnail)})
		}
	}
	if len(list) == 0 {
		return nil
	}
	alts := altsOf(p)
	for i := range list {
		list[i].Label = v.Text("report.picture", "Number", i+1)
		if photo, err := id.Parse[id.Photo](list[i].Code); err == nil && alts[photo] != "" {
			list[i].Label = v.Text("report.picture_of", "Number", i+1, "Alt", alts[photo])
		}
	}
	none := !slices.ContainsFunc(list, func(c PictureChoice) bool { return c.Chosen })
	return append([]PictureChoice{{Option{"", v.Text("report.whole"), none}, ""}}, list...)
}

// hasAbove reports whether an authority is above the establishment.
func (v *visit) hasAbove() bool {
	for _, t := range v.who.Tenants {
		if t.ID == v.house.Tenant {
			return !t.Parent.IsZero()
		}
	}
	return false
}

// report takes a report, and leads to where its reporter follows it: that is the receipt
// (R39). They find it again in the list of their reports.
func (s *Site) report(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	in := v.reportInput(form)
	in.Contribution = c
	if in.Photo, err = id.Parse[id.Photo](form.Get("photo")); err != nil {
		in.Photo = id.Photo{} // the whole of it
	}
	return v.sendReport(in, func() (*ReportPage, error) { return v.reportPage(form) })
}

// reportInput is what the form says, of whatever it is.
func (v *visit) reportInput(form url.Values) moderation.ReportInput {
	return moderation.ReportInput{
		Ground: workflow.Ground(form.Get("ground")), Explanation: form.Get("text"), Authority: form.Get("authority") != "", Language: v.Lang(),
	}
}

// sendReport takes a report, or shows its form again with what is wrong.
func (v *visit) sendReport(in moderation.ReportInput, again func() (*ReportPage, error)) error {
	receipt, err := v.site.cfg.Cases.Report(v.Request().Context(), v.actor(), in)
	if err == nil {
		return v.see(v.house.reported(receipt.Report) + "?sent=1")
	}
	if !reworded(err) {
		return err
	}
	page, failed := again()
	if failed != nil {
		return failed
	}
	page.Faults = v.faults(err, map[string]string{"explanation": "text"})
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}
