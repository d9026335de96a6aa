package workflow_test

import (
	"errors"
	"regexp"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/workflow"
)

// ofRules is how RULES names a rule.
var ofRules = regexp.MustCompile(`^R\d\d$`)

// Whoever is refused something about a case reads by which rule: whatever the status, the act, the
// role, and what is missing. That a status does not allow an act is of the machine alone.
func TestEveryRefusalOfACaseHasItsRule(t *testing.T) {
	t.Parallel()
	refusals := 0
	for _, c := range caseCases() {
		refusals += refusalsHaveRules(t, workflow.CaseTable, workflow.CaseStatuses(), c.facts)
	}
	for _, c := range replyCases() {
		refusals += refusalsHaveRules(t, workflow.ReplyTable, workflow.CaseStatuses(), c.facts)
	}
	for _, c := range orderCases() {
		refusals += refusalsHaveRules(t, workflow.OrderTable, workflow.OrderStatuses(), c.facts)
	}
	if refusals < 1000 {
		t.Errorf("no more than %d refusals were looked at", refusals)
	}
}

// refusalsHaveRules looks at every refusal of a table under some facts, and counts them.
func refusalsHaveRules[F any](t *testing.T, table workflow.Table[workflow.CaseStatus, F], statuses []workflow.CaseStatus, facts F) int {
	t.Helper()
	refusals := 0
	for _, status := range statuses {
		for _, action := range table.Actions() {
			for _, role := range actor.AllRoles() {
				for _, reason := range []workflow.Reason{{}, complete()} {
					s := subject(status)
					for _, version := range []int64{s.Version, s.Version + 1} {
						_, err := table.Decide(s, facts, workflow.Command{Action: action, Actor: inRole(role), Version: version, Reason: reason}, now)
						if err == nil || errors.Is(err, workflow.ErrImpossible) {
							continue
						}
						refusals++
						ruled(t, err)
					}
				}
			}
		}
	}
	return refusals
}

// ruled holds that a refusal and all that it misses name their rules.
func ruled(t *testing.T, err error) {
	t.Helper()
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) || !ofRules.MatchString(refusal.Rule) {
		t.Errorf("%v: %#v", err, refusal)
		return
	}
	for _, unmet := range refusal.Unmet {
		if !ofRules.MatchString(unmet.Rule) || unmet.Name == "" {
			t.Errorf("%v: %+v", err, unmet)
		}
	}
}
