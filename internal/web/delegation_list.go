package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// DelegationsPage lists what powers are lent, and lends more.
type DelegationsPage struct {
	Base
	Directs     bool
	Action      string
	Powers      []Option // with what each allows
	People      []Option
	From, Until string   // as typed
	Never       []string // what cannot be lent, and by which rule
	Parts       []DelegationPart
}

// Template names the page's file.
func (*DelegationsPage) Template() string { return "delegations" }

// DelegationPart is the delegations in force, to come, or over.
type DelegationPart struct {
	ID, Title string
	Items     []DelegationItem
}

// DelegationItem is one power lent to somebody.
type DelegationItem struct {
	Power, To, From, Days string
	End                   string // where it is ended; empty where the visitor cannot
}

// neverLent are what nobody can do for the director, by the keys of its words.
var neverLent = []string{"never.lift", "never.reply", "never.press", "never.families", "never.draft"}

func (s *Site) listDelegations(v *visit) error {
	page, err := v.delegationsPage(v.Request().URL.Query())
	if err != nil {
		return err
	}
	return v.render(page)
}

// delegationsPage shows what is lent, with the form as it was filled in.
func (v *visit) delegationsPage(typed url.Values) (*DelegationsPage, error) {
	ctx := v.Request().Context()
	d, err := v.site.cfg.Directory.Direction(ctx, v.actor())
	if err != nil {
		return nil, err
	}
	base, err := v.base(v.Text("delegations.title"))
	if err != nil {
		return nil, err
	}
	page := &DelegationsPage{Base: base, Directs: d.Directs, Action: v.house.desk("delegations"), From: typed.Get("from"), Until: typed.Get("until"), Parts: v.delegationParts(d)}
	page.Path = page.Action
	for _, key := range neverLent {
		page.Never = append(page.Never, v.Text(key))
	}
	for _, power := range directory.Powers() {
		page.Powers = append(page.Powers, Option{string(power), v.Text("allows." + string(power)), slices.Contains(typed["powers"], string(power))})
	}
	if !d.Directs {
		return page, nil
	}
	people, err := v.site.cfg.Directory.Colleagues(ctx, v.actor())
	for _, p := range people {
		if p.ID != v.who.Person.ID {
			page.People = append(page.People, Option{p.ID.String(), p.FullName(), p.ID.String() == typed.Get("to")})
		}
	}
	return page, err
}

// delegationParts are what holds now first, then what will, then what is over.
func (v *visit) delegationParts(d directory.Direction) []DelegationPart {
	now := v.site.cfg.Clock()
	parts := []DelegationPart{
		{ID: "now", Title: v.Text("delegations.now")}, {ID: "coming", Title: v.Text("delegations.coming")}, {ID: "over", Title: v.Text("delegations.over")},
	}
	for _, g := range d.Delegations {
		at := 0
		switch {
		case !g.During.Until.After(now):
			at = 2
		case g.During.From.After(now):
			at = 1
		}
		item := DelegationItem{Power: v.Text("power." + string(g.Power)), To: d.Names[g.To], From: d.Names[g.From], Days: v.dates(g.During)}
		if at < 2 && (d.Directs || v.actor().Is(g.To)) {
			item.End = v.house.desk("delegations", g.ID.String(), "end")
		}
		parts[at].Items = append(parts[at].Items, item)
	}
	return slices.DeleteFunc(parts, func(p DelegationPart) bool { return len(p.Items) == 0 })
}

func (s *Site) lend(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	loan, err := v.loan(form)
	if err == nil {
		_, err = s.cfg.Directory.Lend(v.Request().Context(), v.actor(), loan)
	}
	if err == nil {
		return v.done("did.delegate", v.house.desk("delegations"))
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.delegationsPage(form)
	if failed != nil {
		return failed
	}
	page.Faults = v.faults(err, nil)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// loan reads the form: whole days, the last included. Whoever is not named is nobody.
func (v *visit) loan(form url.Values) (directory.Loan, error) {
	var l directory.Loan
	l.To, _ = id.Parse[id.Person](form.Get("to"))
	for _, power := range form["powers"] {
		l.Powers = append(l.Powers, actor.Role(power))
	}
	var err error
	l.During, err = v.wholeDays(form)
	return l, err
}

// wholeDays reads two days of a form, from the first's midnight to the one that ends the last.
// Nothing is the zero time: from now on, or no end.
func (v *visit) wholeDays(form url.Values) (directory.Period, error) {
	from, err := v.midnight(form.Get("from"), 0)
	if err != nil {
		return directory.Period{}, &directory.FieldError{Field: "from", Code: "not_a_date"}
	}
	until, err := v.midnight(form.Get("until"), 1)
	if err != nil {
		return directory.Period{}, &directory.FieldError{Field: "until", Code: "not_a_date"}
	}
	return directory.Period{From: from, Until: until}, nil
}

// midnight is when a day begins in the establishment, some days after the one that was typed.
func (v *visit) midnight(typed string, later int) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, typed)
	if err != nil {
		return time.Time{}, err
	}
	return v.ParseInput(day.AddDate(0, 0, later).Format(time.DateOnly) + "T00:00")
}

func (s *Site) endDelegation(v *visit) error {
	delegation, err := id.Parse[id.Delegation](v.Param("delegation"))
	if err != nil {
		return directory.ErrNotFound
	}
	if err := s.cfg.Directory.EndDelegation(v.Request().Context(), v.actor(), delegation); err != nil {
		return err
	}
	return v.done("did.end_delegation", v.house.desk("delegations"))
}
