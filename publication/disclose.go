package publication

import (
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// disclosed is what somebody in these roles is told of holds (R48, R50). Whoever
// answers for the space is told why each was placed; an author, of those on the
// contribution itself; anybody else that it is there, and since when. The
// reference of an order or of a case is the director's, but for what they wrote.
func disclosed(holds []Hold, roles actor.Roles) []Hold {
	answers := roles.HasAny(actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Judge, actor.Masker, actor.Withdrawer, actor.Stopper)
	told := make([]Hold, len(holds))
	for i, h := range holds {
		told[i] = Hold{ID: h.ID, On: h.On, Target: h.Target, Own: h.Own, Kind: h.Kind, Version: h.Version, Sealed: h.Sealed, PlacedAt: h.PlacedAt}
		switch {
		case answers:
			told[i] = h
		case h.Own && h.On == workflow.OnContribution && roles.Has(actor.Author):
			told[i].Until, told[i].PlacedBy, told[i].Ground, told[i].Reason = h.Until, h.PlacedBy, h.Ground, h.Reason
		}
		if !roles.Has(actor.Director) || roles.Has(actor.Author) {
			told[i].Reference = ""
		}
	}
	return told
}

// Disclosed is the dossier with what its actor is told of the holds.
func (d Dossier) Disclosed() Dossier {
	d.Holds = disclosed(d.Holds, d.Roles)
	return d
}

// hushing gives holds as somebody in these roles knows them. Whoever does not hear of an order while
// its authority wants silence sees in its place what an interim mask looks like, and acts on that (R48).
func hushing(holds []Hold, who id.Person, roles actor.Roles, house directory.House) []Hold {
	if who.IsZero() || workflow.HearsOrders(roles) {
		return holds
	}
	told := slices.Clone(holds)
	for i, h := range told {
		if h.Hushed {
			told[i] = h.asMask(house.Calendar.Add(h.PlacedAt, settings.MaskReview.Of(house.Values)).In(h.PlacedAt.Location()))
		}
	}
	return told
}

// asMask is the hold as the interim mask of its case would be.
func (h Hold) asMask(review time.Time) Hold {
	h.Kind, h.Until, h.PlacedBy, h.Reason, h.Reference, h.Hushed = workflow.MaskHold, review, id.Person{}, workflow.InterimText, "", false
	return h
}

// KnownTo is the dossier as whoever it was read for may know it; a zero person is the machine.
func (d Dossier) KnownTo(who id.Person) Dossier {
	d.Holds = hushing(d.Holds, who, d.Roles, directory.House{Values: d.Values, Calendar: d.Calendar})
	return d
}

// KnownTo is the dossier as whoever it was read for may know it; a zero person is the machine.
func (d SpaceDossier) KnownTo(who id.Person) SpaceDossier {
	d.Holds = hushing(d.Holds, who, d.Roles, d.House)
	return d
}
