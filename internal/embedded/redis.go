package embedded

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// Redis is an in-process Redis that listens nowhere and forgets everything
// when it stops. It is an asynq.RedisConnOpt.
type Redis struct {
	server *miniredis.Miniredis
	once   sync.Once
	stop   chan struct{}
	done   chan struct{}
}

// StartRedis starts it. Its own clock stands still, so a ticker moves it each
// second: without that no lock and no heartbeat would ever expire.
func StartRedis() *Redis {
	r := &Redis{server: miniredis.NewMiniRedis(), stop: make(chan struct{}), done: make(chan struct{})}
	go r.tick()
	return r
}

func (r *Redis) tick() {
	defer close(r.done)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-r.stop:
			return
		case <-tick.C:
			r.server.FastForward(time.Second)
		}
	}
}

// Client returns a new client; the caller closes it.
func (r *Redis) Client() redis.UniversalClient {
	client := redis.NewClient(&redis.Options{Addr: "in-process", Dialer: r.dial})
	client.AddHook(look{r})
	return client
}

// dial refuses after Stop: miniredis would start anew.
func (r *Redis) dial(context.Context, string, string) (net.Conn, error) {
	select {
	case <-r.stop:
		return nil, net.ErrClosed
	default:
		return r.server.Dial()
	}
}

// MakeRedisClient is Client for asynq, which wants it untyped.
func (r *Redis) MakeRedisClient() any { return r.Client() }

// Stop ends it and every connection to it. It may be called twice.
func (r *Redis) Stop() {
	r.once.Do(func() { close(r.stop) })
	<-r.done
	r.server.Close()
}
