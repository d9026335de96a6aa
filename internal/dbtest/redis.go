package dbtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// redisStart bounds the start of a redis-server.
const redisStart = 10 * time.Second

// RedisServer is a real redis-server of one test, on a Unix socket. It keeps
// nothing: killed and started again it is empty, as a lost Redis would be.
type RedisServer struct {
	program string
	dir     string
	process *os.Process
	ended   chan struct{}
}

// Redis starts a redis-server for the test, and ends it with it. A missing
// program skips or fails the test, as New does.
func Redis(t testing.TB) *RedisServer {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		missing(t, err)
	}
	dir, err := os.MkdirTemp("", "imprimatur-redis-") // not t.TempDir: its path is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	r := &RedisServer{program: program, dir: dir}
	r.Start(t)
	t.Cleanup(r.Kill)
	return r
}

func (r *RedisServer) socket() string { return filepath.Join(r.dir, "redis.sock") }

// Opt connects asynq.
func (r *RedisServer) Opt() asynq.RedisClientOpt {
	return asynq.RedisClientOpt{Network: "unix", Addr: r.socket()}
}

// URL is what --redis-url takes.
func (r *RedisServer) URL() string { return "redis-socket://" + r.socket() }

// Client returns a new client, closed with the test.
func (r *RedisServer) Client(t testing.TB) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: r.socket()})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// Start starts the server after Kill, empty, on the same socket.
func (r *RedisServer) Start(t testing.TB) {
	t.Helper()
	started := make(chan error)
	r.ended = make(chan struct{})
	go r.run(started, r.ended)
	if err := <-started; err != nil {
		t.Fatalf("start redis-server: %v", err)
	}
	if err := r.awaitReady(t.Context()); err != nil {
		t.Fatalf("start redis-server: %v", err)
	}
}

// run keeps its thread to itself: the kernel kills the server when the thread
// that started it ends, so that a test that is killed leaves none behind.
func (r *RedisServer) run(started chan<- error, ended chan<- struct{}) {
	runtime.LockOSThread()
	defer close(ended)
	cmd := exec.CommandContext(context.Background(), r.program,
		"--port", "0", "--unixsocket", r.socket(), "--dir", r.dir, "--save", "", "--appendonly", "no")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	err := cmd.Start()
	r.process = cmd.Process
	started <- err
	if err == nil {
		_ = cmd.Wait() // it is only ever killed
	}
}

func (r *RedisServer) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, redisStart)
	defer cancel()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: r.socket()})
	defer client.Close()
	for {
		err := client.Ping(ctx).Err()
		if err == nil {
			return nil
		}
		select {
		case <-r.ended:
			return fmt.Errorf("it ended: %w", err)
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Kill ends the server as kill -9 does, and waits for its end.
func (r *RedisServer) Kill() {
	_ = r.process.Kill() // already gone is as good
	<-r.ended
}
