package api

import (
	"cmp"
	"context"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// AuthorCases is what the author of a content may know of the cases about it, and their
// appeal (R45). moderation.Cases is one.
type AuthorCases interface {
	AboutWork(ctx context.Context, who actor.Actor, c id.Contribution) (moderation.WorkCases, error)
	AuthorView(ctx context.Context, who actor.Actor, c id.AuthorCase) (moderation.AuthorView, error)
	AppealCase(ctx context.Context, who actor.Actor, c id.AuthorCase, version int64, text string) error
	Contest(ctx context.Context, who actor.Actor, of moderation.Contested, text string) (id.AuthorCase, moderation.Receipt, error)
}

// authorCaseJSON is a case as the author of what it is about knows it: what was decided and
// why, and never who reported it (R44).
type authorCaseJSON struct {
	ID             id.AuthorCase     `json:"id" doc:"Known to its author alone: getDecision shows it."`
	Version        int64             `json:"version" doc:"To be named by an appeal."`
	Reference      string            `json:"reference"`
	Handler        string            `json:"handler" doc:"The establishment or authority that decides."`
	Stage          moderation.Stage  `json:"stage"`
	Masked         bool              `json:"masked" doc:"Hidden until it is decided (R42)."`
	Verdict        workflow.Verdict  `json:"verdict,omitempty" doc:"Absent before it is decided."`
	DecidedAt      time.Time         `json:"decided_at,omitzero"`
	DueOn          day               `json:"due_on,omitzero" doc:"The day on which an appeal is to be answered at the latest; absent where none is."`
	AppealUntil    time.Time         `json:"appeal_until,omitzero"`
	Letters        []caseLetterJSON  `json:"letters"`
	Appeal         string            `json:"appeal,omitempty" doc:"Their own words, where they have appealed."`
	AllowedActions []workflow.Action `json:"allowed_actions" doc:"appeal, or nothing."`
}

func (a *API) getAuthorCases(c *call) (answer, error) {
	contribution, err := pathID[id.Contribution](c, "id")
	if err != nil {
		return answer{}, err
	}
	all, err := a.cfg.AuthorCases.AboutWork(c.Request().Context(), c.who, contribution)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(all.Items, "", shownAuthorCase)}, nil
}

// appeal has another human look at what was decided of a contribution, for its author: in a
// case, or of a rejection or a hold that no case came before.
func (a *API) appeal(c *call, contribution id.Contribution, in actionJSON) (answer, error) {
	var err error
	if in.Case.IsZero() {
		of := moderation.Contested{Contribution: contribution, Decision: cmp.Or(in.Hold.UUID, in.Revision.UUID)}
		_, _, err = a.cfg.AuthorCases.Contest(c.Request().Context(), c.who, of, in.reason().Text)
	} else {
		err = a.appealCase(c, contribution, in)
	}
	if err != nil {
		return answer{}, inReason(err)
	}
	return a.contribution(c, contribution)
}

// appealCase appeals in a case about the contribution, and in no other.
func (a *API) appealCase(c *call, contribution id.Contribution, in actionJSON) error {
	about, err := a.cfg.AuthorCases.AboutWork(c.Request().Context(), c.who, contribution)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(about.Items, func(v moderation.AuthorView) bool { return v.Case == in.Case }) {
		return directory.ErrNotFound
	}
	return a.cfg.AuthorCases.AppealCase(c.Request().Context(), c.who, in.Case, in.Version, in.reason().Text)
}

func shownAuthorCase(v moderation.AuthorView) authorCaseJSON {
	out := authorCaseJSON{
		ID: v.Case, Version: v.Version, Reference: v.Reference, Handler: v.Handler, Stage: v.Stage, Masked: v.Masked, Verdict: v.Verdict,
		DecidedAt: v.DecidedAt, DueOn: day(v.DueOn), AppealUntil: v.AppealUntil, Letters: shownEach(v.Letters, shownCaseLetter), Appeal: v.Appeal,
		AllowedActions: []workflow.Action{},
	}
	if v.MayAppeal {
		out.AllowedActions = append(out.AllowedActions, workflow.Appeal)
	}
	return out
}
