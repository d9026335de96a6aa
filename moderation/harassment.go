package moderation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// harassment is the ground of the path of R51.
const harassment workflow.Ground = "HAR"

// CareStep is a step of the harassment path.
type CareStep string

// The steps, in their order: who is targeted comes first.
const (
	StepProtect  CareStep = "protect"
	StepHear     CareStep = "hear"
	StepInform   CareStep = "inform" // the guardians
	StepRefer    CareStep = "refer"
	StepFollowUp CareStep = "follow_up"
)

// CareSteps lists the steps.
func CareSteps() []CareStep {
	return []CareStep{StepProtect, StepHear, StepInform, StepRefer, StepFollowUp}
}

// StepTaken is a step that somebody has taken.
type StepTaken struct {
	Step   CareStep
	Person id.Person
	Name   string
	Note   string // at most 5,000 characters
	At     time.Time
}

// Related is another case that may be about the same people.
type Related struct {
	Case      id.Case
	Reference string
	Title     string
	Status    workflow.CaseStatus
	OpenedAt  time.Time
	Author    bool // of the same author; else about the same content or in the same space
}

// CareTx is what the harassment path asks of a transaction.
type CareTx interface {
	// StepsTaken lists the steps of a case, the first taken first.
	StepsTaken(ctx context.Context, c id.Case) ([]StepTaken, error)
	// TakeStep writes one, and reports whether it did: what is there already stays as it is.
	TakeStep(ctx context.Context, c id.Case, s StepTaken) (bool, error)
	// RelatedTo lists cases that began since then and are of the same author, of the same content or in
	// the same space, the latest first: those that concern the person are left out (R46).
	RelatedTo(ctx context.Context, c id.Case, who id.Person, since time.Time) ([]Related, error)
	// CaseNames are all whom an export of the case may not name.
	CaseNames(ctx context.Context, c id.Case) ([]directory.Person, error)
}

// ActTakeStep is the act of taking a step of the harassment path, in the trail.
const ActTakeStep = "take_step"

// TakeCareStep keeps that somebody who may examine the case has taken a step, with a note. The errors
// are those of [Cases.ActOn].
func (s *Cases) TakeCareStep(ctx context.Context, who actor.Actor, c id.Case, step CareStep, note string) error {
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		file, who, err := openFor(ctx, tx, who, c, id.Photo{}, now)
		switch {
		case err != nil:
			return err
		case file.Ground != harassment:
			return file.refused(workflow.Action(step), "R51", workflow.ErrImpossible)
		case !slices.Contains(CareSteps(), step):
			return &directory.FieldError{Field: "step", Code: "unknown", Rule: "R51"}
		case utf8.RuneCountInString(note) > longestSaid:
			return &directory.FieldError{Field: "note", Code: "too_long", Rule: "R51", Limit: longestSaid}
		}
		taken, err := tx.TakeStep(ctx, c, StepTaken{Step: step, Person: who.Person, Note: strings.TrimSpace(note), At: now})
		if err != nil || !taken {
			return err
		}
		return tx.Record(ctx, audit.Act(who, ActTakeStep, audit.Subject{Kind: workflow.CaseTable.Name, ID: c.UUID}, "R51", now))
	})
	if err != nil {
		return fmt.Errorf("step of case %s: %w", c, err)
	}
	return nil
}

// CareView is what the page of a harassment case shows besides.
type CareView struct {
	Steps   []StepTaken
	Related []Related // for whoever judges
}

func (f CaseFile) careView(ctx context.Context, tx CasesTx, who actor.Actor, now time.Time) (*CareView, error) {
	steps, err := tx.StepsTaken(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	view := &CareView{Steps: steps}
	if f.judges() {
		view.Related, err = tx.RelatedTo(ctx, f.ID, who.Person, now.AddDate(-1, 0, 0))
	}
	return view, err
}
