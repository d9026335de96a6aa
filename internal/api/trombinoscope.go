package api

import (
	"cmp"
	"io"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// trombinoscopeJSON is a group with everybody in it (R35).
type trombinoscopeJSON struct {
	ID      id.Group              `json:"id"`
	Name    string                `json:"name"`
	Readers imageconsent.Audience `json:"readers" doc:"For whom it is: a consent to it is for exactly that."`
	Items   []faceJSON            `json:"items" doc:"Pupils first, by name."`
}

type faceJSON struct {
	Person   id.Person     `json:"person"`
	Name     string        `json:"name"`
	Pupil    bool          `json:"pupil"`
	Portrait *portraitJSON `json:"portrait,omitempty" doc:"Absent where none may be seen."`
}

type portraitJSON struct {
	Photo     id.Photo `json:"photo"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	Link      string   `json:"link" doc:"Where it is read, as long as it may be seen; 404 otherwise."`
	Printable bool     `json:"printable" doc:"It may be on paper too."`
}

// reader is the caller at the reading door of the establishment that they act in.
func (c *call) reader() publication.Viewer {
	return publication.Viewer{Tenant: c.who.Tenant, Scopes: c.identity.Scopes}
}

// getTrombinoscope answers who may see a group's trombinoscope.
func (a *API) getTrombinoscope(c *call) (answer, error) {
	group, err := pathID[id.Group](c, "id")
	if err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Reader.Trombinoscope(c.Request().Context(), c.reader(), group)
	if err != nil {
		return answer{}, err
	}
	out := trombinoscopeJSON{ID: page.Group, Name: page.Name, Readers: page.Readers, Items: []faceJSON{}}
	for _, f := range page.Members {
		face := faceJSON{Person: f.Person, Name: f.GivenName + " " + f.FamilyName, Pupil: f.Pupil}
		if !f.Photo.IsZero() {
			link := "/api/v1/groups/" + group.String() + "/trombinoscope/" + f.Photo.String()
			face.Portrait = &portraitJSON{f.Photo, f.Width, f.Height, link, f.Printable}
		}
		out.Items = append(out.Items, face)
	}
	return answer{body: out}, nil
}

// getPortrait answers with a portrait of a trombinoscope. Whether it may be seen is asked
// at that moment, each time (R33, R35).
func (a *API) getPortrait(c *call) (answer, error) {
	group, err := pathID[id.Group](c, "id")
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
	found, err := a.cfg.Reader.Portrait(ctx, c.reader(), group, photo, cmp.Or(size, imageconsent.Standard))
	if err != nil {
		return answer{}, err
	}
	open := func() (io.ReadCloser, error) { return a.cfg.Pictures.Get(ctx, found.Name) }
	return tagged(found.SHA256, file{open: open, media: found.MediaType(), bytes: found.Bytes}), nil
}
