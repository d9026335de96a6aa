package api

import (
	"context"
	"encoding/json"
	"errors"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// Directory knows who is who, and what the establishment has decided for itself.
// directory.Service is one.
type Directory interface {
	Search(ctx context.Context, who actor.Actor, text string, limit int) ([]directory.Listed, error)
	Groups(ctx context.Context, who actor.Actor) ([]directory.GroupListing, error)
	Parameters(ctx context.Context, who actor.Actor) (directory.Settings, error)
	Configure(ctx context.Context, who actor.Actor, version int64, changes map[string]json.RawMessage) (directory.Settings, error)
	Denials(ctx context.Context, who actor.Actor, why directory.LogReason, before id.Denial, limit int) ([]directory.NamedDenial, error)
	Trail(ctx context.Context, who actor.Actor, why directory.LogReason, f directory.TrailFilter) ([]directory.TrailEntry, error)
	Names(ctx context.Context, who actor.Actor, persons []id.Person) (map[id.Person]string, error)
	Standings(ctx context.Context, who actor.Actor) (directory.Standings, error)
	SetStanding(ctx context.Context, who actor.Actor, in directory.StandingInput) (id.Standing, error)
	EndStanding(ctx context.Context, who actor.Actor, standing id.Standing) error
	Observe(ctx context.Context, who actor.Actor, standing id.Standing, said string) error
	Direction(ctx context.Context, who actor.Actor) (directory.Direction, error)
	Lend(ctx context.Context, who actor.Actor, l directory.Loan) ([]directory.Delegation, error)
	EndDelegation(ctx context.Context, who actor.Actor, delegation id.Delegation) error
	Establishments(ctx context.Context, who actor.Actor) ([]directory.Directed, error)
	Establishment(ctx context.Context, who actor.Actor, uai string) (directory.Directed, []directory.Listed, error)
	AppointActing(ctx context.Context, who actor.Actor, place id.Tenant, in directory.ActingHead) (id.Tenure, error)
	EndActing(ctx context.Context, who actor.Actor, place id.Tenant, tenure id.Tenure) error
}

// personLineJSON is somebody in a list to choose from.
type personLineJSON struct {
	ID         id.Person         `json:"id"`
	ExternalID string            `json:"external_id"`
	Name       string            `json:"name"`
	Profile    directory.Profile `json:"profile"`
	Groups     []string          `json:"groups"`
}

// groupJSON is a class or any other list of persons.
type groupJSON struct {
	ID     id.Group            `json:"id"`
	Kind   directory.GroupKind `json:"kind"`
	Name   string              `json:"name"`
	Pupils int                 `json:"pupils"`
	Staff  int                 `json:"staff"`
	Mine   bool                `json:"mine" doc:"The person is in it."`
}

// getPersons answers with one page: a list to choose from, not a register.
func (a *API) getPersons(c *call) (answer, error) {
	limit, err := c.limit()
	if err != nil {
		return answer{}, err
	}
	found, err := a.cfg.Directory.Search(c.Request().Context(), c.who, c.query.Get("q"), limit)
	if err != nil {
		return answer{}, asParameter(err)
	}
	return answer{body: listOf(found, "", func(p directory.Listed) personLineJSON {
		return personLineJSON{p.ID, p.ExternalID, p.FullName(), p.Profile, p.Groups}
	})}, nil
}

// asParameter tells a field of the query from one of a body.
func asParameter(err error) error {
	if field := new(directory.FieldError); errors.As(err, &field) {
		return &RequestError{Err: ErrParameter, Faults: []Fault{{Field: field.Field, Code: field.Code, Limit: field.Limit}}}
	}
	return err
}

func (a *API) getGroups(c *call) (answer, error) {
	return whole(c, a.cfg.Directory.Groups, func(g directory.GroupListing) string { return g.ID.String() }, func(g directory.GroupListing) groupJSON {
		return groupJSON{g.ID, g.Kind, g.Name, g.Pupils, g.Staff, g.Mine}
	})
}
