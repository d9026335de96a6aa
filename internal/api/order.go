package api

import (
	"errors"
	"net/http"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// newOrderJSON is an order of an authority, as it was received.
type newOrderJSON struct {
	Location    string          `json:"location" doc:"The exact address of what it is about, or its id: a text, a picture or a space; at most 2,000 characters."`
	Ground      workflow.Ground `json:"ground" doc:"What the order says that it is. Of TERR it is executed within the hour."`
	Authority   string          `json:"authority" doc:"Who orders; at most 200 characters."`
	LegalBasis  string          `json:"legal_basis" doc:"At most 500 characters."`
	Reference   string          `json:"reference" doc:"The authority's; at most 200 characters."`
	OrderedOn   time.Time       `json:"ordered_on"`
	Reasons     string          `json:"reasons,omitempty" doc:"At most 5,000 characters."`
	Redress     string          `json:"redress,omitempty" doc:"At most 2,000 characters."`
	ReceivedAt  time.Time       `json:"received_at,omitzero" doc:"Its time runs from then; now unless told."`
	DueBy       time.Time       `json:"due_by,omitzero" doc:"The order's own date; it counts where it is sooner than the law's."`
	SilentUntil time.Time       `json:"silent_until,omitzero" doc:"Until then the author is not told."`
}

// orderJSON is an order, with what was done of it.
type orderJSON struct {
	newOrderJSON
	CheckedHow  moderation.CheckedHow `json:"checked_how,omitempty" doc:"How its sender was made sure of; absent before that."`
	CheckedNote string                `json:"checked_note,omitempty"`
	CheckedBy   *personJSON           `json:"checked_by,omitempty"`
	CheckedAt   time.Time             `json:"checked_at,omitzero"`
	ExecutedBy  *personJSON           `json:"executed_by,omitempty"`
	ExecutedAt  time.Time             `json:"executed_at,omitzero"`
	Draft       string                `json:"draft,omitempty" doc:"Of the answer to the authority, which a human sends."`
	Reply       string                `json:"reply,omitempty" doc:"As it was sent."`
	ReplyMeans  moderation.ReplyMeans `json:"reply_means,omitempty"`
	RepliedBy   *personJSON           `json:"replied_by,omitempty"`
	RepliedAt   time.Time             `json:"replied_at,omitzero"`
	LiftRef     string                `json:"lift_reference,omitempty"`
	LiftReason  string                `json:"lift_reason,omitempty"`
	LiftedBy    *personJSON           `json:"lifted_by,omitempty"`
	LiftedAt    time.Time             `json:"lifted_at,omitzero"`
	ToldAt      time.Time             `json:"told_at,omitzero" doc:"When the author was told."`
}

func (a *API) postOrder(c *call) (answer, error) {
	in, err := decode[newOrderJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	file, err := a.cfg.Cases.RecordOrder(c.Request().Context(), c.who, moderation.OrderInput(in))
	if err != nil {
		return answer{}, err
	}
	given, err := a.caseFile(c, file)
	if errors.Is(err, directory.ErrNotFound) || errors.Is(err, directory.ErrForbidden) { // it is the head's own, and the authority above has it
		return answer{status: http.StatusNoContent}, nil
	}
	return given, err
}

// shownOrder is nil for a case that is no order.
func shownOrder(about string, ground workflow.Ground, o *moderation.OrderView) *orderJSON {
	if o == nil {
		return nil
	}
	return &orderJSON{
		newOrderJSON: newOrderJSON{
			Location: about, Ground: ground, Authority: o.Authority, LegalBasis: o.LegalBasis, Reference: o.Reference, OrderedOn: o.OrderedOn, Reasons: o.Reasons,
			Redress: o.Redress, ReceivedAt: o.ReceivedAt, DueBy: o.DueBy, SilentUntil: o.SilentUntil,
		},
		CheckedHow: o.CheckedHow, CheckedNote: o.CheckedNote, CheckedBy: shownPerson(o.CheckedBy, o.CheckedName), CheckedAt: o.CheckedAt,
		ExecutedBy: shownPerson(o.ExecutedBy, o.ExecutedName), ExecutedAt: o.ExecutedAt, Draft: o.Draft, Reply: o.Reply, ReplyMeans: o.ReplyMeans,
		RepliedBy: shownPerson(o.RepliedBy, o.RepliedName), RepliedAt: o.RepliedAt, LiftRef: o.LiftRef, LiftReason: o.LiftReason,
		LiftedBy: shownPerson(o.LiftedBy, o.LiftedName), LiftedAt: o.LiftedAt, ToldAt: o.ToldAt,
	}
}
