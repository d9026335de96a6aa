// Package audit describes the trail of acts (R58): ids, hashes and codes, never
// content. An entry is written in the transaction of the act that it records;
// the database refuses to change or delete it afterwards.
package audit

import (
	"context"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// Subject names what an act was done to. Contribution is the contribution whose
// history shows the act; it is zero for what belongs to no contribution.
type Subject struct {
	Kind         string // "contribution", "revision", "hold", "space", …
	ID           uuid.UUID
	Contribution id.Contribution
}

// Entry records one act on one subject. In the database the actor's person is
// replaced by a pseudonym, whose key goes when the person's data goes.
type Entry struct {
	ID       id.Entry
	Tenant   id.Tenant
	At       time.Time
	Actor    actor.Actor
	Action   string // the action's code, of the machine that Subject belongs to
	Subject  Subject
	Version  int64  // the subject's version after the act
	From, To string // statuses; equal where an act records a fact and moves nothing
	Hash     []byte // SHA-256 of the exact text concerned; nil where there is none
	Ground   string // ground code of the reason, if one was given
	Rule     string // the rule that the act rests on, such as "R12"; may be empty
}

// Log takes acts that move no status: a setting changed, a delegation given, a
// word list written. What moves a status is recorded by workflow.Commit.
type Log interface {
	// Record writes the entry in the transaction of the act. The log gives the
	// entry its id, and its tenant is the transaction's.
	Record(ctx context.Context, e Entry) error
}

// Act is an entry of somebody's act on a subject that has no status.
func Act(who actor.Actor, action string, subject Subject, rule string, at time.Time) Entry {
	return Entry{Tenant: who.Tenant, At: at, Actor: who, Action: action, Subject: subject, Rule: rule}
}
