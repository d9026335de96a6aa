package tasks

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"

	"imprimatur/internal/outbox"
)

// weights say how often each queue is looked at first, so that the urgent comes
// first and nothing starves.
var weights = map[string]int{
	string(outbox.Takedown):     16,
	string(outbox.Publication):  8,
	string(outbox.Screening):    6,
	string(outbox.Notification): 3,
	string(outbox.Maintenance):  1,
}

// Config is what a Server is made of.
type Config struct {
	Redis       asynq.RedisConnOpt
	Outbox      Outbox
	Services    Services
	Retry       outbox.Retry // as the relay's
	Clock       func() time.Time
	Log         *slog.Logger
	Metrics     *Metrics
	Concurrency int           // tasks worked on at once; 0 means 8
	CheckEvery  time.Duration // pause between two looks into empty queues; 0 means 50 ms
	Patience    time.Duration // for tasks under way at Stop; 0 means 8 s
}

// Server works on what is in the queue. Any number may share it.
type Server struct {
	Config
	asynq *asynq.Server
}

// NewServer returns a Server. It does nothing until Start.
func NewServer(cfg Config) *Server {
	if cfg.Concurrency == 0 {
		cfg.Concurrency = 8
	}
	if cfg.CheckEvery == 0 {
		cfg.CheckEvery = 50 * time.Millisecond
	}
	return &Server{cfg, asynq.NewServer(cfg.Redis, asynq.Config{
		Concurrency:              cfg.Concurrency,
		TaskCheckInterval:        cfg.CheckEvery,
		DelayedTaskCheckInterval: time.Second,
		Queues:                   weights,
		RetryDelayFunc:           pause,
		IsFailure:                isFailure,
		ShutdownTimeout:          cfg.Patience,
		Logger:                   chatter{cfg.Log},
		LogLevel:                 asynq.WarnLevel,
	})}
}

// Start begins to work, and returns.
func (s *Server) Start() error {
	mux := asynq.NewServeMux()
	for kind, handle := range s.Services.Handlers() {
		mux.HandleFunc(string(kind), s.task(kind, handle))
	}
	if err := s.asynq.Start(mux); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	return nil
}

// Stop takes no more tasks, lets those under way finish for a while, and puts
// the others back.
func (s *Server) Stop() { s.asynq.Shutdown() }

// chatter is asynq's logger.
type chatter struct{ log *slog.Logger }

func (c chatter) say(level slog.Level, args []any) {
	c.log.Log(context.Background(), level, "queue", "said", fmt.Sprint(args...))
}

// Debug is what asynq says all the time.
func (c chatter) Debug(args ...any) { c.say(slog.LevelDebug, args) }

// Info is what asynq says when it starts and stops.
func (c chatter) Info(args ...any) { c.say(slog.LevelDebug, args) }

// Warn is something that asynq gets over.
func (c chatter) Warn(args ...any) { c.say(slog.LevelWarn, args) }

// Error is something that went wrong.
func (c chatter) Error(args ...any) { c.say(slog.LevelError, args) }

// Fatal is worse; whether the process ends is not asynq's to say.
func (c chatter) Fatal(args ...any) { c.say(slog.LevelError, args) }
