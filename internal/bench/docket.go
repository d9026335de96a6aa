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

// docketPage is the figure of the first page of the director's list of cases, with many
// of them and with few.
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
	b.say("the first page of the cases in both")
	head := by(id.Tenant{UUID: numbered(aTenant, 0)}, id.Person{UUID: numbered(aHead, 0)})
	with, err := b.readBoth(ctx, func(s *services) (int, error) {
		page, err := s.cases.Cases(ctx, head, moderation.CaseFilter{})
		return len(page.Items), err
	}, "many", "few")
	if err != nil {
		return err
	}
	a, z := percentile(with[0], 50), percentile(with[1], 50)
	b.add(figure{
		fmt.Sprintf("list of cases, %d of them, p50", manyCases), milliseconds(a), fmt.Sprintf("%s with %d", milliseconds(z), fewCases),
		ratio(a.Seconds(), z.Seconds()), "", atMost, 1.5,
	})
	return b.drop(ctx, "few", "many")
}
