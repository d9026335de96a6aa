package moderation

import (
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// OrderView is an order as its page shows it, with the names of who did what.
type OrderView struct {
	Order
	CheckedName  string
	ExecutedName string
	RepliedName  string
	LiftedName   string
	Draft        string // of the answer to the authority; empty before it is executed, and once it is answered
}

// orderView is the order of the case.
func (f CaseFile) orderView(names map[id.Person]string, now time.Time) (OrderView, error) {
	view := OrderView{
		Order: f.Order, CheckedName: names[f.Order.CheckedBy], ExecutedName: names[f.Order.ExecutedBy], RepliedName: names[f.Order.RepliedBy],
		LiftedName: names[f.Order.LiftedBy],
	}
	if f.Status != workflow.CaseExecuted {
		return view, nil
	}
	var err error
	view.Draft, err = f.replyDraft(now)
	return view, err
}

// orderOffers are the acts on an order that are open to the actor.
func (f CaseFile) orderOffers(who actor.Actor) []CaseOffer {
	var list []CaseOffer
	for _, o := range workflow.OrderTable.Offers(f.subject(), f.orderFacts(who), who) {
		if o.Action != workflow.PassOrder || !f.Above.IsZero() {
			list = append(list, CaseOffer{Offer: o})
		}
	}
	return list
}
