package workflow_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// commanded are the facts of an order that lacks nothing.
func commanded() workflow.OrderFacts {
	return workflow.OrderFacts{Complete: true, Authenticated: true, Unconcerned: true, Above: true, AlertAt: now.Add(hours(12)), DueAt: now.Add(hours(24))}
}

func orderCases() []namedFacts[workflow.OrderFacts] {
	sound, unknown, concerned := commanded(), commanded(), commanded()
	unknown.Authenticated, unknown.Complete = false, false
	concerned.Unconcerned, concerned.Above = false, false
	return []namedFacts[workflow.OrderFacts]{
		{"zero facts", workflow.OrderFacts{}}, {"all is in order", sound}, {"incomplete, and its sender is not known", unknown},
		{"the actor is concerned, and nobody above", concerned},
	}
}

func onOrder(status workflow.CaseStatus, facts workflow.OrderFacts, action workflow.Action, who actor.Actor, reason workflow.Reason) error {
	c := command(subject(status), action, who)
	c.Reason = reason
	_, err := workflow.OrderTable.Decide(subject(status), facts, c, now)
	return err
}

// R48: what an authority blocked ends by the director alone, never a delegate, with a
// reference (invariant 3): whatever the status, whoever acts, and whatever else they are.
func TestOnlyTheDirectorLifts(t *testing.T) {
	t.Parallel()
	for _, status := range []workflow.CaseStatus{workflow.CaseExecuted, workflow.CaseAnswered} {
		if err := onOrder(status, commanded(), workflow.LiftOrder, by(other, everything(actor.Director)...), complete()); !errors.Is(err, workflow.ErrForbidden) {
			t.Errorf("%s, lifted by everybody but the director: %v", status, err)
		}
		reason := complete()
		reason.Reference = " "
		if err := onOrder(status, commanded(), workflow.LiftOrder, by(other, actor.Director), reason); !errors.Is(err, workflow.ErrReason) {
			t.Errorf("%s, lifted without a reference: %v", status, err)
		}
		if err := onOrder(status, commanded(), workflow.LiftOrder, by(other, actor.Director), complete()); err != nil {
			t.Errorf("%s, lifted by the director: %v", status, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SampledFrom(workflow.OrderTable.Rules).Draw(t, "row")
		blocked := row.From == workflow.CaseExecuted || row.From == workflow.CaseAnswered
		if leaves := blocked && row.To == workflow.CaseClosed; leaves && (row.Action != workflow.LiftOrder || row.Reason != workflow.NeedReference) {
			t.Fatalf("%s leads out of %s without a lift", row.Action, row.From)
		}
	})
}

// R48: nothing is blocked before somebody has made sure of its sender; what is not complete is
// not even recorded.
func TestTheSenderIsKnownFirst(t *testing.T) {
	t.Parallel()
	facts := commanded()
	facts.Authenticated = false
	wantUnmet(t, onOrder(workflow.CaseOrdered, facts, workflow.ExecuteOrder, by(other, actor.Director), complete()), "authenticated", "R48")
	if err := onOrder(workflow.CaseOrdered, facts, workflow.Authenticate, by(other, actor.Judge), complete()); err != nil {
		t.Errorf("a delegate makes sure of the sender: %v", err)
	}
	facts.Complete = false
	wantUnmet(t, onOrder(workflow.NoCase, facts, workflow.RecordOrder, by(other, actor.Judge), complete()), "order_complete", "R48")
	if err := onOrder(workflow.CaseOrdered, commanded(), workflow.ExecuteOrder, by(other, everything(actor.Director, actor.Judge)...), complete()); !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("executed by whoever neither directs nor judges: %v", err)
	}
	if err := onOrder(workflow.CaseOrdered, commanded(), workflow.RejectOrder, by(other, actor.Judge), complete()); !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("set aside by a delegate: %v", err)
	}
}

// R46: nobody acts on an order about what is theirs; it goes up.
func TestNobodyExecutesTheirOwn(t *testing.T) {
	t.Parallel()
	facts := commanded()
	facts.Unconcerned = false
	for status, actions := range map[workflow.CaseStatus][]workflow.Action{
		workflow.CaseOrdered:  {workflow.Authenticate, workflow.ExecuteOrder, workflow.RejectOrder},
		workflow.CaseExecuted: {workflow.AnswerOrder, workflow.LiftOrder},
		workflow.CaseAnswered: {workflow.LiftOrder},
	} {
		for _, action := range actions {
			wantUnmet(t, onOrder(status, facts, action, by(other, actor.Director), complete()), "unconcerned", "R46")
		}
	}
	if err := onOrder(workflow.CaseOrdered, facts, workflow.PassOrder, by(other, actor.Director), complete()); err != nil {
		t.Errorf("handed up: %v", err)
	}
}

// The clock of an order runs from its receipt, and sounds twice.
func TestTheClocksOfAnOrder(t *testing.T) {
	t.Parallel()
	var due []int
	for _, m := range decided(t, workflow.OrderTable, subject(workflow.NoCase), commanded(), workflow.RecordOrder, actor.Director).Record().Messages() {
		if m.Kind == outbox.CaseDue {
			due = append(due, int(m.Due.Sub(now).Hours()))
		}
	}
	if diff := cmp.Diff([]int{12, 24}, due); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
