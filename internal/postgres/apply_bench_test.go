package postgres

import (
	"encoding/json"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// BenchmarkApplied encodes an approval as apply.sql takes it.
func BenchmarkApplied(b *testing.B) {
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	days, err := calendar.New(calendar.Config{Zone: "C"})
	if err != nil {
		b.Fatal(err)
	}
	moderator, author := id.New[id.Person](), id.New[id.Person]()
	d := publication.Dossier{
		Contribution: publication.Contribution{
			ID: id.New[id.Contribution](), Tenant: id.New[id.Tenant](), Kind: publication.Article, Author: author, Version: 3, Number: 1,
		},
		Space: publication.Space{
			Kind: publication.Blog, Mode: workflow.Pre, Audience: publication.Audience{Kind: publication.ToGroup}, Owner: moderator, Status: workflow.SpaceOpen,
		},
		Author:   publication.Writer{InAudience: true, BriefedAt: now},
		Open:     &publication.Revision{ID: id.New[id.Revision](), Author: author, Status: workflow.InReview, Version: 3, Number: 1, SubmittedAt: now},
		Calendar: days,
		Roles:    actor.NewRoles(actor.Moderator),
	}
	who := actor.Actor{Kind: actor.KindPerson, Person: moderator, Tenant: d.Contribution.Tenant}
	batch, err := publication.Decide(d, who, publication.Command{Action: workflow.Approve, Version: 3}, now)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(newApplied(batch)); err != nil {
			b.Fatal(err)
		}
	}
}
