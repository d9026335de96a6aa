package web

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// WorkPage is where an author follows a text: where it stands, the reasons given,
// what a moderator suggests, and what can be done.
type WorkPage struct {
	Base
	Crumbs           []Crumb
	Statuses         []Status
	Next             string
	Reasons          []ReasonGiven
	Edit, EditLabel  string
	Decisions        []Crumb      // the cases about it that its author was told of
	Earlier          bool         // there are more
	Contest          *ContestForm // an appeal of what no case came before; nil where there is nothing to appeal
	Suggestion       *publication.Difference
	Offers           []OfferForm
	Pictures         *PicturesNote
	Collective       *CollectiveForm
	Texts            []WorkText
	Reading, History string
}

// Template names the page's file.
func (*WorkPage) Template() string { return "work" }

// ReasonGiven is a decision that the author is told the reasons of.
type ReasonGiven struct {
	Class, What, Who, Ground, Text, Redress string
	At                                      time.Time
}

// WorkText is one version of the text.
type WorkText struct {
	Heading string
	Text
}

func (s *Site) showWork(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	item, err := s.cfg.Reviewer.Item(v.Request().Context(), v.actor(), c)
	if err != nil {
		return err
	}
	if !v.actor().Is(item.Contribution.Author) {
		return v.see(v.house.item(c))
	}
	page, err := v.workPage(c, item)
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) workPage(c id.Contribution, item moderation.Item) (*WorkPage, error) {
	last, _ := latestOf(item)
	base, err := v.base(cmp.Or(last.Title, publication.Excerpt(last.HTML, 60), v.Text("mine.untitled")))
	if err != nil {
		return nil, err
	}
	st := standingOfItem(item)
	page := &WorkPage{
		Base: base, Crumbs: []Crumb{{v.house.desk("texts"), v.Text("mine.title")}}, Statuses: v.statuses(st),
		Next: v.next(st, v.site.cfg.Clock()), Texts: v.versions(item), History: v.house.work(c, "history"),
		Offers: v.offers(item.Dossier, item.Offers, v.house.work(c, "act")),
	}
	if item.Exposure == workflow.Visible {
		page.Reading = v.house.permanent(c)
	}
	if item.Suggestion != nil {
		was, _ := latestOf(moderation.Item{Dossier: publication.Dossier{Open: item.Open, Live: item.Live}})
		diff := publication.Diff(publication.Version{Title: was.Title, HTML: was.HTML}, publication.Version{Title: item.Suggestion.Title, HTML: item.Suggestion.HTML})
		page.Suggestion = &diff
	}
	if item.Contribution.Life == workflow.Kept {
		page.Edit, page.EditLabel = v.house.work(c, "edit"), v.Text("work.edit_"+v.editWord(item))
	}
	if page.Pictures, err = v.pictures(c, item, cmp.Or(item.Draft, item.Open, item.Live)); err != nil {
		return nil, err
	}
	if page.Collective, err = v.collective(c, item); err != nil {
		return nil, err
	}
	page.Contest = v.contestable(c, item)
	if page.Decisions, page.Earlier, err = v.decisionsOn(c); err != nil {
		return nil, err
	}
	page.Reasons, err = v.reasons(c)
	return page, err
}

func (v *visit) editWord(item moderation.Item) string {
	switch {
	case item.Draft != nil:
		return "draft"
	case item.Open != nil && item.Open.Status == workflow.ChangesRequested:
		return "changes"
	}
	return "new"
}

// versions are the texts that there are, what its author is at first.
func (v *visit) versions(item moderation.Item) []WorkText {
	var texts []WorkText
	add := func(name string, r *publication.Revision) {
		if r == nil {
			return
		}
		texts = append(texts, WorkText{v.Text("work.text_"+name, "Number", r.Number), Text{
			Printer: v.Printer, ID: "text-" + name, Title: r.Title, HTML: sketched(item.Contribution.Kind.Words(r.HTML), r), Language: r.Language, Credits: r.Attributions,
			Profile: item.Contribution.Kind == publication.Profile,
		}})
	}
	add("draft", item.Draft)
	add("open", item.Open)
	add("live", item.Live)
	if item.Open == nil && item.Live == nil {
		add("rejected", item.Refused)
	}
	return texts
}

// How much of the trail is looked through for reasons, and how many are shown.
const (
	reasonsFrom = 40
	mostReasons = 3
)

// reasons are the latest that others gave for what they decided.
func (v *visit) reasons(c id.Contribution) ([]ReasonGiven, error) {
	history, err := v.site.cfg.Reviewer.History(v.Request().Context(), v.actor(), c, "", reasonsFrom)
	if err != nil {
		return nil, err
	}
	var given []ReasonGiven
	for _, e := range history.Items {
		if e.Reason == "" || v.actor().Is(e.Person) || len(given) == mostReasons {
			continue
		}
		r := ReasonGiven{
			Class: "notice-warning", What: v.Text("event." + string(e.Action)), Who: v.actorName(e), Ground: v.ground(e.Ground), Text: e.Reason, At: e.At,
		}
		switch e.Action {
		case workflow.Reject, workflow.Revert, workflow.Withdraw:
			r.Class, r.Redress = "notice-error", v.Text("work.redress")
		}
		given = append(given, r)
	}
	return given, nil
}

func (v *visit) ground(g workflow.Ground) string {
	if g == "" {
		return ""
	}
	return v.either("ground."+string(g), "ground.PURP")
}

// actOnWork carries out what an author does to a text.
func (s *Site) actOnWork(v *visit) error {
	c, item, err := v.own()
	if err != nil {
		return err
	}
	form, act, err := v.command()
	if err != nil {
		return err
	}
	err = s.cfg.Reviewer.Act(v.Request().Context(), v.actor(), c, act)
	if err == nil {
		return v.done("did."+string(act.Action), v.house.work(c))
	}
	if !reworded(err) {
		return err
	}
	page, failed := v.workPage(c, item)
	if failed != nil {
		return failed
	}
	page.Faults = v.refuseAct(page.Offers, form, err)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// refuseAct puts what is wrong with an act's form beside its fields.
func (v *visit) refuseAct(offers []OfferForm, form url.Values, err error) Faults {
	refusal := refusalIn(err)
	faults := v.again(offers, form, refusal)
	for _, need := range v.unmet(refusal.Unmet, refusal.Until) {
		faults = append(faults, Fault{"actions", need})
	}
	for _, fault := range v.faults(err, nil) {
		faults = append(faults, Fault{"actions", fault.Text})
	}
	return faults
}
