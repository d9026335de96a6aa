package embedded

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// redisStart bounds the start of a redis-server.
const redisStart = 30 * time.Second

// RedisServerConfig says how a redis-server runs.
type RedisServerConfig struct {
	Dir      string   // of its own, with a path short enough for a socket
	Password string   // of the default user; none when empty
	Settings []string // lines of redis.conf, after ours: no port, nothing saved
	Sentinel bool     // runs as Sentinel
}

// RedisServer is a real redis-server on a Unix socket, for tests and for the
// benchmark. The kernel ends it with this process.
type RedisServer struct {
	cfg     RedisServerConfig
	process *os.Process
	ended   chan struct{}
}

// StartRedisServer starts redis-server and waits until it answers. A missing
// program is an error that wraps [exec.ErrNotFound].
func StartRedisServer(ctx context.Context, cfg RedisServerConfig) (*RedisServer, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("a real Redis is needed, install redis-server: %w", err)
	}
	r := &RedisServer{cfg: cfg, ended: make(chan struct{})}
	if err := os.WriteFile(r.file("redis.conf"), r.settings(), 0o600); err != nil {
		return nil, fmt.Errorf("settings of redis-server: %w", err)
	}
	started := make(chan error)
	go r.run(context.WithoutCancel(ctx), program, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	if err := r.awaitReady(ctx); err != nil {
		r.Kill()
		return nil, fmt.Errorf("start redis-server: %w: %s", err, r.said())
	}
	return r, nil
}

func (r *RedisServer) file(name string) string { return filepath.Join(r.cfg.Dir, name) }

func (r *RedisServer) settings() []byte {
	lines := []string{"port 0", "unixsocket " + r.file("redis.sock"), "dir " + r.cfg.Dir, `save ""`, "logfile " + r.file("redis.log")}
	if r.cfg.Password != "" {
		lines = append(lines, "requirepass "+r.cfg.Password, "masterauth "+r.cfg.Password)
	}
	return []byte(strings.Join(append(lines, r.cfg.Settings...), "\n") + "\n")
}

// said is the end of the server's log, only to make an error say more.
func (r *RedisServer) said() string {
	log, _ := os.ReadFile(r.file("redis.log"))
	return lastLines(log)
}

// run keeps its thread to itself: the kernel ends the server with the thread
// that started it, so that a program that is killed leaves none behind.
func (r *RedisServer) run(ctx context.Context, program string, started chan<- error) {
	runtime.LockOSThread()
	defer close(r.ended)
	cmd := exec.CommandContext(ctx, program, r.file("redis.conf")) //nolint:gosec // found in PATH
	if r.cfg.Sentinel {
		cmd.Args = append(cmd.Args, "--sentinel")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	err := cmd.Start()
	r.process = cmd.Process
	started <- err
	if err == nil {
		_ = cmd.Wait() // it is only ever killed
	}
}

// awaitReady asks at the socket, where nobody else can answer.
func (r *RedisServer) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, redisStart)
	defer cancel()
	client := r.Client()
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

// Opt connects asynq.
func (r *RedisServer) Opt() asynq.RedisClientOpt {
	return asynq.RedisClientOpt{Network: "unix", Addr: r.file("redis.sock"), Password: r.cfg.Password}
}

// Client returns a new client; the caller closes it.
func (r *RedisServer) Client() *redis.Client {
	return redis.NewClient(&redis.Options{Network: "unix", Addr: r.file("redis.sock"), Password: r.cfg.Password})
}
