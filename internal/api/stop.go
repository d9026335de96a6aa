package api

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Stops are what is stopped at once (R26, R54). publication.Stops is one.
type Stops interface {
	Open(ctx context.Context, who actor.Actor) ([]publication.Stopped, error)
	Text(ctx context.Context, who actor.Actor, c id.Contribution, text string) error
	Space(ctx context.Context, who actor.Actor, space id.Space, text string) error
	Release(ctx context.Context, who actor.Actor, hold id.Hold, seen id.Revision, text string) error
	Halts(ctx context.Context, who actor.Actor) ([]publication.Halt, error)
	Halt(ctx context.Context, who actor.Actor, space id.Space, reason string) (id.Halt, error)
	Resume(ctx context.Context, who actor.Actor, halt id.Halt) error
}

// stopJSON stops a contribution or a space as it is now, until somebody has looked.
type stopJSON struct {
	Contribution id.Contribution `json:"contribution,omitzero" doc:"This, or a space."`
	Space        id.Space        `json:"space,omitzero"`
	Text         string          `json:"text,omitempty" doc:"Why; whoever is in a hurry leaves it out."`
}

// releaseJSON ends one stop after a look at it.
type releaseJSON struct {
	Revision id.Revision `json:"revision,omitzero" doc:"That was looked at; of a space none (R19)."`
	Text     string      `json:"text" doc:"Why."`
}

// waitingStopJSON is something that is stopped and waits for a look.
type waitingStopJSON struct {
	ID           id.Hold           `json:"id"`
	Kind         workflow.HoldKind `json:"kind"`
	Contribution id.Contribution   `json:"contribution,omitzero" doc:"Absent of a space and of a photo."`
	Revision     id.Revision       `json:"revision,omitzero" doc:"What readers would have again."`
	Photo        id.Photo          `json:"photo,omitzero" doc:"That is masked wherever it is used, until somebody has looked (R42): by an action on the photo, not by a release here."`
	Space        id.Space          `json:"space,omitzero" doc:"Absent of a photo."`
	SpaceTitle   string            `json:"space_title,omitempty"`
	Title        string            `json:"title,omitempty"`
	StoppedBy    personJSON        `json:"stopped_by"`
	Reason       string            `json:"reason"`
	At           time.Time         `json:"at"`
	ReviewBy     time.Time         `json:"review_by" doc:"It is overdue later, and never ends by itself."`
	Late         bool              `json:"late"`
	Reviews      bool              `json:"reviews" doc:"The person may look at it, and release it here; false of a photo."`
}

func (a *API) listStops(c *call) (answer, error) {
	return whole(c, a.cfg.Stops.Open, func(s publication.Stopped) string { return s.Hold.ID.String() }, func(s publication.Stopped) waitingStopJSON {
		return waitingStopJSON{
			ID: s.Hold.ID, Kind: s.Hold.Kind, Contribution: s.Contribution, Revision: s.Live, Photo: s.Photo, Space: s.Space, SpaceTitle: s.SpaceTitle, Title: s.Title,
			StoppedBy: personJSON{s.Hold.PlacedBy, s.StoppedBy}, Reason: s.Hold.Reason, At: s.Hold.PlacedAt, ReviewBy: s.Hold.Until, Late: s.Late, Reviews: s.Photo.IsZero() && s.Reviews(c.who),
		}
	})
}

func (a *API) postStop(c *call) (answer, error) {
	in, err := decode[stopJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	switch {
	case in.Contribution.IsZero() == in.Space.IsZero():
		return answer{}, wrong(ErrInvalid, "contribution", "one_of_two")
	case in.Space.IsZero():
		return answer{}, a.cfg.Stops.Text(c.Request().Context(), c.who, in.Contribution, in.Text)
	}
	return answer{}, a.cfg.Stops.Space(c.Request().Context(), c.who, in.Space, in.Text)
}

func (a *API) releaseStop(c *call) (answer, error) {
	hold, err := pathID[id.Hold](c, "hold")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[releaseJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Stops.Release(c.Request().Context(), c.who, hold, in.Revision, in.Text)
}

// haltInputJSON stops all writing for a while.
type haltInputJSON struct {
	Space  id.Space `json:"space,omitzero" doc:"In this space alone; in the whole establishment unless told."`
	Reason string   `json:"reason" doc:"That every page says; at most 200 characters."`
}

// haltJSON is one emergency stop.
type haltJSON struct {
	ID         id.Halt   `json:"id"`
	Space      id.Space  `json:"space,omitzero" doc:"Absent: the whole establishment."`
	SpaceTitle string    `json:"space_title,omitempty"`
	Reason     string    `json:"reason"`
	From       time.Time `json:"from"`
	Until      time.Time `json:"until" doc:"It ends by itself then."`
	DecidedBy  string    `json:"decided_by"`
	EndedBy    string    `json:"ended_by,omitempty" doc:"Absent of what lasts, and of what ended by itself."`
	EndedAt    time.Time `json:"ended_at,omitzero"`
}

func shownHalt(h publication.Halt) haltJSON {
	return haltJSON{h.ID, h.Space, h.SpaceTitle, h.Reason, h.Begins, h.Until, h.DecidedBy, h.EndedBy, h.EndedAt}
}

func (a *API) listHalts(c *call) (answer, error) {
	return whole(c, a.cfg.Stops.Halts, func(h publication.Halt) string { return h.ID.String() }, shownHalt)
}

func (a *API) postHalt(c *call) (answer, error) {
	in, err := decode[haltInputJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	ctx := c.Request().Context()
	made, err := a.cfg.Stops.Halt(ctx, c.who, in.Space, in.Reason)
	if err != nil {
		return answer{}, err
	}
	all, err := a.cfg.Stops.Halts(ctx, c.who)
	return answer{body: shownHalt(only(all, func(h publication.Halt) bool { return h.ID == made })), location: "/api/v1/halts"}, err
}

// only is the one item of a list; the zero value where it is not there any more.
func only[T any](list []T, is func(T) bool) T {
	for _, item := range list {
		if is(item) {
			return item
		}
	}
	var none T
	return none
}

func (a *API) deleteHalt(c *call) (answer, error) {
	halt, err := pathID[id.Halt](c, "halt")
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Stops.Resume(c.Request().Context(), c.who, halt)
}
