package web

import (
	"slices"

	"imprimatur/internal/web/i18n"
	"imprimatur/workflow"
)

// GroundGroup is some of the grounds, in plain words.
type GroundGroup struct {
	*i18n.Printer
	Legend  string
	Choices []GroundChoice
}

// GroundChoice is a ground as people say it, with what charter or law call it.
type GroundChoice struct {
	Option
	Name string // the ground's own name
	Law  string // or the article of the charter
}

// groundGroup is a heading with the grounds below it.
type groundGroup struct {
	heading string
	grounds []workflow.Ground
}

// commonGrounds are what is reported most at school, and what cannot wait.
var commonGrounds = []groundGroup{
	{"person", []workflow.Ground{"INJ", "DEF", "HAR", "THREAT", "IMG", "PRIV", "USURP"}},
	{"shock", []workflow.Ground{"MINVIO", "HATE", "DISC"}},
	{"danger", []workflow.Ground{"SUI", "INTIM", "GROOM", "CSAM"}},
}

// otherGrounds are all others.
var otherGrounds = []groundGroup{
	{"crime", []workflow.Ground{"MINPROV", "PROVCRIME", "APO", "TERR", "NEG", "DEEP", "DRUG"}},
	{"works", []workflow.Ground{"COPY", "IPMETA", "NEIGH", "SOFT", "TM"}},
	{"charter", []workflow.Ground{"DATA", "YOUTH", "NEUT-REL", "NEUT-POL", "NEUT-IDEO", "NEUT-COM", "PURP", "SPAM", "MALW"}},
}

// plainGrounds words groups of grounds; one of them may be chosen.
func (v *visit) plainGrounds(groups []groundGroup, chosen workflow.Ground) []GroundGroup {
	list := make([]GroundGroup, len(groups))
	for i, g := range groups {
		list[i] = GroundGroup{Printer: v.Printer, Legend: v.Text("grounds." + g.heading)}
		for _, ground := range g.grounds {
			list[i].Choices = append(list[i].Choices, v.groundChoice(ground, ground == chosen))
		}
	}
	return list
}

func (v *visit) groundChoice(ground workflow.Ground, chosen bool) GroundChoice {
	info, _ := ground.Info()
	c := GroundChoice{Option: Option{string(ground), v.Text("plain." + string(ground)), chosen}, Name: v.Text("ground." + string(ground)), Law: info.Law}
	if c.Law == "" {
		c.Law = v.Text("grounds.charter_at", "Article", info.Charter)
	}
	return c
}

// among reports whether a ground is in one of the groups.
func among(groups []groundGroup, ground workflow.Ground) bool {
	return slices.ContainsFunc(groups, func(g groundGroup) bool { return slices.Contains(g.grounds, ground) })
}

// plainGround is what a ground is in plain words; empty for none.
func (v *visit) plainGround(ground workflow.Ground) string {
	if !ground.Known() {
		return ""
	}
	return v.Text("plain." + string(ground))
}

// urgent reports whether somebody may be in danger now, who needs more than a reply.
func urgent(ground workflow.Ground) bool {
	info, _ := ground.Info()
	return info.Severity >= graveSeverity
}
