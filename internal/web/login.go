package web

import (
	"errors"
	"net/http"
	"strings"

	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
)

// LoginPage asks who somebody is.
type LoginPage struct {
	Base
	Next     string // where to go afterwards
	Login    string // as it was typed
	Refused  string // why not, in words
	Personas []Persona
}

// Template names the page's file.
func (*LoginPage) Template() string { return "login" }

// Persona is somebody whom anyone may become in demo mode.
type Persona struct{ ID, Name, About string }

func (s *Site) showLogin(v *visit) error {
	return s.loginPage(v, http.StatusOK, LoginPage{Next: within(v.QueryParam("next"))})
}

func (s *Site) login(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	page := LoginPage{Next: within(form.Get("next")), Login: form.Get("login")}
	if strings.TrimSpace(page.Login) == "" || form.Get("password") == "" {
		page.Refused = v.Text("login.empty")
		return s.loginPage(v, http.StatusUnprocessableEntity, page)
	}
	err = s.cfg.Sessions.Login(v.Response(), v.Request(), page.Login, form.Get("password"), s.cfg.Address(v.Request()))
	switch {
	case err == nil:
		return v.see(page.Next)
	case errors.Is(err, auth.ErrCredentials):
		page.Refused = v.Text("login.refused")
		return s.loginPage(v, http.StatusUnauthorized, page)
	case errors.Is(err, auth.ErrLimited):
		page.Refused = v.Text("login.too_many")
		return s.loginPage(v, http.StatusTooManyRequests, page)
	}
	return err
}

// loginDemo signs in as a persona, by one click. Outside demo mode there are none.
func (s *Site) loginDemo(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	if err := s.cfg.Sessions.Become(v.Request().Context(), form.Get("persona")); err != nil {
		return err
	}
	return v.see(within(form.Get("next")))
}

// logout ends the session, and has the browser forget what scripts kept: the next
// one at a shared computer finds no draft (R24).
func (s *Site) logout(v *visit) error {
	if err := s.cfg.Sessions.Logout(v.Request().Context()); err != nil {
		return err
	}
	v.Response().Header().Set("Clear-Site-Data", `"storage"`)
	return v.see("/login")
}

// approach finds the establishment that a visitor is on the way to; none where their
// address names none.
func (v *visit) approach(next string) error {
	below, ok := strings.CutPrefix(next, "/e/")
	if !ok {
		return nil
	}
	uai, _, _ := strings.Cut(below, "/")
	found, err := v.site.cfg.Reader.House(v.Request().Context(), uai)
	if errors.Is(err, directory.ErrNotFound) {
		return nil
	}
	v.near = house{House: found}
	return err
}

func (s *Site) loginPage(v *visit, status int, page LoginPage) error {
	if err := v.approach(page.Next); err != nil {
		return err
	}
	personas, err := s.cfg.Sessions.Personas(v.Request().Context())
	if err != nil {
		return err
	}
	for _, known := range personas {
		page.Personas = append(page.Personas, Persona{ID: known.Person.ExternalID, Name: known.Person.FullName(), About: v.whereabouts(known)})
	}
	page.Base = v.plainBase(v.Text("login.title"))
	page.Path = "/"
	return s.render(v.Context, status, &page)
}

// whereabouts says what somebody is, and where: « professeur, Collège Les Tilleuls ».
func (v *visit) whereabouts(known auth.Known) string {
	var parts []string
	for _, m := range known.Memberships {
		parts = append(parts, v.Text("profile."+string(m.Profile))+", "+nameOf(known.Tenants, m))
	}
	return strings.Join(parts, " ; ")
}

func nameOf(tenants []directory.Tenant, m directory.Membership) string {
	for _, t := range tenants {
		if t.ID == m.Tenant {
			return t.Name
		}
	}
	return ""
}
