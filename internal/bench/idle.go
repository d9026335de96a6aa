package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/hibiken/asynq"

	"imprimatur/internal/id"
)

// bareTask is the kind of task that does nothing but arrive.
const bareTask = "bench:bare"

// bareQueue is asynq with nothing above it: a client and a worker that looks as
// often as ours does.
type bareQueue struct {
	client  *asynq.Client
	server  *asynq.Server
	arrived chan time.Time
}

// checkEvery is how often an idle worker of the service looks for tasks.
const checkEvery = 50 * time.Millisecond

// redisOpt connects to the machine's Redis.
func redisOpt(socket string) asynq.RedisClientOpt {
	return asynq.RedisClientOpt{Network: "unix", Addr: socket}
}

func openBareQueue(socket string, concurrency int) (*bareQueue, error) {
	b := &bareQueue{client: asynq.NewClient(redisOpt(socket)), arrived: make(chan time.Time, 1)}
	b.server = asynq.NewServer(redisOpt(socket), asynq.Config{
		Concurrency: concurrency, TaskCheckInterval: checkEvery, Queues: map[string]int{bareTask: 1}, LogLevel: asynq.WarnLevel,
	})
	mux := asynq.NewServeMux()
	mux.HandleFunc(bareTask, func(context.Context, *asynq.Task) error {
		b.arrived <- time.Now()
		return nil
	})
	if err := b.server.Start(mux); err != nil {
		return nil, fmt.Errorf("start a bare worker: %w", err)
	}
	return b, nil
}

func (b *bareQueue) close() {
	b.server.Shutdown()
	_ = b.client.Close() // nothing is under way
}

// roundTrip is from enqueueing a task to its being worked on.
func (b *bareQueue) roundTrip(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	if _, err := b.client.EnqueueContext(ctx, asynq.NewTask(bareTask, nil), asynq.Queue(bareTask)); err != nil {
		return 0, err
	}
	select {
	case at := <-b.arrived:
		return at.Sub(began), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// alone attends to a single trip.
type alone struct{ at chan time.Time }

func (a alone) screened(id.Revision) { a.at <- time.Now() }
func (a alone) ended()               {}

// Idle submits one text while nothing else is going on, and says how long it took
// until it was screened.
func (h *House) Idle(n int, took *time.Duration) error {
	a := alone{at: make(chan time.Time, 1)}
	h.watch.attend(a)
	defer h.watch.attend(nil)
	began := time.Now()
	if err := h.services.submit(h.ctx, nthDraft(n)); err != nil {
		return err
	}
	select {
	case at := <-a.at:
		*took = at.Sub(began)
		return nil
	case <-time.After(stalled):
		return fmt.Errorf("trip %d was not screened within %s", n, stalled)
	}
}

// Bare says how long a bare task takes.
func (h *House) Bare(_ bool, took *time.Duration) (err error) {
	ctx, cancel := context.WithTimeout(h.ctx, stalled)
	defer cancel()
	*took, err = h.bare.roundTrip(ctx)
	return err
}

// pauseAtRandom lets a request come anywhere between two looks of an idle worker:
// after the one before it, it would come always at the same place.
func pauseAtRandom() { time.Sleep(rand.N(checkEvery)) }

// idle is the figure of submission to screening with nothing else to do.
func (b *bench) idle(ctx context.Context) error {
	b.say("submit to screened, idle, and a bare asynq round trip")
	var ours, bare []time.Duration
	deadline := time.Now().Add(b.time())
	for len(ours) < 3 || time.Now().Before(deadline) {
		pauseAtRandom()
		took, err := call[time.Duration](ctx, b.house, "Idle", b.next)
		if err != nil {
			return err
		}
		b.next++
		ours = append(ours, took)
		pauseAtRandom()
		if took, err = call[time.Duration](ctx, b.house, "Bare", true); err != nil {
			return err
		}
		bare = append(bare, took)
	}
	a, z := percentile(ours, 50), percentile(bare, 50)
	b.add(figure{"idle, p50", milliseconds(a) + " to screened", milliseconds(z) + " bare", ratio(a.Seconds(), z.Seconds()), "", atMost, 4})
	return nil
}
