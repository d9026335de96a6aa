package web

import (
	"imprimatur/internal/actor"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// SpacesPage lists the spaces that the visitor answers for.
type SpacesPage struct {
	Base
	New   string
	Items []SpaceItem
}

// Template names the page's file.
func (*SpacesPage) Template() string { return "spaces" }

// SpaceItem is one space to be kept.
type SpaceItem struct {
	URL, Title, Kind, Audience, Mode string
	Statuses                         []Status
}

// keepers may see how a space is set, and most of them change it.
var keepers = []actor.Role{actor.Owner, actor.Backup, actor.Director, actor.Admin, actor.Stopper}

func (s *Site) listSpaces(v *visit) error {
	known, err := s.cfg.Spaces.List(v.Request().Context(), v.actor())
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("spaces.title"))
	if err != nil {
		return err
	}
	page := &SpacesPage{Base: base, New: v.house.desk("spaces", "new")}
	page.Wide = true
	for _, space := range known {
		if space.Roles.HasAny(keepers...) {
			page.Items = append(page.Items, v.spaceItem(space.Space))
		}
	}
	return v.render(page)
}

func (v *visit) spaceItem(space publication.Space) SpaceItem {
	item := SpaceItem{
		URL: v.house.desk("spaces", space.ID.String()), Title: space.Title, Kind: v.Text("space_kind." + string(space.Kind)),
		Audience: v.Text("audience." + string(space.Audience.Kind)), Mode: v.Text("mode." + string(space.Mode)),
	}
	switch {
	case space.Status == workflow.SpaceClosed:
		item.Statuses = []Status{{"badge-hidden", v.Text("status.closed")}}
	case space.Frozen:
		item.Statuses = []Status{{"badge-urgent", v.Text("status.frozen")}}
	default:
		item.Statuses = []Status{{"badge-live", v.Text("status.open")}}
	}
	return item
}
