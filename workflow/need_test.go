package workflow_test

import (
	"testing"

	"imprimatur/workflow"
)

// A missing proof closes: zero facts and a zero command meet no need.
func TestNeedsFailClosed(t *testing.T) {
	t.Parallel()
	needsFailClosed(t, workflow.EditorialTable)
	needsFailClosed(t, workflow.HoldTable)
	needsFailClosed(t, workflow.LifeTable)
	needsFailClosed(t, workflow.SpaceTable)
	needsFailClosed(t, workflow.PhotoTable)
	needsFailClosed(t, workflow.ConsentTable)
	needsFailClosed(t, workflow.CaseTable)
	needsFailClosed(t, workflow.ReplyTable)
	needsFailClosed(t, workflow.OrderTable)
}

func needsFailClosed[S ~string, F any](t *testing.T, table workflow.Table[S, F]) {
	t.Helper()
	var zero F
	for _, row := range table.Rules {
		for _, need := range row.Needs {
			if need.Met(zero, workflow.Command{}) {
				t.Errorf("%s, %s from %q: nothing at all meets %s (%s)", table.Name, row.Action, row.From, need.Name, need.Rule)
			}
			if need.Name == "" || need.Rule == "" {
				t.Errorf("%s, %s from %q: a need without a name or a rule", table.Name, row.Action, row.From)
			}
		}
	}
}

// Whoever decides on somebody's text must be another person: every row by which
// a reviewer passes a judgement asks for it, whatever it is called.
func TestJudgementsNeedAnotherPerson(t *testing.T) {
	t.Parallel()
	judgements := map[workflow.Action]bool{
		workflow.Approve: true, workflow.RequestChanges: true, workflow.Reject: true,
		workflow.Reverse: true, workflow.Review: true, workflow.Revert: true,
	}
	for _, row := range workflow.EditorialTable.Rules {
		if judgements[row.Action] && !asks(row.Needs, "other_person") {
			t.Errorf("%s from %s (%s) does not need another person (R12)", row.Action, row.From, row.When.Name)
		}
	}
}

// After an appeal, whoever rejected the text does not review it again (R45).
func TestReviewAfterAnAppealNeedsAnotherReviewer(t *testing.T) {
	t.Parallel()
	facts := ready(workflow.Pre)
	facts.Rejecter = other
	for _, action := range []workflow.Action{workflow.Approve, workflow.RequestChanges, workflow.Reject} {
		s := subject(workflow.InReview)
		_, err := workflow.EditorialTable.Decide(s, facts, command(s, action, by(other, "moderator")), now)
		wantUnmet(t, err, "other_reviewer", "R45")
		_, err = workflow.EditorialTable.Decide(s, facts, command(s, action, by(rejecter, "moderator")), now)
		if err != nil {
			t.Errorf("%s by somebody else: %v", action, err)
		}
	}
}

func asks[F any](list []workflow.Need[F], name string) bool {
	for _, need := range list {
		if need.Name == name {
			return true
		}
	}
	return false
}
