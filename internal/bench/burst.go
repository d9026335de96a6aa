package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// Reports asks for so many reports of one topic, by so many clients.
type Reports struct{ Count, Clients int }

// Report has pupils report the first topic, on a ground for which it is hidden (R42).
func (h *House) Report(r Reports, _ *bool) error {
	_, err := each(h.ctx, r.Clients, 0, r.Count, func(ctx context.Context, n int) error {
		pupil := 1 + n%(classesEach*pupilsEach-1) // the first wrote it
		who := by(id.Tenant{UUID: numbered(aTenant, 0)}, id.Person{UUID: numbered(aPupil, pupil)})
		_, err := h.services.cases.Report(ctx, who, moderation.ReportInput{Contribution: nthTopic(0), Ground: "HAR"})
		return err
	})
	return err
}

// outcome is what a burst has come to.
type outcome struct{ cases, masks, receipts int }

// outcome counts it.
func (b *bench) outcome(ctx context.Context, conn *pgx.Conn) (o outcome, err error) {
	err = conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM case_file WHERE contribution_id = $1),
		(SELECT count(*) FROM hold WHERE target_id = $1 AND case_id IS NOT NULL),
		(SELECT count(*) FROM case_letter l JOIN case_file f USING (case_id) WHERE f.contribution_id = $1 AND l.kind = 'receipt')`, nthTopic(0)).
		Scan(&o.cases, &o.masks, &o.receipts)
	return o, err
}

// breath is how long readers ask between two looks at how far a burst is. Each pauses
// after a page: whoever asks without a pause leaves nothing of two processors to
// anybody, and how much is left to readers would be the scheduler's figure.
const (
	breath = 500 * time.Millisecond
	pause  = 4 * time.Millisecond
)

// burst is the figure of many reports of one content at once: one examination, one interim
// decision, an acknowledgement each; and of what readers notice of it.
func (b *bench) burst(ctx context.Context) error {
	where, err := call[Addresses](ctx, b.house, "Pages", true)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, b.adminURL("real"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	wire := articleRequest().wire(where.Cached)
	read := func() (slice, error) {
		return surf(ctx, where.Cached, b.Clients, breath, func(int) string {
			time.Sleep(pause)
			return wire
		})
	}
	many := b.Sizes.Burst
	b.say("%d reports of one topic at once, while others read a page", many)
	var before, during []slice
	for range 4 {
		s, err := read()
		if err != nil {
			return err
		}
		before = append(before, s)
	}
	reported := make(chan error, 1)
	go func() {
		_, err := call[bool](ctx, b.house, "Report", Reports{Count: many, Clients: b.Clients})
		reported <- err
	}()
	var o outcome
	began := time.Now()
	for moved := began; o.receipts < many && time.Since(moved) < stalled; {
		s, err := read()
		if err != nil {
			return err
		}
		during = append(during, s)
		earlier := o.receipts
		if o, err = b.outcome(ctx, conn); err != nil {
			return err
		}
		if o.receipts > earlier {
			moved = time.Now()
		}
	}
	took := time.Since(began)
	if err := <-reported; err != nil {
		return fmt.Errorf("a report of the burst: %w", err)
	}
	a, z := total(during), total(before)
	b.add(
		figure{fmt.Sprintf("%d reports of one content", many), fmt.Sprintf("%d acknowledged in %.1f s", o.receipts, took.Seconds()), "", float64(o.receipts), " receipts", atLeast, float64(many)},
		figure{"the same", "cases", "", float64(o.cases), " case", atMost, 1},
		figure{"the same", "interim masks", "", float64(o.masks), " mask", atMost, 1},
		figure{"article, cached, meanwhile", perSecond("pages", a), perSecond("before", z), ratio(a.rate(), z.rate()), "", atLeast, 0.8},
	)
	return nil
}
