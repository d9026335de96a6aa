package moderation

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// stock is a transaction with as much of everything as a test asks for.
type stock struct {
	Tx
	entries []Entry
	notices []Notice
	events  []Event
	asked   []QueueQuery
}

func (s *stock) Queue(_ context.Context, q QueueQuery) ([]Entry, error) {
	s.asked = append(s.asked, q)
	from := 0
	if q.After != nil {
		from = 1 + slices.IndexFunc(s.entries, func(e Entry) bool { return cursorOf(e) == *q.After })
	}
	return s.entries[from:min(len(s.entries), from+q.Limit)], nil
}

func (s *stock) Notices(_ context.Context, _ id.Person, before id.Notice, limit int) ([]Notice, error) {
	from := 0
	if !before.IsZero() {
		from = 1 + slices.IndexFunc(s.notices, func(n Notice) bool { return n.ID == before })
	}
	return s.notices[from:min(len(s.notices), from+limit)], nil
}

func (s *stock) Dossier(context.Context, id.Contribution, id.Person, time.Time) (publication.Dossier, error) {
	m := publication.Dossier{}
	m.Roles = m.Roles.With("author")
	return m, nil
}

func (s *stock) History(_ context.Context, _ id.Contribution, after HistoryCursor, limit int) ([]Event, error) {
	from := 0
	if !after.IsZero() {
		from = 1 + slices.IndexFunc(s.events, func(e Event) bool { return e.Entry == after.Entry && e.At.Equal(after.At) })
	}
	return s.events[from:min(len(s.events), from+limit)], nil
}

func (s *stock) service() *Service {
	return NewService(Config{
		InTx:  func(_ context.Context, _ id.Tenant, do func(Tx) error) error { return do(s) },
		Clock: func() time.Time { return noon },
	})
}

// TestPagesAreWholeAndEnd walks each list page by page, whatever its length and
// the size of the page: everything comes once, in order, and the last page says
// that it is.
func TestPagesAreWholeAndEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 230).Draw(rt, "length")
		limit := rapid.SampledFrom([]int{-1, 0, 1, 7, 25, 99, 100, 101, 10_000}).Draw(rt, "limit")
		s := &stock{}
		for i := range n {
			at := noon.Add(-time.Duration(i) * time.Minute)
			s.entries = append(s.entries, Entry{Revision: id.New[id.Revision](), Target: at, Severity: workflow.Severity(i % 5), Reach: i % 4})
			s.notices = append(s.notices, Notice{ID: id.New[id.Notice]()})
			s.events = append(s.events, Event{Entry: id.New[id.Entry](), At: at})
		}
		who := somebody(id.New[id.Person]())
		walk(rt, "queue", limit, revisionsOf(s.entries), func(after string) ([]uuid.UUID, string, error) {
			page, err := s.service().Queue(t.Context(), who, Filter{After: after, Limit: limit})
			return revisionsOf(page.Items), page.Next, err
		})
		walk(rt, "notices", limit, ids(s.notices, func(n Notice) uuid.UUID { return n.ID.UUID }), func(after string) ([]uuid.UUID, string, error) {
			page, err := s.service().Notices(t.Context(), who, after, limit)
			return ids(page.Items, func(n Notice) uuid.UUID { return n.ID.UUID }), page.Next, err
		})
		walk(rt, "history", limit, ids(s.events, func(e Event) uuid.UUID { return e.Entry.UUID }), func(after string) ([]uuid.UUID, string, error) {
			page, err := s.service().History(t.Context(), who, id.New[id.Contribution](), after, limit)
			return ids(page.Items, func(e Event) uuid.UUID { return e.Entry.UUID }), page.Next, err
		})
	})
}

func revisionsOf(entries []Entry) []uuid.UUID {
	return ids(entries, func(e Entry) uuid.UUID { return e.Revision.UUID })
}

func ids[T any](list []T, of func(T) uuid.UUID) []uuid.UUID {
	out := make([]uuid.UUID, len(list))
	for i, one := range list {
		out[i] = of(one)
	}
	return out
}

func walk(t *rapid.T, name string, limit int, want []uuid.UUID, page func(string) ([]uuid.UUID, string, error)) {
	size := limit
	if limit <= 0 {
		size = 25
	}
	size = min(size, 100)
	var got []uuid.UUID
	for after, more := "", true; more; {
		items, next, err := page(after)
		if err != nil || len(items) > size || (next != "" && len(items) != size) {
			t.Fatalf("%s: %d items and next %q of a page of %d, %v", name, len(items), next, size, err)
		}
		got, after, more = append(got, items...), next, next != ""
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s: %d of %d came, or not in order", name, len(got), len(want))
	}
}

func TestHistoryCursorsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := HistoryCursor{
			At:    time.UnixMicro(rapid.Int64Range(-6e16, 2.5e17).Draw(rt, "micros")).UTC(),
			Entry: id.Entry{UUID: uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(rt, "entry"))},
		}
		if back, err := parseHistoryCursor(c.String()); err != nil || back != c {
			rt.Fatalf("%+v comes back as %+v, %v", c, back, err)
		}
		n := id.Notice{UUID: c.Entry.UUID}
		if back, err := parseNoticeCursor(noticeCursor(n)); err != nil || back != n {
			rt.Fatalf("%s comes back as %s, %v", n, back, err)
		}
	})
}

// TestListsRefuseMadeUpPlaces: each list answers a cursor of another with an
// error of the caller's, before anything is read.
func TestListsRefuseMadeUpPlaces(t *testing.T) {
	t.Parallel()
	s, who := &stock{}, somebody(id.New[id.Person]())
	for _, made := range []string{
		"x", QueueCursor{Severity: 5}.String(), HistoryCursor{}.String(), HistoryCursor{At: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}.String(), "%00",
	} {
		_, queue := s.service().Queue(t.Context(), who, Filter{After: made})
		_, notices := s.service().Notices(t.Context(), who, made, 0)
		_, history := s.service().History(t.Context(), who, id.New[id.Contribution](), made, 0)
		for list, err := range map[string]error{"queue": queue, "notices": notices, "history": history} {
			if !errors.Is(err, publication.ErrCursor) {
				t.Errorf("%s at %q: %v", list, made, err)
			}
		}
	}
	if len(s.asked) > 0 {
		t.Errorf("the queue was read: %+v", s.asked)
	}
}

// TestNextIsWhatNobodyElseHas: what comes next is asked for without what others
// have and without the one that was just done (R12).
func TestNextIsWhatNobodyElseHas(t *testing.T) {
	t.Parallel()
	s, who, done := &stock{}, somebody(id.New[id.Person]()), id.New[id.Contribution]()
	if _, err := s.service().Next(t.Context(), who, done); !errors.Is(err, errNoMore) {
		t.Errorf("an empty queue: %v", err)
	}
	s.entries = []Entry{{Contribution: id.New[id.Contribution]()}, {Contribution: id.New[id.Contribution]()}}
	next, err := s.service().Next(t.Context(), who, done)
	if err != nil || next != s.entries[0].Contribution {
		t.Errorf("next is %s, %v", next, err)
	}
	for _, q := range s.asked {
		if !q.Unclaimed || q.Except != done || q.Who != who.Person || q.Limit != 1 {
			t.Errorf("asked for %+v", q)
		}
	}
}

func TestWaitingIsCountedUpToItsCap(t *testing.T) {
	t.Parallel()
	for w, want := range map[Waiting]int{
		{}: 0, {Review: 1, Look: 2, Signature: 3, Notices: 50}: 6, {Review: 99}: 99, {Review: 60, Look: 40}: CountCap, {Review: CountCap, Look: CountCap}: CountCap,
	} {
		if got := w.Total(); got != want {
			t.Errorf("%+v is %d in all", w, got)
		}
	}
}
