package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Writer writes. publication.Service is one.
type Writer interface {
	Create(ctx context.Context, who actor.Actor, n publication.New) (id.Contribution, error)
	SaveDraft(ctx context.Context, who actor.Actor, c id.Contribution, version int64, in publication.Input) (publication.Revision, error)
	Suggest(ctx context.Context, who actor.Actor, c id.Contribution, version int64, in publication.Input) (publication.Revision, error)
	WaitForPhotos(ctx context.Context, who actor.Actor, c id.Contribution, waits bool) error
}

// Desk shows what is being worked on, and carries out acts. moderation.Service is one.
type Desk interface {
	Item(ctx context.Context, who actor.Actor, c id.Contribution) (moderation.Item, error)
	Act(ctx context.Context, who actor.Actor, c id.Contribution, command publication.Command) error
	History(ctx context.Context, who actor.Actor, c id.Contribution, after string, limit int) (moderation.HistoryPage, error)
	Diff(ctx context.Context, who actor.Actor, c id.Contribution, from, to int) (publication.Difference, error)
	Queue(ctx context.Context, who actor.Actor, f moderation.Filter) (moderation.Page, error)
	Claim(ctx context.Context, who actor.Actor, c id.Contribution) (moderation.Claim, error)
	Release(ctx context.Context, who actor.Actor, c id.Contribution) error
	Notices(ctx context.Context, who actor.Actor, after string, limit int) (moderation.NoticePage, error)
	MarkRead(ctx context.Context, who actor.Actor, notices ...id.Notice) error
}

type personJSON struct {
	ID   id.Person `json:"id"`
	Name string    `json:"name"`
}

// contributionJSON is a contribution on its working side.
type contributionJSON struct {
	ID             id.Contribution    `json:"id"`
	Establishment  id.Tenant          `json:"establishment"`
	Space          id.Space           `json:"space"`
	Parent         id.Contribution    `json:"parent,omitzero" doc:"Of a reply or a comment: what it answers."`
	Author         personJSON         `json:"author"`
	Byline         string             `json:"byline" doc:"How readers see the author named."`
	Kind           publication.Kind   `json:"kind"`
	Version        int64              `json:"version" doc:"To be named by an action."`
	Editorial      workflow.Editorial `json:"editorial,omitempty" doc:"Of latest; absent when there is no text left."`
	Exposure       workflow.Exposure  `json:"exposure"`
	Live           *revisionJSON      `json:"live,omitempty" doc:"What readers see, or would see without a hold."`
	Latest         *revisionJSON      `json:"latest,omitempty" doc:"The newest text that the person may read."`
	Draft          *draftJSON         `json:"draft,omitempty" doc:"For the author alone (R24)."`
	Suggestion     *draftJSON         `json:"suggestion,omitempty" doc:"A moderator's draft for the author (R18)."`
	Pictures       []pictureJSON      `json:"pictures,omitempty" doc:"Of latest, in its order."`
	WaitsForPhotos bool               `json:"waits_for_photos" doc:"The author's wish: false, and it appears at once with the places of pictures that are not clear held empty."`
	Holds          []holdJSON         `json:"holds"`
	Claim          *claimJSON         `json:"claim,omitempty" doc:"Who is at it."`
	AllowedActions []offerJSON        `json:"allowed_actions"`
	CreatedAt      time.Time          `json:"created_at"`
	PublishedAt    time.Time          `json:"published_at,omitzero" doc:"When it first went live; kept through takedown and restoration."`
	Links          linksJSON          `json:"links"`
}

type linksJSON struct {
	Self    string `json:"self"`
	History string `json:"history"`
	Space   string `json:"space"`
}

// revisionJSON is one exact text.
type revisionJSON struct {
	ID           id.Revision               `json:"id"`
	Number       int                       `json:"number,omitzero" doc:"Absent for a draft."`
	Hash         publication.Hash          `json:"hash,omitzero" doc:"SHA-256 of the exact text (R19); absent for a draft."`
	Status       workflow.Editorial        `json:"status"`
	Title        string                    `json:"title"`
	HTML         string                    `json:"html" doc:"Sanitised."`
	Language     string                    `json:"language"`
	Attributions []publication.Attribution `json:"attributions"`
	Mode         workflow.Mode             `json:"mode,omitempty" doc:"That it was submitted under."`
	PublishAt    time.Time                 `json:"publish_at,omitzero"`
	SubmittedAt  time.Time                 `json:"submitted_at,omitzero"`
	DecidedAt    time.Time                 `json:"decided_at,omitzero"`
	ReviewedAt   time.Time                 `json:"reviewed_at,omitzero" doc:"When a human let it stand (R13)."`
	Findings     []findingJSON             `json:"findings,omitempty" doc:"What screening said, for those who may see it."`
}

type findingJSON struct {
	Phase    string             `json:"phase"`
	Verdict  moderation.Verdict `json:"verdict"`
	Reason   string             `json:"reason"`
	Ground   workflow.Ground    `json:"ground,omitempty"`
	Severity workflow.Severity  `json:"severity,omitzero"`
	Matches  []moderation.Match `json:"matches"`
}

// newContributionJSON is a contribution to be written.
type newContributionJSON struct {
	Kind   publication.Kind `json:"kind"`
	Parent id.Contribution  `json:"parent,omitzero" doc:"What a reply or a comment answers."`
	Submit bool             `json:"submit,omitempty" doc:"Submit at once: all or nothing."`
	Waits  *bool            `json:"waits_for_photos,omitempty" doc:"Appear only when every picture may be seen; true unless told."`
	draftInputJSON
}

func (a *API) createContribution(c *call) (answer, error) {
	space, err := pathID[id.Space](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[newContributionJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	contribution, err := a.cfg.Writer.Create(c.Request().Context(), c.who, publication.New{
		Space: space, Parent: in.Parent, Kind: in.Kind, Input: in.input(), Submit: in.Submit,
		WithoutPhotos: in.Waits != nil && !*in.Waits,
	})
	if err != nil {
		return answer{}, err
	}
	given, err := a.contribution(c, contribution)
	given.location = "/api/v1/contributions/" + contribution.String()
	return given, err
}

func (a *API) getContribution(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	return a.contribution(c, contribution)
}

// contributionPatchJSON is what an author may change of a contribution itself.
type contributionPatchJSON struct {
	WaitsForPhotos *bool `json:"waits_for_photos,omitempty"`
}

func (a *API) patchContribution(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[contributionPatchJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if in.WaitsForPhotos != nil {
		if err := a.cfg.Writer.WaitForPhotos(c.Request().Context(), c.who, contribution, *in.WaitsForPhotos); err != nil {
			return answer{}, err
		}
	}
	return a.contribution(c, contribution)
}

func (a *API) actOnContribution(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decodeAction(c, auth.ContributionsWrite)
	if err != nil {
		return answer{}, err
	}
	if in.Action == workflow.Appeal {
		return a.appeal(c, contribution, in)
	}
	err = a.cfg.Desk.Act(c.Request().Context(), c.who, contribution, publication.Command{
		Action: in.Action, Version: in.Version, Revision: in.Revision, Hold: in.Hold, Sealed: in.Sealed, Reason: in.reason(),
	})
	if err != nil {
		return answer{}, err
	}
	given, err := a.contribution(c, contribution)
	if errors.Is(err, directory.ErrNotFound) { // done, and not for the actor to see any more (R50)
		return answer{status: http.StatusNoContent}, nil
	}
	return given, err
}

// contribution answers with a contribution as it is now.
func (a *API) contribution(c *call, contribution id.Contribution) (answer, error) {
	item, err := a.cfg.Desk.Item(c.Request().Context(), c.who, contribution)
	if err != nil {
		return answer{}, err
	}
	out := shownItem(item)
	if latest := latestOf(item); latest != nil {
		out.Pictures = c.pictures(item, latest, a.cfg.Clock())
	}
	return answer{body: out, version: item.Contribution.Version}, nil
}

func shownItem(item moderation.Item) contributionJSON {
	d := item.Contribution
	self := "/api/v1/contributions/" + d.ID.String()
	out := contributionJSON{
		ID: d.ID, Establishment: d.Tenant, Space: d.Space, Parent: d.Parent, Author: personJSON{d.Author, item.Author.Person.FullName()},
		Byline: d.Byline, Kind: d.Kind, Version: d.Version, Exposure: item.Exposure, Holds: []holdJSON{}, AllowedActions: []offerJSON{},
		WaitsForPhotos: d.WaitsForPhotos, Live: shownRevision(item.Live), Draft: shownDraft(item.Draft), Suggestion: shownDraft(item.Suggestion),
		CreatedAt: d.CreatedAt, PublishedAt: d.PublishedAt,
		Links: linksJSON{Self: self, History: self + "/history", Space: "/api/v1/spaces/" + d.Space.String()},
	}
	if latest := latestOf(item); latest != nil {
		out.Latest, out.Editorial = shownRevision(latest), latest.Status
		out.Latest.Findings = shownFindings(item.Findings)
	}
	for _, hold := range item.Holds {
		out.Holds = append(out.Holds, shownHold(hold))
	}
	for _, offer := range item.Offers {
		out.AllowedActions = append(out.AllowedActions, shownOffer(offer))
	}
	if item.Claim != nil {
		claim := shownClaim(*item.Claim)
		out.Claim = &claim
	}
	return out
}

// latestOf is the newest text: what is on its way, else the draft, else what is
// live, else what was rejected.
func latestOf(item moderation.Item) *publication.Revision {
	for _, r := range []*publication.Revision{item.Open, item.Draft, item.Live, item.Refused} {
		if r != nil {
			return r
		}
	}
	return nil
}

func shownRevision(r *publication.Revision) *revisionJSON {
	if r == nil {
		return nil
	}
	return &revisionJSON{
		ID: r.ID, Number: r.Number, Hash: r.Hash, Status: r.Status, Title: r.Title, HTML: r.HTML.String(), Language: r.Language,
		Attributions: r.Attributions, Mode: r.Mode, PublishAt: r.PublishAt, SubmittedAt: r.SubmittedAt, DecidedAt: r.DecidedAt,
		ReviewedAt: r.ReviewedAt,
	}
}

func shownFindings(findings []moderation.Finding) []findingJSON {
	var out []findingJSON
	for _, f := range findings {
		out = append(out, findingJSON(f))
	}
	return out
}
