package web

import (
	"net/http"

	"github.com/google/uuid"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// ContestForm is where an author appeals a rejection, a mask or a withdrawal that no case
// came before (R45).
type ContestForm struct {
	URL, Decision string
	Text          string // as typed
}

// decisionsOn leads to the cases about a text that its author was told of.
func (v *visit) decisionsOn(c id.Contribution) (list []Crumb, more bool, err error) {
	work, err := v.site.cfg.Cases.AboutWork(v.Request().Context(), v.actor(), c)
	list = make([]Crumb, len(work.Items))
	for i, view := range work.Items {
		list[i] = Crumb{v.house.decision(view.Case), v.decidedFor(view) + " " + v.Text("work.decision", "Reference", view.Reference)}
	}
	return list, work.More, err
}

// contestable is the form, where something was decided against the text without a case.
func (v *visit) contestable(c id.Contribution, item moderation.Item) *ContestForm {
	for _, h := range item.Holds {
		if _, _, _, err := item.Unheard(h.ID.UUID); err == nil && !h.Sealed {
			return &ContestForm{URL: v.house.work(c, "appeal"), Decision: h.ID.String()}
		}
	}
	if item.Refused != nil && item.Open == nil && item.Refused.Status == workflow.Rejected {
		return &ContestForm{URL: v.house.work(c, "appeal"), Decision: item.Refused.ID.String()}
	}
	return nil
}

// contestWork has another human look at what was decided of a text: that is a case of its own,
// which its author follows.
func (s *Site) contestWork(v *visit) error {
	c, item, err := v.own()
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	decision, err := uuid.Parse(form.Get("decision"))
	if err != nil {
		return badForm(err)
	}
	opened, _, err := s.cfg.Cases.Contest(v.Request().Context(), v.actor(), moderation.Contested{Contribution: c, Decision: decision}, form.Get("text"))
	if err == nil {
		return v.done("did.appeal", v.house.decision(opened))
	}
	if !reworded(err) {
		return err
	}
	page, failed := v.workPage(c, item)
	if failed != nil || page.Contest == nil {
		return err
	}
	page.Contest.Text, page.Faults = form.Get("text"), v.faults(err, map[string]string{"text": "appeal"})
	for _, need := range v.unmet(refusalIn(err).Unmet, refusalIn(err).Until) {
		page.Faults = append(page.Faults, Fault{"appeal", need})
	}
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}
