package web

import (
	"net/http"
	"slices"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/workflow"
)

// PhotosPage is an album: what the visitor has uploaded, or one series of it.
type PhotosPage struct {
	Base
	Pager
	Crumbs    []Crumb
	Series    string // the id of the one that is shown; empty for all
	All       []Crumb
	NewSeries string // where one is begun
	Named     string // the title that was typed for it
	Upload    string
	Limit     int // MiB
	Same      string
	Ask       string // where consent is asked for, for photos that are ticked
	AddTo     *AddTo // nil where no project takes photos
	Persons   string // where a script looks people up
	Who       string // as typed
	Choices   []Somebody
	People    []Somebody
	Items     []PhotoCard
	Labels    string // of the script that sends pictures
}

// Template names the page's file.
func (*PhotosPage) Template() string { return "photos" }

// PhotoCard is a photo in a list.
type PhotoCard struct {
	*i18n.Printer
	ID, URL, Thumbnail, Name string
	Kind                     string // of a file, in place of a picture
	Status                   Status
	Problem                  string // why it is spoiled
	Ready, Chosen            bool
	At                       time.Time
}

// albumPage is how many photos a page of an album shows.
const albumPage = 60

// listPhotos shows the visitor's photos.
func (s *Site) listPhotos(v *visit) error {
	page, err := v.photosPage(v.QueryParam("series"), nil)
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) photosPage(series string, chosen []string) (*PhotosPage, error) {
	base, err := v.base(v.Text("photo.title"))
	if err != nil {
		return nil, err
	}
	base.Wide = true
	page := &PhotosPage{
		Base: base, Series: series, NewSeries: v.house.desk("photos", "series"), Upload: v.house.desk("photos"),
		Labels: v.site.labels[v.Lang()], Persons: v.house.desk("persons"), Ask: v.house.desk("consents", "ask"),
	}
	limits, err := v.site.cfg.Photos.Limits(v.Request().Context(), v.actor())
	if err != nil {
		return nil, err
	}
	page.Limit = limits.Mebibytes
	if err := page.series(v); err != nil {
		return nil, err
	}
	if page.People, err = v.nearest(); err != nil {
		return nil, err
	}
	if page.AddTo, err = v.projects(v.QueryParam("request")); err != nil {
		return nil, err
	}
	return page, page.list(v, chosen)
}

// series lists the visitor's series, of which one may be shown.
func (p *PhotosPage) series(v *visit) error {
	all, err := v.site.cfg.Photos.Series(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	known := p.Series == ""
	for _, one := range all {
		p.All = append(p.All, Crumb{v.house.album(one.ID), one.Title})
		if one.ID.String() == p.Series {
			known, p.Title = true, one.Title
			p.Crumbs = []Crumb{{v.house.desk("photos"), v.Text("photo.title")}}
		}
	}
	if !known {
		return directory.ErrNotFound
	}
	return nil
}

func (p *PhotosPage) list(v *visit, chosen []string) error {
	filter := imageconsent.PhotoFilter{Limit: albumPage + 1}
	var err error
	if p.Series != "" {
		if filter.Series, err = id.Parse[id.Series](p.Series); err != nil {
			return directory.ErrNotFound
		}
	}
	if after := v.QueryParam("after"); after != "" {
		if filter.Before, err = photoOf(after); err != nil {
			return err
		}
	}
	photos, err := v.site.cfg.Photos.List(v.Request().Context(), v.actor(), filter)
	if err != nil {
		return err
	}
	next := ""
	if len(photos) > albumPage {
		photos = photos[:albumPage]
		next = photos[albumPage-1].ID.String()
	}
	p.Pager = v.pager(next)
	for _, photo := range photos {
		card := v.photoCard(photo)
		card.Chosen = slices.Contains(chosen, card.ID)
		p.Items = append(p.Items, card)
		if card.Ready && v.works() {
			p.Same = v.house.desk("photos", "same")
		}
	}
	return nil
}

func (v *visit) photoCard(photo imageconsent.Photo) PhotoCard {
	card := PhotoCard{
		Printer: v.Printer, ID: photo.ID.String(), URL: v.house.photo(photo.ID), Thumbnail: working(photo.ID, imageconsent.Thumbnail),
		Name: photo.Name, Status: v.photoStatus(photo.Status), At: photo.CreatedAt,
		Ready: photo.Status.Ready(),
	}
	if photo.Form() != imageconsent.OfPicture {
		card.Kind = v.Text("file.format_" + photo.Format)
	}
	if photo.Problem != "" {
		card.Problem = v.photoProblem(photo)
	}
	return card
}

// photoProblem words why a photo is spoiled.
func (v *visit) photoProblem(photo imageconsent.Photo) string {
	return v.Fault(string(photo.Problem), map[bool]string{true: "file", false: "document"}[photo.Form() == imageconsent.OfPicture], 0)
}

// photoBadges are the looks of the statuses of a photo; a status without one is plain.
var photoBadges = map[workflow.PhotoStatus]string{
	workflow.Preparing: "badge-waiting", workflow.Unidentified: "badge-changes", workflow.Identified: "badge-live", workflow.Spoiled: "badge-rejected",
}

func (v *visit) photoStatus(s workflow.PhotoStatus) Status {
	return Status{photoBadges[s], v.Text("photo.status_" + string(s))}
}

// uploaded answers a form without a script: the album, with what was not taken in.
func (s *Site) uploaded(v *visit, d delivery) error {
	faults := d.faults(v)
	if len(faults) == 0 && len(d.photos) > 0 {
		return v.done("did.uploaded", v.album(d.form.Get("series")))
	}
	if len(d.photos) == 0 {
		faults = Faults{{"photo", v.Text("photo.none_chosen")}}
	}
	page, err := v.photosPage(d.form.Get("series"), nil)
	if err != nil {
		return err
	}
	page.Faults = faults
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

func (v *visit) album(series string) string {
	if one, err := id.Parse[id.Series](series); err == nil {
		return v.house.album(one)
	}
	return v.house.desk("photos")
}

// beginSeries begins a series of photos: an outing, say.
func (s *Site) beginSeries(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	series, err := s.cfg.Photos.NewSeries(v.Request().Context(), v.actor(), form.Get("title"))
	if err == nil {
		return v.see(v.house.album(series))
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.photosPage("", nil)
	if failed != nil {
		return failed
	}
	page.Named, page.Faults = form.Get("title"), v.faults(err, nil)
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// samePeople says that somebody is on several photos, in one gesture.
func (s *Site) samePeople(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	var photos []id.Photo
	for _, one := range form["chosen"] {
		photo, err := photoOf(one)
		if err != nil {
			return err
		}
		photos = append(photos, photo)
	}
	who, choices, faults, err := v.whoIsMeant(form.Get("who"), form["person"])
	if err != nil {
		return err
	}
	if len(photos) == 0 {
		faults = append(faults, Fault{"list", v.Text("photo.none_ticked")})
	}
	if len(faults) == 0 {
		if err := s.cfg.Photos.Add(v.Request().Context(), v.actor(), photos, who); err != nil {
			return err
		}
		return v.done("did.same_people", v.album(form.Get("series")))
	}
	page, err := v.photosPage(form.Get("series"), form["chosen"])
	if err != nil {
		return err
	}
	page.Who, page.Choices, page.Faults = form.Get("who"), choices, faults
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

// whoIsMeant reads those who were chosen by their ids, and who is meant by names, one a
// line or parted by semicolons.
func (v *visit) whoIsMeant(typed string, chosen []string) (people []id.Person, choices []Somebody, faults Faults, err error) {
	for _, one := range chosen {
		person, err := id.Parse[id.Person](one)
		if err != nil {
			return nil, nil, nil, directory.ErrNotFound
		}
		people = append(people, person)
	}
	if len(people) > 0 { // chosen among those whom the name may mean
		return people, nil, nil, nil
	}
	for _, name := range split(typed, ";") {
		person, several, err := v.meant(name)
		switch {
		case err != nil:
			return nil, nil, nil, err
		case !person.IsZero():
			people = append(people, person)
		case len(several) == 0:
			faults = append(faults, Fault{"who", v.Text("photo.nobody_so", "Name", name)})
		default:
			choices = append(choices, several...)
			faults = append(faults, Fault{"who", v.Text("photo.several_so", "Name", name)})
		}
	}
	if len(people) == 0 && len(faults) == 0 {
		faults = Faults{{"who", v.Text("photo.name_somebody")}}
	}
	return people, choices, faults, nil
}
