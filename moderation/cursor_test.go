package moderation

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func TestQueueCursorsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := QueueCursor{
			Severity: workflow.Severity(rapid.IntRange(0, 4).Draw(t, "severity")), Reach: rapid.IntRange(0, 3).Draw(t, "reach"),
			Revision: id.Revision{UUID: uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "revision"))},
		}
		if rapid.Bool().Draw(t, "target") {
			c.Target = time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "micros")).UTC()
		}
		back, err := parseQueueCursor(c.String())
		if err != nil || back != c {
			t.Fatalf("%+v comes back as %+v, %v", c, back, err)
		}
	})
}

// FuzzCursors holds that what was made up is refused, or is the one spelling of
// the place that it names.
func FuzzCursors(f *testing.F) {
	f.Add("")
	f.Add(QueueCursor{Severity: 2, Revision: id.New[id.Revision]()}.String())
	f.Add(HistoryCursor{At: time.Unix(1e9, 0), Entry: id.New[id.Entry]()}.String())
	f.Add(base64.RawURLEncoding.EncodeToString(make([]byte, queueCursorSize)))
	f.Add("\x00 ; DROP TABLE")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := parseQueueCursor(s); err == nil && c.String() != s {
			t.Errorf("%q is read as %q", s, c.String())
		} else if err != nil && !errors.Is(err, publication.ErrCursor) {
			t.Errorf("%q: %v", s, err)
		}
		if c, err := parseHistoryCursor(s); err == nil && !c.IsZero() && c.String() != s {
			t.Errorf("%q is read as %q", s, c.String())
		}
		if n, err := parseNoticeCursor(s); err == nil && s != "" && noticeCursor(n) != s {
			t.Errorf("%q is read as %q", s, noticeCursor(n))
		}
	})
}

func TestMadeUpCursorsAreRefused(t *testing.T) {
	t.Parallel()
	good := QueueCursor{Severity: 2, Reach: 1, Revision: id.New[id.Revision]()}
	for name, s := range map[string]string{
		"empty":         "",
		"cut":           good.String()[1:],
		"too severe":    QueueCursor{Severity: 5}.String(),
		"too wide":      QueueCursor{Reach: 4}.String(),
		"of history":    HistoryCursor{At: time.Unix(1, 0)}.String(),
		"year 12000":    QueueCursor{Target: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}.String(),
		"no characters": "!" + good.String()[1:],
	} {
		if _, err := parseQueueCursor(s); !errors.Is(err, publication.ErrCursor) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
