package publication

import (
	"slices"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// checkPressDirector says what is wrong with who is named director of the publication of a
// pupils' paper (R14): an adult who teaches or works here, or a pupil who is old enough on the day
// they are named. A pupil of unknown age is not. Whoever is named already may stay when they have
// left: readers see them named no more.
func (d SpaceDossier) checkPressDirector(in SpaceInput, now time.Time) error {
	named := in.PressDirector
	if named.IsZero() || d.Space.press() && named == d.Space.PressDirector {
		return nil
	}
	fault := &FieldError{Field: "press_director", Rule: "R14"}
	pupil := slices.IndexFunc(d.Pupils, func(p directory.Person) bool { return p.ID == named })
	switch {
	case in.Mode != workflow.PupilPress:
		fault.Code = "not_expected"
	case !slices.Contains(d.People, named):
		fault.Code = "not_found"
	case slices.Contains(d.Adults, named):
		return nil
	case pupil < 0:
		fault.Code = "unsuitable"
	default:
		fault.Code, fault.Limit = "too_young", settings.PressDirectorAge.Of(d.House.Values)
		if d.Pupils[pupil].Age(now.In(d.House.Calendar.Location())) >= fault.Limit {
			return nil
		}
	}
	return fault
}
