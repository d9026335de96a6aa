package api

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// standingInputJSON is what a director decides on somebody's right to publish, from now.
type standingInputJSON struct {
	Person    id.Person              `json:"person"`
	Kind      directory.StandingKind `json:"kind" doc:"supervised or suspended."`
	Until     time.Time              `json:"until"`
	Reason    string                 `json:"reason" doc:"The person reads it; at most 2,000 characters."`
	Reference string                 `json:"reference,omitempty" doc:"Of a disciplinary sanction, which stays outside."`
}

// standingJSON is a measure on somebody's right to publish, in force or past.
type standingJSON struct {
	ID           id.Standing            `json:"id"`
	Person       personJSON             `json:"person"`
	Kind         directory.StandingKind `json:"kind"`
	From         time.Time              `json:"from"`
	Until        time.Time              `json:"until" doc:"Exclusive: it ends by itself then."`
	Reason       string                 `json:"reason"`
	Reference    string                 `json:"reference,omitempty"`
	DecidedBy    personJSON             `json:"decided_by"`
	Observations []observationJSON      `json:"observations" doc:"What was said of it."`
}

type observationJSON struct {
	Person personJSON `json:"person"`
	Text   string     `json:"text"`
	At     time.Time  `json:"at"`
}

func shownStanding(s directory.NamedStanding) standingJSON {
	return standingJSON{
		ID: s.ID, Person: personJSON{s.Person, s.Name}, Kind: s.Kind, From: s.During.From, Until: s.During.Until, Reason: s.Reason, Reference: s.Reference,
		DecidedBy: personJSON{s.DecidedBy, s.Decider},
		Observations: shownEach(s.Observations, func(o directory.Observation) observationJSON {
			return observationJSON{personJSON{o.By, o.Name}, o.Said, o.At}
		}),
	}
}

// standings are everybody's for who directs, and for others their own.
func (a *API) standings(ctx context.Context, who actor.Actor) ([]directory.NamedStanding, error) {
	found, err := a.cfg.Directory.Standings(ctx, who)
	if found.Decides {
		return found.All, err
	}
	return found.Own, err
}

func (a *API) listStandings(c *call) (answer, error) {
	return whole(c, a.standings, func(s directory.NamedStanding) string { return s.ID.String() }, shownStanding)
}

func (a *API) postStanding(c *call) (answer, error) {
	in, err := decode[standingInputJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	ctx := c.Request().Context()
	made, err := a.cfg.Directory.SetStanding(ctx, c.who, directory.StandingInput(in))
	if err != nil {
		return answer{}, err
	}
	all, err := a.standings(ctx, c.who)
	return answer{body: shownStanding(only(all, func(s directory.NamedStanding) bool { return s.ID == made })), location: "/api/v1/standings"}, err
}

func (a *API) deleteStanding(c *call) (answer, error) {
	standing, err := pathID[id.Standing](c, "standing")
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Directory.EndStanding(c.Request().Context(), c.who, standing)
}

func (a *API) postObservation(c *call) (answer, error) {
	standing, err := pathID[id.Standing](c, "standing")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[spokenJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Directory.Observe(c.Request().Context(), c.who, standing, in.Text)
}
