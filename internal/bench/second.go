package bench

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/migrations"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Second is another process of the service, as far as reading goes. Its methods are
// called from outside.
type Second struct {
	ctx      context.Context
	db       *postgres.DB
	reader   *publication.Reader
	listener *postgres.Listener
	conn     *pgx.Conn // that listens for bare notifications
	heard    chan heard
	ended    chan struct{}
	cancel   context.CancelFunc

	mu      sync.Mutex
	watched id.Contribution
	gone    chan int64
}

// heard is a bare notification.
type heard struct {
	name string
	at   int64
}

// Open connects and listens.
func (s *Second) Open(url string, _ *bool) error {
	if err := confine(); err != nil {
		return err
	}
	var err error
	if s.db, err = postgres.Open(s.ctx, postgres.Config{URL: url, Clock: now}); err != nil {
		return err
	}
	s.reader = publication.NewReader(publication.ReaderConfig{Store: s.db.Door(), Clock: now})
	s.gone = make(chan int64, 1)
	s.listener, err = postgres.Listen(s.ctx, s.db, postgres.ListenerConfig{URL: url, Readings: readings{s.reader, s}, Clock: now, Log: quiet()})
	if err != nil {
		return err
	}
	return s.listenBare(url)
}

func (s *Second) listenBare(url string) error {
	conn, err := pgx.Connect(s.ctx, url)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(s.ctx, "SET ROLE "+migrations.App+"; LISTEN "+bareChannel); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.conn, s.cancel, s.heard, s.ended = conn, cancel, make(chan heard, 1), make(chan struct{})
	go func() {
		defer close(s.ended)
		for {
			n, err := conn.WaitForNotification(ctx)
			if err != nil {
				return
			}
			s.heard <- heard{n.Payload, time.Now().UnixNano()}
		}
	}()
	return nil
}

func (s *Second) close() {
	if s.conn != nil {
		s.cancel()
		<-s.ended
		_ = s.conn.Close(context.Background()) // it has only listened
	}
	if s.listener != nil {
		s.listener.Close()
	}
	if s.db != nil {
		s.db.Close()
	}
}

// readings is the reader, with a look at the clock once it has been told.
type readings struct {
	*publication.Reader
	second *Second
}

// Changed tells the reader, and then notes the time if it was about what is watched.
func (r readings) Changed(tenant id.Tenant, space id.Space, contribution, parent id.Contribution) {
	r.Reader.Changed(tenant, space, contribution, parent)
	at := time.Now().UnixNano()
	r.second.mu.Lock()
	defer r.second.mu.Unlock()
	if !contribution.IsZero() && contribution == r.second.watched {
		r.second.watched = id.Contribution{}
		r.second.gone <- at
	}
}

// Watch reads the nth page until it is served from the cache, and watches it.
func (s *Second) Watch(n int, _ *bool) error {
	p := nthPage(n)
	for range 2 {
		if err := s.expect(p, workflow.Visible); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched = p.Contribution
	return nil
}

// Gone says when the page was out of this process, having seen for itself that it is.
func (s *Second) Gone(n int, at *int64) error {
	select {
	case *at = <-s.gone:
		return s.expect(nthPage(n), workflow.Withdrawn)
	case <-time.After(stalled):
		return fmt.Errorf("page %d was not gone after %s", n, stalled)
	}
}

func (s *Second) expect(p page, exposure workflow.Exposure) error {
	shown, err := s.reader.Contribution(s.ctx, publication.Anonymous(p.Tenant), p.Contribution)
	if err != nil {
		return err
	}
	if got := shown.Published.Exposure; got != exposure {
		return fmt.Errorf("contribution %s is %s, not %s", p.Contribution, got, exposure)
	}
	return nil
}

// Expect has nothing to prepare: the connection listens.
func (s *Second) Expect(int, *bool) error { return nil }

// Heard says when the nth bare notification arrived.
func (s *Second) Heard(n int, at *int64) error {
	select {
	case h := <-s.heard:
		if h.name != strconv.Itoa(n) {
			return fmt.Errorf("heard %q instead of %d", h.name, n)
		}
		*at = h.at
		return nil
	case <-time.After(stalled):
		return fmt.Errorf("notification %d was not heard after %s", n, stalled)
	}
}
