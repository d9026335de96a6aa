package web

import (
	"slices"
	"strings"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/publication"
)

// Part is a part of what any number may be chosen of, with its heading.
type Part struct {
	ID, Label string
	Options   []Option
}

// granted reads boxes that were ticked: "person:" and "group:" with an id. What is
// neither names nobody.
func granted(role actor.Role, ticked []string) []publication.Grant {
	var grants []publication.Grant
	for _, code := range ticked {
		kind, which, _ := strings.Cut(code, ":")
		g := publication.Grant{Role: role}
		switch kind {
		case "person":
			g.Person, _ = id.Parse[id.Person](which)
		case "group":
			g.Group, _ = id.Parse[id.Group](which)
		}
		if g != (publication.Grant{Role: role}) && !slices.Contains(grants, g) {
			grants = append(grants, g)
		}
	}
	return grants
}

func grantCode(g publication.Grant) string {
	if g.Person.IsZero() {
		return "group:" + g.Group.String()
	}
	return "person:" + g.Person.String()
}

func (v *visit) chooseMany(name string, parts []Part) Select {
	s := v.choose(name, nil)
	for i := range parts {
		parts[i].ID = name + "-" + parts[i].ID
	}
	s.Parts = parts
	return s
}

// writers are the groups and the adults who may be let write in a space.
func (v *visit) writers(people []directory.Listed, groups []directory.GroupListing, grants []publication.Grant) []Part {
	return v.parts(actor.Contributor, people, groups, grants)
}

// moderators are the adults who may review besides owner and backup, and the groups
// that are theirs alone: nobody makes moderators of a class's pupils here.
func (v *visit) moderators(people []directory.Listed, groups []directory.GroupListing, grants []publication.Grant) []Part {
	teams := slices.DeleteFunc(slices.Clone(groups), func(g directory.GroupListing) bool { return g.Pupils > 0 || g.Staff == 0 })
	return v.parts(actor.Moderator, people, teams, grants)
}

// parts are the boxes of a role, ticked for who has it and these first. Who has it and is not in the
// lists stays to be seen, and to be taken out. A part with nobody in it is left out.
func (v *visit) parts(role actor.Role, people []directory.Listed, groups []directory.GroupListing, grants []publication.Grant) []Part {
	persons, teams := Part{ID: "persons", Label: v.Text("spaces.persons")}, Part{ID: "groups", Label: v.Text("spaces.groups")}
	for _, p := range people {
		persons.add(publication.Grant{Role: role, Person: p.ID}, p.FullName(), grants)
	}
	for _, g := range groups {
		teams.add(publication.Grant{Role: role, Group: g.ID}, g.Name, grants)
	}
	for _, g := range grants {
		part, label := &persons, "spaces.person_as_before"
		if g.Person.IsZero() {
			part, label = &teams, "spaces.group_as_before"
		}
		if g.Role == role && !part.has(g) {
			part.add(g, v.Text(label), grants)
		}
	}
	parts := []Part{persons, teams}
	for _, part := range parts {
		i18n.SortBy(v.Printer, part.Options, func(o Option) string { return o.Label })
		slices.SortStableFunc(part.Options, chosenFirst)
	}
	if role == actor.Contributor {
		slices.Reverse(parts) // classes write
	}
	return slices.DeleteFunc(parts, func(p Part) bool { return len(p.Options) == 0 })
}

func chosenFirst(a, b Option) int {
	switch {
	case a.Chosen == b.Chosen:
		return 0
	case a.Chosen:
		return -1
	}
	return 1
}

func (p *Part) add(g publication.Grant, label string, grants []publication.Grant) {
	p.Options = append(p.Options, Option{grantCode(g), label, slices.Contains(grants, g)})
}

func (p *Part) has(g publication.Grant) bool {
	return slices.ContainsFunc(p.Options, func(o Option) bool { return o.Code == grantCode(g) })
}
