package api

import (
	"slices"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// samePeopleJSON is who is in many photos of a series.
type samePeopleJSON struct {
	Persons []id.Person `json:"persons"`
	Photos  []id.Photo  `json:"photos,omitempty" doc:"Of the series; all that are ready unless told."`
}

// mostOfSeries is how many photos one call speaks of.
const mostOfSeries = 200

// postSeriesPeople says that the same people are in many photos, in one gesture (R27).
func (a *API) postSeriesPeople(c *call) (answer, error) {
	series, err := pathID[id.Series](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[samePeopleJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	photos, err := a.ofSeries(c, series, in.Photos)
	if err != nil {
		return answer{}, err
	}
	if len(in.Persons) == 0 {
		return answer{}, &directory.FieldError{Field: "persons", Code: "required", Rule: "R27"}
	}
	return answer{}, a.cfg.Photos.Add(c.Request().Context(), c.who, photos, in.Persons)
}

// ofSeries are the photos of the caller's series that were named, or all that are ready.
func (a *API) ofSeries(c *call, series id.Series, named []id.Photo) ([]id.Photo, error) {
	ctx := c.Request().Context()
	own, err := a.cfg.Photos.Series(ctx, c.who)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(own, func(s imageconsent.Series) bool { return s.ID == series }) {
		return nil, directory.ErrNotFound
	}
	found, err := a.cfg.Photos.List(ctx, c.who, imageconsent.PhotoFilter{Series: series, Limit: mostOfSeries})
	if err != nil {
		return nil, err
	}
	var ready []id.Photo
	for _, photo := range found {
		if photo.Status.Ready() {
			ready = append(ready, photo.ID)
		}
	}
	if len(named) == 0 {
		return ready, nil
	}
	for _, photo := range named {
		if !slices.Contains(ready, photo) {
			return nil, &directory.FieldError{Field: "photos", Code: "unknown", Rule: "R27"}
		}
	}
	return named, nil
}
