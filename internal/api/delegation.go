package api

import (
	"context"
	"maps"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// delegationJSON is a power of the director's that is lent.
type delegationJSON struct {
	ID    id.Delegation `json:"id"`
	Power actor.Role    `json:"power" doc:"signatory, judge, masker, withdrawer or stopper."`
	From  personJSON    `json:"from_person"`
	To    personJSON    `json:"to"`
	Begin time.Time     `json:"from"`
	End   time.Time     `json:"until" doc:"Exclusive. It ends before, when whoever lent it directs no more."`
}

// loanJSON lends powers to somebody who works in the establishment.
type loanJSON struct {
	To     id.Person    `json:"to"`
	Powers []actor.Role `json:"powers" doc:"Of signatory, judge, masker, withdrawer and stopper: all or none."`
	From   time.Time    `json:"from,omitzero" doc:"Now unless told."`
	Until  time.Time    `json:"until" doc:"Exclusive."`
}

func (a *API) listDelegations(c *call) (answer, error) {
	names := map[id.Person]string{}
	read := func(ctx context.Context, who actor.Actor) ([]directory.Delegation, error) {
		d, err := a.cfg.Directory.Direction(ctx, who)
		maps.Copy(names, d.Names)
		return d.Delegations, err
	}
	return whole(c, read, func(g directory.Delegation) string { return g.ID.String() }, shownDelegation(names))
}

func shownDelegation(names map[id.Person]string) func(directory.Delegation) delegationJSON {
	return func(g directory.Delegation) delegationJSON {
		return delegationJSON{
			ID: g.ID, Power: g.Power, From: personJSON{ID: g.From, Name: names[g.From]}, To: personJSON{ID: g.To, Name: names[g.To]},
			Begin: g.During.From, End: g.During.Until,
		}
	}
}

func (a *API) postDelegations(c *call) (answer, error) {
	in, err := decode[loanJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	ctx := c.Request().Context()
	lent, err := a.cfg.Directory.Lend(ctx, c.who, directory.Loan{To: in.To, Powers: in.Powers, During: directory.Period{From: in.From, Until: in.Until}})
	if err != nil {
		return answer{}, err
	}
	names, err := a.cfg.Directory.Names(ctx, c.who, []id.Person{c.who.Person, in.To})
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(lent, "", shownDelegation(names)), location: "/api/v1/delegations"}, nil
}

func (a *API) deleteDelegation(c *call) (answer, error) {
	delegation, err := pathID[id.Delegation](c, "id")
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Directory.EndDelegation(c.Request().Context(), c.who, delegation)
}

// establishmentJSON is an establishment below an authority.
type establishmentJSON struct {
	UAI     string       `json:"uai"`
	Name    string       `json:"name"`
	Vacant  bool         `json:"vacant" doc:"Nobody directs it now."`
	Tenures []tenureJSON `json:"tenures" doc:"That have not ended."`
}

type tenureJSON struct {
	ID        id.Tenure                  `json:"id"`
	Person    personJSON                 `json:"person"`
	Capacity  directory.DirectorCapacity `json:"capacity"`
	From      time.Time                  `json:"from,omitzero"`
	Until     time.Time                  `json:"until,omitzero"`
	Reference string                     `json:"reference,omitempty" doc:"Of the act of appointment."`
	Directs   bool                       `json:"directs" doc:"Now: an acting head does not while a head is in office."`
}

// actingHeadJSON appoints an acting head.
type actingHeadJSON struct {
	Person    id.Person `json:"person" doc:"Who teaches or works there."`
	From      time.Time `json:"from,omitzero" doc:"Now unless told."`
	Until     time.Time `json:"until" doc:"Exclusive."`
	Reference string    `json:"reference" doc:"Of the act of appointment, at most 200 characters."`
}

func shownEstablishment(d directory.Directed) establishmentJSON {
	return establishmentJSON{d.Tenant.UAI, d.Tenant.Name, d.Vacant(), each(d.Tenures, func(t directory.NamedTenure) tenureJSON {
		return tenureJSON{t.ID, personJSON{ID: t.Person, Name: t.Name}, t.Capacity, t.During.From, t.During.Until, t.Reference, t.Directs}
	})}
}

func (a *API) listEstablishments(c *call) (answer, error) {
	return whole(c, a.cfg.Directory.Establishments, func(d directory.Directed) string { return d.Tenant.UAI }, shownEstablishment)
}

func (a *API) postActingHead(c *call) (answer, error) {
	in, err := decode[actingHeadJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	ctx := c.Request().Context()
	d, _, err := a.cfg.Directory.Establishment(ctx, c.who, c.Param("uai"))
	if err != nil {
		return answer{}, err
	}
	head := directory.ActingHead{Person: in.Person, During: directory.Period{From: in.From, Until: in.Until}, Reference: in.Reference}
	if _, err := a.cfg.Directory.AppointActing(ctx, c.who, d.Tenant.ID, head); err != nil {
		return answer{}, err
	}
	d, _, err = a.cfg.Directory.Establishment(ctx, c.who, c.Param("uai"))
	return answer{body: shownEstablishment(d), location: "/api/v1/establishments"}, err
}

func (a *API) deleteActingHead(c *call) (answer, error) {
	tenure, err := pathID[id.Tenure](c, "tenure")
	if err != nil {
		return answer{}, err
	}
	ctx := c.Request().Context()
	d, _, err := a.cfg.Directory.Establishment(ctx, c.who, c.Param("uai"))
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Directory.EndActing(ctx, c.who, d.Tenant.ID, tenure)
}
