package imageconsent

import (
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// PhotoOffer is an act on a photo that is open to somebody.
type PhotoOffer struct {
	workflow.Offer
	Hold id.Hold // for one that releases a hold
}

// offered are the acts on a photo that stand by themselves: who is in it is said by
// Identify, and the rest is the worker's.
var offered = []workflow.Action{workflow.Doubt, workflow.Erase}

// Offers lists what the actor can do to the photo now. What is closed for want of
// something is listed with what it wants.
func (d PhotoDossier) Offers(who actor.Actor) []PhotoOffer {
	who = who.As(d.Roles)
	var list []PhotoOffer
	for _, offer := range workflow.PhotoTable.Offers(d.subject(), d.facts(), who) {
		for _, action := range offered {
			if offer.Action == action {
				list = append(list, PhotoOffer{Offer: offer})
			}
		}
	}
	place := workflow.HoldFacts{On: workflow.OnPhoto, Mode: workflow.Pre, ByAuthor: who.Is(d.Photo.Uploader)}
	for _, offer := range workflow.HoldTable.Offers(workflow.Subject[workflow.Holding]{}, place, who) {
		if len(offer.Unmet) == 0 {
			list = append(list, PhotoOffer{Offer: offer})
		}
	}
	for _, hold := range d.Holds {
		if !hold.Case.IsZero() { // a case releases its own
			continue
		}
		s := workflow.Subject[workflow.Holding]{ID: hold.ID.UUID, Tenant: d.Photo.Tenant, Version: hold.Version, Status: workflow.Open, Hash: d.Photo.SHA256[:]}
		facts := workflow.HoldFacts{Kind: hold.Kind, On: workflow.OnPhoto, Mode: workflow.Pre, Sealed: hold.Sealed, NamesRevision: true, SecondLook: true}
		for _, offer := range workflow.HoldTable.Offers(s, facts, who) {
			if offer.Action.Releases(hold.Kind) {
				list = append(list, PhotoOffer{Offer: offer, Hold: hold.ID})
			}
		}
	}
	return list
}
