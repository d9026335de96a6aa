package dbtest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"imprimatur/internal/embedded"
)

// The name by which Sentinel knows the master, and the passwords, each its own.
const (
	masterName       = "imprimatur"
	redisPassword    = "not-for-sentinel"
	sentinelPassword = "for-sentinel-alone"
)

// Sentinel is a real Redis with a replica, and the Sentinel that watches both.
type Sentinel struct {
	master, replica, watcher *RedisServer
	port                     int
}

// NewSentinel starts all three on loopback, and returns when Sentinel knows the
// replica. They end with the test. A missing program skips or fails it, as New does.
func NewSentinel(t testing.TB) *Sentinel {
	t.Helper()
	s := &Sentinel{port: freePort(t)}
	at := freePort(t)
	s.master = startRedis(t, embedded.RedisServerConfig{Password: redisPassword, Settings: listening(at, "repl-diskless-sync-delay 0")})
	s.replica = startRedis(t, embedded.RedisServerConfig{Password: redisPassword, Settings: listening(freePort(t), replicaOf(at))})
	s.watcher = startRedis(t, embedded.RedisServerConfig{Password: sentinelPassword, Sentinel: true, Settings: listening(s.port,
		fmt.Sprintf("sentinel monitor %s 127.0.0.1 %d 1", masterName, at),
		fmt.Sprintf("sentinel auth-pass %s %s", masterName, redisPassword),
		doubtAfter(time.Hour), // FailOver says when
	)})
	eventually(t, "Sentinel knows the replica", s.knowsReplica)
	return s
}

func replicaOf(port int) string { return "replicaof 127.0.0.1 " + strconv.Itoa(port) }

func doubtAfter(silence time.Duration) string {
	return fmt.Sprintf("sentinel down-after-milliseconds %s %d", masterName, silence.Milliseconds())
}

// URL is what --redis-url takes.
func (s *Sentinel) URL() string {
	return fmt.Sprintf("redis-sentinel://:%s@127.0.0.1:%d?master=%s&sentinel_password=%s", redisPassword, s.port, masterName, sentinelPassword)
}

func (s *Sentinel) knowsReplica(ctx context.Context) error {
	client := redis.NewSentinelClient(s.watcher.RedisServer.Client().Options())
	defer client.Close()
	replicas, err := client.Replicas(ctx, masterName).Result()
	if err != nil {
		return err
	}
	for _, replica := range replicas {
		if replica["master-link-status"] == "ok" {
			return nil
		}
	}
	return fmt.Errorf("%d replicas, none in step", len(replicas))
}

// FailOver kills the master, does something while there is none, and returns when
// Sentinel has put the replica in its place.
func (s *Sentinel) FailOver(t testing.TB, meanwhile func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	client := s.watcher.Client(t)
	promoted := client.Subscribe(ctx, "+switch-master")
	defer promoted.Close()
	if _, err := promoted.Receive(ctx); err != nil { // it is subscribed
		t.Error(err)
	}
	s.master.Kill()
	meanwhile()
	set := client.Do(ctx, "sentinel", "set", masterName, "down-after-milliseconds", "200")
	_, err := promoted.ReceiveMessage(ctx)
	if err := errors.Join(set.Err(), err); err != nil {
		t.Errorf("the replica was not promoted: %v", err)
	}
}
