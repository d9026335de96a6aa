package moderation

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

var errNoMore = fmt.Errorf("nothing more waits: %w", directory.ErrNotFound)

// QueueCursor is a place in the queue, in the queue's own order. It says nothing
// that its bearer may not know, and leads nowhere but into the bearer's own queue.
type QueueCursor struct {
	Severity workflow.Severity
	Target   time.Time // zero: none, after all others
	Reach    int
	Revision id.Revision
}

// HistoryCursor is a place in the trail of a contribution.
type HistoryCursor struct {
	At    time.Time
	Entry id.Entry
}

var cursorText = base64.RawURLEncoding.Strict()

const (
	queueCursorSize   = 1 + 8 + 1 + 16
	historyCursorSize = 8 + 16
	maxSeverity       = 4
	maxReach          = 3
)

// micros is the time as PostgreSQL keeps it; the zero time is the greatest.
func micros(t time.Time) uint64 {
	if t.IsZero() {
		return 1<<63 - 1
	}
	return uint64(t.UnixMicro())
}

func fromMicros(n uint64) time.Time {
	if n == 1<<63-1 {
		return time.Time{}
	}
	return time.UnixMicro(int64(n)).UTC()
}

// String gives the opaque form.
func (c QueueCursor) String() string {
	b := make([]byte, 0, queueCursorSize)
	b = append(b, byte(c.Severity))
	b = binary.BigEndian.AppendUint64(b, micros(c.Target))
	b = append(b, byte(c.Reach))
	return cursorText.EncodeToString(append(b, c.Revision.UUID[:]...))
}

func parseQueueCursor(s string) (QueueCursor, error) {
	b, err := decodeCursor(s, queueCursorSize)
	if err != nil {
		return QueueCursor{}, err
	}
	c := QueueCursor{
		Severity: workflow.Severity(b[0]), Target: fromMicros(binary.BigEndian.Uint64(b[1:9])), Reach: int(b[9]),
		Revision: id.Revision{UUID: uuid.UUID(b[10:])},
	}
	if c.Severity > maxSeverity || c.Reach > maxReach || !datable(c.Target) || c.String() != s {
		return QueueCursor{}, publication.ErrCursor
	}
	return c, nil
}

// String gives the opaque form.
func (c HistoryCursor) String() string {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, historyCursorSize), micros(c.At))
	return cursorText.EncodeToString(append(b, c.Entry.UUID[:]...))
}

// IsZero reports whether the cursor is the beginning.
func (c HistoryCursor) IsZero() bool { return c == HistoryCursor{} }

func parseHistoryCursor(s string) (HistoryCursor, error) {
	if s == "" {
		return HistoryCursor{}, nil
	}
	b, err := decodeCursor(s, historyCursorSize)
	if err != nil {
		return HistoryCursor{}, err
	}
	c := HistoryCursor{At: fromMicros(binary.BigEndian.Uint64(b[:8])), Entry: id.Entry{UUID: uuid.UUID(b[8:])}}
	if c.At.IsZero() || !datable(c.At) || c.String() != s {
		return HistoryCursor{}, publication.ErrCursor
	}
	return c, nil
}

func decodeCursor(s string, size int) ([]byte, error) {
	if len(s) != cursorText.EncodedLen(size) {
		return nil, publication.ErrCursor
	}
	b, err := cursorText.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", publication.ErrCursor, err)
	}
	return b, nil
}

// datable reports whether the database can hold the time.
func datable(t time.Time) bool { return t.IsZero() || (t.Year() > 0 && t.Year() < 10000) }

func noticeCursor(n id.Notice) string { return cursorText.EncodeToString(n.UUID[:]) }

func parseNoticeCursor(s string) (id.Notice, error) {
	if s == "" {
		return id.Notice{}, nil
	}
	b, err := decodeCursor(s, len(uuid.UUID{}))
	if err != nil {
		return id.Notice{}, err
	}
	return id.Notice{UUID: uuid.UUID(b)}, nil
}
