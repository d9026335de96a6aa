package bench

import (
	"context"
	"fmt"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
)

// fewCases is beside how many cases a list of many is read.
const fewCases = 1_000

// docketPages are the figures of what the director reads of the cases, with many of them and
// with few.
func (b *bench) docketPages(ctx context.Context) error {
	for name, rows := range map[string]int{"few": fewCases, "many": b.Sizes.Cases} {
		b.say("loading %d cases", rows)
		if err := b.clone(ctx, name); err != nil {
			return err
		}
		if err := b.docket(ctx, name, rows, now()); err != nil {
			return err
		}
		if err := b.keepFigures(ctx, name); err != nil {
			return err
		}
	}
	if err := b.asAdmin(ctx, "postgres", "CHECKPOINT"); err != nil {
		return err
	}
	head := by(id.Tenant{UUID: numbered(aTenant, 0)}, id.Person{UUID: numbered(aHead, 0)})
	month := moderation.MonthOf(now(), time.UTC).Previous()
	for _, p := range []docketPage{
		{"list of cases", func(s *services) (int, error) {
			page, err := s.cases.Cases(ctx, head, moderation.CaseFilter{})
			return len(page.Items), err
		}},
		{"director's desk", func(s *services) (int, error) {
			desk, err := s.cases.Desk(ctx, head)
			return len(desk.Cases), err
		}},
		{"figures of a month that is over", func(s *services) (int, error) {
			f, err := s.figures.Month(ctx, head, month)
			return len(f.Reports.Cells), err
		}},
	} {
		if err := b.docketPage(ctx, p); err != nil {
			return err
		}
	}
	return b.drop(ctx, "few", "many")
}

// docketPage is a page of the director's, and how it is read.
type docketPage struct {
	name string
	read func(*services) (int, error)
}

func (b *bench) docketPage(ctx context.Context, p docketPage) error {
	b.say("%s, in both", p.name)
	with, err := b.readBoth(ctx, p.read, "many", "few")
	if err != nil {
		return err
	}
	a, z := percentile(with[0], 50), percentile(with[1], 50)
	b.add(figure{
		fmt.Sprintf("%s, %d cases, p50", p.name, b.Sizes.Cases), milliseconds(a), fmt.Sprintf("%s with %d", milliseconds(z), fewCases),
		ratio(a.Seconds(), z.Seconds()), "", atMost, 1.5,
	})
	return nil
}

// keepFigures has the months that are over kept, as the worker does.
func (b *bench) keepFigures(ctx context.Context, name string) error {
	s, err := openServices(ctx, postgres.Config{URL: b.url(name), MaxConns: 2})
	if err != nil {
		return err
	}
	defer s.db.Close()
	_, err = s.figures.Keep(ctx, now())
	return err
}
