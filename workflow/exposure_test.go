package workflow_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"imprimatur/workflow"
)

func TestExpose(t *testing.T) {
	t.Parallel()
	kinds := func(list ...workflow.HoldKind) []workflow.HoldKind { return list }
	for name, c := range map[string]struct {
		purged bool
		holds  []workflow.HoldKind
		live   bool
		want   workflow.Exposure
	}{
		"nothing published":           {false, nil, false, workflow.Unpublished},
		"live":                        {false, nil, true, workflow.Visible},
		"masked":                      {false, kinds(workflow.MaskHold), true, workflow.Masked},
		"two masks":                   {false, kinds(workflow.MaskHold, workflow.MaskHold), true, workflow.Masked},
		"block over a withdrawal":     {false, kinds(workflow.WithdrawHold, workflow.BlockHold), true, workflow.Blocked},
		"withdrawal over a mask":      {false, kinds(workflow.MaskHold, workflow.WithdrawHold), true, workflow.Withdrawn},
		"mask over an archive":        {false, kinds(workflow.ArchiveHold, workflow.MaskHold), true, workflow.Masked},
		"archived":                    {false, kinds(workflow.ArchiveHold), true, workflow.Archived},
		"a freeze lets reading go on": {false, kinds(workflow.FreezeHold), true, workflow.Visible},
		"frozen before the first":     {false, kinds(workflow.FreezeHold), false, workflow.Unpublished},
		"held before the first":       {false, kinds(workflow.MaskHold), false, workflow.Masked},
		"an unknown kind hides":       {false, kinds("nonsense"), true, workflow.Blocked},
		"purged, and blocked":         {true, kinds(workflow.BlockHold), true, workflow.Purged},
	} {
		if got := workflow.Expose(c.purged, c.holds, c.live); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Expose follows the order of precedence, whatever the holds and their order;
// one hold more never shows more, and releasing one leaves the others at work.
func TestExposureIsAnOrder(t *testing.T) {
	t.Parallel()
	weight := func(e workflow.Exposure) int { return slices.Index(workflow.Exposures(), e) }
	kind := rapid.SampledFrom(append(workflow.HoldKinds(), "nonsense"))
	rapid.Check(t, func(t *rapid.T) {
		holds := rapid.SliceOf(kind).Draw(t, "holds")
		live, purged := flip.Draw(t, "live"), flip.Draw(t, "purged")
		got := workflow.Expose(purged, holds, live)
		if again := workflow.Expose(purged, rapid.Permutation(holds).Draw(t, "order"), live); again != got {
			t.Fatalf("%v gives %s, in another order %s", holds, got, again)
		}
		if more := workflow.Expose(purged, append(slices.Clone(holds), kind.Draw(t, "one more")), live); weight(more) > weight(got) {
			t.Fatalf("%v gives %s, with one more %s", holds, got, more)
		}
		if purged && got != workflow.Purged {
			t.Fatalf("purged, and %s", got)
		}
		for at, released := range holds {
			rest := slices.Delete(slices.Clone(holds), at, at+1)
			left := workflow.Expose(purged, rest, live)
			if !purged && slices.ContainsFunc(rest, workflow.HoldKind.Hides) && (left == workflow.Visible || left == workflow.Unpublished) {
				t.Fatalf("releasing %s of %v gives %s", released, holds, left)
			}
		}
		hides := slices.ContainsFunc(holds, workflow.HoldKind.Hides)
		if visible := got == workflow.Visible; visible != (live && !hides && !purged) {
			t.Fatalf("purged %v, %v, live %v gives %s", purged, holds, live, got)
		}
	})
}
