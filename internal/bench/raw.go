package bench

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// client is one of the bare side: a connection for each way of setting one up, with
// nothing above it.
type client map[string]*pgx.Conn

// send sends statements in their order.
func (c client) send(ctx context.Context, statements []statement) error {
	for _, s := range statements {
		conn, known := c[s.setUp]
		if !known {
			return fmt.Errorf("no connection is set up by %q", s.setUp)
		}
		if err := s.send(ctx, conn); err != nil {
			return err
		}
	}
	return nil
}

// crowd is the bare side's clients.
type crowd []client

// gather connects so many clients.
func gather(ctx context.Context, url string, clients int, setUps []string) (crowd, error) {
	var all crowd
	for range clients {
		one := client{}
		all = append(all, one)
		for _, setUp := range setUps {
			conn, err := pgx.Connect(ctx, url)
			if err != nil {
				return nil, errors.Join(err, all.leave(ctx))
			}
			one[setUp] = conn
			if _, err := conn.Exec(ctx, setUp); err != nil {
				return nil, errors.Join(fmt.Errorf("%s: %w", setUp, err), all.leave(ctx))
			}
		}
	}
	return all, nil
}

// leave disconnects.
func (c crowd) leave(ctx context.Context) error {
	var errs []error
	for _, one := range c {
		for _, conn := range one {
			errs = append(errs, conn.Close(context.WithoutCancel(ctx)))
		}
	}
	return errors.Join(errs...)
}

// share has the clients do the jobs from first to before last, each taking the
// next that nobody has. do is told which client does it.
func (c crowd) share(ctx context.Context, first, last int, do func(ctx context.Context, who, n int) error) (slice, error) {
	var taken atomic.Int64
	taken.Store(int64(first))
	began := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for who := range c {
		group.Go(func() error {
			for n := int(taken.Add(1)) - 1; n < last; n = int(taken.Add(1)) - 1 {
				if err := do(ctx, who, n); err != nil {
					return fmt.Errorf("job %d: %w", n, err)
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return slice{last - first, time.Since(began)}, err
}

// repeat has the clients do a job again and again for a time.
func (c crowd) repeat(ctx context.Context, d time.Duration, do func(ctx context.Context, who, n int) error) (slice, error) {
	var done atomic.Int64
	began := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for who := range c {
		group.Go(func() error {
			for time.Since(began) < d {
				if err := do(ctx, who, int(done.Add(1))-1); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return slice{int(done.Load()), time.Since(began)}, err
}
