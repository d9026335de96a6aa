package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// redisStart bounds the start of redis-server.
const redisStart = 10 * time.Second

// redisServer is a real redis-server on a Unix socket, which writes what it was
// told to disk each second.
type redisServer struct {
	socket  string
	process *os.Process
	ended   chan struct{}
}

// startRedis starts redis-server in a folder. A missing program is an error that
// wraps [exec.ErrNotFound].
func startRedis(ctx context.Context, dir string) (*redisServer, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("a real Redis is measured with: install redis-server: %w", err)
	}
	r := &redisServer{socket: filepath.Join(dir, "redis.sock"), ended: make(chan struct{})}
	started := make(chan error)
	go r.run(context.WithoutCancel(ctx), program, dir, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	if err := r.awaitReady(ctx); err != nil {
		r.stop()
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	return r, nil
}

// run keeps its thread to itself: the kernel ends the server with the thread that
// started it, so that a benchmark that is killed leaves none behind.
func (r *redisServer) run(ctx context.Context, program, dir string, started chan<- error) {
	runtime.LockOSThread()
	defer close(r.ended)
	cmd := exec.CommandContext(ctx, program, "--port", "0", "--unixsocket", r.socket, "--dir", dir, //nolint:gosec // found in PATH
		"--save", "", "--appendonly", "yes", "--appendfsync", "everysec")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	err := cmd.Start()
	r.process = cmd.Process
	started <- err
	if err == nil {
		_ = cmd.Wait() // it is only ever killed
	}
}

func (r *redisServer) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, redisStart)
	defer cancel()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: r.socket})
	defer client.Close()
	for {
		err := client.Ping(ctx).Err()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-r.ended:
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// stop ends the server. What it holds is of no further use.
func (r *redisServer) stop() {
	_ = r.process.Kill() // it may be gone already
	<-r.ended
}

func redisOpt(socket string) asynq.RedisClientOpt {
	return asynq.RedisClientOpt{Network: "unix", Addr: socket}
}
