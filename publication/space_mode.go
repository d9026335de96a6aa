package publication

import (
	"slices"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// modeAllowed is R11. Pupils' press exists in a lycée alone, and once a space is
// one it stays free of prior approval (R14).
func (d SpaceDossier) modeAllowed(mode workflow.Mode) bool {
	if d.Space.Status != workflow.NoSpace && d.Space.Mode == workflow.PupilPress {
		return mode == workflow.PupilPress
	}
	if mode == workflow.PupilPress {
		fresh := d.Space.Status == workflow.NoSpace
		return fresh && d.House.Tenant.Level == directory.Lycee && d.Space.Kind == Blog
	}
	switch d.Space.Kind {
	case Forum:
		return string(mode) == settings.ForumMode.Of(d.House.Values)
	case Blog:
		return mode == workflow.Pre || mode == workflow.Post
	case Web:
		return string(mode) == settings.PageMode.Of(d.House.Values)
	}
	return false
}

// startingMode is the mode of a new space for which none was named (R11): the one that its
// kind must have, and of a blog what the establishment has chosen for who writes in it.
func (d SpaceDossier) startingMode(in SpaceInput) workflow.Mode {
	parameter := settings.BlogModeAdults
	switch in.Kind {
	case Forum:
		parameter = settings.ForumMode
	case Web:
		parameter = settings.PageMode
	case Blog:
		if d.pupilsWrite(in.Grants) {
			parameter = settings.BlogModePupils
		}
	}
	return workflow.Mode(parameter.Of(d.House.Values))
}

// pupilsWrite reports whether anybody may write who is not known for an adult of the staff:
// a group has its pupils.
func (d SpaceDossier) pupilsWrite(grants []Grant) bool {
	return slices.ContainsFunc(grants, func(g Grant) bool {
		return g.Role == actor.Contributor && (!g.Group.IsZero() || !slices.Contains(d.Adults, g.Person))
	})
}
