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
		{workflow.Reject, "rejected", []Telling{mine(ToldRejected)}},
		{workflow.Revert, "rejected", []Telling{mine(ToldReverted)}},
		{workflow.Publish, "live", []Telling{mine(ToldLive)}},
		{workflow.Mask, "open", []Telling{mine(ToldMasked)}},
		{workflow.Withdraw, "open", []Telling{mine(ToldWithdrawn)}},
		{workflow.Block, "open", []Telling{mine(ToldBlocked)}},
		{workflow.Archive, "open", []Telling{mine(ToldArchived)}},
		{workflow.Restore, "released", []Telling{mine(ToldRestored)}},
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
	want := []Telling{{Kind: ToldFrozen, Crowd: Answerers}}
	if diff := cmp.Diff(want, tell(Occurrence{Action: workflow.Freeze, To: "open"})); diff != "" {
		t.Errorf("a frozen space (-want +got)\n%s", diff)
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
	for _, row := range workflow.HoldTable.Rules {
		for _, emit := range row.Emits {
			if emit.Kind == outbox.NoticeHold {
				told(row.Action, string(row.To))
			}
		}
	}
}
