package publication

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// HoldFor adds to the batch what makes a case's own holds on the contribution what the case
// wants: one mask, one withdrawal, one block, or none. Holds of others stay. What is so already adds
// nothing. A release names the revision that is live, whichever it is now. The error is a
// [workflow.Refusal].
func (d Dossier) HoldFor(b *workflow.Batch, h workflow.CaseHold, now time.Time) error {
	if d.Contribution.Life == workflow.Gone {
		return nil
	}
	var changes []workflow.Change[workflow.Holding]
	places, err := workflow.Settle(h, d.CaseHolds(h.Case), Hold.is, func(hold Hold) error {
		released, err := d.endFor(h, hold, now)
		changes = append(changes, released)
		return err
	})
	if err != nil || !places && len(changes) == 0 {
		return err
	}
	b.Within(d.Head())
	for _, change := range changes {
		b.Release(change)
	}
	if !places {
		return nil
	}
	c := Command{Action: h.Action, Sealed: h.Sealed, Reason: h.Reason}
	kind, _ := h.Action.Places()
	facts := workflow.HoldFacts{Kind: kind, Severe: h.Actor.Kind == actor.KindSystem}
	return d.placeIn(b, h.Actor, c, facts, h.Case, now)
}

// is says what a hold is, as far as a case goes by it.
func (h Hold) is() (workflow.HoldKind, bool) { return h.Kind, h.Sealed }

// CaseHolds are the open holds that a case has placed on the contribution itself.
func (d Dossier) CaseHolds(c id.Case) []Hold {
	return slices.DeleteFunc(slices.Clone(d.Holds), func(h Hold) bool { return c.IsZero() || !h.Own || h.Case != c })
}

// endFor decides the end of a hold that a case has placed.
func (d Dossier) endFor(h workflow.CaseHold, hold Hold, now time.Time) (workflow.Change[workflow.Holding], error) {
	c := Command{Action: h.Ends(), Revision: d.Contribution.Live, Hold: hold.ID, Reason: h.Reason.Ending()}
	return workflow.HoldTable.Decide(d.holdSubject(hold), d.holdFacts(hold, c, h.Actor), workflow.Command{
		Action: c.Action, Actor: h.Actor, Version: hold.Version, Reason: c.Reason,
	}, now)
}

// HoldFor adds to the batch what makes an order's own block of the space what the order wants: one,
// or none (R48). What is so already adds nothing. The error is a [workflow.Refusal].
func (d SpaceDossier) HoldFor(b *workflow.Batch, h workflow.CaseHold, now time.Time) error {
	_, places := h.Action.Places()
	for _, hold := range d.Holds {
		if hold.Case != h.Case {
			continue
		}
		if places {
			return nil
		}
		change, err := workflow.HoldTable.Decide(d.holdSubject(hold), d.holdFacts(hold, h.Actor, now), workflow.Command{
			Action: h.Ends(), Actor: h.Actor, Version: hold.Version, Reason: h.Reason,
		}, now)
		if err != nil {
			return err
		}
		b.Release(change)
	}
	if !places {
		return nil
	}
	return d.placeIn(b, h.Actor, SpaceCommand{Action: h.Action, Reason: h.Reason}, workflow.BlockHold, h.Case, now)
}

// placeIn adds the placing of a hold to a batch within which the contribution is declared.
func (d Dossier) placeIn(b *workflow.Batch, who actor.Actor, c Command, facts workflow.HoldFacts, of id.Case, now time.Time) error {
	hold, kind := id.New[id.Hold](), facts.Kind
	if kind == workflow.WithdrawHold && c.Reason.Statement == nil {
		c.Reason.Statement = d.statement(c.Reason, hold, now)
	}
	s := workflow.Subject[workflow.Holding]{ID: hold.UUID, Tenant: d.Contribution.Tenant, Contribution: d.Contribution.ID, Hash: d.liveHash()}
	facts.On, facts.Mode, facts.Sealed = workflow.OnContribution, d.Space.Mode, c.Sealed
	facts.ByAuthor, facts.ByCase = who.Is(d.Contribution.Author), !of.IsZero()
	facts.ReviewAt = reviewAt(c.Action, directory.House{Values: d.Values, Calendar: d.Calendar}, now)
	change, err := workflow.HoldTable.Decide(s, facts, workflow.Command{Action: c.Action, Actor: who, Reason: c.Reason}, now)
	if err != nil {
		return err
	}
	placed := workflow.Placed{On: workflow.OnContribution, Target: d.Contribution.ID.UUID, Kind: kind, Sealed: c.Sealed, Case: of, Until: facts.ReviewAt}
	b.Place(change, placed)
	return nil
}

// Unheard is when a decision was taken that its author may appeal though no case came before it
// (R45): the rejection of a revision, or a mask or withdrawal that no case has placed; and who
// took it. Whatever else is named is [directory.ErrNotFound].
func (d Dossier) Unheard(disputed uuid.UUID) (*Revision, time.Time, id.Person, error) {
	if r := d.Refused; r != nil && r.ID.UUID == disputed {
		return r, r.DecidedAt, r.RejectedBy, nil
	}
	if h := d.unheard(disputed); h != nil {
		return cmp.Or(d.Live, d.Open, d.Refused), h.PlacedAt, h.PlacedBy, nil
	}
	return nil, time.Time{}, id.Person{}, directory.ErrNotFound
}

// unheard is a mask or withdrawal of the contribution itself that no case has placed, or nil.
func (d Dossier) unheard(hold uuid.UUID) *Hold {
	for i, h := range d.Holds {
		if h.ID.UUID == hold && h.Own && h.Case.IsZero() && workflow.Restore.Releases(h.Kind) {
			return &d.Holds[i]
		}
	}
	return nil
}

// Uphold adds to the batch what an appeal gives back that was upheld: the rejected revision
// goes to another reviewer, or the hold ends (R45). Where neither is so any more, or another
// text is on its way, nothing is added. The error is a [workflow.Refusal].
func (d Dossier) Uphold(b *workflow.Batch, who actor.Actor, disputed uuid.UUID, reason workflow.Reason, now time.Time) error {
	reason = reason.Ending()
	if h := d.unheard(disputed); h != nil {
		change, err := d.endFor(workflow.CaseHold{Actor: who, Reason: reason}, *h, now)
		if err == nil {
			b.Within(d.Head()).Release(change)
		}
		return err
	}
	r := d.Refused
	if r == nil || r.ID.UUID != disputed || d.Open != nil {
		return nil
	}
	facts := d.facts(r, who, now)
	facts.Appeal = true
	change, err := workflow.EditorialTable.Decide(d.subject(r), facts, workflow.Command{Action: workflow.Reverse, Actor: who, Version: r.Version, Reason: reason}, now)
	if err == nil {
		b.Within(d.Head()).Revision(change)
	}
	return err
}
