package postgres_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// patience is how long a test waits for what should come in milliseconds.
const patience = 20 * time.Second

// heard is a Readings that writes down what it is told.
type heard struct {
	mu      sync.Mutex
	moved   chan struct{} // closed when anything is told
	changes []postgres.Reading
	forgot  int
	trusted time.Time // zero: not
	trusts  int
	lapses  []time.Time
}

func newHeard() *heard { return &heard{moved: make(chan struct{})} }

func (h *heard) told(do func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	do()
	close(h.moved)
	h.moved = make(chan struct{})
}

func (h *heard) Changed(tenant id.Tenant, space id.Space, c, parent id.Contribution) {
	h.told(func() {
		h.changes = append(h.changes, postgres.Reading{Tenant: tenant, Space: space, Contribution: c, Parent: parent})
	})
}
func (h *heard) Forget() { h.told(func() { h.forgot++ }) }
func (h *heard) Trust(until time.Time) {
	h.told(func() { h.trusted, h.trusts = until, h.trusts+1 })
}
func (h *heard) Distrust() {
	h.told(func() { h.trusted, h.lapses = time.Time{}, append(h.lapses, time.Now()) })
}

// await waits until the condition, asked under the lock, holds.
func (h *heard) await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		h.mu.Lock()
		met, moved := condition(), h.moved
		h.mu.Unlock()
		if met {
			return
		}
		select {
		case <-moved:
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// process is another process on the same database: pools, reader, listener.
type process struct {
	db       *postgres.DB
	reader   *publication.Reader
	listener *postgres.Listener
	outbox   chan struct{}
}

func (b *bundle) process(t *testing.T, readings postgres.Readings) *process {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{URL: b.URL("imprimatur"), MaxConns: 4, Clock: func() time.Time { return dbtest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	p := &process{db: db, reader: publication.NewReader(publication.ReaderConfig{Store: db.Door(), Clock: time.Now}), outbox: make(chan struct{}, 100)}
	if readings == nil {
		readings = p.reader
	}
	p.listener, err = postgres.Listen(t.Context(), db, postgres.ListenerConfig{
		URL: b.URL("imprimatur"), Readings: readings, Clock: time.Now, Log: slog.New(slog.DiscardHandler),
		OnOutbox: func() { p.outbox <- struct{}{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.listener.Close)
	return p
}

// live publishes an article of Lina's the long way.
func (b *bundle) live(t *testing.T, title string) id.Contribution {
	t.Helper()
	c := b.write(t, publication.Article, b.Blog, id.Contribution{}, title)
	if err := b.act(t, c, b.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
	b.step(t, c, workflow.Publish)
	return c
}

// write submits a text of Lina's and lets screening pass it.
func (b *bundle) write(t *testing.T, kind publication.Kind, space id.Space, parent id.Contribution, title string) id.Contribution {
	t.Helper()
	c, err := b.publish.Create(t.Context(), person(b.Tilleuls, b.Lina), publication.New{
		Space: space, Parent: parent, Kind: kind, Input: publication.Input{Title: title, Body: "<p>Un <b>texte</b> de Lina.</p>"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.act(t, c, b.Lina, publication.Command{Action: workflow.Submit}); err != nil {
		t.Fatal(err)
	}
	b.step(t, c, workflow.Pass)
	return c
}

func (b *bundle) withdraw(t *testing.T, c id.Contribution) {
	t.Helper()
	err := b.act(t, c, b.Martin, publication.Command{Action: workflow.Withdraw, Reason: workflow.Reason{Ground: "PRIV", Text: "Le nom d'un camarade est cité."}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWithdrawIsHeardByEveryProcess(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := newHeard()
	b.process(t, h)
	c := b.live(t, "Le musée")
	b.withdraw(t, c)
	want := postgres.Reading{Tenant: b.Tilleuls, Space: b.Blog, Contribution: c}
	h.await(t, "the withdrawal is heard", func() bool { return len(h.changes) > 0 && h.changes[len(h.changes)-1] == want })
}

func TestSecondProcessForgetsWhatWasWithdrawn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.live(t, "Le musée")
	first, second := b.process(t, nil), b.process(t, nil)
	for round := range 20 {
		if round > 0 {
			c = b.live(t, "Le musée")
		}
		v := b.viewer(t, second.reader, b.Noe)
		for _, p := range []*process{first, second} {
			page, err := p.reader.Contribution(t.Context(), v, c)
			if err != nil || page.Published.Exposure != workflow.Visible {
				t.Fatalf("before: %+v, %v", page.Published, err)
			}
		}
		b.withdraw(t, c)
		for deadline := time.Now().Add(patience); ; {
			page, err := second.reader.Contribution(t.Context(), v, c)
			if err != nil {
				t.Fatal(err)
			}
			if page.Published.Exposure == workflow.Withdrawn && page.Published.HTML.IsZero() {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("the second process still shows what was withdrawn")
			}
		}
	}
}

func TestLostListenerTurnsTheCacheOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := newHeard()
	p := b.process(t, h)
	h.await(t, "the proof is trusted", func() bool { return h.trusts > 0 })
	for range 3 {
		h.mu.Lock()
		trusts, lapses := h.trusts, len(h.lapses)
		h.mu.Unlock()
		began := time.Now()
		b.killListeners(t)
		h.await(t, "the cache is off", func() bool { return len(h.lapses) > lapses })
		h.mu.Lock()
		took := h.lapses[lapses].Sub(began)
		h.mu.Unlock()
		if took > 1500*time.Millisecond {
			t.Errorf("the cache was on for %s after the loss", took)
		}
		h.await(t, "the cache is on again", func() bool { return !h.trusted.IsZero() && h.trusts > trusts })
	}
	// A pulse may have been heard so late that its trust is over already: the next comes.
	h.await(t, "it is healthy again", func() bool { return p.listener.Check(t.Context()) == nil })
	p.listener.Close()
	if err := p.listener.Check(t.Context()); !errors.Is(err, postgres.ErrNotListening) {
		t.Errorf("closed, but %v", err)
	}
}

func TestSilenceTurnsTheCacheOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := newHeard()
	p := b.process(t, h)
	conn := b.superuser(t)
	// The connection stands, and nothing comes over it.
	if _, err := conn.Exec(t.Context(), `REVOKE EXECUTE ON FUNCTION pg_notify(text, text) FROM PUBLIC`); err != nil {
		t.Fatal(err)
	}
	h.await(t, "silence is noticed", func() bool { return len(h.lapses) > 0 })
	if err := p.listener.Check(t.Context()); !errors.Is(err, postgres.ErrNotListening) {
		t.Errorf("silent, but %v", err)
	}
	if _, err := conn.Exec(t.Context(), `GRANT EXECUTE ON FUNCTION pg_notify(text, text) TO PUBLIC`); err != nil {
		t.Fatal(err)
	}
	h.await(t, "it is heard again", func() bool { return !h.trusted.IsZero() })
}

func (b *bundle) killListeners(t *testing.T) {
	t.Helper()
	var killed int
	err := b.superuser(t).QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'imprimatur listener'`).Scan(&killed)
	if err != nil || killed == 0 {
		t.Fatalf("killed %d, %v", killed, err)
	}
}

func TestNothingStaleAfterTheListenerWasAway(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.live(t, "Le musée")
	p := b.process(t, nil)
	v := b.viewer(t, p.reader, b.Noe)
	for range 5 {
		if _, err := p.reader.Contribution(t.Context(), v, c); err != nil {
			t.Fatal(err)
		}
		// What is written behind the application's back is announced to nobody.
		title := id.New[id.Space]().String()
		if _, err := b.superuser(t).Exec(t.Context(), `UPDATE snapshot SET title = $1 WHERE contribution_id = $2`, title, c); err != nil {
			t.Fatal(err)
		}
		b.killListeners(t)
		for deadline := time.Now().Add(patience); ; {
			page, err := p.reader.Contribution(t.Context(), v, c)
			if err != nil {
				t.Fatal(err)
			}
			if page.Published.Title == title && p.listener.Check(t.Context()) == nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("a page from before the loss is still served")
			}
		}
	}
}

func TestListenerRefusesToBeDeaf(t *testing.T) {
	t.Parallel()
	b, elsewhere := setup(t), dbtest.New(t)
	_, err := postgres.Listen(t.Context(), b.db, postgres.ListenerConfig{URL: elsewhere.URL("imprimatur"), Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	if !errors.Is(err, postgres.ErrDeaf) {
		t.Errorf("listens to another database: %v", err)
	}
	_, err = postgres.Listen(t.Context(), b.db, postgres.ListenerConfig{URL: "postgres://user:secret@%zz", Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err == nil || containsSecret(err) {
		t.Errorf("a URL that is none: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := postgres.Listen(ctx, b.db, postgres.ListenerConfig{URL: b.URL("imprimatur"), Clock: time.Now, Log: slog.New(slog.DiscardHandler)}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestAnnouncementsBetweenProcesses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h, own := newHeard(), newHeard()
	other := b.process(t, h)
	mine, err := postgres.Listen(t.Context(), b.db, postgres.ListenerConfig{
		URL: b.URL("imprimatur"), Readings: own, Clock: time.Now, Log: slog.New(slog.DiscardHandler),
		OnOutbox: func() { t.Error("woken by one's own promise") },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(mine.Close)
	c := b.live(t, "Le musée")
	want := postgres.Reading{Tenant: b.Tilleuls, Space: b.Blog, Contribution: c}
	own.mu.Lock()
	if len(own.changes) == 0 || own.changes[0] != want {
		t.Errorf("this process heard %v before its commit returned", own.changes)
	}
	own.mu.Unlock()
	h.await(t, "the other process hears of what is new", func() bool { return len(h.changes) > 0 && h.changes[0] == want })
	select {
	case <-other.outbox:
	case <-time.After(patience):
		t.Error("the other process's relay was not woken")
	}
}

func TestUnreadableAnnouncementForgetsEverything(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := newHeard()
	b.process(t, h)
	conn := b.superuser(t)
	for i, payload := range []string{"", "a", "a b", b.Tilleuls.String() + " " + b.Blog.String() + " x", "1 2 3 4 5"} {
		if _, err := conn.Exec(t.Context(), `SELECT pg_notify('imprimatur_reading', $1)`, payload); err != nil {
			t.Fatal(err)
		}
		h.await(t, "all is forgotten after "+payload, func() bool { return h.forgot == i+1 })
	}
}
