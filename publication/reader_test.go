package publication

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// reading is a Reader over a library, with a clock to turn.
type reading struct {
	*Reader
	lib         *library
	blog, forum Place
	turned      atomic.Int64
}

func (r *reading) now() time.Time       { return epoch.Add(time.Duration(r.turned.Load())) }
func (r *reading) turn(d time.Duration) { r.turned.Add(int64(d)) }

func newReading(t testing.TB, trusted time.Duration) *reading {
	t.Helper()
	r := &reading{lib: newLibrary()}
	r.blog, r.forum = r.lib.place[0], r.lib.place[1]
	r.Reader = NewReader(ReaderConfig{Store: r.lib, Clock: r.now})
	if trusted > 0 {
		r.Trust(r.now().Add(trusted))
	}
	return r
}

// asks reports whether a read went to the store.
func (r *reading) asks(t *testing.T, read func() error) bool {
	t.Helper()
	before := r.lib.calls()
	if err := read(); err != nil {
		t.Fatal(err)
	}
	return r.lib.calls() > before
}

func (r *reading) contribution(t *testing.T, c id.Contribution) func() error {
	return func() error {
		_, err := r.Contribution(t.Context(), r.lib.lina(), c)
		return err
	}
}

func TestReaderKeepsPagesOnlyWhileItMayTrust(t *testing.T) {
	t.Parallel()
	r := newReading(t, 0)
	read := r.contribution(t, r.lib.publish(r.blog, Article, id.Contribution{}, "Un").ID)
	steps := []struct {
		name string
		do   func()
		asks bool
	}{
		{"never trusted", func() {}, true},
		{"still not", func() {}, true},
		{"trusted, empty", func() { r.Trust(r.now().Add(1500 * time.Millisecond)) }, true},
		{"trusted, kept", func() {}, false},
		{"the next pulse", func() { r.turn(time.Second); r.Trust(r.now().Add(1500 * time.Millisecond)) }, false},
		{"the last moment", func() { r.turn(1500*time.Millisecond - 1) }, false},
		{"silence", func() { r.turn(1) }, true},
		{"silence, and nothing kept", func() {}, true},
		{"a pulse again: begin empty", func() { r.Trust(r.now().Add(time.Hour)) }, true},
		{"and go on", func() {}, false},
		{"lost", r.Distrust, true},
		{"found: begin empty", func() { r.Trust(r.now().Add(time.Hour)) }, true},
		{"kept", func() {}, false},
		{"not longer than a minute", func() { r.turn(time.Minute) }, true},
		{"kept again", func() {}, false},
		{"forgotten", r.Forget, true},
	}
	for _, step := range steps {
		step.do()
		if got := r.asks(t, read); got != step.asks {
			t.Errorf("%s: asks the store %v, want %v", step.name, got, step.asks)
		}
	}
}

func TestReaderServesTheAudienceAlone(t *testing.T) {
	t.Parallel()
	r := newReading(t, time.Hour)
	article := r.lib.publish(r.blog, Article, id.Contribution{}, "Un")
	for range 2 {
		if _, err := r.Contribution(t.Context(), r.lib.lina(), article.ID); err != nil {
			t.Fatal(err)
		}
		outside := []Viewer{r.lib.zoe(), Anonymous(r.lib.house.Tenant), {r.lib.house.Tenant, nil}, {id.New[id.Tenant](), r.lib.lina().Scopes}}
		for _, v := range outside {
			_, byID := r.Contribution(t.Context(), v, article.ID)
			_, thread := r.Thread(t.Context(), v, article.ID, "")
			_, space := r.Space(t.Context(), v, "blog", "")
			_, feed := r.Feed(t.Context(), v, "blog")
			for _, err := range []error{byID, thread, space, feed} {
				if !errors.Is(err, directory.ErrNotFound) {
					t.Errorf("%v reads the class's blog: %v", v.Scopes, err)
				}
			}
			home, err := r.Home(t.Context(), v)
			if err != nil || (v.Tenant == r.lib.house.Tenant && len(home.Shelves) > 0) {
				t.Errorf("%v has %d shelves at home, %v", v.Scopes, len(home.Shelves), err)
			}
		}
	}
}

func TestChangesTakeOutWhatShowsThem(t *testing.T) {
	t.Parallel()
	r := newReading(t, time.Hour)
	article := r.lib.publish(r.blog, Article, id.Contribution{}, "Un")
	comment := r.lib.publish(r.blog, Comment, article.ID, "Deux")
	topic := r.lib.publish(r.forum, Topic, id.Contribution{}, "Trois")
	pages := map[string]func() error{
		"article": r.contribution(t, article.ID),
		"comment": r.contribution(t, comment.ID),
		"topic":   r.contribution(t, topic.ID),
		"thread":  func() error { _, err := r.Thread(t.Context(), r.lib.lina(), topic.ID, ""); return err },
		"blog":    func() error { _, err := r.Space(t.Context(), r.lib.lina(), "blog", ""); return err },
		"forum":   func() error { _, err := r.Space(t.Context(), r.lib.lina(), "forum", ""); return err },
		"home":    func() error { _, err := r.Home(t.Context(), r.lib.lina()); return err },
		"feed":    func() error { _, err := r.Feed(t.Context(), r.lib.lina(), "blog"); return err },
		"feeds":   func() error { _, err := r.Feed(t.Context(), r.lib.lina(), ""); return err },
		"house":   func() error { _, err := r.House(t.Context(), "0310000Z"); return err },
	}
	tenant, none := r.lib.house.Tenant, id.Contribution{}
	tests := []struct {
		name   string
		change func()
		out    []string
	}{
		{"nothing", func() {}, nil},
		{"the article", func() { r.Changed(tenant, r.blog.ID, article.ID, none) }, []string{"article", "comment", "blog", "home", "feed", "feeds"}},
		{"the comment", func() { r.Changed(tenant, r.blog.ID, comment.ID, article.ID) }, []string{"article", "comment", "blog", "home", "feed", "feeds"}},
		{"the topic", func() { r.Changed(tenant, r.forum.ID, topic.ID, none) }, []string{"topic", "thread", "forum", "home", "feeds"}},
		{"the blog", func() { r.Changed(tenant, r.blog.ID, none, none) }, []string{"article", "comment", "blog", "home", "feed", "feeds"}},
		{"the school", func() { r.Changed(tenant, id.Space{}, none, none) }, []string{"article", "comment", "topic", "thread", "blog", "forum", "home", "feed", "feeds", "house"}},
		{"another school", func() { r.Changed(id.New[id.Tenant](), id.Space{}, none, none) }, nil},
	}
	for _, test := range tests {
		for _, read := range pages {
			_ = read() // keep it
		}
		test.change()
		out := map[string]bool{}
		for name, read := range pages {
			out[name] = r.asks(t, read)
		}
		want := map[string]bool{}
		for name := range pages {
			want[name] = false
		}
		for _, name := range test.out {
			want[name] = true
		}
		if diff := cmp.Diff(want, out); diff != "" {
			t.Errorf("%s changed (-want +taken out): %s", test.name, diff)
		}
	}
}

// A fill that began before a withdrawal may end after it. Whatever happens in
// between, no page that shows the text is served once the change was told.
func TestFillRacingAWithdrawal(t *testing.T) {
	t.Parallel()
	rounds := 10_000
	if testing.Short() {
		rounds = 1000
	}
	r := newReading(t, time.Hour)
	topic := r.lib.publish(r.forum, Topic, id.Contribution{}, "Trois")
	reply := r.lib.publish(r.forum, Reply, topic.ID, "Quatre")
	r.lib.pause = runtime.Gosched
	stale := func() string {
		page, err := r.Contribution(t.Context(), r.lib.lina(), reply.ID)
		thread, err2 := r.Thread(t.Context(), r.lib.lina(), topic.ID, "")
		if err := errors.Join(err, err2); err != nil {
			return err.Error()
		}
		if page.Published.Visible() || thread.Replies[0].Visible() || !thread.Replies[0].HTML.IsZero() {
			return fmt.Sprintf("page %s, thread %s", page.Published.Exposure, thread.Replies[0].Exposure)
		}
		return ""
	}
	for round := range rounds {
		r.lib.expose(reply.ID, workflow.Visible)
		r.Changed(r.lib.house.Tenant, r.forum.ID, reply.ID, topic.ID)
		var fills sync.WaitGroup
		for range 3 {
			fills.Go(func() {
				_, _ = r.Contribution(t.Context(), r.lib.lina(), reply.ID)
				_, _ = r.Thread(t.Context(), r.lib.lina(), topic.ID, "")
			})
		}
		if round%2 == 0 {
			runtime.Gosched()
		}
		r.lib.expose(reply.ID, workflow.Withdrawn)
		r.Changed(r.lib.house.Tenant, r.forum.ID, reply.ID, topic.ID)
		if what := stale(); what != "" {
			t.Fatalf("round %d, while fills run: %s", round, what)
		}
		fills.Wait()
		if what := stale(); what != "" {
			t.Fatalf("round %d, after the fills: %s", round, what)
		}
	}
}

func TestPagesOfASpaceAndAThreadAreWhole(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 24, 25, 26, 50, 51, 101, 130} {
		r := newReading(t, time.Hour)
		topic := r.lib.publish(r.forum, Topic, id.Contribution{}, "Trois")
		var articles, replies []id.Contribution
		for i := range n {
			articles = append([]id.Contribution{r.lib.publish(r.blog, Article, id.Contribution{}, fmt.Sprint("Article ", i)).ID}, articles...)
			replies = append(replies, r.lib.publish(r.forum, Reply, topic.ID, fmt.Sprint("Réponse ", i)).ID)
		}
		var gotArticles, gotReplies []id.Contribution
		for after, more := Cursor(""), true; more; more = after != "" {
			page, err := r.Space(t.Context(), r.lib.lina(), "blog", after)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range page.Items {
				gotArticles = append(gotArticles, item.ID)
			}
			after = page.Next
		}
		for after, more := Cursor(""), true; more; more = after != "" {
			page, err := r.Thread(t.Context(), r.lib.lina(), topic.ID, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range page.Replies {
				gotReplies = append(gotReplies, item.ID)
			}
			after = page.Next
		}
		if diff := cmp.Diff(articles, gotArticles); diff != "" {
			t.Errorf("%d articles: %s", n, diff)
		}
		if diff := cmp.Diff(replies, gotReplies); diff != "" {
			t.Errorf("%d replies: %s", n, diff)
		}
	}
}

func TestContributionShowsTheFirstComments(t *testing.T) {
	t.Parallel()
	r := newReading(t, time.Hour)
	article := r.lib.publish(r.blog, Article, id.Contribution{}, "Un")
	for i := range 60 {
		r.lib.publish(r.blog, Comment, article.ID, fmt.Sprint("Commentaire ", i))
	}
	page, err := r.Contribution(t.Context(), r.lib.lina(), article.ID)
	if err != nil || len(page.Comments) != 50 || page.Next == "" {
		t.Fatalf("%d comments, next %q, %v", len(page.Comments), page.Next, err)
	}
	rest, err := r.Thread(t.Context(), r.lib.lina(), article.ID, page.Next)
	if err != nil || len(rest.Replies) != 10 || rest.Replies[0].Title != "Commentaire 50" || rest.Next != "" {
		t.Errorf("the rest: %d, next %q, %v", len(rest.Replies), rest.Next, err)
	}
	if _, err := r.Thread(t.Context(), r.lib.lina(), page.Comments[0].ID, ""); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("the thread of a comment: %v", err)
	}
}

func TestHouseInAnyCase(t *testing.T) {
	t.Parallel()
	r := newReading(t, time.Hour)
	if got, err := r.House(t.Context(), "0310000z"); got != r.lib.house || err != nil {
		t.Errorf("found %+v, %v", got, err)
	}
	if _, err := r.House(t.Context(), "0310001Y"); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("no such school: %v", err)
	}
}

func TestViewer(t *testing.T) {
	t.Parallel()
	r := newReading(t, 0)
	v, err := r.Viewer(t.Context(), r.lib.house.Tenant, id.New[id.Person]())
	if diff := cmp.Diff(r.lib.lina(), v); diff != "" || err != nil {
		t.Errorf("%s, %v", diff, err)
	}
	v, err = r.Viewer(t.Context(), r.lib.house.Tenant, id.Person{})
	if diff := cmp.Diff(Anonymous(r.lib.house.Tenant), v); diff != "" || err != nil {
		t.Errorf("nobody: %s, %v", diff, err)
	}
}

func BenchmarkCachedArticle(b *testing.B) {
	r := newReading(b, time.Hour)
	article := r.lib.publish(r.blog, Article, id.Contribution{}, "Un")
	v := r.lib.lina()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Contribution(b.Context(), v, article.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}
