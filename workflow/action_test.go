package workflow_test

import (
	"errors"
	"slices"
	"testing"

	"imprimatur/workflow"
)

func TestAllActions(t *testing.T) {
	t.Parallel()
	all := workflow.AllActions()
	seen := map[workflow.Action]bool{}
	for _, action := range all {
		if seen[action] || action == "" {
			t.Errorf("%q is listed twice, or is empty", action)
		}
		seen[action] = true
		if got, err := workflow.ParseAction(string(action)); err != nil || got != action {
			t.Errorf("ParseAction(%q) = %q, %v", action, got, err)
		}
	}
	for _, table := range [][]workflow.Action{
		workflow.EditorialTable.Actions(), workflow.HoldTable.Actions(), workflow.LifeTable.Actions(), workflow.SpaceTable.Actions(),
		workflow.PhotoTable.Actions(), workflow.ConsentTable.Actions(), workflow.CaseTable.Actions(), workflow.ReplyTable.Actions(), workflow.OrderTable.Actions(),
	} {
		for _, action := range table {
			if !seen[action] {
				t.Errorf("%q is in a table and not in AllActions", action)
			}
		}
	}
	for _, code := range []string{"", "Approve", "approve ", "delete", "\x00"} {
		if got, err := workflow.ParseAction(code); !errors.Is(err, workflow.ErrUnknownAction) || got != "" {
			t.Errorf("ParseAction(%q) = %q, %v", code, got, err)
		}
	}
}

// An action belongs to the subjects of one kind, so that a trail reads without its subject: a
// reply is a case, and what every case has it has as well.
func TestNoActionIsShared(t *testing.T) {
	t.Parallel()
	total := 0
	for _, n := range []int{
		len(workflow.EditorialTable.Actions()), len(workflow.HoldTable.Actions()),
		len(workflow.LifeTable.Actions()), len(workflow.SpaceTable.Actions()),
		len(workflow.PhotoTable.Actions()), len(workflow.ConsentTable.Actions()), len(workflow.CaseTable.Actions()),
		len(workflow.ReplyTable.Actions()) - shared(workflow.ReplyTable.Actions(), workflow.CaseTable.Actions()), len(workflow.OrderTable.Actions()),
	} {
		total += n
	}
	if total != len(workflow.AllActions()) {
		t.Errorf("%d actions in the tables, %d of them different", total, len(workflow.AllActions()))
	}
}

func shared(list, with []workflow.Action) int {
	return len(slices.DeleteFunc(slices.Clone(list), func(a workflow.Action) bool { return !slices.Contains(with, a) }))
}

// A part belongs to an action of the same table.
func TestPartsBelongToAnAct(t *testing.T) {
	t.Parallel()
	actions := workflow.EditorialTable.Actions()
	for _, row := range workflow.EditorialTable.Rules {
		if row.Within != "" && !slices.Contains(actions, row.Within) {
			t.Errorf("%s is a part of %s, which is no action", row.Action, row.Within)
		}
	}
}
