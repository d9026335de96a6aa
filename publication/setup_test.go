package publication

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// morning is the present of a matter: a Tuesday in November, in term.
var morning = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// matter is an article of Lina's in her class's blog, with whatever a test puts
// into it: nothing keeps it from being written, judged and published.
type matter struct {
	lina, martin id.Person
	d            Dossier
}

func newMatter(t testing.TB, roles ...actor.Role) *matter {
	t.Helper()
	m := &matter{lina: id.New[id.Person](), martin: id.New[id.Person]()}
	tenant := id.New[id.Tenant]()
	m.d = Dossier{
		Contribution: Contribution{
			ID: id.New[id.Contribution](), Tenant: tenant, Space: id.New[id.Space](), Kind: Article, Author: m.lina, Life: workflow.Kept, Version: 3, Number: 1,
			CreatedAt: morning.Add(-time.Hour),
		},
		Space: Space{
			ID: id.New[id.Space](), Tenant: tenant, Kind: Blog, Mode: workflow.Pre, Audience: Audience{Kind: ToGroup, Group: id.New[id.Group]()},
			Owner: m.martin, Status: workflow.SpaceOpen,
		},
		Author:   Writer{Profile: directory.Pupil, Standing: directory.Standing{Kind: directory.Clear}, InAudience: true, BriefedAt: morning.AddDate(0, -1, 0)},
		Roles:    actor.NewRoles(roles...),
		Calendar: days(t),
	}
	return m
}

func days(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(calendar.Config{Zone: "C"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// text is a revision of Lina's in a status, with its hash where it has one.
func (m *matter) text(t testing.TB, status workflow.Editorial) *Revision {
	t.Helper()
	html, err := Sanitize("<p>Le hérisson dort.</p>")
	if err != nil {
		t.Fatal(err)
	}
	r := &Revision{
		ID: id.New[id.Revision](), Contribution: m.d.Contribution.ID, Author: m.lina, Status: status, Version: 2, Number: 1, Title: "Le hérisson",
		HTML: html, Language: "fr", Sanitiser: SanitiserVersion, Mode: workflow.Pre,
	}
	if status == workflow.Draft {
		r.Number, r.Mode = 0, ""
		return r
	}
	r.Hash = m.d.hash(r)
	return r
}

// live makes a revision what readers see.
func (m *matter) live(t testing.TB) *Revision {
	t.Helper()
	r := m.text(t, workflow.Live)
	m.d.Live, m.d.Contribution.Live, m.d.Contribution.PublishedAt = r, r.ID, morning.Add(-time.Minute)
	return r
}

// hold is an open hold on the contribution itself.
func (m *matter) hold(kind workflow.HoldKind, change ...func(*Hold)) Hold {
	h := Hold{ID: id.New[id.Hold](), On: workflow.OnContribution, Target: m.d.Contribution.ID.UUID, Own: true, Kind: kind, Version: 1, PlacedBy: m.martin}
	for _, do := range change {
		do(&h)
	}
	m.d.Holds = append(m.d.Holds, h)
	return h
}

// do decides a command of somebody's on the matter as it is.
func (m *matter) do(who id.Person, c Command) (*workflow.Batch, error) {
	c.Version = m.d.Contribution.Version
	return Decide(m.d, m.person(who), c, morning)
}

func (m *matter) person(who id.Person) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: m.d.Contribution.Tenant, Via: "test"}
}

// steps are the actions of a batch with where they lead, in order.
func steps(b *workflow.Batch) (list []string) {
	for _, e := range b.Entries() {
		list = append(list, e.Action+" to "+e.To)
	}
	return list
}

// unmet are the names of what a refusal wants.
func unmet(err error) (names []string) {
	var refusal *workflow.Refusal
	if errors.As(err, &refusal) {
		for _, u := range refusal.Unmet {
			names = append(names, u.Name)
		}
	}
	return names
}

// faultsOf are the fields at fault, with their codes, in alphabetical order.
func faultsOf(err error) (list []string) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range many.Unwrap() {
			list = append(list, faultsOf(one)...)
		}
		slices.Sort(list)
		return list
	}
	var field *FieldError
	if errors.As(err, &field) {
		list = append(list, field.Field+" "+field.Code)
	}
	return list
}

// nowhere is where a batch is written to see whether it holds together.
type nowhere struct{}

func (nowhere) Apply(context.Context, *workflow.Batch) error { return nil }
