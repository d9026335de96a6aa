package api

import (
	"errors"
	"fmt"
	"slices"

	"imprimatur/internal/auth"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// actionJSON is somebody's wish to act: every machine's transitions have this shape.
type actionJSON struct {
	Action   workflow.Action `json:"action"`
	Version  int64           `json:"version" doc:"Of what was looked at; 409 when it has moved since."`
	Revision id.Revision     `json:"revision,omitzero" doc:"The revision meant; the one that the action is about unless told."`
	Hold     id.Hold         `json:"hold,omitzero" doc:"The hold to release, where there are several."`
	Sealed   bool            `json:"sealed,omitempty" doc:"With mask or withdraw: nobody may look any more (R50)."`
	Case     id.AuthorCase   `json:"case,omitzero" doc:"Of appeal: in which case, as getAuthorCases names it; version is then that of the case. Without it, hold or revision says which decision, that no case came before."`
	Reason   *reasonJSON     `json:"reason,omitempty"`
}

type reasonJSON struct {
	Ground    workflow.Ground     `json:"ground,omitempty" doc:"A ground code of the charter."`
	Text      string              `json:"text,omitempty" doc:"For the person concerned."`
	Statement *workflow.Statement `json:"statement,omitempty" doc:"The statement of reasons (R43); worded by the service where it is left out."`
	Reference string              `json:"reference,omitempty" doc:"Of an order or of its lift (R48)."`
}

func (in actionJSON) reason() workflow.Reason {
	if in.Reason == nil {
		return workflow.Reason{}
	}
	return workflow.Reason(*in.Reason)
}

// decodeAction reads an action that exists, by a key that is made for it. An
// action that is neither a reviewer's nor a director's needs the other scope.
func decodeAction(c *call, otherwise auth.Scope) (actionJSON, error) {
	in, err := decode[actionJSON](c.body)
	if err != nil {
		return in, err
	}
	if _, err := workflow.ParseAction(string(in.Action)); err != nil {
		return in, errors.Join(err, wrong(ErrInvalid, "action", "unknown"))
	}
	return in, c.identity.Allows(scopeOf(in.Action, otherwise))
}

// byReviewers and byDirectors are the actions that need more than the scope of
// writing.
var (
	byReviewers = []workflow.Action{
		workflow.Approve, workflow.RequestChanges, workflow.Reject, workflow.Review, workflow.Revert, workflow.Recall,
		workflow.Mask, workflow.Withdraw, workflow.Restore, workflow.Reverse, workflow.Stop,
	}
	byDirectors = []workflow.Action{
		workflow.Sign, workflow.RefuseToSign, workflow.Block, workflow.Lift, workflow.Freeze, workflow.Unfreeze, workflow.Purge,
	}
)

// stale tells a version that If-Match named from one that a body did: 412, not 409.
func stale(err error) error {
	if errors.Is(err, workflow.ErrStale) {
		return fmt.Errorf("%w: %w", ErrMatch, err)
	}
	return err
}

// scopeOf is the scope that an action asks of a key.
func scopeOf(action workflow.Action, otherwise auth.Scope) auth.Scope {
	switch {
	case slices.Contains(byReviewers, action):
		return auth.Review
	case slices.Contains(byDirectors, action):
		return auth.Direct
	}
	return otherwise
}
