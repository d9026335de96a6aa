package publication

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/workflow"
)

// TestNobodyActsOnWhatTheyDidNotSee holds R19: a command names the version its
// author looked at, whatever the action and whoever they are.
func TestNobodyActsOnWhatTheyDidNotSee(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.AllRoles()...)
	m.d.Open = m.text(t, workflow.InReview)
	m.live(t)
	for _, action := range workflow.AllActions() {
		for _, version := range []int64{0, 2, 4} {
			_, err := Decide(m.d, m.person(m.martin), Command{Action: action, Version: version}, morning)
			if !errors.Is(err, workflow.ErrStale) {
				t.Errorf("%s at version %d of 3: %v", action, version, err)
			}
		}
	}
}

// TestStepsOfOtherActsAreNobodysOwn: what only goes along with another act is no
// command, of whoever asks.
func TestStepsOfOtherActsAreNobodysOwn(t *testing.T) {
	t.Parallel()
	for _, action := range []workflow.Action{workflow.Replace, workflow.Supersede, workflow.Reinstate, workflow.Derive} {
		m := newMatter(t, actor.AllRoles()...)
		m.d.Open, m.d.Draft = m.text(t, workflow.InReview), m.text(t, workflow.Draft)
		m.live(t)
		if _, err := m.do(m.lina, Command{Action: action}); !errors.Is(err, workflow.ErrImpossible) {
			t.Errorf("%s: %v", action, err)
		}
	}
}

// TestRolesAreTheDossiers: what counts is what somebody is here and now, as the
// transaction read it, and nothing that came with the request.
func TestRolesAreTheDossiers(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Reader)
	m.d.Open = m.text(t, workflow.InReview)
	who := m.person(m.martin).As(actor.NewRoles(actor.AllRoles()...))
	if _, err := Decide(m.d, who, Command{Action: workflow.Approve, Version: 3}, morning); !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("approved by a reader who said they were a moderator: %v", err)
	}
}

func TestSubmittingSealsTheExactText(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Author)
	m.d.Contribution.Number = 4
	m.d.Draft = m.text(t, workflow.Draft)
	m.d.Space.Mode = workflow.Post
	batch, err := m.do(m.lina, Command{Action: workflow.Submit})
	if err != nil {
		t.Fatal(err)
	}
	hash := m.d.hash(m.d.Draft)
	want := workflow.Seal{Number: 5, Hash: hash[:], Mode: workflow.Post}
	if diff := cmp.Diff(&want, batch.Revisions()[0].Seal); diff != "" {
		t.Errorf("sealed (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"submit to submitted"}, steps(batch)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if entry := batch.Entries()[0]; !slices.Equal(entry.Hash, hash[:]) {
		t.Error("the trail does not name the exact text")
	}
	if m.d.Draft.Hash != (Hash{}) {
		t.Error("deciding changed the dossier")
	}
}

// TestTheNextReplacesTheOneOnItsWay: at most one revision is on its way.
func TestTheNextReplacesTheOneOnItsWay(t *testing.T) {
	t.Parallel()
	for _, status := range workflow.Editorials() {
		if !status.Open() {
			continue
		}
		m := newMatter(t, actor.Author)
		m.d.Draft, m.d.Open = m.text(t, workflow.Draft), m.text(t, status)
		batch, err := m.do(m.lina, Command{Action: workflow.Submit})
		if err != nil {
			t.Errorf("while one is %s: %v", status, err)
			continue
		}
		if diff := cmp.Diff([]string{"submit to submitted", "replace to replaced"}, steps(batch)); diff != "" {
			t.Errorf("while one is %s (-want +got)\n%s", status, diff)
		}
	}
}

// TestWhatKeepsFromSubmitting tries each rule alone: the refusal names it, and
// nothing else.
func TestWhatKeepsFromSubmitting(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*matter)
		unmet  []string
		fields []string
	}{
		"nothing":                        {func(*matter) {}, nil, nil},
		"R16: no briefing":               {func(m *matter) { m.d.Author.BriefedAt = time.Time{} }, []string{"briefing"}, nil},
		"R16: a briefing a year old":     {func(m *matter) { m.d.Author.BriefedAt = morning.AddDate(-1, 0, 0) }, []string{"briefing"}, nil},
		"R16: a second less than a year": {func(m *matter) { m.d.Author.BriefedAt = morning.AddDate(-1, 0, 0).Add(time.Second) }, nil, nil},
		"R53: suspended":                 {func(m *matter) { m.d.Author.Standing.Kind = directory.Suspended }, []string{"standing"}, nil},
		"R53: supervised":                {func(m *matter) { m.d.Author.Standing.Kind = directory.Supervised }, nil, nil},
		"R26: a frozen space":            {func(m *matter) { m.d.Space.Frozen = true }, []string{"space_open"}, nil},
		"R26: a closed space":            {func(m *matter) { m.d.Space.Status = workflow.SpaceClosed }, []string{"space_open"}, nil},
		"R15: a space of nobody's":       {func(m *matter) { m.d.Space.Owner = id.Person{} }, []string{"space_open"}, nil},
		"R20: the 20th within the hour":  {func(m *matter) { m.d.Author.Submissions = 19 }, nil, nil},
		"R20: the 21st within the hour":  {func(m *matter) { m.d.Author.Submissions = 20 }, []string{"quota"}, nil},
		"R20: the 21st, by an adult": {func(m *matter) {
			m.d.Author.Submissions, m.d.Author.Profile = 20, directory.Teacher
		}, nil, nil},
		"R20: an adult's 61st":        {func(m *matter) { m.d.Author.Submissions, m.d.Author.Profile = 60, directory.Teacher }, []string{"quota"}, nil},
		"no title":                    {func(m *matter) { m.d.Draft.Title = "" }, nil, []string{"title required"}},
		"no text":                     {func(m *matter) { m.d.Draft.HTML = HTML{} }, nil, []string{"body required"}},
		"neither":                     {func(m *matter) { m.d.Draft.Title, m.d.Draft.HTML = "", HTML{} }, nil, []string{"body required", "title required"}},
		"no title, where none is due": {func(m *matter) { m.d.Draft.Title, m.d.Contribution.Kind = "", Comment }, nil, nil},
		"everything": {func(m *matter) {
			m.d.Author = Writer{Standing: directory.Standing{Kind: directory.Suspended}, Submissions: 999}
			m.d.Space.Frozen = true
		}, []string{"briefing", "standing", "space_open", "quota"}, nil},
	} {
		m := newMatter(t, actor.Author)
		m.d.Draft = m.text(t, workflow.Draft)
		test.change(m)
		_, err := m.do(m.lina, Command{Action: workflow.Submit})
		if diff := cmp.Diff(test.unmet, unmet(err)); diff != "" {
			t.Errorf("%s: unmet (-want +got)\n%s", name, diff)
		}
		if diff := cmp.Diff(test.fields, faultsOf(err)); diff != "" {
			t.Errorf("%s: fields (-want +got)\n%s", name, diff)
		}
		if (err == nil) != (test.unmet == nil && test.fields == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestBorrowedWorksAreCredited holds R17 where a text is submitted.
func TestBorrowedWorksAreCredited(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Author)
	m.d.Draft = m.text(t, workflow.Draft)
	m.d.Draft.Attributions = []Attribution{{Source: "Gallica"}}
	var incomplete *IncompleteAttribution
	if _, err := m.do(m.lina, Command{Action: workflow.Submit}); !errors.As(err, &incomplete) || incomplete.Rule() != "R17" {
		t.Errorf("half a credit: %v", err)
	}
}

func TestPublishingIsOneBatch(t *testing.T) {
	t.Parallel()
	m := newMatter(t)
	m.d.Open = m.text(t, workflow.Scheduled)
	m.d.Open.ReviewedAt = morning
	message := outbox.Message{Tenant: m.d.Contribution.Tenant, Kind: outbox.PublishRevision, Subject: m.d.Open.ID.UUID, Version: m.d.Open.Version}
	first, err := m.d.Step(message, workflow.Publish, morning)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"publish to live"}, steps(first)); diff != "" {
		t.Errorf("the first (-want +got)\n%s", diff)
	}
	if head := first.Heads()[0]; head.Live != m.d.Open.ID || head.Head.Slug != "le-herisson" {
		t.Errorf("the head says %+v", head)
	}
	former := m.live(t)
	next, err := m.d.Step(message, workflow.Publish, morning)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"supersede to superseded", "publish to live"}, steps(next)); diff != "" {
		t.Errorf("the next (-want +got)\n%s", diff)
	}
	if head := next.Heads()[0]; head.Live != m.d.Open.ID || head.Head.Live != former.ID || head.Head.Slug != "" {
		t.Errorf("the address of what is live moved: %+v", head)
	}
}

// TestTheClockDoesNothingToWhatMoved: a message names a revision at a version; at
// any other there is nothing to do, and that is no error.
func TestTheClockDoesNothingToWhatMoved(t *testing.T) {
	t.Parallel()
	for _, action := range []workflow.Action{workflow.Pass, workflow.HoldBack, workflow.Publish, workflow.ConsentCleared} {
		m := newMatter(t)
		m.d.Open = m.text(t, workflow.Scheduled)
		for name, message := range map[string]outbox.Message{
			"an older version": {Subject: m.d.Open.ID.UUID, Version: m.d.Open.Version - 1},
			"a newer version":  {Subject: m.d.Open.ID.UUID, Version: m.d.Open.Version + 1},
			"another revision": {Subject: id.New[id.Revision]().UUID, Version: m.d.Open.Version},
		} {
			if batch, err := m.d.Step(message, action, morning); err != nil || len(batch.Entries())+len(batch.Heads()) > 0 {
				t.Errorf("%s, %s: %v, %v", action, name, batch, err)
			}
		}
		m.d.Open = nil
		if batch, err := m.d.Step(outbox.Message{}, action, morning); err != nil || len(batch.Entries()) > 0 {
			t.Errorf("%s of nothing: %v, %v", action, batch, err)
		}
	}
}

// TestPublicationIsARoute: what keeps a text from readers at its hour sends it
// where that is decided, or lets it wait, and is never lost as a failed task.
func TestPublicationIsARoute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*matter)
		want   string // where it goes; empty: not yet
	}{
		"nothing keeps it":            {func(*matter) {}, "live"},
		"R36: a work without a paper": {func(m *matter) { m.d.Space.Audience = Audience{Kind: ToEstablishment} }, "awaiting_consent"},
		"R36: a work with its paper": {func(m *matter) {
			m.d.Space.Audience, m.d.Authorised = Audience{Kind: ToEstablishment}, paperFor(m.d.Open)
		}, "live"},
		"R11: a page nobody signed": {func(m *matter) { m.d.Space.Audience, m.d.Authorised = Audience{Kind: ToPublicWeb}, paperFor(m.d.Open) }, "awaiting_signature"},
		"R11: a page that was signed": {func(m *matter) {
			m.d.Space.Audience, m.d.Authorised, m.d.Open.Signed = Audience{Kind: ToPublicWeb}, paperFor(m.d.Open), true
		}, "live"},
		"R12: nobody has looked":  {func(m *matter) { m.d.Open.ReviewedAt = time.Time{} }, "in_review"},
		"R42: held meanwhile":     {func(m *matter) { m.d.Open.ReviewedAt = time.Time{}; m.hold(workflow.MaskHold) }, "in_review"},
		"R26: a frozen space":     {func(m *matter) { m.d.Space.Frozen = true }, ""},
		"R53: a suspended author": {func(m *matter) { m.d.Author.Standing.Kind = directory.Suspended }, ""},
		"before its hour":         {func(m *matter) { m.d.Open.PublishAt = morning.Add(time.Nanosecond) }, ""},
		"at its hour":             {func(m *matter) { m.d.Open.PublishAt = morning }, "live"},
	} {
		m := newMatter(t)
		m.d.Open = m.text(t, workflow.Scheduled)
		m.d.Open.ReviewedAt = morning.Add(-time.Hour)
		test.change(m)
		batch, err := m.d.Step(outbox.Message{Tenant: m.d.Contribution.Tenant, Subject: m.d.Open.ID.UUID, Version: m.d.Open.Version}, workflow.Publish, morning)
		switch {
		case test.want == "" && !errors.Is(err, ErrNotYet):
			t.Errorf("%s: %v", name, err)
		case test.want != "" && (err != nil || !strings.HasSuffix(steps(batch)[0], " to "+test.want)):
			t.Errorf("%s: %v, %v", name, batch, err)
		}
	}
}

// Whatever is not to appear yet says when to look again: at its hour, when the
// suspension ends, or in an hour, unless somebody opens the space before.
func TestWhatWaitsSaysUntilWhen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(m *matter)
		want   time.Duration
	}{
		"a frozen space":    {func(m *matter) { m.d.Space.Frozen = true }, time.Hour},
		"a closed space":    {func(m *matter) { m.d.Space.Status = workflow.SpaceClosed }, time.Hour},
		"before its hour":   {func(m *matter) { m.d.Open.PublishAt = morning.Add(300 * time.Millisecond) }, 300 * time.Millisecond},
		"a day before":      {func(m *matter) { m.d.Open.PublishAt = morning.Add(24 * time.Hour); m.d.Space.Frozen = true }, 24 * time.Hour},
		"suspended":         {func(m *matter) { m.suspend(morning.Add(20 * time.Minute)) }, 20 * time.Minute},
		"suspended longer":  {func(m *matter) { m.suspend(morning.Add(8 * 24 * time.Hour)) }, time.Hour},
		"suspended for now": {func(m *matter) { m.suspend(morning) }, time.Hour},
	} {
		m := newMatter(t)
		m.d.Open = m.text(t, workflow.Scheduled)
		m.d.Open.ReviewedAt = morning.Add(-time.Hour)
		test.change(m)
		_, err := m.d.Step(outbox.Message{Tenant: m.d.Contribution.Tenant, Subject: m.d.Open.ID.UUID, Version: m.d.Open.Version}, workflow.Publish, morning)
		wait, ok := errors.AsType[*WaitError](err)
		if !ok || wait.Until.Sub(morning) != test.want || !errors.Is(err, workflow.ErrUnmet) {
			t.Errorf("%s: %v, %+v", name, err, wait)
		}
	}
}

func (m *matter) suspend(until time.Time) {
	m.d.Author.Standing = directory.Standing{Kind: directory.Suspended, Until: until}
}

// paperFor is an authorisation of exactly that text.
func paperFor(r *Revision) []AuthorisedText {
	return []AuthorisedText{{Authorisation: id.New[id.Authorisation](), Revision: r.ID, Title: r.Title, HTML: r.HTML}}
}

// TestClearanceThatIsStillMissingIsNoFault: the next fact sends another message.
func TestClearanceThatIsStillMissingIsNoFault(t *testing.T) {
	t.Parallel()
	m := newMatter(t)
	m.d.Open = m.text(t, workflow.AwaitingConsent)
	m.d.Space.Audience = Audience{Kind: ToENT}
	message := outbox.Message{Tenant: m.d.Contribution.Tenant, Subject: m.d.Open.ID.UUID, Version: m.d.Open.Version}
	if batch, err := m.d.Step(message, workflow.ConsentCleared, morning); err != nil || len(batch.Entries()) > 0 {
		t.Errorf("without its paper: %v, %v", batch, err)
	}
	m.d.Authorised = paperFor(m.d.Open)
	batch, err := m.d.Step(message, workflow.ConsentCleared, morning)
	if err != nil || !slices.Equal(steps(batch), []string{"consent_cleared to scheduled"}) {
		t.Errorf("with its paper: %v, %v", batch, err)
	}
}

// TestDecideAnswersAnything: whatever the dossier and the command, the answer is
// a batch that holds together, or a refusal or fault that says why; never both.
func TestDecideAnswersAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := newMatter(t, rapid.SliceOf(rapid.SampledFrom(actor.AllRoles())).Draw(rt, "roles")...)
		some := func(name string, status workflow.Editorial) *Revision {
			if rapid.Bool().Draw(rt, name) {
				return m.text(t, status)
			}
			return nil
		}
		m.d.Draft, m.d.Suggestion = some("draft", workflow.Draft), some("suggestion", workflow.Draft)
		if m.d.Suggestion != nil {
			m.d.Suggestion.SuggestedBy = m.martin
		}
		m.d.Open = some("open", rapid.SampledFrom(workflow.Editorials()[1:7]).Draw(rt, "status"))
		m.d.Refused, m.d.Former = some("refused", workflow.Rejected), some("former", workflow.Superseded)
		if rapid.Bool().Draw(rt, "live") {
			m.live(t)
		}
		m.d.Space.Mode = rapid.SampledFrom(workflow.Modes()).Draw(rt, "mode")
		m.d.Space.Audience.Kind = rapid.SampledFrom(AudienceKinds()).Draw(rt, "audience")
		for _, kind := range rapid.SliceOfN(rapid.SampledFrom(workflow.HoldKinds()), 0, 3).Draw(rt, "holds") {
			m.hold(kind)
		}
		c := Command{
			Action: rapid.SampledFrom(workflow.AllActions()).Draw(rt, "action"), Sealed: rapid.Bool().Draw(rt, "sealed"),
			Reason: workflow.Reason{
				Ground: rapid.SampledFrom([]workflow.Ground{"", "INJ", "SUI", "nonsense"}).Draw(rt, "ground"),
				Text:   rapid.SampledFrom([]string{"", "Parce que."}).Draw(rt, "text"), Reference: rapid.SampledFrom([]string{"", "N° 1"}).Draw(rt, "reference"),
			},
		}
		who := rapid.SampledFrom([]id.Person{m.lina, m.martin, {}}).Draw(rt, "who")
		batch, err := m.do(who, c)
		var refusal *workflow.Refusal
		switch {
		case err == nil && (batch == nil || len(batch.Entries()) == 0 || workflow.Commit(t.Context(), nowhere{}, batch) != nil):
			rt.Fatalf("%s gives %v, which does not hold together", c.Action, batch)
		case err != nil && !errors.As(err, &refusal) && len(faultsOf(err)) == 0:
			rt.Fatalf("%s: %v is no refusal", c.Action, err)
		case err != nil && batch != nil:
			rt.Fatalf("%s is refused and decided: %v", c.Action, err)
		}
		if err == nil && c.Action == workflow.Approve && (who == m.lina || who.IsZero()) {
			rt.Fatal("invariant 2: the author approved")
		}
	})
}
