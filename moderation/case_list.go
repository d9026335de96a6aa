package moderation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// CaseFilter narrows the list of cases. The zero CaseFilter is what is to be decided yet.
type CaseFilter struct {
	Mine   bool // assigned to the actor
	Done   bool // decided, closed and merged ones instead, the latest first
	Kind   CaseKind
	Status workflow.CaseStatus // empty: any
	Ground workflow.Ground     // empty: any
	After  string              // the Next of the page before
	Limit  int                 // 0 means DefaultLimit; at most MaxLimit
}

// CaseLine is a case in the list.
type CaseLine struct {
	Case
	AssigneeName string
	PlaceName    string // of the establishment where the content is
	SpaceTitle   string // empty where an authority handles it
	Reports      int
	Masked       bool // it holds a mask
	Late         bool // its time is over
}

// CasePage is a part of the cases: those to be decided in the order of their deadlines, the
// overdue first; decided ones the latest first.
type CasePage struct {
	Items []CaseLine
	Next  string
}

// Cases lists the cases that the actor may examine: who owns a space, those assigned to
// them; the director and whoever judges, all that this establishment or authority handles.
// What concerns the actor is left out (R46). The error is [publication.ErrCursor].
func (s *Cases) Cases(ctx context.Context, who actor.Actor, f CaseFilter) (CasePage, error) {
	query := CaseQuery{Who: who.Person, Mine: f.Mine, Done: f.Done, Kind: f.Kind, Status: f.Status, Ground: f.Ground, Limit: limited(f.Limit) + 1}
	if f.After != "" {
		after, err := parseCaseCursor(f.After, f.Done)
		if err != nil {
			return CasePage{}, fmt.Errorf("list cases: %w", err)
		}
		query.After = &after
	}
	var page CasePage
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) (err error) {
		page.Items, err = list(ctx, tx, who, query, s.Clock())
		return err
	})
	if err != nil {
		return CasePage{}, fmt.Errorf("list cases: %w", err)
	}
	if last := query.Limit - 1; len(page.Items) > last {
		page.Items = page.Items[:last]
		page.Next = cursorOfCase(page.Items[last-1].Case, f.Done)
	}
	return page, nil
}

// of is the query for somebody: of no case at all for whoever is nothing here.
func (q CaseQuery) of(ctx context.Context, tx CasesTx, who actor.Actor, now time.Time) (CaseQuery, error) {
	roles, err := tx.Roles(ctx, who.Person, id.Space{}, now)
	if err != nil || who.Kind != actor.KindPerson || len(roles.List()) == 0 {
		return CaseQuery{}, err
	}
	q.Judges = roles.HasAny(actor.Director, actor.Judge)
	return q, nil
}

// list reads cases for somebody.
func list(ctx context.Context, tx CasesTx, who actor.Actor, query CaseQuery, now time.Time) ([]CaseLine, error) {
	query, err := query.of(ctx, tx, who, now)
	if err != nil || query.Limit == 0 {
		return nil, err
	}
	lines, err := tx.CaseList(ctx, query)
	for i := range lines {
		lines[i].Late = lines[i].Overdue(now)
	}
	return lines, err
}

// CountCases counts the cases to be decided that the actor may examine, up to CountCap: for
// the header of every page.
func (s *Cases) CountCases(ctx context.Context, who actor.Actor) (int, error) {
	count := 0
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		query, err := CaseQuery{Who: who.Person, Limit: CountCap}.of(ctx, tx, who, s.Clock())
		if err != nil || query.Limit == 0 {
			return err
		}
		count, err = tx.CountCaseList(ctx, query)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	return count, nil
}

// cursorOfCase is the place of a case in the list.
func cursorOfCase(c Case, isDone bool) string {
	if isDone {
		return c.ID.String()
	}
	return c.DueAt.UTC().Format(time.RFC3339Nano) + "_" + c.ID.String()
}

func parseCaseCursor(text string, isDone bool) (CaseCursor, error) {
	due, name, found := strings.Cut(text, "_")
	if isDone {
		due, name, found = "", text, true
	}
	c, err := id.Parse[id.Case](name)
	if err != nil || !found {
		return CaseCursor{}, publication.ErrCursor
	}
	cursor := CaseCursor{Case: c}
	if !isDone {
		if cursor.Due, err = time.Parse(time.RFC3339Nano, due); err != nil {
			return CaseCursor{}, publication.ErrCursor
		}
	}
	return cursor, nil
}
