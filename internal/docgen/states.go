package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"imprimatur/internal/actor"
	"imprimatur/workflow"
)

// stateMachines renders docs/state-machines.md.
func stateMachines() string {
	var b strings.Builder
	b.WriteString(statesIntro)
	list(&b, modes, workflow.Modes())
	b.WriteString("\n## The text: a revision\n\n" + revisionIntro)
	machine(&b, workflow.EditorialTable, workflow.Editorials(), editorials, workflow.Draft)
	b.WriteString("\n## What hides: a hold\n\n" + holdIntro)
	machine(&b, workflow.HoldTable, workflow.Holdings(), holdings, workflow.NoHold)
	exposure(&b)
	b.WriteString("\n## What is kept: a contribution's life\n\n" + lifeIntro)
	machine(&b, workflow.LifeTable, workflow.Lives(), lives, workflow.Kept)
	b.WriteString("\n## The place: a space\n\n" + spaceIntro)
	machine(&b, workflow.SpaceTable, workflow.SpaceStatuses(), spaces, workflow.NoSpace)
	b.WriteString("\n## The picture: a photo\n\n" + photoIntro)
	machine(&b, workflow.PhotoTable, workflow.PhotoStatuses(), photos, workflow.NoPhoto)
	b.WriteString("\n## Who agreed: a consent\n\n" + consentIntro)
	machine(&b, workflow.ConsentTable, workflow.ConsentStatuses(), consents, workflow.NoConsent)
	b.WriteString("\n## The examination: a case\n\n" + caseIntro)
	machine(&b, workflow.CaseTable, examined(), cases, workflow.NoCase)
	b.WriteString("\n### The verdicts\n\n" + verdictsIntro)
	list(&b, verdicts, workflow.Verdicts())
	b.WriteString("\n## The right of reply\n\n" + replyIntro)
	machine(&b, workflow.ReplyTable, workflow.CaseStatuses(), cases, workflow.NoCase)
	b.WriteString("\n")
	list(&b, replyVerdicts, workflow.ReplyVerdicts())
	b.WriteString("\n## What an authority commands: an order\n\n" + orderIntro)
	machine(&b, workflow.OrderTable, workflow.OrderStatuses(), cases, workflow.NoCase)
	b.WriteString("\n## The needs\n\n" + needsIntro)
	for _, name := range needNames() {
		fmt.Fprintf(&b, "- `%s`: %s\n", name, needs[name])
	}
	b.WriteString("\n## The roles\n\n" + rolesIntro)
	list(&b, roles, actor.AllRoles())
	return b.String()
}

// examined are the statuses of a case that somebody examines.
func examined() []workflow.CaseStatus {
	return slices.DeleteFunc(workflow.CaseStatuses(), func(s workflow.CaseStatus) bool {
		return s != workflow.CaseClosed && s != workflow.NoCase && slices.Contains(workflow.OrderStatuses(), s)
	})
}

// machine renders one table: its statuses, a drawing, its actions and its rows.
func machine[S ~string, F any](b *strings.Builder, table workflow.Table[S, F], statuses []S, about map[S]prose, start S) {
	b.WriteString("\n| status | means | acts next |\n|-|-|-|\n")
	for _, status := range statuses {
		fmt.Fprintf(b, "| %s | %s | %s |\n", shown(status), about[status].means, about[status].next)
	}
	b.WriteString("\n```mermaid\n" + diagram(table, start) + "```\n\n")
	for _, action := range table.Actions() {
		fmt.Fprintf(b, "- `%s`: %s\n", action, actions[action])
	}
	b.WriteString("\n| from | action | when | to | roles | needs | reason | promises |\n|-|-|-|-|-|-|-|-|\n")
	for _, row := range table.Rules {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", shown(row.From), act(row), row.When.Name, shown(row.To),
			who(row), asked(row.Needs), reasons[row.Reason], promised(row.Emits))
	}
}

// shown is a status in a cell; what does not exist yet has none.
func shown[S ~string](status S) string {
	if status == "" {
		return "(none yet)"
	}
	return "`" + string(status) + "`"
}

func act[S ~string, F any](row workflow.Rule[S, F]) string {
	if row.Within != "" {
		return fmt.Sprintf("`%s`, with `%s`", row.Action, row.Within)
	}
	return "`" + string(row.Action) + "`"
}

func who[S ~string, F any](row workflow.Rule[S, F]) string {
	names := make([]string, len(row.Roles))
	for i, role := range row.Roles {
		names[i] = string(role)
	}
	out := strings.Join(names, ", ")
	if row.Reserved != "" {
		out += " (" + row.Reserved + ")"
	}
	return out
}

func asked[F any](list []workflow.Need[F]) string {
	names := make([]string, len(list))
	for i, need := range list {
		names[i] = need.Name + " (" + need.Rule + ")"
	}
	return strings.Join(names, ", ")
}

func promised[F any](list []workflow.Emit[F]) string {
	names := make([]string, len(list))
	for i, emit := range list {
		names[i] = "`" + string(emit.Kind) + "`"
		if emit.Due != nil {
			names[i] += " at its hour"
		}
	}
	return strings.Join(names, ", ")
}

// diagram draws the statuses with their ways, one arrow for each pair. What
// leads out of nearly everywhere is said in the text and left out of the drawing.
func diagram[S ~string, F any](table workflow.Table[S, F], start S) string {
	everywhere := []workflow.Action{workflow.Abandon, workflow.Replace}
	type way struct{ from, to S }
	var order []way
	labels := map[way][]string{}
	for _, row := range table.Rules {
		if slices.Contains(everywhere, row.Action) {
			continue
		}
		w := way{row.From, row.To}
		if labels[w] == nil {
			order = append(order, w)
		}
		if !slices.Contains(labels[w], string(row.Action)) {
			labels[w] = append(labels[w], string(row.Action))
		}
	}
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	if start != "" {
		fmt.Fprintf(&b, "    [*] --> %s\n", start)
	}
	for _, w := range order {
		fmt.Fprintf(&b, "    %s --> %s : %s\n", cmp.Or(string(w.from), "[*]"), w.to, strings.Join(labels[w], ", "))
	}
	return b.String()
}

// exposure renders what readers see: the order of precedence, and what each kind
// of hold makes of a live contribution, both asked of the code itself.
func exposure(b *strings.Builder) {
	b.WriteString("\n### Exposure: what readers see\n\n" + exposureIntro)
	for i, e := range workflow.Exposures() {
		fmt.Fprintf(b, "%d. `%s`: %s\n", i+1, e, exposures[e])
	}
	b.WriteString("\n| open hold | why | something live is then |\n|-|-|-|\n")
	for _, kind := range workflow.HoldKinds() {
		fmt.Fprintf(b, "| `%s` | %s | `%s` |\n", kind, holdKinds[kind], workflow.Expose(false, []workflow.HoldKind{kind}, true))
	}
}

// list renders a closed set with its explanations.
func list[K ~string](b *strings.Builder, about map[K]string, keys []K) {
	for _, key := range keys {
		fmt.Fprintf(b, "- `%s`: %s\n", key, about[key])
	}
}

// needNames lists the needs of all tables once, in alphabetical order.
func needNames() []string {
	names := slices.Concat(
		needsOf(workflow.EditorialTable), needsOf(workflow.HoldTable), needsOf(workflow.LifeTable), needsOf(workflow.SpaceTable),
		needsOf(workflow.PhotoTable), needsOf(workflow.ConsentTable), needsOf(workflow.CaseTable), needsOf(workflow.ReplyTable), needsOf(workflow.OrderTable),
	)
	slices.Sort(names)
	return slices.Compact(names)
}

func needsOf[S ~string, F any](table workflow.Table[S, F]) []string {
	var names []string
	for _, row := range table.Rules {
		for _, need := range row.Needs {
			names = append(names, need.Name)
		}
	}
	return names
}
