package publication

import (
	"slices"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// R26: a moderator who froze a space asks for another pair of eyes, with a ground as without.
func TestAFreezeWithAGroundTakesASecondLook(t *testing.T) {
	t.Parallel()
	petit := actor.Actor{Kind: actor.KindPerson, Person: id.New[id.Person](), Roles: actor.NewRoles(actor.Moderator)}
	house := directory.House{Calendar: days(t)}
	d := SpaceDossier{Space: Space{ID: id.New[id.Space](), Tenant: id.New[id.Tenant](), Kind: Blog, Mode: workflow.Post, Owner: id.New[id.Person](), Status: workflow.SpaceOpen},
		Roles: petit.Roles, House: house}
	for _, ground := range []workflow.Ground{"", "HATE"} {
		d.Holds = []Hold{{ID: id.New[id.Hold](), On: workflow.OnSpace, Own: true, Kind: workflow.FreezeHold, PlacedAt: morning, PlacedBy: petit.Person, Ground: ground, Reason: "Stop."}}
		command := SpaceCommand{Action: workflow.Unfreeze, Version: d.Space.Version, Hold: d.Holds[0].ID, Reason: workflow.Reason{Text: "Vu."}}
		if _, err := d.Decide(petit, command, morning); !slices.Contains(unmet(err), "second_look") {
			t.Errorf("R26: frozen with ground %q by a moderator, who unfreezes it: %v", ground, err)
		}
	}
}
