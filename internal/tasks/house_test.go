package tasks_test

import (
	"cmp"
	"context"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/internal/tasks"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// patience is a retry that suits a test: whatever is lost is missed soon.
var patience = outbox.Retry{Lease: time.Second, First: 50 * time.Millisecond, Longest: time.Second}

// unhurried is a retry for when nothing is lost: a slow machine is no reason to
// send anything again.
var unhurried = outbox.Retry{Lease: time.Minute}

// clock runs from the school's present, beginning at an instant of the real one.
type clock struct{ began time.Time }

func (c clock) now() time.Time { return dbtest.Now.Add(time.Since(c.began)) }

// house is a process's share of the work: services, relay and worker over a
// database and a Redis that others may use too.
type house struct {
	db       *postgres.DB
	publish  *publication.Service
	moderate *moderation.Service
	relay    *outbox.Relay
	stop     func()
}

// parts says what a house is made of.
type parts struct {
	url      string             // of the database
	redis    asynq.RedisConnOpt // a single server's when nil
	clock    clock
	services func(*house) tasks.Services // the ordinary ones when nil
	retry    outbox.Retry                // patience when zero
	relays   int
	workers  int
	log      *slog.Logger
	check    time.Duration // between two looks into empty queues; 10 ms when zero
}

// open connects, and starts relays and workers. The caller calls stop.
func open(ctx context.Context, p parts) (*house, error) {
	if p.retry == (outbox.Retry{}) {
		p.retry = patience
	}
	db, err := postgres.Open(ctx, postgres.Config{URL: p.url, MaxConns: 8, Clock: p.clock.now})
	if err != nil {
		return nil, err
	}
	h := &house{
		db:       db,
		publish:  publication.NewService(publication.Config{InTx: postgres.Transactions[publication.Tx](db), Clock: p.clock.now}),
		moderate: moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](db), Clock: p.clock.now}),
	}
	sender, err := tasks.NewSender(p.redis)
	if err != nil {
		return nil, err
	}
	if p.services == nil {
		p.services = ordinary
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	for range p.relays {
		h.relay = outbox.NewRelay(outbox.Config{
			Store: db.Outbox(), Sender: sender, Observer: tasks.NewMetrics(prometheus.NewRegistry()), Clock: p.clock.now,
			Log: p.log, Retry: p.retry, Poll: 100 * time.Millisecond,
		})
		relay := h.relay
		db.AfterCommit(func(c postgres.Committed) {
			if c.Messages > 0 {
				relay.Wake()
			}
		})
		all.Go(func() { relay.Run(ctx) })
	}
	var servers []*tasks.Server
	for range p.workers {
		server := tasks.NewServer(tasks.Config{
			Redis: p.redis, Outbox: db.Outbox(), Services: p.services(h), Retry: p.retry, Clock: p.clock.now, Log: p.log,
			Metrics: tasks.NewMetrics(prometheus.NewRegistry()), Concurrency: 4, CheckEvery: cmp.Or(p.check, 10*time.Millisecond),
		})
		if err := server.Start(); err != nil {
			cancel()
			return nil, err
		}
		servers = append(servers, server)
	}
	h.stop = func() {
		for _, server := range servers {
			server.Stop()
		}
		cancel()
		all.Wait()
		_ = sender.Close()
		db.Close()
	}
	return h, nil
}

// ordinary are the services that the program has.
func ordinary(h *house) tasks.Services {
	return tasks.Services{Screener: h.moderate, Publisher: h.publish, Notifier: h.moderate, Rescreener: h.moderate}
}

// bundle is a school with a house over it, and a way to look behind.
type bundle struct {
	*dbtest.School
	*house
	redis *dbtest.RedisServer // nil where parts name another
	parts parts
}

// setup opens a house with one relay and one worker, unless changed.
func setup(t testing.TB, change func(*parts)) *bundle {
	t.Helper()
	return setupOn(t, dbtest.NewSchool(t), change)
}

func setupOn(t testing.TB, school *dbtest.School, change func(*parts)) *bundle {
	t.Helper()
	b := &bundle{School: school}
	b.parts = parts{
		url: b.URL("imprimatur"), clock: clock{time.Now()}, relays: 1, workers: 1,
		log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError + 1})),
	}
	if change != nil {
		change(&b.parts)
	}
	if b.parts.redis == nil {
		b.redis = dbtest.Redis(t)
		b.parts.redis = b.redis.Opt()
	}
	var err error
	if b.house, err = open(t.Context(), b.parts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop() })
	b.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'flood_posts', '50', $2), ($1, 'flood_window', '"10s"', $2)`,
		b.Tilleuls, dbtest.Now)
	return b
}

// exec does something behind everybody's back.
func (b *bundle) exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func (b *bundle) diallo() actor.Actor { return b.person(b.Diallo) }

func (b *bundle) martin() actor.Actor { return b.person(b.Martin) }

func (b *bundle) person(who id.Person) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: b.Tilleuls, Via: "test"}
}

// topic is something to write in the forum, which is moderated after publication:
// it is screened, and then published.
func topic(b *bundle) publication.New {
	return publication.New{Space: b.Forum, Kind: publication.Topic, Input: publication.Input{Title: "Le mammouth", Body: "<p>Il est <b>grand</b>.</p>"}}
}

// submitting is the act on a new topic that starts its trip.
var submitting = publication.Command{Action: workflow.Submit, Version: 1}

func (b *bundle) submit(ctx context.Context, who actor.Actor, publishAt time.Time) (id.Contribution, error) {
	written := topic(b)
	written.PublishAt = publishAt
	c, err := b.publish.Create(ctx, who, written)
	if err != nil {
		return c, err
	}
	return c, b.publish.Act(ctx, who, c, submitting)
}

// must submits a topic of Diallo's, to appear at a time or at once.
func (b *bundle) must(t testing.TB, publishAt time.Time) id.Contribution {
	t.Helper()
	c, err := b.submit(t.Context(), b.diallo(), publishAt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ask runs a query as superuser, that gives one value.
func ask[T any](t testing.TB, b *bundle, query string, args ...any) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var value T
	if err := conn.QueryRow(t.Context(), query, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

// within waits until something holds.
func within(t testing.TB, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("after %s still not so: %s", limit, what)
		}
		time.Sleep(20 * time.Millisecond) // the condition is in another process
	}
}

// settled waits until nothing is open in the outbox but what waits for its time.
func (b *bundle) settled(t testing.TB) {
	t.Helper()
	within(t, time.Minute, "every message is done", func() bool {
		return ask[int](t, b, `SELECT count(*) FROM outbox WHERE status <> 'done'`) == 0
	})
}

func (b *bundle) live(t testing.TB, c id.Contribution) bool {
	t.Helper()
	return ask[bool](t, b, `SELECT live_id IS NOT NULL FROM contribution WHERE contribution_id = $1`, c)
}

// revision is the contribution's only revision.
func (b *bundle) revision(t testing.TB, c id.Contribution) string {
	t.Helper()
	return ask[string](t, b, `SELECT revision_id::text FROM revision WHERE contribution_id = $1`, c)
}

// queued counts the tasks in Redis.
func (b *bundle) queued(t testing.TB) int {
	t.Helper()
	inspector := asynq.NewInspector(b.parts.redis)
	defer inspector.Close()
	queues, err := inspector.Queues()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, queue := range queues {
		info, err := inspector.GetQueueInfo(queue)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size
	}
	return total
}

// The test binary is also the worker that is killed.
const (
	envURL   = "IMPRIMATUR_TEST_WORKER"
	envRedis = "IMPRIMATUR_TEST_REDIS"
	envBegan = "IMPRIMATUR_TEST_BEGAN"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(envURL); url != "" {
		work(url)
	}
	os.Exit(m.Run())
}

// work works until it is killed.
func work(url string) {
	nanos, err := strconv.ParseInt(os.Getenv(envBegan), 10, 64)
	if err != nil {
		panic(err)
	}
	_, err = open(context.Background(), parts{
		url: url, redis: asynq.RedisClientOpt{Network: "unix", Addr: os.Getenv(envRedis)}, clock: clock{time.Unix(0, nanos)},
		relays: 1, workers: 1, log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		panic(err)
	}
	select {}
}
