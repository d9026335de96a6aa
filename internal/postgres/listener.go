package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"imprimatur/internal/id"
)

// How often the listener hears itself, and how long it believes without.
const (
	pulseEvery = 500 * time.Millisecond
	deafAfter  = 1500 * time.Millisecond
	againAfter = 100 * time.Millisecond // connect again after a loss
)

// ErrDeaf is answered when the listening connection does not hear what this
// process says on another.
var ErrDeaf = errors.New("the listening connection hears nothing: --listen-url must lead straight to the server of --database-url, " +
	"not through a pooler in transaction mode")

// ErrNotListening is the listener's health while it cannot promise to hear.
var ErrNotListening = errors.New("the listening connection is lost")

// Readings are told what no longer shows what readers may see. publication.Reader
// is one.
type Readings interface {
	Changed(tenant id.Tenant, space id.Space, contribution, parent id.Contribution)
	Forget()
	Trust(until time.Time)
	Distrust()
}

// ListenerConfig says where to listen, and for whom.
type ListenerConfig struct {
	URL      string           // a direct connection; the database's URL where nothing stands between
	Readings Readings         // nil for a process that serves no pages
	OnOutbox func()           // called when another process promised something; it must not block. nil: nobody is told of promises
	Clock    func() time.Time // required
	Log      *slog.Logger     // required
}

// Listener hears of every change that other processes make to what readers see,
// and tells them of this one's.
//
// It has a connection of its own, and says something to itself on another every
// 500 ms. PostgreSQL delivers in the order of commits: whoever hears the pulse that
// was sent at a moment has heard of every change committed before. So each pulse
// heard is trust for 1.5 s from its sending, and silence ends it without anybody's
// doing.
type Listener struct {
	db     *DB
	cfg    ListenerConfig
	pulse  string // its channel, this process's alone
	nudge  chan struct{}
	herald *herald
	begun  time.Time    // nothing is measured by a clock that may be set
	until  atomic.Int64 // trusted until how long after begun, in nanoseconds
	stop   context.CancelFunc
	done   sync.WaitGroup

	mu   sync.Mutex
	sent map[string]time.Time // pulses not yet heard
}

// Listen connects, proves that it hears, and goes on until Close. The errors are
// [ErrDeaf] and what connecting gives.
func Listen(ctx context.Context, db *DB, cfg ListenerConfig) (*Listener, error) {
	if cfg.Readings == nil {
		cfg.Readings = nobody{}
	}
	name := strings.ToLower(rand.Text())
	l := &Listener{
		db: db, cfg: cfg, begun: cfg.Clock(), pulse: "imprimatur_pulse_" + name, nudge: make(chan struct{}, 1),
		sent: map[string]time.Time{}, herald: newHerald(db, name, cfg.OnOutbox != nil, cfg.Log),
	}
	conn, err := l.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.prove(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
	}
	db.AfterCommit(l.committed)
	ctx, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	l.done.Go(func() { l.keep(ctx, conn) })
	l.done.Go(func() { l.beat(ctx) })
	l.done.Go(func() { l.herald.run(ctx) })
	return l, nil
}

// Close stops listening. The cache is off afterwards.
func (l *Listener) Close() {
	l.stop()
	l.done.Wait()
	l.deafen()
}

// Check is nil while every change is sure to be heard of, and [ErrNotListening]
// otherwise: for readyz.
func (l *Listener) Check(context.Context) error {
	if l.elapsed() < time.Duration(l.until.Load()) {
		return nil
	}
	return ErrNotListening
}

func (l *Listener) elapsed() time.Duration { return l.cfg.Clock().Sub(l.begun) }

// committed tells this process at once, and the others soon.
func (l *Listener) committed(c Committed) {
	for _, r := range c.Readings {
		l.cfg.Readings.Changed(r.Tenant, r.Space, r.Contribution, r.Parent)
	}
	l.herald.tell(c)
}

func (l *Listener) connect(ctx context.Context) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(l.cfg.URL)
	if err != nil {
		return nil, errors.New("listen url: not a PostgreSQL address") // the parse error would show the password
	}
	cfg.RuntimeParams["application_name"] = "imprimatur listener"
	cfg.OnNotification = func(_ *pgconn.PgConn, n *pgconn.Notification) { l.hear(n) }
	ctx, cancel := context.WithTimeout(ctx, 10*deafAfter)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect to listen: %w", err)
	}
	_, err = conn.Exec(ctx, "SET ROLE "+readerRole+"; LISTEN "+readingChannel+"; LISTEN "+outboxChannel+"; LISTEN "+l.pulse)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen: %w", err), conn.Close(context.WithoutCancel(ctx)))
	}
	return conn, nil
}

// prove sends a pulse and hears it, or answers [ErrDeaf].
func (l *Listener) prove(ctx context.Context, conn *pgx.Conn) error {
	if err := l.send(ctx); err != nil {
		return err
	}
	silence, cancel := context.WithTimeout(ctx, 2*deafAfter)
	defer cancel()
	for l.until.Load() == 0 {
		if err := conn.PgConn().WaitForNotification(silence); err != nil {
			return fmt.Errorf("%w (%w)", ErrDeaf, err)
		}
	}
	return nil
}

// keep listens, and connects again whenever the connection is lost or silent.
func (l *Listener) keep(ctx context.Context, conn *pgx.Conn) {
	for ctx.Err() == nil {
		err := l.listen(ctx, conn)
		l.deafen()
		closeNow(ctx, conn)
		if ctx.Err() != nil {
			return
		}
		l.cfg.Log.Warn("the listening connection is lost: pages are read from the database until it is back", "error", err)
		if conn = l.reconnect(ctx); conn != nil {
			l.cfg.Log.Info("the listening connection is back")
		}
	}
	if conn != nil {
		closeNow(ctx, conn)
	}
}

// closeNow gives up a connection that may not answer any more.
func closeNow(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), againAfter)
	defer cancel()
	_ = conn.Close(ctx)
}

// listen hears until the connection fails, or no pulse comes any more. The first
// pulse has the same time.
func (l *Listener) listen(ctx context.Context, conn *pgx.Conn) error {
	first := l.elapsed() + deafAfter
	for {
		wait, cancel := context.WithTimeout(ctx, max(first, time.Duration(l.until.Load()))-l.elapsed())
		err := conn.PgConn().WaitForNotification(wait)
		cancel()
		if err != nil {
			return err
		}
	}
}

// reconnect tries until it listens again, or the context ends with nil. The pulse
// that it asks for turns the cache on.
func (l *Listener) reconnect(ctx context.Context) *pgx.Conn {
	for {
		conn, err := l.connect(ctx)
		if err == nil {
			l.nudged()
			return conn
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(againAfter):
		}
	}
}

func (l *Listener) deafen() {
	l.until.Store(0)
	l.cfg.Readings.Distrust()
}

func (l *Listener) nudged() {
	select {
	case l.nudge <- struct{}{}:
	default:
	}
}

// beat sends the pulse.
func (l *Listener) beat(ctx context.Context) {
	ticker := time.NewTicker(pulseEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-l.nudge:
		}
		if err := l.send(ctx); err != nil && ctx.Err() == nil {
			l.cfg.Log.Warn("the listener's pulse failed", "error", err)
		}
	}
}

// send says something on another connection for the listening one to hear.
func (l *Listener) send(ctx context.Context) error {
	now := l.cfg.Clock()
	name := strconv.FormatInt(now.UnixNano(), 36)
	l.mu.Lock()
	for other, at := range l.sent {
		if now.Sub(at) > deafAfter { // heard or not, it proves nothing any more
			delete(l.sent, other)
		}
	}
	l.sent[name] = now
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, deafAfter)
	defer cancel()
	if _, err := l.db.worker.Exec(ctx, `SELECT pg_notify($1, $2)`, l.pulse, name); err != nil {
		return fmt.Errorf("send the listener's pulse: %w", err)
	}
	return nil
}

// hear takes what a connection brings, in the order of the commits.
func (l *Listener) hear(n *pgconn.Notification) {
	switch n.Channel {
	case readingChannel:
		l.changed(n.Payload)
	case outboxChannel:
		if n.Payload != l.herald.name && l.cfg.OnOutbox != nil {
			l.cfg.OnOutbox()
		}
	case l.pulse:
		l.trust(n.Payload)
	}
}

func (l *Listener) trust(name string) {
	l.mu.Lock()
	at, ok := l.sent[name]
	delete(l.sent, name)
	l.mu.Unlock()
	if !ok {
		return
	}
	l.cfg.Readings.Trust(at.Add(deafAfter))
	l.until.Store(int64(at.Add(deafAfter).Sub(l.begun)))
}

// changed passes on what another process announced. What cannot be read may mean
// anything: then everything is forgotten.
func (l *Listener) changed(payload string) {
	r, err := parseReading(payload)
	if err != nil {
		l.cfg.Log.Error("an announcement that cannot be read: every page is forgotten", "error", err)
		l.cfg.Readings.Forget()
		return
	}
	l.cfg.Readings.Changed(r.Tenant, r.Space, r.Contribution, r.Parent)
}

// parseReading reads what Reading.payload writes.
func parseReading(payload string) (r Reading, err error) {
	fields := strings.Split(payload, " ")
	if len(fields) < 2 || len(fields) > 4 {
		return Reading{}, fmt.Errorf("%d fields", len(fields))
	}
	var errs [4]error
	r.Tenant, errs[0] = id.Parse[id.Tenant](fields[0])
	r.Space, errs[1] = id.Parse[id.Space](fields[1])
	if len(fields) > 2 {
		r.Contribution, errs[2] = id.Parse[id.Contribution](fields[2])
	}
	if len(fields) > 3 {
		r.Parent, errs[3] = id.Parse[id.Contribution](fields[3])
	}
	return r, errors.Join(errs[:]...)
}

// nobody keeps no pages.
type nobody struct{}

func (nobody) Changed(id.Tenant, id.Space, id.Contribution, id.Contribution) {}
func (nobody) Forget()                                                       {}
func (nobody) Trust(time.Time)                                               {}
func (nobody) Distrust()                                                     {}
