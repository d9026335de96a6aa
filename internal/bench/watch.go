package bench

import (
	"context"
	"encoding/binary"
	"sync"

	"github.com/google/uuid"

	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/tasks"
	"imprimatur/workflow"
)

// attendant hears how far trips have come.
type attendant interface {
	screened(id.Revision)
	ended()
}

// watch stands between the worker and the services, and tells an attendant what was
// done: a text screened, and both of a trip's notices written.
type watch struct {
	services *services
	mu       sync.Mutex
	who      attendant
	told     map[uuid.UUID]int // notices of a revision whose trip is under way
}

func newWatch(s *services) *watch { return &watch{services: s, told: map[uuid.UUID]int{}} }

// attend changes who is told; nil for nobody.
func (w *watch) attend(who attendant) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.who = who
}

// tasks are the services with the watch before them.
func (w *watch) tasks() tasks.Services {
	all := w.services.tasks()
	all.Screener, all.Notifier = watchedScreener{all.Screener, w}, watchedNotifier{all.Notifier, w}
	return all
}

type watchedScreener struct {
	tasks.Screener
	watch *watch
}

func (s watchedScreener) Screen(ctx context.Context, m outbox.Message) error {
	err := s.Screener.Screen(ctx, m)
	if err == nil {
		s.watch.tell(func(who attendant) { who.screened(id.Revision{UUID: m.Subject}) })
	}
	return err
}

type watchedNotifier struct {
	tasks.Notifier
	watch *watch
}

// noticesOfTrip is how many messages for notices a trip writes: in review, live.
const noticesOfTrip = 2

func (n watchedNotifier) Notify(ctx context.Context, m outbox.Message) error {
	err := n.Notifier.Notify(ctx, m)
	if err == nil && m.Kind == outbox.NoticeRevision && n.watch.last(m) {
		n.watch.tell(attendant.ended)
	}
	return err
}

// last reports whether this was the last notice of a trip. They may come in either
// order.
func (w *watch) last(m outbox.Message) bool {
	switch workflow.Action(m.Note) {
	case workflow.Pass, workflow.HoldBack, workflow.Publish:
	default:
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told[m.Subject]++
	if w.told[m.Subject] < noticesOfTrip {
		return false
	}
	delete(w.told, m.Subject)
	return true
}

func (w *watch) tell(do func(attendant)) {
	w.mu.Lock()
	who := w.who
	w.mu.Unlock()
	if who != nil {
		do(who)
	}
}

// tripOf is which draft a numbered revision is.
func tripOf(revision id.Revision) int {
	return int(binary.BigEndian.Uint64(revision.UUID[8:]) & (1<<48 - 1))
}
