package web

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// StopsPage lists what was stopped at once and waits for somebody to look (R26), and the
// emergency stops (R54) for whoever may decide one.
type StopsPage struct {
	Base
	Items  []StopNote
	Halts  []HaltNote
	Halt   string   // where an emergency stop is decided; empty for who may not
	Places []Option // of which
	Motive string   // as typed
	Limits string   // where it is decided who may publish (R53); empty for who may not
}

// Template names the page's file.
func (*StopsPage) Template() string { return "stops" }

// StopNote is one thing that is stopped.
type StopNote struct {
	ID, Title, Space, Who, Reason string
	URL                           string // of the text; empty for a space and a photo
	Photo                         string // where a photo is looked at; empty for anything else
	Release, Seen                 string // where it is released, empty for who may not; and the revision looked at
	Text, TextFault               string
	At, Due                       time.Time
	Late                          bool
}

// HaltNote is one emergency stop.
type HaltNote struct {
	What, Reason, Who string
	End               string // where it is ended; empty for what has ended
	Ended             string // how, in words
	Begins, Until     time.Time
}

func (s *Site) listStops(v *visit) error {
	page, err := v.stopsPage()
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) stopsPage() (*StopsPage, error) {
	list, err := v.site.cfg.Stops.Open(v.Request().Context(), v.actor())
	if err != nil {
		return nil, err
	}
	base, err := v.base(v.Text("stop.title"))
	if err != nil {
		return nil, err
	}
	page := &StopsPage{Base: base}
	page.Path = v.house.desk("stops")
	if v.directs() {
		page.Limits = v.house.desk("standings")
	}
	for _, stop := range list {
		page.Items = append(page.Items, v.stopNote(stop))
	}
	return page, page.halts(v)
}

func (v *visit) stopNote(stop publication.Stopped) StopNote {
	h := stop.Hold
	note := StopNote{
		ID: h.ID.String(), Title: cmp.Or(stop.Title, v.Text("notice.untitled")), Space: stop.SpaceTitle, Who: stop.StoppedBy,
		Reason: h.Reason, At: h.PlacedAt, Due: h.Until, Late: stop.Late, Seen: stop.Live.String(),
	}
	switch {
	case !stop.Photo.IsZero():
		note.Photo, note.Seen = v.house.photo(stop.Photo), ""
		return note
	case stop.Contribution.IsZero():
		note.Title, note.Seen = v.Text("stop.whole_space", "Space", stop.SpaceTitle), ""
	default:
		note.URL = v.house.item(stop.Contribution)
	}
	if stop.Reviews(v.actor()) {
		note.Release = v.house.desk("stops", h.ID.String(), "release")
	}
	return note
}

// halts fills in the emergency stops, for whoever may decide one.
func (p *StopsPage) halts(v *visit) error {
	list, err := v.site.cfg.Stops.Halts(v.Request().Context(), v.actor())
	if errors.Is(err, directory.ErrForbidden) {
		return nil
	}
	if err != nil {
		return err
	}
	p.Halt = v.house.desk("halts")
	for _, h := range list {
		p.Halts = append(p.Halts, v.haltNote(h))
	}
	spaces, err := v.site.cfg.Spaces.List(v.Request().Context(), v.actor())
	p.Places = []Option{{Label: v.Text("halt.service")}}
	for _, space := range spaces {
		if space.Mode == workflow.PupilPress { // it is frozen on a ground of the law, or not at all (R14)
			continue
		}
		p.Places = append(p.Places, Option{Code: space.ID.String(), Label: space.Title})
	}
	return err
}

func (v *visit) haltNote(h publication.Halt) HaltNote {
	note := HaltNote{
		What: cmp.Or(h.SpaceTitle, v.Text("halt.service")), Reason: h.Reason, Who: h.DecidedBy, Begins: h.Begins, Until: h.Until,
	}
	switch {
	case h.Open():
		note.End = v.house.desk("halts", h.ID.String(), "end")
	case h.EndedBy == "":
		note.Ended = v.Text("halt.ended_by_itself", "At", v.DateTime(h.EndedAt))
	default:
		note.Ended = v.Text("halt.ended_by", "Name", h.EndedBy, "At", v.DateTime(h.EndedAt))
	}
	return note
}

// releaseStop ends one stop after a look at it.
func (s *Site) releaseStop(v *visit) error {
	hold, err := id.Parse[id.Hold](v.Param("hold"))
	if err != nil {
		return directory.ErrNotFound
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	seen, _ := id.Parse[id.Revision](form.Get("seen")) // none is none, and R19 says so of a text
	err = s.cfg.Stops.Release(v.Request().Context(), v.actor(), hold, seen, form.Get("text"))
	if err == nil {
		return v.done("did.release_stop", v.house.desk("stops"))
	}
	if !reworded(err) {
		return err
	}
	page, failed := v.stopsPage()
	if failed != nil {
		return failed
	}
	page.refuse(v, hold.String(), form.Get("text"), err)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// refuse says beside the stop that was not released what is wrong.
func (p *StopsPage) refuse(v *visit, hold, typed string, err error) {
	refusal := refusalIn(err)
	faults := v.unmet(refusal.Unmet, time.Time{})
	if len(refusal.Fields) > 0 {
		faults = append(faults, v.Text("fault.reason_text"))
	}
	for i := range p.Items {
		if item := &p.Items[i]; item.ID == hold && len(faults) > 0 {
			item.Text, item.TextFault = typed, faults[0]
			p.Faults = append(p.Faults, Fault{"release-" + hold, faults[0]})
		}
	}
}

// halt stops all writing in a space, or in the establishment, for a while (R54).
func (s *Site) halt(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	var space id.Space
	if text := form.Get("place"); text != "" {
		if space, err = id.Parse[id.Space](text); err != nil {
			return directory.ErrNotFound
		}
	}
	_, err = s.cfg.Stops.Halt(v.Request().Context(), v.actor(), space, form.Get("reason"))
	if err == nil {
		return v.done("did.halt", v.house.desk("stops"))
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.stopsPage()
	if failed != nil {
		return failed
	}
	page.Motive, page.Faults = form.Get("reason"), v.faults(err, nil)
	for i := range page.Places {
		page.Places[i].Chosen = page.Places[i].Code == form.Get("place")
	}
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// resume ends an emergency stop before its time.
func (s *Site) resume(v *visit) error {
	halt, err := id.Parse[id.Halt](v.Param("halt"))
	if err != nil {
		return directory.ErrNotFound
	}
	if err := s.cfg.Stops.Resume(v.Request().Context(), v.actor(), halt); err != nil {
		return err
	}
	return v.done("did.resume", v.house.desk("stops"))
}
