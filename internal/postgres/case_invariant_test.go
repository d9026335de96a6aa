package postgres_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// court is a school with an authority above, two texts, and a hold that no case has placed.
type court struct {
	*desk
	above     académie
	texts     []id.Contribution
	secrets   []string
	people    []id.Person
	tenants   map[id.Person]id.Tenant
	untouched id.Hold
}

func newCourt(t *testing.T) *court {
	t.Helper()
	c := &court{desk: newDesk(t), tenants: map[id.Person]id.Tenant{}}
	c.above = c.académie(t)
	c.lend(t, c.Tilleuls, c.Garcia, c.Petit)
	c.people = []id.Person{c.Lina, c.Noe, c.Martin, c.Diallo, c.Garcia, c.Petit, c.above.Recteur, c.above.Legrand}
	for _, p := range c.people {
		c.tenants[p] = c.Tilleuls
	}
	c.tenants[c.above.Recteur], c.tenants[c.above.Legrand] = c.above.Tenant, c.above.Tenant
	for _, author := range []id.Person{c.Lina, c.Noe, c.Diallo} {
		c.texts = append(c.texts, c.write(t, author, c.Forum, publication.Topic, "Un sujet", "<p>Monsieur Petit a dit non.</p>"))
		c.pass(2 * time.Minute)
	}
	c.mustJudge(t, c.Garcia, c.texts[0], workflow.Mask, workflow.Reason{Ground: "PRIV", Text: "À voir."})
	c.untouched = c.dossier(t, c.texts[0], c.Garcia).Holds[0].ID
	c.work(t)
	return c
}

// Whatever anybody does, in any order: what was withdrawn has its reasons and a way to appeal
// (invariant 5), nobody whom a case concerns decides it (11), the author reads nothing of who
// reported (12), and a hold that a case has not placed stays as it is.
func TestNobodyJudgesTheirOwnCause(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 3))
	done := map[workflow.Action]int{}
	for step := range 220 {
		act, err := c.anything(t, dice, step)
		if err != nil && !expectedOfCase(err) {
			t.Fatalf("seed %d, step %d: %s: %v", seed, step, act, err)
		}
		if err == nil {
			done[act]++
		}
		if dice.IntN(3) > 0 {
			c.work(t)
		}
		if step%10 == 9 {
			c.holds(t, seed, step)
		}
	}
	c.work(t)
	c.holds(t, seed, 220)
	for _, act := range []workflow.Action{workflow.Report, workflow.Examine, workflow.DecideCase} {
		if done[act] == 0 {
			t.Errorf("seed %d: never %s: %v", seed, act, done)
		}
	}
}

// holds checks the invariants.
func (c *court) holds(t *testing.T, seed uint64, step int) {
	t.Helper()
	if v, err := c.verify(t); err != nil || len(v) != 0 {
		t.Fatalf("seed %d, step %d: %v, %v", seed, step, v, err)
	}
	if n := c.count(t, `SELECT count(*) FROM hold WHERE hold_id = $1 AND status = 'open' AND version = 1`, c.untouched); n != 1 {
		t.Fatalf("seed %d, step %d: a hold of no case was touched", seed, step)
	}
	if n := c.count(t, `SELECT count(*) FROM case_letter l JOIN report r ON r.case_id = l.case_id
		WHERE l.party = 'author' AND (strpos(l.body, r.name) > 0 AND r.name <> '' OR strpos(l.body, r.reference) > 0 OR strpos(l.body, r.explanation) > 0 AND r.explanation <> '')`); n != 0 {
		t.Fatalf("invariant 12, seed %d, step %d: an author reads who reported", seed, step)
	}
}

// follower is somebody who has reported something, with the version of what they read.
func (c *court) follower(t *testing.T, dice *rand.Rand) (moderation.Follower, int64) {
	t.Helper()
	if len(c.secrets) == 0 {
		return moderation.Follower{}, 0
	}
	by := moderation.Follower{Secret: c.secrets[dice.IntN(len(c.secrets))]}
	view, _ := c.cases.Follow(t.Context(), by)
	return by, view.Version
}

// anything has somebody do something to some case, and says what.
func (c *court) anything(t *testing.T, dice *rand.Rand, step int) (workflow.Action, error) {
	t.Helper()
	who := c.people[dice.IntN(len(c.people))]
	actor := person(c.tenants[who], who)
	if dice.IntN(5) == 0 {
		grounds := []workflow.Ground{"PURP", "DEF", "HAR", "SUI"}
		in := anyone(c.texts[dice.IntN(len(c.texts))], grounds[dice.IntN(len(grounds))])
		in.Explanation, in.Authority = fmt.Sprintf("Motif numéro %d.", step), dice.IntN(8) == 0
		if dice.IntN(6) > 0 {
			actor = anonymous(c.Tilleuls)
		}
		actor.Tenant = c.Tilleuls
		receipt, err := c.cases.Report(t.Context(), actor, in)
		if err == nil {
			c.secrets = append(c.secrets, receipt.Secret)
		}
		return workflow.Report, err
	}
	about, found := c.some(t, dice)
	if !found {
		return "", nil
	}
	stands := c.inHand(t, about)
	version := stands.Version
	switch dice.IntN(12) {
	case 0:
		c.pass(time.Duration(dice.IntN(40)) * time.Hour)
		return "time", nil
	case 1:
		who := person(c.Tilleuls, c.people[dice.IntN(2)])
		view, _ := c.cases.AuthorView(t.Context(), who, c.toldAs(t, about)) // or it is refused
		return workflow.Appeal, c.cases.AppealCase(t.Context(), who, c.toldAs(t, about), view.Version, "Je conteste.")
	case 2:
		by, version := c.follower(t, dice)
		return workflow.Appeal, c.cases.AppealReport(t.Context(), by, version, "Je conteste.")
	case 3:
		by, version := c.follower(t, dice)
		return workflow.Respond, c.cases.Respond(t.Context(), by, version, "Lundi.")
	case 4:
		c.mayRestore(t, dice)
		return "restore", nil
	}
	actions, verdicts := moderation.CaseActions(), workflow.Verdicts()
	command := moderation.CaseCommand{
		Action: actions[dice.IntN(len(actions))], Version: version, Verdict: verdicts[dice.IntN(len(verdicts))], Ground: "DEF", Reason: "Parce que.", Text: "Voyez.",
		Assignee: c.people[dice.IntN(len(c.people))],
	}
	if dice.IntN(4) > 0 { // what comes next, by whom it falls to
		command.Action = map[string]workflow.Action{
			"assigned": workflow.Examine, "examining": workflow.DecideCase, "inquiring": workflow.DecideCase, "appealed": workflow.Overturn, "closed": workflow.ReopenCase,
		}[stands.Status]
		if !stands.Assignee.IsZero() && dice.IntN(4) > 0 {
			actor = person(stands.Tenant, stands.Assignee)
		}
	}
	return command.Action, c.cases.ActOn(t.Context(), actor, about, command)
}

// mayRestore has somebody try to release a hold of a case by the ordinary act.
func (c *court) mayRestore(t *testing.T, dice *rand.Rand) {
	t.Helper()
	text := c.texts[1+dice.IntN(2)]
	d := c.dossier(t, text, c.Garcia)
	for _, h := range d.Holds {
		command := publication.Command{Action: workflow.Restore, Version: d.Contribution.Version, Revision: d.Contribution.Live, Hold: h.ID, Reason: workflow.Reason{Text: "Non."}}
		if err := c.mod.Act(t.Context(), person(c.Tilleuls, c.Garcia), text, command); !h.Case.IsZero() && err == nil {
			t.Fatal("R42: a hold of a case was released beside its decision")
		}
	}
}

// some is one of the cases.
func (c *court) some(t *testing.T, dice *rand.Rand) (id.Case, bool) {
	t.Helper()
	n := c.count(t, `SELECT count(*) FROM case_file`)
	if n == 0 {
		return id.Case{}, false
	}
	var about id.Case
	if err := c.admin.QueryRow(t.Context(), `SELECT case_id FROM case_file ORDER BY case_id OFFSET $1 LIMIT 1`, dice.IntN(n)).Scan(&about); err != nil {
		t.Fatal(err)
	}
	return about, true
}

// expectedOfCase reports whether an error is an answer, and no fault.
func expectedOfCase(err error) bool {
	var field *directory.FieldError
	var refusal *directory.Refusal
	var workflowRefusal *workflow.Refusal
	return errors.Is(err, directory.ErrNotFound) || errors.As(err, &field) || errors.As(err, &refusal) || errors.As(err, &workflowRefusal)
}
