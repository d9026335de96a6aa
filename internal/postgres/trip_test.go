package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// bundle is a school with the services over it.
type bundle struct {
	*dbtest.School
	db      *postgres.DB
	publish *publication.Service
	inTx    publication.Transactions
	clock   func() time.Time
}

func setup(t testing.TB) *bundle {
	t.Helper()
	return setupAt(t, func() time.Time { return dbtest.Now })
}

// setupAt is setup with a clock of the test's own.
func setupAt(t testing.TB, clock func() time.Time) *bundle {
	t.Helper()
	b := &bundle{School: dbtest.NewSchool(t), clock: clock}
	db, err := postgres.Open(t.Context(), postgres.Config{URL: b.URL("imprimatur"), MaxConns: 8, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	b.db, b.inTx = db, postgres.Transactions[publication.Tx](db)
	b.publish = publication.NewService(publication.Config{InTx: b.inTx, Clock: clock})
	return b
}

func person(tenant id.Tenant, who id.Person) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: tenant, Via: "test"}
}

func (b *bundle) dossier(t *testing.T, c id.Contribution, who id.Person) publication.Dossier {
	t.Helper()
	var d publication.Dossier
	err := b.inTx(t.Context(), b.Tilleuls, func(tx publication.Tx) (err error) {
		d, err = tx.Dossier(t.Context(), c, who, b.clock())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// step carries out what the worker would do to the open revision.
func (b *bundle) step(t *testing.T, c id.Contribution, action workflow.Action) {
	t.Helper()
	if err := b.tryStep(t, c, action); err != nil {
		t.Fatalf("%s: %v", action, err)
	}
}

func (b *bundle) tryStep(t *testing.T, c id.Contribution, action workflow.Action) error {
	t.Helper()
	return b.inTx(t.Context(), b.Tilleuls, func(tx publication.Tx) error {
		now := b.clock()
		d, err := tx.Dossier(t.Context(), c, id.Person{}, now)
		if err != nil {
			return err
		}
		m := outbox.Message{Tenant: b.Tilleuls, Subject: d.Open.ID.UUID, Version: d.Open.Version}
		batch, err := d.Step(m, action, now)
		if err != nil {
			return err
		}
		return workflow.Commit(t.Context(), tx, batch)
	})
}

func (b *bundle) act(t *testing.T, c id.Contribution, who id.Person, command publication.Command) error {
	t.Helper()
	command.Version = b.dossier(t, c, who).Contribution.Version
	return b.publish.Act(context.Background(), person(b.Tilleuls, who), c, command)
}

func TestTripThroughTheHouse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := person(b.Tilleuls, b.Lina)
	c, err := b.publish.Create(t.Context(), lina, publication.New{
		Space: b.Blog, Kind: publication.Article,
		Input: publication.Input{Title: "La sortie au musée", Body: "<p>Nous avons vu un <b>mammouth</b>.</p>"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.act(t, c, b.Lina, publication.Command{Action: workflow.Submit}); err != nil {
		t.Fatal(err)
	}
	b.step(t, c, workflow.Pass)
	if err := b.act(t, c, b.Lina, publication.Command{Action: workflow.Approve}); !errors.Is(err, workflow.ErrForbidden) {
		t.Errorf("the author approved: %v", err)
	}
	if err := b.act(t, c, b.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
	b.step(t, c, workflow.Publish)
	d := b.dossier(t, c, b.Lina)
	if d.Exposure() != workflow.Visible || d.Live == nil || d.Live.Number != 1 {
		t.Fatalf("exposure %s, live %+v", d.Exposure(), d.Live)
	}
	if err := b.act(t, c, b.Martin, publication.Command{Action: workflow.Withdraw, Reason: workflow.Reason{Ground: "PRIV", Text: "Le nom d'un camarade est cité."}}); err != nil {
		t.Fatal(err)
	}
	if got := b.dossier(t, c, b.Lina).Exposure(); got != workflow.Withdrawn {
		t.Errorf("exposure %s", got)
	}
	offers := b.dossier(t, c, b.Martin).Offers(person(b.Tilleuls, b.Martin), dbtest.Now)
	var names []workflow.Action
	for _, o := range offers {
		names = append(names, o.Action)
	}
	if diff := cmp.Diff([]workflow.Action{"revert", "mask", "withdraw", "archive", "stop", "restore"}, names); diff != "" {
		t.Errorf("offers: %s", diff)
	}
}
