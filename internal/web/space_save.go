package web

import (
	"errors"
	"net/http"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

func (s *Site) newSpace(v *visit) error {
	st, err := v.prospect(publication.SpaceInput{Owner: v.who.Person.ID, Kind: publication.Blog})
	if err != nil {
		return err
	}
	page, err := v.settingPage(st, nil)
	if err != nil {
		return err
	}
	return v.render(page)
}

func (s *Site) createSpace(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	in, _ := spaceInput(form)
	space, err := s.cfg.Spaces.Create(v.Request().Context(), v.actor(), in)
	if err == nil {
		return v.done("did.create", v.house.desk("spaces", space.String()))
	}
	st, failed := v.prospect(in)
	if failed != nil {
		return failed
	}
	return v.resetSpace(st, err)
}

// prospect is a space that is still to be created.
func (v *visit) prospect(in publication.SpaceInput) (setting, error) {
	d, err := v.site.cfg.Spaces.Prospect(v.Request().Context(), v.actor())
	return setting{in: in, ents: d.ENTs}, err
}

// resetSpace shows the form again where what is wrong can be put right in it.
func (v *visit) resetSpace(st setting, err error) error {
	if !correctable(err) && !errors.Is(err, directory.ErrTaken) {
		return err
	}
	page, failed := v.settingPage(st, err)
	if failed != nil {
		return failed
	}
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

// keeping reads a space for whoever keeps it. For others there is no such page.
func (v *visit) keeping() (setting, publication.SpaceDossier, error) {
	space, err := id.Parse[id.Space](v.Param("space"))
	if err != nil {
		return setting{}, publication.SpaceDossier{}, directory.ErrNotFound
	}
	d, offers, err := v.site.cfg.Spaces.View(v.Request().Context(), v.actor(), space)
	if err == nil && !d.Roles.HasAny(keepers...) {
		err = directory.ErrNotFound
	}
	sp := d.Space
	return setting{
		space: space, version: sp.Version, ents: d.ENTs, offers: offers,
		in: publication.SpaceInput{
			Title: sp.Title, Description: sp.Description, Kind: sp.Kind, Mode: sp.Mode, Audience: sp.Audience,
			Owner: sp.Owner, Backup: sp.Backup, PressDirector: sp.PressDirector, Grants: d.Grants,
		},
	}, d, err
}

func (s *Site) showSettings(v *visit) error {
	st, _, err := v.keeping()
	if err != nil {
		return err
	}
	page, err := v.settingPage(st, nil)
	if err != nil {
		return err
	}
	return v.render(page)
}

// configureSpace changes what the form has; the kind stays.
func (s *Site) configureSpace(v *visit) error {
	st, d, err := v.keeping()
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	st.in, st.version = spaceInput(form)
	st.in.Kind = d.Space.Kind
	if err := s.cfg.Spaces.Configure(v.Request().Context(), v.actor(), st.space, st.version, st.in); err != nil {
		return v.resetSpace(st, err)
	}
	return v.done("did.configure", v.house.desk("spaces", st.space.String()))
}

// actOnSpace closes, reopens, freezes or unfreezes a space.
func (s *Site) actOnSpace(v *visit) error {
	st, d, err := v.keeping()
	if err != nil {
		return err
	}
	form, act, err := v.command()
	if err != nil {
		return err
	}
	c := publication.SpaceCommand{Action: act.Action, Version: act.Version, Hold: act.Hold, Sealed: act.Sealed, Reason: act.Reason}
	err = s.cfg.Spaces.Act(v.Request().Context(), v.actor(), d.Space.ID, c)
	if err == nil {
		return v.done("did."+string(c.Action), v.house.desk("spaces", st.space.String()))
	}
	if !reworded(err) {
		return err
	}
	page, failed := v.settingPage(st, nil)
	if failed != nil {
		return failed
	}
	page.Faults = v.refuseAct(page.Offers, form, err)
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}
