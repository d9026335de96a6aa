package main

import (
	"cmp"
	"fmt"
	"strings"

	"imprimatur/internal/config"
	"imprimatur/internal/settings"
)

// configuration renders docs/configuration.md: what the machine's administrator
// sets, by flag, then what each establishment sets for itself.
func configuration() (string, error) {
	flags, err := config.Document()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(flags)
	b.WriteString(parametersIntro)
	b.WriteString("\n| parameter | rule | fixed by | from | default | accepted | may be changed | meaning |\n|-|-|-|-|-|-|-|-|\n")
	for _, row := range settings.Table() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | `%s` | %s | %s | %s |\n", row.Key, row.Rule, authorities[row.Authority], cited(row),
			cmp.Or(row.Default, `""`), cell(row.Bounds), changes[row.Change], cell(row.About))
	}
	return b.String(), nil
}

const parametersIntro = `
## Parameters of an establishment

Each establishment keeps its own values, in the database. The rule is the one of the house's rules
that the parameter belongs to; A and B, where it comes from, are the charters of Mon ENT Occitanie and
of Midi-Pyrénées. What the law or the charter fixed may be made stricter and never weaker: the form
and the API refuse it, and name the rule.
`

var authorities = map[settings.Authority]string{
	settings.Law: "law", settings.Charter: "charter", settings.Default: "default", settings.Service: "the service",
}

var changes = map[settings.Change]string{
	settings.Freely: "yes", settings.StricterOnly: "to be stricter", settings.Never: "no",
}

// cited is where a parameter's rule comes from.
func cited(row settings.Row) string {
	var list []string
	for _, source := range row.Sources {
		list = append(list, source.String())
	}
	return strings.Join(list, ", ")
}

// cell makes text fit into a cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
