package imageconsent

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sync/semaphore"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// PhotosConfig is what a Photos is made of. Every field but Scanner is required.
type PhotosConfig struct {
	InTx    PhotoTransactions
	Files   Files
	Imaging Imaging
	Scanner Scanner // nil: nobody looks for what is harmful
	Clock   func() time.Time
}

// Photos takes pictures and files in, says who is in them, and makes what may be shown of
// them.
type Photos struct {
	PhotosConfig
	checks *semaphore.Weighted // of files, which take memory
}

// checksAtOnce is how many files are checked at once, each within the memory that
// [filetype.Check] takes.
const checksAtOnce = 2

// NewPhotos returns the service of photos.
func NewPhotos(cfg PhotosConfig) *Photos { return &Photos{cfg, semaphore.NewWeighted(checksAtOnce)} }

// Upload is a picture that somebody brings.
type Upload struct {
	Name   string // of the file
	Data   []byte
	Series id.Series // of the same person's; zero: by itself
	of     id.Person // whom it shows: a portrait
}

const longestName = 200

// Upload takes a picture in. Its type is what its bytes say; what is no picture, or too
// large, leaves nothing behind. The errors are a [workflow.Refusal] (R20, R53) and a
// [directory.FieldError] of the field "file" (R20) or "series".
func (s *Photos) Upload(ctx context.Context, who actor.Actor, in Upload) (id.Photo, error) {
	photo := id.New[id.Photo]()
	seen, err := s.inspect(ctx, who, in)
	if err != nil {
		return id.Photo{}, fmt.Errorf("upload photo: %w", err)
	}
	p := Photo{
		ID: photo, Tenant: who.Tenant, Uploader: who.Person, Series: in.Series, Name: fileName(in.Name), Format: seen.Format,
		Bytes: int64(len(in.Data)), Width: seen.Width, Height: seen.Height, TakenOn: seen.Taken, Original: "photos/" + photo.String() + "/original",
		SHA256: sha256.Sum256(in.Data), Faces: -1, CreatedAt: s.Clock(),
	}
	if err := s.Files.Put(ctx, p.Original, bytes.NewReader(in.Data)); err != nil {
		return id.Photo{}, fmt.Errorf("keep photo: %w", err)
	}
	err = s.InTx(ctx, who.Tenant, func(tx PhotoTx) error { return s.insert(ctx, tx, who, p, in.whom(photo)) })
	if err != nil {
		s.discard(ctx, p.Original)
		return id.Photo{}, fmt.Errorf("upload photo: %w", err)
	}
	return photo, nil
}

// Limits are what an establishment takes of one picture, and of one file of paper, or of
// sound or film.
type Limits struct{ Mebibytes, Megapixels, PaperMebibytes, PlayedMebibytes int }

// Limits says how large an upload of somebody's may be: they tell it, and no more is
// read of a file.
func (s *Photos) Limits(ctx context.Context, who actor.Actor) (Limits, error) {
	var l Limits
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) error {
		d, err := tx.NewPhoto(ctx, who.Person, s.Clock())
		v := d.House.Values
		l = Limits{settings.PhotoMebibytes.Of(v), settings.PhotoMegapixels.Of(v), settings.PaperMebibytes.Of(v), settings.PlayedMebibytes.Of(v)}
		return err
	})
	if err != nil {
		return Limits{}, fmt.Errorf("limits of photos: %w", err)
	}
	return l, nil
}

// admitted refuses who may bring nothing now, before anything is read of it, and gives the
// establishment's parameters. It is decided when all is there: see insert.
func (s *Photos) admitted(ctx context.Context, who actor.Actor) (settings.Values, error) {
	var d PhotoDossier
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) (err error) {
		if d, err = tx.NewPhoto(ctx, who.Person, s.Clock()); err == nil {
			_, err = d.admit(who, s.Clock())
		}
		return err
	})
	return d.House.Values, err
}

// inspect judges the bytes before anything is kept, by the establishment's limits.
func (s *Photos) inspect(ctx context.Context, who actor.Actor, in Upload) (Seen, error) {
	v, err := s.admitted(ctx, who)
	if err != nil {
		return Seen{}, err
	}
	maxBytes, maxPixels := limits(v)
	seen, err := s.Imaging.Inspect(in.Data, maxBytes, maxPixels)
	if fault := new(ProblemError); errors.As(err, &fault) {
		return Seen{}, &directory.FieldError{Field: "file", Code: string(fault.Problem), Limit: limitOf(fault.Problem, v), Rule: "R20"}
	}
	return seen, err
}

func limits(v settings.Values) (maxBytes, maxPixels int) {
	return settings.PhotoMebibytes.Of(v) << 20, settings.PhotoMegapixels.Of(v) * 1_000_000
}

// limitOf is the limit that a problem speaks of, in the unit of its setting.
func limitOf(p Problem, v settings.Values) int {
	switch p {
	case TooManyBytes:
		return settings.PhotoMebibytes.Of(v)
	case TooManyPixels:
		return settings.PhotoMegapixels.Of(v)
	case UnknownType, Unsupported, Damaged, SomethingElse, NotTaken, APicture, OldOffice, Acting, Locked, Unpacks, Infected:
	}
	return 0
}

func (s *Photos) insert(ctx context.Context, tx PhotoTx, who actor.Actor, p Photo, shows []Depiction) error {
	if err := tx.LockUploads(ctx, who.Person); err != nil {
		return err
	}
	now := s.Clock()
	d, err := tx.NewPhoto(ctx, who.Person, now)
	if err != nil {
		return err
	}
	if !p.Series.IsZero() {
		if _, err := tx.SeriesOf(ctx, p.Series, who.Person); err != nil {
			return &directory.FieldError{Field: "series", Code: "not_found", Err: err}
		}
	}
	d.Photo = p
	change, err := d.admit(who, now)
	if err != nil {
		return err
	}
	if err := tx.InsertPhoto(ctx, p); err != nil {
		return err
	}
	if len(shows) > 0 {
		if err := tx.PutDepictions(ctx, p.ID, shows); err != nil {
			return err
		}
	}
	return workflow.Commit(ctx, tx, new(workflow.Batch).Photo(change))
}

// admit decides an upload.
func (d PhotoDossier) admit(who actor.Actor, now time.Time) (workflow.Change[workflow.PhotoStatus], error) {
	who = who.As(d.Roles.With(actor.Author))
	return workflow.PhotoTable.Decide(d.subject(), d.facts(), workflow.Command{Action: workflow.Upload, Actor: who}, now)
}

// facts is what the table of photos is told.
func (d PhotoDossier) facts() workflow.PhotoFacts {
	limit := settings.AdultPhotosPerHour
	if d.Pupil {
		limit = settings.PupilPhotosPerHour
	}
	return workflow.PhotoFacts{
		WithinQuota: d.Recent < limit.Of(d.House.Values), Standing: d.Standing.Kind != directory.Suspended,
		Accounted: accounted(d.Depictions), Unused: !d.Used, FreeToGo: len(d.Holds) == 0 && !d.Kept,
	}
}

// discard drops a file that nothing speaks of. Where that fails it is swept later.
func (s *Photos) discard(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = s.Files.Delete(ctx, name)
}

// fileName is the last part of a file's name as it was given, in visible characters.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name)
	for utf8.RuneCountInString(name) > longestName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.TrimSpace(name); name == "" || name == "." || name == "/" {
		return "photo"
	}
	return name
}

// NewSeries begins a series of photos. A title that is empty or too long is a
// [directory.FieldError].
func (s *Photos) NewSeries(ctx context.Context, who actor.Actor, title string) (id.Series, error) {
	title = strings.TrimSpace(title)
	if fault := checkLine("title", title, longestName, ""); fault != nil {
		return id.Series{}, fault
	}
	series := Series{ID: id.New[id.Series](), Title: title, By: who.Person, CreatedAt: s.Clock()}
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) error { return tx.InsertSeries(ctx, series) })
	if err != nil {
		return id.Series{}, fmt.Errorf("begin series: %w", err)
	}
	return series.ID, nil
}

// Series lists the series that the actor began, the newest first.
func (s *Photos) Series(ctx context.Context, who actor.Actor) ([]Series, error) {
	var list []Series
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) (err error) {
		list, err = tx.SeriesBy(ctx, who.Person)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list series: %w", err)
	}
	return list, nil
}

// Photo reads a photo for somebody on its working side. The error is
// [directory.ErrNotFound].
func (s *Photos) Photo(ctx context.Context, who actor.Actor, photo id.Photo) (PhotoDossier, error) {
	var d PhotoDossier
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) (err error) {
		d, err = workOn(ctx, tx, who, photo, s.Clock())
		return err
	})
	if err != nil {
		return PhotoDossier{}, fmt.Errorf("photo %s: %w", photo, err)
	}
	return d, nil
}

func open(ctx context.Context, tx PhotoTx, who actor.Actor, photo id.Photo, now time.Time) (PhotoDossier, error) {
	d, err := tx.PhotoDossier(ctx, photo, who.Person, now)
	if err == nil && !d.VisibleTo(who) {
		err = directory.ErrNotFound
	}
	if who.Is(d.Photo.Uploader) {
		d.Roles = d.Roles.With(actor.Author)
	}
	return d, err
}

// workOn opens a photo for somebody who works with it: who was only asked sees the
// picture, in their request.
func workOn(ctx context.Context, tx PhotoTx, who actor.Actor, photo id.Photo, now time.Time) (PhotoDossier, error) {
	d, err := open(ctx, tx, who, photo, now)
	if err == nil && !d.works(who) {
		err = directory.ErrNotFound
	}
	return d, err
}

// List reads what somebody has uploaded, or a series that they may see, the newest first.
func (s *Photos) List(ctx context.Context, who actor.Actor, f PhotoFilter) ([]Photo, error) {
	f.Uploader = who.Person
	var list []Photo
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) (err error) {
		list, err = tx.Photos(ctx, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list photos: %w", err)
	}
	return list, nil
}

// Open gives a derived picture, or a file as it is, to somebody on the working side, or to
// who was asked for consent to it: as it is shown from now on, or as a text was sealed with
// it, to those who answer for that text (R19). What is read as it is is an [io.ReadSeeker]
// too. Close it when done. The error is [directory.ErrNotFound].
func (s *Photos) Open(ctx context.Context, who actor.Actor, shown Shown, size Size) (File, io.ReadCloser, error) {
	var file File
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) error {
		d, err := open(ctx, tx, who, shown.Photo, s.Clock())
		if err == nil && !d.shows(who, shown.Rendition) {
			err = directory.ErrNotFound
		}
		if err == nil {
			file, err = tx.PhotoFile(ctx, shown.Photo, shown.Rendition, size)
		}
		return err
	})
	if err != nil {
		return File{}, nil, fmt.Errorf("open photo %s: %w", shown.Photo, err)
	}
	if file.Size == AsItIs {
		return file, Seekable(ctx, s.Files, file.Name, file.Bytes), nil
	}
	data, err := s.Files.Get(ctx, file.Name)
	return file, data, err
}

// Original gives the file as it was uploaded, to its uploader and the consent officers
// alone (R32). Close it when done. The error is [directory.ErrNotFound].
func (s *Photos) Original(ctx context.Context, who actor.Actor, photo id.Photo) (Photo, io.ReadCloser, error) {
	var p Photo
	err := s.InTx(ctx, who.Tenant, func(tx PhotoTx) error {
		d, err := open(ctx, tx, who, photo, s.Clock())
		p = d.Photo
		if err == nil && (p.Original == "" || (!who.Is(p.Uploader) && !d.Roles.Has(actor.Officer))) {
			err = directory.ErrNotFound
		}
		return err
	})
	if err != nil {
		return Photo{}, nil, fmt.Errorf("original of photo %s: %w", photo, err)
	}
	data, err := s.Files.Get(ctx, p.Original)
	return p, data, err
}
