package web

import (
	"imprimatur/internal/directory"
)

// ClassesPage lists the groups whose trombinoscopes the visitor may open or make.
type ClassesPage struct {
	Base
	Classes, Others []Crumb
}

// Template names the page's file.
func (*ClassesPage) Template() string { return "classes" }

// listClasses lists the trombinoscopes that the visitor may open; to whoever may open
// none the page is not there.
func (s *Site) listClasses(v *visit) error {
	classes, err := s.cfg.Reader.Classes(v.Request().Context(), v.viewer())
	if err != nil {
		return err
	}
	page := &ClassesPage{}
	for _, c := range classes {
		link := Crumb{v.house.class(c.Group), c.Name}
		if c.Class {
			page.Classes = append(page.Classes, link)
		} else {
			page.Others = append(page.Others, link)
		}
	}
	if len(classes) == 0 && !v.works() {
		return directory.ErrNotFound
	}
	if page.Base, err = v.base(v.Text("trombinoscope.list")); err != nil {
		return err
	}
	return v.render(page)
}
