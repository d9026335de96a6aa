package moderation

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// full is a matter with every text that there can be.
func full(t *testing.T, roles ...actor.Role) *matter {
	t.Helper()
	m := newMatter(t, roles...)
	m.dossier.Draft, m.dossier.Suggestion = m.text(workflow.Draft), m.text(workflow.Draft)
	m.dossier.Suggestion.SuggestedBy = m.noe
	m.dossier.Open, m.dossier.Live = m.text(workflow.InReview), m.text(workflow.Live)
	m.dossier.Former, m.dossier.Refused = m.text(workflow.Superseded), m.text(workflow.Rejected)
	return m
}

// shown are the texts in an item, by the name of their place.
func shown(i Item) (places []string) {
	for _, place := range []struct {
		name string
		r    *publication.Revision
	}{{"draft", i.Draft}, {"suggestion", i.Suggestion}, {"open", i.Open}, {"live", i.Live}, {"former", i.Former}, {"refused", i.Refused}} {
		if place.r != nil {
			places = append(places, place.name)
		}
	}
	return places
}

// TestWhoReadsWhichText holds R18, R24 and R50, and invariant 7: a draft is its
// author's, a suggestion its two writers', and what is sealed the custodian's.
func TestWhoReadsWhichText(t *testing.T) {
	t.Parallel()
	sealed := []publication.Hold{{Kind: workflow.WithdrawHold, Sealed: true}}
	const judged = "open live former refused"
	for name, test := range map[string]struct {
		role  actor.Role
		who   func(*matter) id.Person
		holds []publication.Hold
		want  string
	}{
		"the author":               {actor.Author, func(m *matter) id.Person { return m.lina }, nil, "draft suggestion " + judged},
		"a moderator":              {actor.Moderator, func(m *matter) id.Person { return m.martin }, nil, judged},
		"the suggester":            {actor.Moderator, func(m *matter) id.Person { return m.noe }, nil, "suggestion " + judged},
		"the director":             {actor.Director, func(m *matter) id.Person { return m.martin }, nil, judged},
		"the author, sealed":       {actor.Author, func(m *matter) id.Person { return m.lina }, sealed, ""},
		"the director, sealed":     {actor.Director, func(m *matter) id.Person { return m.martin }, sealed, ""},
		"the custodian, sealed":    {actor.Custodian, func(m *matter) id.Person { return m.martin }, sealed, judged},
		"the custodian, suggested": {actor.Custodian, func(m *matter) id.Person { return m.noe }, sealed, "suggestion " + judged},
	} {
		m := full(t, test.role)
		m.dossier.Holds = test.holds
		got := present(m.dossier, somebody(test.who(m)), Particulars{}, noon)
		if places := strings.Join(shown(got), " "); places != test.want {
			t.Errorf("%s reads %q, want %q", name, places, test.want)
		}
		if got.Sealed != (test.holds != nil) {
			t.Errorf("%s: sealed is %t", name, got.Sealed)
		}
	}
}

// TestAuthorsAreToldNothingOfScreening: what screening found, what the author
// did before and the comparison are for reviewers, and for no author, whatever
// else they are in the space (R12).
func TestAuthorsAreToldNothingOfScreening(t *testing.T) {
	t.Parallel()
	found := Particulars{
		Findings: []Finding{{Phase: "words", Reason: "liste", Matches: []Match{{Body, 3, 12, "in_review"}}}}, Record: Record{Live: 3},
	}
	rapid.Check(t, func(rt *rapid.T) {
		roles := rapid.SliceOf(rapid.SampledFrom(actor.AllRoles())).Draw(rt, "roles")
		m := full(t, roles...)
		seal := rapid.Bool().Draw(rt, "sealed")
		if seal {
			m.dossier.Holds = []publication.Hold{{Kind: workflow.MaskHold, Sealed: true}}
		}
		item := present(m.dossier, somebody(m.martin), found, noon)
		told := item.Findings != nil || item.Record != nil || item.Diff != nil || item.Marked != (publication.Annotated{})
		has := actor.NewRoles(roles...)
		want := !has.Has(actor.Author) && has.HasAny(append(reviewers, actor.Signatory, actor.Custodian)...) && (!seal || has.Has(actor.Custodian))
		if told != want {
			rt.Fatalf("a %s (sealed: %t) is told: %t", has, seal, told)
		}
	})
}

func TestTheItemMarksAndCompares(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Moderator)
	m.dossier.Open = m.text(workflow.InReview)
	p := Particulars{Findings: []Finding{
		{Matches: []Match{{Title, 0, 5, "Titre"}, {Body, 3, 12, "in_review"}, {Body, 4, 4, "mailto:x"}, {Attribution, 0, 2, "Na"}}},
	}}
	item := present(m.dossier, somebody(m.martin), p, noon)
	if diff := cmp.Diff([]publication.Match{{Start: 3, End: 12}}, bodyMatches(item.Findings)); diff != "" {
		t.Errorf("only places in the text are marked (-want +got)\n%s", diff)
	}
	if marked := item.Marked.String(); !strings.Contains(marked, "<mark><em>in_review</em></mark>") {
		t.Errorf("marked: %s", marked)
	}
	if item.Diff != nil {
		t.Error("there is nothing to compare a first text with")
	}
	m.dossier.Live = m.text(workflow.Live)
	if item = present(m.dossier, somebody(m.martin), p, noon); item.Diff == nil || !item.Diff.Changed {
		t.Errorf("an edit is not compared with what is live: %+v", item.Diff)
	}
}

func TestLateIsAfterTheTarget(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Moderator)
	m.dossier.Open = m.text(workflow.InReview)
	due := m.dossier.Open.TargetAt
	for at, want := range map[time.Time]bool{due.Add(-time.Second): false, due: false, due.Add(time.Nanosecond): true} {
		if got := present(m.dossier, somebody(m.martin), Particulars{}, at).Waits.Overdue; got != want {
			t.Errorf("%s after the target: overdue is %t", at.Sub(due), got)
		}
	}
	m.dossier.Open.TargetAt = time.Time{}
	if present(m.dossier, somebody(m.martin), Particulars{}, noon).Waits.Overdue {
		t.Error("what has no target is late")
	}
}

// TestTheFirstHumanView holds R12 and R13: who knew what is recorded when a
// human who neither wrote nor suggested the text sees it, once.
func TestTheFirstHumanView(t *testing.T) {
	t.Parallel()
	martin := func(m *matter) id.Person { return m.martin }
	for name, test := range map[string]struct {
		roles []actor.Role
		who   func(*matter) id.Person
		seen  bool // before
		want  bool
	}{
		"a moderator":                       {[]actor.Role{actor.Moderator}, martin, false, true},
		"a moderator, after another":        {[]actor.Role{actor.Moderator}, martin, true, false},
		"the author":                        {[]actor.Role{actor.Author}, func(m *matter) id.Person { return m.lina }, false, false},
		"the author, who moderates too":     {[]actor.Role{actor.Author, actor.Moderator}, func(m *matter) id.Person { return m.lina }, false, false},
		"the suggester, who moderates":      {[]actor.Role{actor.Moderator}, func(m *matter) id.Person { return m.noe }, false, false},
		"a delegate who may only stop":      {[]actor.Role{actor.Stopper}, martin, false, false},
		"the director, for whom it is late": {[]actor.Role{actor.Director}, martin, false, true},
	} {
		m := newMatter(t, test.roles...)
		m.dossier.Open = m.text(workflow.ChangesRequested) // waits for nobody: knowing is what counts
		m.dossier.Open.SuggestedBy = m.noe
		tx := &chamber{dossier: m.dossier}
		if test.seen {
			tx.particulars.FirstView = &FirstView{Person: m.lina}
		}
		item, err := tx.service().Open(t.Context(), somebody(test.who(m)), m.dossier.Contribution.ID)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := len(tx.seen) == 1 && tx.seen[0] == m.dossier.Open.ID; got != test.want || (len(tx.seen) > 0 && !test.want) {
			t.Errorf("%s: recorded %v", name, tx.seen)
		}
		if test.want && (item.FirstView == nil || item.FirstView.Person != test.who(m)) {
			t.Errorf("%s is not shown as the first: %+v", name, item.FirstView)
		}
	}
}

// TestOpeningIsClaiming: opening an item takes it, reading does not, and what
// another holds is shown all the same.
func TestOpeningIsClaiming(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Moderator)
	m.dossier.Open = m.text(workflow.InReview)
	tx := &chamber{dossier: m.dossier}
	if _, err := tx.service().Item(t.Context(), somebody(m.martin), m.dossier.Contribution.ID); err != nil || len(tx.taken) > 0 {
		t.Errorf("reading took %v, %v", tx.taken, err)
	}
	if _, err := tx.service().Open(t.Context(), somebody(m.martin), m.dossier.Contribution.ID); err != nil || len(tx.taken) != 1 {
		t.Errorf("opening took %v, %v", tx.taken, err)
	}
	tx.holder = &Claim{Person: m.noe, Expires: noon.Add(time.Minute)}
	if _, err := tx.service().Open(t.Context(), somebody(m.martin), m.dossier.Contribution.ID); err != nil {
		t.Errorf("what another holds cannot be read: %v", err)
	}
	var claimed *ClaimedError
	if _, err := tx.service().Claim(t.Context(), somebody(m.martin), m.dossier.Contribution.ID); !errors.As(err, &claimed) || claimed.Claim.Person != m.noe {
		t.Errorf("claiming what another holds: %v", err)
	}
}

// TestWhatCannotBeClaimed: only what waits for somebody is theirs to take, and
// the refusal says whether it ever could (R12).
func TestWhatCannotBeClaimed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		roles  []actor.Role
		who    func(*matter) id.Person
		status workflow.Editorial
		want   error
	}{
		"one's own":               {[]actor.Role{actor.Author, actor.Moderator}, func(m *matter) id.Person { return m.lina }, workflow.InReview, workflow.ErrForbidden},
		"what is with its author": {[]actor.Role{actor.Moderator}, func(m *matter) id.Person { return m.martin }, workflow.ChangesRequested, workflow.ErrImpossible},
		"a signature, unsigned":   {[]actor.Role{actor.Moderator}, func(m *matter) id.Person { return m.martin }, workflow.AwaitingSignature, workflow.ErrImpossible},
	} {
		m := newMatter(t, test.roles...)
		m.dossier.Open = m.text(test.status)
		tx := &chamber{dossier: m.dossier}
		_, err := tx.service().Claim(t.Context(), somebody(test.who(m)), m.dossier.Contribution.ID)
		var refusal *workflow.Refusal
		if !errors.As(err, &refusal) || !errors.Is(err, test.want) || refusal.Rule != "R12" || len(tx.taken) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWritersViewsAreNoFirstViews: somebody who wrote or suggested a page may sign
// it, and their own view of it is not the first human one (R12).
func TestWritersViewsAreNoFirstViews(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Signatory, actor.Director)
	m.dossier.Open = m.text(workflow.AwaitingSignature)
	m.dossier.Open.SuggestedBy = m.noe
	for who, want := range map[id.Person]id.Revision{m.martin: m.dossier.Open.ID, m.lina: {}, m.noe: {}} {
		tx := &chamber{dossier: m.dossier}
		if _, err := tx.service().Claim(t.Context(), somebody(who), m.dossier.Contribution.ID); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]id.Revision{want}, tx.taken); diff != "" {
			t.Errorf("seen with the claim (-want +got)\n%s", diff)
		}
	}
}
