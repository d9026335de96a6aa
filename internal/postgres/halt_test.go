package postgres_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func (d *desk) halt(t *testing.T, space id.Space) id.Halt {
	t.Helper()
	halt, err := d.stops.Halt(t.Context(), person(d.Tilleuls, d.Garcia), space, "Incident en cours")
	if err != nil {
		t.Fatal(err)
	}
	d.work(t)
	return halt
}

// refused reports whether writing in a space is refused for its sake.
func (d *desk) refused(t *testing.T, space id.Space) bool {
	t.Helper()
	_, err := d.publish.Desk(t.Context(), person(d.Tilleuls, d.Lina), space)
	if err != nil && !errors.Is(err, workflow.ErrUnmet) {
		t.Fatal(err)
	}
	return err != nil
}

// R54: an emergency stop of the service keeps everybody from writing and nobody from reading or
// reporting; it ends by itself, and what was to appear meanwhile appears then.
func TestTheServiceStopsForADay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.halt(t, id.Space{})
	if !d.refused(t, d.Forum) || !d.refused(t, d.Blog) {
		t.Error("somebody can write")
	}
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("what is there is %s", got)
	}
	d.report(t, d.Noe, c, "INJ")
	if got := d.heard(t, d.Tilleuls, d.Petit, moderation.ToldHalted); len(got) > 1 {
		t.Errorf("told: %v", got)
	}
	d.pass(23 * time.Hour)
	d.work(t)
	if !d.refused(t, d.Forum) {
		t.Error("it ended before its time")
	}
	d.pass(time.Hour)
	d.exec(t, `UPDATE outbox SET status = 'waiting', attempt = 9 WHERE kind = 'halt:due'`) // the queue was lost meanwhile
	d.work(t)
	if d.refused(t, d.Forum) {
		t.Error("it does not end by itself")
	}
}

// put does what is promised, and puts off for an hour what says that it is not yet time.
func (d *desk) put(t *testing.T) {
	t.Helper()
	for list := d.open(t); len(list) > 0; list = d.open(t) {
		for _, m := range list {
			err := d.handle(t.Context(), m)
			if errors.Is(err, publication.ErrNotYet) {
				d.exec(t, `UPDATE outbox SET due_at = $2 WHERE message_id = $1`, m.ID, d.clock().Add(time.Hour))
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What waits for a stopped service is published when it ends, and not before.
func TestWhatWaitedAppearsAfterAHalt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c, err := d.publish.Create(t.Context(), person(d.Tilleuls, d.Lina), publication.New{
		Space: d.Forum, Kind: publication.Topic, Input: publication.Input{Title: "Le mammouth", Body: "<p>Il attend.</p>"}, Submit: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	halt, err := d.stops.Halt(t.Context(), person(d.Tilleuls, d.Garcia), d.Forum, "Incident en cours")
	if err != nil {
		t.Fatal(err)
	}
	d.put(t)
	if got := d.exposed(t, c); got != workflow.Unpublished {
		t.Fatalf("published into a stopped space: %s", got)
	}
	if d.refused(t, d.Blog) {
		t.Error("another space is stopped too")
	}
	if err := d.stops.Resume(t.Context(), person(d.Tilleuls, d.Garcia), halt); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	if got := d.exposed(t, c); got != workflow.Visible {
		t.Errorf("after the halt it is %s", got)
	}
	if err := d.stops.Resume(t.Context(), person(d.Tilleuls, d.Garcia), halt); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("ended twice: %v", err)
	}
}

// Deciding it again prolongs it: the former's clock ends nothing. Two at once leave one.
func TestAHaltIsRenewed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.halt(t, id.Space{})
	d.pass(20 * time.Hour)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := d.stops.Halt(t.Context(), person(d.Tilleuls, d.Garcia), id.Space{}, "Toujours en cours"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := d.count(t, `SELECT count(*) FROM halt WHERE ended_at IS NULL`); n != 1 {
		t.Fatalf("%d last", n)
	}
	d.pass(10 * time.Hour)
	d.work(t)
	if !d.refused(t, d.Forum) {
		t.Error("the first one's clock ended the second")
	}
}

// R54 is the director's, and whom it is lent to; elsewhere nobody's.
func TestWhoInterruptsTheService(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, who := range map[string]id.Person{"moderator": d.Martin, "owner": d.Diallo, "pupil": d.Lina} {
		var refusal *directory.Refusal
		if _, err := d.stops.Halt(t.Context(), person(d.Tilleuls, who), id.Space{}, "x"); !errors.As(err, &refusal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.exec(t, `INSERT INTO delegation (delegation_id, tenant_id, from_id, to_id, power, during) VALUES ($1, $2, $3, $4, 'stopper', tstzrange($5, $6))`,
		id.New[id.Delegation](), d.Tilleuls, d.Garcia, d.Petit, d.clock().Add(-time.Hour), d.clock().Add(time.Hour))
	if _, err := d.stops.Halt(t.Context(), person(d.Tilleuls, d.Petit), id.Space{}, "Incident"); err != nil {
		t.Errorf("whom it is lent to: %v", err)
	}
	if _, err := d.stops.Halt(t.Context(), person(d.Platanes, d.Roche), d.Forum, "Incident"); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a space of another establishment: %v", err)
	}
	var fault *publication.FieldError
	if _, err := d.stops.Halt(t.Context(), person(d.Tilleuls, d.Garcia), id.Space{}, " "); !errors.As(err, &fault) || fault.Rule != "R54" {
		t.Errorf("without a reason: %v", err)
	}
}
