package publication

import (
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// R48: a head who wrote what is blocked in silence sees an interim mask, without the authority's reference.
func TestAHeadWhoIsTheAuthorDoesNotReadTheOrdersReference(t *testing.T) {
	t.Parallel()
	m := newMatter(t, actor.Author, actor.Director)
	m.d.Holds = []Hold{{ID: id.New[id.Hold](), On: workflow.OnContribution, Own: true, Kind: workflow.BlockHold, PlacedAt: morning.Add(-time.Hour), PlacedBy: m.martin,
		Ground: "HATE", Reason: "Contenu bloqué.", Reference: "TJ-31/2026/1187", Hushed: true}}
	got := m.d.KnownTo(m.lina).Disclosed().Holds[0]
	if got.Kind != workflow.MaskHold || got.Reference != "" || got.Reason != workflow.InterimText {
		t.Errorf("R48: a head who is the author sees %+v", got)
	}
	m.d.Holds[0].Kind, m.d.Holds[0].Reference, m.d.Holds[0].Hushed = workflow.MaskHold, "D-7K2M", false
	if of := m.d.KnownTo(m.lina).Disclosed().Holds[0]; of.Reference != got.Reference {
		t.Errorf("R48: a case's mask is told from a silent block by its reference %q", of.Reference)
	}
}
