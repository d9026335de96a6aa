package web

import (
	"cmp"
	"time"

	"imprimatur/internal/id"
	"imprimatur/publication"
)

// MinePage lists what the visitor has written.
type MinePage struct {
	Base
	Pager
	Write []Crumb
	Items []MineItem
}

// Template names the page's file.
func (*MinePage) Template() string { return "mine" }

// MineItem is one text of the visitor's, and what happens next to it.
type MineItem struct {
	URL, Title, Space, Next string
	Statuses                []Status
	At                      time.Time
}

func (s *Site) listWorks(v *visit) error {
	works, err := s.cfg.Writer.Works(v.Request().Context(), v.actor(), publication.Cursor(v.QueryParam("after")))
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("mine.title"))
	if err != nil {
		return err
	}
	page := &MinePage{Base: base, Pager: v.pager(string(works.Next))}
	if page.Write, err = v.beginnings(); err != nil {
		return err
	}
	for _, w := range works.Items {
		st := standingOfWork(w)
		page.Items = append(page.Items, MineItem{
			URL: v.house.work(w.Contribution.ID), Title: cmp.Or(w.Title, w.Excerpt, v.Text("mine.untitled")), Space: w.SpaceTitle,
			Next: v.next(st, s.cfg.Clock()), Statuses: v.statuses(st), At: w.TouchedAt,
		})
	}
	return v.render(page)
}

// beginnings lead to the form of a new text, in each space that takes the visitor's.
func (v *visit) beginnings() ([]Crumb, error) {
	known, err := v.site.cfg.Spaces.List(v.Request().Context(), v.actor())
	if err != nil {
		return nil, err
	}
	var ways []Crumb
	for _, space := range known {
		if space.Writable() {
			ways = append(ways, Crumb{v.house.write(space.ID.String(), id.Contribution{}), v.Text("mine.write", "Space", space.Title)})
		}
	}
	return ways, nil
}
