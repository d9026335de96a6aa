package workflow_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// wantUnmet checks that the answer is a refusal by that need.
func wantUnmet(t *testing.T, err error, name, rule string) {
	t.Helper()
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) || !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("got %v, want a refusal by %s", err, name)
		return
	}
	if !slices.Contains(refusal.Unmet, workflow.Unmet{Name: name, Rule: rule}) {
		t.Errorf("refused by %v, want %s (%s)", refusal.Unmet, name, rule)
	}
}

// place asks the table of holds for a placing.
func place(facts workflow.HoldFacts, action workflow.Action, who actor.Actor, reason workflow.Reason) error {
	s := subject(workflow.NoHold)
	c := workflow.Command{Action: action, Actor: who, Version: s.Version, Reason: reason}
	_, err := workflow.HoldTable.Decide(s, facts, c, now)
	return err
}

// release asks it for a release.
func release(facts workflow.HoldFacts, action workflow.Action, who actor.Actor, reason workflow.Reason) error {
	s := subject(workflow.Open)
	c := workflow.Command{Action: action, Actor: who, Version: s.Version, Reason: reason}
	_, err := workflow.HoldTable.Decide(s, facts, c, now)
	return err
}

// held are the facts of a hold on a contribution.
func held(kind workflow.HoldKind) workflow.HoldFacts {
	return workflow.HoldFacts{Kind: kind, On: workflow.OnContribution, Mode: workflow.Pre, NamesRevision: true}
}

// everything holds every role but those of the machine and of the writers.
func everything(except ...actor.Role) []actor.Role {
	return slices.DeleteFunc(actor.AllRoles(), func(role actor.Role) bool {
		return role == actor.System || role == actor.Author || role == actor.Suggester || slices.Contains(except, role)
	})
}

// R43: nothing is withdrawn without a complete statement of reasons.
func TestWithdrawNeedsACompleteStatement(t *testing.T) {
	t.Parallel()
	director := by(other, actor.Director)
	if err := place(held(workflow.WithdrawHold), workflow.Withdraw, director, complete()); err != nil {
		t.Fatalf("with a complete statement: %v", err)
	}
	without := complete()
	without.Statement = nil
	partial := complete()
	partial.Statement.Redress = " "
	for _, reason := range []workflow.Reason{without, partial, {}} {
		var refusal *workflow.Refusal
		err := place(held(workflow.WithdrawHold), workflow.Withdraw, director, reason)
		if !errors.Is(err, workflow.ErrReason) || !errors.As(err, &refusal) || refusal.Rule != "R43" {
			t.Errorf("withdraw with %+v: %v, want ErrReason by R43", reason, err)
		}
	}
}

// R42: the machine masks only what is of severity 4; a human judges.
func TestTheMachineMasksOnlyWhatIsSevere(t *testing.T) {
	t.Parallel()
	wantUnmet(t, place(held(workflow.MaskHold), workflow.Mask, clock(), complete()), "severity_4", "R42")
	severe := held(workflow.MaskHold)
	severe.Severe = true
	if err := place(severe, workflow.Mask, clock(), complete()); err != nil {
		t.Errorf("the machine, severity 4: %v", err)
	}
	if err := place(held(workflow.MaskHold), workflow.Mask, by(other, actor.Moderator), complete()); err != nil {
		t.Errorf("a moderator: %v", err)
	}
}

// R48: a block is released by lift alone, by the director alone, with a reference.
func TestABlockIsOnlyLifted(t *testing.T) {
	t.Parallel()
	blocked := held(workflow.BlockHold)
	for _, action := range workflow.HoldTable.Actions() {
		err := release(blocked, action, by(other, everything()...), complete())
		if (err == nil) != (action == workflow.Lift) {
			t.Errorf("%s on a block: %v", action, err)
		}
	}
	var refusal *workflow.Refusal
	err := release(blocked, workflow.Lift, by(other, everything(actor.Director)...), complete())
	if !errors.Is(err, workflow.ErrForbidden) || !errors.As(err, &refusal) || refusal.Rule != "R48" {
		t.Errorf("lift by everybody but the director: %v, want ErrForbidden by R48", err)
	}
	reason := complete()
	reason.Reference = "  "
	err = release(blocked, workflow.Lift, by(other, actor.Director), reason)
	if !errors.As(err, &refusal) || refusal.Rule != "R48" || !slices.Equal(refusal.Fields, []string{"reason.reference"}) {
		t.Errorf("lift without a reference: %v, want reason.reference by R48", err)
	}
}

// Each kind of hold is released by its own act and by no other.
func TestEachHoldIsReleasedByItsOwnAct(t *testing.T) {
	t.Parallel()
	for _, kind := range workflow.HoldKinds() {
		facts := held(kind)
		facts.On = workflow.OnSpace
		for _, action := range workflow.HoldTable.Actions() {
			err := release(facts, action, by(other, everything()...), complete())
			if (err == nil) != action.Releases(kind) {
				t.Errorf("%s on a %s: %v, Releases says %v", action, kind, err, action.Releases(kind))
			}
		}
	}
}

// Each placing action places its kind.
func TestPlaces(t *testing.T) {
	t.Parallel()
	placed := map[workflow.HoldKind]workflow.Action{}
	for _, row := range workflow.HoldTable.Rules {
		kind, ok := row.Action.Places()
		if ok != (row.From == workflow.NoHold) {
			t.Errorf("%s from %q: Places says %v", row.Action, row.From, ok)
		}
		if ok && row.Action != workflow.Stop { // which is a mask too
			placed[kind] = row.Action
		}
	}
	want := map[workflow.HoldKind]workflow.Action{
		workflow.MaskHold: workflow.Mask, workflow.WithdrawHold: workflow.Withdraw, workflow.BlockHold: workflow.Block,
		workflow.ArchiveHold: workflow.Archive, workflow.FreezeHold: workflow.Freeze,
	}
	if diff := cmp.Diff(want, placed); diff != "" {
		t.Errorf("who places what (-want +got):\n%s", diff)
	}
}

// R50: what is sealed is released by the director alone; and only evidence of
// severity 4 is sealed.
func TestSealing(t *testing.T) {
	t.Parallel()
	sealed := held(workflow.MaskHold)
	sealed.Sealed = true
	if err := release(sealed, workflow.Restore, by(other, actor.Director), complete()); err != nil {
		t.Errorf("the director restores: %v", err)
	}
	err := release(sealed, workflow.Restore, by(other, everything(actor.Director)...), complete())
	if !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("everybody but the director restores: %v, want ErrForbidden", err)
	}
	reason := complete()
	reason.Ground = "SPAM"
	wantUnmet(t, place(sealed, workflow.Mask, by(other, actor.Director), reason), "evidence_ground", "R50")
	for _, action := range []workflow.Action{workflow.Mask, workflow.Withdraw} {
		if err := place(sealed, action, by(other, actor.Moderator), complete()); err != nil {
			t.Errorf("a moderator seals evidence with %s: %v", action, err)
		}
	}
	if err := place(sealed, workflow.Block, by(other, actor.Director), complete()); err != nil {
		t.Errorf("the director blocks what an order seals: %v", err)
	}
	wantUnmet(t, place(sealed, workflow.Block, by(other, actor.Director), reason), "evidence_ground", "R50")
	wantUnmet(t, place(sealed, workflow.Archive, by(other, actor.Director), complete()), "mask_to_seal", "R50")
}

// R46: nobody restores their own text, whatever else they are.
func TestNobodyRestoresTheirOwnText(t *testing.T) {
	t.Parallel()
	for _, kind := range []workflow.HoldKind{workflow.MaskHold, workflow.WithdrawHold} {
		who := by(author, append(everything(), actor.Author)...)
		wantUnmet(t, release(held(kind), workflow.Restore, who, complete()), "not_own_cause", "R46")
	}
}

// What the author put away, nobody else brings back; what the space put away,
// the author does not.
func TestArchivesAreOpenedByTheirSide(t *testing.T) {
	t.Parallel()
	for _, byAuthor := range []bool{true, false} {
		facts := held(workflow.ArchiveHold)
		facts.ByAuthor = byAuthor
		writer := release(facts, workflow.Unarchive, by(author, actor.Author), complete())
		owner := release(facts, workflow.Unarchive, by(other, actor.Owner), complete())
		if (writer == nil) != byAuthor || (owner == nil) == byAuthor {
			t.Errorf("archived by the author %v: the author %v, the owner %v", byAuthor, writer, owner)
		}
	}
}

// R15: a space for which nobody answers is frozen by the clock, and stays frozen
// until somebody does.
func TestASpaceWithoutAnOwnerIsFrozen(t *testing.T) {
	t.Parallel()
	facts := workflow.HoldFacts{Kind: workflow.FreezeHold, On: workflow.OnSpace, Mode: workflow.Post}
	if err := place(facts, workflow.Freeze, clock(), complete()); !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("the clock freezes a space with an owner: %v", err)
	}
	facts.Ownerless = true
	if err := place(facts, workflow.Freeze, clock(), complete()); err != nil {
		t.Errorf("the clock freezes a space without an owner: %v", err)
	}
	wantUnmet(t, release(facts, workflow.Unfreeze, by(other, actor.Director), complete()), "owner", "R15")
}

// R14: against a pupils' publication only the director acts, and only on a
// ground of the decree; nobody asks for changes or signs beforehand.
func TestPupilsPress(t *testing.T) {
	t.Parallel()
	facts := ready(workflow.PupilPress)
	acts := []struct {
		from   workflow.Editorial
		action workflow.Action
	}{
		{workflow.InReview, workflow.Reject}, {workflow.Live, workflow.Revert}, {workflow.Scheduled, workflow.Recall},
		{workflow.AwaitingConsent, workflow.Recall}, {workflow.AwaitingSignature, workflow.Recall},
	}
	for _, act := range acts {
		s := subject(act.from)
		onPress(t, act.action, func(who actor.Actor, reason workflow.Reason) error {
			c := workflow.Command{Action: act.action, Actor: who, Version: s.Version, Reason: reason}
			_, err := workflow.EditorialTable.Decide(s, facts, c, now)
			return err
		})
	}
	for _, action := range []workflow.Action{workflow.Mask, workflow.Withdraw, workflow.Freeze} {
		onPress(t, action, func(who actor.Actor, reason workflow.Reason) error {
			hold := workflow.HoldFacts{On: workflow.OnSpace, Mode: workflow.PupilPress}
			return place(hold, action, who, reason)
		})
	}
	s := subject(workflow.InReview)
	_, err := workflow.EditorialTable.Decide(s, facts, command(s, workflow.RequestChanges, by(other, everything()...)), now)
	wantUnmet(t, err, "no_prior_approval", "R14")
}

// onPress checks that an act is the director's, on a press ground.
func onPress(t *testing.T, action workflow.Action, act func(actor.Actor, workflow.Reason) error) {
	t.Helper()
	director := by(other, actor.Director)
	if err := act(director, complete()); err != nil {
		t.Errorf("%s by the director: %v", action, err)
	}
	var refusal *workflow.Refusal
	err := act(by(other, everything(actor.Director)...), complete())
	if !errors.Is(err, workflow.ErrForbidden) || !errors.As(err, &refusal) || refusal.Rule != "R14" {
		t.Errorf("%s by everybody but the director: %v, want ErrForbidden by R14", action, err)
	}
	neutrality := complete()
	neutrality.Ground = "NEUT-POL"
	wantUnmet(t, act(director, neutrality), "press_ground", "R14")
}

// R14: a signature would be a prior approval, so a pupils' publication passes it by.
func TestPupilsPressIsNeverSigned(t *testing.T) {
	t.Parallel()
	facts := ready(workflow.PupilPress)
	facts.SignatureDue = true
	s := subject(workflow.Submitted)
	change, err := workflow.EditorialTable.Decide(s, facts, command(s, workflow.Pass, clock()), now)
	if err != nil || change.To() != workflow.Scheduled {
		t.Errorf("pass goes to %q, %v", change.To(), err)
	}
}

// A revision of something held is never published unseen, even in POST.
func TestWhatIsHeldIsSeenByAHumanFirst(t *testing.T) {
	t.Parallel()
	facts := ready(workflow.Post)
	facts.Held = true
	for _, step := range []struct {
		from   workflow.Editorial
		action workflow.Action
	}{{workflow.Submitted, workflow.Pass}, {workflow.Scheduled, workflow.Publish}} {
		s := subject(step.from)
		change, err := workflow.EditorialTable.Decide(s, facts, command(s, step.action, clock()), now)
		if err != nil || change.To() != workflow.InReview {
			t.Errorf("%s from %s goes to %q, %v; want in_review", step.action, step.from, change.To(), err)
		}
	}
	facts.Reviewed = true
	s := subject(workflow.Scheduled)
	change, err := workflow.EditorialTable.Decide(s, facts, command(s, workflow.Publish, clock()), now)
	if err != nil || change.To() != workflow.Live {
		t.Errorf("approved while held: publish goes to %q, %v", change.To(), err)
	}
}

// Publish with consent missing is a route to awaiting_consent, never a refusal;
// otherwise it waits for standing, space and hour.
func TestPublish(t *testing.T) {
	t.Parallel()
	missing := workflow.Facts{Author: author, Mode: workflow.Pre, Reviewed: true}
	s := subject(workflow.Scheduled)
	change, err := workflow.EditorialTable.Decide(s, missing, command(s, workflow.Publish, clock()), now)
	if err != nil || change.To() != workflow.AwaitingConsent {
		t.Errorf("consent missing: to %q, %v", change.To(), err)
	}
	missing.Cleared = true
	_, err = workflow.EditorialTable.Decide(s, missing, command(s, workflow.Publish, clock()), now)
	wantUnmet(t, err, "standing", "R53")
	wantUnmet(t, err, "space_open", "R26")
	wantUnmet(t, err, "due", "R12")
}

// What is scheduled promises its publication for its hour, not before.
func TestAScheduledRevisionIsDueAtItsHour(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]struct{ asked, due int }{"tomorrow": {24, 24}, "yesterday": {-24, 0}, "at once": {0, 0}} {
		facts := ready(workflow.Pre)
		facts.PublishAt = now.Add(hours(at.asked))
		s := subject(workflow.InReview)
		change, err := workflow.EditorialTable.Decide(s, facts, command(s, workflow.Approve, by(other, actor.Moderator)), now)
		if err != nil {
			t.Fatal(err)
		}
		want := []outbox.Message{{
			Tenant: school, Kind: outbox.PublishRevision, Subject: s.ID, Version: s.Version + 1,
			Note: "approve", Due: now.Add(hours(at.due)),
		}}
		if diff := cmp.Diff(want, change.Record().Messages()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
