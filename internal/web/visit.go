package web

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/web/i18n"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// visit is one request, with who sent it, to which establishment and in which
// language it is answered.
type visit struct {
	echo.Context
	*i18n.Printer
	site  *Site
	who   auth.Identity
	house house // zero outside of an establishment
	stops bool  // has the stop button where they are (R26)
	near  house // outside of one: whose information pages stand below the page (R66); zero where nobody knows
}

// handler answers a visit, or returns why not.
type handler func(v *visit) error

// outside serves a page that belongs to no establishment.
func (s *Site) outside(h handler) echo.HandlerFunc {
	return s.inSession(func(c echo.Context) error {
		v, err := s.receive(c)
		if err != nil {
			return err
		}
		return h(v)
	})
}

// inSession puts the session around a page. Each page has its own, rather than all of
// them a group's: echo answers a group's unknown methods with 404 (it finds the group
// in place of the page), and never says Allow.
func (s *Site) inSession(h echo.HandlerFunc) echo.HandlerFunc {
	return echo.WrapMiddleware(s.cfg.Sessions.Middleware)(h)
}

// serveAsset answers with a script or a style.
func (s *Site) serveAsset(c echo.Context) error {
	if !s.cfg.Assets(c.Response(), c.Request()) {
		return echo.ErrNotFound
	}
	return nil
}

// showIcon leads browsers that ask for the icon of a site by its old name, as they do where
// there is no page to name it, to ours.
func (s *Site) showIcon(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "public, max-age=86400")
	return c.Redirect(http.StatusFound, s.assets.Icon)
}

// open serves a page of an establishment to anybody: what they may read is the
// Reader's affair.
func (s *Site) open(h handler) echo.HandlerFunc {
	return s.inSession(func(c echo.Context) error {
		v, err := s.receiveIn(c)
		if err != nil {
			return err
		}
		return h(v)
	})
}

// member serves a page of an establishment to those who belong to it; to others
// it is not there.
func (s *Site) member(h handler) echo.HandlerFunc {
	return s.open(func(v *visit) error { return s.asMember(v, h) })
}

func (*Site) asMember(v *visit, h handler) error {
	if err := v.who.RequireLogin(); err != nil {
		return err
	}
	who, err := v.who.Actor(v.house.Tenant)
	if err != nil {
		return err
	}
	v.Set(ActorKey, who)
	return h(v)
}

const visitKey = "imprimatur.visit"

// ActorKey is where a page leaves the actor.Actor of a member's request, for the
// access log and the log of denials. It is api.ActorKey.
const ActorKey = "actor"

// receive finds out who asks, and in which language to answer. It refuses a person
// who asks too often.
func (s *Site) receive(c echo.Context) (*visit, error) {
	v := &visit{Context: c, site: s}
	c.Set(visitKey, v) // for Problem
	v.speak("", time.UTC)
	who, err := s.cfg.Sessions.Session(c.Request())
	if err != nil {
		return nil, fmt.Errorf("receive: %w", err)
	}
	v.who = who
	v.speak(who.Person.Language, time.UTC)
	if v.known() {
		err = s.limit(c, who.Via+" "+who.Person.ID.String())
	}
	return v, err
}

// receiveIn is receive at the door of the establishment that the path names. Where there
// is none, the visit is answered beside the error.
func (s *Site) receiveIn(c echo.Context) (*visit, error) {
	v, err := s.receive(c)
	if err != nil {
		return nil, err
	}
	found, err := s.cfg.Reader.House(c.Request().Context(), c.Param("uai"))
	if err != nil {
		return v, fmt.Errorf("receive: %w", err)
	}
	v.house = house{House: found}
	return v, v.settle()
}

// settle has times said as they are in the establishment.
func (v *visit) settle() error {
	place, err := calendar.Location(v.house.TimeZone)
	if err != nil {
		return fmt.Errorf("receive: time zone of %s: %w", v.house.UAI, err)
	}
	v.speak(v.who.Person.Language, place)
	return nil
}

func (v *visit) speak(own string, place *time.Location) {
	messages := v.site.messages
	v.Printer = messages.Printer(messages.Choose(own, v.Request().Header.Get("Accept-Language")), place)
}

// actor is whoever visits, acting in the establishment.
func (v *visit) actor() actor.Actor {
	who, err := v.who.Actor(v.house.Tenant)
	if err != nil {
		return actor.Anonymous(v.house.Tenant, auth.ViaWeb) // a stranger may do what anybody may
	}
	return who
}

// benched serves a page of those who examine cases: in an establishment as
// [Site.member] does, and in an authority, which has no readers.
func (s *Site) benched(h handler) echo.HandlerFunc {
	return s.inSession(func(c echo.Context) error {
		v, err := s.receiveIn(c)
		if errors.Is(err, directory.ErrNotFound) && v != nil {
			err = v.enterAbove()
		}
		if err != nil {
			return err
		}
		return s.asMember(v, h)
	})
}

// enterAbove lets the visitor into the authority that the path names, where they belong
// to it; to others it is not there.
func (v *visit) enterAbove() error {
	if err := v.who.RequireLogin(); err != nil {
		return err
	}
	t, err := byUAI(v.who.Tenants, v.Param("uai"))
	if err != nil {
		return err
	}
	v.house = house{publication.House{Tenant: t.ID, UAI: t.UAI, Name: t.Name, City: t.City, TimeZone: t.TimeZone}, true}
	return v.settle()
}

// known reports whether the visitor is signed in.
func (v *visit) known() bool { return v.who.Kind == actor.KindPerson }

// belongs reports whether the visitor belongs to the establishment.
func (v *visit) belongs() bool { return v.known() && v.who.In(v.house.Tenant) }

// works reports whether the visitor teaches or works in the establishment.
func (v *visit) works() bool {
	for _, profile := range v.who.Profiles(v.house.Tenant) {
		if profile.Works() {
			return true
		}
	}
	return false
}

// administers reports whether the visitor is one of the establishment's administrators.
func (v *visit) administers() bool {
	return slices.ContainsFunc(v.who.Memberships, func(m directory.Membership) bool {
		return m.Tenant == v.house.Tenant && slices.Contains(m.Roles, string(actor.Admin))
	})
}

// directs reports whether the visitor directs the establishment's publication.
func (v *visit) directs() bool { return slices.Contains(v.who.Directs, v.house.Tenant) }

// viewer is the visitor at the reading door.
func (v *visit) viewer() publication.Viewer {
	if !v.known() {
		return publication.Anonymous(v.house.Tenant)
	}
	return publication.Viewer{Tenant: v.house.Tenant, Scopes: v.who.Scopes}
}

// base is what the page shows around its own matter.
func (v *visit) base(title string) (Base, error) {
	b := v.plainBase(title)
	if !v.known() {
		return b, nil
	}
	if !v.belongs() {
		return b, nil
	}
	waiting, err := v.site.cfg.Reviewer.Counts(v.Request().Context(), v.actor())
	if err != nil {
		return Base{}, err
	}
	cases := 0
	if v.works() || v.house.above { // nobody else examines any
		if cases, err = v.site.cfg.Cases.CountCases(v.Request().Context(), v.actor()); err != nil {
			return Base{}, err
		}
	}
	b.Nav = v.nav(waiting, cases)
	if message := v.site.cfg.Sessions.TakeFlash(v.Request().Context()); message != "" {
		b.Done = v.Text(message)
	}
	return b, nil
}

// plainBase is base without what has to be asked of a service.
func (v *visit) plainBase(title string) Base {
	if v.Lang() == i18n.French {
		title = i18n.Typeset(title) // it may be somebody's
	}
	b := Base{Printer: v.Printer, Title: title, Assets: v.site.assets, Path: v.here(), Takedown: "/takedown"}
	b.Assets.Editor = "" // for writing pages
	if v.belongs() {
		b.Nav = v.nav(moderation.Waiting{}, 0)
	}
	switch {
	case v.house.above:
		b.School = School{Name: v.house.Name, Home: v.house.desk("cases")}
	case v.house.UAI != "":
		b.School = School{Name: v.house.Name, Home: v.house.home(), Halted: v.house.Halted}
		b.Foot, b.Takedown = v.foot(v.house), v.house.takedown(v.Request().URL.Path)
	case v.near.UAI != "":
		b.Foot = v.foot(v.near)
	}
	if v.known() {
		b.Me = Me{ID: v.who.Person.ID.String(), Name: v.who.Person.FullName(), Schools: len(v.who.Tenants) > 1}
	}
	return b
}

// nav is the header of a member. À relire is there for whoever something waits
// for, and for adults of the establishment, so that it can say that nothing does.
func (v *visit) nav(w moderation.Waiting, cases int) Nav {
	if v.house.above {
		n := Nav{Cases: v.house.desk("cases"), CaseCount: cases, Notices: v.house.desk("notices"), NoticeCount: w.Notices, Desk: v.deskAddress()}
		if v.directs() {
			n.Establishments = v.house.desk("establishments")
		}
		return n
	}
	n := Nav{Desk: v.deskAddress(), CaseCount: cases, Mine: v.house.desk("texts"), Notices: v.house.desk("notices"), NoticeCount: w.Notices, ReviewCount: w.Total()}
	n.Consents = v.house.desk("consents", "mine")
	if v.works() || w.Total() > 0 {
		n.Review = v.house.desk("review")
	}
	if v.works() {
		n.Cases = v.house.desk("cases")
		n.Consents = v.house.desk("consents")
		n.Spaces, n.Photos = v.house.desk("spaces"), v.house.desk("photos")
	}
	if v.administers() {
		n.Mail = v.house.desk("mail")
	}
	if v.administers() || v.directs() {
		n.Settings = v.house.desk("settings")
	}
	return n
}

// deskAddress is where the visitor's desk is; empty for whoever has none.
func (v *visit) deskAddress() string {
	if v.directs() || slices.Contains(v.who.Lent, v.house.Tenant) {
		return v.house.desk("desk")
	}
	return ""
}

// here is the address of the page, to come back to; of one that carries a power of its
// own nothing is passed on.
func (v *visit) here() string {
	u := v.Request().URL
	if strings.HasPrefix(u.Path, followUp) || strings.HasPrefix(u.Path, "/c/") {
		return "/"
	}
	return u.RequestURI()
}

// maxForm is the largest form taken: a text of the longest kind, each of its bytes
// escaped, and room for the rest.
const maxForm = 3*publication.MaxSource + 64<<10

// form reads what was sent, or says that it is too large or not a form of text. Of
// what somebody has written the service says that by itself, and it is kept.
func (v *visit) form() (url.Values, error) {
	r := v.Request()
	if kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); err != nil || kind != echo.MIMEApplicationForm {
		return nil, fmt.Errorf("read form: %w: it is %q", ErrForm, kind) // ParseForm would find an empty one
	}
	r.Body = http.MaxBytesReader(v.Response(), r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, fmt.Errorf("read form: %w", badForm(err))
	}
	return r.PostForm, legibleForm(r.PostForm)
}

// see sends the browser to another page, which it asks for with GET.
func (v *visit) see(address string) error { return v.Redirect(http.StatusSeeOther, address) }

// done is see, with a word on what was done.
func (v *visit) done(message, address string) error {
	v.site.cfg.Sessions.Flash(v.Request().Context(), message)
	return v.see(address)
}

// render sends a page.
func (v *visit) render(p Page) error { return v.site.render(v.Context, http.StatusOK, p) }

// profile is how the visitor's place in an establishment is named.
func (v *visit) profile(tenant directory.Tenant) string {
	for _, profile := range v.who.Profiles(tenant.ID) {
		return v.Text("profile." + string(profile))
	}
	return ""
}
