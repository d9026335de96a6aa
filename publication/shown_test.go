package publication

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/id"
	"imprimatur/workflow"
)

func TestTagFollowsWhatIsShown(t *testing.T) {
	t.Parallel()
	place := Place{ID: id.New[id.Space](), Title: "Blog", Scope: "group:5a"}
	item := Published{ID: id.New[id.Contribution](), Exposure: workflow.Visible, Byline: "Lina H.", UpdatedAt: epoch}
	tag := func(place Place, next Cursor, items ...Published) string {
		var s shown
		s.place(place)
		s.list(listed(items), next)
		return s.sheet().Tag
	}
	same := tag(place, "", item)
	if again := tag(place, "", item); again != same {
		t.Errorf("the same page has two tags, %s and %s", same, again)
	}
	variations := map[string]func(*Place, *Published){
		"title of the space": func(p *Place, _ *Published) { p.Title = "Le blog" },
		"description":        func(p *Place, _ *Published) { p.Description = "De la 5A" },
		"mode":               func(p *Place, _ *Published) { p.Mode = workflow.Post },
		"label":              func(p *Place, _ *Published) { p.Label = "Paroles d'élèves" },
		"status":             func(p *Place, _ *Published) { p.Status = workflow.SpaceClosed },
		"exposure":           func(_ *Place, w *Published) { w.Exposure = workflow.Masked },
		"text":               func(_ *Place, w *Published) { w.Hash[31] = 1 },
		"byline":             func(_ *Place, w *Published) { w.Byline = "Lina" },
		"contributors":       func(_ *Place, w *Published) { w.Contributors = []string{"Lina H.", "Noé P."} },
		"label in a feed":    func(_ *Place, w *Published) { w.Label = "Paroles d'élèves" },
		"reviewed":           func(_ *Place, w *Published) { w.Reviewed = true },
		"slug":               func(_ *Place, w *Published) { w.Slug = "autre" },
		"update":             func(_ *Place, w *Published) { w.UpdatedAt = epoch.Add(time.Second) },
		"another":            func(_ *Place, w *Published) { w.ID = id.New[id.Contribution]() },
	}
	seen := map[string]string{same: "nothing", tag(place, ""): "no item", tag(place, "more", item): "a next page", tag(place, "", item, item): "two items"}
	for name, vary := range variations {
		p, w := place, item
		vary(&p, &w)
		got := tag(p, "", w)
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s have the same tag", name, other)
		}
		seen[got] = name
	}
}

func TestRenderedIsKeptWithThePage(t *testing.T) {
	t.Parallel()
	r := newReading(t, time.Hour)
	article := r.lib.publish(r.blog, Article, id.Contribution{}, "Un")
	made := 0
	render := func(variant string) string {
		page, err := r.Contribution(t.Context(), r.lib.lina(), article.ID)
		if err != nil {
			t.Fatal(err)
		}
		b, err := page.Rendered(variant, func() ([]byte, error) {
			made++
			return fmt.Appendf(nil, "%s %s %d", variant, page.Published.Exposure, made), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, step := range []struct{ variant, want string }{
		{"fr", "fr visible 1"}, {"fr", "fr visible 1"}, {"en", "en visible 2"}, {"fr", "fr visible 1"}, {"en", "en visible 2"},
	} {
		if got := render(step.variant); got != step.want {
			t.Errorf("%s: %q, want %q", step.variant, got, step.want)
		}
	}
	r.lib.expose(article.ID, workflow.Withdrawn)
	r.Changed(r.lib.house.Tenant, r.blog.ID, article.ID, id.Contribution{})
	if got := render("fr"); got != "fr withdrawn 3" {
		t.Errorf("after the withdrawal: %q", got)
	}
	r.Distrust()
	if got := render("fr") + ", " + render("fr"); got != "fr withdrawn 4, fr withdrawn 5" {
		t.Errorf("without a cache: %q", got)
	}
}

func TestRenderedKeepsNoFailure(t *testing.T) {
	t.Parallel()
	var s shown
	sheet := s.sheet()
	broken := errors.New("broken")
	if _, err := sheet.Rendered("fr", func() ([]byte, error) { return []byte("half"), broken }); !errors.Is(err, broken) {
		t.Errorf("failed with %v", err)
	}
	if got, err := sheet.Rendered("fr", func() ([]byte, error) { return []byte("whole"), nil }); string(got) != "whole" || err != nil {
		t.Errorf("then %q, %v", got, err)
	}
	if got, err := (Sheet{}).Rendered("fr", func() ([]byte, error) { return []byte("no memo"), nil }); string(got) != "no memo" || err != nil {
		t.Errorf("without a page: %q, %v", got, err)
	}
}

func TestRenderedStaysInItsBudget(t *testing.T) {
	t.Parallel()
	var s shown
	sheet := s.sheet()
	kept := 0
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			_, _ = sheet.Rendered(fmt.Sprint(i), func() ([]byte, error) { return bytes.Repeat([]byte("x"), 10<<10), nil })
		})
	}
	all.Wait()
	for _, b := range sheet.memo.made {
		kept += len(b)
	}
	if kept == 0 || kept > s.size {
		t.Errorf("%d bytes are kept, and %d were counted", kept, s.size)
	}
}

func TestCacheStaysInItsBound(t *testing.T) {
	t.Parallel()
	const bound = 1 << 20
	c := newCache(bound, time.Minute, epoch)
	c.trust(epoch, epoch.Add(time.Hour))
	for i := range 5000 {
		k := key{kind: "test", name: fmt.Sprint(i % 3000)}
		c.put(k, &entry{value: i, began: c.stale.count.Load(), until: epoch.Add(time.Minute), size: overhead + i*7%20000}, epoch)
		if i%500 == 0 {
			checkBytes(t, c, bound)
		}
	}
	checkBytes(t, c, bound)
	c.put(key{kind: "huge"}, &entry{size: bound, began: c.stale.count.Load(), until: epoch.Add(time.Minute)}, epoch)
	if _, ok := c.get(key{kind: "huge"}, Viewer{}, epoch); ok {
		t.Error("keeps what is larger than a shard")
	}
	if got, ok := c.get(key{kind: "test", name: "1999"}, Viewer{}, epoch); !ok || got != 4999 {
		t.Errorf("the last page is %v, %v", got, ok)
	}
	c.forget()
	for i := range c.shards {
		if n := c.shards[i].bytes; n != 0 {
			t.Errorf("forgot everything but %d bytes", n)
		}
	}
}

// checkBytes counts again what the shards say that they hold.
func checkBytes(t *testing.T, c *cache, bound int) {
	t.Helper()
	total := 0
	for i := range c.shards {
		s, sum := &c.shards[i], 0
		for _, e := range s.lru.Values() {
			sum += e.size
		}
		if sum != s.bytes || sum > s.bound {
			t.Fatalf("shard %d holds %d bytes, says %d, may hold %d", i, sum, s.bytes, s.bound)
		}
		total += sum
	}
	if total == 0 || total > bound {
		t.Fatalf("holds %d of %d bytes", total, bound)
	}
}

func TestConcurrentChangesKeepTheLater(t *testing.T) {
	t.Parallel()
	c := newCache(1<<20, time.Minute, epoch)
	s := theTenant(id.New[id.Tenant]())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				c.stale.bump(s)
			}
		})
	}
	all.Wait()
	if last := c.stale.place(s).Load(); last != 8000 || c.stale.since(8000, []subject{s}) || !c.stale.since(7999, []subject{s}) {
		t.Errorf("of 8000 changes the last is %d", last)
	}
}
