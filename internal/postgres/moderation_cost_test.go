package postgres_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// counter sees every statement of a pool.
type counter struct {
	mu   sync.Mutex
	seen []string
}

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, strings.Join(strings.Fields(data.SQL), " "))
	return ctx
}

func (*counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// during counts the statements of do.
func (c *counter) during(t *testing.T, do func() error) int {
	t.Helper()
	c.mu.Lock()
	c.seen = nil
	c.mu.Unlock()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seen)
}

// TestWhatAnActCosts holds the number of round trips: begin and commit are one each.
func TestWhatAnActCosts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	seen := &counter{}
	db, err := postgres.Open(t.Context(), postgres.Config{URL: d.URL("imprimatur"), MaxConns: 2, Clock: d.clock, Tracer: seen})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	mod := moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](db), Clock: d.clock})
	martin := person(d.Tilleuls, d.Martin)
	if _, err := mod.Counts(t.Context(), martin); err != nil { // the pool has its connection
		t.Fatal(err)
	}
	c := d.submit(t, d.Lina, publication.New{Space: d.Blog, Kind: publication.Article, Input: publication.Input{Title: "Un", Body: "<p>Deux</p>"}})
	message := d.open(t)[0]
	costs := map[string]int{
		"screen": seen.during(t, func() error { return mod.Screen(t.Context(), message) }),
		"queue":  seen.during(t, func() error { return second(mod.Queue(t.Context(), martin, moderation.Filter{})) }),
		"counts": seen.during(t, func() error { return second(mod.Counts(t.Context(), martin)) }),
		"open":   seen.during(t, func() error { return second(mod.Open(t.Context(), martin, c)) }),
		"approve": seen.during(t, func() error {
			return mod.Act(t.Context(), martin, c, publication.Command{Action: workflow.Approve, Version: 3})
		}),
		"notify": seen.during(t, func() error {
			for _, m := range d.open(t) {
				if m.Note == string(workflow.Pass) {
					return mod.Notify(t.Context(), m)
				}
			}
			return nil
		}),
	}
	// The queue tells the planner first to read by its index (orderedPlans).
	want := map[string]int{"screen": 6, "queue": 4, "counts": 4, "open": 6, "approve": 6, "notify": 5}
	if diff := cmp.Diff(want, costs); diff != "" {
		t.Errorf("round trips (-want +got)\n%s", diff)
	}
}
