package workflow

import (
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// CaseHold is what a case wants of the holds that it has placed on one thing: holds stack, and a
// decision releases its own and no other.
type CaseHold struct {
	Case   id.Case
	Actor  actor.Actor // in the roles in which they act for the case
	Action Action      // mask, withdraw or block: the hold to be there; restore or lift: none
	Sealed bool        // R50
	Reason Reason
}

// Ends is the act that ends a hold that the case has placed: nothing but a lift ends a block (R48).
func (h CaseHold) Ends() Action {
	if h.Action == Lift {
		return Lift
	}
	return Restore
}

// Settle goes through the open holds that the case has placed: it has each ended that the case does
// not want any more, and reports whether the one that it wants is still to be placed. A withdrawal
// stands for a mask; what is to be sealed is, beside what is there (R50). The error is end's.
func Settle[H any](h CaseHold, placed []H, is func(H) (kind HoldKind, sealed bool), end func(H) error) (bool, error) {
	wanted, places := h.Action.Places()
	for _, hold := range placed {
		kind, sealed := is(hold)
		if places && (kind == wanted || kind == WithdrawHold) {
			places = h.Sealed && !sealed
			continue
		}
		if err := end(hold); err != nil {
			return false, err
		}
	}
	return places, nil
}
