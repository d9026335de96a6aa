package directory

import (
	"context"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
)

// LogReason is why somebody reads a log: nobody does without one (R60).
type LogReason string

// The reasons that there are.
const (
	Dysfunction LogReason = "dysfunction" // something does not work as it should
	Offence     LogReason = "offence"     // somebody may have broken the law or the charter
	Security    LogReason = "security"    // accounts or data may be in danger
)

// LogReasons lists them.
func LogReasons() []LogReason { return []LogReason{Dysfunction, Offence, Security} }

// The logs that are read for a reason, as the trail names them.
const (
	theTrail   = "trail"
	theDenials = "denials"
)

// reading refuses to open a log to whoever has none of the roles (R09) or gives no
// reason, and has the trail tell that it was opened, by whom and why (R60).
func reading(ctx context.Context, tx ServiceTx, who actor.Actor, log string, why LogReason, now time.Time, roles ...actor.Role) error {
	act := "read_" + log
	if err := require(who, act, roles...); err != nil {
		return err
	}
	switch {
	case why == "":
		return &FieldError{Field: "reason", Code: "required", Rule: "R60"}
	case !slices.Contains(LogReasons(), why):
		return &FieldError{Field: "reason", Code: "unknown", Rule: "R60"}
	}
	e := audit.Act(who, act, audit.Subject{Kind: log, ID: who.Tenant.UUID}, "R60", now)
	e.Ground = string(why)
	return tx.Record(ctx, e)
}
