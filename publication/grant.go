package publication

import (
	"errors"
	"slices"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// candidates are those whom the input names.
func (in SpaceInput) candidates() Candidates {
	named := Candidates{Persons: []id.Person{in.Owner, in.Backup, in.PressDirector}, Groups: []id.Group{in.Audience.Group}}
	for _, grant := range in.Grants {
		named.Persons = append(named.Persons, grant.Person)
		named.Groups = append(named.Groups, grant.Group)
	}
	return named
}

// checkGrants says what is wrong with each grant: R09 gives a role to those alone
// who belong here, and once.
func (d SpaceDossier) checkGrants(grants []Grant) error {
	var faults []error
	for i, grant := range grants {
		code := d.faultOf(grant)
		if code == "" && slices.Contains(grants[:i], grant) {
			code = "repeated"
		}
		if code != "" {
			faults = append(faults, &FieldError{Field: "grants", Code: code, Rule: "R09"})
		}
	}
	return errors.Join(faults...)
}

// faultOf is what is wrong with one grant; empty for nothing. Who moderates is an
// adult who teaches or works here; in a group, its staff alone does (R12). A grant
// that stands already may stay when its person has left: it is nothing any more.
func (d SpaceDossier) faultOf(g Grant) string {
	switch {
	case g.Role != actor.Contributor && g.Role != actor.Moderator, g.Person.IsZero() == g.Group.IsZero():
		return "mismatch"
	case slices.Contains(d.Grants, g):
		return ""
	case !g.Group.IsZero() && !slices.Contains(d.Groups, g.Group), !g.Person.IsZero() && !slices.Contains(d.People, g.Person):
		return "not_found"
	case g.Role == actor.Moderator && !g.Person.IsZero() && !slices.Contains(d.Adults, g.Person):
		return "not_adult_staff"
	}
	return ""
}

// heard reports whether, in pupils' press, whoever writes or reads today still
// may with the input: to take either away would silence it without a ground (R14).
func (d SpaceDossier) heard(in SpaceInput) bool {
	wider := in.Audience == d.Space.Audience || in.Audience.Reach() > d.Space.Audience.Reach()
	lost := slices.ContainsFunc(d.Grants, func(g Grant) bool {
		return g.Role == actor.Contributor && !slices.Contains(in.Grants, g)
	})
	return !d.Space.press() || (wider && !lost)
}
