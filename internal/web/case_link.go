package web

import (
	"cmp"
	"net/http"
	"slices"

	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// LinkNote is another case that belongs with one.
type LinkNote struct {
	URL, Text, Reason string
	Status            Status
	Case              string
	Cut, CutLabel     string // where the link is ended
}

// LinkForm is where a case is linked to another.
type LinkForm struct {
	URL     string
	Choices []Option
	Text    string
	Open    bool
}

// relate fills in the cases that belong with this one, and where one is linked.
func (p *CasePage) relate(v *visit, view moderation.CaseView) error {
	if view.GoesOn != "" {
		p.GoesOn = &Crumb{v.house.dossier(view.MergedInto), view.GoesOn}
	}
	for _, l := range view.Linked {
		p.Linked = append(p.Linked, LinkNote{
			URL: v.house.dossier(l.Case), Text: l.Reference + " – " + cmp.Or(l.Title, v.Text("case.somewhere")), Reason: l.Reason, Status: v.caseStatuses(moderation.Case{Status: l.Status})[0],
			Case: l.Case.String(), Cut: v.house.dossier(view.ID, "unlink"), CutLabel: v.Text("case.unlink_which", "Reference", l.Reference),
		})
	}
	if !view.MergedInto.IsZero() {
		return nil
	}
	others, err := v.otherCases(view, func(moderation.Case) bool { return true })
	others = slices.DeleteFunc(others, func(o Option) bool {
		return slices.ContainsFunc(view.Linked, func(l moderation.CaseLink) bool { return l.Case.String() == o.Code })
	})
	if len(others) > 0 {
		p.Link = &LinkForm{URL: v.house.dossier(view.ID, "link"), Choices: others}
	}
	return err
}

// otherCases are the most urgent cases to choose another from, that suit.
func (v *visit) otherCases(view moderation.CaseView, suits func(moderation.Case) bool) ([]Option, error) {
	others, err := v.site.cfg.Cases.Cases(v.Request().Context(), v.actor(), moderation.CaseFilter{})
	var list []Option
	for _, line := range others.Items {
		if line.ID != view.ID && suits(line.Case) {
			list = append(list, Option{line.ID.String(), line.Reference + " – " + cmp.Or(line.Target.Title, v.Text("case.somewhere")), false})
		}
	}
	return list, err
}

// linkCase links a case to another, so that the page of each leads to the other (R51).
func (s *Site) linkCase(v *visit) error {
	c, form, err := v.caseForm()
	if err != nil {
		return err
	}
	other, _ := id.Parse[id.Case](form.Get("into")) // nobody chosen is no case, and the service says so
	err = s.cfg.Cases.Link(v.Request().Context(), v.actor(), c, other, form.Get("text"))
	if err == nil {
		return v.done("did.link_case", v.house.dossier(c)+"#linked")
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.casePage()
	if failed != nil {
		return failed
	}
	if page.Link != nil {
		page.Link.Open, page.Link.Text = true, form.Get("text")
		for i := range page.Link.Choices {
			page.Link.Choices[i].Chosen = page.Link.Choices[i].Code == form.Get("into")
		}
	}
	page.Faults = v.faults(err, map[string]string{"into": "link-into", "text": "link-text"})
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// unlinkCase ends a link.
func (s *Site) unlinkCase(v *visit) error {
	c, form, err := v.caseForm()
	if err != nil {
		return err
	}
	other, err := caseOf(form.Get("into"))
	if err != nil {
		return err
	}
	if err := s.cfg.Cases.Unlink(v.Request().Context(), v.actor(), c, other); err != nil {
		return err
	}
	return v.done("did.unlink_case", v.house.dossier(c)+"#linked")
}
