package imageconsent

import (
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Kept says whether cases keep something as evidence. The zero Kept is: none does.
type Kept struct {
	Open     bool      // a case about it is not closed
	ClosedAt time.Time // when the last was; zero: none ever
}

// Keeps reports whether it may not be erased: while a case is open, and until the retention of
// the last has run out (R63).
func (k Kept) Keeps(values settings.Values, cal *calendar.Calendar, now time.Time) bool {
	return k.Open || (!k.ClosedAt.IsZero() && cal.Add(k.ClosedAt, settings.CaseRetention.Of(values)).After(now))
}

// HoldFor adds to the batch what makes a case's own holds on the photo what the case wants:
// one mask, one withdrawal, one block, or none. Holds of others stay. What is so already adds nothing,
// and it reports whether anything was added: then whatever shows the photo is to be judged
// anew. The error is a [workflow.Refusal].
func (d PhotoDossier) HoldFor(b *workflow.Batch, h workflow.CaseHold, now time.Time) (bool, error) {
	moved := false
	places, err := workflow.Settle(h, d.CaseHolds(h.Case), PhotoHold.is, func(hold PhotoHold) error {
		change, err := d.end(hold, h.Actor, h.Ends(), h.Reason.Ending(), now)
		if err == nil {
			b.Release(change)
			moved = true
		}
		return err
	})
	if err != nil || !places {
		return moved, err
	}
	c := PhotoCommand{Action: h.Action, Sealed: h.Sealed, Reason: h.Reason}
	kind, _ := h.Action.Places()
	facts := workflow.HoldFacts{Kind: kind, Severe: h.Actor.Kind == actor.KindSystem}
	return true, d.placeIn(b, h.Actor, c, facts, h.Case, now)
}

// is says what a hold is, as far as a case goes by it.
func (h PhotoHold) is() (workflow.HoldKind, bool) { return h.Kind, h.Sealed }

// CaseHolds are the open holds that a case has placed on the photo.
func (d PhotoDossier) CaseHolds(c id.Case) []PhotoHold {
	return slices.DeleteFunc(slices.Clone(d.Holds), func(h PhotoHold) bool { return c.IsZero() || h.Case != c })
}

// HeldByCase refuses to release a hold that a case has placed, other than by what is decided of
// the case (R42).
func HeldByCase(action workflow.Action) error {
	return &workflow.Refusal{
		Machine: workflow.HoldTable.Name, Action: action, Status: string(workflow.Open), Rule: "R42", Err: workflow.ErrUnmet,
		Unmet: []workflow.Unmet{{Name: "case_decides", Rule: "R42"}},
	}
}
