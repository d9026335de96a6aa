package api

import (
	"strings"
	"time"

	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// draftInputJSON is what somebody has written.
type draftInputJSON struct {
	Title        string                    `json:"title,omitempty" doc:"Of all but replies and comments; of a profile, the name shown."`
	Body         string                    `json:"body" doc:"HTML of any origin; it is sanitised."`
	Language     string                    `json:"language,omitempty" doc:"BCP 47; fr unless told."`
	Attributions []publication.Attribution `json:"attributions,omitempty" doc:"Of every borrowed work (R17)."`
	Photos       []shownPhotoJSON          `json:"photos,omitempty" doc:"Put behind the body, but for those that it shows already. A profile has one at most: its portrait, which stands before its words."`
	PublishAt    time.Time                 `json:"publish_at,omitzero" doc:"Not before; as soon as may be unless told."`
}

// shownPhotoJSON is a photo that a text is to show.
type shownPhotoJSON struct {
	ID  id.Photo `json:"id"`
	Alt string   `json:"alt,omitempty" doc:"What it shows, in words, for who cannot see it."`
}

// body is what was written, with the photos that it does not show by itself.
func (in draftInputJSON) body() string {
	var behind []publication.Illustration
	for _, photo := range in.Photos {
		if !strings.Contains(in.Body, "/photos/"+photo.ID.String()) {
			behind = append(behind, publication.Illustration{Photo: photo.ID, Alt: photo.Alt})
		}
	}
	return publication.PutTogether(in.Body, behind)
}

func (in draftInputJSON) input() publication.Input {
	return publication.Input{
		Title: in.Title, Body: in.body(), Language: in.Language, Attributions: in.Attributions, PublishAt: in.PublishAt,
	}
}

// draftJSON is the mutable draft: its version is its own, and goes into If-Match.
type draftJSON struct {
	ID           id.Revision               `json:"id"`
	Version      int64                     `json:"version" doc:"Of the draft itself: for If-Match."`
	SuggestedBy  id.Person                 `json:"suggested_by,omitzero" doc:"The moderator whose suggestion this is (R18)."`
	Title        string                    `json:"title"`
	HTML         string                    `json:"html" doc:"Sanitised."`
	Language     string                    `json:"language"`
	Attributions []publication.Attribution `json:"attributions"`
	PublishAt    time.Time                 `json:"publish_at,omitzero"`
	UpdatedAt    time.Time                 `json:"updated_at"`
}

func shownDraft(r *publication.Revision) *draftJSON {
	if r == nil {
		return nil
	}
	return &draftJSON{
		ID: r.ID, Version: r.Version, SuggestedBy: r.SuggestedBy, Title: r.Title, HTML: r.HTML.String(), Language: r.Language,
		Attributions: r.Attributions, PublishAt: r.PublishAt, UpdatedAt: r.UpdatedAt,
	}
}

// putDraft writes the author's draft; whoever else may is making a suggestion.
func (a *API) putDraft(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[draftInputJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	version, err := c.draftVersion()
	if err != nil {
		return answer{}, err
	}
	ctx := c.Request().Context()
	item, err := a.cfg.Desk.Item(ctx, c.who, contribution)
	if err != nil {
		return answer{}, err
	}
	write := a.cfg.Writer.SaveDraft
	if !c.who.Is(item.Contribution.Author) {
		write = a.cfg.Writer.Suggest
	}
	saved, err := write(ctx, c.who, contribution, version, in.input())
	if err != nil {
		return answer{}, stale(err)
	}
	saved.Status = workflow.Draft
	return answer{body: shownDraft(&saved), version: saved.Version}, nil
}

// draftVersion is the draft's own version; 0 begins one.
func (c *call) draftVersion() (int64, error) {
	if c.ifNoneMatchAny() && len(c.Request().Header.Values("If-Match")) == 0 {
		return 0, nil
	}
	return c.ifMatch()
}
