package publication_test

import (
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// A revert brings the revision before back, unless that one may not be shown any
// more: then the live one comes down all the same.
func TestRevertDoesNotHangOnTheOneBefore(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	for name, authorised := range map[string]bool{"authorised": true, "the authorisation has ended": false} {
		live := &publication.Revision{ID: id.New[id.Revision](), Status: workflow.Live, Mode: workflow.Pre}
		d := publication.Dossier{
			Contribution: publication.Contribution{
				ID: id.New[id.Contribution](), Tenant: id.New[id.Tenant](), Kind: publication.Article,
				Author: id.New[id.Person](), Version: 4, Live: live.ID, Life: workflow.Kept,
			},
			Space:  publication.Space{Mode: workflow.Pre, Audience: publication.Audience{Kind: publication.ToEstablishment}},
			Author: publication.Writer{Profile: directory.Pupil},
			Roles:  actor.NewRoles(actor.Moderator), Live: live,
			Former: &publication.Revision{ID: id.New[id.Revision](), Status: workflow.Superseded, Mode: workflow.Pre},
		}
		if authorised {
			d.Authorised = []publication.AuthorisedText{{Revision: d.Former.ID}}
		}
		who := actor.Actor{Kind: actor.KindPerson, Person: id.New[id.Person](), Tenant: d.Contribution.Tenant}
		batch, err := publication.Decide(d, who, publication.Command{
			Action: workflow.Revert, Version: 4, Reason: workflow.Reason{Ground: "DEF", Text: "Accuse un élève."},
		}, now)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		back := !batch.Heads()[0].Live.IsZero()
		if back != authorised || len(batch.Revisions()) != map[bool]int{true: 2, false: 1}[authorised] {
			t.Errorf("%s: %d revisions move, the one before is back: %v", name, len(batch.Revisions()), back)
		}
	}
}
