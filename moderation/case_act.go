package moderation

import (
	"time"

	"imprimatur/internal/actor"
	"imprimatur/workflow"
)

// decide asks the table about an act on the case.
func (c Case) decide(who actor.Actor, action workflow.Action, facts workflow.CaseFacts, reason workflow.Reason, now time.Time) (workflow.Change[workflow.CaseStatus], error) {
	subject := workflow.Subject[workflow.CaseStatus]{ID: c.ID.UUID, Tenant: c.Tenant, Version: c.Version, Status: c.Status}
	return workflow.CaseTable.Decide(subject, facts, workflow.Command{Action: action, Actor: who, Version: c.Version, Reason: reason}, now)
}
