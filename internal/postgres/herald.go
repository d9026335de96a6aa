package postgres

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// outboxChannel says that something was promised: look at the outbox. Its payload
// names the process that says it.
const outboxChannel = "imprimatur_outbox"

// heraldEvery is how far apart announcements are at least.
const heraldEvery = 20 * time.Millisecond

// herald tells other processes what was committed in this one, gathered and outside
// of the transactions: a NOTIFY in every commit would make every commit wait for
// the one before. It tells of what is only new to readers, and of promises; what
// became less visible, a text that another took the place of included, was announced
// by its own transaction already. So when a telling fails, or the process is killed
// before it, readers miss for a minute at most what is new, and relays look when
// their time comes.
type herald struct {
	db   *DB
	name string // of this process
	all  bool   // promises too
	log  *slog.Logger
	wake chan struct{}

	mu       sync.Mutex
	readings map[Reading]struct{}
	promised bool
}

func newHerald(db *DB, name string, all bool, log *slog.Logger) *herald {
	return &herald{db: db, name: name, all: all, log: log, wake: make(chan struct{}, 1), readings: map[Reading]struct{}{}}
}

// tell remembers what to announce. It does not block.
func (h *herald) tell(c Committed) {
	h.mu.Lock()
	for _, r := range c.Readings {
		h.readings[r] = struct{}{}
	}
	h.promised = h.promised || (h.all && c.Messages > 0)
	idle := len(h.readings) == 0 && !h.promised
	h.mu.Unlock()
	if idle {
		return
	}
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// take gives what there is to announce, as channels with their payloads.
func (h *herald) take() (channels, payloads []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.readings {
		channels, payloads = append(channels, readingChannel), append(payloads, r.payload())
	}
	if h.promised {
		channels, payloads = append(channels, outboxChannel), append(payloads, h.name)
	}
	clear(h.readings)
	h.promised = false
	return channels, payloads
}

// run announces until the context ends.
func (h *herald) run(ctx context.Context) {
	pause := time.NewTicker(heraldEvery)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
		}
		if err := h.announce(ctx); err != nil && ctx.Err() == nil {
			h.log.Warn("what was committed could not be announced", "error", err)
		}
		pause.Reset(heraldEvery)
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}

func (h *herald) announce(ctx context.Context) error {
	channels, payloads := h.take()
	if len(channels) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := h.db.worker.Exec(ctx, `SELECT pg_notify(c, p) FROM unnest($1::text[], $2::text[]) x(c, p)`, channels, payloads)
	return err
}
