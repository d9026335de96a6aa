package postgres

import (
	"slices"
	"sync"
)

// hooks are what runs in this process after a commit.
type hooks struct {
	mu   sync.RWMutex
	list []func(Committed)
}

// AfterCommit registers a function that is called after every commit that left
// something for others, on the committing goroutine. It must not block.
func (db *DB) AfterCommit(hook func(Committed)) {
	db.hooks.mu.Lock()
	defer db.hooks.mu.Unlock()
	db.hooks.list = append(db.hooks.list, hook)
}

func (h *hooks) call(c Committed) {
	if c.Messages == 0 && len(c.Readings) == 0 && len(c.Transitions) == 0 {
		return
	}
	h.mu.RLock()
	list := slices.Clone(h.list)
	h.mu.RUnlock()
	for _, hook := range list {
		hook(c)
	}
}
