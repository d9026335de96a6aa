package workflow_test

import (
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/workflow"
)

// One status and action match exactly one row, whatever the facts.
func TestExactlyOneRow(t *testing.T) {
	t.Parallel()
	t.Run("revision", func(t *testing.T) { t.Parallel(); exactlyOneRow(t, workflow.EditorialTable) })
	t.Run("hold", func(t *testing.T) { t.Parallel(); exactlyOneRow(t, workflow.HoldTable) })
	t.Run("contribution", func(t *testing.T) { t.Parallel(); exactlyOneRow(t, workflow.LifeTable) })
	t.Run("space", func(t *testing.T) { t.Parallel(); exactlyOneRow(t, workflow.SpaceTable) })
	t.Run("photo", func(t *testing.T) { t.Parallel(); exactlyOneRow(t, workflow.PhotoTable) })
	t.Run("consent", func(t *testing.T) { t.Parallel(); exactlyOneRow(t, workflow.ConsentTable) })
	t.Run("case", func(t *testing.T) { t.Parallel(); exactlyOneRow(t, workflow.CaseTable) })
	t.Run("reply", func(t *testing.T) { t.Parallel(); exactlyOneRow(t, workflow.ReplyTable) })
	t.Run("order", func(t *testing.T) { t.Parallel(); exactlyOneRow(t, workflow.OrderTable) })
}

func exactlyOneRow[S ~string, F any](t *testing.T, table workflow.Table[S, F]) {
	t.Helper()
	type step struct {
		from   S
		action workflow.Action
	}
	rows := map[step][]workflow.Rule[S, F]{}
	for _, row := range table.Rules {
		at := step{row.From, row.Action}
		rows[at] = append(rows[at], row)
	}
	eachFacts(t, values, func(facts F) {
		for at, candidates := range rows {
			if n := matching(candidates, facts); n != 1 {
				t.Fatalf("%s from %q: %d rows match %+v", at.action, at.from, n, facts)
			}
		}
	})
}

func matching[S ~string, F any](rows []workflow.Rule[S, F], facts F) int {
	n := 0
	for _, row := range rows {
		if row.When.Holds == nil || row.When.Holds(facts) {
			n++
		}
	}
	return n
}

// A row that shares its status and action with another says when it holds, and
// no row stands without roles.
func TestRowsAreNamed(t *testing.T) {
	t.Parallel()
	t.Run("revision", func(t *testing.T) {
		t.Parallel()
		rowsAreNamed(t, workflow.EditorialTable, workflow.Editorials())
	})
	t.Run("hold", func(t *testing.T) { t.Parallel(); rowsAreNamed(t, workflow.HoldTable, workflow.Holdings()) })
	t.Run("contribution", func(t *testing.T) { t.Parallel(); rowsAreNamed(t, workflow.LifeTable, workflow.Lives()) })
	t.Run("space", func(t *testing.T) {
		t.Parallel()
		rowsAreNamed(t, workflow.SpaceTable, workflow.SpaceStatuses())
	})
	t.Run("photo", func(t *testing.T) { t.Parallel(); rowsAreNamed(t, workflow.PhotoTable, workflow.PhotoStatuses()) })
	t.Run("consent", func(t *testing.T) {
		t.Parallel()
		rowsAreNamed(t, workflow.ConsentTable, workflow.ConsentStatuses())
	})
	t.Run("case", func(t *testing.T) { t.Parallel(); rowsAreNamed(t, workflow.CaseTable, workflow.CaseStatuses()) })
	t.Run("reply", func(t *testing.T) { t.Parallel(); rowsAreNamed(t, workflow.ReplyTable, workflow.CaseStatuses()) })
	t.Run("order", func(t *testing.T) { t.Parallel(); rowsAreNamed(t, workflow.OrderTable, workflow.OrderStatuses()) })
}

func rowsAreNamed[S ~string, F any](t *testing.T, table workflow.Table[S, F], statuses []S) {
	t.Helper()
	known := map[S]bool{}
	for _, status := range statuses {
		known[status] = true
	}
	for i, row := range table.Rules {
		switch {
		case (row.When.Name == "") != (row.When.Holds == nil):
			t.Errorf("row %d, %s: a route has a name and a predicate, or neither", i, row.Action)
		case len(row.Roles) == 0:
			t.Errorf("row %d, %s: nobody may do it", i, row.Action)
		case !known[row.From] || !known[row.To]:
			t.Errorf("row %d, %s: from %q to %q: no such status", i, row.Action, row.From, row.To)
		case row.Reason == workflow.NeedReference && row.Reserved == "":
			t.Errorf("row %d, %s: asks for a reference and names no rule", i, row.Action)
		}
	}
}

// DESIGN: abandon is the author's from every open status, and the next revision
// replaces an open one wherever it stands.
func TestTheAuthorCanAlwaysLeaveOrStartAgain(t *testing.T) {
	t.Parallel()
	for _, status := range workflow.Editorials() {
		for _, action := range []workflow.Action{workflow.Abandon, workflow.Replace} {
			s := subject(status)
			_, err := workflow.EditorialTable.Decide(s, ready(workflow.Pre), command(s, action, by(author, actor.Author)), now)
			want := status.Open() || (status == workflow.Draft && action == workflow.Abandon)
			if got := err == nil; got != want {
				t.Errorf("%s from %s: %v, want allowed = %v", action, status, err, want)
			}
		}
	}
}
