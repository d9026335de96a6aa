// Command imprimatur is the whole service: `imprimatur serve` with nothing
// configured starts its own database and queue in a folder. docs/configuration.md
// lists commands and flags.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9"

	"imprimatur/internal/config"
)

// errInterrupted says that somebody ended the program before it had begun.
var errInterrupted = errors.New("stopped before it was ready")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, context.Canceled) {
		err = errInterrupted
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "imprimatur:", oneLine(err))
		os.Exit(exitCode(err))
	}
}

// oneLine folds an error that a library spread over several.
func oneLine(err error) string {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "; ")
}

// process is what every command works with.
type process struct {
	out io.Writer
	log *slog.Logger
}

// run is the program but for its exit. An error is one line for whoever
// started it.
func run(ctx context.Context, args []string, out, errs io.Writer) error {
	cfg, err := config.Parse(args, out)
	if err != nil {
		return err
	}
	p := process{out: out, log: newLog(cfg.Log, errs)}
	redis.SetLogger(redisLog{p.log})
	switch cfg.Command {
	case config.CommandServe:
		return p.serve(ctx, cfg.Serve)
	case config.CommandMigrate:
		return p.migrate(ctx, cfg.Migrate)
	case config.CommandVerify:
		return p.verify(ctx, cfg.Verify)
	case config.CommandWork:
		return p.work(ctx, cfg.Work)
	case config.CommandOutbox:
		return p.outbox(ctx, cfg.Outbox)
	case config.CommandBounce:
		return p.bounce(ctx, cfg.Bounce, os.Stdin)
	case config.CommandDemo:
		return p.demo(ctx, cfg.Demo)
	case config.CommandBench:
		return p.bench(ctx, cfg.Bench)
	}
	return fmt.Errorf("%s: this build has no such command", cfg.Command)
}

// redisLog takes what the Redis client says by itself into the one log.
type redisLog struct{ log *slog.Logger }

// Printf logs a line of the client's.
func (l redisLog) Printf(ctx context.Context, format string, values ...any) {
	l.log.WarnContext(ctx, "redis", "says", oneLine(fmt.Errorf(format, values...)))
}

func newLog(c config.Log, out io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo // config allows the known names alone
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}
