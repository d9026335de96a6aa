package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/publication"
)

// CharterFormPage is where the director or an administrator writes the charter (R01).
type CharterFormPage struct {
	Base
	Conflict string // somebody saved meanwhile
	Version  int64
	Charter  string // its title
	Adopted  string // as <input type="date"> has it
	Typed    string // for the plain text area
	HTML     string // for the editor
	Lossy    bool   // the plain text area cannot show all of it
	Labels   string
	Versions []WrittenVersion
}

// Template names the page's file.
func (*CharterFormPage) Template() string { return "charter_form" }

func (s *Site) editCharter(v *visit) error {
	page, _, err := v.charterForm()
	if err != nil {
		return err
	}
	return v.render(page)
}

func (s *Site) saveCharter(v *visit) error {
	page, now, err := v.charterForm()
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(form.Get("version"), 10, 64)
	in := publication.CharterInput{Title: form.Get("title"), Body: bodyOf(delivery{form: form}, publication.Page, now.HTML)}
	var unread error
	if page.Adopted = form.Get("adopted_on"); page.Adopted != "" {
		if in.AdoptedOn, unread = time.Parse(time.DateOnly, page.Adopted); unread != nil {
			unread = &directory.FieldError{Field: "adopted_on", Code: "not_a_day", Err: unread}
		}
	}
	if err = unread; err == nil {
		_, err = s.cfg.Legal.WriteCharter(v.Request().Context(), v.actor(), version, in)
	}
	if err == nil {
		return v.done("did.charter", v.house.desk("charter"))
	}
	if !correctable(err) && !errors.Is(err, directory.ErrStale) {
		return err
	}
	page.Charter = strings.ToValidUTF8(in.Title, "")
	page.Typed, page.HTML, _ = shown(form, publication.Page, in.Body)
	page.Faults = v.faults(err, map[string]string{"body": "text"})
	status := http.StatusUnprocessableEntity
	if errors.Is(err, directory.ErrStale) {
		page.Conflict, status = v.Text("legal.conflict"), http.StatusConflict
	}
	return s.render(v.Context, status, page)
}

// charterForm shows the form with the charter in force, and gives that.
func (v *visit) charterForm() (*CharterFormPage, publication.Charter, error) {
	file, err := v.site.cfg.Legal.File(v.Request().Context(), v.actor())
	if err != nil {
		return nil, publication.Charter{}, err
	}
	base, err := v.base(v.Text("charter.form_name"))
	if err != nil {
		return nil, publication.Charter{}, err
	}
	base.Assets.Editor = v.site.assets.Editor
	c := file.Charter
	page := &CharterFormPage{Base: base, Version: c.Version, Charter: c.Title, HTML: c.HTML.String(), Labels: v.site.labels[v.Lang()]}
	page.Typed, page.Lossy = publication.ToPlainSource(c.HTML)
	if c.Version > 0 {
		page.Adopted = c.AdoptedOn.Format(time.DateOnly)
	}
	for _, written := range file.Charters {
		page.Versions = append(page.Versions, WrittenVersion{By: written.ByName, At: written.WrittenAt, About: v.Text("charter.written",
			"Title", written.Title, "Day", v.CivilDay(written.AdoptedOn), "Hash", written.Hash.String()[:12])})
	}
	return page, c, nil
}
