package web

import (
	"net/http"

	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
)

// SchoolsPage lets somebody of several establishments or authorities choose one.
type SchoolsPage struct {
	Base
	Choices []SchoolChoice
}

// Template names the page's file.
func (*SchoolsPage) Template() string { return "schools" }

// SchoolChoice is an establishment to enter, and as what.
type SchoolChoice struct{ UAI, Name, About string }

func (s *Site) showSchools(v *visit) error {
	if err := v.who.RequireLogin(); err != nil {
		return err
	}
	page := &SchoolsPage{Base: v.plainBase(v.Text("schools.title"))}
	for _, t := range v.who.Tenants {
		page.Choices = append(page.Choices, SchoolChoice{UAI: t.UAI, Name: t.Name, About: v.profile(t)})
	}
	if len(page.Choices) == 0 {
		page.Title = v.Text("schools.none_title")
	}
	return s.render(v.Context, http.StatusOK, page)
}

func (s *Site) chooseSchool(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	if err := v.who.RequireLogin(); err != nil {
		return err
	}
	chosen, err := byUAI(v.who.Tenants, form.Get("uai"))
	if err != nil {
		return err
	}
	if err := s.cfg.Sessions.Choose(v.Request().Context(), v.who, chosen.ID); err != nil {
		return err
	}
	return v.see(v.homeOf(chosen))
}

func byUAI(tenants []directory.Tenant, uai string) (directory.Tenant, error) {
	for _, t := range tenants {
		if t.UAI == uai {
			return t, nil
		}
	}
	return directory.Tenant{}, auth.ErrEstablishment
}
