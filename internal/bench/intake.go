package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"imprimatur/internal/actor"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
)

// reportsPerSecond is how many reports both sides of the intake make each, for each
// second of the time that a figure is measured.
const reportsPerSecond = 200

// takedown asks for the removal of the nth page, as somebody without an account. Every
// third page is asked for again, so that cases are joined too.
func (s *services) takedown(ctx context.Context, n, pages int) error {
	p := nthPage(n % pages)
	_, err := s.cases.Report(ctx, actor.Anonymous(p.Tenant, "bench"), moderation.ReportInput{
		Contribution: p.Contribution, Ground: "SPAM", Name: "Jeanne Perrin", Email: "jeanne@exemple.fr", GoodFaith: true,
		Explanation: "Cette page renvoie vers la boutique d'un particulier.", Location: "https://ent.example/page-" + strconv.Itoa(n),
	})
	return err
}

// intake is the figure of reporting: by the real service, and the statements of those
// reports sent raw.
func (b *bench) intake(ctx context.Context) error {
	count := reportsPerSecond * b.Seconds / (rounds + 1) * (rounds + 1)
	if err := b.clone(ctx, "recorded", "raw", "ours"); err != nil {
		return err
	}
	b.say("recording %d reports", count)
	reports, err := b.recordReports(ctx, count)
	if err != nil {
		return err
	}
	raw, err := gather(ctx, b.url("raw"), b.Clients, setUpsOf(reports[0]...))
	if err != nil {
		return err
	}
	ours, err := openServices(ctx, postgres.Config{URL: b.url("ours"), MaxConns: int32(b.Clients)})
	if err != nil {
		return errors.Join(err, raw.leave(ctx))
	}
	b.say("reports, really and raw, %d turns each", rounds)
	var next [2]int
	size := count / (rounds + 1)
	a, z, err := versus(
		func() (slice, error) {
			next[0] += size
			return each(ctx, b.Clients, next[0]-size, next[0], func(ctx context.Context, n int) error { return ours.takedown(ctx, n, b.pages()) })
		},
		func() (slice, error) {
			next[1] += size
			return raw.share(ctx, next[1]-size, next[1], func(ctx context.Context, who, n int) error { return raw[who].send(ctx, reports[n]) })
		})
	ours.db.Close()
	if err := errors.Join(err, raw.leave(ctx)); err != nil {
		return err
	}
	b.add(figure{"intake of reports", perSecond("reports", a), perSecond("raw", z), ratio(a.rate(), z.rate()), "", atLeast, 0.5})
	return b.drop(ctx, "recorded", "raw", "ours")
}

// recordReports makes reports one after the other and keeps what each sends.
func (b *bench) recordReports(ctx context.Context, count int) ([][]statement, error) {
	if err := b.asAdmin(ctx, "postgres", `ALTER DATABASE recorded SET synchronous_commit = off`); err != nil {
		return nil, err
	}
	tracer := newRecorder()
	s, err := openServices(ctx, postgres.Config{URL: b.url("recorded"), MaxConns: 2, Tracer: tracer})
	if err != nil {
		return nil, err
	}
	defer s.db.Close()
	reports := make([][]statement, count)
	tracer.take()
	for n := range reports {
		if err := s.takedown(ctx, n, b.pages()); err != nil {
			return nil, fmt.Errorf("record report %d: %w", n, err)
		}
		reports[n] = tracer.take()
	}
	return reports, nil
}

// each has so many clients do the jobs from first to before last.
func each(ctx context.Context, clients, first, last int, do func(ctx context.Context, n int) error) (slice, error) {
	return make(crowd, clients).share(ctx, first, last, func(ctx context.Context, _, n int) error { return do(ctx, n) })
}
