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
		if _, err := openDossier(ctx, tx, who, contribution, s.clock()); err != nil {
			return fmt.Errorf("history of %s: %w", contribution, err)
		}
		page.Items, err = tx.History(ctx, contribution, from, limit+1)
		return err
	})
	if err == nil && len(page.Items) > limit {
		page.Items = page.Items[:limit]
		last := page.Items[limit-1]
		page.Next = HistoryCursor{last.At, last.Entry}.String()
	}
	return page, err
}
