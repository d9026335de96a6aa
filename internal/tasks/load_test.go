package tasks_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// load is how many topics are submitted while something breaks, and by how many
// at once. R20 allows an author 60 an hour.
const (
	load    = 80
	writers = 4
)

// underLoad submits topics, breaks something meanwhile, and gives those whose
// submission was acknowledged.
func (b *bundle) underLoad(t *testing.T, breakIt func()) []id.Contribution {
	t.Helper()
	turns := make(chan int)
	var mu sync.Mutex
	var acknowledged []id.Contribution
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for n := range turns {
				c := b.insist(t, []actor.Actor{b.diallo(), b.martin()}[n%2])
				mu.Lock()
				acknowledged = append(acknowledged, c)
				mu.Unlock()
			}
		})
	}
	for n := range load {
		if n == load/3 {
			all.Go(breakIt)
		}
		turns <- n
	}
	close(turns)
	all.Wait()
	return acknowledged
}

// insist submits a topic, and again another while the database is away: nobody
// was told that the first is there.
func (b *bundle) insist(t *testing.T, who actor.Actor) id.Contribution {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	deadline := time.Now().Add(time.Minute)
	for {
		c, err := b.submit(ctx, who, time.Time{})
		var refusal *workflow.Refusal
		if err == nil || errors.As(err, &refusal) || time.Now().After(deadline) {
			if err != nil {
				t.Errorf("submit: %v", err)
			}
			return c
		}
		time.Sleep(50 * time.Millisecond) // as a person would press the button again
	}
}

// arrived checks that what was acknowledged is live, and that every step of
// every topic was made once.
func (b *bundle) arrived(t *testing.T, acknowledged []id.Contribution) {
	t.Helper()
	if len(acknowledged) != load {
		t.Fatalf("only %d of %d submissions were acknowledged", len(acknowledged), load)
	}
	b.settled(t)
	if lost := ask[int](t, b, `SELECT count(*) FROM unnest($1::uuid[]) x (id)
		WHERE NOT EXISTS (SELECT FROM contribution c JOIN snapshot s USING (contribution_id) WHERE c.contribution_id = x.id AND c.live_id = s.revision_id)`,
		acknowledged); lost > 0 {
		t.Errorf("%d of %d acknowledged topics are not live", lost, len(acknowledged))
	}
	submitted := ask[int](t, b, `SELECT count(*) FROM contribution WHERE number > 0`)
	for _, action := range []string{"submit", "pass", "publish"} {
		if n := ask[int](t, b, `SELECT count(*) FROM audit_entry WHERE action = $1`, action); n != submitted {
			t.Errorf("%d topics were submitted, and %d entries say %s", submitted, n, action)
		}
	}
	if told := ask[int](t, b, `SELECT count(*) FROM notice WHERE kind = 'live'`); told != submitted {
		t.Errorf("%d topics went live, and %d notices say so", submitted, told)
	}
	if twice := ask[int](t, b, `SELECT count(*) FROM (
		SELECT FROM audit_entry GROUP BY contribution_id, action HAVING count(*) > 1) x`); twice > 0 {
		t.Errorf("%d steps were made twice", twice)
	}
}

func TestRelaysAndWorkersShareTheWork(t *testing.T) {
	t.Parallel()
	b := setup(t, func(p *parts) {
		p.relays, p.workers = 3, 2
		p.retry = unhurried
	})
	b.arrived(t, b.underLoad(t, func() {}))
	if attempts := ask[int](t, b, `SELECT max(attempt) FROM outbox`); attempts > 1 {
		t.Errorf("with nothing broken, a message took %d attempts", attempts)
	}
}

func TestRedisFlushedUnderLoad(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	client := b.redis.Client(t)
	b.arrived(t, b.underLoad(t, func() {
		for range 5 {
			if err := client.FlushAll(context.Background()).Err(); err != nil {
				t.Error(err)
			}
			time.Sleep(10 * time.Millisecond) // for another part of the load to be there
		}
	}))
}

func TestRedisKilledUnderLoad(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.arrived(t, b.underLoad(t, func() {
		b.redis.Kill()
		b.redis.Start(t)
	}))
}

func TestPostgresCrashesUnderLoad(t *testing.T) {
	t.Parallel()
	server := dbtest.NewServer(t)
	b := setupOn(t, server.NewSchool(t), nil)
	b.arrived(t, b.underLoad(t, func() {
		server.Crash(t)
		server.Restart(t)
	}))
}

func TestWorkerKilledUnderLoad(t *testing.T) {
	t.Parallel()
	b := setup(t, func(p *parts) { p.workers = 0 })
	victim := b.startWorker(t)
	b.arrived(t, b.underLoad(t, func() {
		within(t, time.Minute, "the worker is at work", func() bool {
			return ask[bool](t, b, `SELECT EXISTS (SELECT FROM outbox WHERE status = 'done')`)
		})
		if err := victim.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = victim.Wait()
		b.startWorker(t)
	}))
}

// startWorker starts a worker and relay in a process of their own.
func (b *bundle) startWorker(t *testing.T) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), self)
	cmd.Env = append(os.Environ(), envURL+"="+b.parts.url, envRedis+"="+b.redis.Opt().Addr,
		envBegan+"="+strconv.FormatInt(b.parts.clock.began.UnixNano(), 10))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	started := make(chan error)
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	go func() { // Pdeathsig is about the thread
		runtime.LockOSThread()
		started <- cmd.Start()
		<-t.Context().Done()
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	return cmd
}
