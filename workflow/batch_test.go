package workflow_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// applier stands for the database: it keeps what it was given, or fails.
type applier struct {
	applied []*workflow.Batch
	err     error
}

func (a *applier) Apply(_ context.Context, b *workflow.Batch) error {
	if a.err != nil {
		return a.err
	}
	a.applied = append(a.applied, b)
	return nil
}

// bundle is one contribution, whose live revision is the first of two.
type bundle struct {
	t    *testing.T
	head workflow.Head
}

func setup(t *testing.T) *bundle {
	t.Helper()
	return &bundle{t, workflow.Head{ID: id.New[id.Contribution](), Tenant: school, Version: 3, Number: 2, Live: id.New[id.Revision]()}}
}

// revision decides something on a revision of the bundle's contribution.
func (b *bundle) revision(status workflow.Editorial, action workflow.Action, role actor.Role, on ...id.Revision) workflow.Change[workflow.Editorial] {
	b.t.Helper()
	s := subject(status)
	s.Contribution = b.head.ID
	if len(on) > 0 {
		s.ID = on[0].UUID
	}
	facts := ready(workflow.Pre)
	facts.Reviewed = action == workflow.Publish
	if action == workflow.Accept {
		facts.Suggester = suggester
	}
	return decided(b.t, workflow.EditorialTable, s, facts, action, role)
}

// hold decides something on a hold of the bundle's contribution.
func (b *bundle) hold(status workflow.Holding, action workflow.Action, facts workflow.HoldFacts) workflow.Change[workflow.Holding] {
	b.t.Helper()
	s := subject(status)
	s.Contribution = b.head.ID
	return decided(b.t, workflow.HoldTable, s, facts, action, actor.Director)
}

func decided[S ~string, F any](t *testing.T, table workflow.Table[S, F], s workflow.Subject[S], facts F, action workflow.Action, role actor.Role) workflow.Change[S] {
	t.Helper()
	change, err := table.Decide(s, facts, command(s, action, inRole(role)), now)
	if err != nil {
		t.Fatalf("%s from %q: %v", action, string(s.Status), err)
	}
	return change
}

func (b *bundle) approve() workflow.Change[workflow.Editorial] {
	return b.revision(workflow.InReview, workflow.Approve, actor.Moderator)
}

func (b *bundle) publish() workflow.Change[workflow.Editorial] {
	return b.revision(workflow.Scheduled, workflow.Publish, actor.System)
}

func (b *bundle) supersede() workflow.Change[workflow.Editorial] {
	return b.revision(workflow.Live, workflow.Supersede, actor.System, b.head.Live)
}

func (b *bundle) revert() workflow.Change[workflow.Editorial] {
	return b.revision(workflow.Live, workflow.Revert, actor.Moderator, b.head.Live)
}

func (b *bundle) reinstate() workflow.Change[workflow.Editorial] {
	return b.revision(workflow.Superseded, workflow.Reinstate, actor.Moderator)
}

func (b *bundle) submit() workflow.Change[workflow.Editorial] {
	return b.revision(workflow.Draft, workflow.Submit, actor.Author)
}

func (b *bundle) mask() workflow.Change[workflow.Holding] {
	return b.hold(workflow.NoHold, workflow.Mask, held(workflow.MaskHold))
}

func (b *bundle) purge() workflow.Change[workflow.Life] {
	s := subject(workflow.Kept)
	s.ID, s.Contribution = b.head.ID.UUID, b.head.ID
	return decided(b.t, workflow.LifeTable, s, workflow.LifeFacts{Hidden: true, Settled: true, Unblocked: true, FreeToGo: true}, workflow.Purge, actor.Director)
}

func (b *bundle) within() *workflow.Batch { return new(workflow.Batch).Within(b.head) }

// seal is the bundle's next seal.
func seal() workflow.Seal {
	return workflow.Seal{Number: 3, Hash: []byte("sha-256"), Mode: workflow.Pre}
}

// onIt places a hold of the kind on the bundle's contribution.
func (b *bundle) onIt(kind workflow.HoldKind) workflow.Placed {
	return workflow.Placed{On: workflow.OnContribution, Target: b.head.ID.UUID, Kind: kind}
}

func closeSpace(t *testing.T) workflow.Change[workflow.SpaceStatus] {
	t.Helper()
	s := subject(workflow.SpaceOpen)
	s.Contribution = id.Contribution{}
	return decided(t, workflow.SpaceTable, s, workflow.SpaceFacts{}, workflow.Close, actor.Owner)
}

// onCase decides something on a case, of a contribution or of none.
func (b *bundle) onCase(status workflow.CaseStatus, action workflow.Action, role actor.Role, of id.Contribution) workflow.Change[workflow.CaseStatus] {
	b.t.Helper()
	s := subject(status)
	s.Contribution = of
	return decided(b.t, workflow.CaseTable, s, judging(workflow.WithdrawAll), action, role)
}

func (b *bundle) judge() workflow.Change[workflow.CaseStatus] {
	return b.onCase(workflow.CaseExamining, workflow.DecideCase, actor.Examiner, b.head.ID)
}

// Each act of DESIGN is one batch.
func TestCommit(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(*bundle) *workflow.Batch{
		"submit": func(b *bundle) *workflow.Batch { return b.within().Submit(b.submit(), seal()) },
		"accept, replacing the open one": func(b *bundle) *workflow.Batch {
			replaced := b.revision(workflow.ChangesRequested, workflow.Replace, actor.Author)
			return b.within().Revision(replaced).Submit(b.revision(workflow.Draft, workflow.Accept, actor.Author), seal())
		},
		"a derived revision takes the place": func(b *bundle) *workflow.Batch {
			replaced := b.revision(workflow.AwaitingConsent, workflow.OmitPhoto, actor.Author)
			return b.within().Revision(replaced).Submit(b.revision(workflow.Draft, workflow.Derive, actor.Author), seal())
		},
		"approve":            func(b *bundle) *workflow.Batch { return b.within().Revision(b.approve()) },
		"publish the next":   func(b *bundle) *workflow.Batch { return b.within().Publish(b.publish(), b.supersede()) },
		"revert to the last": func(b *bundle) *workflow.Batch { return b.within().Revert(b.revert(), b.reinstate()) },
		"revert the only":    func(b *bundle) *workflow.Batch { return b.within().Revert(b.revert()) },
		"look at what is live": func(b *bundle) *workflow.Batch {
			return b.within().Revision(b.revision(workflow.Live, workflow.Review, actor.Moderator, b.head.Live))
		},
		"mask and approve": func(b *bundle) *workflow.Batch {
			return b.within().Place(b.mask(), b.onIt(workflow.MaskHold)).Revision(b.approve())
		},
		"restore": func(b *bundle) *workflow.Batch {
			return b.within().Release(b.hold(workflow.Open, workflow.Restore, held(workflow.MaskHold)))
		},
		"purge":         func(b *bundle) *workflow.Batch { return b.within().Purge(b.purge()) },
		"close a space": func(b *bundle) *workflow.Batch { return new(workflow.Batch).Space(closeSpace(b.t)) },
		"report what is nowhere here": func(b *bundle) *workflow.Batch {
			return new(workflow.Batch).Case(b.onCase(workflow.NoCase, workflow.Report, actor.Reporter, id.Contribution{}))
		},
		"decide a case, and withdraw": func(b *bundle) *workflow.Batch {
			return b.within().Case(b.judge()).Place(b.hold(workflow.NoHold, workflow.Withdraw, held(workflow.WithdrawHold)), b.onIt(workflow.WithdrawHold))
		},
		"a message that had nothing left to do": func(*bundle) *workflow.Batch {
			return new(workflow.Batch).Done(id.New[id.Message]())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			batch, tx := act(setup(t)), &applier{}
			if err := workflow.Commit(t.Context(), tx, batch); err != nil {
				t.Fatal(err)
			}
			if len(tx.applied) != 1 || tx.applied[0] != batch {
				t.Errorf("applied %d times", len(tx.applied))
			}
		})
	}
}

// A batch that does not hold together never reaches the database.
func TestCommitRefuses(t *testing.T) {
	t.Parallel()
	for want, acts := range map[string][]func(*bundle) *workflow.Batch{
		"a change was not decided": {
			func(*bundle) *workflow.Batch {
				return new(workflow.Batch).Space(workflow.Change[workflow.SpaceStatus]{})
			},
			func(*bundle) *workflow.Batch {
				return new(workflow.Batch).Case(workflow.Change[workflow.CaseStatus]{})
			},
		},
		"a revision belongs to a contribution": {
			func(b *bundle) *workflow.Batch { return b.within().Revision(workflow.Change[workflow.Editorial]{}) },
		},
		"a subject moves twice": {
			func(b *bundle) *workflow.Batch { c := b.approve(); return b.within().Revision(c).Revision(c) },
			func(b *bundle) *workflow.Batch { c := closeSpace(b.t); return new(workflow.Batch).Space(c).Space(c) },
			func(b *bundle) *workflow.Batch { c := b.judge(); return b.within().Case(c).Case(c) },
			func(b *bundle) *workflow.Batch {
				return b.within().Revision(b.revision(workflow.Live, workflow.Review, actor.Moderator, b.head.Live)).Revert(b.revert())
			},
		},
		"the contribution was not declared": {
			func(b *bundle) *workflow.Batch { return new(workflow.Batch).Revision(b.approve()) },
			func(b *bundle) *workflow.Batch { return new(workflow.Batch).Submit(b.submit(), seal()) },
			func(b *bundle) *workflow.Batch { return new(workflow.Batch).Publish(b.publish()) },
			func(b *bundle) *workflow.Batch { return new(workflow.Batch).Revert(b.revert()) },
			func(b *bundle) *workflow.Batch { return new(workflow.Batch).Purge(b.purge()) },
			func(b *bundle) *workflow.Batch { return new(workflow.Batch).Place(b.mask(), b.onIt(workflow.MaskHold)) },
			func(b *bundle) *workflow.Batch { return setup(b.t).within().Revision(b.approve()) },
			func(b *bundle) *workflow.Batch { return new(workflow.Batch).Case(b.judge()) },
		},
		"a contribution is declared twice": {
			func(b *bundle) *workflow.Batch { return b.within().Within(b.head).Revision(b.approve()) },
		},
		"one act is in one tenant": {
			func(b *bundle) *workflow.Batch {
				elsewhere := b.head
				elsewhere.Tenant = id.New[id.Tenant]()
				return new(workflow.Batch).Within(elsewhere).Revision(b.approve())
			},
		},
		"submit needs a draft that moves on": {
			func(b *bundle) *workflow.Batch { return b.within().Submit(b.approve(), seal()) },
			func(b *bundle) *workflow.Batch {
				return b.within().Submit(b.revision(workflow.Draft, workflow.Abandon, actor.Author), seal())
			},
			func(b *bundle) *workflow.Batch {
				return b.within().Submit(workflow.Change[workflow.Editorial]{}, seal())
			},
		},
		"submit needs a seal": {
			func(b *bundle) *workflow.Batch {
				return b.within().Submit(b.submit(), workflow.Seal{Number: 3, Mode: workflow.Pre})
			},
			func(b *bundle) *workflow.Batch {
				return b.within().Submit(b.submit(), workflow.Seal{Number: 3, Hash: []byte("sha-256")})
			},
		},
		"submit needs the next number": {
			func(b *bundle) *workflow.Batch {
				s := seal()
				s.Number = b.head.Number
				return b.within().Submit(b.submit(), s)
			},
		},
		"what submits needs Submit": {
			func(b *bundle) *workflow.Batch { return b.within().Revision(b.submit()) },
			func(b *bundle) *workflow.Batch {
				return b.within().Revision(b.revision(workflow.Draft, workflow.Derive, actor.Author))
			},
		},
		"what publishes needs Publish or Revert": {
			func(b *bundle) *workflow.Batch { return b.within().Revision(b.publish()) },
			func(b *bundle) *workflow.Batch { return b.within().Revision(b.supersede()) },
			func(b *bundle) *workflow.Batch { return b.within().Revision(b.revert()) },
			func(b *bundle) *workflow.Batch { return b.within().Revision(b.reinstate()) },
		},
		"publish needs a change to live": {
			func(b *bundle) *workflow.Batch { return b.within().Publish(b.approve(), b.supersede()) },
			func(b *bundle) *workflow.Batch { return b.within().Publish(b.reinstate(), b.supersede()) },
		},
		"publish supersedes exactly what was live": {
			func(b *bundle) *workflow.Batch { return b.within().Publish(b.publish()) },
			func(b *bundle) *workflow.Batch { return b.within().Publish(b.publish(), b.supersede(), b.supersede()) },
			func(b *bundle) *workflow.Batch {
				s := b.supersede()
				b.head.Live = id.Revision{}
				return b.within().Publish(b.publish(), s)
			},
		},
		"publish supersedes what was live": {
			func(b *bundle) *workflow.Batch {
				return b.within().Publish(b.publish(), b.revision(workflow.Live, workflow.Supersede, actor.System))
			},
			func(b *bundle) *workflow.Batch { return b.within().Publish(b.publish(), b.revert()) },
		},
		"revert rejects": {
			func(b *bundle) *workflow.Batch { return b.within().Revert(b.supersede(), b.reinstate()) },
			func(b *bundle) *workflow.Batch { return b.within().Revert(b.approve()) },
		},
		"revert takes down what is live": {
			func(b *bundle) *workflow.Batch {
				return b.within().Revert(b.revision(workflow.Live, workflow.Revert, actor.Moderator))
			},
		},
		"revert brings back one revision at most": {
			func(b *bundle) *workflow.Batch { return b.within().Revert(b.revert(), b.reinstate(), b.reinstate()) },
		},
		"revert brings back what was superseded": {
			func(b *bundle) *workflow.Batch { return b.within().Revert(b.revert(), b.publish()) },
		},
		"place opens a hold": {
			func(b *bundle) *workflow.Batch {
				return b.within().Place(b.hold(workflow.Open, workflow.Restore, held(workflow.MaskHold)), b.onIt(workflow.MaskHold))
			},
		},
		"place opens a hold of the action's kind": {
			func(b *bundle) *workflow.Batch { return b.within().Place(b.mask(), b.onIt(workflow.ArchiveHold)) },
		},
		"only a mask, a withdrawal or a block is sealed (R50)": {
			func(b *bundle) *workflow.Batch {
				placed := b.onIt(workflow.ArchiveHold)
				placed.Sealed = true
				return b.within().Place(b.hold(workflow.NoHold, workflow.Archive, held(workflow.ArchiveHold)), placed)
			},
		},
		"place names its contribution": {
			func(b *bundle) *workflow.Batch {
				p := b.onIt(workflow.MaskHold)
				p.Target = uuid.New()
				return b.within().Place(b.mask(), p)
			},
		},
		"place names its space or photo": {
			func(b *bundle) *workflow.Batch {
				return b.within().Place(b.mask(), workflow.Placed{On: workflow.OnSpace, Kind: workflow.MaskHold})
			},
		},
		"place is on a contribution, a space or a photo": {
			func(b *bundle) *workflow.Batch {
				p := b.onIt(workflow.MaskHold)
				p.On = ""
				return b.within().Place(b.mask(), p)
			},
		},
		"release closes an open hold": {
			func(b *bundle) *workflow.Batch { return b.within().Release(b.mask()) },
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			for i, act := range acts {
				tx := &applier{}
				err := workflow.Commit(t.Context(), tx, act(setup(t)))
				if !errors.Is(err, workflow.ErrBatch) || !strings.HasSuffix(err.Error(), ": "+want) {
					t.Errorf("%d: %v", i, err)
				}
				if len(tx.applied) > 0 {
					t.Errorf("%d: it reached the database", i)
				}
			}
		})
	}
}

// What the database answers comes back, still recognisable.
func TestCommitPassesTheDatabasesAnswerOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	err := workflow.Commit(t.Context(), &applier{err: workflow.ErrStale}, b.within().Revision(b.approve()))
	if !errors.Is(err, workflow.ErrStale) {
		t.Errorf("got %v, want ErrStale", err)
	}
}

// Entries and messages follow the changes, each with an id of its own.
func TestEntriesAndMessages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	finished := id.New[id.Message]()
	batch := b.within().Publish(b.publish(), b.supersede()).Place(b.mask(), b.onIt(workflow.MaskHold)).Done(finished)
	var acts, kinds []string
	ids := map[uuid.UUID]bool{}
	for _, entry := range batch.Entries() {
		acts = append(acts, entry.Action)
		ids[entry.ID.UUID] = true
	}
	for _, message := range batch.Messages() {
		kinds = append(kinds, string(message.Kind)+" "+message.Note)
		ids[message.ID.UUID] = true
	}
	if diff := cmp.Diff([]string{"supersede", "publish", "mask"}, acts); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"notification:revised publish", "notification:held mask", "hold:due mask"}, kinds); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if len(ids) != 6 || ids[uuid.Nil] {
		t.Errorf("6 ids wanted, got %v", ids)
	}
	if diff := cmp.Diff([]id.Message{finished}, batch.Finished()); diff != "" {
		t.Errorf("finished (-want +got):\n%s", diff)
	}
}

// Whatever the order in which they are added, the kinds of change are written in one order.
func TestTheOrderOfWrites(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := decided(t, workflow.PhotoTable, subject(workflow.Preparing), workflow.PhotoFacts{}, workflow.Prepare, actor.System)
	consent := decided(t, workflow.ConsentTable, subject(workflow.Granted), workflow.ConsentFacts{}, workflow.Revoke, actor.Guardian)
	batch := b.within().Consent(consent).Case(b.judge()).Photo(photo).Space(closeSpace(t)).
		Place(b.mask(), b.onIt(workflow.MaskHold)).Revision(b.approve())
	var acts []string
	for _, entry := range batch.Entries() {
		acts = append(acts, entry.Subject.Kind+" "+entry.Action)
	}
	want := []string{"revision approve", "hold mask", "space close", "photo prepare", "case decide", "consent revoke"}
	if diff := cmp.Diff(want, acts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if cases := batch.Cases(); len(cases) != 1 || cases[0].Record.Entry().Action != "decide" {
		t.Errorf("cases: %+v", cases)
	}
}

// The contribution's row follows what becomes of its revisions.
func TestHeadsFollow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	next, former := b.publish(), b.reinstate()
	for name, c := range map[string]struct {
		batch  *workflow.Batch
		number int
		live   uuid.UUID
		purged bool
	}{
		"approve":         {b.within().Revision(b.approve()), 2, b.head.Live.UUID, false},
		"submit":          {b.within().Submit(b.submit(), seal()), 3, b.head.Live.UUID, false},
		"publish":         {b.within().Publish(next, b.supersede()), 2, next.Record().Entry().Subject.ID, false},
		"revert":          {b.within().Revert(b.revert(), former), 2, former.Record().Entry().Subject.ID, false},
		"revert the only": {b.within().Revert(b.revert()), 2, uuid.Nil, false},
		"purge":           {b.within().Purge(b.purge()), 2, uuid.Nil, true},
	} {
		head := c.batch.Heads()[0]
		if head.Number != c.number || head.Live.UUID != c.live || (head.Purge != nil) != c.purged || head.Head != b.head {
			t.Errorf("%s: %+v", name, head)
		}
	}
}

// What an adapter writes carries what the service gave.
func TestWrites(t *testing.T) {
	t.Parallel()
	b := setup(t)
	placed := b.onIt(workflow.MaskHold)
	placed.Sealed, placed.Until, placed.Case = true, now.Add(hours(48)), id.New[id.Case]()
	batch := b.within().Submit(b.submit(), seal()).Place(b.mask(), placed).Space(closeSpace(t)).
		Release(b.hold(workflow.Open, workflow.Restore, held(workflow.MaskHold)))
	if diff := cmp.Diff(seal(), *batch.Revisions()[0].Seal); diff != "" {
		t.Errorf("seal (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(placed, *batch.Holds()[0].Placed); diff != "" {
		t.Errorf("placed (-want +got):\n%s", diff)
	}
	if batch.Holds()[1].Placed != nil || batch.Spaces()[0].Record.Entry().Action != "close" {
		t.Errorf("released %+v, space %+v", batch.Holds()[1], batch.Spaces()[0])
	}
}
