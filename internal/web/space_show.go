package web

import (
	"errors"
	"net/http"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// SpacePage lists what is to be read in a space.
type SpacePage struct {
	Base
	Pager
	SpaceTitle, About, Kind, Audience, Mode string

	PressDirector string // who directs the publication of a pupils' paper (R14); empty for nobody

	Label      string // R13: of what is not reviewed beforehand
	Closed     string // why nobody can write there now, in words
	Stop       string // where it is stopped at once (R26); empty for who may not
	Write      string // address; empty for who may not write there
	WriteLabel string
	WriteMore  []Crumb // what else is written there
	Items      []Card
}

// Template names the page's file.
func (*SpacePage) Template() string { return "space" }

func (s *Site) showSpace(v *visit) error {
	read, err := s.cfg.Reader.Space(v.Request().Context(), v.viewer(), v.Param("space"), publication.Cursor(v.QueryParam("after")))
	if err != nil {
		return err
	}
	return v.reading(http.StatusOK, read.Sheet, func() (Page, error) { return v.spacePage(read) })
}

func (v *visit) spacePage(read publication.SpacePage) (Page, error) {
	base, err := v.base(read.Place.Title)
	if err != nil {
		return nil, err
	}
	card := v.spaceCard(read.Place)
	page := &SpacePage{
		Base: base, Pager: v.pager(string(read.Next)), SpaceTitle: card.Title, About: card.About, Kind: card.Kind,
		Audience: card.Audience, Mode: v.Text("mode." + string(read.Place.Mode)),
	}
	page.Feed, page.Wide = v.house.spaceFeed(read.Place.Slug), true
	for _, listed := range read.Items {
		item := v.card(read.Place.Slug, listed.Published)
		item.Answers = listed.Replies
		page.Items = append(page.Items, item)
	}
	desk, closed, err := v.desk(read.Place)
	if err != nil {
		return nil, err
	}
	page.Closed, page.Label = closed, read.Place.Label
	if named := read.Place.PressDirector; named != "" {
		page.PressDirector = v.Text("reading.press_director", "Name", named)
	}
	if read.Place.Frozen {
		page.Closed = v.Text("reading.frozen")
	} else if v.stops, err = v.mayStop(read.Place); err != nil {
		return nil, err
	}
	if v.stops {
		page.Stop = v.house.desk("stops", "space", read.Place.ID.String())
	}
	if kind := topKind(read.Place.Kind); desk != nil {
		page.Write = v.house.write(desk.Space.ID.String(), id.Contribution{})
		page.WriteLabel = v.Text("reading.write_" + string(kind))
		for _, more := range furtherKinds() {
			if more.In(desk.Space.Kind) {
				page.WriteMore = append(page.WriteMore, Crumb{v.house.writeAs(more, desk.Space.ID.String()), v.Text("reading.write_" + string(more))})
			}
		}
	}
	return page, nil
}

// desk is what the visitor needs to write in a space, or nil and, where that is
// for the space's sake, why nobody can. What they may not do is not said here:
// the offer is simply not made.
func (v *visit) desk(place publication.Place) (*publication.Writing, string, error) {
	if place.Status == workflow.SpaceClosed {
		return nil, v.Text("reading.closed"), nil
	}
	if !v.belongs() {
		return nil, "", nil
	}
	desk, err := v.site.cfg.Writer.Desk(v.Request().Context(), v.actor(), place.ID)
	switch {
	case err == nil:
		return &desk, "", nil
	case errors.Is(err, workflow.ErrUnmet):
		return nil, v.Text("reading.frozen"), nil
	case errors.Is(err, workflow.ErrForbidden), errors.Is(err, directory.ErrNotFound):
		return nil, "", nil
	}
	return nil, "", err
}

// furtherKinds are written in a space beside what it is made of.
func furtherKinds() []publication.Kind {
	return []publication.Kind{publication.Document, publication.Profile}
}

// topKind is what a space of a kind is made of.
func topKind(kind publication.SpaceKind) publication.Kind {
	switch kind {
	case publication.Forum:
		return publication.Topic
	case publication.Web:
		return publication.Page
	case publication.Blog:
	}
	return publication.Article
}
