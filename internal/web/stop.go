package web

import (
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// mayStop reports whether the visitor has the stop button there: nobody has who does not work
// in the establishment.
func (v *visit) mayStop(place publication.Place) (bool, error) {
	if !v.belongs() || !v.works() {
		return false, nil
	}
	return v.site.cfg.Stops.May(v.Request().Context(), v.actor(), place.ID)
}

// stopText masks a text at one tap, until somebody has looked (R26).
func (s *Site) stopText(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	if err := s.cfg.Stops.Text(v.Request().Context(), v.actor(), c, form.Get("text")); err != nil {
		return err
	}
	return v.done("did.stop", v.house.desk("stops"))
}

// stopSpace freezes a space likewise.
func (s *Site) stopSpace(v *visit) error {
	space, err := id.Parse[id.Space](v.Param("space"))
	if err != nil {
		return directory.ErrNotFound
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	if err := s.cfg.Stops.Space(v.Request().Context(), v.actor(), space, form.Get("text")); err != nil {
		return err
	}
	return v.done("did.freeze", v.house.desk("stops"))
}
