package bench

import (
	"context"
	"fmt"

	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// How many cases the list is read with, and beside how many.
const (
	manyCases = 100_000
	fewCases  = 1_000
)

// docketPage is the figures of the first page of the director's list of cases and of their desk,
// with many cases and with few.
func (b *bench) docketPage(ctx context.Context) error {
	for name, rows := range map[string]int{"few": fewCases, "many": manyCases} {
		b.say("loading %d cases", rows)
		if err := b.clone(ctx, name); err != nil {
			return err
		}
		if err := b.docket(ctx, name, rows, now()); err != nil {
			return err
		}
	}
	if err := b.asAdmin(ctx, "postgres", "CHECKPOINT"); err != nil {
		return err
	}
	head := by(id.Tenant{UUID: numbered(aTenant, 0)}, id.Person{UUID: numbered(aHead, 0)})
	for _, page := range []struct {
		name string
		read func(*services) (int, error)
	}{
		{"list of cases", func(s *services) (int, error) {
			page, err := s.cases.Cases(ctx, head, moderation.CaseFilter{})
			return len(page.Items), err
		}},
		{"director's desk", func(s *services) (int, error) {
			desk, err := s.cases.Desk(ctx, head)
			return len(desk.Cases), err
		}},
	} {
		if err := b.docketFigure(ctx, page.name, page.read); err != nil {
			return err
		}
	}
	return b.drop(ctx, "few", "many")
}

// docketFigure compares one page with many cases and with few.
func (b *bench) docketFigure(ctx context.Context, name string, read func(*services) (int, error)) error {
	b.say("the %s in both", name)
	with, err := b.readBoth(ctx, read, "many", "few")
	if err != nil {
		return err
	}
	a, z := percentile(with[0], 50), percentile(with[1], 50)
	b.add(figure{
		fmt.Sprintf("%s, %d cases, p50", name, manyCases), milliseconds(a), fmt.Sprintf("%s with %d", milliseconds(z), fewCases),
		ratio(a.Seconds(), z.Seconds()), "", atMost, 1.5,
	})
	return nil
}
