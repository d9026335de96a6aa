package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
)

// fewRows is what the large review queue is compared with.
const fewRows = 10_000

// queue is the figure of the review queue's first page, with many contributions and
// with few.
func (b *bench) queue(ctx context.Context) error {
	few := min(fewRows, b.Rows)
	for name, rows := range map[string]int{"few": few, "many": b.Rows} {
		b.say("loading %d contributions", rows)
		if err := b.clone(ctx, name); err != nil {
			return err
		}
		if err := b.backlog(ctx, name, rows, now()); err != nil {
			return err
		}
	}
	if err := b.asAdmin(ctx, "postgres", "CHECKPOINT"); err != nil {
		return err
	}
	b.say("the queue's first page in both")
	with, err := b.queuePages(ctx, "many", "few")
	if err != nil {
		return err
	}
	a, z := percentile(with[0], 50), percentile(with[1], 50)
	b.add(figure{
		fmt.Sprintf("queue page, %d contributions, p50", b.Rows), milliseconds(a), fmt.Sprintf("%s with %d", milliseconds(z), few),
		ratio(a.Seconds(), z.Seconds()), "", atMost, 1.5,
	})
	return b.drop(ctx, "few", "many")
}

// queuePages reads the page in each of two databases by turns, and gives the times
// in each.
func (b *bench) queuePages(ctx context.Context, names ...string) ([2][]time.Duration, error) {
	who := by(id.Tenant{UUID: numbered(aTenant, 0)}, id.Person{UUID: numbered(aTeacher, 0)})
	return b.readBoth(ctx, func(s *services) (int, error) {
		page, err := s.moderation.Queue(ctx, who, moderation.Filter{})
		return len(page.Items), err
	}, names...)
}

// readBoth reads a page in each of two databases by turns, and gives the times in
// each. read tells how much was on the page.
func (b *bench) readBoth(ctx context.Context, read func(*services) (int, error), names ...string) ([2][]time.Duration, error) {
	var took [2][]time.Duration
	var all [2]*services
	var err error
	defer func() {
		for _, s := range all {
			if s != nil {
				s.db.Close()
			}
		}
	}()
	for i, name := range names {
		if all[i], err = openServices(ctx, postgres.Config{URL: b.url(name), MaxConns: 2}); err != nil {
			return took, err
		}
	}
	deadline := time.Now().Add(b.time() / 2)
	for turn := 0; turn < 20 || time.Now().Before(deadline); turn++ {
		for i, s := range all {
			began := time.Now()
			items, err := read(s)
			if err != nil {
				return took, err
			}
			if items == 0 {
				return took, errors.New("nothing is on the page")
			}
			if turn >= 10 { // both are warm
				took[i] = append(took[i], time.Since(began))
			}
		}
	}
	return took, nil
}
