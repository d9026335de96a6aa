package api

import (
	"cmp"
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Spaces keeps spaces. publication.Spaces is one.
type Spaces interface {
	Create(ctx context.Context, who actor.Actor, in publication.SpaceInput) (id.Space, error)
	Configure(ctx context.Context, who actor.Actor, space id.Space, version int64, in publication.SpaceInput) error
	Act(ctx context.Context, who actor.Actor, space id.Space, c publication.SpaceCommand) error
	View(ctx context.Context, who actor.Actor, space id.Space) (publication.SpaceDossier, []workflow.Offer, error)
	List(ctx context.Context, who actor.Actor) ([]publication.KnownSpace, error)
}

type audienceJSON struct {
	Kind  publication.AudienceKind `json:"kind"`
	Group id.Group                 `json:"group,omitzero" doc:"For the kind group."`
	ENT   id.ENT                   `json:"ent,omitzero" doc:"For the kind ent."`
}

type grantJSON struct {
	Role   actor.Role `json:"role" doc:"contributor or moderator"`
	Person id.Person  `json:"person,omitzero"`
	Group  id.Group   `json:"group,omitzero"`
}

type spaceLineJSON struct {
	ID            id.Space              `json:"id"`
	Establishment id.Tenant             `json:"establishment"`
	Slug          string                `json:"slug"`
	Title         string                `json:"title"`
	Description   string                `json:"description"`
	Kind          publication.SpaceKind `json:"kind"`
	Mode          workflow.Mode         `json:"mode"`
	Audience      audienceJSON          `json:"audience"`
	Owner         id.Person             `json:"owner,omitzero" doc:"Who answers for the space (R15)."`
	Backup        id.Person             `json:"backup,omitzero"`
	PressDirector id.Person             `json:"press_director,omitzero" doc:"Of pupils' press: who directs its publication, as they were named (R14). It is no power."`
	Status        workflow.SpaceStatus  `json:"status"`
	Frozen        bool                  `json:"frozen" doc:"No writing; reading goes on (R26)."`
	Version       int64                 `json:"version"`
}

type spaceJSON struct {
	spaceLineJSON
	Grants         []grantJSON `json:"grants"`
	Holds          []holdJSON  `json:"holds"`
	AllowedActions []offerJSON `json:"allowed_actions"`
}

type newSpaceJSON struct {
	Title         string                `json:"title"`
	Description   string                `json:"description,omitempty"`
	Kind          publication.SpaceKind `json:"kind"`
	Mode          workflow.Mode         `json:"mode,omitempty" doc:"Left out: what the establishment's settings say for the kind, and of a blog for who writes in it."`
	Audience      audienceJSON          `json:"audience"`
	Owner         id.Person             `json:"owner"`
	Backup        id.Person             `json:"backup"`
	PressDirector id.Person             `json:"press_director,omitzero" doc:"Of pupils' press alone: who directs its publication, an adult of the staff or a pupil who is old enough (R14)."`
	Grants        []grantJSON           `json:"grants,omitempty"`
}

type spacePatchJSON struct {
	Title         *string        `json:"title,omitempty"`
	Description   *string        `json:"description,omitempty"`
	Mode          *workflow.Mode `json:"mode,omitempty"`
	Audience      *audienceJSON  `json:"audience,omitempty"`
	Owner         *id.Person     `json:"owner,omitempty"`
	Backup        *id.Person     `json:"backup,omitempty"`
	PressDirector *id.Person     `json:"press_director,omitempty" doc:"Of pupils' press alone (R14); 00000000-0000-0000-0000-000000000000 for nobody."`
	Grants        *[]grantJSON   `json:"grants,omitempty" doc:"All of them: who is left out loses the role."`
}

func (a *API) listSpaces(c *call) (answer, error) {
	return whole(c, a.cfg.Spaces.List, func(s publication.KnownSpace) string { return s.ID.String() }, func(s publication.KnownSpace) spaceLineJSON { return spaceLine(s.Space) })
}

func (a *API) createSpace(c *call) (answer, error) {
	in, err := decode[newSpaceJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	space, err := a.cfg.Spaces.Create(c.Request().Context(), c.who, publication.SpaceInput{
		Title: in.Title, Description: in.Description, Kind: in.Kind, Mode: in.Mode, Audience: publication.Audience(in.Audience),
		Owner: in.Owner, Backup: in.Backup, PressDirector: in.PressDirector, Grants: grants(in.Grants),
	})
	if err != nil {
		return answer{}, err
	}
	given, err := a.space(c, space)
	given.location = "/api/v1/spaces/" + space.String()
	return given, err
}

func (a *API) getSpace(c *call) (answer, error) {
	space, err := pathID[id.Space](c, "id")
	if err != nil {
		return answer{}, err
	}
	return a.space(c, space)
}

func (a *API) patchSpace(c *call) (answer, error) {
	space, err := pathID[id.Space](c, "id")
	if err != nil {
		return answer{}, err
	}
	changes, err := decode[spacePatchJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	version, err := c.ifMatch()
	if err != nil {
		return answer{}, err
	}
	d, _, err := a.cfg.Spaces.View(c.Request().Context(), c.who, space)
	if err != nil {
		return answer{}, err
	}
	err = a.cfg.Spaces.Configure(c.Request().Context(), c.who, space, version, changes.over(d))
	if err != nil {
		return answer{}, stale(err)
	}
	return a.space(c, space)
}

// over is the space as it would be with the changes.
func (p spacePatchJSON) over(d publication.SpaceDossier) publication.SpaceInput {
	in := publication.SpaceInput{
		Title: d.Space.Title, Description: d.Space.Description, Kind: d.Space.Kind, Mode: d.Space.Mode,
		Audience: d.Space.Audience, Owner: d.Space.Owner, Backup: d.Space.Backup, PressDirector: d.Space.PressDirector, Grants: d.Grants,
	}
	change(&in.Title, p.Title)
	change(&in.Description, p.Description)
	change(&in.Mode, p.Mode)
	change(&in.Owner, p.Owner)
	change(&in.Backup, p.Backup)
	change(&in.PressDirector, p.PressDirector)
	if p.Audience != nil {
		in.Audience = publication.Audience(*p.Audience)
	}
	if p.Grants != nil {
		in.Grants = grants(*p.Grants)
	}
	return in
}

func change[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

func (a *API) actOnSpace(c *call) (answer, error) {
	space, err := pathID[id.Space](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decodeAction(c, auth.SpacesWrite)
	if err != nil {
		return answer{}, err
	}
	err = a.cfg.Spaces.Act(c.Request().Context(), c.who, space, publication.SpaceCommand{
		Action: in.Action, Version: in.Version, Hold: in.Hold, Sealed: in.Sealed, Reason: in.reason(),
	})
	if err != nil {
		return answer{}, err
	}
	return a.space(c, space)
}

// space answers with a space as it is now.
func (a *API) space(c *call, space id.Space) (answer, error) {
	d, offers, err := a.cfg.Spaces.View(c.Request().Context(), c.who, space)
	if err != nil {
		return answer{}, err
	}
	out := spaceJSON{spaceLineJSON: spaceLine(d.Space), Grants: []grantJSON{}}
	for _, grant := range d.Grants {
		out.Grants = append(out.Grants, grantJSON(grant))
	}
	for _, hold := range d.Holds {
		out.Holds = append(out.Holds, shownHold(hold))
	}
	for _, offer := range offers {
		out.AllowedActions = append(out.AllowedActions, shownOffer(publication.Offer{Offer: offer}))
	}
	return answer{body: out, version: max(1, d.Space.Version)}, nil
}

func spaceLine(s publication.Space) spaceLineJSON {
	return spaceLineJSON{
		ID: s.ID, Establishment: s.Tenant, Slug: s.Slug, Title: s.Title, Description: s.Description, Kind: s.Kind, Mode: s.Mode,
		Audience: audienceJSON(s.Audience), Owner: s.Owner, Backup: s.Backup, PressDirector: s.PressDirector, Status: s.Status,
		Frozen: s.Frozen, Version: s.Version,
	}
}

func grants(list []grantJSON) []publication.Grant {
	out := make([]publication.Grant, len(list))
	for i, grant := range list {
		out[i] = publication.Grant(grant)
	}
	return out
}

// holdJSON is one reason why something is not visible, or not writable.
type holdJSON struct {
	ID        id.Hold           `json:"id"`
	On        workflow.HoldOn   `json:"on"`
	Kind      workflow.HoldKind `json:"kind"`
	Sealed    bool              `json:"sealed" doc:"Nobody but the evidence custodian may look (R50)."`
	PlacedAt  time.Time         `json:"placed_at"`
	ReviewBy  time.Time         `json:"review_by,omitzero" doc:"When a human has to look again; it never ends by itself (R42)."`
	Ground    workflow.Ground   `json:"ground,omitempty"`
	Reason    string            `json:"reason,omitempty"`
	Reference string            `json:"reference,omitempty"`
}

func shownHold(h publication.Hold) holdJSON {
	return holdJSON{
		ID: h.ID, On: h.On, Kind: h.Kind, Sealed: h.Sealed, PlacedAt: h.PlacedAt, ReviewBy: h.Until, Ground: h.Ground,
		Reason: h.Reason, Reference: h.Reference,
	}
}

// offerJSON is an action open to the person.
type offerJSON struct {
	Action   workflow.Action     `json:"action"`
	To       string              `json:"to" doc:"The status that it leads to."`
	Revision id.Revision         `json:"revision,omitzero" doc:"The revision that it is about or, for what is released, that it shows: to be sent back."`
	Hold     id.Hold             `json:"hold,omitzero" doc:"The hold that it releases."`
	Reason   workflow.ReasonRule `json:"reason" doc:"What the reason has to hold: nothing, text, ground, statement or reference."`
	Unmet    []needJSON          `json:"unmet" doc:"What is still missing; empty when the action would succeed."`
}

type needJSON struct {
	Name string `json:"name"`
	Rule string `json:"rule"`
}

func shownOffer(o publication.Offer) offerJSON { return offered(o.Offer, o.Revision, o.Hold) }

func offered(o workflow.Offer, revision id.Revision, hold id.Hold) offerJSON {
	out := offerJSON{
		Action: o.Action, To: o.To, Revision: revision, Hold: hold, Reason: cmp.Or(o.Reason, "nothing"), Unmet: []needJSON{},
	}
	for _, unmet := range o.Unmet {
		out.Unmet = append(out.Unmet, needJSON(unmet))
	}
	return out
}
