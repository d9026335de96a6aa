package publication

import (
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// TestWhoSeesTheWorkingSide holds R24 for every role alone: what was never
// submitted is its author's, what was is whose it is to answer for.
func TestWhoSeesTheWorkingSide(t *testing.T) {
	t.Parallel()
	answering := actor.NewRoles(actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Signatory, actor.Judge, actor.Masker, actor.Withdrawer, actor.Stopper)
	for _, role := range actor.AllRoles() {
		for number, want := range map[int]bool{0: role == actor.Author, 1: role == actor.Author || answering.Has(role)} {
			m := newMatter(t, role)
			m.d.Contribution.Number = number
			if got := m.d.VisibleTo(m.person(m.martin)); got != want {
				t.Errorf("a %s sees what was submitted %d times: %t", role, number, got)
			}
		}
	}
	m := newMatter(t)
	if !m.d.VisibleTo(actor.Clock(m.d.Contribution.Tenant, "test")) {
		t.Error("the worker does not see what it is to publish")
	}
}

// TestExposureIsWhatTheHoldsSay over every pair of holds, from itself or from
// above: the graver shows, and a freeze hides nothing.
func TestExposureIsWhatTheHoldsSay(t *testing.T) {
	t.Parallel()
	weight := map[workflow.HoldKind]workflow.Exposure{
		workflow.BlockHold: workflow.Blocked, workflow.WithdrawHold: workflow.Withdrawn, workflow.MaskHold: workflow.Masked,
		workflow.ArchiveHold: workflow.Archived, workflow.FreezeHold: workflow.Visible,
	}
	for i, graver := range workflow.HoldKinds() {
		for _, milder := range workflow.HoldKinds()[i:] {
			m := newMatter(t)
			m.live(t)
			m.hold(milder, func(h *Hold) { h.Own = false })
			m.hold(graver)
			if got := m.d.Exposure(); got != weight[graver] {
				t.Errorf("%s and %s: %s", graver, milder, got)
			}
			if hides := graver != workflow.FreezeHold; m.d.held() != hides {
				t.Errorf("%s and %s: held is %t", graver, milder, m.d.held())
			}
			m.d.Contribution.Life = workflow.Gone
			if got := m.d.Exposure(); got != workflow.Purged {
				t.Errorf("purged, with %s: %s", graver, got)
			}
		}
	}
	m := newMatter(t)
	if got := m.d.Exposure(); got != workflow.Unpublished {
		t.Errorf("without a live text: %s", got)
	}
}

// TestAStricterSpaceJudgesWhatWaits: a text is judged in the mode that it was
// submitted in, or as PRE where the space has become so; never the other way.
func TestAStricterSpaceJudgesWhatWaits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ space, text, want workflow.Mode }{
		{workflow.Pre, workflow.Pre, workflow.Pre}, {workflow.Pre, workflow.Post, workflow.Pre}, {workflow.Post, workflow.Pre, workflow.Pre},
		{workflow.Post, workflow.Post, workflow.Post}, {workflow.Pre, "", workflow.Pre}, {workflow.Post, "", workflow.Post},
	} {
		m := newMatter(t)
		m.d.Space.Mode = test.space
		r := m.text(t, workflow.Scheduled)
		if r.Mode = test.text; m.d.judged(r) != test.want {
			t.Errorf("%q in a space of %s is judged as %s", test.text, test.space, m.d.judged(r))
		}
	}
}

// TestTheHashCoversWhatIsRead: two texts that differ in anything that readers see,
// or in whose place it is, are not approved by one approval (R19).
func TestTheHashCoversWhatIsRead(t *testing.T) {
	t.Parallel()
	m := newMatter(t)
	hash := m.d.hash(m.text(t, workflow.InReview))
	for name, change := range map[string]func(*matter, *Revision){
		"title":        func(_ *matter, r *Revision) { r.Title += "." },
		"text":         func(_ *matter, r *Revision) { r.HTML = HTML{} },
		"language":     func(_ *matter, r *Revision) { r.Language = "oc" },
		"attributions": func(_ *matter, r *Revision) { r.Attributions = []Attribution{credit()} },
		"sanitiser":    func(_ *matter, r *Revision) { r.Sanitiser += "+" },
		"space":        func(m *matter, _ *Revision) { m.d.Contribution.Space = id.New[id.Space]() },
		"kind":         func(m *matter, _ *Revision) { m.d.Contribution.Kind = Page },
	} {
		other := &matter{d: m.d, lina: m.lina}
		r := m.text(t, workflow.InReview)
		change(other, r)
		if other.d.hash(r) == hash {
			t.Errorf("another %s has the same hash", name)
		}
	}
}
