package imageconsent

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Opener opens files of a store.
type Opener interface {
	Get(ctx context.Context, name string) (io.ReadCloser, error)
}

// Seekable reads a file of so many bytes from any place. A file is encrypted as a whole,
// so that going on costs what is passed over, and going back begins anew. Close it when
// done; it may never have been opened.
func Seekable(ctx context.Context, files Opener, name string, size int64) io.ReadSeekCloser {
	return &seekable{ctx: ctx, files: files, name: name, size: size}
}

type seekable struct {
	ctx   context.Context //nolint:containedctx // of the one request that reads it
	files Opener
	name  string
	size  int64
	at    int64 // where the next byte is wanted from
	open  io.ReadCloser
	read  int64 // where open stands
}

func (s *seekable) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.at
	case io.SeekEnd:
		offset += s.size
	}
	if offset < 0 {
		return s.at, errors.New("seek before the beginning")
	}
	s.at = offset
	return offset, nil
}

func (s *seekable) Read(p []byte) (int, error) {
	if s.at >= s.size {
		return 0, io.EOF
	}
	if err := s.reach(); err != nil {
		return 0, fmt.Errorf("read %s: %w", s.name, err)
	}
	n, err := s.open.Read(p)
	s.at, s.read = s.at+int64(n), s.read+int64(n)
	if errors.Is(err, io.EOF) && s.at < s.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// reach brings the open file to where the next byte is wanted from.
func (s *seekable) reach() error {
	if s.open != nil && s.read > s.at {
		if err := s.Close(); err != nil {
			return err
		}
	}
	if s.open == nil {
		open, err := s.files.Get(s.ctx, s.name)
		if err != nil {
			return err
		}
		s.open, s.read = open, 0
	}
	n, err := io.CopyN(io.Discard, s.open, s.at-s.read)
	s.read += n
	return err
}

// Close gives the file back.
func (s *seekable) Close() error {
	if s.open == nil {
		return nil
	}
	open := s.open
	s.open = nil
	return open.Close()
}
