package postgres_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func (b *bundle) spaces() *publication.Spaces {
	return publication.NewSpaces(postgres.Transactions[publication.SpaceTx](b.db), func() time.Time { return dbtest.Now })
}

func (b *bundle) readingClub() publication.SpaceInput {
	return publication.SpaceInput{
		Title: "Atelier théâtre", Kind: publication.Blog, Mode: workflow.Pre,
		Audience: publication.Audience{Kind: publication.ToGroup, Group: b.Class}, Owner: b.Martin, Backup: b.Diallo,
		Grants: []publication.Grant{{Role: actor.Contributor, Group: b.Class}, {Role: actor.Moderator, Person: b.Petit}},
	}
}

func TestCreateSpaceThenConfigure(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := person(b.Tilleuls, b.Martin)
	space, err := b.spaces().Create(t.Context(), martin, b.readingClub())
	if err != nil {
		t.Fatal(err)
	}
	d, offers, err := b.spaces().View(t.Context(), martin, space)
	if err != nil {
		t.Fatal(err)
	}
	if d.Space.Slug != "atelier-theatre" || d.Space.Status != workflow.SpaceOpen || d.Space.Version != 1 || len(d.Grants) != 2 || len(offers) == 0 {
		t.Errorf("created %+v, grants %v, offers %v", d.Space, d.Grants, offers)
	}
	in := b.readingClub()
	in.Mode, in.Grants = workflow.Post, nil
	if err := b.spaces().Configure(t.Context(), martin, space, 0, in); !errors.Is(err, workflow.ErrStale) {
		t.Errorf("configured a version that has gone: %v", err)
	}
	if err := b.spaces().Configure(t.Context(), martin, space, 1, in); err != nil {
		t.Fatal(err)
	}
	d, _, err = b.spaces().View(t.Context(), martin, space)
	if err != nil || d.Space.Mode != workflow.Post || d.Space.Version != 2 || len(d.Grants) != 0 {
		t.Errorf("configured %+v, %v", d.Space, err)
	}
	if _, err := b.spaces().Create(t.Context(), martin, b.readingClub()); !errors.Is(err, directory.ErrTaken) {
		t.Errorf("two spaces at one address: %v", err)
	}
}

func TestSpaceRules(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tests := []struct {
		name   string
		who    id.Person
		change func(*publication.SpaceInput)
		rule   string
		err    error
	}{
		{"a pupil creates none", b.Lina, func(*publication.SpaceInput) {}, "R09", workflow.ErrForbidden},
		{"no blog on the public web", b.Martin, func(in *publication.SpaceInput) {
			in.Audience = publication.Audience{Kind: publication.ToPublicWeb}
		}, "R10", workflow.ErrUnmet},
		{"an ENT that is not ours", b.Martin, func(in *publication.SpaceInput) {
			in.Audience = publication.Audience{Kind: publication.ToENT, ENT: id.New[id.ENT]()}
		}, "R10", workflow.ErrUnmet},
		{"no forum before publication", b.Martin, func(in *publication.SpaceInput) { in.Kind = publication.Forum }, "R11", workflow.ErrUnmet},
		{"no web page after publication", b.Martin, func(in *publication.SpaceInput) {
			in.Kind, in.Mode = publication.Web, workflow.Post
		}, "R11", workflow.ErrUnmet},
		{"no pupils' press in a collège", b.Martin, func(in *publication.SpaceInput) { in.Mode = workflow.PupilPress }, "R11", workflow.ErrUnmet},
		{"an owner who is a pupil", b.Martin, func(in *publication.SpaceInput) { in.Owner = b.Lina }, "R15", workflow.ErrUnmet},
		{"an owner of another school", b.Martin, func(in *publication.SpaceInput) { in.Owner = b.Roche }, "R15", workflow.ErrUnmet},
		{"no backup", b.Martin, func(in *publication.SpaceInput) { in.Backup = id.Person{} }, "R15", workflow.ErrUnmet},
		{"owner and backup are one", b.Martin, func(in *publication.SpaceInput) { in.Backup = in.Owner }, "R15", workflow.ErrUnmet},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := b.readingClub()
			test.change(&in)
			_, err := b.spaces().Create(t.Context(), person(b.Tilleuls, test.who), in)
			var refusal *workflow.Refusal
			if !errors.As(err, &refusal) || !errors.Is(err, test.err) || refusal.Rule != test.rule {
				t.Errorf("got %v, want %v by %s", err, test.err, test.rule)
			}
		})
	}
}

func TestPressStaysFree(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := person(b.Platanes, b.Martin)
	d, _, err := b.spaces().View(t.Context(), martin, b.Press)
	if err != nil {
		t.Fatal(err)
	}
	err = b.spaces().Configure(t.Context(), martin, b.Press, d.Space.Version, publication.SpaceInput{
		Title: "La Gazette", Kind: publication.Blog, Mode: workflow.Pre, Audience: d.Space.Audience, Owner: b.Martin, Backup: b.Roche,
	})
	var refusal *workflow.Refusal
	if !errors.As(err, &refusal) || refusal.Rule != "R11" {
		t.Errorf("pupils' press was put under prior approval: %v", err)
	}
}

func TestFreezeStopsWritingAndIsReleasedByItsOwnAct(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin, lina := person(b.Tilleuls, b.Martin), person(b.Tilleuls, b.Lina)
	write := func() error {
		_, err := b.publish.Create(t.Context(), lina, publication.New{Space: b.Blog, Kind: publication.Article, Input: publication.Input{Title: "Un", Body: "<p>a</p>"}})
		return err
	}
	stop := publication.SpaceCommand{Action: workflow.Freeze, Version: 1, Reason: workflow.Reason{Text: "Insultes en série, le temps de regarder."}}
	if err := b.spaces().Act(t.Context(), lina, b.Blog, stop); !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("a pupil stopped the space: %v", err)
	}
	if err := b.spaces().Act(t.Context(), martin, b.Blog, stop); err != nil {
		t.Fatal(err)
	}
	if err := write(); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("wrote in a frozen space: %v", err)
	}
	release := publication.SpaceCommand{Action: workflow.Unfreeze, Version: 1, Reason: workflow.Reason{Text: "C'est réglé."}}
	if err := b.spaces().Act(t.Context(), martin, b.Blog, release); err != nil {
		t.Fatal(err)
	}
	if err := write(); err != nil {
		t.Errorf("the space is open again: %v", err)
	}
	if err := b.spaces().Act(t.Context(), martin, b.Blog, publication.SpaceCommand{Action: workflow.Close, Version: 1, Reason: workflow.Reason{Text: "Fin d'année."}}); err != nil {
		t.Fatal(err)
	}
	if err := write(); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("wrote in a closed space: %v", err)
	}
}

func TestSpaceOfAnotherSchoolIsNotThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, who := range []actor.Actor{person(b.Platanes, b.Roche), person(b.Tilleuls, b.Roche), person(b.Platanes, b.Zoe)} {
		if _, _, err := b.spaces().View(t.Context(), who, b.Blog); !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%v sees the blog of the collège: %v", who.Person, err)
		}
	}
}

func TestListGivesTheSpacesThatConcernSomebody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tests := map[string]struct {
		who  actor.Actor
		want []id.Space
	}{
		"a pupil of the class":            {person(b.Tilleuls, b.Lina), []id.Space{b.Forum, b.Blog, b.Web}},
		"a guardian, who is in no class":  {person(b.Tilleuls, b.Haddad), []id.Space{b.Forum, b.Web}},
		"the head":                        {person(b.Tilleuls, b.Garcia), []id.Space{b.Forum, b.Blog, b.Web}},
		"the head of another school":      {person(b.Tilleuls, b.Roche), nil},
		"somebody of the school, at home": {person(b.Platanes, b.Zoe), []id.Space{b.Press}},
	}
	for name, test := range tests {
		listed, err := b.spaces().List(t.Context(), test.who)
		if err != nil {
			t.Fatal(err)
		}
		var got []id.Space
		for _, l := range listed {
			got = append(got, l.ID)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What goes no further than its paper says is counted of every kind of work, and of nothing
// that is said in a conversation (R36).
func TestWorksWithoutPaperAreCountedByKind(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i, kind := range publication.Kinds() {
		above := id.Contribution{}
		if _, answers := kind.Below(); answers {
			above = b.published(t, b.Blog, publication.Topic, id.Contribution{}, 1)[0]
		}
		written := b.published(t, b.Blog, kind, above, 1)[0]
		_ = look[bool](t, b.School, `UPDATE contribution c SET live_id = n.revision_id FROM snapshot n WHERE n.contribution_id = c.contribution_id AND c.contribution_id = $1 RETURNING true`, written)
		d, _, err := b.spaces().View(t.Context(), person(b.Tilleuls, b.Martin), b.Blog)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, work := range publication.Works() {
			if slices.Contains(publication.Kinds()[:i+1], work) {
				want++
			}
		}
		if d.Unauthorised != want {
			t.Errorf("with a %s there are %d, want %d", kind, d.Unauthorised, want)
		}
	}
}
