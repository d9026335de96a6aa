package api

import (
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// decided is how whoever a case was decided about knows it: the author of a text, whoever uploaded a photo,
// the owner of a space. A notice names it.
func decided(c *call) (id.AuthorCase, error) { return pathID[id.AuthorCase](c, "id") }

func (a *API) getDecision(c *call) (answer, error) {
	about, err := decided(c)
	if err != nil {
		return answer{}, err
	}
	view, err := a.cfg.AuthorCases.AuthorView(c.Request().Context(), c.who, about)
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownAuthorCase(view), version: max(1, view.Version)}, nil
}

// actOnDecision appeals: nothing else is theirs to do.
func (a *API) actOnDecision(c *call) (answer, error) {
	about, err := decided(c)
	if err != nil {
		return answer{}, err
	}
	in, err := decode[appealJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if in.Action != workflow.Appeal {
		return answer{}, wrong(ErrInvalid, "action", "unknown")
	}
	if err := a.cfg.AuthorCases.AppealCase(c.Request().Context(), c.who, about, in.Version, in.Reason.Text); err != nil {
		return answer{}, inReason(err)
	}
	return a.getDecision(c)
}

// appealJSON has another human look at what was decided.
type appealJSON struct {
	Action  workflow.Action `json:"action" doc:"appeal."`
	Version int64           `json:"version" doc:"Of what was looked at; 409 when it has moved since."`
	Reason  spokenJSON      `json:"reason"`
}
