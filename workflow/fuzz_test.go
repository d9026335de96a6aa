package workflow_test

import (
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// FuzzDecide throws anything at every table: Decide never panics, and answers
// with a change of exactly that subject or with a [workflow.Refusal].
func FuzzDecide(f *testing.F) {
	for _, action := range workflow.AllActions() {
		f.Add("in_review", string(action), "moderator", "DEF", "Parce que.", uint32(0xffff), int64(7), int64(7))
		f.Add("", string(action), "system", "TERR", "", uint32(0), int64(1), int64(2))
	}
	f.Fuzz(func(t *testing.T, status, action, role, ground, text string, bits uint32, version, seen int64) {
		who := actor.Actor{Kind: actor.KindPerson, Person: other, Roles: actor.NewRoles(actor.Role(role))}
		if bits&1 == 0 {
			who.Person = author
		}
		c := workflow.Command{
			Action: workflow.Action(action), Actor: who, Version: seen,
			Reason: workflow.Reason{Ground: workflow.Ground(ground), Text: text, Reference: text},
		}
		at := time.Unix(int64(bits), 0).UTC()
		decide(t, workflow.EditorialTable, status, fuzzFacts(bits), c, version, at)
		decide(t, workflow.HoldTable, status, fuzzHoldFacts(bits, text), c, version, at)
		decide(t, workflow.LifeTable, status, workflow.LifeFacts{
			Mode: fuzzMode(bits >> 6), Hidden: bits&2 != 0, Unblocked: bits&4 != 0, FreeToGo: bits&8 != 0, Settled: bits&16 != 0, PutAway: bits&32 != 0,
		}, c, version, at)
		decide(t, workflow.SpaceTable, status, workflow.SpaceFacts{
			Mode: fuzzMode(bits >> 7), AudienceAllowed: bits&2 != 0, ModeAllowed: bits&4 != 0, OwnerAndBackup: bits&8 != 0,
			Authorised: bits&16 != 0, Signed: bits&32 != 0, Heard: bits&64 != 0, Informed: bits&128 != 0,
		}, c, version, at)
		decide(t, workflow.PhotoTable, status, workflow.PhotoFacts{
			WithinQuota: bits&2 != 0, Standing: bits&4 != 0, Accounted: bits&8 != 0, Unused: bits&16 != 0, FreeToGo: bits&32 != 0,
		}, c, version, at)
		decide(t, workflow.ConsentTable, status, workflow.ConsentFacts{
			Outcome: workflow.Outcome(text), Complete: bits&2 != 0, Rested: bits&4 != 0, Witness: bits&8 != 0, Over: bits&16 != 0,
		}, c, version, at)
		decide(t, workflow.CaseTable, status, workflow.CaseFacts{
			Verdict: workflow.Verdict(text), Complete: bits&2 != 0, Unconcerned: bits&4 != 0, Fresh: bits&8 != 0, InTime: bits&16 != 0,
			Lapsed: bits&32 != 0, Late: bits&64 != 0, Above: bits&128 != 0, Continued: bits&256 != 0, Undecided: bits&8192 != 0, Asked: bits&16384 != 0, CloseAt: at,
			Maskable: bits&512 != 0, Masked: bits&1024 != 0, Unsealed: bits&2048 != 0, Unordered: bits&4096 != 0,
		}, c, version, at)
		decide(t, workflow.ReplyTable, status, workflow.CaseFacts{
			Complete: bits&2 != 0, Unconcerned: bits&4 != 0, Located: bits&8 != 0, Shown: bits&16 != 0, Outlived: bits&32 != 0, Lapsed: bits&64 != 0,
			Above: bits&128 != 0, AlertAt: at, EscalateAt: at, DueAt: at,
		}, c, version, at)
		decide(t, workflow.OrderTable, status, workflow.OrderFacts{
			Complete: bits&2 != 0, Authenticated: bits&4 != 0, Unconcerned: bits&8 != 0, Above: bits&16 != 0, DueAt: at,
		}, c, version, at)
	})
}

func decide[S ~string, F any](t *testing.T, table workflow.Table[S, F], status string, facts F, c workflow.Command, version int64, at time.Time) {
	t.Helper()
	s := workflow.Subject[S]{ID: fuzzID(version), Version: version, Status: S(status)}
	change, err := table.Decide(s, facts, c, at)
	var refusal *workflow.Refusal
	switch {
	case err == nil && (change.Record().Entry().Subject.ID != s.ID || string(change.From()) != status || c.Version != version):
		t.Fatalf("%+v for %+v on %+v", change.Record().Entry(), c, s)
	case err != nil && (!errors.As(err, &refusal) || err.Error() == ""):
		t.Fatalf("%v is no refusal", err)
	}
	table.Offers(s, facts, c.Actor)
}

func fuzzID(version int64) uuid.UUID {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:], uint64(version))
	return u
}

func fuzzFacts(bits uint32) workflow.Facts {
	on := func(bit int) bool { return bits>>bit&1 != 0 }
	facts := workflow.Facts{
		Author: author, Mode: fuzzMode(bits), SignatureDue: on(4), Cleared: on(5), Held: on(6), Reviewed: on(7), Briefed: on(8),
		Attributed: on(9), WithinQuota: on(10), Standing: on(11), SpaceOpen: on(12), Appeal: on(13), Derived: on(14), Due: on(15),
	}
	if on(16) {
		facts.Author = id.Person{}
	}
	if on(17) {
		facts.Suggester = suggester
	}
	return facts
}

func fuzzHoldFacts(bits uint32, kind string) workflow.HoldFacts {
	on := func(bit int) bool { return bits>>bit&1 != 0 }
	facts := workflow.HoldFacts{
		Kind: workflow.HoldKind(kind), On: workflow.OnContribution, Mode: fuzzMode(bits), Sealed: on(4), Severe: on(5),
		Ownerless: on(6), NamesRevision: on(7), ByAuthor: on(8),
	}
	if on(9) {
		facts.On = workflow.OnSpace
	}
	return facts
}

func fuzzMode(bits uint32) workflow.Mode {
	return append(workflow.Modes(), "nonsense")[bits>>2&3]
}
