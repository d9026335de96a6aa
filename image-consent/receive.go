package imageconsent

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/filetype"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// Incoming is a file that somebody brings, as it arrives.
type Incoming struct {
	Name string // of the file
	Body io.Reader
}

// fileField is the field that is blamed for a file.
const fileField = "document"

// Receive takes a file in that is no picture. It goes into the store as it arrives, so
// that its size takes no memory, and is looked into there: its type is what its bytes
// and its structure say, and what is of no type that is taken, could act, or is too large
// leaves nothing behind. Where a film says where and by whom it was made, that is written
// over. The errors are a [workflow.Refusal] (R20, R53) and a [directory.FieldError] of
// the field "document" (R20); an error of the body comes back wrapped.
func (s *Photos) Receive(ctx context.Context, who actor.Actor, in Incoming) (id.Photo, error) {
	v, err := s.admitted(ctx, who)
	if err != nil {
		return id.Photo{}, fmt.Errorf("receive file: %w", err)
	}
	photo := id.New[id.Photo]()
	p := Photo{
		ID: photo, Tenant: who.Tenant, Uploader: who.Person, Name: fileName(in.Name), Original: "photos/" + photo.String() + "/original",
		Faces: -1, CreatedAt: s.Clock(),
	}
	err = s.store(ctx, &p, in.Body, v)
	if err == nil {
		err = s.InTx(ctx, who.Tenant, func(tx PhotoTx) error { return s.insert(ctx, tx, who, p, nil) })
	}
	if err != nil {
		s.discard(ctx, p.Original)
		return id.Photo{}, fmt.Errorf("receive file: %w", err)
	}
	return photo, nil
}

// store keeps a file and says what it is.
func (s *Photos) store(ctx context.Context, p *Photo, body io.Reader, v settings.Values) error {
	head := make([]byte, filetype.HeadBytes)
	n, err := io.ReadFull(body, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	form, err := filetype.Sniff(head[:n])
	if err != nil {
		return blamed(err, 0)
	}
	limit := settings.PlayedMebibytes.Of(v)
	if form == filetype.Paper {
		limit = settings.PaperMebibytes.Of(v)
	}
	all := &measured{from: io.MultiReader(bytes.NewReader(head[:n]), body), sum: sha256.New(), most: int64(limit) << 20}
	if err := s.Files.Put(ctx, p.Original, all); err != nil {
		return blamed(err, limit)
	}
	found, err := s.check(ctx, p.Original, all.bytes)
	if err != nil {
		return blamed(err, limit)
	}
	if len(found.Blanks) > 0 {
		if all, err = s.blank(ctx, p.Original, all.bytes, found.Blanks); err != nil {
			return err
		}
	}
	p.Format, p.Bytes = string(found.Format), all.bytes
	all.sum.Sum(p.SHA256[:0])
	return nil
}

// check looks into a file of the store, in its turn.
func (s *Photos) check(ctx context.Context, name string, size int64) (filetype.Checked, error) {
	if err := s.checks.Acquire(ctx, 1); err != nil {
		return filetype.Checked{}, fmt.Errorf("wait for room: %w", err)
	}
	defer s.checks.Release(1)
	file := Seekable(ctx, s.Files, name, size)
	defer file.Close()
	return filetype.Check(file, size)
}

// blank writes a file again, without what it says of itself.
func (s *Photos) blank(ctx context.Context, name string, size int64, blanks []filetype.Blank) (*measured, error) {
	file, err := s.Files.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	all := &measured{from: filetype.Blanked(file, blanks), sum: sha256.New(), most: size}
	return all, s.Files.Put(ctx, name, all)
}

// errTooLong is a file that is larger than the establishment takes.
var errTooLong = errors.New("the file is too large")

// measured counts and sums what is read, and ends where there is too much of it.
type measured struct {
	from        io.Reader
	sum         hash.Hash
	bytes, most int64
}

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	if m.bytes += int64(n); m.bytes > m.most {
		return 0, errTooLong
	}
	m.sum.Write(p[:n])
	return n, err
}

// blamed says what is wrong with a file in the words of this package, where somebody can
// do something about it.
func blamed(err error, limit int) error {
	for is, code := range map[error]Problem{
		errTooLong: TooManyBytes, filetype.ErrUnknown: NotTaken, filetype.ErrPicture: APicture, filetype.ErrOldOffice: OldOffice,
		filetype.ErrActive: Acting, filetype.ErrLocked: Locked, filetype.ErrUnpacks: Unpacks, filetype.ErrPolyglot: SomethingElse,
		filetype.ErrDamaged: Damaged,
	} {
		if errors.Is(err, is) {
			return &directory.FieldError{Field: fileField, Code: string(code), Limit: limit, Rule: "R20", Err: err}
		}
	}
	return err
}
