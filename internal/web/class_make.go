package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// AlbumPage is where a trombinoscope is made: a place for each one's portrait, and what
// each has answered.
type AlbumPage struct {
	Base
	Crumbs    []Crumb
	Action    string
	See       string // the trombinoscope, for who may see it
	Readers   string
	Limit     int // MiB
	Rows      []AlbumRow
	Confirm   int    // portraits that only wait for a look
	Unasked   string // to how many a request would go; empty: to nobody
	Unprinted string // to how many a request for the printed one alone would go; empty: to nobody
	Preparing bool
}

// Template names the page's file.
func (*AlbumPage) Template() string { return "trombinoscope_make" }

// AlbumRow is one person of the class.
type AlbumRow struct {
	Field, Name string
	Staff       bool
	Consent     Status
	Waiting     string
	Refused     bool // no portrait is asked for
	Thumbnail   string
	Photo       string // where it is said who is on it
	PhotoID     string
	Portrait    Status
	Problem     string
	Confirm     bool // it only waits for a look
	Several     bool // the machine finds other faces
}

// slot begins the name of the field that brings somebody's portrait.
const slot = "portrait-"

// showAlbum shows a trombinoscope in the making.
func (s *Site) showAlbum(v *visit) error {
	group, err := v.group()
	if err != nil {
		return err
	}
	page, err := v.albumPage(group, nil)
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) albumPage(group id.Group, faults Faults) (*AlbumPage, error) {
	ctx := v.Request().Context()
	album, err := v.site.cfg.Trombinoscopes.Album(ctx, v.actor(), group)
	if err != nil {
		return nil, err
	}
	limits, err := v.site.cfg.Photos.Limits(ctx, v.actor())
	if err != nil {
		return nil, err
	}
	base, err := v.base(v.Text("trombinoscope.make", "Name", album.Name))
	if err != nil {
		return nil, err
	}
	base.Faults, base.Wide = faults, true
	page := &AlbumPage{
		Base: base, Crumbs: []Crumb{{v.house.desk("classes"), v.Text("trombinoscope.list")}}, Action: v.house.class(group, "make"), Limit: limits.Mebibytes,
		Readers: v.Text("trombinoscope.for_" + string(album.Readers)), Preparing: album.Pending,
	}
	unasked, unprinted := 0, 0
	for _, m := range album.Members {
		row := v.albumRow(m)
		page.Rows = append(page.Rows, row)
		if row.Confirm {
			page.Confirm++
		}
		if m.Askable() {
			unasked++
		}
		if m.AskableForPaper() {
			unprinted++
		}
	}
	if unprinted > 0 {
		if page.Unprinted, err = v.N("trombinoscope.ask_paper_of", unprinted); err != nil {
			return nil, err
		}
	}
	if unasked > 0 {
		if page.Unasked, err = v.N("trombinoscope.ask_of", unasked); err != nil {
			return nil, err
		}
	}
	_, err = v.site.cfg.Reader.Trombinoscope(ctx, v.viewer(), group)
	if err == nil {
		page.See = v.house.class(group)
		page.Crumbs = append(page.Crumbs, Crumb{page.See, v.Text("trombinoscope.of", "Name", album.Name)})
	} else if !errors.Is(err, directory.ErrNotFound) {
		return nil, err
	}
	return page, nil
}

func (v *visit) albumRow(m imageconsent.Classmate) AlbumRow {
	row := AlbumRow{Field: slot + m.Person.String(), Name: m.Name, Staff: !m.Pupil, Consent: Status{Label: v.Text("trombinoscope.unasked")}}
	if m.Status != workflow.NoConsent {
		row.Consent = v.consentStatus(m.Status)
		row.Refused = m.Status == workflow.Refused || m.Status == workflow.Revoked
	}
	if len(m.Waiting) > 0 {
		row.Waiting = v.Text("trombinoscope.waiting", "Names", strings.Join(m.Waiting, ", "))
	}
	if m.Photo.IsZero() {
		return row
	}
	row.PhotoID, row.Photo, row.Portrait = m.Photo.String(), v.house.photo(m.Photo), v.photoStatus(m.Portrait.Status)
	row.Confirm = m.Confirmable()
	row.Several = !m.Alone && (m.Portrait.Status == workflow.Unidentified || m.Portrait.Status == workflow.Identified)
	if m.Problem != "" {
		row.Problem = v.Fault(string(m.Problem), "file", 0)
	}
	if m.Portrait.Status == workflow.Unidentified || m.Portrait.Status == workflow.Identified {
		row.Thumbnail = working(m.Photo, imageconsent.Thumbnail)
	}
	return row
}

// makeAlbum takes portraits in, declares that each shows one person, or asks the families.
func (s *Site) makeAlbum(v *visit) error {
	group, err := v.group()
	if err != nil {
		return err
	}
	d, err := v.deliverTo(func(field string) (taking, bool) {
		person, err := id.Parse[id.Person](strings.TrimPrefix(field, slot))
		return func(ctx context.Context, name string, data []byte) (id.Photo, error) {
			return s.cfg.Trombinoscopes.Add(ctx, v.actor(), group, imageconsent.PortraitInput{Of: person, Name: name, Data: data})
		}, err == nil && strings.HasPrefix(field, slot)
	})
	if err != nil {
		return err
	}
	switch d.form.Get("do") {
	case "confirm":
		return v.confirmPortraits(group, d.form["photo"])
	case "ask":
		return v.askClass(group, func(ctx context.Context) error {
			_, err := s.cfg.Trombinoscopes.Ask(ctx, v.actor(), group, d.form.Get("print") != "")
			return err
		})
	case "ask_paper":
		return v.askClass(group, func(ctx context.Context) error {
			_, err := s.cfg.Trombinoscopes.AskForPaper(ctx, v.actor(), group)
			return err
		})
	}
	faults := d.faults(v)
	if len(d.photos) == 0 {
		faults = Faults{{"portraits", v.Text("photo.none_chosen")}}
	}
	if len(faults) > 0 {
		return v.albumAgain(group, faults)
	}
	return v.done("did.portraits", v.house.class(group, "make"))
}

func (v *visit) albumAgain(group id.Group, faults Faults) error {
	for i := range faults {
		faults[i].Field = "portraits"
	}
	page, err := v.albumPage(group, faults)
	if err != nil {
		return err
	}
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

func (v *visit) confirmPortraits(group id.Group, chosen []string) error {
	var photos []id.Photo
	for _, one := range chosen {
		photo, err := photoOf(one)
		if err != nil {
			return err
		}
		photos = append(photos, photo)
	}
	if err := v.site.cfg.Trombinoscopes.Confirm(v.Request().Context(), v.actor(), group, photos); err != nil {
		return err
	}
	return v.done("did.portraits_confirmed", v.house.class(group, "make"))
}

// askClass asks the families of a class, and says what stood in the way.
func (v *visit) askClass(group id.Group, ask func(context.Context) error) error {
	err := ask(v.Request().Context())
	if faults := v.faults(err, nil); len(faults) > 0 && correctable(err) {
		return v.albumAgain(group, faults)
	}
	if err != nil {
		return err
	}
	return v.done("did.consent_asked", v.house.class(group, "make"))
}
