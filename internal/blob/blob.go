// Package blob keeps files (originals, derivatives, scans of paper) in a folder or
// in an S3 bucket, through gocloud.dev, and encrypted at rest wherever they are.
//
// Each file is encrypted by Tink's streaming AEAD (AES-256-GCM in segments, a key
// of its own derived by HKDF-SHA256) under one key of 32 bytes. Tink was chosen
// over age: it takes that key as it is, where age wants a key pair behind its own
// encoding, and it binds a file to its name, so that one file put in another's
// place does not open. Both are kept, and both notice a missing end.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

var (
	// ErrNotFound is a file that is not there.
	ErrNotFound = errors.New("no such file")
	// ErrDamaged is a file that was cut short, changed, moved under another name or
	// encrypted with another key.
	ErrDamaged = errors.New("the file is not what was stored")
	// ErrName is a name that no file can have.
	ErrName = errors.New("not a name for a file")
)

// names are opaque: lower-case letters, digits and hyphens, in folders.
var names = regexp.MustCompile(`^[a-z0-9-]+(/[a-z0-9-]+)*$`)

const maxName = 512

// Config says where files are kept, and under which key.
type Config struct {
	URL string // a folder's path, file:///folder or s3://bucket?region=…; a folder is made if it is missing, for its owner alone
	Key Key
}

// Store keeps encrypted files. It may be used by many goroutines.
type Store struct {
	bucket *blob.Bucket
	aead   *subtle.AESGCMHKDF
}

const (
	segmentBytes = 64 << 10
	keyHash      = "SHA256"
)

// Open opens a store. It does not look whether a bucket is there and may be
// written; Put does.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	aead, err := subtle.NewAESGCMHKDF(cfg.Key[:], keyHash, len(cfg.Key), segmentBytes, 0)
	if err != nil {
		return nil, fmt.Errorf("use the key for files: %w", err)
	}
	bucket, err := openBucket(ctx, cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("open the store for files: %w", err)
	}
	return &Store{bucket, aead}, nil
}

// Close lets go of the store.
func (s *Store) Close() error { return s.bucket.Close() }

func check(name string) error {
	if len(name) > maxName || !names.MatchString(name) {
		return fmt.Errorf("%w: %q", ErrName, name)
	}
	return nil
}

// Put stores all of r under a name, in place of what was there. A reader sees the
// file before or the file after; when Put fails, or the process dies, the file
// before. Errors of r come back wrapped.
func (s *Store) Put(ctx context.Context, name string, r io.Reader) error {
	if err := check(name); err != nil {
		return err
	}
	ctx, abandon := context.WithCancel(ctx)
	defer abandon()
	w, err := s.bucket.NewWriter(ctx, name, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true})
	if err != nil {
		return fmt.Errorf("store %s: %w", name, err)
	}
	if err := s.encrypt(w, name, r); err != nil {
		abandon() // which makes Close throw away what was written
		return fmt.Errorf("store %s: %w", name, errors.Join(err, ignoreCanceled(w.Close())))
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("store %s: %w", name, err)
	}
	return nil
}

func ignoreCanceled(err error) error {
	if errors.Is(err, context.Canceled) || gcerrors.Code(err) == gcerrors.Canceled {
		return nil
	}
	return err
}

func (s *Store) encrypt(w io.Writer, name string, r io.Reader) error {
	sealed, err := s.aead.NewEncryptingWriter(w, []byte(name))
	if err != nil {
		return err
	}
	if _, err := io.Copy(sealed, r); err != nil {
		return err
	}
	return sealed.Close()
}

// Get opens a file for reading. ErrNotFound if there is none. A file that is not
// what was stored fails with ErrDamaged, here or in a Read: no Read reports the
// end of a file that was cut short, and every byte that one returned was stored
// under that name; but until the end is reported they may not be all.
func (s *Store) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := check(name); err != nil {
		return nil, err
	}
	r, err := s.bucket.NewReader(ctx, name, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("read %s: %w", name, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	source := &source{Reader: r}
	plain, err := s.aead.NewDecryptingReader(source, []byte(name))
	if err != nil {
		return nil, errors.Join(source.blame(name, err), r.Close())
	}
	return &file{name: name, plain: plain, source: source, Closer: r}, nil
}

// source remembers how reading the store itself failed, to tell a lost connection
// from a damaged file.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (s *source) blame(name string, err error) error {
	if s.err != nil {
		return fmt.Errorf("read %s: %w", name, s.err)
	}
	return fmt.Errorf("read %s: %w: %w", name, ErrDamaged, notTheEnd{err})
}

// notTheEnd keeps an io.EOF inside an error from being taken for the end.
type notTheEnd struct{ err error }

func (e notTheEnd) Error() string { return e.err.Error() }

// file is one that is being read.
type file struct {
	io.Closer
	name   string
	plain  io.Reader
	source *source
	failed error // and so it stays: Tink reports the end after a last segment that did not open
}

func (f *file) Read(p []byte) (int, error) {
	if f.failed != nil {
		return 0, f.failed
	}
	n, err := f.plain.Read(p)
	if err != nil && err != io.EOF { // an EOF that is wrapped is not the end
		f.failed = f.source.blame(f.name, err)
		return n, f.failed
	}
	return n, err
}

// Delete removes a file. One that is not there is no error.
func (s *Store) Delete(ctx context.Context, name string) error {
	if err := check(name); err != nil {
		return err
	}
	if err := s.bucket.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	return nil
}

// List names the files whose names begin with a prefix, in order.
func (s *Store) List(ctx context.Context, prefix string) ([]string, error) {
	var found []string
	err := s.each(ctx, prefix, func(o *blob.ListObject) error {
		if check(o.Key) == nil {
			found = append(found, o.Key)
		}
		return nil
	})
	return found, err
}

// Page names the files of a page of the store, in order, that were stored before a moment,
// and where the next page begins; empty after the last. A page is about a thousand files,
// of which few or none may be that old.
func (s *Store) Page(ctx context.Context, prefix, from string, before time.Time) (found []string, next string, err error) {
	token := blob.FirstPageToken
	if from != "" {
		token = []byte(from)
	}
	objects, after, err := s.bucket.ListPage(ctx, token, pageFiles, &blob.ListOptions{Prefix: prefix})
	if err != nil {
		return nil, "", fmt.Errorf("list files under %q: %w", prefix, err)
	}
	for _, o := range objects {
		if check(o.Key) == nil && o.ModTime.Before(before) {
			found = append(found, o.Key)
		}
	}
	return found, string(after), nil
}

const pageFiles = 1000

// Sweep removes what writers that died before a moment have left half written.
// Only a folder holds such things, and List and Get do not see them.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	swept := 0
	err := s.each(ctx, "", func(o *blob.ListObject) error {
		if filepath.Ext(o.Key) != ".tmp" || !o.ModTime.Before(before) {
			return nil
		}
		swept++
		return s.bucket.Delete(ctx, o.Key)
	})
	return swept, err
}

func (s *Store) each(ctx context.Context, prefix string, do func(*blob.ListObject) error) error {
	for list := s.bucket.List(&blob.ListOptions{Prefix: prefix}); ; {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(o)
		}
		if err != nil {
			return fmt.Errorf("list files under %q: %w", strings.ToValidUTF8(prefix, "?"), err)
		}
	}
}
