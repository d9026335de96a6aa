package publication

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// plot is a space that somebody changes.
type plot struct {
	owner, backup id.Person
	ent           id.ENT
	d             SpaceDossier
	class         id.Group
}

func newPlot(t *testing.T, kind SpaceKind, roles ...actor.Role) *plot {
	t.Helper()
	p := &plot{owner: id.New[id.Person](), backup: id.New[id.Person](), ent: id.New[id.ENT](), class: id.New[id.Group]()}
	p.d = SpaceDossier{
		Space: Space{
			ID: id.New[id.Space](), Tenant: id.New[id.Tenant](), Slug: "blog", Title: "Blog", Kind: kind, Mode: workflow.Pre,
			Audience: Audience{Kind: ToEstablishment}, Owner: p.owner, Backup: p.backup, Status: workflow.SpaceOpen, Version: 2,
		},
		Roles: actor.NewRoles(roles...), Adults: []id.Person{p.owner, p.backup},
		People: []id.Person{p.owner, p.backup}, Groups: []id.Group{p.class}, ENTs: []ENT{{ID: p.ent, Name: "ENT"}}, Legal: told(),
	}
	if kind == Forum {
		p.d.Space.Mode = workflow.Post
	}
	p.d.House.Calendar, p.d.House.Tenant.Level = days(t), directory.College
	return p
}

func (p *plot) input() SpaceInput { return p.d.asInput() }

// TestHowFarASpaceMayReach holds R10 over every kind of space and audience: forums
// and blogs stay inside, and an ENT is one that the establishment belongs to.
func TestHowFarASpaceMayReach(t *testing.T) {
	t.Parallel()
	for _, kind := range append(SpaceKinds(), "wiki") {
		p := newPlot(t, kind)
		for audience, want := range map[Audience]bool{
			{Kind: ToGroup, Group: id.New[id.Group]()}: true, {Kind: ToEstablishment}: true, {Kind: ToENT, ENT: p.ent}: true,
			{Kind: ToENT, ENT: id.New[id.ENT]()}: false, {Kind: ToPublicWeb}: kind == Web,
		} {
			if got := p.d.audienceAllowed(audience); got != (want && kind != "wiki") {
				t.Errorf("a %s for %s: %t", kind, audience.Kind, got)
			}
		}
	}
}

// TestAnEstablishmentMayBeNarrower: its own cap is held, and it can set none that
// is wider than the charter's (invariant 8).
func TestAnEstablishmentMayBeNarrower(t *testing.T) {
	t.Parallel()
	p := newPlot(t, Blog)
	var err error
	if p.d.House.Values, err = settings.BlogAudienceCap.Set(p.d.House.Values, string(ToEstablishment)); err != nil {
		t.Fatal(err)
	}
	if p.d.audienceAllowed(Audience{Kind: ToENT, ENT: p.ent}) || !p.d.audienceAllowed(Audience{Kind: ToEstablishment}) {
		t.Error("the establishment's cap is not held")
	}
	if _, err := settings.BlogAudienceCap.Set(settings.Values{}, string(ToPublicWeb)); !errors.Is(err, settings.ErrWeaker) {
		t.Errorf("R10: a blog for the public: %v", err)
	}
}

// TestWhichModesASpaceMayHave holds R11 and R14 over every kind, level and mode,
// for a space that is new and for one that is there.
func TestWhichModesASpaceMayHave(t *testing.T) {
	t.Parallel()
	for _, kind := range append(SpaceKinds(), "wiki") {
		for _, level := range []directory.Level{directory.NoLevel, directory.Ecole, directory.College, directory.Lycee} {
			for _, fresh := range []bool{true, false} {
				p := newPlot(t, kind)
				p.d.House.Tenant.Level = level
				if fresh {
					p.d.Space.Status = workflow.NoSpace
				}
				want := map[workflow.Mode]bool{
					workflow.Pre:        kind == Blog || kind == Web,
					workflow.Post:       kind == Blog || kind == Forum,
					workflow.PupilPress: kind == Blog && level == directory.Lycee && fresh,
				}
				got := map[workflow.Mode]bool{}
				for _, mode := range workflow.Modes() {
					got[mode] = p.d.modeAllowed(mode)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("a %s at level %q (new: %t) (-want +got)\n%s", kind, level, fresh, diff)
				}
			}
		}
	}
}

// TestPressIsForGood: once pupils' press, a space stays free of prior approval,
// whatever else changes (R14, [L]).
func TestPressIsForGood(t *testing.T) {
	t.Parallel()
	for _, status := range []workflow.SpaceStatus{workflow.SpaceOpen, workflow.SpaceClosed} {
		p := newPlot(t, Blog)
		p.d.Space.Mode, p.d.Space.Status = workflow.PupilPress, status
		for _, mode := range workflow.Modes() {
			if got := p.d.modeAllowed(mode); got != (mode == workflow.PupilPress) {
				t.Errorf("press that is %s becomes %s: %t", status, mode, got)
			}
		}
	}
}

// TestEveryFaultOfASpaceIsNamed holds each field's limit from both sides.
func TestEveryFaultOfASpaceIsNamed(t *testing.T) {
	t.Parallel()
	person, pupil, group := id.New[id.Person](), id.New[id.Person](), id.New[id.Group]()
	for name, test := range map[string]struct {
		change func(*SpaceInput)
		want   []string
	}{
		"as it should be":             {func(*SpaceInput) {}, nil},
		"no title":                    {func(in *SpaceInput) { in.Title = " \t " }, []string{"title required"}},
		"a title with NUL":            {func(in *SpaceInput) { in.Title = "a\x00" }, []string{"title not_text"}},
		"too long a title":            {func(in *SpaceInput) { in.Title = strings.Repeat("a", 10_000) }, []string{"title too_long"}},
		"the longest description":     {func(in *SpaceInput) { in.Description = strings.Repeat("é", longestDescription) }, nil},
		"too long a description":      {func(in *SpaceInput) { in.Description = strings.Repeat("é", longestDescription+1) }, []string{"description too_long"}},
		"a description with NUL":      {func(in *SpaceInput) { in.Description = "a\x00" }, []string{"description not_text"}},
		"no mode":                     {func(in *SpaceInput) { in.Mode = "" }, []string{"mode unknown"}},
		"no audience":                 {func(in *SpaceInput) { in.Audience = Audience{} }, []string{"audience unknown"}},
		"print is no audience":        {func(in *SpaceInput) { in.Audience.Kind = "print" }, []string{"audience unknown"}},
		"a group for everybody":       {func(in *SpaceInput) { in.Audience.Group = group }, []string{"audience.group mismatch"}},
		"a group that is not named":   {func(in *SpaceInput) { in.Audience = Audience{Kind: ToGroup} }, []string{"audience.group mismatch"}},
		"an ENT that is not named":    {func(in *SpaceInput) { in.Audience = Audience{Kind: ToENT} }, []string{"audience.ent mismatch"}},
		"an ENT for a group":          {func(in *SpaceInput) { in.Audience = Audience{Kind: ToGroup, Group: group, ENT: id.New[id.ENT]()} }, []string{"audience.ent mismatch"}},
		"a grant to a person":         {func(in *SpaceInput) { in.Grants = []Grant{{Role: actor.Moderator, Person: person}} }, nil},
		"a grant to a group":          {func(in *SpaceInput) { in.Grants = []Grant{{Role: actor.Contributor, Group: group}} }, nil},
		"a grant to both":             {func(in *SpaceInput) { in.Grants = []Grant{{Role: actor.Contributor, Person: person, Group: group}} }, []string{"grants mismatch"}},
		"a grant to nobody":           {func(in *SpaceInput) { in.Grants = []Grant{{Role: actor.Moderator}} }, []string{"grants mismatch"}},
		"a grant to a stranger":       {func(in *SpaceInput) { in.Grants = []Grant{{Role: actor.Contributor, Person: id.New[id.Person]()}} }, []string{"grants not_found"}},
		"a grant to no group of ours": {func(in *SpaceInput) { in.Grants = []Grant{{Role: actor.Contributor, Group: id.New[id.Group]()}} }, []string{"grants not_found"}},
		"a grant given twice": {func(in *SpaceInput) {
			in.Grants = []Grant{{Role: actor.Moderator, Person: person}, {Role: actor.Moderator, Person: person}}
		}, []string{"grants repeated"}},
		"a pupil who would moderate":    {func(in *SpaceInput) { in.Grants = []Grant{{Role: actor.Moderator, Person: pupil}} }, []string{"grants not_adult_staff"}},
		"an audience of another school": {func(in *SpaceInput) { in.Audience = Audience{Kind: ToGroup, Group: id.New[id.Group]()} }, []string{"audience.group not_found"}},
		"a title of nothing to see":     {func(in *SpaceInput) { in.Title = "\u2800" }, []string{"title invisible"}},
		"a title that turns round":      {func(in *SpaceInput) { in.Title = "\u202e\u200b" }, []string{"title required"}},
		"everything":                    {func(in *SpaceInput) { *in = SpaceInput{} }, []string{"audience unknown", "mode unknown", "title required"}},
	} {
		p := newPlot(t, Blog)
		p.d.Adults, p.d.People, p.d.Groups = append(p.d.Adults, person), append(p.d.People, person, pupil), append(p.d.Groups, group)
		in := p.input()
		test.change(&in)
		err := in.check(p.d, morning)
		if diff := cmp.Diff(test.want, faultsOf(err)); diff != "" || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
}

// TestNoOtherRoleIsGranted: whoever configures a space makes nobody director,
// signatory or anything else by it (R09).
func TestNoOtherRoleIsGranted(t *testing.T) {
	t.Parallel()
	for _, role := range actor.AllRoles() {
		p := newPlot(t, Blog)
		in := p.input()
		in.Grants = []Grant{{Role: role, Person: p.owner}}
		if got := in.check(p.d, morning) == nil; got != (role == actor.Contributor || role == actor.Moderator) {
			t.Errorf("a %s is granted: %t", role, got)
		}
	}
}

// TestWhatConfiguringNeeds tries each need alone: the refusal names its rule.
func TestWhatConfiguringNeeds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind   SpaceKind
		change func(*plot, *SpaceInput)
		want   []string
	}{
		"nothing":                                    {Blog, func(*plot, *SpaceInput) {}, nil},
		"R15: one person twice":                      {Blog, func(p *plot, in *SpaceInput) { in.Backup = in.Owner }, []string{"owner"}},
		"R15: no backup":                             {Blog, func(_ *plot, in *SpaceInput) { in.Backup = id.Person{} }, []string{"owner"}},
		"R15: nobody at all":                         {Blog, func(_ *plot, in *SpaceInput) { in.Owner, in.Backup = id.Person{}, id.Person{} }, []string{"owner"}},
		"R15: an owner who is no adult":              {Blog, func(p *plot, _ *SpaceInput) { p.d.Adults = p.d.Adults[1:] }, []string{"owner"}},
		"R10: a blog for the public":                 {Blog, func(_ *plot, in *SpaceInput) { in.Audience = Audience{Kind: ToPublicWeb} }, []string{"audience"}},
		"R66: pages for all, and nobody knows whose": {Web, func(p *plot, in *SpaceInput) { p.d.Legal, in.Audience = Legal{}, Audience{Kind: ToPublicWeb} }, []string{"legal_pages"}},
		"R66: pages for all without a charter":       {Web, func(p *plot, in *SpaceInput) { p.d.Legal.Charter, in.Audience = Charter{}, Audience{Kind: ToPublicWeb} }, []string{"legal_pages"}},
		"R66: inside nothing is needed":              {Web, func(p *plot, _ *SpaceInput) { p.d.Legal = Legal{} }, nil},
		"R66: what is public stays so": {Web, func(p *plot, in *SpaceInput) {
			p.d.Legal, p.d.Space.Audience, in.Audience = Legal{}, Audience{Kind: ToPublicWeb}, Audience{Kind: ToPublicWeb}
		}, nil},
		"R11: pages read after":       {Web, func(_ *plot, in *SpaceInput) { in.Mode = workflow.Post }, []string{"mode"}},
		"R11: unsigned pages for all": {Web, func(p *plot, in *SpaceInput) { p.d.Unsigned, in.Audience = true, Audience{Kind: ToPublicWeb} }, []string{"signatures"}},
		"R11: unsigned pages inside":  {Web, func(p *plot, _ *SpaceInput) { p.d.Unsigned = true }, nil},
		"R36: works read further":     {Blog, func(p *plot, in *SpaceInput) { p.d.Unauthorised, in.Audience = 1, Audience{Kind: ToENT, ENT: p.ent} }, []string{"authorisations"}},
		"R36: works read elsewhere": {Blog, func(p *plot, in *SpaceInput) {
			p.d.Space.Audience = Audience{Kind: ToGroup, Group: id.New[id.Group]()}
			p.d.Unauthorised, in.Audience = 1, Audience{Kind: ToGroup, Group: id.New[id.Group]()}
		}, []string{"authorisations"}},
		"R36: works read as they are": {Blog, func(p *plot, _ *SpaceInput) { p.d.Unauthorised = 1 }, nil},
		"R36: works read by fewer": {Blog, func(p *plot, in *SpaceInput) {
			p.d.Unauthorised, in.Audience = 1, Audience{Kind: ToGroup, Group: id.New[id.Group]()}
		}, nil},
	} {
		p := newPlot(t, test.kind, actor.Owner)
		in := p.input()
		test.change(p, &in)
		_, err := p.d.decide(actor.Actor{Kind: actor.KindPerson, Person: p.owner}, SpaceCommand{Action: workflow.Configure, Version: 2}, in, morning)
		if diff := cmp.Diff(test.want, unmet(err)); diff != "" || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
}

// TestNoConfigurationOfASpaceIsWeaker holds invariant 8 over any input: what goes
// through has adults to answer for it, stays as far inside as its kind must, and
// press stays press.
func TestNoConfigurationOfASpaceIsWeaker(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := newPlot(t, rapid.SampledFrom(SpaceKinds()).Draw(rt, "kind"), actor.AllRoles()...)
		p.d.House.Tenant.Level = rapid.SampledFrom([]directory.Level{directory.College, directory.Lycee}).Draw(rt, "level")
		if p.d.Space.Kind == Blog {
			p.d.Space.Mode = rapid.SampledFrom(workflow.Modes()).Draw(rt, "former mode")
		}
		if !rapid.Bool().Draw(rt, "informed") {
			p.d.Legal = Legal{}
		}
		p.d.Unsigned, p.d.Unauthorised = rapid.Bool().Draw(rt, "unsigned"), rapid.IntRange(0, 2).Draw(rt, "unauthorised")
		child := id.New[id.Person]()
		in := p.input()
		in.Mode = rapid.SampledFrom(workflow.Modes()).Draw(rt, "mode")
		in.Owner = rapid.SampledFrom([]id.Person{p.owner, p.backup, child, {}}).Draw(rt, "owner")
		in.Backup = rapid.SampledFrom([]id.Person{p.owner, p.backup, child, {}}).Draw(rt, "backup")
		in.Audience = rapid.SampledFrom([]Audience{
			{Kind: ToGroup, Group: id.New[id.Group]()}, {Kind: ToEstablishment}, {Kind: ToENT, ENT: p.ent}, {Kind: ToENT, ENT: id.New[id.ENT]()}, {Kind: ToPublicWeb},
		}).Draw(rt, "audience")
		_, err := p.d.decide(actor.Actor{Kind: actor.KindPerson, Person: p.owner}, SpaceCommand{Action: workflow.Configure, Version: 2}, in, morning)
		if err != nil {
			return
		}
		kind, former := p.d.Space.Kind, p.d.Space.Mode
		wrong := map[string]bool{
			"R10: wider than its kind may be":   kind != Web && in.Audience.Kind == ToPublicWeb,
			"R11: a forum read first":           kind == Forum && in.Mode == workflow.Pre,
			"R11: pages read after":             kind == Web && in.Mode != workflow.Pre,
			"R14: press given up":               former == workflow.PupilPress && in.Mode != workflow.PupilPress,
			"R14: press made of something else": former != workflow.PupilPress && in.Mode == workflow.PupilPress,
			"R15: a child answers":              in.Owner == child || in.Backup == child || in.Owner.IsZero() || in.Backup.IsZero() || in.Owner == in.Backup,
			"R11: an unsigned page goes public": p.d.Unsigned && in.Audience.Kind == ToPublicWeb,
			"R66: nobody knows whose it is":     in.Audience.Kind == ToPublicWeb && p.d.Legal.Charter.Version == 0,
			"R36: a work goes further":          p.d.Unauthorised > 0 && in.Audience.Reach() > p.d.Space.Audience.Reach(),
		}
		for rule, broken := range wrong {
			if broken {
				rt.Fatalf("%s: %+v", rule, in)
			}
		}
	})
}

// TestAnActOnASpaceNamesItsVersion, and a release the hold it ends.
func TestAnActOnASpaceNamesItsVersion(t *testing.T) {
	t.Parallel()
	p := newPlot(t, Blog, actor.AllRoles()...)
	who := actor.Actor{Kind: actor.KindPerson, Person: p.owner, Tenant: p.d.Space.Tenant}
	for _, action := range workflow.AllActions() {
		if _, err := p.d.Decide(who, SpaceCommand{Action: action, Version: 1}, morning); !errors.Is(err, workflow.ErrStale) {
			t.Errorf("%s at an old version: %v", action, err)
		}
	}
	freeze := Hold{ID: id.New[id.Hold](), On: workflow.OnSpace, Kind: workflow.FreezeHold, Version: 1}
	second := Hold{ID: id.New[id.Hold](), On: workflow.OnSpace, Kind: workflow.FreezeHold, Version: 1}
	reason := workflow.Reason{Text: "C'est réglé.", Ground: "INJ"}
	for name, test := range map[string]struct {
		holds []Hold
		named id.Hold
		want  id.Hold
	}{
		"none": {nil, id.Hold{}, id.Hold{}}, "the only one": {[]Hold{freeze}, id.Hold{}, freeze.ID},
		"one of two, unnamed": {[]Hold{freeze, second}, id.Hold{}, id.Hold{}}, "one of two, named": {[]Hold{freeze, second}, second.ID, second.ID},
		"one that is not there": {[]Hold{freeze}, id.New[id.Hold](), id.Hold{}},
	} {
		p.d.Holds = test.holds
		batch, err := p.d.Decide(who, SpaceCommand{Action: workflow.Unfreeze, Version: 2, Hold: test.named, Reason: reason}, morning)
		if (err == nil) != !test.want.IsZero() {
			t.Errorf("%s: %v", name, err)
		} else if err == nil && batch.Holds()[0].Record.Entry().Subject.ID != test.want.UUID {
			t.Errorf("%s releases %v", name, steps(batch))
		}
	}
}

// TestWhoKnowsOfASpace: whoever reads it, writes in it or runs the service.
func TestWhoKnowsOfASpace(t *testing.T) {
	t.Parallel()
	for _, role := range actor.AllRoles() {
		want := role == actor.Contributor || role == actor.Reader || role == actor.Admin
		if got := knows(actor.NewRoles(role)); got != want {
			t.Errorf("a %s knows: %t", role, got)
		}
	}
}

func TestReachRanksAudiences(t *testing.T) {
	t.Parallel()
	for rank, kind := range AudienceKinds() {
		if got := (Audience{Kind: kind}).Reach(); got != rank {
			t.Errorf("%s reaches %d, want %d", kind, got, rank)
		}
	}
	for name, space := range map[string]Space{
		"frozen": {Status: workflow.SpaceOpen, Owner: id.New[id.Person](), Frozen: true}, "closed": {Status: workflow.SpaceClosed, Owner: id.New[id.Person]()},
		"without an owner": {Status: workflow.SpaceOpen}, "nothing": {},
	} {
		if space.Writable() {
			t.Errorf("%s is written in (%s)", name, fmt.Sprint(space.Status))
		}
	}
}
