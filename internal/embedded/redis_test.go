package embedded

import (
	"context"
	"testing"
	"time"

	"github.com/hibiken/asynq"
)

func startRedis(t *testing.T) *Redis {
	t.Helper()
	r := StartRedis()
	t.Cleanup(r.Stop)
	return r
}

func TestRedisCarriesTasks(t *testing.T) {
	t.Parallel()
	r := startRedis(t)
	worked := make(chan string, 1)
	mux := asynq.NewServeMux()
	mux.HandleFunc("greet", func(_ context.Context, task *asynq.Task) error {
		worked <- string(task.Payload())
		return nil
	})
	server := asynq.NewServer(r, asynq.Config{TaskCheckInterval: 200 * time.Millisecond, LogLevel: asynq.FatalLevel})
	if err := server.Start(mux); err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	client := asynq.NewClient(r)
	defer client.Close()
	if _, err := client.EnqueueContext(t.Context(), asynq.NewTask("greet", []byte("hello"))); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-worked:
		if got != "hello" {
			t.Errorf("got %q", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("the task was not worked on")
	}
}

func TestRedisClockMoves(t *testing.T) {
	t.Parallel()
	r := startRedis(t)
	client := r.Client()
	defer client.Close()
	if err := client.Set(t.Context(), "lock", "held", 500*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	mustHold(t, "the lock expires", func() bool { return client.Exists(t.Context(), "lock").Val() == 0 })
}

func TestRedisStops(t *testing.T) {
	t.Parallel()
	r := StartRedis()
	client := r.Client()
	defer client.Close()
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	r.Stop()
	r.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := client.Ping(ctx).Err(); err == nil {
		t.Error("a stopped Redis answers")
	}
}
