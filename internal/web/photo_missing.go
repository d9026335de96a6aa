package web

import (
	"slices"
	"strings"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// PicturesNote says of each picture of a text whether it may appear, and else what is
// missing and from whom.
type PicturesNote struct {
	Pictures []PictureNote
	Wait     *WaitForm // the author's choice; nil for everybody else
}

// PictureNote is one picture of a text.
type PictureNote struct {
	Thumbnail, Alt string
	File           *FileNote // in place of a picture
	Clear          bool
	Changed        bool // it has been blurred otherwise since the version was sent
	Missing        []string
	People         string // where it is said who is on it; empty for who may not
}

// WaitForm is the author's choice whether the text waits for its pictures.
type WaitForm struct {
	URL, Now, Label string
	Waits           string // what the button sends
}

// pictures is the note on a revision's pictures; nil where it has none.
func (v *visit) pictures(c id.Contribution, item moderation.Item, r *publication.Revision) (*PicturesNote, error) {
	if r == nil || len(r.Pictures) == 0 {
		return nil, nil //nolint:nilnil // a text without pictures has no note, and that is no error
	}
	verdicts := item.Clearances(r, v.site.cfg.Clock())
	names, err := v.site.cfg.Directory.Names(v.Request().Context(), v.actor(), persons(verdicts, v.actor().Person))
	if err != nil {
		return nil, err
	}
	_, shown := publication.TakeApart(r.HTML)
	note := &PicturesNote{}
	waiting := false
	for i, p := range r.Pictures {
		one := PictureNote{Thumbnail: sealed(p, imageconsent.Thumbnail), Clear: verdicts[i].Clear(), Changed: p.Rendition.ID != p.Current.ID}
		for _, illustration := range shown {
			if illustration.Photo == p.Photo {
				one.Alt = illustration.Alt
			}
		}
		one.File = v.workingFile(p.Photo, p.Format, 0, one.Alt)
		for _, m := range verdicts[i].Missing {
			if said := v.missing(m, names); !slices.Contains(one.Missing, said) {
				one.Missing = append(one.Missing, said)
			}
		}
		if v.works() {
			one.People = v.house.photo(p.Photo)
		}
		waiting = waiting || !one.Clear
		note.Pictures = append(note.Pictures, one)
	}
	if waits := item.Contribution.WaitsForPhotos; v.actor().Is(item.Contribution.Author) && (waiting || !waits) {
		note.Wait = v.waitForm(c, waits)
	}
	return note, nil
}

func (v *visit) waitForm(c id.Contribution, waits bool) *WaitForm {
	if waits {
		return &WaitForm{v.house.work(c, "wait"), v.Text("photo.waits"), v.Text("photo.go_without"), "no"}
	}
	return &WaitForm{v.house.work(c, "wait"), v.Text("photo.goes_without"), v.Text("photo.wait"), "yes"}
}

// persons are all whom verdicts speak of to a reader.
func persons(verdicts []imageconsent.Verdict, reader id.Person) []id.Person {
	var list []id.Person
	for _, verdict := range verdicts {
		for _, m := range verdict.Missing {
			if !m.Person.IsZero() {
				list = append(list, m.Person)
			}
			list = append(list, m.Awaited(reader)...)
		}
	}
	return list
}

// missing words what a picture lacks. Whose answer is awaited is told by name to adults
// who work here; a pupil is told that a family's is.
func (v *visit) missing(m imageconsent.Missing, names map[id.Person]string) string {
	if m.Lack != imageconsent.LacksConsent {
		return v.Text("photo.lacks_" + string(m.Lack))
	}
	stage := "photo.consent_unasked"
	switch m.Status {
	case workflow.NoConsent:
	case workflow.Asked, workflow.Granted: // of some uses, and not of this one
		stage = "photo.consent_asked"
	case workflow.Refused, workflow.Revoked, workflow.ExpiredConsent, workflow.SupersededConsent:
		stage = "photo.consent_" + string(m.Status)
	}
	text := v.Text(stage, "Name", names[m.Person], "Medium", v.Text("photo.medium_"+string(m.Medium)))
	var from []string
	for _, person := range m.Awaited(v.actor().Person) {
		from = append(from, names[person])
	}
	if len(from) > 0 && v.works() {
		text += " " + v.Text("photo.consent_from", "Names", strings.Join(from, ", "))
	}
	return text
}

// waitForPhotos keeps the author's choice: to wait for the pictures, or to appear at
// once with their places held empty.
func (s *Site) waitForPhotos(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	waits := form.Get("waits") == "yes"
	if err := s.cfg.Writer.WaitForPhotos(v.Request().Context(), v.actor(), c, waits); err != nil {
		return err
	}
	return v.done("did."+map[bool]string{true: "wait_for_photos", false: "go_without_photos"}[waits], v.house.work(c))
}
