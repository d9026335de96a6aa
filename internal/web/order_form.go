package web

import (
	"net/http"
	"net/url"
	"time"

	"imprimatur/moderation"
	"imprimatur/workflow"
)

// OrderPage is where the head's office records an order of an authority (R48).
type OrderPage struct {
	Base
	Crumbs         []Crumb
	Send           string
	Location       string
	Grounds        []GroundGroup
	Authority      string
	LegalBasis     string
	OrderReference string
	OrderedOn      string
	ReceivedAt     string
	DueBy          string
	Reasons        string
	Redress        string
	SilentUntil    string
	Extra          bool // what is optional was filled in
}

// Template names the page's file.
func (*OrderPage) Template() string { return "order_form" }

func (s *Site) newOrder(v *visit) error {
	page, err := v.orderPage(url.Values{"location": {v.located(v.QueryParam("at"))}, "received_at": {v.Input(s.cfg.Clock())}})
	if err != nil {
		return err
	}
	return v.render(page)
}

// orderPage is the form, with what was typed.
func (v *visit) orderPage(form url.Values) (*OrderPage, error) {
	if err := v.site.cfg.Cases.MayRecordOrder(v.Request().Context(), v.actor()); err != nil {
		return nil, err
	}
	base, err := v.base(v.Text("order.title"))
	if err != nil {
		return nil, err
	}
	base.Path = v.house.desk("orders", "new")
	page := &OrderPage{
		Base: base, Send: v.house.desk("orders"), Crumbs: []Crumb{{v.house.desk("cases"), v.Text("cases.title")}}, Location: form.Get("location"),
		Grounds:   append(v.plainGrounds(commonGrounds, workflow.Ground(form.Get("ground"))), v.plainGrounds(otherGrounds, workflow.Ground(form.Get("ground")))...),
		Authority: form.Get("authority"), LegalBasis: form.Get("legal_basis"), OrderReference: form.Get("reference"), OrderedOn: form.Get("ordered_on"),
		ReceivedAt: form.Get("received_at"), DueBy: form.Get("due_by"), Reasons: form.Get("reasons"), Redress: form.Get("redress"), SilentUntil: form.Get("silent_until"),
	}
	page.Extra = page.DueBy+page.Redress+page.SilentUntil != ""
	return page, nil
}

// recordOrder writes an order down, and leads to its case; where that is the head's own cause,
// to the list, since the authority above has it.
func (s *Site) recordOrder(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	in, err := v.orderInput(form)
	if err != nil {
		return badForm(err)
	}
	c, err := s.cfg.Cases.RecordOrder(v.Request().Context(), v.actor(), in)
	if err != nil {
		if !correctable(err) {
			return err
		}
		page, failed := v.orderPage(form)
		if failed != nil {
			return failed
		}
		page.Faults = v.faults(err, nil)
		return s.render(v.Context, http.StatusUnprocessableEntity, page)
	}
	if _, err := s.cfg.Cases.Case(v.Request().Context(), v.actor(), c); err != nil {
		return v.done("did.order_passed", v.house.desk("cases"))
	}
	return v.done("did.record_order", v.house.dossier(c))
}

func (v *visit) orderInput(form url.Values) (moderation.OrderInput, error) {
	in := moderation.OrderInput{
		Location: form.Get("location"), Ground: workflow.Ground(form.Get("ground")), Authority: form.Get("authority"), LegalBasis: form.Get("legal_basis"),
		Reference: form.Get("reference"), Reasons: form.Get("reasons"), Redress: form.Get("redress"),
	}
	if day := form.Get("ordered_on"); day != "" {
		var err error
		if in.OrderedOn, err = time.Parse(time.DateOnly, day); err != nil {
			return in, err
		}
	}
	for name, at := range map[string]*time.Time{"received_at": &in.ReceivedAt, "due_by": &in.DueBy, "silent_until": &in.SilentUntil} {
		var err error
		if *at, err = v.ParseInput(form.Get(name)); err != nil {
			return in, err
		}
	}
	return in, nil
}
