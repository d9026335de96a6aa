package api

import (
	"cmp"
	"context"
	"io"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// pictureJSON is a photo as a text shows it, judged for its space at this moment (R27).
type pictureJSON struct {
	Photo     id.Photo      `json:"photo"`
	Rendition id.Rendition  `json:"rendition" doc:"What the text shows of it: with it a file is asked for as it was judged (R19)."`
	Current   id.Rendition  `json:"current" doc:"What it shows from now on; another where it was blurred otherwise since."`
	Clear     bool          `json:"clear"`
	Missing   []missingJSON `json:"missing" doc:"What keeps it from being shown, and from whom it is missing."`
}

func (c *call) pictures(item moderation.Item, r *publication.Revision, now time.Time) []pictureJSON {
	var out []pictureJSON
	for i, verdict := range item.Clearances(r, now) {
		out = append(out, pictureJSON{r.Pictures[i].Photo, r.Pictures[i].Rendition.ID, r.Pictures[i].Current.ID, verdict.Clear(), c.missing(verdict)})
	}
	return out
}

// Pictures opens the files that the Reader has found. imageconsent.Remembered is one.
type Pictures interface {
	Get(ctx context.Context, name string) (io.ReadCloser, error)
}

// frameJSON is a picture of a published text: its place stays, whether it may be seen or not.
type frameJSON struct {
	Photo  id.Photo `json:"photo"`
	Width  int      `json:"width"`
	Height int      `json:"height"`
	Format string   `json:"format,omitempty" doc:"Of a file: it is no picture."`
	Bytes  int64    `json:"bytes,omitempty" doc:"Of a file."`
	Shown  bool     `json:"shown" doc:"It may be seen at this moment. If not, html says nothing of what it shows."`
	Link   string   `json:"link" doc:"Where it is read, as long as it may be seen; 404 otherwise."`
}

func (v visit) frames(place publication.Place, p publication.Published) []frameJSON {
	var out []frameJSON
	for _, frame := range p.Frames {
		link := "/api/v1/published/" + v.house.UAI + "/" + place.Slug + "/" + p.ID.String() + "/photos/" + frame.Photo.String()
		if frame.Format != "" {
			link += "?size=" + string(imageconsent.AsItIs)
		}
		out = append(out, frameJSON{frame.Photo, frame.Width, frame.Height, frame.Format, frame.Bytes, frame.Shown, link})
	}
	return out
}

// getPublishedPhoto answers with a picture of a text to who may read it. Whether it may be
// seen is asked at that moment, each time (R27, R33).
func (a *API) getPublishedPhoto(c *call) (answer, error) {
	v, err := a.visit(c)
	if err != nil {
		return answer{}, err
	}
	contribution, err := pathID[id.Contribution](c, "contribution")
	if err != nil {
		return answer{}, err
	}
	photo, err := pathID[id.Photo](c, "photo")
	if err != nil {
		return answer{}, err
	}
	size, err := word(c, "size", imageconsent.Sizes())
	if err != nil {
		return answer{}, err
	}
	ctx := c.Request().Context()
	page, err := a.cfg.Reader.Contribution(ctx, v.viewer, contribution)
	if err == nil && page.Place.Slug != c.Param("space") {
		err = directory.ErrNotFound
	}
	if err != nil {
		return answer{}, err
	}
	found, err := a.cfg.Reader.Photo(ctx, v.viewer, contribution, photo, cmp.Or(size, imageconsent.Standard))
	if err != nil {
		return answer{}, err
	}
	open := func() (io.ReadCloser, error) { return a.cfg.Pictures.Get(ctx, found.Name) }
	return tagged(found.SHA256, file{open: open, media: found.MediaType(), bytes: found.Bytes, keep: found.Size == imageconsent.AsItIs}), nil
}
