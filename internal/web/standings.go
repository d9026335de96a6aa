package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
)

// StandingsPage shows somebody what limits their right to publish, until when and what they
// can say of it; and to the director everybody's, with where it is decided (R53).
type StandingsPage struct {
	Base
	Own     []StandingNote
	Decides string // where a measure is decided; empty for who may not
	People  []Somebody
	Kinds   []Option
	Form    StandingForm
	All     []StandingNote
}

// Template names the page's file.
func (*StandingsPage) Template() string { return "standings" }

// StandingForm is what is typed of a measure.
type StandingForm struct{ Who, Days, Reason, Reference string }

// StandingNote is one measure.
type StandingNote struct {
	*i18n.Printer
	ID, Who, What, Reason, Reference, Decider string
	From, Until                               time.Time
	Lasts                                     bool
	End                                       string // where it is ended; empty where it is over, or for who may not
	Observe                                   string // where something is said of it
	Asks, Typed, Fault                        string // what is asked, typed and wrong there
	Said                                      []Said
}

func (s *Site) listStandings(v *visit) error {
	page, err := v.standingsPage()
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) standingsPage() (*StandingsPage, error) {
	found, err := v.site.cfg.Directory.Standings(v.Request().Context(), v.actor())
	if err != nil {
		return nil, err
	}
	base, err := v.base(v.Text("standings.title"))
	if err != nil {
		return nil, err
	}
	page := &StandingsPage{Base: base}
	page.Path = v.house.desk("standings")
	for _, st := range found.Own {
		page.Own = append(page.Own, v.standingNote(st, false))
	}
	if !found.Decides {
		return page, nil
	}
	page.Decides = page.Path
	for _, st := range found.All {
		page.All = append(page.All, v.standingNote(st, true))
	}
	page.Kinds = options(v, "standings.kind_", []directory.StandingKind{directory.Suspended, directory.Supervised}, "")
	page.People, err = v.nearest()
	return page, err
}

func (v *visit) standingNote(st directory.NamedStanding, decides bool) StandingNote {
	at := v.house.desk("standings", st.ID.String())
	note := StandingNote{
		Printer: v.Printer, Asks: v.Text("standings.said"), ID: st.ID.String(), Who: st.Name, What: v.Text("standings.kind_" + string(st.Kind)), Reason: st.Reason, Reference: st.Reference,
		Decider: st.Decider, From: st.During.From, Until: st.During.Until, Lasts: st.During.Until.After(v.site.cfg.Clock()), Observe: at + "/observe",
	}
	if decides {
		note.Asks = v.Text("standings.heard")
	}
	if decides && note.Lasts {
		note.End = at + "/end"
	}
	for _, o := range st.Observations {
		note.Said = append(note.Said, Said{o.Name, o.Said, o.At})
	}
	return note
}

// setStanding decides a measure on somebody's right to publish, from now on.
func (s *Site) setStanding(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	if !v.directs() { // the service refuses, and nobody is looked up for them
		_, err = s.cfg.Directory.SetStanding(v.Request().Context(), v.actor(), directory.StandingInput{})
		return err
	}
	who, choices, err := v.meant(form.Get("who"))
	if err != nil {
		return err
	}
	if who.IsZero() {
		return v.standingAgain(form, choices, &directory.FieldError{Field: "who", Code: "not_found"})
	}
	in := directory.StandingInput{
		Person: who, Kind: directory.StandingKind(form.Get("kind")), Reason: form.Get("reason"), Reference: form.Get("reference"),
	}
	if days, err := strconv.Atoi(form.Get("days")); err == nil && days > 0 && days <= 366 {
		in.Until = s.cfg.Clock().AddDate(0, 0, days)
	}
	if _, err = s.cfg.Directory.SetStanding(v.Request().Context(), v.actor(), in); err == nil {
		return v.done("did.set_standing", v.house.desk("standings"))
	}
	if !correctable(err) {
		return err
	}
	return v.standingAgain(form, nil, err)
}

// standingFields are the form's fields of the service's.
var standingFields = map[string]string{"until": "days", "person": "who"}

func (v *visit) standingAgain(form url.Values, choices []Somebody, err error) error {
	page, failed := v.standingsPage()
	if failed != nil {
		return failed
	}
	if len(choices) > 0 {
		page.People = choices
	}
	page.Form = StandingForm{form.Get("who"), form.Get("days"), form.Get("reason"), form.Get("reference")}
	for i := range page.Kinds {
		page.Kinds[i].Chosen = page.Kinds[i].Code == form.Get("kind")
	}
	page.Faults = v.faults(err, standingFields)
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

// endStanding ends a measure before its date.
func (s *Site) endStanding(v *visit) error {
	standing, err := id.Parse[id.Standing](v.Param("standing"))
	if err != nil {
		return directory.ErrNotFound
	}
	if err := s.cfg.Directory.EndStanding(v.Request().Context(), v.actor(), standing); err != nil {
		return err
	}
	return v.done("did.end_standing", v.house.desk("standings"))
}

// observe keeps what is said of a measure.
func (s *Site) observe(v *visit) error {
	standing, err := id.Parse[id.Standing](v.Param("standing"))
	if err != nil {
		return directory.ErrNotFound
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	err = s.cfg.Directory.Observe(v.Request().Context(), v.actor(), standing, form.Get("said"))
	if err == nil {
		return v.done("did.observe", v.house.desk("standings"))
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.standingsPage()
	if failed != nil {
		return failed
	}
	page.Faults = v.faults(err, map[string]string{"said": "said-" + standing.String()})
	for _, list := range [][]StandingNote{page.Own, page.All} {
		if i := slices.IndexFunc(list, func(n StandingNote) bool { return n.ID == standing.String() }); i >= 0 {
			list[i].Typed, list[i].Fault = form.Get("said"), page.Faults[0].Text
		}
	}
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}
