package postgres

import (
	"context"
	_ "embed" // the statement
	"fmt"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

var (
	//go:embed desk.sql
	deskText string

	deskSQL = strings.ReplaceAll(deskText, "/*line*/", caseLineSQL)
)

// deskLines is how many of each the desk shows.
const deskLines = 6

// deskRow is what desk.sql gives.
type deskRow struct {
	Unsigned []struct {
		Contribution id.Contribution `json:"contribution"`
		Title        string          `json:"title"`
		Space        string          `json:"space"`
		Author       string          `json:"author"`
		Since        *time.Time      `json:"since"`
		Target       *time.Time      `json:"target"`
	} `json:"unsigned"`
	Legal   []caseLineRow `json:"legal"`
	Grave   []caseLineRow `json:"grave"`
	Climbed []struct {
		caseLineRow
		Why string `json:"why"`
	} `json:"climbed"`
	Guardians []struct {
		caseLineRow
		Since time.Time `json:"since"`
	} `json:"guardians"`
	Stopped []struct {
		Kind         workflow.HoldKind `json:"kind"`
		Contribution *id.Contribution  `json:"contribution"`
		Space        *id.Space         `json:"space"`
		Photo        *id.Photo         `json:"photo"`
		Case         *id.Case          `json:"case"`
		Title        string            `json:"title"`
		Reason       string            `json:"reason"`
		Placed       time.Time         `json:"placed"`
		Until        time.Time         `json:"until"`
	} `json:"stopped"`
	Limited []struct {
		Person id.Person              `json:"person"`
		Name   string                 `json:"name"`
		Kind   directory.StandingKind `json:"kind"`
		Ends   time.Time              `json:"ends"`
	} `json:"limited"`
	Acts   []lentActRow          `json:"acts"`
	Lent   []delegationRow       `json:"lent"`
	Names  map[id.Person]string  `json:"names"`
	Counts moderation.DeskCounts `json:"counts"`
}

// Desk reads a desk in one statement.
func (tx *Tx) Desk(ctx context.Context, q moderation.DeskQuery) (moderation.Desk, error) {
	if err := tx.readInOrder(ctx); err != nil {
		return moderation.Desk{}, fmt.Errorf("read the desk: %w", err)
	}
	var row deskRow
	err := tx.document(ctx, &row, deskSQL, q.Who, q.Now.UTC(), q.Signs, q.Judges, q.Stops, q.Direct, deskLines, moderation.CountCap, q.Since.UTC(), moderation.GuardiansCap)
	return row.domain(), err
}

func (r deskRow) domain() moderation.Desk {
	desk := moderation.Desk{
		Counts: r.Counts, Cases: caseLines(append(r.Legal, r.Grave...)), Acts: lentActs(r.Acts), Delegations: delegationsOf(r.Lent), Names: r.Names,
	}
	for _, u := range r.Unsigned {
		desk.Unsigned = append(desk.Unsigned, moderation.Unsigned{
			Contribution: u.Contribution, Title: u.Title, Space: u.Space, Author: u.Author, Since: deref(u.Since), Target: deref(u.Target),
		})
	}
	for _, c := range r.Climbed {
		desk.Escalated = append(desk.Escalated, moderation.Escalated{CaseLine: c.domain(), Why: c.Why})
	}
	for _, g := range r.Guardians {
		desk.Guardians = append(desk.Guardians, moderation.GuardiansDue{CaseLine: g.domain(), Since: g.Since})
	}
	for _, h := range r.Stopped {
		desk.Stopped = append(desk.Stopped, moderation.Stopped{
			Kind: h.Kind, Contribution: deref(h.Contribution), Space: deref(h.Space), Photo: deref(h.Photo), Case: deref(h.Case),
			Title: h.Title, Reason: h.Reason, Placed: h.Placed, Until: h.Until,
		})
	}
	for _, l := range r.Limited {
		desk.Limited = append(desk.Limited, moderation.Limited{Person: l.Person, Name: l.Name, Kind: l.Kind, Ends: l.Ends})
	}
	return desk
}

// lentActRow is an act by a lent power, as lent_acts gives it.
type lentActRow struct {
	EntryID        id.Entry         `json:"entry_id"`
	At             time.Time        `json:"at"`
	Action         workflow.Action  `json:"action"`
	Power          actor.Role       `json:"power"`
	PersonID       id.Person        `json:"person_id"`
	Name           string           `json:"name"`
	CaseID         *id.Case         `json:"case_id"`
	Reference      string           `json:"reference"`
	ContributionID *id.Contribution `json:"contribution_id"`
	SpaceID        *id.Space        `json:"space_id"`
	Title          string           `json:"title"`
}

func lentActs(rows []lentActRow) []moderation.LentAct {
	list := make([]moderation.LentAct, len(rows))
	for i, r := range rows {
		list[i] = moderation.LentAct{
			Entry: r.EntryID, At: r.At, Action: r.Action, Power: r.Power, Person: r.PersonID, Name: r.Name, Case: deref(r.CaseID), Reference: r.Reference,
			Contribution: deref(r.ContributionID), Space: deref(r.SpaceID), Title: r.Title,
		}
	}
	return list
}

// LentActs reads what was done by lent powers.
func (tx *Tx) LentActs(ctx context.Context, who, delegate id.Person, since time.Time, before id.Entry, limit int) ([]moderation.LentAct, error) {
	var rows []lentActRow
	err := tx.document(ctx, &rows, `SELECT lent_acts($1, $2, $3, $4, $5)`, who, nullable(delegate), since.UTC(), nullable(before), limit)
	return lentActs(rows), err
}
