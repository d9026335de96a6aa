package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// errKilled is the end of a process in the middle of what it was doing.
var errKilled = errors.New("killed")

// ordeal is a school of which two texts are ordered blocked, while everybody does everything.
type ordeal struct {
	*court
	dying *moderation.Cases // whose process is killed before it commits
	done  map[workflow.Action]int
}

func newOrdeal(t *testing.T) *ordeal {
	t.Helper()
	o := &ordeal{court: newCourt(t), done: map[workflow.Action]int{}}
	live := postgres.Transactions[moderation.CasesTx](o.db)
	o.dying = moderation.NewCases(moderation.CasesConfig{Finder: o.db, Clock: o.clock, InTx: func(ctx context.Context, tenant id.Tenant, do func(moderation.CasesTx) error) error {
		return live(ctx, tenant, func(tx moderation.CasesTx) error { return errors.Join(do(tx), errKilled) })
	}})
	return o
}

// Invariant 3: whatever anybody does to a text, its case, its order or its space, in any order,
// and however often a process is killed or a message comes again: what an order has blocked is
// visible to nobody before the director has lifted that order, with a reference.
func TestWhatIsBlockedStaysBlocked(t *testing.T) {
	t.Parallel()
	o := newOrdeal(t)
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 48))
	blocked := 0
	for step := 0; step < 260 || step < 2000 && (blocked < 50 || !o.wide()); step++ {
		action, err := o.something(t, dice)
		if err != nil && !expectedOfCase(err) && !errors.Is(err, errKilled) && !errors.Is(err, workflow.ErrStale) && !refused(err) {
			t.Fatalf("seed %d, step %d: %s: %v", seed, step, action, err)
		}
		if err == nil {
			o.done[action]++
		}
		if dice.IntN(3) == 0 {
			o.work(t)
		}
		for _, c := range o.texts {
			if !o.ordered(t, c) {
				continue
			}
			blocked++
			if got := o.exposed(t, c); got != workflow.Blocked && got != workflow.Purged {
				t.Fatalf("invariant 3, seed %d, step %d: after %s it is %s", seed, step, action, got)
			}
			if o.read(t, c) {
				t.Fatalf("invariant 3, seed %d, step %d: after %s a reader sees it", seed, step, action)
			}
		}
	}
	o.work(t)
	if v, err := o.verify(t); err != nil || len(v) != 0 {
		t.Fatalf("seed %d: %v, %v", seed, v, err)
	}
	if !o.wide() {
		t.Errorf("seed %d: only %v", seed, o.done)
	}
	if blocked < 50 {
		t.Errorf("seed %d: something was blocked at %d moments only: the test does not test", seed, blocked)
	}
}

// wide reports whether all that this is about has been done by now.
func (o *ordeal) wide() bool {
	return !slices.ContainsFunc([]workflow.Action{workflow.ExecuteOrder, workflow.LiftOrder, workflow.Submit, workflow.Mask}, func(a workflow.Action) bool { return o.done[a] == 0 })
}

// ordered reports whether a text is blocked by an order that nobody has lifted with a reference.
func (o *ordeal) ordered(t *testing.T, c id.Contribution) bool {
	t.Helper()
	return o.count(t, `SELECT count(*) FROM authority_order a JOIN case_file f ON f.case_id = a.case_id
		WHERE f.contribution_id = $1 AND a.executed_at IS NOT NULL AND (a.lifted_at IS NULL OR a.lift_reference = '')`, c) > 0
}

// read asks the reading door, as a reader who belongs to the audience.
func (o *ordeal) read(t *testing.T, c id.Contribution) bool {
	t.Helper()
	return o.count(t, `SELECT count(*) FROM readable_snapshot WHERE contribution_id = $1 AND exposure = 'visible' AND html <> ''`, c) > 0
}

// something has somebody do something, and says what.
func (o *ordeal) something(t *testing.T, dice *rand.Rand) (workflow.Action, error) {
	t.Helper()
	c, who := o.texts[dice.IntN(len(o.texts))], o.people[dice.IntN(len(o.people))]
	switch dice.IntN(13) {
	case 0:
		return o.rewrite(t, dice, c)
	case 1, 2:
		return o.act(t, dice, c, who)
	case 3:
		return o.anything(t, dice, 0)
	case 4:
		return "again", o.again(t, dice)
	case 5:
		_, err := o.cases.RecordOrder(t.Context(), person(o.tenants[who], who), judicial(c.String()))
		return workflow.RecordOrder, err
	case 6:
		o.pass(time.Duration(dice.IntN(200)) * time.Minute)
		return "time", nil
	}
	return o.onSomeOrder(t, dice, who)
}

// rewrite is a new version of a text by its author, on its way to readers.
func (o *ordeal) rewrite(t *testing.T, dice *rand.Rand, c id.Contribution) (workflow.Action, error) {
	t.Helper()
	author := o.dossier(t, c, o.Garcia).Contribution.Author
	d := o.dossier(t, c, author)
	in := publication.Input{Title: "Un sujet", Body: []string{"<p>Un.</p>", "<p>Deux.</p>", "<p>Trois.</p>"}[dice.IntN(3)]}
	if _, err := o.publish.SaveDraft(t.Context(), person(o.Tilleuls, author), c, versionOf(d.Draft), in); err != nil {
		return workflow.Submit, err
	}
	d = o.dossier(t, c, author)
	return workflow.Submit, o.publish.Act(t.Context(), person(o.Tilleuls, author), c, publication.Command{Action: workflow.Submit, Version: d.Contribution.Version})
}

// act is any act on a text or on a hold of it, with the best of reasons.
func (o *ordeal) act(t *testing.T, dice *rand.Rand, c id.Contribution, who id.Person) (workflow.Action, error) {
	t.Helper()
	d := o.dossier(t, c, who)
	actions := slices.Concat(workflow.HoldTable.Actions(), []workflow.Action{workflow.Approve, workflow.Sign, workflow.Revert, workflow.Purge})
	command := publication.Command{
		Action: actions[dice.IntN(len(actions))], Version: d.Contribution.Version, Revision: d.Contribution.Live,
		Reason: workflow.Reason{Ground: "TERR", Text: "Parce que.", Reference: "TJ 2026/4"},
	}
	if len(d.Holds) > 0 && dice.IntN(2) == 0 {
		command.Hold = d.Holds[dice.IntN(len(d.Holds))].ID
	}
	if command.Action == workflow.Block || command.Sealed {
		command.Action = workflow.Mask // a block without an order is another test's
	}
	return command.Action, o.publish.Act(t.Context(), person(o.tenants[who], who), c, command)
}

// onSomeOrder is any act on any order, by anybody, of whom some are killed while they are at it.
func (o *ordeal) onSomeOrder(t *testing.T, dice *rand.Rand, who id.Person) (workflow.Action, error) {
	t.Helper()
	n := o.count(t, `SELECT count(*) FROM authority_order`)
	if n == 0 {
		return "", nil
	}
	var order id.Case
	if err := o.admin.QueryRow(t.Context(), `SELECT case_id FROM authority_order ORDER BY case_id DESC OFFSET $1 LIMIT 1`, dice.IntN(min(n, 4))).Scan(&order); err != nil {
		t.Fatal(err)
	}
	stands := o.inHand(t, order)
	command := []moderation.CaseCommand{calledBack, execution, execution, answer, lifting}[dice.IntN(5)]
	if dice.IntN(3) > 0 { // what comes next
		command = map[string]moderation.CaseCommand{"executed": answer, "answered": lifting}[stands.Status]
		if stands.Status == "ordered" {
			command = []moderation.CaseCommand{calledBack, execution}[dice.IntN(2)]
		}
	}
	if command.Action == workflow.LiftOrder && dice.IntN(2) == 0 {
		command.Reference = ""
	}
	if dice.IntN(2) == 0 { // by whom it falls to
		who = o.Garcia
		if stands.Tenant != o.Tilleuls {
			who = o.above.Recteur
		}
	}
	command.Version = stands.Version
	by, service := person(o.tenants[who], who), o.cases
	if dice.IntN(5) == 0 {
		service = o.dying
	}
	err := service.ActOn(t.Context(), by, order, command)
	if err == nil && command.Action == workflow.LiftOrder && (command.Reference == "" || who != o.Garcia && who != o.above.Recteur) {
		t.Fatalf("invariant 3: %v lifted an order with reference %q", who, command.Reference)
	}
	return command.Action, err
}

// again has a message about a case come once more, or its work be killed.
func (o *ordeal) again(t *testing.T, dice *rand.Rand) error {
	t.Helper()
	var m outbox.Message
	err := o.admin.QueryRow(t.Context(), `SELECT message_id, tenant_id, kind, subject_id, version, note FROM outbox
		WHERE kind LIKE 'case:%' OR kind = 'notification:case' ORDER BY md5(message_id::text || $1::text) LIMIT 1`, fmt.Sprint(dice.IntN(1000))).
		Scan(&m.ID, &m.Tenant, &m.Kind, &m.Subject, &m.Version, &m.Note)
	if err != nil {
		return nil //nolint:nilerr // there is none yet
	}
	if dice.IntN(2) == 0 {
		return o.dying.Step(t.Context(), m)
	}
	return o.cases.Step(t.Context(), m)
}
