package publication

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// TestEveryWithdrawalSaysWhyAndHowToAppeal holds invariant 5 over every ground:
// the statement is complete, speaks of the exact hold, and an appeal is open as
// long as the rule gives (R43, R45).
func TestEveryWithdrawalSaysWhyAndHowToAppeal(t *testing.T) {
	t.Parallel()
	for _, info := range workflow.Grounds() {
		ground := info.Ground
		m := newMatter(t, actor.Director, actor.Withdrawer)
		m.live(t)
		batch, err := m.do(m.martin, Command{Action: workflow.Withdraw, Reason: workflow.Reason{Ground: ground, Text: "Le nom d'un camarade est cité."}})
		if err != nil {
			t.Errorf("%s: %v", ground, err)
			continue
		}
		statement := batch.Reasons()[0].Statement
		if missing := statement.Missing(); len(missing) > 0 {
			t.Errorf("%s: the statement lacks %v", ground, missing)
		}
		hold := batch.Holds()[0]
		if statement.PUID != hold.Record.Entry().Subject.ID.String() || !statement.ContentDate.Equal(m.d.Contribution.PublishedAt) {
			t.Errorf("%s: the statement is of %s, %s", ground, statement.PUID, statement.ContentDate)
		}
		if want := morning.In(m.d.Calendar.Location()).AddDate(0, 6, 0); !statement.RedressUntil.Equal(want) {
			t.Errorf("%s: an appeal is open until %s, want %s", ground, statement.RedressUntil, want)
		}
	}
}

// TestTheDateOfWhatWasNeverPublished: a statement dates a text that no reader saw
// by when it was written.
func TestTheDateOfWhatWasNeverPublished(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Withdrawer)
	m.d.Open = m.text(t, workflow.InReview)
	batch, err := m.do(m.martin, Command{Action: workflow.Withdraw, Reason: workflow.Reason{Ground: "INJ", Text: "Une insulte."}})
	if err != nil {
		t.Fatal(err)
	}
	if got := batch.Reasons()[0].Statement.ContentDate; !got.Equal(m.d.Contribution.CreatedAt) {
		t.Errorf("dated %s", got)
	}
}

// TestAMaskIsLookedAtAgain: a mask carries the hour of its review and no other
// hold does; none ends by itself (R42).
func TestAMaskIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	for action, until := range map[workflow.Action]time.Time{
		workflow.Mask: morning.Add(48 * time.Hour), workflow.Withdraw: {}, workflow.Block: {}, workflow.Archive: {},
	} {
		m := newMatter(t, actor.AllRoles()...)
		m.live(t)
		batch, err := m.do(m.martin, Command{Action: action, Reason: workflow.Reason{Ground: "INJ", Text: "Une insulte.", Reference: "TJ 2026/4"}})
		if err != nil {
			t.Errorf("%s: %v", action, err)
			continue
		}
		placed := batch.Holds()[0].Placed
		if !placed.Until.Equal(until) || placed.Target != m.d.Contribution.ID.UUID || placed.On != workflow.OnContribution {
			t.Errorf("%s places %+v, want a review at %s", action, placed, until)
		}
	}
}

// TestEachReleaseMeansOneHold: a release ends the hold it names, or the only one
// it can mean; where that is not plain, it ends none.
func TestEachReleaseMeansOneHold(t *testing.T) {
	t.Parallel()
	reason := workflow.Reason{Ground: "INJ", Text: "C'est réglé.", Reference: "TJ 2026/4"}
	for name, test := range map[string]struct {
		action workflow.Action
		place  func(*matter) (want id.Hold, named id.Hold)
	}{
		"the only mask": {workflow.Restore, func(m *matter) (id.Hold, id.Hold) { return m.hold(workflow.MaskHold).ID, id.Hold{} }},
		"the mask beside a block": {workflow.Restore, func(m *matter) (id.Hold, id.Hold) {
			m.hold(workflow.BlockHold)
			return m.hold(workflow.MaskHold).ID, id.Hold{}
		}},
		"one of two masks, unnamed": {workflow.Restore, func(m *matter) (id.Hold, id.Hold) {
			m.hold(workflow.MaskHold)
			m.hold(workflow.WithdrawHold)
			return id.Hold{}, id.Hold{}
		}},
		"one of two masks, named": {workflow.Restore, func(m *matter) (id.Hold, id.Hold) {
			m.hold(workflow.MaskHold)
			h := m.hold(workflow.WithdrawHold).ID
			return h, h
		}},
		"a block as a mask": {workflow.Restore, func(m *matter) (id.Hold, id.Hold) { return id.Hold{}, m.hold(workflow.BlockHold).ID }},
		"a mask as a block": {workflow.Lift, func(m *matter) (id.Hold, id.Hold) { return id.Hold{}, m.hold(workflow.MaskHold).ID }},
		"the space's mask": {workflow.Restore, func(m *matter) (id.Hold, id.Hold) {
			h := m.hold(workflow.MaskHold, func(h *Hold) { h.Own = false })
			return id.Hold{}, h.ID
		}},
		"the space's mask, unnamed": {workflow.Restore, func(m *matter) (id.Hold, id.Hold) {
			m.hold(workflow.MaskHold, func(h *Hold) { h.Own = false })
			return id.Hold{}, id.Hold{}
		}},
		"one that is not there": {workflow.Restore, func(m *matter) (id.Hold, id.Hold) { m.hold(workflow.MaskHold); return id.Hold{}, id.New[id.Hold]() }},
		"none":                  {workflow.Lift, func(*matter) (id.Hold, id.Hold) { return id.Hold{}, id.Hold{} }},
	} {
		m := newMatter(t, actor.Director, actor.Withdrawer)
		live := m.live(t)
		want, named := test.place(m)
		batch, err := m.do(m.martin, Command{Action: test.action, Hold: named, Revision: live.ID, Reason: reason})
		switch {
		case want.IsZero() && err == nil:
			t.Errorf("%s is released: %v", name, steps(batch))
		case !want.IsZero() && err != nil:
			t.Errorf("%s: %v", name, err)
		case err == nil && (len(batch.Holds()) != 1 || batch.Holds()[0].Record.Entry().Subject.ID != want.UUID):
			t.Errorf("%s releases %v", name, steps(batch))
		}
	}
}

// TestAReleaseNamesTheTextToShow: what readers will see again is what whoever
// releases has looked at.
func TestAReleaseNamesTheTextToShow(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Withdrawer)
	live := m.live(t)
	m.hold(workflow.MaskHold, func(h *Hold) { h.Ground = "INJ" })
	for revision, want := range map[id.Revision]bool{{}: false, id.New[id.Revision](): false, live.ID: true} {
		_, err := m.do(m.martin, Command{Action: workflow.Restore, Revision: revision, Reason: workflow.Reason{Text: "Rien à redire."}})
		if (err == nil) != want {
			t.Errorf("restored to %s: %v", revision, err)
		}
	}
}

// TestWhoOpensAnArchive: what the author put away is the author's to bring back,
// what the space put away is not (R06); a pupil's work comes back with its paper
// alone (R36).
func TestWhoOpensAnArchive(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		by, who    func(*matter) id.Person
		role       actor.Role
		audience   AudienceKind
		authorised bool
		want       bool
	}{
		"the author's, by the author":       {lina, lina, actor.Author, ToGroup, false, true},
		"the author's, by the owner":        {lina, martin, actor.Owner, ToGroup, false, false},
		"the owner's, by the owner":         {martin, martin, actor.Owner, ToGroup, false, true},
		"the owner's, by the author":        {martin, lina, actor.Author, ToGroup, false, false},
		"a work without its paper":          {lina, lina, actor.Author, ToEstablishment, false, false},
		"a work with its paper":             {lina, lina, actor.Author, ToEstablishment, true, true},
		"a work without its paper, by them": {martin, martin, actor.Owner, ToEstablishment, false, false},
	} {
		m := newMatter(t, test.role)
		live := m.live(t)
		m.d.Space.Audience.Kind = test.audience
		if test.authorised {
			m.d.Authorised = paperFor(live)
		}
		m.hold(workflow.ArchiveHold, func(h *Hold) { h.PlacedBy = test.by(m) })
		_, err := m.do(test.who(m), Command{Action: workflow.Unarchive, Revision: live.ID})
		if (err == nil) != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func lina(m *matter) id.Person   { return m.lina }
func martin(m *matter) id.Person { return m.martin }

// TestTheMachineMasksWhereItMay: re-screening masks what is severe, as the clock;
// in pupils' press on the law's grounds alone (R14, R42).
func TestTheMachineMasksWhereItMay(t *testing.T) {
	t.Parallel()
	for _, mode := range workflow.Modes() {
		for ground, lawful := range map[workflow.Ground]bool{"SUI": true, "SPAM": false} {
			m := newMatter(t)
			m.live(t)
			m.d.Space.Mode = mode
			batch, err := m.d.MaskSevere("rescreen", workflow.Reason{Ground: ground, Text: "Détection automatique."}, morning)
			if want := lawful || mode != workflow.PupilPress; want != (err == nil) || (err != nil && !errors.Is(err, workflow.ErrUnmet)) {
				t.Errorf("in %s for %s: %v", mode, ground, err)
			}
			if err == nil && (batch.Entries()[0].Actor.Kind != actor.KindSystem || batch.Holds()[0].Placed.Kind != workflow.MaskHold) {
				t.Errorf("in %s: %+v", mode, batch.Entries())
			}
		}
	}
}

// TestWhatMayBePurged holds R48 and R63 and invariant 9: what readers see, what
// an authority blocked, and what is evidence stays.
func TestWhatMayBePurged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		live  bool
		holds []workflow.HoldKind
		want  []string // unmet
	}{
		"never published":        {false, nil, nil},
		"published":              {true, nil, []string{"hidden"}},
		"archived":               {true, []workflow.HoldKind{workflow.ArchiveHold}, nil},
		"in a frozen space":      {true, []workflow.HoldKind{workflow.FreezeHold}, []string{"hidden"}},
		"masked":                 {true, []workflow.HoldKind{workflow.MaskHold}, []string{"no_legal_hold"}},
		"withdrawn and archived": {true, []workflow.HoldKind{workflow.ArchiveHold, workflow.WithdrawHold}, []string{"no_legal_hold"}},
		"blocked":                {true, []workflow.HoldKind{workflow.BlockHold}, []string{"unblocked"}},
		"blocked and masked":     {true, []workflow.HoldKind{workflow.MaskHold, workflow.BlockHold}, []string{"unblocked", "no_legal_hold"}},
	} {
		m := newMatter(t, actor.Director)
		if test.live {
			m.live(t)
		}
		for _, kind := range test.holds {
			m.hold(kind)
		}
		batch, err := m.do(m.martin, Command{Action: workflow.Purge, Reason: workflow.Reason{Text: "Sur sa demande."}})
		if diff := cmp.Diff(test.want, unmet(err)); diff != "" || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
		if err == nil && !batch.Heads()[0].Live.IsZero() {
			t.Errorf("%s: something stays live", name)
		}
	}
}

// TestOffersAreKept holds what pages promise: what is offered without a want is
// never refused as forbidden or impossible, nor for a revision that it did not name,
// when its form is filled in; and what is not offered never succeeds, as the thing and
// the roles are.
func TestOffersAreKept(t *testing.T) {
	t.Parallel()
	reason := workflow.Reason{Ground: "INJ", Text: "Une insulte.", Reference: "TJ 2026/4"}
	rapid.Check(t, func(rt *rapid.T) {
		m := newMatter(t, rapid.SliceOfN(rapid.SampledFrom(actor.AllRoles()[1:]), 0, 4).Draw(rt, "roles")...)
		if rapid.Bool().Draw(rt, "live") {
			m.live(t)
		}
		if rapid.Bool().Draw(rt, "open") {
			m.d.Open = m.text(t, rapid.SampledFrom([]workflow.Editorial{workflow.Submitted, workflow.InReview, workflow.AwaitingSignature, workflow.Scheduled}).Draw(rt, "status"))
		}
		for _, kind := range rapid.SliceOfNDistinct(rapid.SampledFrom([]workflow.HoldKind{workflow.MaskHold, workflow.BlockHold, workflow.ArchiveHold}), 0, 3, rapid.ID[workflow.HoldKind]).Draw(rt, "holds") {
			m.hold(kind)
		}
		m.d.Space.Mode = rapid.SampledFrom(workflow.Modes()).Draw(rt, "mode")
		offered := map[workflow.Action]bool{}
		for _, offer := range m.d.Offers(m.person(m.martin), morning) {
			offered[offer.Action] = true
			c := Command{Action: offer.Action, Hold: offer.Hold, Revision: offer.Revision, Reason: reason}
			_, err := m.do(m.martin, c)
			if len(offer.Unmet) == 0 && (errors.Is(err, workflow.ErrForbidden) || errors.Is(err, workflow.ErrImpossible)) {
				rt.Fatalf("%s is offered and refused: %v", offer.Action, err)
			}
			if refusal, ok := errors.AsType[*workflow.Refusal](err); ok && slices.ContainsFunc(refusal.Unmet, func(u workflow.Unmet) bool { return u.Name == "revision_named" }) {
				rt.Fatalf("%s does not say what it shows: %v", offer.Action, err)
			}
		}
		for _, action := range workflow.AllActions() {
			if _, places := action.Places(); places || offered[action] {
				continue // what is not live yet may be withdrawn, and no page offers it
			}
			if _, err := m.do(m.martin, Command{Action: action, Revision: m.d.Contribution.Live, Reason: reason}); err == nil {
				rt.Fatalf("%s was not offered and goes through", action)
			}
		}
	})
}

// TestTimesAreTheEstablishments: a review that is due in school days skips what
// is no school day, a mask's hours do not (R26, R42).
func TestTimesAreTheEstablishments(t *testing.T) {
	t.Parallel()
	friday := time.Date(2026, 11, 27, 9, 30, 0, 0, time.UTC)
	owner, backup := id.New[id.Person](), id.New[id.Person]()
	d := SpaceDossier{
		Space: Space{
			ID: id.New[id.Space](), Tenant: id.New[id.Tenant](), Kind: Blog, Mode: workflow.Pre, Version: 1, Status: workflow.SpaceOpen,
			Owner: owner, Backup: backup,
		},
		Roles: actor.NewRoles(actor.Owner, actor.Stopper, actor.Masker), Adults: []id.Person{owner, backup},
	}
	d.House.Calendar = days(t)
	until := map[workflow.Action]time.Time{}
	for _, action := range []workflow.Action{workflow.Freeze, workflow.Mask} {
		batch, err := d.Decide(actor.Actor{Kind: actor.KindPerson, Person: id.New[id.Person](), Tenant: d.Space.Tenant}, SpaceCommand{
			Action: action, Version: 1, Reason: workflow.Reason{Ground: "INJ", Text: "Le temps de regarder."},
		}, friday)
		if err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		until[action] = batch.Holds()[0].Placed.Until
	}
	stop := settings.StopReview.Of(settings.Values{})
	want := map[workflow.Action]time.Time{workflow.Freeze: days(t).Due(friday, stop), workflow.Mask: friday.Add(48 * time.Hour)}
	if diff := cmp.Diff(want, until); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if last := friday.Add(72 * time.Hour); until[workflow.Freeze].After(last) {
		t.Errorf("R26: the review of a stop is due %s, later than 72 h", until[workflow.Freeze])
	}
}
