package web

import (
	"net/http"
	"net/url"
	"slices"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// EstablishmentsPage lists the establishments below an authority, those that nobody directs first.
type EstablishmentsPage struct {
	Base
	Items []EstablishmentItem
}

// Template names the page's file.
func (*EstablishmentsPage) Template() string { return "establishments" }

// EstablishmentItem is one of them.
type EstablishmentItem struct {
	URL, Name, Directs, Next string
	Status                   Status
}

// EstablishmentPage says who directs one of them, and records an acting head.
type EstablishmentPage struct {
	Base
	Vacant              bool
	Tenures             []TenureItem
	Action, Back        string
	People              []Option
	From, Until, Letter string // as typed
}

// Template names the page's file.
func (*EstablishmentPage) Template() string { return "establishment" }

// TenureItem is who directs, or will.
type TenureItem struct {
	Name, Capacity, Days, Reference string
	Directs                         bool
	End                             string // where it is ended; empty for what the directory tells
}

func (s *Site) listEstablishments(v *visit) error {
	list, err := s.cfg.Directory.Establishments(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("establishments.title"))
	if err != nil {
		return err
	}
	page := &EstablishmentsPage{Base: base}
	page.Path = v.house.desk("establishments")
	for _, d := range list {
		page.Items = append(page.Items, v.establishment(d))
	}
	slices.SortStableFunc(page.Items, func(a, b EstablishmentItem) int { return vacantFirst(a) - vacantFirst(b) })
	return v.render(page)
}

func vacantFirst(item EstablishmentItem) int {
	if item.Directs == "" {
		return 0
	}
	return 1
}

func (v *visit) establishment(d directory.Directed) EstablishmentItem {
	item := EstablishmentItem{URL: v.house.desk("establishments", d.Tenant.UAI), Name: d.Tenant.Name, Status: Status{"badge-urgent", v.Text("establishments.vacant")}}
	for _, t := range d.Tenures {
		switch {
		case t.Directs:
			item.Directs, item.Status = t.Name, Status{"", v.Text("capacity." + string(t.Capacity))}
		case t.During.From.After(v.site.cfg.Clock()):
			item.Next = v.Text("establishments.next", "Name", t.Name, "From", v.Day(t.During.From))
		}
	}
	return item
}

func (s *Site) showEstablishment(v *visit) error {
	page, _, err := v.establishmentPage(url.Values{})
	if err != nil {
		return err
	}
	return v.render(page)
}

// establishmentPage shows one establishment, with the form as it was filled in.
func (v *visit) establishmentPage(typed url.Values) (*EstablishmentPage, directory.Directed, error) {
	d, staff, err := v.site.cfg.Directory.Establishment(v.Request().Context(), v.actor(), v.Param("school"))
	if err != nil {
		return nil, d, err
	}
	base, err := v.base(d.Tenant.Name)
	if err != nil {
		return nil, d, err
	}
	page := &EstablishmentPage{
		Base: base, Vacant: d.Vacant(), Action: v.house.desk("establishments", d.Tenant.UAI), Back: v.house.desk("establishments"),
		From: typed.Get("from"), Until: typed.Get("until"), Letter: typed.Get("reference"),
	}
	for _, t := range d.Tenures {
		page.Tenures = append(page.Tenures, v.tenure(d, t))
	}
	for _, p := range staff {
		page.People = append(page.People, Option{p.ID.String(), p.FullName(), p.ID.String() == typed.Get("person")})
	}
	return page, d, nil
}

func (v *visit) tenure(d directory.Directed, t directory.NamedTenure) TenureItem {
	item := TenureItem{Name: t.Name, Capacity: v.Text("capacity." + string(t.Capacity)), Reference: t.Reference, Directs: t.Directs}
	switch {
	case t.During.Until.IsZero():
		item.Days = v.Text("establishments.since", "From", v.Day(t.During.From))
	default:
		item.Days = v.dates(t.During)
	}
	if t.Capacity == directory.Acting {
		item.End = v.house.desk("establishments", d.Tenant.UAI, "acting", t.ID.String(), "end")
	}
	return item
}

func (s *Site) appointActing(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	page, d, err := v.establishmentPage(form)
	if err != nil {
		return err
	}
	in := directory.ActingHead{Reference: form.Get("reference")}
	in.Person, _ = id.Parse[id.Person](form.Get("person"))
	if in.During, err = v.wholeDays(form); err == nil {
		_, err = s.cfg.Directory.AppointActing(v.Request().Context(), v.actor(), d.Tenant.ID, in)
	}
	if err == nil {
		return v.done("did.appoint_acting", page.Action)
	}
	if !correctable(err) {
		return err
	}
	page.Faults = v.faults(err, nil)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

func (s *Site) endActing(v *visit) error {
	tenure, err := id.Parse[id.Tenure](v.Param("tenure"))
	if err != nil {
		return directory.ErrNotFound
	}
	_, d, err := v.establishmentPage(url.Values{})
	if err != nil {
		return err
	}
	if err := s.cfg.Directory.EndActing(v.Request().Context(), v.actor(), d.Tenant.ID, tenure); err != nil {
		return err
	}
	return v.done("did.end_acting", v.house.desk("establishments", d.Tenant.UAI))
}
