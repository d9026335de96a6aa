package web

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// DecisionPage is a case for the author of what it is about: what was decided, why, and
// how to have it looked at again. Who reported is not in it (R44).
type DecisionPage struct {
	Base
	Crumbs    []Crumb
	Status    Status
	Reference string
	Work      string // the text itself
	What      string
	Next      string
	Letters   []LetterNote
	Appealed  string // their own words
	Appeal    *TalkForm
	Until     time.Time
}

// Template names the page's file.
func (*DecisionPage) Template() string { return "decision" }

func (s *Site) showDecision(v *visit) error {
	page, err := v.decisionPage()
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) decisionPage() (*DecisionPage, error) {
	c, err := authorCaseOf(v.Param("case"))
	if err != nil {
		return nil, err
	}
	view, err := v.site.cfg.Cases.AuthorView(v.Request().Context(), v.actor(), c)
	if err != nil {
		return nil, err
	}
	base, err := v.base(cmp.Or(view.Title, v.Text("mine.untitled")))
	if err != nil {
		return nil, err
	}
	page := &DecisionPage{
		Base: base, Crumbs: []Crumb{{v.house.desk("texts"), v.Text("mine.title")}}, Reference: view.Reference, What: v.decidedFor(view),
		Status: Status{stageBadges[view.Stage], v.Text("stage." + string(view.Stage))}, Letters: v.letters(view.Letters), Appealed: view.Appeal, Until: view.AppealUntil,
		Next: v.Text("decision.next_"+string(view.Stage), "Who", view.Handler, "Due", v.dueOn(view), "Until", v.Limit(view.AppealUntil), "May", view.MayAppeal),
	}
	if !view.Contribution.IsZero() {
		page.Work = v.house.work(view.Contribution)
	}
	if view.MayAppeal {
		page.Appeal = &TalkForm{URL: v.house.decision(c, "appeal"), Version: view.Version}
	}
	return page, nil
}

// authorCaseOf reads how an author knows a case; what is none is not found.
func authorCaseOf(param string) (id.AuthorCase, error) {
	c, err := id.Parse[id.AuthorCase](param)
	if err != nil {
		return c, directory.ErrNotFound
	}
	return c, nil
}

// dueOn is the day on which an appeal is to be answered; empty where none is.
func (v *visit) dueOn(view moderation.AuthorView) string {
	if view.DueOn.IsZero() {
		return ""
	}
	return v.CivilDay(view.DueOn)
}

// decidedFor is what was decided, in one sentence for whoever wrote it.
func (v *visit) decidedFor(view moderation.AuthorView) string {
	switch {
	case view.Blocked:
		return v.Text("decision.for_author_blocked")
	case view.Lifted:
		return v.Text("decision.for_author_lifted")
	case view.Verdict == workflow.Keep && view.Appeal != "":
		return v.Text("decision.for_author_upheld")
	case view.Verdict != "":
		return v.Text("decision.for_author_" + string(view.Verdict))
	case view.Masked:
		return v.Text("decision.for_author_masked")
	}
	return v.Text("decision.for_author_open")
}

// appealDecision has another human look at it, once (R45).
func (s *Site) appealDecision(v *visit) error {
	c, err := authorCaseOf(v.Param("case"))
	if err != nil {
		return err
	}
	form, version, err := v.talked()
	if err != nil {
		return err
	}
	err = s.cfg.Cases.AppealCase(v.Request().Context(), v.actor(), c, version, form.Get("text"))
	if err == nil {
		return v.done("did.appeal", v.house.decision(c))
	}
	if !reworded(err) && !errors.Is(err, workflow.ErrStale) {
		return err
	}
	page, failed := v.decisionPage()
	if failed != nil || page.Appeal == nil {
		return cmp.Or(failed, err)
	}
	page.Appeal.Text, page.Faults = form.Get("text"), v.faults(err, map[string]string{"text": "appeal"})
	if errors.Is(err, workflow.ErrStale) {
		page.Faults = Faults{{"appeal", v.Text("case.moved")}}
	}
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}
