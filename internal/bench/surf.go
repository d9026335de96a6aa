package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// surfer is a client that keeps its connection and does next to nothing itself: it
// shares the processors with what it measures.
type surfer struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(ctx context.Context, address string) (*surfer, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &surfer{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

// get sends a request and reads its answer away. It gives the body's length; an
// answer other than 200 is an error.
func (s *surfer) get(wire string) (int, error) {
	if _, err := io.WriteString(s.conn, wire); err != nil {
		return 0, err
	}
	line, err := s.in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if !strings.HasPrefix(string(line), "HTTP/1.1 200 ") {
		return 0, fmt.Errorf("answered %q", line)
	}
	length, chunked := -1, false
	for {
		line, err = s.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= len("\r\n") {
			break
		}
		switch name, value, _ := strings.Cut(string(line), ": "); name {
		case "Content-Length":
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, err
			}
		case "Transfer-Encoding":
			chunked = true
		}
	}
	if chunked {
		return s.chunks()
	}
	if length < 0 {
		return 0, errors.New("an answer of unknown length")
	}
	return s.in.Discard(length)
}

// chunks reads a chunked body away.
func (s *surfer) chunks() (int, error) {
	total := 0
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil {
			return total, err
		}
		size, err := strconv.ParseInt(strings.TrimSpace(string(line)), 16, 32)
		if err != nil {
			return total, err
		}
		if _, err := s.in.Discard(int(size) + len("\r\n")); err != nil {
			return total, err
		}
		if total += int(size); size == 0 {
			return total, nil
		}
	}
}

// surf has so many clients ask an address again and again for a time. ask gives the
// nth request as it travels.
func surf(ctx context.Context, address string, clients int, d time.Duration, ask func(n int) string) (slice, error) {
	var done atomic.Int64
	began := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for range clients {
		group.Go(func() error {
			s, err := dial(ctx, address)
			if err != nil {
				return err
			}
			defer s.conn.Close()
			for ctx.Err() == nil && time.Since(began) < d {
				if _, err := s.get(ask(int(done.Add(1)) - 1)); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	err := group.Wait()
	return slice{int(done.Load()), time.Since(began)}, err
}
