package publication

import (
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// R11: a blog for which no mode was named starts with the one that the establishment has
// chosen for who writes there; forums and pages with theirs.
func TestStartingMode(t *testing.T) {
	t.Parallel()
	writer := func(p *plot, who id.Person) SpaceInput {
		return SpaceInput{Kind: p.d.Space.Kind, Grants: []Grant{{Role: actor.Contributor, Person: who}}}
	}
	for name, tt := range map[string]struct {
		kind SpaceKind
		in   func(p *plot) SpaceInput
		want workflow.Mode
		less workflow.Mode // where the establishment has chosen otherwise for blogs
	}{
		"adults":       {Blog, func(p *plot) SpaceInput { return writer(p, p.owner) }, workflow.Post, workflow.Pre},
		"nobody named": {Blog, func(*plot) SpaceInput { return SpaceInput{Kind: Blog} }, workflow.Post, workflow.Pre},
		"a pupil":      {Blog, func(p *plot) SpaceInput { return writer(p, id.New[id.Person]()) }, workflow.Pre, workflow.Post},
		"a class": {Blog, func(p *plot) SpaceInput {
			return SpaceInput{Kind: Blog, Grants: []Grant{{Role: actor.Contributor, Group: p.class}}}
		}, workflow.Pre, workflow.Post},
		"a class reads": {Blog, func(p *plot) SpaceInput {
			return SpaceInput{Kind: Blog, Audience: Audience{Kind: ToGroup, Group: p.class}}
		}, workflow.Post, workflow.Pre},
		"a forum": {Forum, func(p *plot) SpaceInput { return writer(p, id.New[id.Person]()) }, workflow.Post, workflow.Post},
		"pages":   {Web, func(p *plot) SpaceInput { return writer(p, p.owner) }, workflow.Pre, workflow.Pre},
	} {
		p := newPlot(t, tt.kind, actor.Admin)
		if got := p.d.startingMode(tt.in(p)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		values, err := settings.BlogModePupils.Set(p.d.House.Values, settings.ModePost)
		if err == nil {
			values, err = settings.BlogModeAdults.Set(values, settings.ModePre)
		}
		if p.d.House.Values = values; err != nil {
			t.Fatal(err)
		}
		if got := p.d.startingMode(tt.in(p)); got != tt.less {
			t.Errorf("%s, where it was chosen otherwise: %s, want %s", name, got, tt.less)
		}
	}
}
