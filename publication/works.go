package publication

import (
	"context"
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Work is one contribution in its author's list: where it stands, without its text.
type Work struct {
	Contribution Contribution
	SpaceTitle   string
	SpaceSlug    string
	Mode         workflow.Mode
	Title        string // as last written by the author; empty where there is none
	Excerpt      string
	TouchedAt    time.Time          // when the author or a decision last touched it
	Draft        bool               // the author is at it
	Suggested    bool               // a moderator's suggestion waits for the author (R18)
	Open         workflow.Editorial // status of what is on its way; empty for nothing
	Last         workflow.Editorial // status of the last version submitted; empty for none
	Reviewed     bool               // of what is live (R13)
	TargetAt     time.Time          // of what is on its way: when a human should have looked
	PublishAt    time.Time          // of what is on its way
	Exposure     workflow.Exposure
}

// WorkPage is a part of somebody's contributions, the newest first.
type WorkPage struct {
	Items []Work
	Next  Cursor // empty on the last page
}

// pageWorks is how many contributions are on a page of an author's list.
const pageWorks = 25

// Works lists what the actor has written in the establishment, drafts included:
// the author's own list, and nobody else's (R24). The error is [ErrCursor].
func (s *Service) Works(ctx context.Context, who actor.Actor, after Cursor) (WorkPage, error) {
	list := "works " + who.Tenant.String() + " " + who.Person.String()
	at, err := after.position(list)
	if err != nil {
		return WorkPage{}, fmt.Errorf("list works: %w", err)
	}
	var page WorkPage
	err = s.inTx(ctx, who.Tenant, func(tx Tx) (err error) {
		page.Items, err = tx.Works(ctx, who.Person, at, pageWorks+1)
		return err
	})
	if err == nil && len(page.Items) > pageWorks {
		page.Items = page.Items[:pageWorks]
		last := page.Items[pageWorks-1].Contribution
		page.Next = newCursor(list, Published{ID: last.ID, PublishedAt: last.CreatedAt})
	}
	return page, err
}

// Desk reads what somebody needs to know who would write in a space. The errors
// are those with which Create refuses the person: [directory.ErrNotFound], and a
// [workflow.Refusal] for who may not write there or for a space that is not open.
func (s *Service) Desk(ctx context.Context, who actor.Actor, space id.Space) (Writing, error) {
	var w Writing
	err := s.inTx(ctx, who.Tenant, func(tx Tx) (err error) {
		if w, err = tx.Writing(ctx, space, who.Person, s.clock()); err != nil {
			return fmt.Errorf("write in space %s: %w", space, err)
		}
		return w.admits()
	})
	return w, err
}

// Answers reports whether the actor has something to do with the texts of others in
// a space: its working side is theirs to open. The errors are the database's.
func (s *Service) Answers(ctx context.Context, who actor.Actor, space id.Space) (bool, error) {
	var w Writing
	err := s.inTx(ctx, who.Tenant, func(tx Tx) (err error) {
		w, err = tx.Writing(ctx, space, who.Person, s.clock())
		return err
	})
	if errors.Is(err, directory.ErrNotFound) {
		return false, nil
	}
	return w.Roles.HasAny(answerers...), err
}

// writers are who may write in a space.
var writers = []actor.Role{actor.Contributor, actor.Moderator, actor.Owner, actor.Backup}

// admits refuses whoever has no business in the space, and everybody while nobody
// may write there.
func (w Writing) admits() error {
	if !w.Roles.HasAny(writers...) {
		if w.Roles.HasAny(actor.Reader, actor.Director) {
			return &workflow.Refusal{Machine: "contribution", Action: workflow.Submit, Rule: "R09", Err: workflow.ErrForbidden}
		}
		return fmt.Errorf("write in space %s: %w", w.Space.ID, directory.ErrNotFound)
	}
	if w.Space.Status != workflow.SpaceOpen || w.Space.Frozen {
		return &workflow.Refusal{
			Machine: "contribution", Action: workflow.Submit, Rule: "R26", Err: workflow.ErrUnmet,
			Unmet: []workflow.Unmet{{Name: "space_open", Rule: "R26"}},
		}
	}
	return nil
}
