package web

import (
	"errors"
	"io"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/publication"
)

// TrombinoscopePage is a class with everybody in it by name, and the portraits of those
// who agreed to be shown there (R35).
type TrombinoscopePage struct {
	Base
	Crumbs        []Crumb
	Readers       string // who sees it
	Pupils, Staff []FaceCard
	Shown         string // how many portraits there are
	Make          string // where it is made, for who may
	PrintedAt     time.Time
}

// Template names the page's file.
func (*TrombinoscopePage) Template() string { return "trombinoscope" }

// FaceCard is somebody in a trombinoscope.
type FaceCard struct {
	*i18n.Printer
	Given, Family string
	Portrait      string // address; empty where none may be seen
	Width, Height int
	Printable     bool   // the portrait may be on paper too
	Report        string // where the portrait is reported; empty where none may be seen
}

// showTrombinoscope shows a class to who may see its trombinoscope.
func (s *Site) showTrombinoscope(v *visit) error {
	group, err := v.group()
	if err != nil {
		return err
	}
	read, err := s.cfg.Reader.Trombinoscope(v.Request().Context(), v.viewer(), group)
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("trombinoscope.of", "Name", read.Name))
	if err != nil {
		return err
	}
	base.Wide = true
	page := &TrombinoscopePage{
		Base: base, Crumbs: []Crumb{{v.house.desk("classes"), v.Text("trombinoscope.list")}}, PrintedAt: s.cfg.Clock(),
		Readers: v.Text("trombinoscope.for_" + string(read.Readers)),
	}
	shown := 0
	for _, f := range read.Members {
		card := v.faceCard(group, f)
		if card.Portrait != "" {
			shown++
		}
		if f.Pupil {
			page.Pupils = append(page.Pupils, card)
		} else {
			page.Staff = append(page.Staff, card)
		}
	}
	page.Shown = v.Text("trombinoscope.shown", "Count", shown, "All", len(read.Members))
	if page.Make, err = v.makes(group); err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) faceCard(group id.Group, f publication.Face) FaceCard {
	card := FaceCard{Printer: v.Printer, Given: f.GivenName, Family: strings.ToUpper(f.FamilyName), Printable: f.Printable}
	if !f.Photo.IsZero() {
		card.Portrait = v.house.class(group, f.Photo.String(), string(imageconsent.Standard))
		card.Width, card.Height = f.Width, f.Height
		card.Report = v.house.class(group, f.Photo.String(), "report")
	}
	return card
}

// makes is where the visitor makes the group's trombinoscope; empty for who may not.
func (v *visit) makes(group id.Group) (string, error) {
	if !v.belongs() {
		return "", nil
	}
	_, err := v.site.cfg.Trombinoscopes.Album(v.Request().Context(), v.actor(), group)
	switch {
	case errors.Is(err, directory.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return v.house.class(group, "make"), nil
}

// showPortrait gives a portrait to who may see the trombinoscope. Whether it may be seen
// is asked at that moment, each time, as of a text's picture.
func (s *Site) showPortrait(v *visit) error {
	group, err := v.group()
	if err != nil {
		return v.noPicture(err)
	}
	photo, err := photoOf(v.Param("photo"))
	if err != nil {
		return v.noPicture(err)
	}
	size, err := sizeOf(v.Param("size"))
	if err != nil {
		return v.noPicture(err)
	}
	file, err := s.cfg.Reader.Portrait(v.Request().Context(), v.viewer(), group, photo, size)
	if err != nil {
		return v.noPicture(err)
	}
	return v.picture(file, func() (io.ReadCloser, error) { return s.cfg.Pictures.Get(v.Request().Context(), file.Name) })
}

// group reads the group that a path names. What cannot be an id names nothing.
func (v *visit) group() (id.Group, error) {
	group, err := id.Parse[id.Group](v.Param("group"))
	if err != nil {
		return id.Group{}, directory.ErrNotFound
	}
	return group, nil
}
