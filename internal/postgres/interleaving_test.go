package postgres_test

import (
	"cmp"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// life is one contribution that everybody does anything to, in any order.
type life struct {
	t        *testing.T
	b        *bundle
	admin    *pgx.Conn
	space    id.Space
	author   id.Person
	c        id.Contribution
	now      *time.Time
	blocked  bool // an authority blocked it, and nobody has lifted that with a reference since
	accepted int
	seen     map[workflow.Exposure]int // the exposures that were reached
}

// refused reports whether the error is an answer of the rules rather than a fault.
func refused(err error) bool {
	var refusal *workflow.Refusal
	var field *publication.FieldError
	return errors.As(err, &refusal) || errors.As(err, &field) || errors.Is(err, directory.ErrNotFound) ||
		errors.Is(err, publication.ErrNotYet) || errors.Is(err, workflow.ErrStale)
}

func (l *life) settle(t *rapid.T, what string, err error) {
	if err == nil {
		l.accepted++
		return
	}
	if !refused(err) {
		t.Fatalf("%s: %v", what, err)
	}
}

// people are who act: those with every role here, and those with none.
func (l *life) somebody(t *rapid.T) id.Person {
	return rapid.SampledFrom([]id.Person{l.b.Lina, l.b.Noe, l.b.Martin, l.b.Diallo, l.b.Garcia, l.b.Petit, l.b.Zoe}).Draw(t, "who")
}

// edit saves a draft as its author, or a suggestion as anybody else.
func (l *life) edit(t *rapid.T) {
	who := l.somebody(t)
	d := l.b.dossier(l.t, l.c, who)
	in := publication.Input{Title: "Le mammouth", Body: rapid.SampledFrom([]string{"<p>Un.</p>", "<p>Deux.</p>", "<p>Trois.</p>"}).Draw(t, "text")}
	if rapid.Bool().Draw(t, "later") {
		in.PublishAt = l.now.Add(time.Hour)
	}
	var err error
	if who == l.author {
		_, err = l.b.publish.SaveDraft(l.t.Context(), person(l.b.Tilleuls, who), l.c, versionOf(d.Draft), in)
	} else {
		_, err = l.b.publish.Suggest(l.t.Context(), person(l.b.Tilleuls, who), l.c, versionOf(d.Suggestion), in)
	}
	l.settle(t, "edit", err)
}

func versionOf(r *publication.Revision) int64 {
	if r == nil {
		return 0
	}
	return r.Version
}

// act is any action of any table, by anybody, with any reason.
func (l *life) act(t *rapid.T) {
	who := l.somebody(t)
	d := l.b.dossier(l.t, l.c, who)
	action := rapid.SampledFrom(workflow.AllActions()).Draw(t, "action")
	c := publication.Command{
		Action: action, Version: d.Contribution.Version,
		Reason: rapid.SampledFrom([]workflow.Reason{
			{}, {Text: "Parce que."}, {Ground: "INJ", Text: "Une insulte."}, {Ground: "PURP", Text: "Hors sujet.", Reference: "2026/17"},
			{Ground: "TERR", Text: "Sur ordre.", Reference: "TJ 2026/4"},
		}).Draw(t, "reason"),
		Sealed: rapid.IntRange(0, 9).Draw(t, "sealed") == 0,
	}
	if rapid.Bool().Draw(t, "names the live revision") {
		c.Revision = d.Contribution.Live
	}
	err := l.b.publish.Act(l.t.Context(), person(l.b.Tilleuls, who), l.c, c)
	if err == nil && action == workflow.Lift {
		l.blocked = false
		if who != l.b.Garcia || c.Reason.Reference == "" {
			t.Fatalf("invariant 3: %v lifted a block with reference %q", who, c.Reason.Reference)
		}
	}
	l.settle(t, string(action), err)
}

// take is an action that is open to somebody, with a reason that fits: what
// people mostly do.
func (l *life) take(t *rapid.T) {
	who := rapid.SampledFrom([]id.Person{l.b.Lina, l.b.Martin, l.b.Garcia}).Draw(t, "who")
	d := l.b.dossier(l.t, l.c, who)
	offers := d.Offers(person(l.b.Tilleuls, who), *l.now)
	if len(offers) == 0 {
		return
	}
	offer := rapid.SampledFrom(offers).Draw(t, "offer")
	if offer.Action == workflow.Purge && rapid.IntRange(0, 9).Draw(t, "spare it") > 0 {
		return
	}
	err := l.b.publish.Act(l.t.Context(), person(l.b.Tilleuls, who), l.c, publication.Command{
		Action: offer.Action, Version: d.Contribution.Version, Revision: cmp.Or(offer.Revision, d.Contribution.Live), Hold: offer.Hold,
		Reason: workflow.Reason{Ground: "INJ", Text: "Une insulte.", Reference: "TJ 2026/4"},
	})
	if err == nil && len(offer.Unmet) > 0 {
		t.Fatalf("%s was offered as closed (%v) and went through", offer.Action, offer.Unmet)
	}
	if err == nil && offer.Action == workflow.Lift {
		l.blocked = false
	}
	l.settle(t, string(offer.Action), err)
}

// work is what the worker is asked next, as it would be.
func (l *life) work(t *rapid.T) {
	d := l.b.dossier(l.t, l.c, id.Person{})
	if d.Open == nil {
		return
	}
	next := map[workflow.Editorial]workflow.Action{workflow.Submitted: workflow.Pass, workflow.Scheduled: workflow.Publish}
	if action, ok := next[d.Open.Status]; ok {
		l.settle(t, string(action), l.b.tryStep(l.t, l.c, action))
	}
}

// step is whatever the worker or the clock could be asked, in any order, and twice.
func (l *life) step(t *rapid.T) {
	d := l.b.dossier(l.t, l.c, id.Person{})
	if d.Open == nil {
		return
	}
	action := rapid.SampledFrom([]workflow.Action{workflow.Pass, workflow.HoldBack, workflow.Publish, workflow.ConsentCleared}).Draw(t, "step")
	m := outbox.Message{Tenant: l.b.Tilleuls, Subject: d.Open.ID.UUID, Version: d.Open.Version - int64(rapid.IntRange(0, 1).Draw(t, "stale"))}
	err := l.b.inTx(l.t.Context(), l.b.Tilleuls, func(tx publication.Tx) error {
		d, err := tx.DossierOf(l.t.Context(), id.Revision{UUID: m.Subject}, *l.now)
		if err != nil {
			return err
		}
		batch, err := d.Step(m, action, *l.now)
		if err != nil {
			return err
		}
		return workflow.Commit(l.t.Context(), tx, batch)
	})
	l.settle(t, string(action), err)
}

// configure moves the blog between its modes.
func (l *life) configure(t *rapid.T) {
	martin := person(l.b.Tilleuls, l.b.Martin)
	d, _, err := l.b.spaces().View(l.t.Context(), martin, l.space)
	if err != nil {
		t.Fatal(err)
	}
	err = l.b.spaces().Configure(l.t.Context(), martin, l.space, d.Space.Version, publication.SpaceInput{
		Title: d.Space.Title, Audience: d.Space.Audience, Owner: d.Space.Owner, Backup: d.Space.Backup, Grants: d.Grants,
		Mode: rapid.SampledFrom(workflow.Modes()).Draw(t, "mode"),
	})
	l.settle(t, "configure", err)
}

// hold places or releases a hold on the whole space.
func (l *life) hold(t *rapid.T) {
	who := person(l.b.Tilleuls, rapid.SampledFrom([]id.Person{l.b.Martin, l.b.Garcia, l.b.Lina}).Draw(t, "who"))
	d, _, err := l.b.spaces().View(l.t.Context(), who, l.space)
	if err != nil {
		t.Fatal(err)
	}
	err = l.b.spaces().Act(l.t.Context(), who, l.space, publication.SpaceCommand{
		Action:  rapid.SampledFrom([]workflow.Action{workflow.Freeze, workflow.Unfreeze, workflow.Mask, workflow.Restore}).Draw(t, "action"),
		Version: d.Space.Version, Reason: workflow.Reason{Ground: "INJ", Text: "Le temps de regarder."},
	})
	l.settle(t, "hold", err)
}

// check holds what must be true after every step.
func (l *life) check(t *rapid.T) {
	d := l.b.dossier(l.t, l.c, l.b.Garcia)
	l.seen[d.Exposure()]++
	shown := l.shown(t)
	if visible := d.Exposure() == workflow.Visible; visible != shown {
		t.Fatalf("exposure %s, and the reading view shows it: %t", d.Exposure(), shown)
	}
	l.blocked = l.blocked || slices.ContainsFunc(d.Holds, func(h publication.Hold) bool { return h.Kind == workflow.BlockHold })
	if l.blocked && shown {
		t.Fatal("invariant 3: what an authority blocked is visible, and nobody lifted the block")
	}
	for _, hold := range d.Holds {
		if hold.Kind == workflow.WithdrawHold && hold.Ground == "" {
			t.Fatal("invariant 5: a withdrawal without a ground")
		}
	}
}

// shown asks the reading door, as a reader who belongs to the audience.
func (l *life) shown(t *rapid.T) bool {
	tx, err := l.admin.Begin(l.t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(l.t.Context()) }()
	var shown bool
	_, err = tx.Exec(l.t.Context(), `SELECT set_config('imprimatur.tenant', $1, true), set_config('imprimatur.scopes', $2, true)`,
		l.b.Tilleuls.String(), "group:"+l.b.Class.String())
	if err == nil {
		_, err = tx.Exec(l.t.Context(), `SET LOCAL ROLE imprimatur_reader`)
	}
	if err == nil {
		err = tx.QueryRow(l.t.Context(), `SELECT EXISTS (SELECT 1 FROM reading_contribution WHERE contribution_id = $1 AND exposure = 'visible' AND html <> '')`, l.c).Scan(&shown)
	}
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// TestAnyInterleavingKeepsTheInvariants lets everybody do everything in any order
// to a contribution, and holds RULES' invariants 2, 3, 5 and 8.
func TestAnyInterleavingKeepsTheInvariants(t *testing.T) {
	t.Parallel()
	now := dbtest.Now
	b := setupAt(t, func() time.Time { return now })
	admin := b.admin(t)
	accepted, seen := 0, map[workflow.Exposure]int{}
	dbtest.Check(t, 25, func(rt *rapid.T) {
		l := &life{t: t, b: b, admin: admin, space: b.Blog, author: b.Lina, now: &now, seen: seen}
		c, err := b.publish.Create(t.Context(), person(b.Tilleuls, b.Lina), publication.New{
			Space: b.Blog, Kind: publication.Article, Input: publication.Input{Title: "Le mammouth", Body: "<p>Il est grand.</p>"},
		})
		if err != nil && !refused(err) {
			rt.Fatal(err)
		}
		if err != nil { // frozen by the life before: open it again
			l.reopen(rt)
			return
		}
		l.c = c
		if rapid.Bool().Draw(rt, "published before") {
			l.publish(rt)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"edit": l.edit, "act": l.act, "take": l.take, "take again": l.take, "take once more": l.take, "step": l.step, "work": l.work, "work again": l.work,
			"work once more": l.work, "work on": l.work,
			"configure": l.configure, "hold": l.hold,
			"time passes": func(t *rapid.T) { now = now.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "minutes")) * time.Minute) },
			"":            l.check,
		})
		accepted += l.accepted
		l.reopen(rt)
		v, err := b.db.Verify(t.Context(), postgres.VerifyConfig{})
		if err != nil || len(v.Violations) > 0 {
			rt.Fatalf("verify: %v, %v", v.Violations, err)
		}
	})
	for _, exposure := range []workflow.Exposure{workflow.Visible, workflow.Masked, workflow.Unpublished} {
		if seen[exposure] == 0 {
			t.Errorf("no life of %d acts reached %s: the test does not test", accepted, exposure)
		}
	}
}

// publish brings the first revision to readers, where the space allows it.
func (l *life) publish(t *rapid.T) {
	l.settle(t, "submit", l.b.act(l.t, l.c, l.author, publication.Command{Action: workflow.Submit}))
	l.work(t)
	l.settle(t, "approve", l.b.act(l.t, l.c, l.b.Martin, publication.Command{Action: workflow.Approve}))
	l.work(t)
	l.check(t)
}

// reopen ends the space's holds, so that the next life can begin.
func (l *life) reopen(t *rapid.T) {
	garcia := person(l.b.Tilleuls, l.b.Garcia)
	d, _, err := l.b.spaces().View(l.t.Context(), garcia, l.space)
	if err != nil {
		t.Fatal(err)
	}
	for _, hold := range d.Holds {
		action := workflow.Restore
		if hold.Kind == workflow.FreezeHold {
			action = workflow.Unfreeze
		}
		err := l.b.spaces().Act(l.t.Context(), garcia, l.space, publication.SpaceCommand{
			Action: action, Hold: hold.ID, Version: d.Space.Version, Reason: workflow.Reason{Text: "C'est réglé."},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
