package filetype

import (
	"bufio"
	"encoding/binary"
	"io"
)

// walk goes through a file from its beginning to its end, once.
type walk struct {
	from io.ReadSeeker
	in   *bufio.Reader
	at   int64 // the next byte
	size int64
}

const walkBuffer = 64 << 10

func newWalk(r io.ReadSeeker, size int64) (*walk, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return &walk{from: r, in: bufio.NewReaderSize(r, walkBuffer), size: size}, nil
}

// left is how many bytes are still to come.
func (w *walk) left() int64 { return w.size - w.at }

// bytes reads so many of them.
func (w *walk) bytes(n int64) ([]byte, error) {
	if n < 0 || n > w.left() {
		return nil, damaged("%d bytes are said to come, %d do", n, w.left())
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(w.in, b); err != nil {
		return nil, err
	}
	w.at += n
	return b, nil
}

// peek looks at so many bytes, or as many as there are.
func (w *walk) peek(n int64) ([]byte, error) { return w.in.Peek(int(min(n, w.left()))) }

// skip goes over so many bytes.
func (w *walk) skip(n int64) error {
	if n < 0 || n > w.left() {
		return damaged("%d bytes are said to come, %d do", n, w.left())
	}
	w.at += n
	if n <= int64(w.in.Buffered()) {
		_, err := w.in.Discard(int(n))
		return err
	}
	if _, err := w.from.Seek(w.at, io.SeekStart); err != nil {
		return err
	}
	w.in.Reset(w.from)
	return nil
}

func big32(b []byte) int64    { return int64(binary.BigEndian.Uint32(b)) }
func little32(b []byte) int64 { return int64(binary.LittleEndian.Uint32(b)) }
