package web

import (
	"cmp"
	"net/http"
	"slices"

	"imprimatur/publication"
)

// HomePage is an establishment's front door.
type HomePage struct {
	Base
	Spaces []SpaceCard
	Latest []Card
}

// Template names the page's file.
func (*HomePage) Template() string { return "home" }

// SpaceCard is a space in a list.
type SpaceCard struct{ URL, Title, About, Kind, Audience string }

// latest is how many texts a home shows of all its spaces.
const latest = 6

func (s *Site) showHome(v *visit) error {
	home, err := s.cfg.Reader.Home(v.Request().Context(), v.viewer())
	if err != nil {
		return err
	}
	return v.reading(http.StatusOK, home.Sheet, func() (Page, error) {
		base, err := v.base(v.Text("nav.home"))
		if err != nil {
			return nil, err
		}
		base.Feed, base.Wide = v.house.feed(), true
		page := &HomePage{Base: base}
		for _, shelf := range home.Shelves {
			page.Spaces = append(page.Spaces, v.spaceCard(shelf.Place))
		}
		page.Latest = v.newest(home.Shelves)
		return page, nil
	})
}

func (v *visit) spaceCard(p publication.Place) SpaceCard {
	audience := string(p.Audience)
	if p.Paused() {
		audience = "paused"
	}
	return SpaceCard{
		URL: v.house.space(p.Slug), Title: p.Title, About: p.Description,
		Kind: v.Text("space_kind." + string(p.Kind)), Audience: v.Text("audience." + audience),
	}
}

// newest takes the newest visible texts of all shelves.
func (v *visit) newest(shelves []publication.Shelf) []Card {
	var cards []Card
	for _, shelf := range shelves {
		for _, listed := range shelf.Latest {
			if !listed.Visible() {
				continue
			}
			card := v.card(shelf.Place.Slug, listed.Published)
			card.Space = shelf.Place.Title
			cards = append(cards, card)
		}
	}
	slices.SortStableFunc(cards, func(a, b Card) int { return -cmp.Compare(a.PublishedAt.UnixNano(), b.PublishedAt.UnixNano()) })
	return cards[:min(latest, len(cards))]
}
