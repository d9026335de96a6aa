package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

const (
	uploadRoom   = 128 << 20 // bytes of pictures that are in memory at once, of everybody
	uploadWait   = 20 * time.Second
	largestBatch = 512 << 20 // bytes of one form
	mostParts    = 500       // fields and files of one form
)

// delivery is what a form that may bring pictures has brought.
type delivery struct {
	form   url.Values
	photos []delivered
}

// delivered is one file: taken in, or why not.
type delivered struct {
	field string // of the form
	name  string
	id    id.Photo
	err   error // a [directory.FieldError] of "file" or "document", or a [workflow.Refusal]
}

// taking takes one picture in.
type taking func(ctx context.Context, name string, data []byte) (id.Photo, error)

// deliver reads a form, and takes the pictures in that it brings in the fields "photo",
// and files of other forms in the fields "document", one after another as they arrive: what names their series stands before them.
func (v *visit) deliver() (delivery, error) { return v.deliverTo(nil) }

// deliverTo is deliver, of a form whose fields say what is to be done with the pictures in them.
func (v *visit) deliverTo(takers func(field string) (taking, bool)) (delivery, error) {
	r := v.Request()
	r.Body = http.MaxBytesReader(v.Response(), r.Body, largestBatch)
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		form, err := v.form()
		return delivery{form: form}, err
	}
	if err != nil {
		return delivery{}, fmt.Errorf("read form: %w", badForm(err))
	}
	limits, err := v.site.cfg.Photos.Limits(r.Context(), v.actor())
	if err != nil {
		return delivery{}, err
	}
	d := delivery{form: url.Values{}}
	if takers == nil {
		takers = v.intoAlbum(&d)
	}
	left := int64(maxForm)
	for range mostParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			r.PostForm, r.Form = d.form, d.form // for what shows again what was typed
			return d, d.whole()
		}
		if err != nil {
			return d, fmt.Errorf("read form: %w", badForm(err))
		}
		take, picture := takers(part.FormName())
		switch {
		case picture:
			err = v.takeIn(&d, part, int64(limits.Mebibytes)<<20, take)
		case part.FormName() == "document":
			err = v.receive(&d, part)
		default:
			err = d.field(part, &left)
		}
		if err != nil {
			return d, err
		}
	}
	return d, fmt.Errorf("read form: %w", ErrTooLarge)
}

// whole refuses a form that brings nothing at all, which is no form, or something else
// than text where no text is written.
func (d *delivery) whole() error {
	if len(d.form) == 0 && len(d.photos) == 0 {
		return fmt.Errorf("read form: %w: it brings nothing", ErrForm)
	}
	return legibleForm(d.form)
}

// fieldsOnly reads what was typed into a form that may bring pictures, and lets those go
// by: of a request that was refused before anybody looked at its form.
func (v *visit) fieldsOnly() (url.Values, error) {
	r := v.Request()
	r.Body = http.MaxBytesReader(v.Response(), r.Body, uploadRoom)
	parts, err := r.MultipartReader()
	if err != nil {
		return v.form()
	}
	d, left := delivery{form: url.Values{}}, int64(maxForm)
	for range mostParts {
		part, err := parts.NextPart()
		if err != nil { // the end, or what came before something went wrong
			return d.form, legibleForm(d.form)
		}
		if part.FileName() != "" {
			continue
		}
		if err := d.field(part, &left); err != nil {
			return d.form, err
		}
	}
	return d.form, legibleForm(d.form)
}

// field reads a part that is no picture.
func (d *delivery) field(part *multipart.Part, left *int64) error {
	text, err := io.ReadAll(io.LimitReader(part, *left+1))
	if err != nil {
		return fmt.Errorf("read form: %w", badForm(err))
	}
	if *left -= int64(len(text)); *left < 0 {
		return fmt.Errorf("read form: %w", ErrTooLarge)
	}
	d.form.Add(part.FormName(), string(text))
	return nil
}

// takeIn reads one picture and hands it to its service. What is wrong with it is said
// beside its name; what is wrong with us is returned.
func (v *visit) takeIn(d *delivery, part *multipart.Part, most int64, take taking) error {
	ctx := v.Request().Context()
	release, err := v.site.room(ctx, min(most, uploadRoom))
	if err != nil {
		return err
	}
	defer release()
	data, err := io.ReadAll(io.LimitReader(part, most+1))
	if err != nil {
		return fmt.Errorf("read form: %w", badForm(err))
	}
	if len(data) == 0 && part.FileName() == "" { // a field that nobody chose a file in
		return nil
	}
	one := delivered{field: "photo", name: strings.ToValidUTF8(part.FileName(), "")}
	one.id, one.err = take(ctx, part.FileName(), data)
	return d.add(one)
}

// receive hands a file of another form to its service as it arrives.
func (v *visit) receive(d *delivery, part *multipart.Part) error {
	if part.FileName() == "" { // a field that nobody chose a file in
		return nil
	}
	one := delivered{field: "document", name: strings.ToValidUTF8(part.FileName(), "")}
	one.id, one.err = v.site.cfg.Photos.Receive(v.Request().Context(), v.actor(), imageconsent.Incoming{Name: part.FileName(), Body: arriving{part}})
	return d.add(one)
}

// arriving is a part of a form: what goes wrong in reading it is the form's fault.
type arriving struct{ part io.Reader }

func (a arriving) Read(p []byte) (int, error) {
	n, err := a.part.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = badForm(err)
	}
	return n, err
}

// add keeps what became of a file, unless it is no fault of the file's.
func (d *delivery) add(one delivered) error {
	field := new(directory.FieldError)
	if one.err != nil && !errors.As(one.err, &field) && !errors.Is(one.err, workflow.ErrUnmet) {
		return one.err
	}
	d.photos = append(d.photos, one)
	return nil
}

// intoAlbum takes in the pictures of the fields "photo", into the series that the form has named.
func (v *visit) intoAlbum(d *delivery) func(field string) (taking, bool) {
	return func(field string) (taking, bool) {
		return func(ctx context.Context, name string, data []byte) (id.Photo, error) {
			in := imageconsent.Upload{Name: name, Data: data}
			if series := d.form.Get("series"); series != "" {
				var err error
				if in.Series, err = id.Parse[id.Series](series); err != nil {
					return id.Photo{}, directory.ErrNotFound
				}
			}
			return v.site.cfg.Photos.Upload(ctx, v.actor(), in)
		}, field == "photo"
	}
}

// room waits for a place in memory, a while at most.
func (s *Site) room(ctx context.Context, bytes int64) (release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, uploadWait)
	defer cancel()
	if err := s.uploads.Acquire(ctx, bytes); err != nil {
		return nil, fmt.Errorf("wait for room: %w", err)
	}
	return func() { s.uploads.Release(bytes) }, nil
}

// legibleForm refuses a form in which something other than what somebody has written is
// no text.
func legibleForm(form url.Values) error {
	for name, values := range form {
		written := name == "title" || name == "text" || name == "html"
		for _, value := range values {
			if !written && (!utf8.ValidString(value) || strings.ContainsRune(value, 0)) {
				return fmt.Errorf("read form: %w: %q is no text", ErrForm, name)
			}
		}
	}
	return nil
}

// faults words what is wrong with each file that was not taken in.
func (d delivery) faults(v *visit) Faults {
	var faults Faults
	for _, one := range d.photos {
		if one.err != nil {
			faults = append(faults, Fault{one.field, v.refusedFile(one)})
		}
	}
	return faults
}

func (v *visit) refusedFile(one delivered) string {
	var why []string
	for _, fault := range v.faults(one.err, nil) {
		why = append(why, fault.Text)
	}
	refusal := refusalIn(one.err)
	why = append(why, v.unmet(refusal.Unmet, refusal.Until)...)
	return v.Text("photo.refused", "Name", one.name, "Why", strings.Join(why, " "))
}

// uploadPhotos takes pictures in: for a script, which sends one and is told what became
// of it, or for a page without.
func (s *Site) uploadPhotos(v *visit) error {
	d, err := v.deliver()
	if err != nil {
		return err
	}
	if !v.script() {
		return s.uploaded(v, d)
	}
	if len(d.photos) != 1 {
		return fmt.Errorf("upload photo: %w: %d files", ErrForm, len(d.photos))
	}
	if one := d.photos[0]; one.err != nil {
		return one.err
	}
	state, err := v.photoState(d.photos[0].id)
	if err != nil {
		return err
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.JSON(http.StatusCreated, state)
}

// script reports whether a script of ours asks, which reads JSON.
func (v *visit) script() bool { return strings.Contains(v.Request().Header.Get("Accept"), "json") }

// PhotoState is what a script is told of a picture.
type PhotoState struct {
	ID     string `json:"id"`
	Src    string `json:"src"`    // as a text names it
	State  string `json:"state"`  // preparing, ready or spoiled
	Text   string `json:"text"`   // the same in words
	People string `json:"people"` // where it is said who is in it; empty for who may not
}

func (v *visit) photoState(photo id.Photo) (PhotoState, error) {
	d, err := v.site.cfg.Photos.Photo(v.Request().Context(), v.actor(), photo)
	if err != nil {
		return PhotoState{}, err
	}
	state := PhotoState{ID: photo.String(), Src: "/photos/" + photo.String(), State: "ready"}
	switch d.Photo.Status {
	case workflow.Preparing:
		state.State = "preparing"
	case workflow.Spoiled, workflow.Erased, workflow.NoPhoto:
		state.State = "spoiled"
	case workflow.Unidentified, workflow.Identified:
		if v.works() {
			state.People = v.house.photo(photo)
		}
	}
	state.Text = v.Text("photo.state_" + state.State)
	return state, nil
}

// showPhotoState tells a script how far a picture has come.
func (s *Site) showPhotoState(v *visit) error {
	photo, err := photoOf(v.Param("photo"))
	if err != nil {
		return err
	}
	state, err := v.photoState(photo)
	if err != nil {
		return err
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.JSON(http.StatusOK, state)
}
