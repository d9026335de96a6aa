package postgres_test

import (
	"errors"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Whoever acts for nobody has no role: that of the clock comes with the clock
// alone. A key without a person neither sees nor moves anything.
func TestNobodyIsNotTheClock(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.work(t)
	d := b.dossier(t, c, id.Person{})
	if roles := d.Roles.List(); len(roles) != 0 {
		t.Fatalf("nobody acts as %v", roles)
	}
	desk := moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](b.db), Clock: b.clock})
	for _, kind := range []actor.Kind{actor.KindService, actor.KindAnonymous, actor.KindLink, actor.KindPerson} {
		nobody := actor.Actor{Kind: kind, Tenant: b.Tilleuls, Via: "api:test"}
		for _, action := range workflow.AllActions() {
			command := publication.Command{
				Action: action, Version: d.Contribution.Version, Revision: d.Open.ID,
				Reason: workflow.Reason{Ground: "INJ", Text: "Parce que.", Reference: "2026-1"},
			}
			for name, act := range map[string]func() error{
				"publication": func() error { return b.publish.Act(t.Context(), nobody, c, command) },
				"moderation":  func() error { return desk.Act(t.Context(), nobody, c, command) },
			} {
				if err := act(); !errors.Is(err, directory.ErrNotFound) {
					t.Errorf("%s lets a %s without a person %s: %v", name, kind, action, err)
				}
			}
		}
	}
	if after := b.dossier(t, c, b.Martin); after.Contribution.Version != d.Contribution.Version {
		t.Errorf("version %d became %d", d.Contribution.Version, after.Contribution.Version)
	}
}
