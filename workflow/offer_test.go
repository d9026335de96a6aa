package workflow_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/workflow"
)

// offered lists what is offered, a star on what is still unmet.
func offered[S ~string, F any](table workflow.Table[S, F], status S, facts F, who actor.Actor) []string {
	var list []string
	for _, offer := range table.Offers(subject(status), facts, who) {
		name := string(offer.Action)
		if len(offer.Unmet) > 0 {
			name += "*"
		}
		list = append(list, name)
	}
	return list
}

func TestOffers(t *testing.T) {
	t.Parallel()
	moderator, writer := by(other, actor.Moderator), by(author, actor.Author)
	suggestion := ready(workflow.Pre)
	suggestion.Suggester = suggester
	unread := ready(workflow.Pre)
	unread.Briefed = false
	reviewed := ready(workflow.Post)
	reviewed.Reviewed = true
	for name, c := range map[string]struct {
		status workflow.Editorial
		facts  workflow.Facts
		who    actor.Actor
		want   []string
	}{
		"a writer's draft":              {workflow.Draft, workflow.Facts{Author: author, Mode: workflow.Pre}, writer, []string{"submit*", "abandon"}},
		"the briefing is unread":        {workflow.Draft, unread, writer, []string{"submit*", "abandon"}},
		"a suggestion, to its author":   {workflow.Draft, suggestion, writer, []string{"accept", "decline"}},
		"a suggestion, to who made it":  {workflow.Draft, suggestion, by(suggester, actor.Suggester), []string{"abandon"}},
		"a reader":                      {workflow.InReview, ready(workflow.Pre), by(other, actor.Reader), nil},
		"to review":                     {workflow.InReview, ready(workflow.Pre), moderator, []string{"approve", "request_changes", "reject"}},
		"to review, one's own":          {workflow.InReview, ready(workflow.Pre), by(author, actor.Moderator), []string{"approve*", "request_changes*", "reject*"}},
		"in review, to its author":      {workflow.InReview, ready(workflow.Pre), writer, []string{"abandon"}},
		"press in review, a moderator":  {workflow.InReview, ready(workflow.PupilPress), moderator, []string{"approve"}},
		"press in review, the director": {workflow.InReview, ready(workflow.PupilPress), by(other, actor.Director), []string{"approve", "reject"}},
		"live, to be looked at":         {workflow.Live, ready(workflow.Post), moderator, []string{"review", "revert"}},
		"live, looked at":               {workflow.Live, reviewed, moderator, []string{"revert"}},
		"superseded":                    {workflow.Superseded, ready(workflow.Pre), moderator, nil},
	} {
		if diff := cmp.Diff(c.want, offered(workflow.EditorialTable, c.status, c.facts, c.who)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A hold offers its own release alone, and a subject the holds that fit it.
func TestOffersOfHolds(t *testing.T) {
	t.Parallel()
	director := by(other, actor.Director)
	releases := map[workflow.HoldKind]string{
		workflow.MaskHold: "restore", workflow.WithdrawHold: "restore", workflow.BlockHold: "lift",
		workflow.ArchiveHold: "unarchive", workflow.FreezeHold: "unfreeze",
	}
	for kind, want := range releases {
		facts := held(kind)
		if kind == workflow.FreezeHold {
			facts.On = workflow.OnSpace
		}
		if got := offered(workflow.HoldTable, workflow.Open, facts, director); !slices.Equal(got, []string{want}) {
			t.Errorf("on a %s: %v, want %s", kind, got, want)
		}
	}
	for on, want := range map[workflow.HoldOn][]string{
		workflow.OnContribution: {"mask", "withdraw", "block", "archive", "stop"},
		workflow.OnSpace:        {"mask", "withdraw", "block", "freeze"},
	} {
		facts := workflow.HoldFacts{On: on, Mode: workflow.Post}
		if diff := cmp.Diff(want, offered(workflow.HoldTable, workflow.NoHold, facts, director)); diff != "" {
			t.Errorf("to place on a %s (-want +got):\n%s", on, diff)
		}
	}
	sealing := workflow.HoldFacts{On: workflow.OnContribution, Mode: workflow.PupilPress, Sealed: true}
	if got := offered(workflow.HoldTable, workflow.NoHold, sealing, director); !slices.Contains(got, "mask") {
		t.Errorf("a reason could still meet R14 and R50, and mask is closed: %v", got)
	}
}

// What is offered without anything unmet succeeds with a complete reason, and
// what succeeds is offered, unless it is a part of another act.
func TestOffersKeepTheirPromise(t *testing.T) {
	t.Parallel()
	parts := map[workflow.Action]bool{}
	for _, row := range workflow.EditorialTable.Rules {
		parts[row.Action] = parts[row.Action] || row.Within != ""
	}
	for _, c := range editorialCases() {
		for _, status := range workflow.Editorials() {
			for _, role := range actor.AllRoles() {
				keepsPromise(t, c, status, inRole(role), parts)
			}
		}
	}
}

func keepsPromise(t *testing.T, c namedFacts[workflow.Facts], status workflow.Editorial, who actor.Actor, parts map[workflow.Action]bool) {
	t.Helper()
	s := subject(status)
	open := map[workflow.Action]string{}
	for _, offer := range workflow.EditorialTable.Offers(s, c.facts, who) {
		if len(offer.Unmet) == 0 {
			open[offer.Action] = offer.To
		}
	}
	for _, action := range workflow.EditorialTable.Actions() {
		change, err := workflow.EditorialTable.Decide(s, c.facts, command(s, action, who), now)
		to, promised := open[action]
		if want := err == nil && !parts[action]; promised != want || (want && to != string(change.To())) {
			t.Errorf("%s: %s from %s by %s: promised %v (to %q), decided %v (to %q)",
				c.name, action, status, who.Roles, promised, to, err, change.To())
		}
	}
}
