package web

import (
	"net/http"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// AddTo is the form by which photos join the request of a project that was sent before
// they were taken.
type AddTo struct {
	URL      string
	Projects []Option
}

// addTo is where photos are chosen that join a request: the visitor's album; empty where
// they may add none to it.
func (v *visit) addTo(request string) (string, error) {
	form, err := v.projects(request)
	if err != nil || form == nil {
		return "", err
	}
	for _, project := range form.Projects {
		if project.Chosen {
			return v.house.desk("photos") + "?request=" + project.Code, nil
		}
	}
	return "", nil
}

// projects is the form with the requests to which the visitor may add photos, one of them
// chosen; nil where there is none.
func (v *visit) projects(chosen string) (*AddTo, error) {
	if !v.works() {
		return nil, nil //nolint:nilnil // no form, and no error
	}
	found, err := v.site.cfg.Consents.Projects(v.Request().Context(), v.actor())
	if err != nil || len(found) == 0 {
		return nil, err
	}
	form := &AddTo{URL: v.house.desk("consents", "photos")}
	for _, project := range found {
		form.Projects = append(form.Projects, Option{
			project.ID.String(), v.Text("photo.project", "Title", project.Title, "Reference", project.Reference), project.ID.String() == chosen,
		})
	}
	return form, nil
}

// addToProject adds photos to the request of their project, in one gesture.
func (s *Site) addToProject(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	request, err := id.Parse[id.Request](form.Get("request"))
	if err != nil {
		return directory.ErrNotFound
	}
	photos := make([]id.Photo, len(form["chosen"]))
	for i, one := range form["chosen"] {
		if photos[i], err = photoOf(one); err != nil {
			return err
		}
	}
	err = s.cfg.Consents.AddPhotos(v.Request().Context(), v.actor(), request, photos)
	if err == nil {
		return v.done("did.photos_added", v.house.desk("consents")+"?request="+request.String())
	}
	if !correctable(err) {
		return err
	}
	page, failed := v.photosPage(form.Get("series"), form["chosen"])
	if failed != nil {
		return failed
	}
	page.Faults = Faults{{"request", v.Text("photo.none_ticked")}}
	if len(photos) > 0 {
		page.Faults = v.faults(err, nil)
	}
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}
