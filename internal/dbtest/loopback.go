package dbtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
	"time"
)

// patience bounds what servers have to agree on among themselves. A Sentinel that was
// held up does nothing for half a minute.
const patience = 2 * time.Minute

// freePort is one on which nobody listens. It is below those that the kernel
// gives to connections, so that it stays free until somebody listens.
func freePort(t testing.TB) int {
	t.Helper()
	var err error
	for range 20 {
		port := 20000 + rand.IntN(12000)
		var l net.Listener
		l, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatalf("no free port: %v", err)
	return 0
}

// listening are settings of a redis-server that others reach on loopback.
func listening(port int, more ...string) []string {
	return append([]string{"bind 127.0.0.1", "port " + strconv.Itoa(port)}, more...)
}

// eventually waits until servers agree: that is theirs to say, and they must be
// asked.
func eventually(t testing.TB, what string, holds func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		err := holds(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(fmt.Errorf("still not so: %s: %w", what, err))
		case <-time.After(20 * time.Millisecond):
		}
	}
}
