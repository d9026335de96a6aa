package web

import (
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// LentActsPage lists what was done lately in the director's name.
type LentActsPage struct {
	Base
	Pager
	Back  string
	Items []DeskItem
	Only  string // whose acts alone are shown; empty for everybody's
	All   string
	By    []Crumb // each delegate's alone
}

// Template names the page's file.
func (*LentActsPage) Template() string { return "lent_acts" }

func (s *Site) listLentActs(v *visit) error {
	delegate, err := id.Parse[id.Person](v.QueryParam("by"))
	if err != nil {
		delegate = id.Person{} // what names nobody narrows nothing
	}
	list, err := s.cfg.Cases.LentActs(v.Request().Context(), v.actor(), delegate, v.QueryParam("after"), 0)
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("desk.acts"))
	if err != nil {
		return err
	}
	page := &LentActsPage{Base: base, Pager: v.pager(list.Next), Back: v.house.desk("desk"), All: v.house.desk("desk", "acts")}
	page.Path = v.house.desk("desk", "acts")
	seen := map[id.Person]bool{}
	for _, act := range list.Items {
		page.Items = append(page.Items, v.lentAct(act))
		if !seen[act.Person] {
			seen[act.Person] = true
			page.By = append(page.By, v.actsBy(act))
		}
		if act.Person == delegate {
			page.Only = act.Name
		}
	}
	return v.render(page)
}

func (v *visit) actsBy(act moderation.LentAct) Crumb {
	return Crumb{v.house.desk("desk", "acts") + "?by=" + act.Person.String(), act.Name}
}
