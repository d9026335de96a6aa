package workflow_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// judging are the facts of a case that lacks nothing, under a verdict.
func judging(verdict workflow.Verdict) workflow.CaseFacts {
	return workflow.CaseFacts{
		Verdict: verdict, Complete: true, Unconcerned: true, Fresh: true, InTime: true, Lapsed: true, Late: true, Above: true, Continued: true, Undecided: true, Asked: true,
		Maskable: true, Masked: true, Unsealed: true, Unordered: true,
		EscalateAt: now.Add(hours(2)), DueAt: now.Add(hours(4)), CloseAt: now.AddDate(0, 6, 0),
	}
}

func drawCaseFacts(t *rapid.T) workflow.CaseFacts {
	return workflow.CaseFacts{
		Verdict:  rapid.SampledFrom(append(workflow.Verdicts(), "", "nonsense")).Draw(t, "verdict"),
		Complete: flip.Draw(t, "complete"), Unconcerned: flip.Draw(t, "unconcerned"), Fresh: flip.Draw(t, "fresh"),
		InTime: flip.Draw(t, "in time"), Lapsed: flip.Draw(t, "lapsed"), Late: flip.Draw(t, "late"),
		Above: flip.Draw(t, "above"), Continued: flip.Draw(t, "continued"), Undecided: flip.Draw(t, "undecided"), Asked: flip.Draw(t, "asked"),
		Maskable: flip.Draw(t, "maskable"), Masked: flip.Draw(t, "masked"), Unsealed: flip.Draw(t, "unsealed"), Unordered: flip.Draw(t, "unordered"),
	}
}

// drawCase draws a command on a case: what asks of it a row of the table, or anything.
func drawCase(t *rapid.T) (workflow.Subject[workflow.CaseStatus], workflow.Command) {
	s := subject(rapid.SampledFrom(workflow.CaseStatuses()).Draw(t, "status"))
	c := drawCommand(t, workflow.CaseTable.Actions())
	if flip.Draw(t, "likely") {
		row := rapid.SampledFrom(workflow.CaseTable.Rules).Draw(t, "row")
		s = subject(row.From)
		c.Action, c.Version, c.Actor = row.Action, s.Version, c.Actor.As(c.Actor.Roles.With(row.Roles...))
		if flip.Draw(t, "a complete reason") {
			c.Reason = complete()
		}
	}
	return s, c
}

// judgements are what comes to a conclusion about a case.
var judgements = []workflow.Action{workflow.DecideCase, workflow.Dismiss, workflow.Overturn}

// onCase decides on a case in a status.
func onCase(status workflow.CaseStatus, facts workflow.CaseFacts, action workflow.Action, who actor.Actor, reason workflow.Reason) error {
	s := subject(status)
	_, err := workflow.CaseTable.Decide(s, facts, workflow.Command{Action: action, Actor: who, Version: s.Version, Reason: reason}, now)
	return err
}

// Whoever is concerned by a case neither examines nor judges it, whatever else is so
// (R46, invariant 11); nor do they choose who does, or make it vanish in another.
func TestAPersonConcernedNeverJudges(t *testing.T) {
	t.Parallel()
	kept := append([]workflow.Action{
		workflow.Examine, workflow.Inquire, workflow.ReopenCase, workflow.Assign, workflow.Reassign, workflow.Merge,
	}, judgements...)
	rapid.Check(t, func(t *rapid.T) {
		facts := drawCaseFacts(t)
		facts.Unconcerned = false
		s, c := drawCase(t)
		_, err := workflow.CaseTable.Decide(s, facts, c, now)
		if err == nil && slices.Contains(kept, c.Action) && !c.Actor.Roles.Has(actor.System) {
			t.Fatalf("%s from %q by %s, who is concerned", c.Action, s.Status, c.Actor.Roles)
		}
	})
	facts, who := judging(workflow.WithdrawAll), by(other, everything()...)
	facts.Unconcerned = false
	for _, row := range workflow.CaseTable.Rules {
		if slices.Contains(kept, row.Action) {
			wantUnmet(t, onCase(row.From, facts, row.Action, who, complete()), "unconcerned", "R46")
		}
	}
	for _, action := range []workflow.Action{workflow.Escalate, workflow.Transfer} {
		if err := onCase(workflow.CaseExamining, facts, action, who, complete()); err != nil {
			t.Errorf("%s hands one's own cause up: %v", action, err)
		}
	}
}

// Whoever has judged a case or its exact text judges neither it nor the appeal (R45).
func TestWhoDecidedNeverJudgesTheAppeal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := drawCaseFacts(t)
		facts.Fresh = false
		s, c := drawCase(t)
		_, err := workflow.CaseTable.Decide(s, facts, c, now)
		if err == nil && (slices.Contains(judgements, c.Action) || c.Action == workflow.Examine) {
			t.Fatalf("%s from %q by who has judged before", c.Action, s.Status)
		}
	})
	for _, verdict := range workflow.Verdicts() {
		facts := judging(verdict)
		facts.Fresh = false
		for _, row := range workflow.CaseTable.Rules {
			if slices.Contains(judgements, row.Action) {
				wantUnmet(t, onCase(row.From, facts, row.Action, by(other, everything()...), complete()), "fresh_eyes", "R45")
			}
		}
	}
}

// Nothing is withdrawn without a complete statement of reasons, and nothing is decided
// without a word for those concerned (R43, invariant 5).
func TestNothingIsWithdrawnWithoutAStatement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := drawCaseFacts(t)
		s, c := drawCase(t)
		if _, err := workflow.CaseTable.Decide(s, facts, c, now); err != nil || !slices.Contains(judgements, c.Action) {
			return
		}
		if c.Reason.Text == "" || (c.Action != workflow.Dismiss && !slices.Contains(workflow.Verdicts(), facts.Verdict)) {
			t.Fatalf("%s, %q, says nothing", c.Action, facts.Verdict)
		}
		stated := c.Reason.Statement != nil && len(c.Reason.Statement.Missing()) == 0 && c.Reason.Ground.Known()
		if c.Action != workflow.Dismiss && facts.Verdict.Removes() && !stated {
			t.Fatalf("%s, %s, with %+v", c.Action, facts.Verdict, c.Reason)
		}
	})
	for from, action := range map[workflow.CaseStatus]workflow.Action{
		workflow.CaseExamining: workflow.DecideCase, workflow.CaseInquiring: workflow.DecideCase, workflow.CaseAppealed: workflow.Overturn,
	} {
		for _, verdict := range workflow.Verdicts() {
			err := onCase(from, judging(verdict), action, by(other, actor.Examiner), workflow.Reason{Ground: "DEF", Text: "Ce passage nuit."})
			var refusal *workflow.Refusal
			wants := errors.Is(err, workflow.ErrReason) && errors.As(err, &refusal) && refusal.Rule == "R43" &&
				slices.Equal(refusal.Fields, []string{"reason.statement"})
			if wants != verdict.Removes() || (err == nil) == verdict.Removes() {
				t.Errorf("%s, %s, without a statement: %v", action, verdict, err)
			}
		}
	}
}

// A verdict that nobody knows removes, and is never given.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	var removes []workflow.Verdict
	for _, verdict := range append(workflow.Verdicts(), "", "nonsense") {
		if verdict.Removes() {
			removes = append(removes, verdict)
		}
	}
	if diff := cmp.Diff([]workflow.Verdict{workflow.WithdrawAll, workflow.WithdrawPicture, "", "nonsense"}, removes); diff != "" {
		t.Errorf("what removes (-want +got):\n%s", diff)
	}
	for _, verdict := range []workflow.Verdict{"", "nonsense"} {
		err := onCase(workflow.CaseExamining, judging(verdict), workflow.DecideCase, by(other, actor.Examiner), complete())
		wantUnmet(t, err, "verdict", "R43")
	}
}

// R45: the author and whoever reported appeal, once and in time, and nobody else.
func TestAppeals(t *testing.T) {
	t.Parallel()
	facts := judging(workflow.Keep)
	for _, role := range actor.AllRoles() {
		err := onCase(workflow.CaseDecided, facts, workflow.Appeal, inRole(role), complete())
		party := role == actor.Author || role == actor.Reporter
		var refusal *workflow.Refusal
		if (err == nil) != party || (err != nil && (!errors.As(err, &refusal) || refusal.Rule != "R45")) {
			t.Errorf("appeal by the %s: %v", role, err)
		}
	}
	facts.InTime = false
	for _, party := range []actor.Role{actor.Author, actor.Reporter} {
		wantUnmet(t, onCase(workflow.CaseDecided, facts, workflow.Appeal, by(other, party), complete()), "appeal_in_time", "R45")
	}
}

// A case is closed by the clock alone, when nobody may appeal any more; then nothing moves
// but its reopening, by who judges. A merged one is over.
func TestACaseThatIsOver(t *testing.T) {
	t.Parallel()
	facts := judging(workflow.Keep)
	for _, role := range actor.AllRoles() {
		if err := onCase(workflow.CaseDecided, facts, workflow.CloseCase, inRole(role), complete()); (err == nil) != (role == actor.System) {
			t.Errorf("closed by the %s: %v", role, err)
		}
		err := onCase(workflow.CaseClosed, facts, workflow.ReopenCase, inRole(role), complete())
		if judge := role == actor.Director || role == actor.Judge; (err == nil) != judge {
			t.Errorf("reopened by the %s: %v", role, err)
		}
	}
	for _, status := range []workflow.CaseStatus{workflow.CaseClosed, workflow.CaseMerged} {
		for _, action := range workflow.CaseTable.Actions() {
			err := onCase(status, facts, action, by(other, everything()...), complete())
			if reopens := status == workflow.CaseClosed && action == workflow.ReopenCase; (err == nil) != reopens {
				t.Errorf("%s a %s case: %v", action, status, err)
			}
		}
	}
	facts.Lapsed = false
	wantUnmet(t, onCase(workflow.CaseDecided, facts, workflow.CloseCase, clock(), complete()), "appeal_lapsed", "R45")
}

// The machine routes, masks and counts the hours; it judges nothing.
func TestTheMachineNeverJudges(t *testing.T) {
	t.Parallel()
	want := []workflow.Action{
		workflow.Report, workflow.Acknowledge, workflow.Assign, workflow.CloseCase,
		workflow.Reassign, workflow.Escalate, workflow.Transfer, workflow.Merge,
	}
	var may []workflow.Action
	for _, action := range workflow.CaseTable.Actions() {
		for _, status := range workflow.CaseStatuses() {
			if onCase(status, judging(workflow.Keep), action, clock(), complete()) == nil {
				may = append(may, action)
				break
			}
		}
	}
	if diff := cmp.Diff(want, may); diff != "" {
		t.Errorf("what the machine does (-want +got):\n%s", diff)
	}
}

// R41: the clock escalates what is late and nothing else, an appeal too; a human always may.
func TestEscalation(t *testing.T) {
	t.Parallel()
	facts := judging(workflow.Keep)
	for _, status := range []workflow.CaseStatus{workflow.CaseAssigned, workflow.CaseExamining, workflow.CaseInquiring, workflow.CaseAppealed} {
		facts.Late = true
		if err := onCase(status, facts, workflow.Escalate, clock(), workflow.Reason{}); err != nil {
			t.Errorf("%s, late: %v", status, err)
		}
		facts.Late = false
		wantUnmet(t, onCase(status, facts, workflow.Escalate, clock(), workflow.Reason{}), "late", "R41")
		if err := onCase(status, facts, workflow.Escalate, by(other, actor.Examiner), workflow.Reason{}); err != nil {
			t.Errorf("%s, by who examines: %v", status, err)
		}
	}
}

// A case goes up only where there is an authority, and into another only where that one
// goes on; an appeal that changes hands stays one.
func TestHandingOver(t *testing.T) {
	t.Parallel()
	lone := judging(workflow.Keep)
	lone.Above, lone.Continued = false, false
	wantUnmet(t, onCase(workflow.CaseAssigned, lone, workflow.Transfer, by(other, actor.Director), complete()), "authority", "R40")
	wantUnmet(t, onCase(workflow.CaseAssigned, lone, workflow.Merge, clock(), complete()), "continued", "R43")
	again := judging(workflow.Keep)
	again.Undecided = false // decided, and reopened
	wantUnmet(t, onCase(workflow.CaseAssigned, again, workflow.Merge, clock(), complete()), "undecided", "R45")
	if err := onCase(workflow.CaseExamining, judging(workflow.Keep), workflow.Transfer, by(other, actor.Examiner), complete()); !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("who examines sends it past the head: %v", err)
	}
	for _, action := range []workflow.Action{workflow.Reassign, workflow.Escalate, workflow.Transfer} {
		change := decided(t, workflow.CaseTable, subject(workflow.CaseAppealed), judging(workflow.Keep), action, actor.Director)
		if change.To() != workflow.CaseAppealed {
			t.Errorf("an appeal, by %s, to %q", action, change.To())
		}
	}
}

// The clock of a case is set when a time begins, for its hours, and not by who has it in hand.
func TestTheClocksOfACase(t *testing.T) {
	t.Parallel()
	facts := judging(workflow.Keep)
	for _, c := range []struct {
		from   workflow.CaseStatus
		action workflow.Action
		role   actor.Role
		want   []int // hours
	}{
		{workflow.CaseAcknowledged, workflow.Assign, actor.System, []int{2, 4}},
		{workflow.CaseDecided, workflow.Appeal, actor.Author, []int{2, 4}},
		{workflow.CaseClosed, workflow.ReopenCase, actor.Director, []int{2, 4}},
		{workflow.CaseExamining, workflow.DecideCase, actor.Examiner, []int{int(facts.CloseAt.Sub(now).Hours())}},
		{workflow.CaseAppealed, workflow.Dismiss, actor.Examiner, []int{int(facts.CloseAt.Sub(now).Hours())}},
		{workflow.CaseExamining, workflow.Reassign, actor.Director, nil},
		{workflow.CaseExamining, workflow.Escalate, actor.System, nil},
	} {
		var due []int
		for _, m := range decided(t, workflow.CaseTable, subject(c.from), facts, c.action, c.role).Record().Messages() {
			if m.Kind == outbox.CaseDue {
				due = append(due, int(m.Due.Sub(now).Hours()))
			}
		}
		if diff := cmp.Diff(c.want, due); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.action, diff)
		}
	}
}

// What is to be decided yet is open, and so is what nobody knows.
func TestOpenCases(t *testing.T) {
	t.Parallel()
	over := []workflow.CaseStatus{workflow.NoCase, workflow.CaseDecided, workflow.CaseClosed, workflow.CaseMerged, workflow.CaseAnswered}
	for _, status := range append(workflow.CaseStatuses(), "nonsense") {
		if status.Open() == slices.Contains(over, status) {
			t.Errorf("%q open: %v", status, status.Open())
		}
	}
}

// Who examines sees what they may do, and why a door is closed.
func TestOffersOfCases(t *testing.T) {
	t.Parallel()
	facts := judging(workflow.Keep)
	facts.Late, facts.Continued, facts.Masked = false, false, false
	concerned, same, masked := facts, facts, facts
	masked.Masked, masked.Maskable, masked.Fresh = true, false, false
	concerned.Unconcerned = false
	same.Fresh = false
	examiner, head := by(other, actor.Examiner), by(other, actor.Examiner, actor.Director)
	for name, c := range map[string]struct {
		status workflow.CaseStatus
		facts  workflow.CaseFacts
		who    actor.Actor
		want   []string
	}{
		"assigned to a teacher":        {workflow.CaseAssigned, facts, examiner, []string{"examine", "mask_case", "reassign", "escalate", "merge*"}},
		"assigned to one concerned":    {workflow.CaseAssigned, concerned, examiner, []string{"examine*", "mask_case*", "reassign*", "escalate", "merge*"}},
		"under examination, the head":  {workflow.CaseExamining, facts, head, []string{"inquire", "decide", "mask_case", "reassign", "escalate", "transfer", "merge*"}},
		"masked, to who let it appear": {workflow.CaseInquiring, masked, examiner, []string{"decide*", "show_case*", "reassign", "escalate", "merge*"}},
		"who reported, asked":          {workflow.CaseInquiring, facts, by(other, actor.Reporter), []string{"respond"}},
		"the author, meanwhile":        {workflow.CaseInquiring, facts, by(author, actor.Author), nil},
		"the author, decided":          {workflow.CaseDecided, facts, by(author, actor.Author), []string{"appeal"}},
		"the appeal, to who decided":   {workflow.CaseAppealed, same, examiner, []string{"dismiss*", "overturn*", "reassign", "escalate"}},
		"closed, to a teacher":         {workflow.CaseClosed, facts, examiner, nil},
		"closed, to the head":          {workflow.CaseClosed, facts, head, []string{"reopen_case"}},
	} {
		if diff := cmp.Diff(c.want, offered(workflow.CaseTable, c.status, c.facts, c.who)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
