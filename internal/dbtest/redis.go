package dbtest

import (
	"os"
	"testing"

	"github.com/redis/go-redis/v9"

	"imprimatur/internal/embedded"
)

// RedisServer is a real redis-server of one test. It keeps nothing: killed and
// started again it is empty, as a lost Redis would be.
type RedisServer struct {
	*embedded.RedisServer
	cfg embedded.RedisServerConfig
}

// Redis starts a redis-server for the test, and ends it with it. A missing
// program skips or fails the test, as New does.
func Redis(t testing.TB) *RedisServer {
	t.Helper()
	return startRedis(t, embedded.RedisServerConfig{})
}

// startRedis starts one in a folder of its own.
func startRedis(t testing.TB, cfg embedded.RedisServerConfig) *RedisServer {
	t.Helper()
	dir, err := os.MkdirTemp("", "imprimatur-redis-") // not t.TempDir: its path is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	cfg.Dir = dir
	r := &RedisServer{cfg: cfg}
	r.Start(t)
	t.Cleanup(func() { r.Kill() })
	return r
}

// Start starts the server after Kill, empty, on the same socket.
func (r *RedisServer) Start(t testing.TB) {
	t.Helper()
	server, err := embedded.StartRedisServer(t.Context(), r.cfg)
	if err != nil {
		missing(t, err)
	}
	r.RedisServer = server
}

// URL is what --redis-url takes.
func (r *RedisServer) URL() string { return "redis-socket://" + r.Opt().Addr }

// Client returns a new client, closed with the test.
func (r *RedisServer) Client(t testing.TB) *redis.Client {
	t.Helper()
	client := r.RedisServer.Client()
	t.Cleanup(func() { _ = client.Close() })
	return client
}
