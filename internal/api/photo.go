package api

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Photos takes pictures in, and says who is in them. imageconsent.Photos is one.
type Photos interface {
	Upload(ctx context.Context, who actor.Actor, in imageconsent.Upload) (id.Photo, error)
	Receive(ctx context.Context, who actor.Actor, in imageconsent.Incoming) (id.Photo, error)
	NewSeries(ctx context.Context, who actor.Actor, title string) (id.Series, error)
	Series(ctx context.Context, who actor.Actor) ([]imageconsent.Series, error)
	List(ctx context.Context, who actor.Actor, f imageconsent.PhotoFilter) ([]imageconsent.Photo, error)
	Photo(ctx context.Context, who actor.Actor, photo id.Photo) (imageconsent.PhotoDossier, error)
	Uses(ctx context.Context, who actor.Actor, photo id.Photo) ([]imageconsent.JudgedUse, error)
	Open(ctx context.Context, who actor.Actor, shown imageconsent.Shown, size imageconsent.Size) (imageconsent.File, io.ReadCloser, error)
	Original(ctx context.Context, who actor.Actor, photo id.Photo) (imageconsent.Photo, io.ReadCloser, error)
	Identify(ctx context.Context, who actor.Actor, photo id.Photo, in imageconsent.Identification) error
	Add(ctx context.Context, who actor.Actor, photos []id.Photo, people []id.Person) error
	Act(ctx context.Context, who actor.Actor, photo id.Photo, c imageconsent.PhotoCommand) error
}

// photoLineJSON is a photo in a list.
type photoLineJSON struct {
	ID            id.Photo             `json:"id"`
	Establishment id.Tenant            `json:"establishment"`
	Status        workflow.PhotoStatus `json:"status"`
	Version       int64                `json:"version" doc:"To be named by an action."`
	Name          string               `json:"name" doc:"Of the file, as it was given."`
	Problem       imageconsent.Problem `json:"problem,omitempty" doc:"Why it is spoiled."`
	Form          imageconsent.Form    `json:"form" doc:"A picture, or what else it is: all that is said of photos holds for files."`
	Format        string               `json:"format" doc:"As its bytes say."`
	Width         int                  `json:"width" doc:"0 for what is no picture."`
	Height        int                  `json:"height"`
	Faces         *int                 `json:"faces,omitempty" doc:"Counted by the machine, which recognises nobody; absent until then."`
	Series        id.Series            `json:"series,omitzero"`
	Uploader      id.Person            `json:"uploader"`
	CreatedAt     time.Time            `json:"created_at"`
	Source        string               `json:"source" doc:"How a text names it: src of img in the body of a contribution."`
}

// photoJSON is a photo for those who work with it.
type photoJSON struct {
	photoLineJSON
	IdentifiedAt   time.Time       `json:"identified_at,omitzero" doc:"When somebody declared completely who is in it (R27)."`
	IdentifiedBy   id.Person       `json:"identified_by,omitzero"`
	People         []depictionJSON `json:"people" doc:"Who is in it, and boxes of which nothing is said yet."`
	Uses           []usedJSON      `json:"uses" doc:"Each text that shows it, or is on its way to, with its clearance there."`
	Holds          []holdJSON      `json:"holds"`
	AllowedActions []offerJSON     `json:"allowed_actions"`
	Links          photoLinksJSON  `json:"links"`
}

type photoLinksJSON struct {
	Self      string `json:"self"`
	Thumbnail string `json:"thumbnail,omitempty" doc:"Absent until it is prepared."`
	Standard  string `json:"standard,omitempty"`
	Double    string `json:"double,omitempty"`
	File      string `json:"file,omitempty" doc:"Of what is no picture: its bytes as they are."`
	Original  string `json:"original,omitempty" doc:"For its uploader and the consent officers alone (R32)."`
}

// usedJSON is one use of a photo, judged at this moment.
type usedJSON struct {
	Elsewhere    bool                  `json:"elsewhere,omitempty" doc:"In a text of the establishment that the caller may not read: nothing is told of it but what kind of thing is missing."`
	Contribution id.Contribution       `json:"contribution,omitzero"`
	Revision     id.Revision           `json:"revision,omitzero"`
	Editorial    workflow.Editorial    `json:"editorial,omitempty"`
	Space        id.Space              `json:"space,omitzero"`
	SpaceTitle   string                `json:"space_title,omitempty"`
	Audience     imageconsent.Audience `json:"audience,omitempty"`
	Clear        bool                  `json:"clear"`
	Missing      []missingJSON         `json:"missing" doc:"What keeps it from being shown there, and from whom it is missing (R27)."`
}

// missingJSON is one thing that a picture lacks for a use.
type missingJSON struct {
	Lack      imageconsent.Lack      `json:"lack"`
	Depiction id.Depiction           `json:"depiction,omitzero"`
	Person    id.Person              `json:"person,omitzero" doc:"Whose consent is missing."`
	Medium    imageconsent.Medium    `json:"medium,omitempty"`
	Consent   workflow.ConsentStatus `json:"consent,omitempty" doc:"Where the latest that was asked for this use stands; absent: nobody was asked."`
	From      []id.Person            `json:"from,omitempty" doc:"Whose answer is awaited, for adults who work here."`
}

// sentPhotosJSON is the form that brings pictures.
type sentPhotosJSON struct {
	Photo  []upload  `json:"photo" doc:"JPEG, PNG, WebP, GIF or HEIC; several at once."`
	Series id.Series `json:"series,omitzero" doc:"Of the same person's."`
}

// takenJSON is what became of one file: a photo, or the problem with it.
type takenJSON struct {
	Name    string         `json:"name"`
	Photo   *photoLineJSON `json:"photo,omitempty"`
	Problem *Problem       `json:"problem,omitempty" doc:"Nothing of this file was kept."`
}

// postPhotos takes pictures in, each by itself. Where none was kept, the whole is refused.
func (a *API) postPhotos(c *call) (answer, error) {
	form, err := c.form("photo", "series")
	if err != nil {
		return answer{}, err
	}
	if len(form.files) == 0 {
		return answer{}, wrong(ErrInvalid, "photo", "required")
	}
	var series id.Series
	if text := form.fields["series"]; text != "" {
		if series, err = parseID[id.Series](text); err != nil {
			return answer{}, wrong(ErrInvalid, "series", "not_an_id")
		}
	}
	return a.taken(c, form.files, func(sent sentFile) (id.Photo, error) {
		return a.cfg.Photos.Upload(c.Request().Context(), c.who, imageconsent.Upload{Name: sent.name, Data: sent.data, Series: series})
	})
}

// sentFilesJSON is the form that brings files.
type sentFilesJSON struct {
	Document []upload `json:"document" doc:"PDF, OpenDocument, Office Open XML, sound or film; several at once."`
}

// postFiles takes files in that are no pictures, each by itself. Where none was kept, the
// whole is refused.
func (a *API) postFiles(c *call) (answer, error) {
	form, err := c.form("document")
	if err != nil {
		return answer{}, err
	}
	if len(form.files) == 0 {
		return answer{}, wrong(ErrInvalid, "document", "required")
	}
	return a.taken(c, form.files, func(sent sentFile) (id.Photo, error) {
		return a.cfg.Photos.Receive(c.Request().Context(), c.who, imageconsent.Incoming{Name: sent.name, Body: bytes.NewReader(sent.data)})
	})
}

// taken takes each file in, and says what became of it.
func (a *API) taken(c *call, files []sentFile, take func(sentFile) (id.Photo, error)) (answer, error) {
	out := list[takenJSON]{Items: []takenJSON{}}
	var kept id.Photo
	var faults []error
	for i, sent := range files {
		taken := takenJSON{Name: sent.name}
		photo, err := take(sent)
		if err == nil {
			taken.Photo, err = a.photoLine(c, photo)
			kept = photo
		}
		if err != nil {
			problem := a.explain(c.Context, err)
			taken.Problem, faults = &problem, append(faults, ofFile(sent.field, i, err))
		}
		out.Items = append(out.Items, taken)
	}
	if kept.IsZero() {
		return answer{}, errors.Join(faults...)
	}
	return answer{body: out, location: photoAddress(kept)}, nil
}

// ofFile says which file of a form a fault is of.
func ofFile(part string, number int, err error) error {
	if field := new(directory.FieldError); errors.As(err, &field) && (field.Field == "file" || field.Field == part) {
		named := *field
		named.Field = part + "." + strconv.Itoa(number) + "." + field.Field
		return &named
	}
	return err
}

func (a *API) photoLine(c *call, photo id.Photo) (*photoLineJSON, error) {
	d, err := a.cfg.Photos.Photo(c.Request().Context(), c.who, photo)
	if err != nil {
		return nil, err
	}
	line := shownPhotoLine(d.Photo)
	return &line, nil
}

func photoAddress(photo id.Photo) string { return "/api/v1/photos/" + photo.String() }

// listPhotos answers with what the person has uploaded.
func (a *API) listPhotos(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	filter := imageconsent.PhotoFilter{Limit: limit + 1}
	if filter.Series, err = queryID[id.Series](c, "series"); err != nil {
		return answer{}, err
	}
	if filter.Before, err = cursorID[id.Photo](c); err != nil {
		return answer{}, err
	}
	photos, err := a.cfg.Photos.List(c.Request().Context(), c.who, filter)
	if err != nil {
		return answer{}, err
	}
	page, next := firstOf(photos, limit, func(p imageconsent.Photo) string { return p.ID.String() })
	return answer{body: listOf(page, next, shownPhotoLine)}, nil
}

func (a *API) getPhoto(c *call) (answer, error) {
	photo, err := pathID[id.Photo](c, "id")
	if err != nil {
		return answer{}, err
	}
	return a.photo(c, photo)
}

// photo answers with a photo as it is now.
func (a *API) photo(c *call, photo id.Photo) (answer, error) {
	d, err := a.cfg.Photos.Photo(c.Request().Context(), c.who, photo)
	if err != nil {
		return answer{}, err
	}
	uses, err := a.cfg.Photos.Uses(c.Request().Context(), c.who, photo)
	if err != nil {
		return answer{}, err
	}
	out := photoJSON{
		photoLineJSON: shownPhotoLine(d.Photo), IdentifiedAt: d.Photo.IdentifiedAt, IdentifiedBy: d.Photo.IdentifiedBy,
		People: []depictionJSON{}, Uses: []usedJSON{}, Holds: []holdJSON{}, AllowedActions: []offerJSON{}, Links: linksOf(d, c.who),
	}
	for _, depiction := range d.Depictions {
		out.People = append(out.People, shownDepiction(depiction, d.Names))
	}
	for _, use := range uses {
		out.Uses = append(out.Uses, usedJSON{
			use.Elsewhere, use.Contribution, use.Revision, use.Status, use.Space, use.SpaceTitle, use.Use.Audience, use.Clear(), c.missing(use.Verdict),
		})
	}
	for _, hold := range d.Holds {
		out.Holds = append(out.Holds, holdJSON{
			ID: hold.ID, On: workflow.OnPhoto, Kind: hold.Kind, Sealed: hold.Sealed, PlacedAt: hold.PlacedAt, Ground: hold.Ground, Reason: hold.Reason,
		})
	}
	for _, offer := range d.Offers(c.who) {
		out.AllowedActions = append(out.AllowedActions, offered(offer.Offer, id.Revision{}, offer.Hold))
	}
	return answer{body: out, version: d.Photo.Version}, nil
}

func shownPhotoLine(p imageconsent.Photo) photoLineJSON {
	line := photoLineJSON{
		ID: p.ID, Establishment: p.Tenant, Status: p.Status, Version: p.Version, Name: p.Name, Problem: p.Problem, Form: p.Form(), Format: p.Format, Width: p.Width, Height: p.Height,
		Series: p.Series, Uploader: p.Uploader, CreatedAt: p.CreatedAt, Source: "/photos/" + p.ID.String(),
	}
	if p.Faces >= 0 {
		line.Faces = &p.Faces
	}
	return line
}

func linksOf(d imageconsent.PhotoDossier, who actor.Actor) photoLinksJSON {
	links := photoLinksJSON{Self: photoAddress(d.Photo.ID)}
	files := links.Self + "/files/"
	switch {
	case d.Photo.Current.IsZero():
	case d.Photo.Form() != imageconsent.OfPicture:
		links.File = files + string(imageconsent.AsItIs)
	default:
		links.Thumbnail, links.Standard, links.Double = files+"thumbnail", files+"standard", files+"double"
	}
	if d.Photo.Original != "" && (who.Is(d.Photo.Uploader) || d.Roles.Has(actor.Officer)) {
		links.Original = files + original
	}
	return links
}

// missing is what a verdict says, with whose answer is awaited for adults who work here.
func (c *call) missing(v imageconsent.Verdict) []missingJSON {
	out := make([]missingJSON, 0, len(v.Missing))
	for _, m := range v.Missing {
		one := missingJSON{Lack: m.Lack, Depiction: m.Depiction, Person: m.Person, Medium: m.Medium, Consent: m.Status}
		if c.works() {
			one.From = m.Awaited(c.who.Person)
		}
		out = append(out, one)
	}
	return out
}

// works reports whether the person works in the establishment.
func (c *call) works() bool {
	for _, profile := range c.identity.Profiles(c.who.Tenant) {
		if profile.Works() {
			return true
		}
	}
	return false
}

// original names the file as it was uploaded, beside the sizes.
const original = "original"

// getPhotoFile answers with a picture, or with the word that it has not changed.
func (a *API) getPhotoFile(c *call) (answer, error) {
	photo, err := pathID[id.Photo](c, "id")
	if err != nil {
		return answer{}, err
	}
	ctx := c.Request().Context()
	if c.Param("size") == original {
		p, data, err := a.cfg.Photos.Original(ctx, c.who, photo)
		if err != nil {
			return answer{}, err
		}
		media := "image/" + p.Format
		if p.Form() != imageconsent.OfPicture {
			media = imageconsent.MediaType(p.Format)
		}
		return tagged(p.SHA256, file{data: data, media: media, bytes: p.Bytes, keep: p.Form() != imageconsent.OfPicture}), nil
	}
	size, err := sizeOf(c.Param("size"))
	if err != nil {
		return answer{}, err
	}
	rendition, err := queryID[id.Rendition](c, "rendition")
	if err != nil {
		return answer{}, err
	}
	found, data, err := a.cfg.Photos.Open(ctx, c.who, imageconsent.Shown{Photo: photo, Rendition: rendition}, size)
	if err != nil {
		return answer{}, err
	}
	return tagged(found.SHA256, file{data: data, media: found.MediaType(), bytes: found.Bytes, keep: size == imageconsent.AsItIs}), nil
}

// tagged answers with a file that is known again by the hash of what is in it.
func tagged(sum [32]byte, f file) answer { return answer{tag: hex.EncodeToString(sum[:]), file: &f} }

// sizeOf reads a size. What there is not is not found.
func sizeOf(text string) (imageconsent.Size, error) {
	for _, size := range imageconsent.Sizes() {
		if string(size) == text {
			return size, nil
		}
	}
	return "", directory.ErrNotFound
}

func (a *API) actOnPhoto(c *call) (answer, error) {
	photo, err := pathID[id.Photo](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decodeAction(c, auth.PhotosWrite)
	if err != nil {
		return answer{}, err
	}
	err = a.cfg.Photos.Act(c.Request().Context(), c.who, photo, imageconsent.PhotoCommand{
		Action: in.Action, Version: in.Version, Hold: in.Hold, Sealed: in.Sealed, Reason: in.reason(),
	})
	if err != nil {
		return answer{}, err
	}
	given, err := a.photo(c, photo)
	if errors.Is(err, directory.ErrNotFound) { // done, and not for the actor to see any more (R50)
		return answer{status: http.StatusNoContent}, nil
	}
	return given, err
}

type newSeriesJSON struct {
	Title string `json:"title"`
}

type seriesJSON struct {
	ID        id.Series `json:"id"`
	Title     string    `json:"title"`
	CreatedAt time.Time `json:"created_at"`
}

func (a *API) postSeries(c *call) (answer, error) {
	in, err := decode[newSeriesJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	series, err := a.cfg.Photos.NewSeries(c.Request().Context(), c.who, in.Title)
	if err != nil {
		return answer{}, err
	}
	all, err := a.cfg.Photos.Series(c.Request().Context(), c.who)
	if err != nil {
		return answer{}, err
	}
	for _, one := range all {
		if one.ID == series {
			return answer{body: shownSeries(one), location: "/api/v1/photos?series=" + series.String()}, nil
		}
	}
	return answer{}, directory.ErrNotFound
}

func (a *API) listSeries(c *call) (answer, error) {
	return whole(c, a.cfg.Photos.Series, func(s imageconsent.Series) string { return s.ID.String() }, shownSeries)
}

func shownSeries(s imageconsent.Series) seriesJSON { return seriesJSON{s.ID, s.Title, s.CreatedAt} }
