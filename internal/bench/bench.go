package bench

import (
	"cmp"
	"context"
	"errors"
	"image"
	"io"
	"log/slog"
	"os/exec"
	"time"
)

// Config is what a benchmark is made of. Every field is required but Binaries.
type Config struct {
	Binaries string                      // folder of PostgreSQL's programs; looked for when empty
	Clients  int                         // at once
	Seconds  int                         // for each figure, about
	Rows     int                         // contributions in the large review queue
	Sizes    Sizes                       // of what is measured; what is zero is as large as the targets ask for
	Part     func(part string) *exec.Cmd // this program again, which calls Serve
	Out      io.Writer
	Log      *slog.Logger
}

// Sizes are those of what some figures are of.
type Sizes struct {
	Photo image.Point // in pixels
	Burst int         // reports of one content that come at once
	Cases int         // in the large list
}

// orTargets are the sizes that the targets ask for, in the place of those that are zero.
func (s Sizes) orTargets() Sizes {
	if s.Photo == (image.Point{}) {
		s.Photo = image.Pt(4000, 3000) // a phone's photo
	}
	return Sizes{s.Photo, cmp.Or(s.Burst, 500), cmp.Or(s.Cases, 100_000)}
}

// bench is one run.
type bench struct {
	Config
	*machine
	*report
	house  *child
	second *child
	next   int // the first draft that is not submitted
}

// Run measures, and prints what it finds. A target that is missed is no error: only
// what could not be measured is.
func Run(ctx context.Context, cfg Config) error {
	if err := confine(); err != nil {
		return err
	}
	b := &bench{Config: cfg, report: &report{out: cfg.Out, clock: time.Now, began: time.Now()}}
	b.Sizes = cfg.Sizes.orTargets()
	var err error
	if b.machine, err = startMachine(ctx, cfg.Binaries, cfg.Log); err != nil {
		return err
	}
	err = b.measure(ctx)
	return errors.Join(err, b.house.stop(), b.second.stop(), b.machine.stop())
}

func (b *bench) measure(ctx context.Context) error {
	b.say("PostgreSQL and redis-server are up; filling the schools")
	if err := b.seed(ctx, b.drafts(), b.pages(), now()); err != nil {
		return err
	}
	if err := b.photograph(ctx, b.pages(), now()); err != nil {
		return err
	}
	if err := b.clone(ctx, "real"); err != nil {
		return err
	}
	if err := b.startChildren(ctx); err != nil {
		return err
	}
	for _, figure := range []func(context.Context) error{
		b.article, b.thread, b.photo, b.clearance, b.darkroom, b.pipeline, b.idle, b.revocation, b.burst, b.intake, b.takedown, b.queue, b.docketPages,
	} {
		if err := figure(ctx); err != nil {
			return err
		}
	}
	return b.print()
}

func (b *bench) startChildren(ctx context.Context) error {
	var err error
	if b.house, err = startChild(b.Part(HousePart), HousePart); err != nil {
		return err
	}
	if b.second, err = startChild(b.Part(SecondPart), SecondPart); err != nil {
		return err
	}
	cfg := HouseConfig{URL: b.url("real"), Socket: b.redis.Opt().Addr, Clients: b.Clients, Files: b.filesDir(), Plain: b.plainFile()}
	if _, err := call[bool](ctx, b.house, "Open", cfg); err != nil {
		return err
	}
	_, err = call[bool](ctx, b.second, "Open", b.url("real"))
	return err
}

func (b *bench) time() time.Duration { return time.Duration(b.Seconds) * time.Second }

// tripsPerSecond is what both sides of the pipeline together are given for each
// second of the time that a figure is measured.
const tripsPerSecond = 50

// trips is how many the pipeline's two sides make each.
func (b *bench) trips() int { return tripsPerSecond * b.Seconds }

// drafts are enough for every figure, the loads of both withdrawals included.
func (b *bench) drafts() int { return b.trips() + 10*b.Seconds + 800*b.Seconds }

// pages are enough to withdraw for as long as that is measured.
func (b *bench) pages() int { return 50*b.Seconds + 10 }
