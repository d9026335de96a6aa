package moderation

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Desk is what waits for whoever directs the publication, and of that for whom powers are lent
// to the part that is theirs. Each list is its beginning; the counts go up to CountCap.
type Desk struct {
	Directs     bool
	Powers      []actor.Role // the delegable powers that the actor holds
	Counts      DeskCounts
	Unsigned    []Unsigned // pages that wait for a signature
	Cases       []CaseLine // those on a legal clock first, then the gravest
	Escalated   []Escalated
	Stopped     []Stopped
	Guardians   []GuardiansDue // for whoever directs
	Limited     []Limited      // whose right to publish is limited now (R53)
	Acts        []LentAct      // what was done lately by lent powers, the latest first
	Delegations []directory.Delegation
	Names       map[id.Person]string // of those in the delegations
	Holidays    []directory.Holidays // for whoever directs
}

// DeskCounts are how many there are, up to CountCap.
type DeskCounts struct {
	Unsigned  int `json:"unsigned"`
	Cases     int `json:"cases"`
	Late      int `json:"late"` // of the cases
	Orders    int `json:"orders"`
	Replies   int `json:"replies"`
	Stopped   int `json:"stopped"`
	Guardians int `json:"guardians"` // up to GuardiansCap
}

// Unsigned is a page that waits for a signature.
type Unsigned struct {
	Contribution         id.Contribution
	Title, Space, Author string
	Since                time.Time // approved
	Target               time.Time // zero where there is none
	Late                 bool
}

// Escalated is a case that was handed up (R40), with what whoever did so wrote; empty where its
// time did.
type Escalated struct {
	CaseLine
	Why string
}

// Stopped is something that is hidden, or a space that is frozen, until somebody looks at it
// again (R26, R42, R54).
type Stopped struct {
	Kind          workflow.HoldKind
	Contribution  id.Contribution
	Photo         id.Photo
	Space         id.Space
	Case          id.Case // that hides it; zero for none, or one of another house
	Title, Reason string
	Placed, Until time.Time
	Late          bool // the time to look again is over
}

// GuardiansCap is how many cases are counted whose guardians wait to be told.
const GuardiansCap = 25

// GuardiansDue is a confirmed breach of a minor's, whose guardians wait to be told (R52).
type GuardiansDue struct {
	CaseLine             // Late is of the telling
	Since, Due time.Time // confirmed, and by when they are told
}

// Limited is somebody whose right to publish is limited (R53).
type Limited struct {
	Person id.Person
	Name   string
	Kind   directory.StandingKind
	Ends   time.Time
}

// LentAct is an act by a lent power, as the trail has it.
type LentAct struct {
	Entry        id.Entry
	At           time.Time
	Action       workflow.Action
	Power        actor.Role
	Person       id.Person
	Name         string
	Case         id.Case
	Reference    string // of the case
	Contribution id.Contribution
	Space        id.Space
	Title        string // of what it was done to; empty where that is sealed
}

// DeskQuery is whose desk to read, and which parts of it.
type DeskQuery struct {
	Who                          id.Person
	Signs, Judges, Stops, Direct bool
	Now, Since                   time.Time
}

// DeskTx is what the desk asks of a transaction.
type DeskTx interface {
	// Desk reads all of a desk at once, but for whose it is and the holidays.
	Desk(ctx context.Context, q DeskQuery) (Desk, error)
	// LentActs reads what was done by lent powers, the latest first, before an entry: by one
	// person or, where that is zero, by all.
	LentActs(ctx context.Context, who, delegate id.Person, since time.Time, before id.Entry, limit int) ([]LentAct, error)
}

// remembered is how long the desk tells what delegates have done.
const remembered = 30 * 24 * time.Hour

// Desk reads the actor's desk. Whoever neither directs nor holds a lent power has none:
// [directory.ErrNotFound].
func (s *Cases) Desk(ctx context.Context, who actor.Actor) (Desk, error) {
	var desk Desk
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		roles, err := seated(ctx, tx, who, now)
		if err != nil {
			return err
		}
		desk, err = tx.Desk(ctx, deskOf(who.Person, roles, now))
		if err != nil {
			return err
		}
		desk.Directs, desk.Powers = roles.Has(actor.Director), powersAmong(roles)
		desk.mark(now)
		if !desk.Directs {
			return nil
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		desk.dueToGuardians(house, now)
		desk.Holidays = directory.NextHolidays(house.Calendar, now, desk.Delegations)
		return nil
	})
	if err != nil {
		return Desk{}, fmt.Errorf("read the desk: %w", err)
	}
	return desk, nil
}

// seated gives the roles of somebody who has a desk.
func seated(ctx context.Context, tx CasesTx, who actor.Actor, now time.Time) (actor.Roles, error) {
	roles, err := tx.Roles(ctx, who.Person, id.Space{}, now)
	if err == nil && (who.Kind != actor.KindPerson || !roles.HasAny(directory.Powers()...)) {
		err = directory.ErrNotFound
	}
	return roles, err
}

func deskOf(who id.Person, roles actor.Roles, now time.Time) DeskQuery {
	return DeskQuery{
		Who: who, Signs: roles.Has(actor.Signatory), Judges: roles.HasAny(actor.Director, actor.Judge),
		Stops: roles.HasAny(actor.Masker, actor.Withdrawer, actor.Stopper), Direct: roles.Has(actor.Director), Now: now, Since: now.Add(-remembered),
	}
}

func powersAmong(roles actor.Roles) []actor.Role {
	var list []actor.Role
	for _, power := range directory.Powers() {
		if roles.Has(power) {
			list = append(list, power)
		}
	}
	return list
}

// mark says what is late.
func (d *Desk) mark(now time.Time) {
	for i := range d.Unsigned {
		d.Unsigned[i].Late = !d.Unsigned[i].Target.IsZero() && now.After(d.Unsigned[i].Target)
	}
	for i := range d.Cases {
		d.Cases[i].Late = d.Cases[i].Overdue(now)
	}
	for i := range d.Escalated {
		d.Escalated[i].Late = d.Escalated[i].Overdue(now)
	}
	for i := range d.Stopped {
		d.Stopped[i].Late = !now.Before(d.Stopped[i].Until)
	}
}

// dueToGuardians says by when guardians are told.
func (d *Desk) dueToGuardians(house directory.House, now time.Time) {
	for i, g := range d.Guardians {
		due := guardiansDue(house, g.Since)
		d.Guardians[i].Due, d.Guardians[i].Late = due, !now.Before(due)
	}
}

// Legal reports whether the clock of the case is one that never pauses: of an order (R48), of a
// reply (R56), or of an appeal (R45).
func (c Case) Legal() bool {
	switch c.Kind {
	case OfOrder, OfReply, OfAppeal:
		return true
	case OfReport, OfTakedown:
	}
	return c.Status == workflow.CaseAppealed
}

// LentActPage is a part of what delegates have done, the latest first.
type LentActPage struct {
	Items []LentAct
	Next  string
}

// LentActs lists what was done in the last 30 days by powers that the director lent: by one
// person or, where that is zero, by all; for whoever directs. The errors are
// [directory.ErrNotFound], a [directory.Refusal] (R09) and [publication.ErrCursor].
func (s *Cases) LentActs(ctx context.Context, who actor.Actor, delegate id.Person, after string, limit int) (LentActPage, error) {
	var before id.Entry
	if after != "" {
		var err error
		if before, err = id.Parse[id.Entry](after); err != nil {
			return LentActPage{}, fmt.Errorf("list acts of delegates: %w", publication.ErrCursor)
		}
	}
	var page LentActPage
	limit = limited(limit)
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		roles, err := seated(ctx, tx, who, now)
		if err != nil {
			return err
		}
		if !roles.Has(actor.Director) {
			return &directory.Refusal{Act: "read_lent_acts", Rule: "R09", Err: directory.ErrForbidden}
		}
		page.Items, err = tx.LentActs(ctx, who.Person, delegate, now.Add(-remembered), before, limit+1)
		return err
	})
	if err != nil {
		return LentActPage{}, fmt.Errorf("list acts of delegates: %w", err)
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = page.Items[limit-1].Entry.String()
	}
	return page, nil
}
