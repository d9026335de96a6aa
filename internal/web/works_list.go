package web

import (
	"cmp"
	"time"

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
	for _, w := range works.Items {
		st := standingOfWork(w)
		page.Items = append(page.Items, MineItem{
			URL: v.house.work(w.Contribution.ID), Title: cmp.Or(w.Title, w.Excerpt, v.Text("mine.untitled")), Space: w.SpaceTitle,
			Next: v.next(st, s.cfg.Clock()), Statuses: v.statuses(st), At: w.TouchedAt,
		})
	}
	return v.render(page)
}
