package moderation

import (
	"maps"
	"sync"

	"imprimatur/internal/id"
)

// lexicons keeps the word lists of each establishment ready between two texts.
// The truth is in the database: each screening asks for the versions, and for the
// words of those that are not here.
type lexicons struct {
	mu    sync.Mutex
	ready map[id.Tenant]shelf
}

func newLexicons() *lexicons { return &lexicons{ready: map[id.Tenant]shelf{}} }

// shelf is what was ready at one moment. It is not changed.
type shelf map[ListVersion]*Lexicon

// shelf gives what is ready for a tenant.
func (l *lexicons) shelf(tenant id.Tenant) shelf {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ready[tenant]
}

// versions lists what need not be read again.
func (s shelf) versions() []ListVersion {
	list := make([]ListVersion, 0, len(s))
	for version := range maps.Keys(s) {
		list = append(list, version)
	}
	return list
}

// fill gives the lexicons of the lists as they were read, from the shelf or made
// of their words, and keeps them for the next.
func (l *lexicons) fill(tenant id.Tenant, from shelf, lists []WordList) []*Lexicon {
	next := make(shelf, len(lists))
	found := make([]*Lexicon, len(lists))
	fresh := len(lists) != len(from)
	for i, list := range lists {
		version := ListVersion{list.ID, list.Version}
		lexicon, ok := from[version]
		if !ok {
			lexicon, fresh = NewLexicon(list), true
		}
		next[version], found[i] = lexicon, lexicon
	}
	if fresh {
		l.mu.Lock()
		l.ready[tenant] = next
		l.mu.Unlock()
	}
	return found
}
