package workflow_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/workflow"
)

// Each kind of reason names what it lacks; what is given beyond it must be right.
func TestReasonFields(t *testing.T) {
	t.Parallel()
	partial := workflow.NewStatement(input("DEF"))
	partial.PUID = ""
	mask := func(r workflow.Reason) error {
		return place(held(workflow.MaskHold), workflow.Mask, by(other, actor.Owner), r)
	}
	block := func(r workflow.Reason) error {
		return place(held(workflow.BlockHold), workflow.Block, by(other, actor.Director), r)
	}
	withdraw := func(r workflow.Reason) error {
		return place(held(workflow.WithdrawHold), workflow.Withdraw, by(other, actor.Owner), r)
	}
	restore := func(r workflow.Reason) error {
		return release(held(workflow.MaskHold), workflow.Restore, by(other, actor.Owner), r)
	}
	archive := func(r workflow.Reason) error {
		return place(held(workflow.ArchiveHold), workflow.Archive, by(author, actor.Author), r)
	}
	for name, c := range map[string]struct {
		act    func(workflow.Reason) error
		reason workflow.Reason
		want   []string
	}{
		"nothing asked, nothing given":  {archive, workflow.Reason{}, nil},
		"nothing asked, too long given": {archive, workflow.Reason{Text: strings.Repeat("é", 5001)}, []string{"reason.text"}},
		"nothing asked, unknown ground": {archive, workflow.Reason{Ground: "RUDE"}, []string{"reason.ground"}},
		"a text":                        {restore, workflow.Reason{Text: strings.Repeat("é", 5000)}, nil},
		"blank text":                    {restore, workflow.Reason{Text: " \n"}, []string{"reason.text"}},
		"a ground and a text":           {mask, workflow.Reason{Ground: "DEF", Text: "Non."}, nil},
		"neither":                       {mask, workflow.Reason{}, []string{"reason.ground", "reason.text"}},
		"half a statement beside":       {mask, workflow.Reason{Ground: "DEF", Text: "Non.", Statement: &partial}, []string{"reason.statement.puid"}},
		"no statement":                  {withdraw, workflow.Reason{Ground: "DEF", Text: "Non."}, []string{"reason.statement"}},
		"half a statement":              {withdraw, workflow.Reason{Ground: "DEF", Text: "Non.", Statement: &partial}, []string{"reason.statement.puid"}},
		"no reference":                  {block, workflow.Reason{Text: "Sur ordre."}, []string{"reason.reference"}},
		"a long reference":              {block, workflow.Reason{Text: "Sur ordre.", Reference: strings.Repeat("7", 201)}, []string{"reason.reference"}},
	} {
		err := c.act(c.reason)
		var refusal *workflow.Refusal
		if len(c.want) == 0 {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !errors.Is(err, workflow.ErrReason) || !errors.As(err, &refusal) {
			t.Errorf("%s: %v, want ErrReason", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, refusal.Fields); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRefusalInWords(t *testing.T) {
	t.Parallel()
	s := subject(workflow.InReview)
	_, err := workflow.EditorialTable.Decide(s, ready(workflow.Pre), command(s, workflow.Approve, by(author, actor.Moderator)), now)
	want := `approve a revision in status "in_review": a requirement is not met (other_person, R12)`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	err = place(held(workflow.BlockHold), workflow.Block, by(other, actor.Director), workflow.Reason{Text: "Sur ordre."})
	want = `block a hold in status "": the reason is incomplete: reason.reference`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
