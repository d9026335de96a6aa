package workflow_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/workflow"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// The policy as a diff: every status × action × role of every table, under the
// facts that route, is allowed or refused with the exact error. Each line reads
//
//	status, action: answer: roles
//
// What every role is refused as impossible is left out.
func TestMatrix(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, c := range editorialCases() {
		matrix(&b, workflow.EditorialTable, workflow.Editorials(), c.name, c.facts)
	}
	for _, c := range holdCases() {
		matrix(&b, workflow.HoldTable, workflow.Holdings(), c.name, c.facts)
	}
	free := workflow.LifeFacts{Mode: workflow.Pre, Hidden: true, Settled: true, Unblocked: true, FreeToGo: true}
	matrix(&b, workflow.LifeTable, workflow.Lives(), "nothing keeps it", free)
	free.Settled = false
	matrix(&b, workflow.LifeTable, workflow.Lives(), "a text is on its way", free)
	free.Settled, free.Mode = true, workflow.PupilPress
	matrix(&b, workflow.LifeTable, workflow.Lives(), "PUPIL_PRESS, not put away by its author", free)
	free.PutAway = true
	matrix(&b, workflow.LifeTable, workflow.Lives(), "PUPIL_PRESS, put away by its author", free)
	matrix(&b, workflow.LifeTable, workflow.Lives(), "zero facts", workflow.LifeFacts{})
	sound := workflow.SpaceFacts{Mode: workflow.Pre, AudienceAllowed: true, ModeAllowed: true, OwnerAndBackup: true, Signed: true, Informed: true, Authorised: true, Heard: true}
	matrix(&b, workflow.SpaceTable, workflow.SpaceStatuses(), "all is in order", sound)
	sound.Mode = workflow.PupilPress
	matrix(&b, workflow.SpaceTable, workflow.SpaceStatuses(), "PUPIL_PRESS, all is in order", sound)
	sound.Heard = false
	matrix(&b, workflow.SpaceTable, workflow.SpaceStatuses(), "PUPIL_PRESS, somebody would be silenced", sound)
	matrix(&b, workflow.SpaceTable, workflow.SpaceStatuses(), "zero facts", workflow.SpaceFacts{})
	for _, c := range photoCases() {
		matrix(&b, workflow.PhotoTable, workflow.PhotoStatuses(), c.name, c.facts)
	}
	for _, c := range consentCases() {
		matrix(&b, workflow.ConsentTable, workflow.ConsentStatuses(), c.name, c.facts)
	}
	for _, c := range caseCases() {
		matrix(&b, workflow.CaseTable, workflow.CaseStatuses(), c.name, c.facts)
	}
	for _, c := range replyCases() {
		matrix(&b, workflow.ReplyTable, workflow.CaseStatuses(), c.name, c.facts)
	}
	for _, c := range orderCases() {
		matrix(&b, workflow.OrderTable, workflow.OrderStatuses(), c.name, c.facts)
	}
	golden(t, "matrix.golden", b.String())
}

type namedFacts[F any] struct {
	name  string
	facts F
}

func editorialCases() []namedFacts[workflow.Facts] {
	cases := []namedFacts[workflow.Facts]{{"zero facts", workflow.Facts{}}}
	add := func(name string, facts workflow.Facts) {
		cases = append(cases, namedFacts[workflow.Facts]{name, facts})
	}
	for _, mode := range workflow.Modes() {
		facts := ready(mode)
		add(string(mode), facts)
		facts.SignatureDue = true
		add(string(mode)+", signature due", facts)
		facts.Cleared = false
		add(string(mode)+", signature due, consent missing", facts)
		facts.SignatureDue = false
		add(string(mode)+", consent missing", facts)
	}
	held := ready(workflow.Post)
	held.Held = true
	add("POST, held", held)
	held.Reviewed = true
	add("POST, held, reviewed", held)
	approved := ready(workflow.Pre)
	approved.Reviewed = true
	add("PRE, approved", approved)
	suggestion := ready(workflow.Pre)
	suggestion.Suggester = suggester
	add("PRE, suggestion", suggestion)
	reversed := ready(workflow.Pre)
	reversed.Rejecter = other
	add("PRE, the actor rejected it before", reversed)
	return cases
}

func holdCases() []namedFacts[workflow.HoldFacts] {
	cases := []namedFacts[workflow.HoldFacts]{{"zero facts", workflow.HoldFacts{}}}
	add := func(name string, facts workflow.HoldFacts) {
		cases = append(cases, namedFacts[workflow.HoldFacts]{name, facts})
	}
	for _, mode := range []workflow.Mode{workflow.Pre, workflow.PupilPress} {
		for _, kind := range workflow.HoldKinds() {
			facts := workflow.HoldFacts{Kind: kind, On: workflow.OnContribution, Mode: mode, NamesRevision: true}
			if kind == workflow.FreezeHold {
				facts.On = workflow.OnSpace
			}
			add(fmt.Sprintf("%s, %s on a %s", mode, kind, facts.On), facts)
		}
		sealed := workflow.HoldFacts{Kind: workflow.MaskHold, On: workflow.OnContribution, Mode: mode, NamesRevision: true, Sealed: true, Severe: true}
		add(string(mode)+", sealed mask of severity 4", sealed)
		lone := workflow.HoldFacts{Kind: workflow.FreezeHold, On: workflow.OnSpace, Mode: mode, Ownerless: true}
		add(string(mode)+", nobody answers for the space", lone)
	}
	own := workflow.HoldFacts{Kind: workflow.ArchiveHold, On: workflow.OnContribution, Mode: workflow.Pre, ByAuthor: true, NamesRevision: true}
	add("PRE, archive by the author", own)
	return cases
}

func photoCases() []namedFacts[workflow.PhotoFacts] {
	return []namedFacts[workflow.PhotoFacts]{
		{"zero facts", workflow.PhotoFacts{}},
		{"all is in order", workflow.PhotoFacts{WithinQuota: true, Standing: true, Accounted: true, Unused: true, FreeToGo: true}},
		{"in use", workflow.PhotoFacts{Accounted: true, FreeToGo: true}},
	}
}

func consentCases() []namedFacts[workflow.ConsentFacts] {
	cases := []namedFacts[workflow.ConsentFacts]{{"zero facts", workflow.ConsentFacts{}}}
	for _, outcome := range workflow.Outcomes() {
		facts := workflow.ConsentFacts{Outcome: outcome, Complete: true, Rested: true}
		cases = append(cases, namedFacts[workflow.ConsentFacts]{string(outcome), facts})
		facts.Witness = true
		cases = append(cases, namedFacts[workflow.ConsentFacts]{string(outcome) + ", on paper", facts})
	}
	return append(cases, namedFacts[workflow.ConsentFacts]{"its time is over", workflow.ConsentFacts{Over: true}})
}

func caseCases() []namedFacts[workflow.CaseFacts] {
	kept, withdrawn := judging(workflow.Keep), judging(workflow.WithdrawAll)
	concerned, same, early, late, lone, sealed, blocked, again := kept, withdrawn, kept, kept, kept, kept, kept, kept
	again.Undecided = false
	sealed.Maskable, sealed.Unsealed = false, false
	blocked.Unordered = false
	concerned.Unconcerned = false
	same.Fresh = false
	early.Lapsed, early.Late = false, false
	late.InTime = false
	lone.Above, lone.Continued = false, false
	return []namedFacts[workflow.CaseFacts]{
		{"zero facts", workflow.CaseFacts{}}, {"kept", kept}, {"withdrawn", withdrawn},
		{"the actor is concerned", concerned}, {"the actor has judged it before", same},
		{"its time goes on", early}, {"the time to appeal is over", late},
		{"nobody above, and no other case", lone}, {"it has sealed what it is about", sealed}, {"an order blocks what it is about", blocked},
		{"it was decided and reopened", again},
	}
}

func replyCases() []namedFacts[workflow.CaseFacts] {
	sound := workflow.CaseFacts{Complete: true, Unconcerned: true, Above: true, Located: true, Shown: true, Outlived: true, Lapsed: true}
	concerned, lost, fresh, refused := sound, sound, sound, sound
	concerned.Unconcerned = false
	lost.Located, lost.Above = false, false
	fresh.Outlived, fresh.Lapsed = false, false
	refused.Shown = false
	return []namedFacts[workflow.CaseFacts]{
		{"a reply, zero facts", workflow.CaseFacts{}}, {"a reply", sound}, {"a reply, the actor is concerned", concerned},
		{"a reply to nothing that is here, and nobody above", lost}, {"a reply under its message", fresh}, {"a reply that readers do not see", refused},
	}
}

func matrix[S ~string, F any](b *strings.Builder, table workflow.Table[S, F], statuses []S, name string, facts F) {
	fmt.Fprintf(b, "== %s: %s\n", table.Name, name)
	for _, status := range statuses {
		for _, action := range table.Actions() {
			for _, line := range answers(table, status, action, facts) {
				fmt.Fprintf(b, "%q %s: %s\n", string(status), action, line)
			}
		}
	}
	b.WriteByte('\n')
}

// answers gives each answer once, with the roles that get it.
func answers[S ~string, F any](table workflow.Table[S, F], status S, action workflow.Action, facts F) []string {
	var order []string
	roles := map[string][]string{}
	s := subject(status)
	for _, role := range actor.AllRoles() {
		change, err := table.Decide(s, facts, command(s, action, inRole(role)), now)
		answer := "→ " + string(change.To())
		if err != nil {
			answer = refusal(err)
		}
		if _, seen := roles[answer]; !seen {
			order = append(order, answer)
		}
		roles[answer] = append(roles[answer], string(role))
	}
	if len(order) == 1 && order[0] == "impossible" {
		return nil
	}
	for i, answer := range order {
		order[i] = answer + ": " + strings.Join(roles[answer], " ")
	}
	return order
}

// refusal words the exact error in a few words.
func refusal(err error) string {
	var r *workflow.Refusal
	if !errors.As(err, &r) {
		return err.Error()
	}
	words := map[error]string{
		workflow.ErrImpossible: "impossible", workflow.ErrForbidden: "forbidden", workflow.ErrUnmet: "unmet",
		workflow.ErrReason: "reason", workflow.ErrStale: "stale",
	}
	out := words[r.Err]
	if r.Rule != "" && !errors.Is(r.Err, workflow.ErrUnmet) {
		out += " " + r.Rule
	}
	for _, unmet := range r.Unmet {
		out += " " + unmet.Rule + "/" + unmet.Name
	}
	return strings.Join(append([]string{out}, r.Fields...), " ")
}

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s is not what the tables say; if that is meant, run go test ./workflow -update (-file +tables):\n%s", name, diff)
	}
}
