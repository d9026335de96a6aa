package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

// The limits that a client is held to. A body's size is the route's affair.
const (
	headerTime   = 5 * time.Second
	readTime     = 60 * time.Second
	writeTime    = 60 * time.Second
	idleTime     = 2 * time.Minute
	headerBytes  = 64 << 10
	shutdownTime = 15 * time.Second
)

// Listen takes the address that a flag named, or says in one line why it cannot
// be had.
func Listen(ctx context.Context, flag, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("address %s is taken by another process: stop it, or choose another with %s", address, flag)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("address %s may not be used by this user: choose a port above 1023 with %s", address, flag)
	case err != nil:
		return nil, fmt.Errorf("address %s cannot be listened on (%w): choose another with %s", address, err, flag)
	}
	return l, nil
}

// Run serves until the context ends, and then lets the requests under way
// finish, for a while. It closes the listener.
func Run(ctx context.Context, l net.Listener, handler http.Handler, log *slog.Logger) error {
	s := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		return fmt.Errorf("requests under way were cut off: %w", errors.Join(err, s.Close()))
	}
	return nil
}
