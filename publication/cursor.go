package publication

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/id"
)

// Cursor says where the next page of a list begins: opaque to whoever passes it
// on, and of that list alone. The empty cursor is the beginning.
type Cursor string

// ErrCursor is answered to a cursor that no page of the list has given.
var ErrCursor = errors.New("no such place in the list")

// A cursor is the position, in microseconds as the database keeps them, and a
// checksum that ties it to its list. It is no secret and needs no key: whoever
// makes one up gets a page that they may read anyway.
const (
	cursorTime = 8
	cursorID   = cursorTime + 16
	cursorSize = cursorID + crc32.Size
)

var cursorText = base64.RawURLEncoding.Strict()

// newCursor is the place just after p in a list.
func newCursor(list string, p Published) Cursor {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, cursorSize), uint64(p.PublishedAt.UnixMicro()))
	b = append(b, p.ID.UUID[:]...)
	b = binary.BigEndian.AppendUint32(b, cursorSum(list, b))
	return Cursor(cursorText.EncodeToString(b))
}

func cursorSum(list string, b []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(list)), crc32.IEEETable, b)
}

// position reads a cursor of a list, or answers [ErrCursor].
func (c Cursor) position(list string) (Position, error) {
	if c == "" {
		return Position{}, nil
	}
	if len(c) != cursorText.EncodedLen(cursorSize) { // the decoder would pass over line breaks
		return Position{}, fmt.Errorf("cursor: %w", ErrCursor)
	}
	b, err := cursorText.DecodeString(string(c))
	if err != nil || len(b) != cursorSize || binary.BigEndian.Uint32(b[cursorID:]) != cursorSum(list, b[:cursorID]) {
		return Position{}, fmt.Errorf("cursor: %w", ErrCursor)
	}
	at := time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC()
	if at.Year() < 1 || at.Year() > 9999 {
		return Position{}, fmt.Errorf("cursor: %w", ErrCursor)
	}
	return Position{at, id.Contribution{UUID: uuid.UUID(b[cursorTime:cursorID])}}, nil
}
