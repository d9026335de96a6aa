package publication

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"sync"
	"time"
)

// Sheet is what every page that is read has besides its content.
type Sheet struct {
	// Tag changes when anything that the page shows does: what an ETag is made of.
	Tag   string
	state string // which of its pictures are shown; empty where there are none
	memo  *memo
}

// when is the sheet in a state of what changes while the page is kept.
func (s Sheet) when(state string) Sheet { return Sheet{s.Tag + "." + state, state, s.memo} }

// Rendered gives the bytes that produce makes of this page, kept beside it in the
// cache and given up with it. The variant says all that the bytes depend on
// besides the page: format, language, what the header shows. The bytes must not
// be changed. What fails is not kept.
func (s Sheet) Rendered(variant string, produce func() ([]byte, error)) ([]byte, error) {
	if s.memo == nil {
		return produce()
	}
	variant = s.state + " " + variant
	if kept, ok := s.memo.get(variant); ok {
		return kept, nil
	}
	made, err := produce()
	if err == nil {
		s.memo.put(variant, made)
	}
	return made, err
}

// memo keeps what was made of a page, within a budget of bytes that the cache has
// counted beforehand.
type memo struct {
	mu     sync.RWMutex
	made   map[string][]byte
	budget int
}

func (m *memo) get(variant string) ([]byte, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	kept, ok := m.made[variant]
	return kept, ok
}

func (m *memo) put(variant string, made []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.made[variant]; ok || len(variant)+len(made) > m.budget {
		return
	}
	m.budget -= len(variant) + len(made)
	if m.made == nil {
		m.made = map[string][]byte{}
	}
	m.made[variant] = made
}

// What a page weighs in the cache besides its texts.
const (
	overhead   = 1 << 10  // of an entry
	perItem    = 512      // of a contribution on it
	renderings = 48 << 10 // of its markup, in a few variants
)

// shown gathers what a page shows: what it depends on, who may see it, how much it
// weighs, and its tag.
type shown struct {
	on    []subject
	scope string // the audience that may see it, and
	space string // the scope of who answers for its space
	size  int
	sum   hash.Hash
}

func (s *shown) place(p Place) {
	s.scope, s.space = p.Scope, "space:"+p.ID.String()
	s.size += perItem
	s.text(p.ID.String(), p.Slug, p.Title, p.Description, string(p.Kind), string(p.Mode), string(p.Audience), p.Scope, string(p.Status), p.Label, p.PressDirector)
}

func (s *shown) published(all ...Published) {
	for i := range all {
		p := &all[i]
		s.size += perItem + len(p.HTML.safe) + len(p.Excerpt)
		// The hash covers title, text, language and attributions (R19).
		s.bytes(p.ID.UUID[:])
		s.bytes(p.Hash[:])
		s.text(string(p.Exposure), p.Slug, p.Byline, p.Label)
		s.number(int64(len(p.Contributors)))
		s.text(p.Contributors...)
		s.number(p.UpdatedAt.UnixMicro())
		s.size += len(p.Frames) * perItem / 8
		for _, r := range p.Inserted {
			s.size += perItem
			s.text(r.ID.String(), r.Name, r.Text)
			s.time(r.MessageUntil)
		}
		if p.Reviewed {
			s.number(1)
		}
		if p.Suggested {
			s.number(2)
		}
	}
}

func (s *shown) list(items []Listed, next Cursor) {
	for i := range items {
		s.published(items[i].Published)
		s.number(int64(items[i].Replies))
		s.time(items[i].LastAt)
	}
	s.text(string(next))
}

func (s *shown) time(t time.Time) { s.number(t.UnixMicro()) }

func (s *shown) number(n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	s.write(b[:])
}

func (s *shown) text(all ...string) {
	for _, t := range all {
		s.size += len(t)
		s.bytes([]byte(t))
	}
}

// bytes writes the length first, so that no two sequences write the same.
func (s *shown) bytes(b []byte) {
	s.number(int64(len(b)))
	s.write(b)
}

func (s *shown) write(b []byte) {
	if s.sum == nil {
		s.sum = sha256.New()
	}
	s.sum.Write(b)
}

// page ends the gathering.
func (s *shown) sheet() Sheet {
	s.number(int64(len(s.on))) // there is always something to sum
	budget := renderings + 3*s.size
	s.size += budget
	return Sheet{Tag: base64.RawURLEncoding.EncodeToString(s.sum.Sum(nil)[:16]), memo: &memo{budget: budget}}
}
