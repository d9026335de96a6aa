package publication

import (
	"imprimatur/internal/actor"
	"imprimatur/workflow"
)

// disclosed is what somebody in these roles is told of holds (R48, R50). Whoever
// answers for the space is told why each was placed; an author, of those on the
// contribution itself; anybody else that it is there, and since when. The
// reference of an order or of a case is the director's.
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
		if !roles.Has(actor.Director) {
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
