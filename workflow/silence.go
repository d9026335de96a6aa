package workflow

import "imprimatur/internal/actor"

// InterimText is what the author of something hidden reads until somebody has decided (R42), and
// while an authority wants silence about its order (R48).
const InterimText = "Contenu masqué à titre conservatoire : une personne l’examine."

// ShownText is why such a mask ended, in the trail of the content.
const ShownText = "Remis en ligne en attendant la décision."

// HearsOrders reports whether somebody in these roles is told of an order while its authority wants
// silence (R48): who directs, or judges in the director's name, except of what they wrote.
func HearsOrders(roles actor.Roles) bool {
	return roles.HasAny(actor.Director, actor.Judge) && !roles.Has(actor.Author)
}
