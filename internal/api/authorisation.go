package api

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// Authorisations records what pupils and guardians allow (R36), and that a work is
// collective (R37).
// publication.Authorisations is one.
type Authorisations interface {
	Record(ctx context.Context, who actor.Actor, c id.Contribution, in publication.AuthorisationInput) (id.Authorisation, error)
	End(ctx context.Context, who actor.Actor, c id.Contribution, a id.Authorisation) error
	List(ctx context.Context, who actor.Actor, c id.Contribution) ([]publication.Authorisation, error)
	Qualify(ctx context.Context, who actor.Actor, c id.Contribution, in publication.CollectiveInput) (id.Collective, error)
	Disqualify(ctx context.Context, who actor.Actor, c id.Contribution) error
}

// newAuthorisationJSON is what the paper says.
type newAuthorisationJSON struct {
	Guardian  id.Person          `json:"guardian,omitzero" doc:"Who signed besides the pupil; absent for a pupil of age."`
	Naming    publication.Naming `json:"naming" doc:"How the pupil chose to be named."`
	Pseudonym string             `json:"pseudonym,omitempty" doc:"With that naming alone."`
	Reference string             `json:"reference" doc:"Where the paper is."`
}

type authorisationJSON struct {
	ID         id.Authorisation   `json:"id"`
	Pupil      id.Person          `json:"pupil"`
	Guardian   id.Person          `json:"guardian,omitzero"`
	Naming     publication.Naming `json:"naming"`
	Reference  string             `json:"reference"`
	RecordedBy id.Person          `json:"recorded_by"`
	RecordedAt time.Time          `json:"recorded_at"`
	EndedAt    time.Time          `json:"ended_at,omitzero" doc:"Absent while it holds."`
}

func (a *API) getAuthorisations(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	all, err := a.cfg.Authorisations.List(c.Request().Context(), c.who, contribution)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(all, "", shownAuthorisation)}, nil
}

func (a *API) recordAuthorisation(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[newAuthorisationJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if _, err := a.cfg.Authorisations.Record(c.Request().Context(), c.who, contribution, publication.AuthorisationInput(in)); err != nil {
		return answer{}, err
	}
	return a.getAuthorisations(c)
}

func (a *API) endAuthorisation(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	authorisation, err := pathID[id.Authorisation](c, "authorisation")
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Authorisations.End(c.Request().Context(), c.who, contribution, authorisation)
}

func shownAuthorisation(a publication.Authorisation) authorisationJSON {
	return authorisationJSON{a.ID, a.Pupil, a.Guardian, a.Naming, a.Reference, a.RecordedBy, a.RecordedAt, a.EndedAt}
}

// collectiveInputJSON is the decision that a work is collective.
type collectiveInputJSON struct {
	Contributors  []contributorJSON `json:"contributors" doc:"Two at least."`
	Justification string            `json:"justification" doc:"Of 20 to 2000 characters."`
}

// contributorJSON is somebody who took part.
type contributorJSON struct {
	Person    id.Person          `json:"person,omitzero" doc:"Of the establishment; a pupil is named as they and their family have chosen (R36)."`
	Name      string             `json:"name,omitempty" doc:"Of somebody from outside instead; a pupil's is refused."`
	Naming    publication.Naming `json:"naming,omitempty" doc:"Of a pupil, one that the establishment offers. Absent: as chosen for another work, or else by first name and initial."`
	Pseudonym string             `json:"pseudonym,omitempty" doc:"With that naming alone."`
}

type collectiveJSON struct {
	ID id.Collective `json:"id"`
}

func (a *API) qualifyCollective(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[collectiveInputJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	said := publication.CollectiveInput{Justification: in.Justification}
	for _, one := range in.Contributors {
		said.Contributors = append(said.Contributors, publication.ContributorInput(one))
	}
	made, err := a.cfg.Authorisations.Qualify(c.Request().Context(), c.who, contribution, said)
	return answer{body: collectiveJSON{made}}, err
}

func (a *API) disqualifyCollective(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Authorisations.Disqualify(c.Request().Context(), c.who, contribution)
}
