package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
)

// Action is what a command asks for. The set is closed: see [AllActions].
type Action string

// Subject is a thing with a status, as it was read under its lock.
type Subject[S ~string] struct {
	ID           uuid.UUID
	Tenant       id.Tenant
	Contribution id.Contribution // zero for what belongs to no contribution
	Version      int64
	Status       S
	Hash         []byte // of the exact text, where the subject is one
}

// Command is somebody's wish to act, on a subject as they saw it.
type Command struct {
	Action  Action
	Actor   actor.Actor
	Version int64 // the subject's version that the actor looked at
	Reason  Reason
}

// When routes: of the rows for one status and action, exactly one holds,
// whatever the facts. The zero When always holds.
type When[F any] struct {
	Name  string // for the documents, such as "signature due"
	Holds func(F) bool
}

// Need refuses: it is met, or the command is answered with [ErrUnmet]. It is
// never met by zero facts and a zero command, so that a missing proof closes.
type Need[F any] struct {
	Name   string // stable, in error details and message catalogues, such as "other_person"
	Rule   string // of RULES.md, such as "R12"
	Met    func(F, Command) bool
	Nature bool // asks what the subject is, which nobody can supply later: unmet, the action is not offered
}

// proof is a need that the facts alone meet, and that may be met later.
func proof[F any](name, rule string, met func(F) bool) Need[F] {
	return Need[F]{Name: name, Rule: rule, Met: func(f F, _ Command) bool { return met(f) }}
}

// nature is a need about what the subject is.
func nature[F any](name, rule string, met func(F) bool) Need[F] {
	need := proof(name, rule, met)
	need.Nature = true
	return need
}

// Emit promises work. Due gives the time not to send before; nil means at once. If says whether there
// is any; nil means always. Note says what the work is for; empty means the action.
type Emit[F any] struct {
	Kind outbox.Kind
	Due  func(F) time.Time
	If   func(F) bool
	Note string
}

// Rule is one row of a table.
type Rule[S ~string, F any] struct {
	From     S
	Action   Action
	When     When[F]
	To       S
	Roles    []actor.Role // any of them
	Reserved string       // the rule that keeps the act to these roles; empty means R09, deny by default
	Needs    []Need[F]
	Reason   ReasonRule
	Emits    []Emit[F]
	Within   Action // the act that this one is a part of, so that it is never offered; empty for an act of its own
}

// Table holds all the transitions of one machine.
type Table[S ~string, F any] struct {
	Name  string // the subject's kind in the trail, such as "revision"
	Rules []Rule[S, F]
}

// Decide answers a command on a subject at a time: the change to commit, or a
// [Refusal] wrapping [ErrStale], [ErrImpossible], [ErrForbidden], [ErrUnmet] or
// [ErrReason]. It reads nothing but its arguments and never panics.
func (t Table[S, F]) Decide(s Subject[S], facts F, c Command, now time.Time) (Change[S], error) {
	var none Change[S]
	if c.Version != s.Version {
		return none, t.refuse(ErrStale, s, c, "R19")
	}
	row, err := t.route(s.Status, c.Action, facts)
	if err != nil {
		return none, t.refuse(err, s, c, "")
	}
	if !c.Actor.Roles.HasAny(row.Roles...) {
		return none, t.refuse(ErrForbidden, s, c, cmp.Or(row.Reserved, "R09"))
	}
	if unmet := row.unmet(facts, c); len(unmet) > 0 {
		refusal := t.refuse(ErrUnmet, s, c, unmet[0].Rule)
		refusal.Unmet = unmet
		return none, refusal
	}
	if missing := row.Reason.missing(c.Reason); len(missing) > 0 {
		refusal := t.refuse(ErrReason, s, c, row.asksReason())
		refusal.Fields = missing
		return none, refusal
	}
	return newChange(t.Name, s, row, facts, c, now), nil
}

// route finds the one row for a status and an action under these facts.
func (t Table[S, F]) route(from S, action Action, facts F) (Rule[S, F], error) {
	var found []Rule[S, F]
	for _, row := range t.Rules {
		if row.From == from && row.Action == action && row.holds(facts) {
			found = append(found, row)
		}
	}
	switch len(found) {
	case 0:
		return Rule[S, F]{}, ErrImpossible
	case 1:
		return found[0], nil
	}
	return Rule[S, F]{}, fmt.Errorf("%w: %d rows match", ErrImpossible, len(found))
}

func (r Rule[S, F]) holds(facts F) bool { return r.When.Holds == nil || r.When.Holds(facts) }

// asksReason is the rule of RULES that asks for the row's reason: the one that
// keeps the act where a reference is asked for (R48, R50), else R43.
func (r Rule[S, F]) asksReason() string {
	if r.Reason == NeedReference {
		return r.Reserved
	}
	return "R43"
}

func (r Rule[S, F]) unmet(facts F, c Command) []Unmet {
	var list []Unmet
	for _, need := range r.Needs {
		if !need.Met(facts, c) {
			list = append(list, Unmet{need.Name, need.Rule})
		}
	}
	return list
}

func (t Table[S, F]) refuse(err error, s Subject[S], c Command, rule string) *Refusal {
	return &Refusal{
		Machine: t.Name, Action: c.Action, Status: string(s.Status), Rule: rule, Err: err,
	}
}

// Offer is an action open to an actor, with what it would do.
type Offer struct {
	Action Action
	To     string
	Reason ReasonRule
	Unmet  []Unmet // what is still missing; empty when the action would succeed
}

// Offers lists what the actor could do to the subject now, in the order of the
// table. An action whose needs are unmet is listed with them, so that a page
// can say why a button is closed. Not listed are an action that the roles do not
// allow, one that is a part of another, and one that the nature of the subject
// rules out. Needs that look at the reason are judged as if it named a ground
// that meets them: an offer does not promise that every reason will do.
func (t Table[S, F]) Offers(s Subject[S], facts F, who actor.Actor) []Offer {
	var offers []Offer
	for _, row := range t.Rules {
		if row.From != s.Status || row.Within != "" || !row.holds(facts) || !who.Roles.HasAny(row.Roles...) {
			continue
		}
		c := Command{Action: row.Action, Actor: who, Version: s.Version, Reason: fitting}
		if row.suits(facts, c) {
			offers = append(offers, Offer{row.Action, string(row.To), row.Reason, row.unmet(facts, c)})
		}
	}
	return offers
}

// suits reports whether the nature of the subject allows the action at all.
func (r Rule[S, F]) suits(facts F, c Command) bool {
	return !slices.ContainsFunc(r.Needs, func(need Need[F]) bool { return need.Nature && !need.Met(facts, c) })
}

// Actions lists the table's actions, each once, in order of appearance.
func (t Table[S, F]) Actions() []Action {
	var list []Action
	for _, row := range t.Rules {
		if !slices.Contains(list, row.Action) {
			list = append(list, row.Action)
		}
	}
	return list
}

// Change is a decided transition: made only by [Table.Decide], and applied only
// by [Commit].
type Change[S ~string] struct{ record Record }

// From is the status that the change is guarded by.
func (c Change[S]) From() S { return S(c.record.entry.From) }

// To is the new status.
func (c Change[S]) To() S { return S(c.record.entry.To) }

// Record returns the change without the type of its status.
func (c Change[S]) Record() Record { return c.record }

// Record is a change as an adapter reads it.
type Record struct {
	entry    audit.Entry
	version  int64
	reason   Reason
	messages []outbox.Message
}

// Entry is the audit entry that goes with the change; its id is given by the batch.
func (r Record) Entry() audit.Entry {
	entry := r.entry
	entry.Hash = slices.Clone(entry.Hash)
	return entry
}

// Version is the subject's version before the change, which guards it.
func (r Record) Version() int64 { return r.version }

// Reason is why the actor did it; zero where none was given.
func (r Record) Reason() Reason { return r.reason.clone() }

// Messages are the promises made by the change; their ids are given by the batch.
func (r Record) Messages() []outbox.Message { return slices.Clone(r.messages) }

// IsZero reports whether the record was not made by a decision.
func (r Record) IsZero() bool { return r.entry.Action == "" }

func newChange[S ~string, F any](machine string, s Subject[S], row Rule[S, F], facts F, c Command, now time.Time) Change[S] {
	entry := audit.Entry{
		Tenant: s.Tenant, At: now, Actor: c.Actor, Action: string(c.Action),
		Subject: audit.Subject{Kind: machine, ID: s.ID, Contribution: s.Contribution},
		Version: s.Version + 1, From: string(s.Status), To: string(row.To),
		Hash: slices.Clone(s.Hash), Ground: string(c.Reason.Ground),
	}
	messages := make([]outbox.Message, 0, len(row.Emits))
	for _, emit := range row.Emits {
		if emit.If != nil && !emit.If(facts) {
			continue
		}
		due := now
		if emit.Due != nil && emit.Due(facts).After(now) {
			due = emit.Due(facts)
		}
		messages = append(messages, outbox.Message{
			Tenant: s.Tenant, Kind: emit.Kind, Subject: s.ID, Version: s.Version + 1, Note: cmp.Or(emit.Note, string(c.Action)), Due: due,
		})
	}
	return Change[S]{Record{entry, s.Version, c.Reason.clone(), messages}}
}
