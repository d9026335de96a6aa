package moderation

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Event is one act in the history of a contribution.
type Event struct {
	Entry     id.Entry
	At        time.Time
	Action    workflow.Action
	Machine   string // "revision", "hold" or "contribution"
	ActorKind actor.Kind
	Person    id.Person // zero for the machine, and where the person's data has gone
	Name      string
	Roles     []actor.Role
	Number    int // of the revision concerned; 0 for none
	From, To  string
	Hash      []byte // of the exact text
	Ground    workflow.Ground
	Reason    string
	Hushed    bool // of an order of which nobody is to be told yet (R48)
}

// knownTo is the act as somebody in these roles may know it: what an order has done while its
// authority wants silence looks like what an interim mask does (R48).
func (e Event) knownTo(roles actor.Roles) Event {
	if !e.Hushed || workflow.HearsOrders(roles) {
		return e
	}
	e.Hushed = false
	if e.Action == workflow.Lift {
		e.Action, e.Reason, e.Roles = workflow.Restore, workflow.ShownText, []actor.Role{actor.Director, actor.Masker, actor.Withdrawer}
		return e
	}
	e.Action, e.Reason, e.ActorKind, e.Person, e.Name, e.Roles = workflow.Mask, workflow.InterimText, actor.KindSystem, id.Person{}, "", []actor.Role{actor.System}
	return e
}

// HistoryPage is a part of a history, newest first.
type HistoryPage struct {
	Items []Event
	Next  string // After of the next page; empty on the last
}

// History tells who did what to a contribution, when and on which text, newest
// first, for somebody on its working side. Decisions come with their reasons and
// with the name and role of whoever decided; who reported something is never in
// it (R44). The errors are [directory.ErrNotFound] and [publication.ErrCursor].
func (s *Service) History(ctx context.Context, who actor.Actor, contribution id.Contribution, after string, limit int) (HistoryPage, error) {
	from, err := parseHistoryCursor(after)
	if err != nil {
		return HistoryPage{}, err
	}
	var page HistoryPage
	limit = limited(limit)
	err = s.inTx(ctx, who.Tenant, func(tx Tx) error {
		d, err := openDossier(ctx, tx, who, contribution, s.clock())
		if err != nil {
			return fmt.Errorf("history of %s: %w", contribution, err)
		}
		page.Items, err = tx.History(ctx, contribution, from, limit+1)
		for i, e := range page.Items {
			page.Items[i] = e.knownTo(d.Roles)
		}
		return err
	})
	if err == nil && len(page.Items) > limit {
		page.Items = page.Items[:limit]
		last := page.Items[limit-1]
		page.Next = HistoryCursor{last.At, last.Entry}.String()
	}
	return page, err
}
