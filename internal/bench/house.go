package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"imprimatur/internal/blob"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
)

// House is the process that is measured: the services, relay and worker of one
// process of the service, with the clients that drive them. Its methods are called
// from outside.
type House struct {
	ctx      context.Context
	services *services
	labour   *labour
	reader   *publication.Reader
	listener *postgres.Listener
	watch    *watch
	bare     *bareQueue
	taker    *taker
	pages    *pageServer
	load     *load
	files    *blob.Store
}

// HouseConfig says where its servers are.
type HouseConfig struct {
	URL, Socket string
	Clients     int
	Files       string // the folder of the pictures' store
	Plain       string // the same picture, as a plain file
}

// Open connects and starts everything.
func (h *House) Open(cfg HouseConfig, _ *bool) error {
	if err := confine(); err != nil {
		return err
	}
	var err error
	if h.services, err = openServices(h.ctx, postgres.Config{URL: cfg.URL}); err != nil {
		return err
	}
	h.watch = newWatch(h.services)
	if h.labour, err = startLabour(h.ctx, h.services, h.watch.tasks(), cfg.Socket, cfg.Clients); err != nil {
		return err
	}
	h.reader = publication.NewReader(publication.ReaderConfig{Store: h.services.db.Door(), Clock: now})
	h.listener, err = postgres.Listen(h.ctx, h.services.db, postgres.ListenerConfig{
		URL: cfg.URL, Readings: h.reader, OnOutbox: h.labour.relay.Wake, Clock: now, Log: quiet(),
	})
	if err != nil {
		return err
	}
	if h.bare, err = openBareQueue(cfg.Socket, cfg.Clients); err != nil {
		return err
	}
	if h.taker, err = openTaker(h.ctx, cfg.URL); err != nil {
		return err
	}
	if h.files, err = blob.Open(h.ctx, blob.Config{URL: cfg.Files}); err != nil {
		return err
	}
	h.pages, err = openPages(h.ctx, h.services, h.reader, h.files, cfg.Plain)
	return err
}

func (h *House) close() {
	if h.load != nil {
		h.load.stop()
	}
	if h.pages != nil {
		h.pages.close()
	}
	if h.taker != nil {
		h.taker.close()
	}
	if h.bare != nil {
		h.bare.close()
	}
	if h.listener != nil {
		h.listener.Close()
	}
	if h.labour != nil {
		_ = h.labour.stop()
	}
	if h.files != nil {
		_ = h.files.Close()
	}
	if h.services != nil {
		h.services.db.Close()
	}
}

// Trips asks for the trips from First to before Last.
type Trips struct{ First, Last, Clients int }

// Tripped says what they took.
type Tripped struct {
	Took          time.Duration
	Claims, Looks int64 // of the relay
}

// Run makes trips: submitted, screened, approved, live, and everybody told.
func (h *House) Run(t Trips, done *Tripped) error {
	claims, looks := h.labour.store.claims.Load(), h.labour.store.looks.Load()
	began := time.Now()
	drive := newDrive(h.services, h.watch, t)
	if err := drive.run(h.ctx); err != nil {
		return err
	}
	*done = Tripped{time.Since(began), h.labour.store.claims.Load() - claims, h.labour.store.looks.Load() - looks}
	return nil
}

// load is trips made until somebody says that it is enough.
type load struct {
	drive *drive
	ended chan struct{}
	began time.Time
	err   error
}

// Loaded says what the load came to.
type Loaded struct {
	Next  int // the first trip that was not made
	Count int
	Took  time.Duration
	Peak  int64 // the process's largest resident memory, in bytes
}

// StartLoad begins to make trips and goes on until StopLoad or the last of them.
func (h *House) StartLoad(t Trips, _ *bool) error {
	l := &load{drive: newDrive(h.services, h.watch, t), ended: make(chan struct{}), began: time.Now()}
	h.load = l
	go func() {
		defer close(l.ended)
		l.err = l.drive.run(h.ctx)
	}()
	return nil
}

func (l *load) stop() {
	l.drive.enough()
	<-l.ended
}

// StopLoad lets what is under way finish.
func (h *House) StopLoad(_ bool, done *Loaded) error {
	l := h.load
	if l == nil {
		return errors.New("there is no load")
	}
	h.load = nil
	l.stop()
	if l.err != nil {
		return l.err
	}
	peak, err := peakMemory()
	first, next := l.drive.trips.First, l.drive.begun()
	*done = Loaded{next, next - first, time.Since(l.began), peak}
	return err
}

// peakMemory is the largest that the process's resident memory has been.
func peakMemory() (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	return parsePeak(string(status))
}

func parsePeak(status string) (int64, error) {
	for line := range strings.Lines(status) {
		size, found := strings.CutPrefix(line, "VmHWM:")
		if !found {
			continue
		}
		kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(size), " kB"), 10, 64)
		return kib << 10, err
	}
	return 0, errors.New("/proc/self/status tells no VmHWM")
}

// drive makes trips with so many clients, each doing whatever is next: an approval
// of what was screened, or else a submission, of which only so many are under way.
type drive struct {
	services *services
	watch    *watch
	trips    Trips

	mu      sync.Mutex
	next    int           // the first that is not begun
	stopped bool          // no more are begun
	ready   []int         // screened and not yet approved
	under   int           // begun and not at their end
	changed chan struct{} // closed, and made anew, at every change
}

// underWay is how many trips each client keeps going.
const underWay = 8

func newDrive(s *services, w *watch, t Trips) *drive {
	return &drive{services: s, watch: w, trips: t, next: t.First, changed: make(chan struct{})}
}

// run makes the trips, and returns when each is at its end.
func (d *drive) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	d.watch.attend(d)
	defer d.watch.attend(nil)
	var clients sync.WaitGroup
	for range d.trips.Clients {
		clients.Go(func() {
			if err := d.client(ctx); err != nil {
				cancel(err)
			}
		})
	}
	clients.Wait()
	return context.Cause(ctx)
}

// client works until there is nothing left to do.
func (d *drive) client(ctx context.Context) error {
	for {
		act, n, wait := d.take()
		switch {
		case act != nil:
			if err := act(ctx, nthDraft(n)); err != nil {
				return fmt.Errorf("trip %d: %w", n, err)
			}
		case wait == nil:
			return nil
		default:
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(stalled):
				return fmt.Errorf("nothing has moved for %s: %d trips are under way", stalled, d.open())
			case <-wait:
			}
		}
	}
}

// stalled is how long nothing may happen.
const stalled = 30 * time.Second

// take gives the next act and its trip; or what to wait for; or neither, at the end.
func (d *drive) take() (act func(context.Context, draft) error, n int, wait <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	more := !d.stopped && d.next < d.trips.Last
	switch {
	case len(d.ready) > 0:
		n, d.ready = d.ready[0], d.ready[1:]
		return d.services.approve, n, nil
	case more && d.under < underWay*d.trips.Clients:
		n = d.next
		d.next++
		d.under++
		return d.services.submit, n, nil
	case more || d.under > 0:
		return nil, 0, d.changed
	}
	return nil, 0, nil
}

// screened makes a trip ready for its moderator.
func (d *drive) screened(revision id.Revision) {
	d.change(func() { d.ready = append(d.ready, tripOf(revision)) })
}

// ended counts a trip whose author has been told that it is live.
func (d *drive) ended() { d.change(func() { d.under-- }) }

// enough begins no more trips.
func (d *drive) enough() { d.change(func() { d.stopped = true }) }

func (d *drive) change(do func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	do()
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *drive) begun() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.next
}

func (d *drive) open() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.under
}
