package publication

import (
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Offer is an action open to an actor on a contribution: what it is about and
// what it would do.
type Offer struct {
	workflow.Offer
	Revision id.Revision // that it is about or, for what is released, that it shows (R19); zero for none
	Hold     id.Hold     // for an action that releases one
}

// Offers lists what the actor can do to the contribution now, the steps of other
// acts left out. What is closed for want of something is listed with what it wants.
func (d Dossier) Offers(who actor.Actor, now time.Time) []Offer {
	if d.Contribution.Life == workflow.Gone {
		return nil
	}
	who = who.As(d.Roles)
	var offers []Offer
	for _, r := range d.Revisions() {
		for _, offer := range workflow.EditorialTable.Offers(d.subject(r), d.facts(r, who, now), who) {
			offers = append(offers, Offer{Offer: offer, Revision: r.ID})
		}
	}
	offers = d.derivable(offers, now)
	offers = append(offers, d.holdOffers(who)...)
	for _, offer := range workflow.LifeTable.Offers(d.lifeSubject(), d.lifeFacts(now), who) {
		offers = append(offers, Offer{Offer: offer})
	}
	return offers
}

// derivable leaves out an act on pictures that would change nothing, and opens one whose
// derived revision can be made (R32).
func (d Dossier) derivable(offers []Offer, now time.Time) []Offer {
	var kept []Offer
	for _, o := range offers {
		if o.Action == workflow.OmitPhoto || o.Action == workflow.BlurPhoto {
			if d.derived(o.Action, now) == nil {
				continue
			}
			o.Unmet = nil
		}
		kept = append(kept, o)
	}
	return kept
}

func (d Dossier) holdOffers(who actor.Actor) []Offer {
	var offers []Offer
	if !d.Contribution.Live.IsZero() {
		facts := workflow.HoldFacts{On: workflow.OnContribution, Mode: d.Space.Mode, ByAuthor: who.Is(d.Contribution.Author)}
		for _, offer := range workflow.HoldTable.Offers(workflow.Subject[workflow.Holding]{}, facts, who) {
			if len(offer.Unmet) == 0 {
				offers = append(offers, Offer{Offer: offer})
			}
		}
	}
	for _, hold := range d.Holds {
		if !hold.Own || !hold.Case.IsZero() { // a case releases its own
			continue
		}
		facts := d.holdFacts(hold, Command{Revision: d.Contribution.Live}, who)
		for _, offer := range workflow.HoldTable.Offers(d.holdSubject(hold), facts, who) {
			if offer.Action.Releases(hold.Kind) {
				offers = append(offers, Offer{Offer: offer, Hold: hold.ID, Revision: d.Contribution.Live})
			}
		}
	}
	return offers
}
