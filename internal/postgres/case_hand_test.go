package postgres_test

import (
	"errors"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// A case is in nobody's hands whose power to judge was lent and has ended, or who no longer answers for
// the space: they neither read it nor decide, and it goes on without them (R40).
func TestALostPowerLeavesNoCaseInHand(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]struct {
		whose func(d *desk) id.Person
		lose  func(d *desk)
	}{
		"a power that was lent": {func(d *desk) id.Person { return d.Petit }, func(d *desk) {
			d.exec(t, `UPDATE delegation SET during = tstzrange(lower(during), $1) WHERE to_id = $2`, d.clock().Add(-time.Minute), d.Petit)
		}},
		"a space": {func(d *desk) id.Person { return d.Diallo }, func(d *desk) {
			d.exec(t, `UPDATE space SET owner_id = $1 WHERE space_id = $2`, d.Petit, d.Forum)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
			c := d.topic(t)
			d.report(t, d.Noe, c, "DEF")
			about, who := d.only(t), lost.whose(d)
			d.mustOn(t, d.Tilleuls, d.Garcia, about, moderation.CaseCommand{Action: workflow.Reassign, Assignee: who, Text: "À vous."})
			if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, who), about); err != nil {
				t.Fatal(err)
			}
			lost.lose(d)
			d.pass(time.Second)
			if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, who), about); !errors.Is(err, directory.ErrNotFound) {
				t.Errorf("R40: they read it: %v", err)
			}
			if page, err := d.cases.Cases(t.Context(), person(d.Tilleuls, who), moderation.CaseFilter{}); err != nil || len(page.Items) != 0 {
				t.Errorf("in their list: %+v, %v", page.Items, err)
			}
			for _, c := range []moderation.CaseCommand{withdrawal, masking, {Action: workflow.Reassign, Assignee: d.Garcia, Text: "À vous."}} {
				if err := d.on(t, d.Tilleuls, who, about, c); !errors.Is(err, directory.ErrNotFound) {
					t.Errorf("R40: %s: %v", c.Action, err)
				}
			}
			if got := d.exposed(t, c); got != workflow.Visible {
				t.Errorf("the text is %s", got)
			}
			d.pass(24 * 3 * time.Hour)
			d.work(t)
			if in := d.inHand(t, about); in.Assignee != d.Garcia && in.Assignee != d.Petit || in.Assignee == who {
				t.Errorf("R41: three days later it is with %s", in.Assignee)
			}
		})
	}
}
