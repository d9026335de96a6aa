package web

import (
	"encoding/hex"
	"errors"
	"html"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// seenPhoto gives a picture of a text to who may read it. Whether it may be seen is
// asked at that moment, each time (R27, R33): a browser that has it already is told
// so without the file being opened, and what may not be seen is not there.
func (s *Site) seenPhoto(v *visit) error {
	c, photo, size, err := v.namedPhoto()
	if err != nil {
		return v.noPicture(err)
	}
	file, err := s.cfg.Reader.Photo(v.Request().Context(), v.viewer(), c, photo, size)
	if err != nil {
		return v.noPicture(err)
	}
	if file.Size == imageconsent.AsItIs {
		data := imageconsent.Seekable(v.Request().Context(), s.cfg.Pictures, file.Name, file.Bytes)
		defer data.Close()
		return v.fileAsItIs(file, data)
	}
	return v.picture(file, func() (io.ReadCloser, error) { return s.cfg.Pictures.Get(v.Request().Context(), file.Name) })
}

// namedPhoto reads what the path of a reader's picture names.
func (v *visit) namedPhoto() (id.Contribution, id.Photo, imageconsent.Size, error) {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return c, id.Photo{}, "", err
	}
	photo, err := photoOf(v.Param("photo"))
	if err != nil {
		return c, photo, "", err
	}
	size, err := sizeOf(v.Param("size"))
	return c, photo, size, err
}

// showPhoto gives a picture to who works with it: whoever uploaded it or answers for a
// text that shows it, the consent officers, and who is asked for consent. Its address
// is what a text names it by, and holds in every establishment of whoever asks.
func (s *Site) showPhoto(v *visit) error {
	if err := v.who.RequireLogin(); err != nil {
		return err
	}
	photo, err := photoOf(v.Param("photo"))
	if err != nil {
		return v.noPicture(err)
	}
	size, err := sizeOf(v.QueryParam("size"))
	if err != nil {
		return v.noPicture(err)
	}
	shown := imageconsent.Shown{Photo: photo}
	if sealed := v.QueryParam("rendition"); sealed != "" {
		if shown.Rendition, err = id.Parse[id.Rendition](sealed); err != nil {
			return v.noPicture(directory.ErrNotFound)
		}
	}
	err = directory.ErrNotFound
	for _, tenant := range v.who.Tenants {
		who, failed := v.who.Actor(tenant.ID)
		if failed != nil {
			continue
		}
		var file imageconsent.File
		var data io.ReadCloser
		file, data, err = s.cfg.Photos.Open(v.Request().Context(), who, shown, size)
		if err == nil {
			defer data.Close()
			return v.opened(file, data)
		}
		if !errors.Is(err, directory.ErrNotFound) {
			return err
		}
	}
	return v.noPicture(err)
}

// opened answers with what the service of photos has opened.
func (v *visit) opened(file imageconsent.File, data io.ReadCloser) error {
	if content, ok := data.(io.ReadSeeker); ok && file.Size == imageconsent.AsItIs {
		return v.fileAsItIs(file, content)
	}
	return v.picture(file, func() (io.ReadCloser, error) { return data, nil })
}

// fileAsItIs answers with a file of paper, sound or film, or a part of one, to be kept or
// played and never shown as a page. Several parts at once would each begin anew: then it
// is sent whole.
func (v *visit) fileAsItIs(file imageconsent.File, content io.ReadSeeker) error {
	v.guardFile("private, no-cache")
	header, r := v.Response().Header(), v.Request()
	header.Set("Content-Type", file.MediaType())
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Disposition", `attachment; filename="document.`+file.Format+`"`)
	header.Set("ETag", fileTag(file))
	if strings.Contains(r.Header.Get("Range"), ",") {
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	http.ServeContent(v.Response(), r, "", time.Time{}, content)
	return nil
}

func fileTag(file imageconsent.File) string { return `"` + hex.EncodeToString(file.SHA256[:]) + `"` }

// picture answers with a file, or with the word that it has not changed.
func (v *visit) picture(file imageconsent.File, open func() (io.ReadCloser, error)) error {
	v.guardFile("private, no-cache")
	header := v.Response().Header()
	tag := fileTag(file)
	header.Set("ETag", tag)
	if matches(v.Request().Header.Get("If-None-Match"), tag) {
		return v.NoContent(http.StatusNotModified)
	}
	data, err := open()
	if err != nil {
		return err
	}
	defer data.Close()
	header.Set("Content-Length", strconv.FormatInt(file.Bytes, 10))
	return v.Stream(http.StatusOK, "image/jpeg", data)
}

// guardFile sets what every picture is sent with: a browser shows it and does nothing
// else with it.
func (v *visit) guardFile(cache string) {
	header := v.Response().Header()
	header.Set("Cache-Control", cache)
	header.Add("Vary", "Cookie")
	header.Set("Content-Disposition", "inline")
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
}

// noPicture answers that a picture is not there, whatever the reason, with a drawing
// that says so where the picture would be. What is a fault of ours stays one.
func (v *visit) noPicture(err error) error {
	if !errors.Is(err, directory.ErrNotFound) {
		return err
	}
	v.guardFile("no-store")
	// Without dimensions of its own it takes the place that the page keeps for the picture.
	drawing := `<svg xmlns="http://www.w3.org/2000/svg" role="img"><rect width="100%" height="100%" fill="#e8ebf0"/>` +
		`<text x="50%" y="50%" font-family="sans-serif" font-size="20" text-anchor="middle" dominant-baseline="middle" fill="#4a5361">` +
		html.EscapeString(v.Text("photo.absent")) + `</text></svg>`
	return v.Blob(http.StatusNotFound, "image/svg+xml", []byte(drawing))
}

// photoOf reads an id from a path. What cannot be an id names nothing.
func photoOf(param string) (id.Photo, error) {
	photo, err := id.Parse[id.Photo](param)
	if err != nil {
		return id.Photo{}, directory.ErrNotFound
	}
	return photo, nil
}

// sizeOf reads the size that an address names; the standard where it names none.
func sizeOf(param string) (imageconsent.Size, error) {
	if param == "" {
		return imageconsent.Standard, nil
	}
	size := imageconsent.Size(param)
	if !slices.Contains(imageconsent.Sizes(), size) {
		return "", directory.ErrNotFound
	}
	return size, nil
}

// illustrated is a published text with the addresses of its pictures, for readers.
func (v *visit) illustrated(p publication.Published) publication.Annotated {
	return publication.Illustrate(p.Words(), p.Frames, v.Text("photo.absent"), func(photo id.Photo, size imageconsent.Size) string {
		return v.house.seen(p.ID, photo, size)
	})
}

// sketched is a text with its pictures as those see them who work on it: as the version
// shows them, and as they are now where it does not (R19).
func sketched[T publication.HTML | publication.Annotated](text T, r *publication.Revision) publication.Annotated {
	return publication.Illustrate(text, nil, "", func(photo id.Photo, size imageconsent.Size) string {
		for _, p := range r.Pictures {
			if p.Photo == photo {
				return sealed(p, size)
			}
		}
		return working(photo, size)
	})
}

// sealed is the address of a picture as a version of a text shows it.
func sealed(p imageconsent.Picture, size imageconsent.Size) string {
	if p.Rendition.ID.IsZero() {
		return working(p.Photo, size)
	}
	return working(p.Photo, size) + "&rendition=" + p.Rendition.ID.String()
}

// working is the address of a picture for those who work with it.
func working(photo id.Photo, size imageconsent.Size) string {
	return "/photos/" + photo.String() + "?size=" + string(size)
}
