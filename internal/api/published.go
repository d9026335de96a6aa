package api

import (
	"bytes"
	"context"
	"fmt"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Reader is the only door to what is published. publication.Reader is one.
type Reader interface {
	House(ctx context.Context, uai string) (publication.House, error)
	Home(ctx context.Context, v publication.Viewer) (publication.HomePage, error)
	Space(ctx context.Context, v publication.Viewer, slug string, after publication.Cursor) (publication.SpacePage, error)
	Contribution(ctx context.Context, v publication.Viewer, c id.Contribution) (publication.ContributionPage, error)
	Thread(ctx context.Context, v publication.Viewer, topic id.Contribution, after publication.Cursor) (publication.ThreadPage, error)
	Feed(ctx context.Context, v publication.Viewer, slug string) (publication.Feed, error)
	Photo(ctx context.Context, v publication.Viewer, c id.Contribution, photo id.Photo, size imageconsent.Size) (imageconsent.File, error)
	Trombinoscope(ctx context.Context, v publication.Viewer, group id.Group) (publication.TrombinoscopePage, error)
	Portrait(ctx context.Context, v publication.Viewer, group id.Group, photo id.Photo, size imageconsent.Size) (imageconsent.File, error)
}

// placeJSON is a space as its readers see it.
type placeJSON struct {
	ID            id.Space                 `json:"id"`
	Slug          string                   `json:"slug"`
	Title         string                   `json:"title"`
	Description   string                   `json:"description"`
	Kind          publication.SpaceKind    `json:"kind"`
	Mode          workflow.Mode            `json:"mode"`
	Audience      publication.AudienceKind `json:"audience"`
	Status        workflow.SpaceStatus     `json:"status"`
	Label         string                   `json:"label,omitempty" doc:"What to show above texts that are not reviewed before they appear, in the establishment's words (R13)."`
	Paused        bool                     `json:"paused,omitempty" doc:"It is open to the public web, and read inside the establishment alone while the information pages lack something (R66)."`
	PressDirector string                   `json:"press_director,omitempty" doc:"Who directs the publication of a pupils' paper, named as in a byline, while they belong to the establishment (R14): on the space's own page."`
}

// publishedJSON is a contribution as its readers see it; without content where it
// was taken down.
type publishedJSON struct {
	ID           id.Contribution           `json:"id"`
	Space        id.Space                  `json:"space"`
	Parent       id.Contribution           `json:"parent,omitzero"`
	Kind         publication.Kind          `json:"kind"`
	Exposure     workflow.Exposure         `json:"exposure" doc:"visible, or why there is no content."`
	Number       int                       `json:"number,omitzero"`
	Title        string                    `json:"title,omitempty"`
	HTML         string                    `json:"html,omitempty" doc:"Sanitised; absent in a list."`
	Excerpt      string                    `json:"excerpt,omitempty"`
	Byline       string                    `json:"byline,omitempty"`
	Language     string                    `json:"language,omitempty"`
	Attributions []publication.Attribution `json:"attributions,omitempty" doc:"To be shown beside the work (R17)."`
	Contributors []string                  `json:"contributors,omitempty" doc:"Of a collective work, in which the establishment holds the rights (R37); absent in a list."`
	Photos       []frameJSON               `json:"photos,omitempty" doc:"Of the text, in its order: src of img is /photos/ and the id."`
	Hash         publication.Hash          `json:"hash,omitzero"`
	Reviewed     bool                      `json:"reviewed" doc:"A human has looked and let it stand (R13)."`
	Suggested    bool                      `json:"suggested" doc:"The text reads as a moderator had proposed it, and the author agreed (R18); false in a list."`
	Inserted     []insertedJSON            `json:"inserted,omitempty" doc:"Replies of those whom it names or designates: to be shown with it, unaltered, whatever its exposure (R57); absent in a list."`
	PublishedAt  time.Time                 `json:"published_at"`
	UpdatedAt    time.Time                 `json:"updated_at"`
	Link         string                    `json:"link" doc:"The page's address."`
}

// insertedJSON is a reply under its message (R57).
type insertedJSON struct {
	ID           id.Case   `json:"id"`
	Reference    string    `json:"reference"`
	Name         string    `json:"name"`
	Text         string    `json:"text" doc:"Plain, exactly as it was received."`
	ShownFrom    time.Time `json:"shown_from"`
	MessageAt    time.Time `json:"message_at" doc:"When the message appeared."`
	MessageUntil time.Time `json:"message_until,omitzero" doc:"When it ceased to be seen; absent while it is."`
}

type listedJSON struct {
	publishedJSON
	Replies int       `json:"replies" doc:"Visible replies or comments; 1000 means that many or more."`
	LastAt  time.Time `json:"last_at,omitzero"`
}

type shelfJSON struct {
	Space  placeJSON    `json:"space"`
	Latest []listedJSON `json:"latest"`
}

type homeJSON struct {
	Establishment id.Tenant   `json:"establishment"`
	UAI           string      `json:"uai"`
	Name          string      `json:"name"`
	City          string      `json:"city"`
	Items         []shelfJSON `json:"items"`
}

type placePageJSON struct {
	Space placeJSON    `json:"space"`
	Items []listedJSON `json:"items"`
	Next  string       `json:"next,omitempty"`
}

type publishedPageJSON struct {
	Space        placeJSON       `json:"space"`
	Contribution publishedJSON   `json:"contribution"`
	Items        []publishedJSON `json:"items" doc:"Replies or comments, the oldest first."`
	Next         string          `json:"next,omitempty"`
}

// mediaAtom is the media type of a feed.
const mediaAtom = "application/atom+xml"

// visit is somebody at the reading door of an establishment.
type visit struct {
	house  publication.House
	viewer publication.Viewer
	base   string // of the pages
}

// visit opens the door of the establishment that the path names.
func (a *API) visit(c *call) (visit, error) {
	house, err := a.cfg.Reader.House(c.Request().Context(), c.Param("uai"))
	if err != nil {
		return visit{}, err
	}
	viewer := publication.Viewer{Tenant: house.Tenant, Scopes: c.identity.Scopes}
	return visit{house, viewer, a.cfg.BaseURL}, nil
}

func (a *API) getHome(c *call) (answer, error) {
	v, err := a.visit(c)
	if err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Reader.Home(c.Request().Context(), v.viewer)
	if err != nil {
		return answer{}, err
	}
	out := homeJSON{Establishment: v.house.Tenant, UAI: v.house.UAI, Name: v.house.Name, City: v.house.City, Items: []shelfJSON{}}
	for _, shelf := range page.Shelves {
		out.Items = append(out.Items, shelfJSON{shownPlace(shelf.Place), v.listed(shelf.Place, shelf.Latest)})
	}
	return answer{body: out, tag: page.Tag}, nil
}

func (a *API) getPlace(c *call) (answer, error) {
	v, err := a.visit(c)
	if err != nil {
		return answer{}, err
	}
	page, err := a.cfg.Reader.Space(c.Request().Context(), v.viewer, c.Param("space"), publication.Cursor(c.query.Get("after")))
	if err != nil {
		return answer{}, err
	}
	return answer{
		body: placePageJSON{shownPlace(page.Place), v.listed(page.Place, page.Items), string(page.Next)}, tag: page.Tag,
	}, nil
}

func (a *API) getPublished(c *call) (answer, error) {
	v, err := a.visit(c)
	if err != nil {
		return answer{}, err
	}
	contribution, err := pathID[id.Contribution](c, "contribution")
	if err != nil {
		return answer{}, err
	}
	page, err := a.published(c, v, contribution)
	if err == nil && page.Place.Slug != c.Param("space") {
		err = directory.ErrNotFound
	}
	if err != nil {
		return answer{}, err
	}
	out := publishedPageJSON{
		Space: shownPlace(page.Place), Contribution: v.published(page.Place, page.Topic), Items: []publishedJSON{}, Next: string(page.Next),
	}
	for _, reply := range page.Replies {
		out.Items = append(out.Items, v.published(page.Place, reply))
	}
	return answer{body: out, tag: page.Tag}, nil
}

// published reads what can be answered with its answers, and anything else alone.
func (a *API) published(c *call, v visit, contribution id.Contribution) (publication.ThreadPage, error) {
	ctx, after := c.Request().Context(), publication.Cursor(c.query.Get("after"))
	single, err := a.cfg.Reader.Contribution(ctx, v.viewer, contribution)
	if err != nil {
		return publication.ThreadPage{}, err
	}
	if kind := single.Published.Kind; kind == publication.Topic || kind == publication.Article {
		return a.cfg.Reader.Thread(ctx, v.viewer, contribution, after)
	}
	if after != "" {
		return publication.ThreadPage{}, publication.ErrCursor
	}
	return publication.ThreadPage{Place: single.Place, Topic: single.Published, Sheet: single.Sheet}, nil
}

func (a *API) getFeed(c *call) (answer, error) {
	v, err := a.visit(c)
	if err != nil {
		return answer{}, err
	}
	slug := c.Param("space")
	feed, err := a.cfg.Reader.Feed(c.Request().Context(), v.viewer, slug)
	if err != nil {
		return answer{}, err
	}
	title, page := v.house.Name, v.base+"/e/"+v.house.UAI+"/"
	if feed.Title != "" {
		title, page = v.house.Name+" — "+feed.Title, page+slug+"/"
	}
	links := publication.FeedLinks{
		Self: v.base + c.Request().URL.Path, Page: page,
		Entry: func(p publication.Published) string { return v.base + "/e/" + v.house.UAI + "/-/" + p.ID.String() },
		Photo: func(p publication.Published, photo id.Photo, size imageconsent.Size) string {
			return v.base + "/e/" + v.house.UAI + "/-/seen/" + p.ID.String() + "/" + photo.String() + "/" + string(size)
		},
		Inserted: func(r publication.Inserted) string { return "Droit de réponse – " + r.Name },
	}
	var out bytes.Buffer
	if err := feed.Atom(&out, title, links, time.Unix(0, 0)); err != nil {
		return answer{}, fmt.Errorf("write feed: %w", err)
	}
	return answer{raw: out.Bytes(), media: mediaAtom + "; charset=utf-8", tag: feed.Tag}, nil
}

func shownPlace(p publication.Place) placeJSON {
	return placeJSON{p.ID, p.Slug, p.Title, p.Description, p.Kind, p.Mode, p.Audience, p.Status, p.Label, p.Paused(), p.PressDirector}
}

func (v visit) listed(place publication.Place, items []publication.Listed) []listedJSON {
	out := make([]listedJSON, len(items))
	for i, item := range items {
		out[i] = listedJSON{v.published(place, item.Published), item.Replies, item.LastAt}
	}
	return out
}

func (v visit) published(place publication.Place, p publication.Published) publishedJSON {
	link := v.base + "/e/" + v.house.UAI + "/" + place.Slug + "/" + p.ID.String()
	if p.Slug != "" {
		link += "-" + p.Slug
	}
	return publishedJSON{
		Inserted: shownInserted(p.Inserted),
		ID:       p.ID, Space: p.Space, Parent: p.Parent, Kind: p.Kind, Exposure: p.Exposure, Number: p.Number, Title: p.Title,
		HTML: p.Words().String(), Excerpt: p.Excerpt, Byline: p.Byline, Language: p.Language, Attributions: p.Attributions,
		Contributors: p.Contributors, Photos: v.frames(place, p), Hash: p.Hash, Reviewed: p.Reviewed, Suggested: p.Suggested, PublishedAt: p.PublishedAt, UpdatedAt: p.UpdatedAt, Link: link,
	}
}

func shownInserted(list []publication.Inserted) []insertedJSON {
	var out []insertedJSON
	for _, r := range list {
		out = append(out, insertedJSON(r))
	}
	return out
}
