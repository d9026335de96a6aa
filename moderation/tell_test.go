package moderation

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	author := id.New[id.Person]()
	mine := func(kind NoticeKind) Telling { return Telling{Kind: kind, Persons: []id.Person{author}} }
	press := func(kind NoticeKind) Telling { return Telling{Kind: kind, Crowd: Press} }
	for _, test := range []struct {
		action workflow.Action
		to     string
		want   []Telling
	}{
		{workflow.Pass, "in_review", []Telling{{Kind: ToldInReview, Crowd: Reviewers}}},
		{workflow.HoldBack, "in_review", []Telling{{Kind: ToldInReview, Crowd: Reviewers}, mine(ToldHeldBack)}},
		{workflow.Recall, "in_review", []Telling{{Kind: ToldInReview, Crowd: Reviewers}, mine(ToldRecalled)}},
		{workflow.Approve, "awaiting_signature", []Telling{{Kind: ToldSignature, Crowd: Signatories}}},
		{workflow.Approve, "awaiting_consent", []Telling{mine(ToldAwaitingConsent), {Kind: ToldConsent, Crowd: Answerers}}},
		{workflow.RequestChanges, "changes_requested", []Telling{mine(ToldChangesRequested)}},
		{workflow.RefuseToSign, "changes_requested", []Telling{mine(ToldChangesRequested)}},
		{workflow.Reject, "rejected", []Telling{mine(ToldRejected), press(ToldPressRejected)}},
		{workflow.Revert, "rejected", []Telling{mine(ToldReverted), press(ToldPressReverted)}},
		{workflow.Publish, "live", []Telling{mine(ToldLive)}},
		{workflow.Mask, "open", []Telling{mine(ToldMasked), press(ToldPressMasked)}},
		{workflow.Withdraw, "open", []Telling{mine(ToldWithdrawn), press(ToldPressWithdrawn)}},
		{workflow.Block, "open", []Telling{mine(ToldBlocked)}},
		{workflow.Archive, "open", []Telling{mine(ToldArchived)}},
		{workflow.Restore, "released", []Telling{mine(ToldRestored), press(ToldPressRestored)}},
		{workflow.Lift, "released", []Telling{mine(ToldRestored)}},
		{workflow.Unarchive, "released", []Telling{mine(ToldRestored)}},
	} {
		if diff := cmp.Diff(test.want, tell(Occurrence{Action: test.action, To: test.to, Author: author})); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.action, diff)
		}
		if told := tell(Occurrence{Action: test.action, To: test.to, Author: author, Sealed: true}); told != nil {
			t.Errorf("R50: %s of what is sealed tells %v", test.action, told)
		}
	}
	for action, kind := range map[workflow.Action]NoticeKind{workflow.Freeze: ToldFrozen, workflow.Withdraw: ToldWithdrawn, workflow.Close: ToldClosed} {
		if diff := cmp.Diff([]Telling{{Kind: kind, Crowd: Answerers}, press(kind)}, tell(Occurrence{Action: action, To: "open"})); diff != "" {
			t.Errorf("%s of a space (-want +got)\n%s", action, diff)
		}
	}
}

// TestWhoIsToldOfWhatACaseDecides: of a mask the author, of the rest by the case's own notice; who
// directs a pupils' paper of both (R14), of an authority's order neither, and of one about which it
// wants silence what a case's mask is told as, to the letter (R48).
func TestWhoIsToldOfWhatACaseDecides(t *testing.T) {
	t.Parallel()
	o := Occurrence{To: "open", Author: id.New[id.Person](), By: id.New[id.Person](), Case: id.New[id.Case](), Reason: workflow.InterimText}
	masked := []Telling{{Kind: ToldMasked, Persons: []id.Person{o.Author}}, {Kind: ToldPressMasked, Crowd: Press}}
	for action, want := range map[workflow.Action][]Telling{
		workflow.Mask: masked, workflow.Withdraw: {{Kind: ToldPressWithdrawn, Crowd: Press}}, workflow.Block: nil, workflow.Restore: nil, workflow.Lift: nil,
	} {
		o.Action = action
		if diff := cmp.Diff(want, tell(o)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", action, diff)
		}
	}
	o.Action, o.By = workflow.Mask, id.Person{} // the machine's
	silent := o
	silent.Action, silent.By, silent.Reason, silent.Hushed = workflow.Block, id.New[id.Person](), "Le texte appelle à la haine.", true
	told := silent.asKnown()
	if told.Hushed = false; told != o {
		t.Errorf("R48: of a silent block is told %+v, of a mask %+v", told, o)
	}
	if silent.Action = workflow.Lift; tell(silent.asKnown()) != nil {
		t.Errorf("R48: of its lift %v", tell(silent.asKnown()))
	}
}

// TestEveryNoticeOfATableIsTold holds that whatever the tables promise a notice
// of has somebody who is told.
func TestEveryNoticeOfATableIsTold(t *testing.T) {
	t.Parallel()
	told := func(action workflow.Action, to string) {
		o := Occurrence{Action: action, To: to, Author: id.New[id.Person]()}
		tellings := tell(o)
		if len(tellings) == 0 {
			t.Errorf("%s to %s tells nobody", action, to)
		}
		for _, telling := range tellings {
			if !slices.Contains(NoticeKinds(), telling.Kind) {
				t.Errorf("%s tells %q, which is not listed", action, telling.Kind)
			}
		}
	}
	for _, row := range workflow.EditorialTable.Rules {
		for _, emit := range row.Emits {
			if emit.Kind == outbox.NoticeRevision {
				told(row.Action, string(row.To))
			}
		}
	}
	for _, row := range workflow.SpaceTable.Rules {
		for _, emit := range row.Emits {
			if emit.Kind == outbox.NoticeSpace {
				told(row.Action, string(row.To))
			}
		}
	}
	for _, row := range workflow.HoldTable.Rules {
		for _, emit := range row.Emits {
			if emit.Kind == outbox.NoticeHold {
				told(row.Action, string(row.To))
			}
		}
	}
}
