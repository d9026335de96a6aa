package publication

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"imprimatur/internal/id"
)

func TestCursorLeadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Published{PublishedAt: time.UnixMicro(rapid.Int64Range(-6e16, 2e17).Draw(t, "at")).UTC()}
		copy(p.ID.UUID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		list := rapid.String().Draw(t, "list")
		at, err := newCursor(list, p).position(list)
		if err != nil || at != (Position{p.PublishedAt, p.ID}) {
			t.Errorf("went to %v, %v", at, err)
		}
		if _, err := newCursor(list, p).position(list + "x"); !errors.Is(err, ErrCursor) {
			t.Errorf("the cursor of another list: %v", err)
		}
	})
}

func TestEmptyCursorIsTheBeginning(t *testing.T) {
	t.Parallel()
	if at, err := Cursor("").position("list"); err != nil || !at.IsZero() {
		t.Errorf("%v, %v", at, err)
	}
}

func TestCursorMadeUp(t *testing.T) {
	t.Parallel()
	good := string(newCursor("list", Published{ID: id.Contribution{UUID: uuid.Max}, PublishedAt: epoch}))
	flip := func(i int) string {
		letter := byte('A')
		if good[i] == letter {
			letter = 'B'
		}
		return good[:i] + string(letter) + good[i+1:]
	}
	for _, c := range []string{
		"x", "2", good + "A", good[1:], good + "=", " " + good, good + "\n", strings.ToLower(good), strings.Repeat("A", len(good)),
		flip(0), flip(10), flip(30), flip(len(good) - 1), "é", "\x00", strings.Repeat("A", 1<<16),
	} {
		if at, err := Cursor(c).position("list"); !errors.Is(err, ErrCursor) {
			t.Errorf("%.60q leads to %v, %v", c, at, err)
		}
	}
}

// A year that no calendar of the database's has, with a checksum that fits.
func TestCursorBeyondTime(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		c := newCursor("list", Published{PublishedAt: at})
		if _, err := c.position("list"); !errors.Is(err, ErrCursor) {
			t.Errorf("%s: %v", at, err)
		}
	}
}

func TestReaderRefusesCursors(t *testing.T) {
	t.Parallel()
	r := newReading(t, time.Hour)
	topic := r.lib.publish(r.forum, Topic, id.Contribution{}, "Trois")
	_, space := r.Space(t.Context(), r.lib.lina(), "blog", "made-up")
	_, thread := r.Thread(t.Context(), r.lib.lina(), topic.ID, "made-up")
	_, other := r.Thread(t.Context(), r.lib.lina(), topic.ID, newCursor(threadList(id.New[id.Contribution]()), topic))
	for _, err := range []error{space, thread, other} {
		if !errors.Is(err, ErrCursor) {
			t.Errorf("answered %v", err)
		}
	}
	if n := r.lib.calls(); n != 0 {
		t.Errorf("the store was asked %d times", n)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(string(newCursor("list", Published{PublishedAt: epoch})), "list")
	f.Add("", "")
	f.Add("====", "list")
	f.Fuzz(func(t *testing.T, c, list string) {
		at, err := Cursor(c).position(list)
		if err != nil {
			if !errors.Is(err, ErrCursor) {
				t.Errorf("%v", err)
			}
			return
		}
		if c != "" && newCursor(list, Published{ID: at.ID, PublishedAt: at.At}) != Cursor(c) {
			t.Errorf("%q is another cursor for %v", c, at)
		}
	})
}
