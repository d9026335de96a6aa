package api

import (
	"context"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// AuthorCases is what the author of a content may know of the cases about it, and their
// appeal (R45). moderation.Cases is one.
type AuthorCases interface {
	AppealCase(ctx context.Context, who actor.Actor, c id.Case, version int64, text string) error
}

// appeal has another human look at what was decided of a contribution, for its author.
func (a *API) appeal(c *call, contribution id.Contribution, in actionJSON) (answer, error) {
	if in.Case.IsZero() {
		return answer{}, &directory.FieldError{Field: "case", Code: "required", Rule: "R45"}
	}
	if err := a.cfg.AuthorCases.AppealCase(c.Request().Context(), c.who, in.Case, in.Version, in.reason().Text); err != nil {
		return answer{}, inReason(err)
	}
	return a.contribution(c, contribution)
}
