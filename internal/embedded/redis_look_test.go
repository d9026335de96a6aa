package embedded

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// scripts tells which scripts a client runs, with the arguments of each.
type scripts chan []any

func (scripts) DialHook(next redis.DialHook) redis.DialHook { return next }

func (s scripts) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == "evalsha" {
			select {
			case s <- cmd.Args():
			default: // enough of that kind
			}
		}
		return next(ctx, cmd)
	}
}

func (scripts) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// What asynq really runs is known for what it is: with another version the look
// would be paid for again, and nothing would fail.
func TestAsynqsLookIsKnown(t *testing.T) {
	t.Parallel()
	ran := make(scripts, 100)
	plain := redis.NewClient(&redis.Options{Addr: "in-process", Dialer: startRedis(t).dial})
	defer plain.Close()
	plain.AddHook(ran)
	server := asynq.NewServerFromRedisClient(plain, asynq.Config{
		Queues: map[string]int{"some": 1}, TaskCheckInterval: 5 * time.Millisecond, DelayedTaskCheckInterval: 10 * time.Millisecond,
		LogLevel: asynq.FatalLevel,
	})
	if err := server.Start(asynq.NewServeMux()); err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	looks, others := 0, 0
	for looks == 0 || others == 0 {
		select {
		case args := <-ran:
			queue, ok := lookedInto(args)
			looksAtPending := strings.HasSuffix(args[3].(string), ":pending")
			if ok != looksAtPending || ok && queue != "asynq:{some}:pending" {
				t.Fatalf("%v: queue %q, %t", args, queue, ok)
			}
			if ok {
				looks++
			} else {
				others++
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("%d looks, and %d other scripts", looks, others)
		}
	}
}

func TestOnlyEmptyQueuesAreSpared(t *testing.T) {
	t.Parallel()
	r := StartRedis()
	defer r.Stop()
	client := r.Client()
	defer client.Close()
	look := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		return client.EvalSha(ctx, "0123456789012345678901234567890123456789",
			[]string{"asynq:{q}:pending", "asynq:{q}:paused", "asynq:{q}:active", "asynq:{q}:lease"}, 1, "asynq:{q}:t:").Err()
	}
	if err := look(); !errors.Is(err, redis.Nil) {
		t.Errorf("an empty queue: %v", err)
	}
	client.LPush(t.Context(), "asynq:{q}:pending", "task")
	if err := look(); err == nil || errors.Is(err, redis.Nil) {
		t.Errorf("a queue with a task in it was not asked: %v", err)
	}
	client.Del(t.Context(), "asynq:{q}:pending")
	r.Stop()
	if err := look(); err == nil || errors.Is(err, redis.Nil) {
		t.Errorf("a stopped Redis says that a queue is empty: %v", err)
	}
}
