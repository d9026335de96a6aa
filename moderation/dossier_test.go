package moderation

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// TestWhatWaitsForWhom holds R11 to R13: every status of what is on its way, for
// every role alone.
func TestWhatWaitsForWhom(t *testing.T) {
	t.Parallel()
	waits := map[workflow.Editorial]Wait{workflow.InReview: ForReview, workflow.AwaitingSignature: ForSignature}
	for _, status := range workflow.Editorials() {
		for _, role := range actor.AllRoles() {
			m := newMatter(t, role)
			m.dossier.Open = m.text(status)
			want := waits[status]
			reviews := role == actor.Moderator || role == actor.Owner || role == actor.Backup || role == actor.Director
			if (want == ForReview && !reviews) || (want == ForSignature && role != actor.Signatory) {
				want = ""
			}
			var got Wait
			if w := waitsFor(m.dossier, somebody(m.martin)); w != nil {
				got = w.Reason
			}
			if got != want {
				t.Errorf("%s waits for a %s as %q, want %q", status, role, got, want)
			}
		}
	}
}

func TestWhatIsOnItsWayComesBeforeALook(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Moderator)
	m.dossier.Live, m.dossier.Open = m.text(workflow.Live), m.text(workflow.InReview)
	if w := awaits(m.dossier); w == nil || w.Reason != ForReview || w.Revision != m.dossier.Open {
		t.Errorf("an edit in review: %+v", w)
	}
	m.dossier.Open.Status = workflow.ChangesRequested
	if w := awaits(m.dossier); w == nil || w.Reason != ForLook || w.Revision != m.dossier.Live {
		t.Errorf("an edit with its author: %+v", w)
	}
	m.dossier.Live.ReviewedAt = noon
	if w := awaits(m.dossier); w != nil {
		t.Errorf("R13: a text that was looked at waits for %s", w.Reason)
	}
}

// TestNobodyIsAskedToJudgeTheirOwn holds invariant 2 where work is handed out:
// whatever somebody is in a space, what they wrote or suggested never waits for
// their review.
func TestNobodyIsAskedToJudgeTheirOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := newMatter(t, rapid.SliceOf(rapid.SampledFrom(actor.AllRoles())).Draw(rt, "roles")...)
		who := rapid.SampledFrom([]id.Person{m.lina, m.noe, m.martin}).Draw(rt, "who")
		if rapid.Bool().Draw(rt, "on its way") {
			m.dossier.Open = m.text(rapid.SampledFrom(workflow.Editorials()).Draw(rt, "status"))
			m.dossier.Open.SuggestedBy = rapid.SampledFrom([]id.Person{{}, m.noe}).Draw(rt, "suggested by")
		}
		if rapid.Bool().Draw(rt, "live") {
			m.dossier.Live = m.text(workflow.Live)
			m.dossier.Live.SuggestedBy = rapid.SampledFrom([]id.Person{{}, m.noe}).Draw(rt, "live suggested by")
		}
		w := waitsFor(m.dossier, somebody(who))
		if w != nil && w.Reason != ForSignature && (who == w.Revision.Author || who == w.Revision.SuggestedBy) {
			rt.Fatalf("their own text waits for %s", w.Reason)
		}
		if w != nil && w.Reason != ForSignature && !m.dossier.Roles.HasAny(reviewers...) {
			rt.Fatalf("a %s is asked to judge", m.dossier.Roles)
		}
	})
}

// TestWhoOpensADossier holds R24 and R50 at the one door to a contribution's
// working side: every role alone, on what was and was not submitted, and on what
// is sealed.
func TestWhoOpensADossier(t *testing.T) {
	t.Parallel()
	answering := []actor.Role{
		actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Signatory, actor.Judge, actor.Masker, actor.Withdrawer, actor.Stopper,
	}
	for _, role := range actor.AllRoles() {
		one := actor.NewRoles(role)
		for name, test := range map[string]struct {
			number int
			sealed bool
			want   bool
		}{
			"submitted":       {1, false, role == actor.Author || one.HasAny(answering...)},
			"never submitted": {0, false, role == actor.Author},
			"sealed":          {1, true, role == actor.Custodian || role == actor.Director},
		} {
			m := newMatter(t, role)
			m.dossier.Contribution.Number = test.number
			if test.sealed {
				m.dossier.Holds = []publication.Hold{{Kind: workflow.MaskHold, Sealed: true}}
			}
			_, err := openDossier(t.Context(), &chamber{dossier: m.dossier}, somebody(m.martin), m.dossier.Contribution.ID, noon)
			if got := err == nil; got != test.want || (!got && !errors.Is(err, directory.ErrNotFound)) {
				t.Errorf("%s, as %s: %v, want opened: %t", name, role, err, test.want)
			}
		}
	}
}

// TestTheMachineOpensNothing: the working side is for persons, and nobody else.
func TestTheMachineOpensNothing(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.AllRoles()...)
	for name, who := range map[string]actor.Actor{
		"the clock": actor.Clock(noTenant, "test"), "a reader": actor.Anonymous(noTenant, "test"), "a key for nobody": {Kind: actor.KindService},
	} {
		_, err := openDossier(t.Context(), &chamber{dossier: m.dossier}, who, m.dossier.Contribution.ID, noon)
		if !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
