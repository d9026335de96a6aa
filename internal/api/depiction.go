package api

import (
	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

// boxJSON is a part of an upright picture, in shares of its width and height.
type boxJSON struct {
	X      float64 `json:"x" doc:"Each from 0 to 1."`
	Y      float64 `json:"y"`
	Width  float64 `json:"width" doc:"At least 0.01, as the height, and each 12 pixels of the standard size (R32)."`
	Height float64 `json:"height"`
}

// depictionJSON is one person in a photo, or a box in which there might be one.
type depictionJSON struct {
	ID      id.Depiction          `json:"id"`
	Found   bool                  `json:"found" doc:"By the machine."`
	Box     *boxJSON              `json:"box,omitempty" doc:"Absent for who has none: from behind, by voice, by caption."`
	Outcome imageconsent.Outcome  `json:"outcome,omitempty" doc:"What was said of it; absent: nothing yet."`
	Person  *personJSON           `json:"person,omitempty"`
	Media   []imageconsent.Medium `json:"media" doc:"What of them is shown."`
	Reason  string                `json:"reason,omitempty" doc:"Why nobody can recognise them."`
}

// identificationJSON is what somebody says of a photo: all who are in it.
type identificationJSON struct {
	People   []describedJSON `json:"people" doc:"A box that the machine found and that is not spoken of stays undecided."`
	Complete bool            `json:"complete,omitempty" doc:"Declares that nobody is missing (R27)."`
	Nobody   bool            `json:"nobody,omitempty" doc:"Says that nobody can be recognised, where it shows nobody at all."`
}

type describedJSON struct {
	ID       id.Depiction          `json:"id,omitzero" doc:"Of one that is there; absent: it is added. A box that moves is another one."`
	Box      *boxJSON              `json:"box,omitempty"`
	Outcome  imageconsent.Outcome  `json:"outcome,omitempty"`
	Person   id.Person             `json:"person,omitzero" doc:"For the outcome person, unless it is an outsider."`
	Outsider *outsiderJSON         `json:"outsider,omitempty"`
	Media    []imageconsent.Medium `json:"media,omitempty" doc:"The image unless told."`
	Reason   string                `json:"reason,omitempty" doc:"For the outcome unrecognisable."`
}

// outsiderJSON is somebody whom the directory does not know.
type outsiderJSON struct {
	GivenName  string `json:"given_name"`
	FamilyName string `json:"family_name"`
	Email      string `json:"email"`
}

// putDepictions keeps who is in a photo.
func (a *API) putDepictions(c *call) (answer, error) {
	photo, err := pathID[id.Photo](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[identificationJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	said := imageconsent.Identification{Complete: in.Complete, Nobody: in.Nobody}
	if said.Version, err = c.ifMatch(); err != nil {
		return answer{}, err
	}
	for _, one := range in.People {
		said.People = append(said.People, one.domain())
	}
	if err := a.cfg.Photos.Identify(c.Request().Context(), c.who, photo, said); err != nil {
		return answer{}, stale(err)
	}
	return a.photo(c, photo)
}

func (in describedJSON) domain() imageconsent.Described {
	said := imageconsent.Described{ID: in.ID, Outcome: in.Outcome, Person: in.Person, Media: in.Media, Reason: in.Reason}
	if in.Box != nil {
		said.Box = imageconsent.Box(*in.Box)
	}
	if in.Outsider != nil {
		outsider := imageconsent.Outsider(*in.Outsider)
		said.Outsider = &outsider
	}
	return said
}

func shownDepiction(d imageconsent.Depiction, names map[id.Person]string) depictionJSON {
	out := depictionJSON{ID: d.ID, Found: d.Found, Outcome: d.Outcome, Media: d.Media, Reason: d.Reason}
	if !d.Box.IsZero() {
		box := boxJSON(d.Box)
		out.Box = &box
	}
	if !d.Person.IsZero() {
		out.Person = &personJSON{d.Person, names[d.Person]}
	}
	return out
}
