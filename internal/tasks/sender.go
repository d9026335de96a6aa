package tasks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"imprimatur/internal/outbox"
)

var _ outbox.Sender = (*Sender)(nil)

// asynq's own retries are for what could not even be recorded as a failure, and
// its time limit is well below the outbox's lease.
const (
	queueRetries = 3
	taskTime     = 20 * time.Second
)

// Sender enqueues deliveries. Close it when done.
type Sender struct {
	redis     redis.UniversalClient
	inspector *asynq.Inspector
	mu        sync.Mutex
	client    *asynq.Client
}

// NewSender connects to the queue when it is first needed.
func NewSender(opt asynq.RedisConnOpt) (*Sender, error) {
	connection, ok := opt.MakeRedisClient().(redis.UniversalClient)
	if !ok {
		return nil, fmt.Errorf("%T makes no Redis client", opt)
	}
	s := &Sender{redis: connection, inspector: asynq.NewInspectorFromRedisClient(connection)}
	s.renew()
	return s, nil
}

// renew forgets which queues were announced: a Redis that lost everything lost
// that too.
func (s *Sender) renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = asynq.NewClientFromRedisClient(s.redis)
}

func (s *Sender) current() *asynq.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.client
}

// Close closes the connection.
func (s *Sender) Close() error { return s.redis.Close() }

// Send enqueues a delivery under its own name. A conflict means that it is there
// already, after an answer that was lost on its way: it is left there.
func (s *Sender) Send(ctx context.Context, d outbox.Delivery) error {
	text, err := encode(d)
	if err != nil {
		return fmt.Errorf("encode message %s: %w", d.ID, err)
	}
	_, err = s.current().EnqueueContext(ctx, asynq.NewTask(string(d.Kind), text),
		asynq.Queue(string(d.Queue())), asynq.TaskID(d.TaskID()), asynq.MaxRetry(queueRetries), asynq.Timeout(taskTime))
	if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
		return fmt.Errorf("send message %s: %w", d.ID, err)
	}
	return nil
}

// Pending reports whether the delivery waits for a worker, or in the queue for its
// time. One that is being worked on is not pending: its worker may be dead.
func (s *Sender) Pending(_ context.Context, d outbox.Delivery) (bool, error) {
	info, err := s.inspector.GetTaskInfo(string(d.Queue()), d.TaskID())
	switch {
	case errors.Is(err, asynq.ErrQueueNotFound):
		s.renew()
		return false, nil
	case errors.Is(err, asynq.ErrTaskNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look for message %s: %w", d.ID, err)
	}
	return info.State == asynq.TaskStatePending || info.State == asynq.TaskStateRetry, nil
}
