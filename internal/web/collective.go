package web

import (
	"net/http"
	"net/url"
	"strings"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// CollectiveForm is where an adult says that a work is collective, with what was said of
// it (R37).
type CollectiveForm struct {
	Send, End     string // End: empty where nothing was said yet
	About         string // what was said last
	Contributors  string // one a line
	Justification string
}

// collective is the form, for whoever may fill it in or take back what was said; nil for
// anybody else.
func (v *visit) collective(c id.Contribution, item moderation.Item) (*CollectiveForm, error) {
	if item.Sealed || !item.MayBeCollective() {
		return nil, nil //nolint:nilnil // no form is no error
	}
	form := &CollectiveForm{Send: v.house.work(c, "collective")}
	if said := item.Collective; said != nil {
		who, err := v.site.cfg.Authorisations.DecidedBy(v.Request().Context(), v.actor(), c)
		if err != nil {
			return nil, err
		}
		form.End = v.house.work(c, "collective", "end")
		form.About = v.Text("collective.said", "Who", who, "At", v.Moment(said.DecidedAt))
		form.Contributors, form.Justification = strings.Join(said.Contributors, "\n"), said.Justification
	}
	return form, nil
}

// sayCollective says that a work is collective.
func (s *Site) sayCollective(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	_, err = s.cfg.Authorisations.Qualify(v.Request().Context(), v.actor(), c, publication.CollectiveInput{
		Contributors: strings.Split(form.Get("contributors"), "\n"), Justification: form.Get("justification"),
	})
	if err == nil {
		return v.done("did.qualify_collective", v.house.work(c))
	}
	if !correctable(err) {
		return err
	}
	return v.sayAgain(c, form, err)
}

// sayAgain shows the form on the page that it was on, with what is wrong and what was typed.
func (v *visit) sayAgain(c id.Contribution, form url.Values, err error) error {
	item, failed := v.site.cfg.Reviewer.Item(v.Request().Context(), v.actor(), c)
	if failed != nil {
		return failed
	}
	keep := func(base *Base, said *CollectiveForm) {
		if said != nil {
			said.Contributors, said.Justification = form.Get("contributors"), form.Get("justification")
		}
		base.Faults = v.faults(err, nil)
	}
	if v.actor().Is(item.Contribution.Author) {
		page, failed := v.workPage(c, item)
		if failed != nil {
			return failed
		}
		keep(&page.Base, page.Collective)
		return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
	}
	page, failed := v.itemPage(c, item)
	if failed != nil {
		return failed
	}
	keep(&page.Base, page.Collective)
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

// endCollective takes back that a work is collective.
func (s *Site) endCollective(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	if err := s.cfg.Authorisations.Disqualify(v.Request().Context(), v.actor(), c); err != nil {
		return err
	}
	return v.done("did.disqualify_collective", v.house.work(c))
}
