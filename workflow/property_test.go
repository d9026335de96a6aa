package workflow_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Generators of anything that a caller could pass, sensible or not.
var (
	anyone   = rapid.SampledFrom([]id.Person{{}, author, suggester, rejecter, other})
	someMode = rapid.SampledFrom(append(workflow.Modes(), "", "NONSENSE"))
	someKind = rapid.SampledFrom([]actor.Kind{actor.KindPerson, actor.KindLink, actor.KindAnonymous, actor.KindService, actor.KindSystem, ""})
	someRole = rapid.SliceOf(rapid.SampledFrom(append(actor.AllRoles(), "king")))
	flip     = rapid.Bool()
)

func drawActor(t *rapid.T) actor.Actor {
	return actor.Actor{
		Kind: someKind.Draw(t, "kind"), Person: anyone.Draw(t, "person"), Tenant: school,
		Roles: actor.NewRoles(someRole.Draw(t, "roles")...),
	}
}

func drawReason(t *rapid.T) workflow.Reason {
	reason := workflow.Reason{
		Ground:    rapid.SampledFrom([]workflow.Ground{"", "DEF", "TERR", "NEUT-COM", "nonsense"}).Draw(t, "ground"),
		Text:      rapid.SampledFrom([]string{"", " ", "Parce que."}).Draw(t, "text"),
		Reference: rapid.SampledFrom([]string{"", "TJ 26/0117"}).Draw(t, "reference"),
	}
	if flip.Draw(t, "statement") {
		statement := workflow.NewStatement(input(reason.Ground))
		reason.Statement = &statement
	}
	return reason
}

func drawCommand(t *rapid.T, actions []workflow.Action) workflow.Command {
	return workflow.Command{
		Action: rapid.SampledFrom(append(actions, "", "nonsense")).Draw(t, "action"),
		Actor:  drawActor(t), Version: rapid.Int64Range(6, 8).Draw(t, "version"), Reason: drawReason(t),
	}
}

func drawFacts(t *rapid.T) workflow.Facts {
	return workflow.Facts{
		Author: anyone.Draw(t, "author"), Suggester: anyone.Draw(t, "suggester"), Rejecter: anyone.Draw(t, "rejecter"),
		Prompted: flip.Draw(t, "prompted"),
		Mode:     someMode.Draw(t, "mode"), SignatureDue: flip.Draw(t, "signature"), Cleared: flip.Draw(t, "cleared"),
		Held: flip.Draw(t, "held"), Reviewed: flip.Draw(t, "reviewed"), Briefed: flip.Draw(t, "briefed"),
		Attributed: flip.Draw(t, "attributed"), WithinQuota: flip.Draw(t, "quota"), Standing: flip.Draw(t, "standing"),
		SpaceOpen: flip.Draw(t, "open"), Appeal: flip.Draw(t, "appeal"), Derived: flip.Draw(t, "derived"),
		PublishAt: rapid.SampledFrom([]time.Time{{}, now.AddDate(0, 0, 1)}).Draw(t, "at"), Due: flip.Draw(t, "due"),
	}
}

func drawHoldFacts(t *rapid.T) workflow.HoldFacts {
	return workflow.HoldFacts{
		Kind: rapid.SampledFrom(append(workflow.HoldKinds(), "", "nonsense")).Draw(t, "hold"),
		On:   rapid.SampledFrom([]workflow.HoldOn{workflow.OnContribution, workflow.OnSpace, workflow.OnPhoto, ""}).Draw(t, "on"),
		Mode: someMode.Draw(t, "mode"), Sealed: flip.Draw(t, "sealed"), Severe: flip.Draw(t, "severe"),
		Ownerless: flip.Draw(t, "ownerless"), NamesRevision: flip.Draw(t, "named"), ByAuthor: flip.Draw(t, "by author"),
	}
}

// Whatever is asked, the answer is a change that agrees with its row or a refusal
// that wraps exactly one sentinel; nothing stale moves; nobody acts outside the
// roles, the needs and the reason of the row.
func TestEveryAnswerAgreesWithItsRow(t *testing.T) {
	t.Parallel()
	t.Run("revision", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			agrees(t, workflow.EditorialTable, rapid.SampledFrom(append(workflow.Editorials(), "nonsense")).Draw(t, "status"), drawFacts(t))
		})
	})
	t.Run("hold", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			agrees(t, workflow.HoldTable, rapid.SampledFrom(workflow.Holdings()).Draw(t, "status"), drawHoldFacts(t))
		})
	})
	t.Run("contribution", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			facts := workflow.LifeFacts{Mode: rapid.SampledFrom(workflow.Modes()).Draw(t, "mode"), Hidden: flip.Draw(t, "hidden"), Unblocked: flip.Draw(t, "unblocked"), FreeToGo: flip.Draw(t, "free"), Settled: flip.Draw(t, "settled"), PutAway: flip.Draw(t, "put away")}
			agrees(t, workflow.LifeTable, rapid.SampledFrom(workflow.Lives()).Draw(t, "status"), facts)
		})
	})
	t.Run("space", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			facts := workflow.SpaceFacts{Mode: rapid.SampledFrom(workflow.Modes()).Draw(t, "of mode"), AudienceAllowed: flip.Draw(t, "audience"), ModeAllowed: flip.Draw(t, "mode"), OwnerAndBackup: flip.Draw(t, "owner"), Signed: flip.Draw(t, "signed"), Informed: flip.Draw(t, "informed"), Authorised: flip.Draw(t, "authorised"), Heard: flip.Draw(t, "heard")}
			agrees(t, workflow.SpaceTable, rapid.SampledFrom(workflow.SpaceStatuses()).Draw(t, "status"), facts)
		})
	})
	t.Run("photo", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			facts := workflow.PhotoFacts{WithinQuota: flip.Draw(t, "quota"), Standing: flip.Draw(t, "standing"), Accounted: flip.Draw(t, "accounted"), Unused: flip.Draw(t, "unused"), FreeToGo: flip.Draw(t, "free")}
			agrees(t, workflow.PhotoTable, rapid.SampledFrom(append(workflow.PhotoStatuses(), "nonsense")).Draw(t, "status"), facts)
		})
	})
	t.Run("consent", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			facts := workflow.ConsentFacts{
				Outcome: rapid.SampledFrom(append(workflow.Outcomes(), "", "nonsense")).Draw(t, "outcome"), Complete: flip.Draw(t, "complete"),
				Rested: flip.Draw(t, "rested"), Witness: flip.Draw(t, "witness"), Over: flip.Draw(t, "over"),
			}
			agrees(t, workflow.ConsentTable, rapid.SampledFrom(append(workflow.ConsentStatuses(), "nonsense")).Draw(t, "status"), facts)
		})
	})
	t.Run("case", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			agrees(t, workflow.CaseTable, rapid.SampledFrom(append(workflow.CaseStatuses(), "nonsense")).Draw(t, "status"), drawCaseFacts(t))
		})
	})
	t.Run("order", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			facts := workflow.OrderFacts{Complete: flip.Draw(t, "complete"), Authenticated: flip.Draw(t, "authenticated"), Unconcerned: flip.Draw(t, "unconcerned"), Above: flip.Draw(t, "above")}
			agrees(t, workflow.OrderTable, rapid.SampledFrom(append(workflow.CaseStatuses(), "nonsense")).Draw(t, "status"), facts)
		})
	})
}

func agrees[S ~string, F any](t *rapid.T, table workflow.Table[S, F], status S, facts F) {
	s, c := subject(status), drawCommand(t, table.Actions())
	if flip.Draw(t, "likely") { // or nearly everything is refused
		row := rapid.SampledFrom(table.Rules).Draw(t, "row")
		s = subject(row.From)
		c = command(s, row.Action, c.Actor.As(c.Actor.Roles.With(row.Roles...)))
	}
	change, err := table.Decide(s, facts, c, now)
	if err != nil {
		refused(t, change, err)
		return
	}
	if c.Version != s.Version {
		t.Fatalf("moved on version %d of %d", c.Version, s.Version)
	}
	row := rowOf(t, table, s.Status, c.Action, facts)
	if change.From() != row.From || change.To() != row.To {
		t.Fatalf("%s: %q to %q, the row says %q to %q", c.Action, change.From(), change.To(), row.From, row.To)
	}
	if !c.Actor.Roles.HasAny(row.Roles...) {
		t.Fatalf("%s by %s, the row asks for %v", c.Action, c.Actor.Roles, row.Roles)
	}
	for _, need := range row.Needs {
		if !need.Met(facts, c) {
			t.Fatalf("%s although %s is unmet", c.Action, need.Name)
		}
	}
	emits := 0
	for _, emit := range row.Emits {
		if emit.If == nil || emit.If(facts) {
			emits++
		}
	}
	recorded(t, s, c, change.Record(), emits)
}

// refused checks a refusal: one sentinel, and no change beside it.
func refused[S ~string](t *rapid.T, change workflow.Change[S], err error) {
	sentinels := []error{workflow.ErrStale, workflow.ErrImpossible, workflow.ErrForbidden, workflow.ErrUnmet, workflow.ErrReason}
	wraps := 0
	for _, sentinel := range sentinels {
		if errors.Is(err, sentinel) {
			wraps++
		}
	}
	var refusal *workflow.Refusal
	if wraps != 1 || !errors.As(err, &refusal) || !change.Record().IsZero() {
		t.Fatalf("refused with %v (%d sentinels) and the change %+v", err, wraps, change)
	}
}

// recorded checks that the record says who did what to which version.
func recorded[S ~string](t *rapid.T, s workflow.Subject[S], c workflow.Command, record workflow.Record, emits int) {
	entry := record.Entry()
	if entry.Subject.ID != s.ID || entry.Subject.Contribution != s.Contribution || entry.Tenant != s.Tenant ||
		record.Version() != s.Version || entry.Version != s.Version+1 || !entry.At.Equal(now) ||
		entry.Action != string(c.Action) || entry.Ground != string(c.Reason.Ground) || !slices.Equal(entry.Hash, s.Hash) {
		t.Fatalf("%+v does not record %+v on %+v", entry, c, s)
	}
	if diff := cmp.Diff(c.Reason, record.Reason()); diff != "" {
		t.Fatalf("the reason differs (-given +kept):\n%s", diff)
	}
	if len(record.Messages()) != emits {
		t.Fatalf("%d messages, the row emits %d", len(record.Messages()), emits)
	}
}

func rowOf[S ~string, F any](t *rapid.T, table workflow.Table[S, F], from S, action workflow.Action, facts F) workflow.Rule[S, F] {
	for _, row := range table.Rules {
		if row.From == from && row.Action == action && (row.When.Holds == nil || row.When.Holds(facts)) {
			return row
		}
	}
	t.Fatalf("%s from %q was decided, and no row matches", action, from)
	return workflow.Rule[S, F]{}
}

// Author and suggester never judge their own text, whatever roles they hold and
// whatever else is true (R12, invariant 2).
func TestWritersNeverJudgeTheirOwnText(t *testing.T) {
	t.Parallel()
	judgements := []workflow.Action{
		workflow.Approve, workflow.RequestChanges, workflow.Reject, workflow.Reverse, workflow.Review, workflow.Revert,
	}
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		who := by(facts.Author, someRole.Draw(t, "roles")...)
		if flip.Draw(t, "the suggester") {
			who.Person = facts.Suggester
		}
		s := subject(rapid.SampledFrom(workflow.Editorials()).Draw(t, "status"))
		c := command(s, rapid.SampledFrom(judgements).Draw(t, "action"), who)
		if _, err := workflow.EditorialTable.Decide(s, facts, c, now); err == nil {
			t.Fatalf("%s by a writer with %s", c.Action, who.Roles)
		}
	})
}

// Nothing but the tables moves against a pupils' publication: whoever is not the
// director on a press ground neither rejects, reverts nor recalls it, and hides
// it only as the author (archive) or as the machine for severity 4 (R14, R42).
// An authority's order stands above it (R48).
func TestOnlyTheDirectorActsAgainstPupilsPress(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		facts.Mode = workflow.PupilPress
		s := subject(rapid.SampledFrom(workflow.Editorials()).Draw(t, "status"))
		c := drawCommand(t, []workflow.Action{workflow.Reject, workflow.Revert, workflow.Recall, workflow.RequestChanges, workflow.RefuseToSign})
		_, err := workflow.EditorialTable.Decide(s, facts, c, now)
		if err == nil && (!c.Actor.Roles.Has(actor.Director) || !c.Reason.Ground.Press()) {
			t.Fatalf("%s by %s on %q", c.Action, c.Actor.Roles, c.Reason.Ground)
		}
		hold := drawHoldFacts(t)
		hold.Mode, hold.Ownerless = workflow.PupilPress, false
		h := subject(workflow.NoHold)
		c = drawCommand(t, []workflow.Action{workflow.Mask, workflow.Withdraw, workflow.Archive, workflow.Freeze})
		_, err = workflow.HoldTable.Decide(h, hold, c, now)
		head := c.Actor.Roles.Has(actor.Director) && c.Reason.Ground.Press()
		machine := c.Action == workflow.Mask && c.Actor.Roles.Has(actor.System) && hold.Severe
		writer := c.Action == workflow.Archive && c.Actor.Roles.Has(actor.Author)
		if err == nil && !head && !machine && !writer {
			t.Fatalf("%s by %s on %q", c.Action, c.Actor.Roles, c.Reason.Ground)
		}
	})
}

// What was decided does not change with what the caller still holds.
func TestAChangeIsItsOwn(t *testing.T) {
	t.Parallel()
	s, reason := subject(workflow.NoHold), complete()
	end := now.AddDate(1, 0, 0)
	reason.Statement.EndDate = &end
	c := workflow.Command{Action: workflow.Withdraw, Actor: by(other, actor.Director), Version: s.Version, Reason: reason}
	change, err := workflow.HoldTable.Decide(s, held(workflow.WithdrawHold), c, now)
	if err != nil {
		t.Fatal(err)
	}
	record := change.Record()
	kept, hash := record.Reason(), record.Entry().Hash
	for _, statement := range []*workflow.Statement{reason.Statement, record.Reason().Statement} {
		statement.Facts, statement.ContentType[0] = "changed", "VIDEO"
		*statement.EndDate = now
	}
	s.Hash[0], record.Entry().Hash[0], record.Messages()[0].Kind = 0, 0, "changed"
	if diff := cmp.Diff(kept, change.Record().Reason()); diff != "" {
		t.Errorf("the reason changed (-was +is):\n%s", diff)
	}
	if !slices.Equal(hash, change.Record().Entry().Hash) || change.Record().Messages()[0].Kind == "changed" {
		t.Error("the hash or the messages changed")
	}
}
