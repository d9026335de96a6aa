package web

import (
	"net/http"
	"strings"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// Somebody is a person to choose, by a line that tells them from others.
type Somebody struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// about parts a person's name from what tells them from others of that name.
const about = " · "

// somebody words a person: « Lina Haddad · 5A ».
func (v *visit) somebody(p directory.Listed) Somebody {
	more := strings.Join(p.Groups, ", ")
	if more == "" || p.Profile != directory.Pupil {
		more = v.Text("profile." + string(p.Profile))
	}
	return Somebody{p.ID.String(), p.FullName() + about + more}
}

// nearest are those to choose from before anything is typed: those of the visitor's
// groups first. Who may not look people up chooses from nobody.
func (v *visit) nearest() ([]Somebody, error) {
	if !v.works() {
		return nil, nil
	}
	found, err := v.site.cfg.Directory.Search(v.Request().Context(), v.actor(), "", 0)
	return v.somebodies(found), err
}

func (v *visit) somebodies(found []directory.Listed) []Somebody {
	list := make([]Somebody, len(found))
	for i, p := range found {
		list[i] = v.somebody(p)
	}
	return list
}

// findPersons gives a script those whose name begins so.
func (s *Site) findPersons(v *visit) error {
	const most = 12
	found, err := s.cfg.Directory.Search(v.Request().Context(), v.actor(), v.QueryParam("q"), most)
	if err != nil {
		return err
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.JSON(http.StatusOK, v.somebodies(found))
}

// meant finds who is meant by what was typed or chosen from the list. Where it might be
// several, they are the choices; where nobody is, there are none.
func (v *visit) meant(typed string) (who id.Person, choices []Somebody, err error) {
	typed = strings.Join(strings.Fields(typed), " ")
	name, _, _ := strings.Cut(typed, about)
	found, err := v.site.cfg.Directory.Search(v.Request().Context(), v.actor(), name, 0)
	if err != nil {
		return who, nil, err
	}
	var exact []directory.Listed
	for _, p := range found {
		if v.somebody(p).Label == typed || (name == typed && strings.EqualFold(p.FullName(), typed)) {
			exact = append(exact, p)
		}
	}
	if len(exact) > 0 {
		found = exact
	}
	if len(found) == 1 {
		return found[0].ID, nil, nil
	}
	return who, v.somebodies(found), nil
}
