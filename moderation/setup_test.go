package moderation

import (
	"context"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

var (
	noTenant id.Tenant
	noon     = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) // a Tuesday, in term
)

// sampleOf is a text in a blog of the collège, by somebody who has published before.
func sampleOf(t *testing.T, title, html string) Sample {
	t.Helper()
	safe, err := publication.Sanitize(html)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.New(calendar.Config{Zone: "C"})
	if err != nil {
		t.Fatal(err)
	}
	revision := &publication.Revision{ID: id.New[id.Revision](), Title: title, HTML: safe, SubmittedAt: noon, Mode: workflow.Pre}
	given := Screening{Former: 100, Recent: []time.Time{noon}, Dossier: publication.Dossier{
		Contribution: publication.Contribution{Kind: publication.Article},
		Space:        publication.Space{Kind: publication.Blog, Mode: workflow.Pre, Audience: publication.Audience{Kind: publication.ToENT}},
		Author:       publication.Writer{Standing: directory.Standing{Kind: directory.Clear}},
		Open:         revision, Calendar: cal,
	}}
	return newSample(given, revision, nil, noon)
}

// told are the reasons and matched words of findings.
func told(findings []Finding) map[string][]string {
	list := map[string][]string{}
	for _, f := range findings {
		list[f.Reason] = []string{}
		for _, m := range f.Matches {
			list[f.Reason] = append(list[f.Reason], string(m.Field)+":"+m.Text)
		}
	}
	return list
}

type reasons = map[string][]string

// found are the places of a list's words in a text, spelled out.
func found(text string, words ...string) []string {
	var list []string
	for _, p := range NewLexicon(WordList{Words: words}).find(fold(text)) {
		list = append(list, text[p.start:p.end])
	}
	return list
}

// matter is a contribution of Lina's that one of Noé's moderators looks at, with
// whatever a test puts into it.
type matter struct {
	lina, noe, martin id.Person
	dossier           publication.Dossier
}

func newMatter(t *testing.T, roles ...actor.Role) *matter {
	t.Helper()
	m := &matter{lina: id.New[id.Person](), noe: id.New[id.Person](), martin: id.New[id.Person]()}
	m.dossier = sampleOf(t, "Titre", "<p>Texte</p>").Dossier
	m.dossier.Open = nil
	m.dossier.Contribution.ID, m.dossier.Contribution.Author = id.New[id.Contribution](), m.lina
	m.dossier.Contribution.Number, m.dossier.Contribution.Life = 1, workflow.Kept
	m.dossier.Roles = actor.NewRoles(roles...)
	return m
}

// text is a revision of Lina's in a status.
func (m *matter) text(status workflow.Editorial) *publication.Revision {
	html, err := publication.Sanitize("<p>Un <em>" + string(status) + "</em> texte</p>")
	if err != nil {
		panic(err)
	}
	return &publication.Revision{
		ID: id.New[id.Revision](), Author: m.lina, Status: status, HTML: html, DecidedAt: noon.Add(-time.Hour), TargetAt: noon.Add(time.Hour),
	}
}

func somebody(who id.Person) actor.Actor { return actor.Actor{Kind: actor.KindPerson, Person: who} }

// chamber is a transaction in which one dossier can be read, and that remembers
// whose first view was recorded.
type chamber struct {
	Tx
	dossier     publication.Dossier
	particulars Particulars
	seen        []id.Revision
	taken       []id.Revision
	holder      *Claim
}

func (c *chamber) Dossier(context.Context, id.Contribution, id.Person, time.Time) (publication.Dossier, error) {
	return c.dossier, nil
}

func (c *chamber) Particulars(context.Context, publication.Dossier, time.Time) (Particulars, error) {
	return c.particulars, nil
}

func (c *chamber) FirstSeen(_ context.Context, r id.Revision, who id.Person, at time.Time) (FirstView, error) {
	c.seen = append(c.seen, r)
	return FirstView{Person: who, At: at}, nil
}

func (c *chamber) TakeClaim(_ context.Context, wanted Claim, seen id.Revision) (Claim, error) {
	c.taken = append(c.taken, seen)
	if c.holder != nil {
		return *c.holder, nil
	}
	return wanted, nil
}

func (c *chamber) service() *Service {
	inTx := func(_ context.Context, _ id.Tenant, do func(Tx) error) error { return do(c) }
	return NewService(Config{InTx: inTx, Clock: func() time.Time { return noon }})
}
