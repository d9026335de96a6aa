package publication

import (
	"strings"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// BenchmarkDecide decides an approval, the commonest act of a moderator.
func BenchmarkDecide(b *testing.B) {
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	days, err := calendar.New(calendar.Config{Zone: "C"})
	if err != nil {
		b.Fatal(err)
	}
	moderator, author := id.New[id.Person](), id.New[id.Person]()
	open := &Revision{ID: id.New[id.Revision](), Author: author, Status: workflow.InReview, Version: 3, Number: 1, Mode: workflow.Pre, SubmittedAt: now}
	d := Dossier{
		Contribution: Contribution{ID: id.New[id.Contribution](), Tenant: id.New[id.Tenant](), Kind: Article, Author: author, Version: 3, Number: 1},
		Space:        Space{Kind: Blog, Mode: workflow.Pre, Audience: Audience{Kind: ToGroup}, Owner: moderator, Status: workflow.SpaceOpen},
		Author:       Writer{InAudience: true, BriefedAt: now},
		Open:         open,
		Calendar:     days,
		Roles:        actor.NewRoles(actor.Moderator),
	}
	who := actor.Actor{Kind: actor.KindPerson, Person: moderator, Tenant: d.Contribution.Tenant}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decide(d, who, Command{Action: workflow.Approve, Version: 3}, now); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSanitize cleans 4 KB of heavy markup, as it comes from a word processor.
func BenchmarkSanitize(b *testing.B) {
	source := strings.Repeat(`<p class="MsoNormal" style="margin:0"><b>Mot</b> <span lang="FR">et <i>autre</i></span><o:p></o:p></p>`, 40)
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Sanitize(source); err != nil {
			b.Fatal(err)
		}
	}
}
